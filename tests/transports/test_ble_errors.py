"""What goes wrong with Bluetooth: each thing its own error, with advice in the system's own words; nothing above bleak is faked."""

from __future__ import annotations

import asyncio
import sys
from types import SimpleNamespace

import pytest
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakDBusError,
    BleakDeviceNotFoundError,
    BleakError,
    BleakGATTProtocolError,
)

from massctl.errors import (
    AdapterMissing,
    BluetoothForbidden,
    BluetoothOff,
    BluetoothServiceMissing,
    ConnectionProblem,
    DeviceBusy,
    ExitCode,
    LinkLost,
    NoAnswer,
    OutOfRange,
    PeerRefused,
    UsageError,
    WrongDevice,
)
from massctl.transports import GattLink, open_gatt, scan, watch_advertisements
from tests.transports.raising_bleak import ADDRESS, VALUE, System, running_on

URL = f"ble://{ADDRESS}"
REASON = BleakBluetoothNotAvailableReason
WINDOWS_OFF = OSError("The device is not ready for use")
WINDOWS_OFF.winerror = -2147020577  # type: ignore[attr-defined] # as Windows' own OSError has it
virtual = pytest.mark.virtual


def not_available(reason: BleakBluetoothNotAvailableReason) -> BleakBluetoothNotAvailableError:
    return BleakBluetoothNotAvailableError("no Bluetooth", reason)


RADIO = [
    (not_available(REASON.POWERED_OFF), BluetoothOff, "off"),
    (BleakDBusError("org.bluez.Error.NotReady", ["Resource Not Ready"]), BluetoothOff, "off"),
    (WINDOWS_OFF, BluetoothOff, "off"),
    (not_available(REASON.NO_BLUETOOTH), AdapterMissing, "no Bluetooth adapter"),
    (not_available(REASON.NO_BLE_CENTRAL_ROLE), AdapterMissing, "cannot connect to LE devices"),
    (not_available(REASON.DENIED_BY_USER), BluetoothForbidden, "not allowed"),
    (not_available(REASON.DENIED_BY_SYSTEM), BluetoothForbidden, "not allowed"),
    (not_available(REASON.DENIED_BY_UNKNOWN), BluetoothForbidden, "not allowed"),
    (BleakDBusError("org.freedesktop.DBus.Error.AccessDenied", ["rejected"]), BluetoothForbidden, "not allowed"),
    (PermissionError(13, "Permission denied"), BluetoothForbidden, "not allowed"),
    (FileNotFoundError(2, "No such file or directory"), BluetoothServiceMissing, "No such file"),
    (ConnectionRefusedError(111, "Connection refused"), BluetoothServiceMissing, "refused"),
    (EOFError(), BluetoothServiceMissing, "EOFError"),
    (
        BleakDBusError("org.freedesktop.DBus.Error.ServiceUnknown", ["org.bluez"]),
        BluetoothServiceMissing,
        "does not run",
    ),
    (not_available(REASON.UNKNOWN), BluetoothServiceMissing, "not available"),
]


@virtual
@pytest.mark.parametrize(("raised", "expected", "words"), RADIO, ids=lambda value: getattr(value, "__name__", None))
async def test_each_trouble_with_the_radio_is_an_error_of_its_own(
    raised: BaseException, expected: type[ConnectionProblem], words: str
) -> None:
    with running_on(System(scan_start=raised)):
        for attempt in (open_gatt(URL), scan(1.0), watch_advertisements(URL, print)):
            with pytest.raises(expected, match=words) as caught:
                await attempt
            assert type(caught.value) is expected
            assert caught.value.remedy
            assert caught.value.exit_code is ExitCode.CONNECTION


@virtual
@pytest.mark.parametrize(
    ("system", "words"),
    [
        ("linux", ("bluetoothctl power on", "bluetoothctl list", "usermod", "systemctl", "bluetoothctl devices")),
        ("darwin", ("System Settings", "System Information", "Privacy & Security", "Start the", "System Settings")),
        ("win32", ("Settings", "Device Manager", "Privacy & security", "services.msc", "Settings")),
    ],
)
async def test_the_advice_speaks_of_the_system_at_hand(
    system: str, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("massctl.transports.ble_errors.sys", SimpleNamespace(platform=system))
    troubles = (REASON.POWERED_OFF, REASON.NO_BLUETOOTH, REASON.DENIED_BY_USER, REASON.UNKNOWN)
    for trouble, word in zip(troubles, words, strict=False):
        with running_on(System(scan_start=not_available(trouble))), pytest.raises(ConnectionProblem) as caught:
            await open_gatt(URL)
        assert word in caught.value.remedy
    with running_on(System(is_heard=False)), pytest.raises(OutOfRange) as silent:
        await open_gatt(URL)
    assert words[-1] in silent.value.remedy


@pytest.mark.skipif(sys.platform != "linux", reason="D-Bus is Linux's")
async def test_a_linux_without_d_bus_is_told_in_words_by_its_real_backend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere/system_bus_socket")
    with pytest.raises(BluetoothServiceMissing, match="systemctl start bluetooth"):
        await open_gatt(URL)


@virtual
async def test_a_radio_that_does_not_begin_to_listen_is_given_up_after_three_seconds() -> None:
    loop = asyncio.get_running_loop()
    with (
        running_on(System(scan_start="hang")),
        pytest.raises(ConnectionProblem, match="did not start to listen within 3 s"),
    ):
        await open_gatt(URL)
    assert loop.time() == pytest.approx(3.0, abs=0.1)


@virtual
async def test_a_scan_that_does_not_end_holds_nobody_up() -> None:
    loop = asyncio.get_running_loop()
    with running_on(System(scan_stop="hang")):
        (found,) = await scan(1.0)
    assert found.name == "Gun"
    assert loop.time() == pytest.approx(4.0, abs=0.1)


BUSY = [
    BleakDBusError("org.bluez.Error.Failed", ["le-connection-abort-by-local"]),
    BleakDBusError("org.bluez.Error.AlreadyConnected", [""]),
    BleakDeviceNotFoundError(ADDRESS, "gone"),
    BleakError("Could not get GATT services: Unreachable"),
    TimeoutError(),
    "hang",
]


@virtual
@pytest.mark.parametrize("trouble", BUSY, ids=str)
async def test_a_device_that_is_heard_and_takes_no_connection_is_busy(trouble: BaseException | str) -> None:
    loop = asyncio.get_running_loop()
    with running_on(System(connect=trouble)), pytest.raises(DeviceBusy, match=r"something else has it.*vendor's app"):
        await open_gatt(URL)
    assert loop.time() < 8.2


@virtual
async def test_bluetooth_switched_off_while_connecting_is_told_as_that() -> None:
    with running_on(System(connect=BleakDBusError("org.bluez.Error.NotReady", ["x"]))), pytest.raises(BluetoothOff):
        await open_gatt(URL)


@virtual
async def test_a_device_that_stays_silent_is_out_of_range() -> None:
    with running_on(System(is_heard=False)), pytest.raises(OutOfRange, match="nothing was heard"):
        await open_gatt(URL)


@virtual
async def test_a_device_that_this_computer_still_holds_after_a_crash_is_reached_although_it_is_silent() -> None:
    system = System(is_held=True, is_heard=False)
    with running_on(system):
        link = await open_gatt(URL)
        await link.aclose()
    assert system.calls == ["connect", "disconnect"]


@virtual
@pytest.mark.parametrize("trouble", [NotImplementedError(), BleakError("Unsupported backend"), OSError(2, "x"), "hang"])
async def test_a_system_that_does_not_tell_what_it_holds_is_listened_on(trouble: BaseException | str) -> None:
    system = System(adapter=trouble)
    with running_on(system):
        await (await open_gatt(URL)).aclose()
    assert system.calls[0] == "scan"


@pytest.mark.parametrize("address", ["gun", "AA:BB:CC:DD:EE", "AA-BB-CC-DD-EE-FF", "GG:BB:CC:DD:EE:FF"])
async def test_what_is_no_bluetooth_address_is_refused_at_once(address: str) -> None:
    with pytest.raises(UsageError, match=r"no Bluetooth address.*massctl devices scan"):
        await open_gatt(f"ble://{address}")


async def _connected(system: System) -> tuple[GattLink, list[ConnectionProblem]]:
    link = await open_gatt(URL)
    lost: list[ConnectionProblem] = []
    link.start(lost.append)
    return link, lost


@virtual
async def test_a_device_that_does_not_answer_is_given_up_after_two_seconds() -> None:
    system = System(operations=["hang", "hang", "hang"])
    with running_on(system):
        link, _ = await _connected(system)
        for call in (link.read(VALUE), link.write(VALUE, b"x"), link.subscribe(VALUE, print)):
            with pytest.raises(NoAnswer, match="within 2 s"):
                await call
        await link.aclose()


@virtual
async def test_a_posted_write_that_is_not_answered_ends_the_link() -> None:
    system = System(operations=["hang"])
    with running_on(system):
        link, lost = await _connected(system)
        link.post(VALUE, b"x", with_response=True)
        await asyncio.sleep(2.1)
        assert [type(problem) for problem in lost] == [LinkLost]
        await link.aclose()


@virtual
async def test_a_write_waits_until_bluez_has_finished_the_one_before() -> None:
    busy = BleakDBusError("org.bluez.Error.InProgress", ["In Progress"])
    system = System(operations=[busy, busy, None])
    with running_on(system):
        link, _ = await _connected(system)
        await link.write(VALUE, b"x")
        assert system.calls.count("write b'x' with response") == 3
        await link.aclose()


@virtual
@pytest.mark.parametrize(
    ("raised", "expected", "words"),
    [
        (BleakGATTProtocolError(0x05), PeerRefused, "wants to be paired"),
        (BleakGATTProtocolError(0x0F), PeerRefused, "wants to be paired"),
        (BleakGATTProtocolError(0x80), PeerRefused, r"refused \(Application-specific Error 0x80\)"),
        (BleakGATTProtocolError(0x03), PeerRefused, r"refused \(Write Not Permitted\)"),
        (BleakError("Not connected"), LinkLost, "Not connected"),
        (BleakDBusError("org.bluez.Error.NotReady", ["x"]), BluetoothOff, "off"),
        (BrokenPipeError(32, "Broken pipe"), BluetoothServiceMissing, "Broken pipe"),
        (AttributeError("'NoneType' object has no attribute 'call'"), LinkLost, "failed"),
    ],
    ids=repr,
)
async def test_each_failure_of_a_write_is_told_as_what_it_is(
    raised: BaseException, expected: type[ConnectionProblem], words: str
) -> None:
    system = System(operations=[raised])
    with running_on(system):
        link, _ = await _connected(system)
        with pytest.raises(expected, match=words):
            await link.write(VALUE, b"x")
        await link.aclose()


@virtual
async def test_a_characteristic_that_is_not_there_means_the_wrong_device() -> None:
    system = System()
    with running_on(system):
        link, _ = await _connected(system)
        with pytest.raises(WrongDevice, match="right driver"):
            await link.read("0000ffff-0000-1000-8000-00805f9b34fb")
        await link.aclose()


@virtual
async def test_a_device_gets_the_kind_of_write_that_it_offers() -> None:
    system = System()
    with running_on(system):
        link, _ = await _connected(system)
        link.post(VALUE, b"x", with_response=False)
        await link.aclose()
    assert "write b'x' with response" in system.calls


@virtual
async def test_the_end_of_a_link_is_told_in_the_systems_own_callback() -> None:
    system = System()
    with running_on(system):
        link, lost = await _connected(system)
        system.lose()
        assert [type(problem) for problem in lost] == [LinkLost]
        await link.aclose()


@virtual
@pytest.mark.parametrize("trouble", ["hang", BleakError("x"), EOFError(), BrokenPipeError()], ids=repr)
async def test_a_close_is_bounded_and_never_raises(trouble: BaseException | str) -> None:
    loop = asyncio.get_running_loop()
    system = System(disconnect=trouble)
    with running_on(system):
        link, lost = await _connected(system)
        began_s = loop.time()
        await link.aclose()
        assert loop.time() - began_s < 2.1
        system.lose()
    assert lost == []
