"""What a massager, a force sensor and a timer can do and say, whatever speaks to them.

Commands are synchronous and return at once: they put bytes on the wire or they do nothing. What happened comes back as a
``Report`` to the subscriber, in the read callback. A write is not a confirmation: only a report is.
All times are seconds of the event loop's clock (``loop.time()``); ``at_s`` is when the device measured, mapped to that clock.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol, runtime_checkable

from massctl.errors import ConnectionProblem

OWN_LOW_PASS_MAX_HZ: Final = 5.0
"""F35: a low-pass of at most this before the sampling takes the stroke away, whatever the rate."""


class StopReason(StrEnum):
    """Why a device is stopped, for its record; every stop acts alike."""

    PERSON = "a person"
    SUPERVISOR = "the supervisor"
    START = "a start"
    END = "the end of a session"


class LinkLoss(StrEnum):
    """What a device does when its link is lost."""

    STOPS = "stops"
    KEEPS_RUNNING = "keeps running"
    UNKNOWN = "unknown"
    """Counts as keeps running."""


@dataclass(frozen=True, slots=True)
class MassagerCapabilities:
    """A massager as data."""

    speed_min_ppm: int
    """Slowest running speed; below it the motor is off."""
    speed_max_ppm: int
    levels_ppm: tuple[int, ...] = ()
    """The rates of its levels, ascending; empty for a continuous range."""
    confirms_speed: bool = True
    """Whether it reports a measured speed."""
    is_controllable: bool = True
    """False for a gun without a link (``manual://``): the person switches it, massctl cannot stop it."""
    on_link_loss: LinkLoss = LinkLoss.UNKNOWN
    lease_s: float | None = None
    """The motor stops by itself this long after the last renewal; None without a lease."""
    ramp_ppm_per_s: int = 600
    has_battery: bool = False
    has_temperature: bool = False
    heads: tuple[str, ...] = ()
    """Heads known to fit; empty when unknown."""
    has_soft_start: bool = True
    """Whether it can start slowly; one behind a switch starts at its full speed."""
    is_monitored: bool = True
    """Whether it answers while it runs: by telemetry, or to the driver's own polls every 250 ms. A device that cannot is
    unmonitored (F34): nobody notices a lost link, and its ``last_frame_at_s`` is ``math.inf``."""
    silent_after_s: float = 0.75
    """F34: it counts as lost after so long without a valid message; longer behind a relay whose network is slow by nature."""
    is_behind_relay: bool = False
    """The timer's relay feeds its power, as its owner has declared: an open relay is a motor without power."""
    auto_off_s: float | None = None
    """It switches itself off this long after the start of its motor, whatever is said to it (F41); None where that is unknown."""


@dataclass(frozen=True, slots=True)
class ForceSensorCapabilities:
    """A force sensor as data."""

    rate_hz: float
    """Raw conversions a second, before averaging (F35 refuses slow ones for percussion)."""
    published_hz: float
    force_max_n: float
    """Full scale; above it the reading is saturated."""
    is_estimated: bool = False
    """Guessed from the motor's load rather than measured."""
    is_polled: bool = False
    """Read when the host asks, not by the sensor's own clock: where a stroke aliases to cannot be known (F35)."""
    own_low_pass_hz: float | None = None
    """Corner of a mechanical or analog low-pass before its sampling; None without one (F35)."""
    silent_after_s: float = 0.750
    """F34: its link counts as lost after so long without a valid frame; longer only for one that speaks seldom by nature, whose
    old readings F35 does not believe anyway."""

    @property
    def alias_rate_hz(self) -> float:
        """The rate that F35's alias rule is judged with: infinite behind a low-pass of at most 5 Hz, 0 where it is unknown."""
        if self.own_low_pass_hz is not None and self.own_low_pass_hz <= OWN_LOW_PASS_MAX_HZ:
            return math.inf
        return 0.0 if self.is_polled else self.rate_hz


@dataclass(frozen=True, slots=True)
class TimerCapabilities:
    """Timer hardware as data."""

    duration_max_s: float
    has_relay: bool = True
    opens_by_itself: bool = True
    """Whether the relay opens when it is not renewed, whatever happened to the host: only then is it the third layer. A relay that
    latches is a software timer only."""
    is_monitored: bool = True
    """Whether it tells its state; one that does not has ``last_frame_at_s`` = ``math.inf`` and sends no reading."""
    has_buzzer: bool = False
    has_button: bool = False
    has_pedal: bool = False
    silent_after_s: float = 0.75
    """F34: it counts as lost after so long without a valid message; longer for one whose network is slow by nature."""


@dataclass(frozen=True, slots=True)
class MotorReading:
    """One telemetry sample of a motor."""

    at_s: float
    received_at_s: float
    commanded_ppm: float
    ramped_ppm: float
    """Where the device's own soft start or stop has got to."""
    measured_ppm: float | None
    """None where the device does not measure."""
    is_armed: bool
    fault: str | None = None
    """The device's latched fault, in words; None for none."""


@dataclass(frozen=True, slots=True)
class PowerReading:
    """Battery and temperatures; None where not fitted."""

    at_s: float
    battery_percent: float | None = None
    motor_temperature_c: float | None = None
    skin_temperature_c: float | None = None
    load_percent: float | None = None
    is_charging: bool = False


@dataclass(frozen=True, slots=True)
class ForceReading:
    """One published force value: the mean over strokes and the low-passed peak; compression is positive."""

    at_s: float
    received_at_s: float
    mean_n: float
    peak_n: float
    is_saturated: bool = False
    is_calibrated: bool = True


@dataclass(frozen=True, slots=True)
class HeartReading:
    """One measurement of a heart rate: shown and recorded, never steering."""

    at_s: float
    rate_bpm: int | None
    """None while the sensor has no reading, or no contact."""
    has_contact: bool | None = None
    """None where the sensor cannot tell."""


@dataclass(frozen=True, slots=True)
class TimerReading:
    """State of timer hardware."""

    at_s: float
    relay_closed: bool
    remaining_s: float


class InputKind(StrEnum):
    """A press on the timer hardware."""

    BUTTON = "button"
    PEDAL_DOWN = "pedal_down"
    """It went down just now: what the tread means is told when it is over, but a motor need not wait for that (F42)."""
    PEDAL = "pedal"
    PEDAL_DOUBLE = "pedal_double"
    PEDAL_HELD = "pedal_held"
    """An emergency stop (F42)."""


@dataclass(frozen=True, slots=True)
class InputPressed:
    """Somebody pressed the timer's button or pedal."""

    at_s: float
    kind: InputKind


@dataclass(frozen=True, slots=True)
class StopAcknowledged:
    """The device has said that it received STOP."""

    at_s: float


@dataclass(frozen=True, slots=True)
class CommandRefused:
    """The device refused a command; ``reason`` in words."""

    at_s: float
    command: str
    reason: str


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The link is gone; the device object is of no more use."""

    at_s: float
    problem: ConnectionProblem


Report = (
    MotorReading
    | PowerReading
    | ForceReading
    | HeartReading
    | TimerReading
    | InputPressed
    | StopAcknowledged
    | CommandRefused
    | Disconnected
)
"""What a device says to its one subscriber."""


@dataclass(frozen=True, slots=True)
class DeviceLimits:
    """Limits that the firmware itself is asked to hold, set while the motor is off."""

    speed_max_ppm: int
    force_max_n: float
    run_max_s: float


class Device(Protocol):
    """What all devices share."""

    name: str
    url: str

    def subscribe(self, on_report: Callable[[Report], None]) -> None:
        """Deliver all reports to ``on_report`` (one subscriber), in the read callback."""

    @property
    def last_frame_at_s(self) -> float:
        """When the last valid frame arrived (F34); ``math.inf`` for a device without a link."""

    async def aclose(self) -> None:
        """Stop what this device drives, release the claim, close the link; idempotent, bounded in time."""


class Massager(Device, Protocol):
    """A motor that strikes."""

    capabilities: MassagerCapabilities

    async def prepare(self, limits: DeviceLimits) -> None:
        """Stop, claim, verify idle, set the limits, start telemetry. Raises ConnectionProblem or NoAnswer."""

    async def arm(self, limits: DeviceLimits | None = None) -> None:
        """Ask for the right to run, after a stop or at the first start; ``limits`` replace those set before.

        Raises ConnectionProblem or NoAnswer.
        """

    async def clear_faults(self) -> None:
        """Clear what the device has latched, behind a person's two-step reset only; what is still so latches anew.

        Raises ConnectionProblem or NoAnswer.
        """

    def set_speed(self, speed_ppm: int, ramp_ppm_per_s: int) -> None:
        """Command a speed (0: ramp down to standstill); never retransmitted, only superseded."""

    def renew(self) -> None:
        """Renew the motor's lease; call only from an approving check of the supervisor (F33)."""

    def stop(self, reason: StopReason = StopReason.SUPERVISOR) -> bool:
        """Write STOP before anything queued, and repeat it by the clock until acknowledged (F42); idempotent.

        Returns whether bytes went out: not on a dead link, nor to a gun without one.

        Writes nothing to a device that has turned out to be under another program's control.
        """


class ForceSensor(Device, Protocol):
    """A gauge under the head."""

    capabilities: ForceSensorCapabilities

    async def prepare(self) -> None:
        """Claim and start the stream. Raises ConnectionProblem or NoAnswer."""

    async def tare(self) -> None:
        """Make the present load zero; head in the air, motor off (F36)."""


class Timer(Device, Protocol):
    """A relay or buzzer that acts by itself when not renewed."""

    capabilities: TimerCapabilities

    async def prepare(self) -> None:
        """Claim, open the relay, start telemetry. Raises ConnectionProblem or NoAnswer."""

    def arm(self, duration_s: float) -> None:
        """Close the relay (and count down) for ``duration_s``; calling again renews."""

    def cancel(self) -> bool:
        """Open the relay now; returns whether bytes that do so went out."""

    def buzz(self, duration_s: float) -> None:
        """Sound the buzzer, where there is one."""


class HeartSensor(Device, Protocol):
    """A heart rate strap or watch; what it says is shown and recorded, and steers nothing."""

    async def prepare(self) -> None:
        """Listen. Raises ConnectionProblem or NoAnswer."""


@runtime_checkable
class BehindRelay(Protocol):
    """A massager without a link of its own, which a timer's relay switches."""

    def through(self, timer: Timer) -> Timer:
        """Take the relay that feeds it; return the timer to use from now on in that one's place."""
