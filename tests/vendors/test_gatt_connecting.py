"""Opening foreign Bluetooth devices by address, through bleak: what is refused, and in which words."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from firmware_protocol.vendors import hypervolt2 as hypervolt_wire
from massctl.devices import connect, probe, send_stop
from massctl.devices.capabilities import HeartReading, LinkLoss, Report
from massctl.devices.ladders import ladder
from massctl.devices.supported import SUPPORTED
from massctl.devices.vendors import hypervolt2
from massctl.errors import ConnectionProblem, NoAnswer, UsageError, WrongDevice
from massctl.transports.ble import open_gatt
from massctl.transports.gatt import Advertisement
from sims.bench import Bench
from sims.radio.peripheral import Broadcast, Characteristic, Peripheral, Service
from sims.vendors.heart_rate import HeartRateTwin
from sims.vendors.hypervolt2 import Hypervolt2Twin
from sims.vendors.theragun import TheragunTwin

pytestmark = pytest.mark.virtual
BATTERY = "00002a19-0000-1000-8000-00805f9b34fb"


@pytest_asyncio.fixture
async def bench() -> AsyncIterator[Bench]:
    async with Bench(with_person=False) as bench:
        yield bench


async def test_a_hypervolt_says_what_it_is(bench: Bench) -> None:
    report = await probe("sim://hypervolt2")
    assert (report.identity.name, report.identity.model, report.identity.firmware) == ("Hypervolt 2", "HV200", "1.15.0")
    assert report.identity.is_simulated
    assert report.massager is not None
    assert report.massager.on_link_loss is LinkLoss.KEEPS_RUNNING
    assert report.massager.lease_s is None


async def test_what_is_known_from_one_person_only_is_said(bench: Bench) -> None:
    bundle = await connect("sim://hypervolt2", {"massager"})
    assert "worked out by one person" in bundle.warnings[0]
    assert any("not measured" in warning for warning in bundle.warnings)
    await bundle.aclose()


async def test_a_hypervolt_that_runs_is_stopped_without_a_session(bench: Bench) -> None:
    twin = bench.add("hypervolt2")
    assert isinstance(twin, Hypervolt2Twin)
    twin.set_level(2)
    await asyncio.sleep(2.0)
    await send_stop("sim://hypervolt2")
    await asyncio.sleep(1.5)
    assert bench.world.motor.speed_ppm == 0


async def test_the_address_may_be_given_where_the_system_hides_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    twin = bench.add("hypervolt2")
    assert isinstance(twin, Hypervolt2Twin)
    hidden = "9E3C0F5A-0000-4000-8000-1234567890AB"

    async def open_hidden(url: str, record: Path | None = None) -> object:
        link = await open_gatt(url, record)
        link.address = hidden  # as CoreBluetooth gives it
        return link

    monkeypatch.setattr(hypervolt2, "open_gatt", open_hidden)
    with pytest.raises(UsageError, match="hides the gun's Bluetooth address") as refused:
        await connect("sim://hypervolt2")
    assert "&mac=" in str(refused.value)
    bundle = await connect("sim://hypervolt2?mac=" + twin.address)
    await asyncio.sleep(0.1)
    assert twin.is_logged_in
    await bundle.aclose()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sim://hypervolt2?mac=nonsense", "'nonsense' is no Bluetooth address"),
        ("sim://theragun?experimental=force", "experimental is one of"),
        ("sim://progressor?sign=up", "sign is one of normal, inverted"),
        ("sim://progressor?max=0", "max is a number from 1 to 10000"),
        ("sim://progressor?battery=maybe", "battery is one of no, yes"),
        ("sim://heart_rate?rate=1", "has no option 'rate'"),
    ],
)
async def test_an_option_that_makes_no_sense_is_refused(bench: Bench, url: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        await connect(url)


async def test_a_gun_with_the_wrong_number_of_rates_is_refused(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    rates = ladder("hypervolt2-pro")
    monkeypatch.setattr(hypervolt2, "ladder", lambda _id: rates)
    with pytest.raises(UsageError, match="the gun has 3"):
        await connect("sim://hypervolt2")


@pytest.mark.parametrize("driver", ["hypervolt2", "theragun", "progressor"])
async def test_a_device_of_another_name_is_never_written_to(
    bench: Bench, driver: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    twin, written = bench.add(driver), list[bytes]()
    monkeypatch.setattr(type(twin), "broadcast", property(lambda _self: Broadcast(name="HRM 2041")))
    monkeypatch.setattr(type(twin), "on_write", lambda _self, _uuid, data, _now_s: written.append(data))
    with pytest.raises(WrongDevice, match="HRM 2041 is no"):
        await connect(f"sim://{driver}")
    assert written == []


@pytest.mark.parametrize("driver", ["hypervolt2", "theragun", "progressor", "heart_rate"])
async def test_a_name_without_the_characteristics_is_never_written_to(
    bench: Bench, driver: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    twin, written = bench.add(driver), list[bytes]()
    other = Service("0000180f-0000-1000-8000-00805f9b34fb", (Characteristic(BATTERY, "read", "write"),))
    monkeypatch.setattr(type(twin), "services", (other,))
    monkeypatch.setattr(type(twin), "on_write", lambda _self, _uuid, data, _now_s: written.append(data))
    with pytest.raises(WrongDevice, match="that massctl knows"):
        await connect(f"sim://{driver}")
    assert written == []


async def test_a_scale_with_a_theraguns_service_is_refused(bench: Bench) -> None:
    twin = bench.add("theragun")
    assert isinstance(twin, TheragunTwin)
    twin.name = "CTS500"
    with pytest.raises(WrongDevice, match="CTS500 is no Theragun"):
        await connect("sim://theragun")
    assert twin.writes == []


async def test_a_theragun_says_that_its_speed_is_its_persons(bench: Bench) -> None:
    bundle = await connect("sim://theragun", {"massager"})
    assert "nobody has confirmed it on hardware" in bundle.warnings[0]
    assert any("turn its own dial" in warning for warning in bundle.warnings)
    assert bundle.massager is not None
    assert not bundle.massager.capabilities.is_controllable
    assert bundle.identity.firmware == "2.1.6"
    await bundle.aclose()


async def test_the_experiment_says_what_it_is(bench: Bench) -> None:
    bundle = await connect("sim://theragun?experimental=speed", {"massager"})
    assert any("nobody has confirmed on hardware that it obeys" in warning for warning in bundle.warnings)
    assert bundle.massager is not None
    assert bundle.massager.capabilities.is_controllable
    await bundle.aclose()


async def test_a_progressor_tells_its_true_rate_and_its_battery(bench: Bench) -> None:
    bundle = await connect("sim://progressor?battery=yes", {"sensor"})
    assert bundle.sensor is not None
    assert bundle.sensor.capabilities.rate_hz == pytest.approx(80.0, rel=0.01)
    assert bundle.warnings == ("Its battery has 3.99 V.",)
    await bundle.aclose()


async def test_a_heart_rate_is_read(bench: Bench) -> None:
    bundle = await connect("sim://heart_rate", {"heart"})
    reports: list[Report] = []
    assert bundle.heart is not None
    bundle.heart.subscribe(reports.append)
    await bundle.heart.prepare()
    await asyncio.sleep(5.5)
    twin = bench.add("heart_rate")
    assert isinstance(twin, HeartRateTwin)
    twin.has_contact = False
    await asyncio.sleep(2.0)
    await bundle.aclose()
    rates = [report.rate_bpm for report in reports if isinstance(report, HeartReading)]
    assert len(rates) >= 6
    assert all(50 <= rate <= 90 for rate in rates[:5] if rate is not None)
    assert rates[-1] is None


async def test_a_heart_rate_is_no_massager(bench: Bench) -> None:
    with pytest.raises(ConnectionProblem, match="is no massager"):
        await connect("sim://heart_rate", {"massager"})


async def test_a_gun_that_vanishes_while_it_is_asked_is_told(bench: Bench) -> None:
    bundle = await connect("sim://hypervolt2", {"massager"})
    assert bundle.massager is not None
    bench.room.stations["hypervolt2"].drop()
    await asyncio.sleep(0.1)
    with pytest.raises((ConnectionProblem, NoAnswer)):
        await bundle.massager.arm()
    await bundle.aclose()


def test_every_bluetooth_row_knows_its_own_broadcast_and_no_other() -> None:
    rows = {row.id: row for row in SUPPORTED}
    world_of = Bench(with_person=False)
    for device_id in ("hypervolt2", "theragun", "progressor", "whc06", "heart_rate"):
        twin = world_of.add(device_id)
        assert isinstance(twin, Peripheral)
        heard = twin.broadcast
        advertisement = Advertisement(
            "C2:00:00:00:00:01",
            heard.name,
            -60,
            0.0,
            frozenset(heard.service_uuids),
            dict(heard.manufacturer_data),
        )
        assert [row for row in rows if rows[row].is_match(advertisement)] == [device_id]
    assert hypervolt_wire.is_name("HYPERVOLT 2")
