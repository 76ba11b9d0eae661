"""The errors a caller of massctl meets, and the exit code each of them ends a command with.

Every error builds its own sentence from data and ends with what the person can do now::

    MassctlError                    the root; ``exit_code`` says how a command ends
    ├── UsageError                  2  what was asked makes no sense (unknown name, bad value, bad file)
    │   └── FileProblem             2  a file of the user's: place, reason, remedy
    ├── Blocked                     5  a safety rule forbids it; names the rule
    ├── ConnectionProblem           3  the device or its port
    │   ├── PortMissing             3
    │   │   ├── AdapterMissing      3  this computer has no Bluetooth LE
    │   │   ├── BluetoothOff        3
    │   │   ├── BluetoothServiceMissing 3  the system's Bluetooth service does not run
    │   │   └── OutOfRange          3  nothing was heard of the device
    │   ├── PortForbidden           3
    │   │   └── BluetoothForbidden  3
    │   ├── PortBusy                3
    │   │   └── DeviceBusy          3  it is heard, and takes no connection: somebody else has it
    │   ├── WrongDevice             3  it is another device than its driver is for
    │   ├── PeerSilent              3  nothing that parses arrived in time
    │   ├── PeerRefused             3  the device answered, and said no
    │   └── LinkLost                3  it worked, and broke
    ├── NoAnswer                    4  a live device did not do or answer something in time
    └── Interrupted               130  a signal came before anything ran, or broke it off

Programming errors (a value out of its documented range) are ``ValueError`` and ``RuntimeError`` and are not part of the tree.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ends; documented in the README and stable."""

    DONE = 0
    USAGE = 2
    CONNECTION = 3
    TIMEOUT = 4
    SAFETY = 5
    INTERRUPTED = 130


class MassctlError(Exception):
    """The root: one sentence of what happened and one of what to do."""

    exit_code = ExitCode.USAGE

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what, remedy)
        self.what = what
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.what} {self.remedy}".rstrip()


class UsageError(MassctlError):
    """What was asked cannot be done as it was asked: an unknown name, a bad value, a contradiction."""


class FileProblem(UsageError):
    """A file of the user's is wrong: ``place`` names file, line or key."""

    def __init__(self, place: str, reason: str, remedy: str = "") -> None:
        super().__init__(f"{place}: {reason}", remedy)
        self.place = place
        self.reason = reason


class Blocked(MassctlError):
    """A safety rule (``rule_id``, see ``massctl.rules``) forbids it."""

    exit_code = ExitCode.SAFETY

    def __init__(self, rule_id: str, what: str, remedy: str = "") -> None:
        super().__init__(f"{what} [{rule_id}]", remedy)
        self.rule_id = rule_id


class ConnectionProblem(MassctlError):
    """The device or the way to it; ``url`` names it."""

    exit_code = ExitCode.CONNECTION

    def __init__(self, url: str, reason: str, remedy: str = "") -> None:
        super().__init__(f"{url}: {reason}", remedy)
        self.url = url
        self.reason = reason


class PortMissing(ConnectionProblem):
    """There is no such port; the remedy lists those that exist."""


class PortForbidden(ConnectionProblem):
    """The system does not let this user open the port; the remedy names the group."""


class PortBusy(ConnectionProblem):
    """Another program has the port; the reason names it where the system tells."""


class AdapterMissing(PortMissing):
    """This computer has no Bluetooth LE adapter that can connect to devices."""


class BluetoothOff(PortMissing):
    """The adapter is switched off."""


class BluetoothServiceMissing(PortMissing):
    """The system's Bluetooth service does not run, or cannot be reached from here."""


class OutOfRange(PortMissing):
    """Nothing was heard of the device: out of range, off, or silent because something else is connected to it."""


class BluetoothForbidden(PortForbidden):
    """The system does not let this program use Bluetooth."""


class DeviceBusy(PortBusy):
    """The device is heard, but takes no connection; most often another app has it."""


class WrongDevice(ConnectionProblem):
    """The device is there, and is not what its driver is for."""


class PeerSilent(ConnectionProblem):
    """The port opened, but nothing that parses arrived: wrong speed, or not one of ours."""


class PeerRefused(ConnectionProblem):
    """The device answered a request with a refusal."""


class LinkLost(ConnectionProblem):
    """The link worked and broke: unplugged, out of range, closed by the other end."""


class NoAnswer(MassctlError):
    """A connected device did not answer or act in time."""

    exit_code = ExitCode.TIMEOUT

    def __init__(self, device: str, what: str, after_s: float, remedy: str = "") -> None:
        super().__init__(f"{device}: {what} within {after_s:g} s.", remedy)
        self.device = device


class Interrupted(MassctlError):
    """A signal (``origin``) came before a session ran, or broke a measurement off; in a session it is an emergency stop."""

    exit_code = ExitCode.INTERRUPTED

    def __init__(self, origin: str, state: str = "nothing was running") -> None:
        super().__init__(f"Interrupted by {origin}; {state}.")
        self.origin = origin
