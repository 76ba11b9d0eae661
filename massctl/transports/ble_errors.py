"""From what bleak and the systems beneath it raise to our errors, each with advice in the words of the system at hand.

bleak tells some of its failures apart by class, some by a D-Bus name or an operating system's number; that knowledge is here and
nowhere else.
"""

from __future__ import annotations

import sys
from typing import Final

from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakCharacteristicNotFoundError,
    BleakDBusError,
    BleakDeviceNotFoundError,
    BleakError,
    BleakGATTProtocolError,
)
from bleak_retry_connector import (
    BleakAbortedError,
    BleakConnectionError,
    BleakNotFoundError,
    BleakOutOfConnectionSlotsError,
)

from massctl.errors import (
    AdapterMissing,
    BluetoothForbidden,
    BluetoothOff,
    BluetoothServiceMissing,
    ConnectionProblem,
    DeviceBusy,
    LinkLost,
    OutOfRange,
    PeerRefused,
    WrongDevice,
)

FOREIGN: Final = (BleakError, OSError, EOFError, AttributeError, KeyError)
"""What may come out of bleak: its own errors; the system's (no D-Bus is a plain FileNotFoundError, Windows raises WinError); and
what bleak's own code stumbles over when D-Bus or the device vanish in the middle (bleak-retry-connector knows these too)."""
_Reason = BleakBluetoothNotAvailableReason
_OFF_ON_WINDOWS: Final = -2147020577
"""'The device is not ready for use': WinRT with Bluetooth switched off (bleak issue 792)."""
_IN_PROGRESS: Final = "org.bluez.Error.InProgress"
_PERMISSION_CODES: Final = frozenset({0x05, 0x08, 0x0F})
"""ATT errors: insufficient authentication, authorization, encryption (Bluetooth Core, vol. 3 part F, 3.4.1.1)."""

_ADVICE: Final[dict[str, dict[str, str]]] = {
    "off": {
        "linux": "Switch it on: bluetoothctl power on (and if it is blocked: rfkill unblock bluetooth).",
        "darwin": "Switch it on: System Settings > Bluetooth.",
        "win32": "Switch it on: Settings > Bluetooth & devices.",
    },
    "adapter": {
        "linux": "Plug in an adapter for Bluetooth 4.0 or newer; 'bluetoothctl list' shows those that the system sees.",
        "darwin": "Plug in an adapter for Bluetooth 4.0 or newer; System Information > Bluetooth shows it.",
        "win32": "Plug in an adapter for Bluetooth 4.0 or newer; Device Manager > Bluetooth shows it.",
    },
    "forbidden": {
        "linux": "The system's policy denies it to this user: sudo usermod -aG bluetooth $USER, then log out and in again; "
        "in a container, the system's D-Bus must be shared with it.",
        "darwin": "Allow your terminal: System Settings > Privacy & Security > Bluetooth, then start the terminal anew.",
        "win32": "Allow apps to use Bluetooth: Settings > Privacy & security > Radios.",
    },
    "service": {
        "linux": "Is BlueZ installed and running? sudo systemctl start bluetooth (and dbus); in a container, the system's D-Bus "
        "must be shared with it.",
        "darwin": "Start the computer anew.",
        "win32": "Start the service 'Bluetooth Support Service' (services.msc).",
    },
    "range": {
        "linux": "Switch it on and bring it near. Close the vendor's app on your phone, and disconnect the device in this "
        "computer's Bluetooth settings (bluetoothctl devices Connected): while something is connected to it, it stays silent.",
        "darwin": "Switch it on and bring it near. Close the vendor's app on your phone, and disconnect the device in System "
        "Settings > Bluetooth: while something is connected to it, it stays silent.",
        "win32": "Switch it on and bring it near. Close the vendor's app on your phone, and disconnect the device in Settings > "
        "Bluetooth & devices: while something is connected to it, it stays silent.",
    },
    "busy": {
        "linux": "Close the vendor's app on every phone nearby, or switch its Bluetooth off; then switch the device off and on. "
        "If that does not help: bluetoothctl remove ADDRESS.",
        "darwin": "Close the vendor's app on every phone nearby, or switch its Bluetooth off; then switch the device off and on. "
        "If that does not help, forget it in System Settings > Bluetooth.",
        "win32": "Close the vendor's app on every phone nearby, or switch its Bluetooth off; then switch the device off and on. "
        "If that does not help, remove it in Settings > Bluetooth & devices.",
    },
    "pairing": {
        "linux": "Pair it: bluetoothctl pair ADDRESS.",
        "darwin": "Allow the pairing when the system asks for it.",
        "win32": "Pair it: Settings > Bluetooth & devices > Add device.",
    },
}


def advice(what: str, address: str = "") -> str:
    """Return what to do, in the words of this system."""
    words = _ADVICE[what]
    return words.get(sys.platform, words["linux"]).replace("ADDRESS", address or "ADDRESS")


def radio_problem(url: str, error: BaseException) -> ConnectionProblem | None:
    """Return our error where this computer's Bluetooth is the reason; None where it is not."""
    match _root(error):
        case TimeoutError():
            return None
        case BleakBluetoothNotAvailableError() as found:
            return _not_available(url, found)
        case BleakDBusError(dbus_error=name):
            return _dbus_problem(url, name)
        case PermissionError():
            return _forbidden(url)
        case OSError() as found if getattr(found, "winerror", None) == _OFF_ON_WINDOWS:
            return _off(url)
        case OSError() | EOFError() as found:
            reason = getattr(found, "strerror", None) or str(found) or type(found).__name__
            return BluetoothServiceMissing(
                url, f"this system's Bluetooth service cannot be reached ({reason}).", advice("service")
            )
    return None


def _root(error: BaseException) -> BaseException:
    """Return what bleak-retry-connector wrapped, if it did."""
    wrapped = (
        error.__cause__ if isinstance(error, BleakAbortedError | BleakConnectionError | BleakNotFoundError) else None
    )
    return error if wrapped is None else wrapped


def _not_available(url: str, error: BleakBluetoothNotAvailableError) -> ConnectionProblem:
    match error.reason:
        case _Reason.POWERED_OFF:
            return _off(url)
        case _Reason.NO_BLUETOOTH:
            return AdapterMissing(url, "this computer has no Bluetooth adapter.", advice("adapter"))
        case _Reason.NO_BLE_CENTRAL_ROLE:
            return AdapterMissing(
                url, "the Bluetooth adapter of this computer cannot connect to LE devices.", advice("adapter")
            )
        case _Reason.DENIED_BY_USER | _Reason.DENIED_BY_SYSTEM | _Reason.DENIED_BY_UNKNOWN:
            return _forbidden(url)
    return BluetoothServiceMissing(url, f"Bluetooth is not available ({error.args[0]}).", advice("service"))


def _dbus_problem(url: str, name: str) -> ConnectionProblem | None:
    match name:
        case "org.bluez.Error.NotReady":
            return _off(url)
        case "org.freedesktop.DBus.Error.AccessDenied" | "org.bluez.Error.NotAuthorized":
            return _forbidden(url)
        case "org.freedesktop.DBus.Error.ServiceUnknown" | "org.freedesktop.DBus.Error.NameHasNoOwner":
            return BluetoothServiceMissing(url, "this system's Bluetooth service does not run.", advice("service"))
    return None


def _off(url: str) -> BluetoothOff:
    return BluetoothOff(url, "Bluetooth is switched off.", advice("off"))


def _forbidden(url: str) -> BluetoothForbidden:
    return BluetoothForbidden(url, "this program is not allowed to use Bluetooth.", advice("forbidden"))


def not_heard(url: str, within_s: float) -> OutOfRange:
    """Return the error for a device of which nothing was heard."""
    return OutOfRange(url, f"nothing was heard of it within {within_s:g} s.", advice("range"))


def not_connected(url: str, address: str, error: BaseException, within_s: float) -> ConnectionProblem:
    """Return our error for a connection to a device that was heard, and did not come about."""
    problem = radio_problem(url, error)
    if problem is not None:
        return problem
    match error:
        case BleakOutOfConnectionSlotsError():
            return DeviceBusy(
                url, "the Bluetooth adapter has no connection left.", "Disconnect a device that you do not need."
            )
        case BleakDeviceNotFoundError() | BleakNotFoundError() | TimeoutError():
            reason = f"it is heard, but took no connection within {within_s:g} s: probably something else has it."
        case _:
            reason = f"it is heard, but the connection failed ({_words(_root(error))}): probably something else has it."
    return DeviceBusy(url, reason, advice("busy", address))


def operation_problem(url: str, address: str, what: str, error: BaseException) -> ConnectionProblem:
    """Return our error for a read, write or subscription (``what``, in words) that failed on a link that was open."""
    match error:
        case BleakCharacteristicNotFoundError():
            return WrongDevice(
                url,
                f"{what}: the device does not offer this ({error.char_specifier}).",
                "Is this the right address, and the right driver?",
            )
        case BleakGATTProtocolError(code=code) if code in _PERMISSION_CODES:
            return PeerRefused(url, f"{what}: the device wants to be paired first.", advice("pairing", address))
        case BleakGATTProtocolError():
            return PeerRefused(
                url, f"{what}: the device refused ({_words(error)}).", "Switch it off and on, and try again."
            )
    return radio_problem(url, error) or LinkLost(url, f"{what} failed ({_words(error)}).", advice("range"))


def lost(url: str) -> LinkLost:
    """Return the error for a link that ended without our doing."""
    return LinkLost(
        url,
        "the Bluetooth link is gone: out of range, switched off, or empty.",
        "Bring it near, check its battery, then connect again.",
    )


def is_busy(error: BaseException) -> bool:
    """Whether BlueZ only asks to wait until its own write before is done."""
    return isinstance(error, BleakDBusError) and error.dbus_error == _IN_PROGRESS


def _words(error: BaseException) -> str:
    """Return what an error says, without the name of its library's class."""
    if isinstance(error, BleakGATTProtocolError):
        return str(error.args[1]).removeprefix("GATT Protocol Error: ")
    return str(error).strip(" .") or type(error).__name__
