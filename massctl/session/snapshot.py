"""What is judged: everything the supervisor and the conductor may look at, in one place, at one time.

One mutable object per session, because it is read a hundred times a second: the runner writes readings and presses into it,
interlocks and conductor read. No decision is made here, and nothing is forgotten that a rule needs. Times are those of the
event loop's clock; ages are the larger of the time since arrival and the age that the device itself reports.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from massctl.body.limits import CONTACT_MIN_N
from massctl.body.terms import Side
from massctl.devices.capabilities import ForceReading, MotorReading, PowerReading, TimerReading
from massctl.programs.plan import PlannedStep
from massctl.session.commands import Key
from massctl.session.dose import Doses, sides_of
from massctl.session.events import Phase
from massctl.session.facts import Facts
from massctl.session.feelings import Feelings
from massctl.session.limits import Scope

STALE_AFTER_S: Final = 0.5
"""A force sample older than this counts for nothing (F35)."""

ALIVE_N: Final = 1.0
"""A push whose mean changes by this much is held by somebody awake (F23; design value: breathing moves it less)."""

STILL_PPM: Final = 30.0
"""Below one stroke in two seconds a motor counts as standing: tacho noise (design value)."""

_BOTH_SIDES: Final = (Side.LEFT, Side.RIGHT)

_MEAN_WINDOW_S = 1.0
_MEAN_SPAN_S = 0.9
"""Samples must cover nine tenths of the window before their mean is judged: at 10 a second none is missing."""


@dataclass(frozen=True, slots=True)
class Stale:
    """There is no reading to judge: it is older than allowed, or none ever came (age ``inf``)."""

    age_s: float


class Drive(Enum):
    """What the host wants of the motor."""

    OFF = "off"
    ARMING = "arming"
    """The right to run has been asked for; the motor does not turn yet."""
    RUN = "run"
    SOFT_STOP = "soft stop"
    """Speed 0 is set; the motor ramps down and the lease is still renewed."""


@dataclass(slots=True)
class Snapshot:
    """The state of a session, as far as anything is decided by it."""

    facts: Facts
    began_at_s: float = 0.0
    phase: Phase = Phase.CONNECTING
    scope: Scope | None = None
    """The step at hand and its limits."""
    doses: Doses = field(default_factory=Doses)
    feelings: Feelings = field(default_factory=Feelings)
    at_hand: PlannedStep | None = None
    """The step whose point is at hand: in a scan its candidate."""
    worked_on: PlannedStep | None = None
    """The step that was last begun on a point."""
    closed: set[tuple[str, Side]] = field(default_factory=set)
    """Points and sides that are over for this session (F21, F22): nothing starts on them, however one comes back to them."""
    is_sensorless: bool = False
    """The sensor has turned out to be broken in this visit: it is not believed (F35)."""

    motor: MotorReading | None = None
    power: PowerReading | None = None
    timer: TimerReading | None = None
    last_force: ForceReading | None = None
    """The newest sample, however old; ask ``force`` for one that may be judged."""
    mean_1s_n: float | None = None
    """Mean push of the last second; None while too little of it is known."""
    force_changed_at_s: float = -math.inf
    """When a sample last differed, bit for bit, from the one before it (F35)."""

    drive: Drive = Drive.OFF
    set_ppm: int = 0
    """The speed last set by this session."""
    drive_since_s: float = 0.0
    """Since when ``drive`` is what it is."""
    set_at_s: float = -math.inf
    """When another speed was last set."""
    before_ppm: int = 0
    """The speed set before that."""
    lowered_at_s: float = -math.inf
    """When the set speed last came down (F38's blanking)."""
    started_at_s: float = -math.inf
    """When the motor last left standstill."""
    has_turned: bool = False
    """Whether it was measured to move since then."""
    last_set_ppm: int = 0
    """The speed before the last stop: a soft stop takes the longer, the faster it was."""
    is_motor_on: bool = False
    """Commanded or measured above 0."""
    is_hand_on: bool = False
    """A gun without a link has been switched on by hand, as far as anybody knows."""
    has_start_press: bool = False
    """A fresh press stands behind the motor (F53); every motor-off takes it away."""

    lost_device: str | None = None
    """Name of the device whose link broke or went silent (F34)."""
    refusal: str | None = None
    """Why the device refused a command, in words."""
    cleared_at_s: float = -math.inf
    """When the device's latched faults were last cleared, behind a reset; infinite while that goes on."""
    silent_on_s: float = 0.0
    """Motor-on time since the last sign of life (F23)."""
    _alive_n: float = 0.0
    suspended_s: float = 0.0
    """How long this machine has been suspended, on a scale of its own (F44)."""
    _force_at_s: float = -math.inf
    """When the newest force sample was taken: the earlier of the device's word and its arrival."""
    _window: deque[tuple[float, float]] = field(default_factory=deque)
    _window_sum: float = 0.0

    def force(self, now_s: float) -> ForceReading | Stale:
        """Return the newest force sample, or ``Stale`` when it is too old to act on."""
        reading = self.last_force
        if reading is None or self.is_sensorless:
            return Stale(math.inf)
        age_s = now_s - self._force_at_s
        return Stale(age_s) if age_s > STALE_AFTER_S else reading

    def force_age_s(self, now_s: float) -> float:
        """Return the age of the newest force sample in seconds; ``inf`` where there is none."""
        reading = self.last_force
        return math.inf if reading is None else now_s - self._force_at_s

    def auto_off_left_s(self, now_s: float) -> float | None:
        """Return what is left until the massager switches itself off (F41); None while it does not run, or nobody knows."""
        auto_off_s = self.facts.auto_off_s
        if auto_off_s is None or self.drive is not Drive.RUN:
            return None
        began_s = self.started_at_s if self.facts.is_controllable else self.drive_since_s
        return max(0.0, auto_off_s - (now_s - began_s))

    def is_touching(self, now_s: float) -> bool:
        """Return whether the head is on the body: assumed where nothing fresh measures it (F13)."""
        reading = self.force(now_s)
        return isinstance(reading, Stale) or not reading.mean_n < CONTACT_MIN_N

    def is_still(self, now_s: float) -> bool:
        """Return whether the motor stands: read back where the device measures, else after its ramp has had time."""
        if self.set_ppm > 0 or self.drive is Drive.RUN or self.drive is Drive.ARMING:
            return False
        if self.facts.confirms_speed:
            motor = self.motor
            return motor is not None and motor.received_at_s > self.drive_since_s and not _turns(motor)
        if self.is_hand_on:
            return False
        return now_s - self.drive_since_s >= self.last_set_ppm / self.facts.ramp_ppm_per_s + 0.5

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing moves, nothing is about to, and no manual tool's pressure is measured."""
        if self.is_motor_on or self.drive is not Drive.OFF:
            return False
        return self.scope is None or not self.scope.measures_pressure

    def take_motor(self, reading: MotorReading) -> None:
        """Take a motor reading."""
        self.motor = reading
        self.has_turned = self.has_turned or (reading.measured_ppm or 0.0) > STILL_PPM
        self.is_motor_on = self.set_ppm > 0 or self.is_hand_on or _turns(reading)

    def forget_motor(self, now_s: float) -> None:
        """Believe an old reading no longer: a motor that is not renewed has stopped by its lease, where it has one."""
        motor, lease_s = self.motor, self.facts.lease_s
        if motor is not None and lease_s is not None and self.set_ppm == 0 and now_s - motor.received_at_s > lease_s:
            self.motor, self.is_motor_on = None, False

    def take_force(self, reading: ForceReading) -> None:
        """Take a force sample: the newest value, the mean of the last second, and whether it changes at all."""
        before = self.last_force
        if before is None or before.mean_n != reading.mean_n or before.peak_n != reading.peak_n:
            self.force_changed_at_s = reading.received_at_s
        self.last_force = reading
        self._force_at_s = min(reading.at_s, reading.received_at_s)
        window, now_s = self._window, reading.received_at_s
        window.append((now_s, reading.mean_n))
        self._window_sum += reading.mean_n
        while window[0][0] <= now_s - _MEAN_WINDOW_S:
            self._window_sum -= window.popleft()[1]
        if not math.isfinite(self._window_sum):
            self._window_sum = sum(value for _, value in window)
        self.mean_1s_n = self._window_sum / len(window) if now_s - window[0][0] >= _MEAN_SPAN_S else None

    def want(self, drive: Drive, set_ppm: int, now_s: float) -> None:
        """Record what the host wants of the motor from now on."""
        if set_ppm != self.set_ppm:
            self.set_at_s, self.before_ppm = now_s, self.set_ppm
        if set_ppm < self.set_ppm:
            self.lowered_at_s = now_s
        if set_ppm > 0 and self.set_ppm == 0:
            self.started_at_s, self.has_turned = now_s, False
        if set_ppm == 0 and self.set_ppm > 0:
            self.last_set_ppm = self.set_ppm
        if drive is not self.drive:
            self.drive, self.drive_since_s = drive, now_s
        self.set_ppm = set_ppm
        self.is_hand_on = self._is_hand_on(drive)
        self.is_motor_on = set_ppm > 0 or self.is_hand_on or (self.motor is not None and _turns(self.motor))
        if drive is Drive.OFF:
            self.has_start_press = False

    def _is_hand_on(self, drive: Drive) -> bool:
        """Return whether a gun without a link runs: what nobody can stop runs until a person says that it is off."""
        if self.facts.is_controllable or not self.facts.has_massager:
            return False
        return drive is Drive.RUN or (self.is_hand_on and not self.facts.has_relay)

    def hand_off(self) -> None:
        """Take a person's word that a gun without a link is off."""
        self.is_hand_on = False
        self.is_motor_on = self.set_ppm > 0 or self.turns

    @property
    def turns(self) -> bool:
        """Whether the newest motor reading, however old, shows a motor that moves."""
        return self.motor is not None and _turns(self.motor)

    def close_point(self, *, both_sides: bool) -> None:
        """End the point at hand for this session: its side, or both and those of the point worked on last as well (F22)."""
        if self.at_hand is not None:
            self._close(self.at_hand, both_sides=both_sides)
        if both_sides and self.worked_on is not None:
            self._close(self.worked_on, both_sides=True)

    def _close(self, step: PlannedStep, *, both_sides: bool) -> None:
        if step.point is not None:
            sides = _BOTH_SIDES if both_sides else sides_of(step.side) or _BOTH_SIDES
            self.closed.update((step.point.id, side) for side in sides)

    def reopen_point(self) -> None:
        """Take back that the side at hand of the point at hand is over: the rating that said so was mistyped (F21)."""
        step = self.at_hand
        if step is not None and step.point is not None:
            self.closed.difference_update((step.point.id, side) for side in sides_of(step.side) or _BOTH_SIDES)

    def is_closed(self, step: PlannedStep) -> bool:
        """Return whether a step's point is over for this session, on any side that it works on."""
        point = step.point
        if point is None or not self.closed:
            return False
        return any((point.id, side) in self.closed for side in sides_of(step.side) or _BOTH_SIDES)

    def count_silence(self, dt_s: float) -> None:
        """Count motor-on time without a sign of life; a push that changes is one (F23)."""
        mean_n = self.mean_1s_n
        if mean_n is not None and abs(mean_n - self._alive_n) >= ALIVE_N:
            self._alive_n, self.silent_on_s = mean_n, 0.0
        elif self.is_motor_on:
            self.silent_on_s += dt_s

    def take_press(self, key: Key) -> None:
        """Take any press of a person as a sign of life (F23)."""
        self.silent_on_s = 0.0
        self.feelings.take_key(key)


def _turns(motor: MotorReading) -> bool:
    """Return whether a motor is commanded or measured to move, by its own report."""
    if motor.measured_ppm is not None:
        return motor.measured_ppm > STILL_PPM
    return motor.ramped_ppm > 0
