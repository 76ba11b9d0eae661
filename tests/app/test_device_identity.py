"""Who answers under a remembered name: kept at the first time, another one refused in one sentence, and stopped all the same."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from firmware_protocol import reports
from firmware_protocol.features import FeatureSet
from massctl.app import devices
from massctl.app.connect import Connections
from massctl.app.devices_file import Identity, load, path
from massctl.app.devices_gauge import look
from massctl.app.devices_identity import ask, is_same, see
from massctl.app.devices_keeping import forget, keep, rename, restore
from massctl.app.selftest.measure import measure
from massctl.app.stopping import stop_port
from massctl.devices import identification
from massctl.devices.dictionary import DeviceIdentity, identity_from
from massctl.errors import WrongDevice
from massctl.transports.ports import PortInfo
from sims.bench import Bench

PORTS = ("serial:///dev/ttyACM0", "serial:///dev/ttyACM1")
GUN, OTHER = "SN-1", "SN-2"


def said(
    serial_number: str = GUN, *, name: str = "gun", model: str = "M1", is_simulated: bool = False
) -> DeviceIdentity:
    return DeviceIdentity("", name, model, serial_number, "1.0", 1, 1, ("massager",), is_simulated=is_simulated)


def kept(name: str) -> Identity | None:
    return load().devices[name].identity


# ---------------------------------------------------------------- who is the same


@pytest.mark.parametrize(
    ("url", "who", "is_one"),
    [
        ("tcp://h:1", Identity("gun", "M1", "SN-1"), True),
        ("tcp://h:1", Identity("called otherwise", "M1, new firmware", "SN-1"), True),
        ("tcp://h:1", Identity("gun", "M1", "SN-2"), False),
        ("tcp://h:1", Identity("gun", "M1"), False),
        ("ble://AA:BB:CC:DD:EE:FF", Identity("gun", "M1", "SN-2"), False),
    ],
)
def test_a_serial_number_tells_devices_apart_whatever_they_are_called(url: str, who: Identity, is_one: bool) -> None:
    assert is_same(Identity("gun", "M1", "SN-1"), who, url) is is_one


@pytest.mark.parametrize(
    ("url", "who", "is_one"),
    [
        ("tcp://h:1", Identity("gun", "M1"), True),
        ("tcp://h:1", Identity("gun", "M2"), False),
        ("tcp://h:1", Identity("box", "M1"), False),
        ("ble://AA:BB:CC:DD:EE:FF", Identity("box", "M1"), True),
        ("ble://AA:BB:CC:DD:EE:FF", Identity("gun", "M2"), False),
    ],
)
def test_without_a_serial_number_the_kind_tells_and_by_radio_the_address_does(
    url: str, who: Identity, is_one: bool
) -> None:
    assert is_same(Identity("gun", "M1"), who, url) is is_one


# ---------------------------------------------------------------- keeping it


async def test_the_first_who_answers_is_kept_and_stays_with_its_name() -> None:
    keep("gun", "tcp://h:1", ["massager"])
    await see("tcp://h:1", said())
    assert kept("gun") == Identity("gun", "M1", GUN)
    rename("gun", "big gun")
    forget("big gun")
    restore()
    await see("tcp://h:1", said(name="new name"))
    with pytest.raises(WrongDevice) as refused:
        await see("tcp://h:1", said(OTHER))
    assert str(refused.value) == (
        "tcp://h:1: this is not big gun: gun (M1), serial SN-2 answers, and gun (M1), serial SN-1 was remembered. "
        "Connect the one that was remembered; or, if this one takes its place, forget big gun and add it anew."
    )
    assert kept("big gun") == Identity("gun", "M1", GUN)


async def test_two_that_have_changed_places_are_told_by_their_names() -> None:
    for name, url, serial in (("gun", "tcp://h:1", GUN), ("spare", "tcp://h:2", OTHER)):
        keep(name, url, ["massager"])
        await see(url, said(serial))
    with pytest.raises(WrongDevice, match="It is the one that you call spare: connect each where it was"):
        await see("tcp://h:1", said(OTHER))


async def test_one_that_takes_anothers_place_is_forgotten_and_added_anew() -> None:
    keep("gun", "tcp://h:1", ["massager"])
    await see("tcp://h:1", said())
    forget("gun")
    keep("gun", "tcp://h:1", ["massager"])
    await see("tcp://h:1", said(OTHER))
    assert kept("gun") == Identity("gun", "M1", OTHER)


async def test_what_is_not_remembered_or_simulated_is_not_kept() -> None:
    await see("tcp://h:1", said())
    keep("gun", "tcp://h:1", ["massager"])
    await see("tcp://h:1", said(is_simulated=True))
    assert kept("gun") is None


async def test_a_board_without_a_number_is_told_by_its_usb_adapter(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = (("/dev/ttyACM0", "FT-A"), ("/dev/ttyACM1", "FT-B"))
    ports = [PortInfo(path, "", (0x0403, 0x6001), number, None) for path, number in numbers]
    monkeypatch.setattr("massctl.transports.ports.list_ports", lambda: ports)
    for name, url in zip(("left", "right"), PORTS, strict=True):
        keep(name, f"{url}?driver=line&n_per_unit=0.001", ["sensor"])
        await see(url, said("", name="board that prints readings"))
    ports[0] = replace(ports[0], serial_number="FT-B")
    with pytest.raises(WrongDevice, match="It is the one that you call right"):
        await see(PORTS[0], said("", name="board that prints readings"))


# ---------------------------------------------------------------- on the bench


def real(monkeypatch: pytest.MonkeyPatch, serial_number: str = "") -> None:
    """Let what the bench's devices say of themselves be taken for what real ones say."""

    def as_real(url: str, identity: reports.Identity, features: FeatureSet) -> DeviceIdentity:
        made = identity_from(url, identity, features)
        return replace(made, is_simulated=False, serial_number=serial_number or made.serial_number)

    monkeypatch.setattr(identification, "identity_from", as_real)


@pytest.mark.virtual
async def test_a_session_and_a_self_test_refuse_another_device_and_a_stop_reaches_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real(monkeypatch)
    async with Bench(combined=True) as bench:
        url = bench.urls["all"]
        remembered = await devices.remember("gun", url)
        assert set(remembered.roles) == {"massager", "sensor", "timer"}
        assert kept("gun") == Identity("sim-bench", "massctl simulated bench", "SIM-ALL")
        async with Connections({"massager": url}) as connections:
            await connections.open()
        monkeypatch.setattr(
            identification,
            "identity_from",
            lambda *given: replace(identity_from(*given), serial_number="X", is_simulated=False),
        )
        for refused in (Connections({"massager": url}).open(), measure(url), look("gun")):
            with pytest.raises(WrongDevice, match=r"this is not gun: .* serial X answers"):
                await refused
        assert not bench.world.drives
        assert "this is not gun" in (await ask(url)).warnings[0]
        assert (await stop_port(url)).is_stopped
        await asyncio.sleep(0.1)


async def test_a_wrong_file_refuses_nobody() -> None:
    path().parent.mkdir(parents=True, exist_ok=True)
    path().write_text("[devices", encoding="utf-8")
    await see("tcp://h:1", said())
