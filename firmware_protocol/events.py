"""What a Connection reports besides messages: to a host, the fate of its commands; to a device, what its hardware must do.

Messages that arrive at a host are events themselves (``reports.py``).
"""

from __future__ import annotations

from dataclasses import dataclass

from firmware_protocol.codes import Result, StopCause
from firmware_protocol.commands import Command
from firmware_protocol.errors import RemoteProtocolError
from firmware_protocol.messages import Unknown
from firmware_protocol.reports import Report

_RESULT_TEXTS = {
    Result.OK: "done",
    Result.NOT_OWNER: "this controller has not claimed the device",
    Result.CLAIMED_BY_OTHER: "another controller has claimed the device",
    Result.STALE_EPOCH: "the device has been stopped since; arm it again",
    Result.NOT_ARMED: "the motor is not armed",
    Result.OUT_OF_RANGE: "a value is out of the device's range",
    Result.MOTOR_ON: "the motor is on",
    Result.FAULTED: "a fault is latched",
    Result.UNSUPPORTED: "the device cannot do this",
    Result.MALFORMED: "the device could not read the command",
    Result.STALE_RENEWAL: "the renewal answers telemetry that is too old",
    Result.NO_VERSION: "no protocol version has been agreed",
    Result.FAILED: "the device tried and failed",
}


def result_text(result: int) -> str:
    """Return a refusal in words; a number this version does not know is named as such."""
    try:
        return _RESULT_TEXTS[Result(result)]
    except ValueError:
        return f"refused for a reason unknown to this version (code {result})"


@dataclass(frozen=True, slots=True)
class CommandAcknowledged:
    """The device has accepted ``command``; for a query, its answer came just before this event."""

    command: Command
    sequence: int
    round_trip_s: float
    """From its last transmission."""


@dataclass(frozen=True, slots=True)
class CommandRefused:
    """The device has refused ``command``."""

    command: Command
    sequence: int
    result: int

    @property
    def reason(self) -> str:
        """The refusal in words."""
        return result_text(self.result)


@dataclass(frozen=True, slots=True)
class CommandTimedOut:
    """No answer to ``command``, after all its transmissions."""

    command: Command
    sequence: int


@dataclass(frozen=True, slots=True)
class CommandDropped:
    """``command`` was overtaken, by STOP or by a newer speed, or the link went; it may or may not have arrived."""

    command: Command
    sequence: int


@dataclass(frozen=True, slots=True)
class StopAcknowledged:
    """The device has received STOP; ``latency_s`` after its first transmission."""

    sequence: int
    latency_s: float


@dataclass(frozen=True, slots=True)
class StopTimedOut:
    """STOP was repeated to the end and never acknowledged."""

    sequence: int


@dataclass(frozen=True, slots=True)
class FrameRejected:
    """Bytes arrived that are no frame or no message; reading goes on behind them."""

    error: RemoteProtocolError


HostEvent = (
    Report
    | Unknown
    | CommandAcknowledged
    | CommandRefused
    | CommandTimedOut
    | CommandDropped
    | StopAcknowledged
    | StopTimedOut
    | FrameRejected
)
"""Everything a HOST connection reports."""


@dataclass(frozen=True, slots=True)
class SwitchOff:
    """Motor off at once, relay open: everything that can hurt. Idempotent."""

    cause: StopCause
    host_reason: int = 0
    """The reason that the host's STOP gave, for ``StopCause.HOST_STOP``."""


@dataclass(frozen=True, slots=True)
class Armed:
    """The motor may run from now on, on this lease; it stands until RunMotor."""

    lease_ms: int


@dataclass(frozen=True, slots=True)
class RunMotor:
    """Ramp the motor to ``speed_ppm`` (0: to standstill) at no more than ``ramp_ppm_per_s``."""

    speed_ppm: int
    ramp_ppm_per_s: int


@dataclass(frozen=True, slots=True)
class LimitsChanged:
    """The device's own limits are these now."""

    speed_max_ppm: int
    force_max_mn: int
    run_max_s: int


@dataclass(frozen=True, slots=True)
class TareSensor:
    """Make the present load of the force sensor zero."""


@dataclass(frozen=True, slots=True)
class CalibrateSensor:
    """Scale the force sensor so that its present load reads ``reference_mn``."""

    reference_mn: int


@dataclass(frozen=True, slots=True)
class CloseRelay:
    """Close the relay; OpenRelay follows after ``duration_ms`` unless it is armed again."""

    duration_ms: int


@dataclass(frozen=True, slots=True)
class OpenRelay:
    """Open the relay: cancelled (``is_elapsed`` False), or its time is up."""

    is_elapsed: bool


@dataclass(frozen=True, slots=True)
class SoundBuzzer:
    """Sound the buzzer for ``duration_ms``; 0 silences it."""

    duration_ms: int


@dataclass(frozen=True, slots=True)
class StreamChanged:
    """This link asked for ``function``'s telemetry at ``rate_hz``; 0 is off."""

    function: int
    rate_hz: int


@dataclass(frozen=True, slots=True)
class ClaimChanged:
    """A controller took the device, or lost it."""

    is_claimed: bool


@dataclass(frozen=True, slots=True)
class FaultsCleared:
    """The latched faults were cleared; ``remaining`` are those whose cause is still present."""

    remaining: int


DeviceEvent = (
    SwitchOff
    | Armed
    | RunMotor
    | LimitsChanged
    | TareSensor
    | CalibrateSensor
    | CloseRelay
    | OpenRelay
    | SoundBuzzer
    | StreamChanged
    | ClaimChanged
    | FaultsCleared
    | FrameRejected
)
"""Everything a DEVICE connection reports: what the hardware must do now, in this order."""

Event = HostEvent | DeviceEvent
