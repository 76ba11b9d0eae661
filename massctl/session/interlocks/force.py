"""Interlocks of push and contact: F10 and F11 (too much), F12 (none), F35 (a sensor that cannot be believed)."""

from __future__ import annotations

import math
from typing import ClassVar, Final

from massctl.body.limits import (
    CAP_PAUSE_FACTOR,
    CAP_STOP_FACTOR,
    CONTACT_MIN_N,
    FORCE_HARD_N,
    SENSORLESS_DISCOMFORT_MAX,
    SENSORLESS_SPEED_MAX_PPM,
)
from massctl.devices.capabilities import ForceReading
from massctl.rules import Level
from massctl.session.interlocks.base import BACK_OFF, EPSILON_S, Finding, Held, Timeless, reached
from massctl.session.snapshot import STALE_AFTER_S, Drive, Snapshot, Stale
from massctl.units import pressure_kpa

OVER_PAUSE_S: Final = 0.150
"""F10: this long above 1.25 times the cap."""
SLOW_STROKE_PPM: Final = 1200.0
"""F10: below 20 strokes a second, twice the corner of the 10 Hz low-pass, the peak shows single strokes and not the push: on the
bench 1.3 times the mean at 1,200 PPM, and 3 to 4 times in a soft stop. There the published mean is judged in its place."""
CREEPING_PPM: Final = 600.0
"""F10: below 10 strokes a second a stroke is longer than the 100 ms that a published mean covers: in a soft stop, which passes it
in a second, the mean of the last second is judged. 80 N is judged on every published mean."""
OVER_STOP_S: Final = 3.0
"""F10: this long above the cap in spite of a back-off."""
NO_CONTACT_SLOW_S: Final = 5.0
NO_CONTACT_PAUSE_S: Final = 20.0
"""F12."""
HOLD_S: Final = 0.250
"""F35: from this age on the last sample is held and the motor slowed."""
SATURATED_S: Final = 0.2
BELOW_ZERO_N: Final = -2.0
BELOW_ZERO_S: Final = 0.5
"""F35, F36: nothing pulls at a head; a reading this far below zero for this long has lost its zero, and pushes read too small."""
FROZEN_S: Final = 2.0
"""F35: a sample that no noise changes comes from no gauge."""


class OverForce:
    """F10: too much push for the region, while the motor is commanded or measured to move."""

    rule: ClassVar[str] = "F10"

    def __init__(self) -> None:
        self._over_pause = Held()
        self._over_cap = Held()

    def begin_step(self) -> None:
        """Forget the step before."""
        self._over_pause.clear()
        self._over_cap.clear()

    def check(self, now_s: float, snapshot: Snapshot) -> Finding | None:
        """Judge the newest sample, the last 150 ms and the mean of the last second."""
        scope, reading = snapshot.scope, snapshot.last_force
        if scope is None or reading is None or not snapshot.is_motor_on:
            self._over_pause.clear()
            self._over_cap.clear()
            return None
        cap_n = scope.cap_n
        sample_n = _push_n(snapshot, reading)
        if max(sample_n, reading.mean_n) > FORCE_HARD_N or sample_n > CAP_STOP_FACTOR * cap_n:
            return Finding(
                "F10",
                Level.STOP,
                f"{sample_n:.0f} N of push: far above the {cap_n:.0f} N allowed here. Lift off.",
            )
        if self._over_pause.lasts(now_s, sample_n > CAP_PAUSE_FACTOR * cap_n, OVER_PAUSE_S):
            self._over_pause.clear()
            return Finding(
                "F10", Level.PAUSE, f"{sample_n:.0f} N of push: above the {cap_n:.0f} N allowed here. Ease off."
            )
        mean_n = snapshot.mean_1s_n
        is_over = mean_n is not None and mean_n > cap_n
        if self._over_cap.lasts(now_s, is_over, OVER_STOP_S):
            return Finding("F10", Level.STOP, f"Still above {cap_n:.0f} N, 3 s after it was slowed down. Lift off.")
        if is_over:
            text = f"{mean_n:.0f} N of push, at most {cap_n:.0f} N here. Ease off."
            return Finding("F10", Level.BACKOFF, text, factor=BACK_OFF)
        return None


def _push_n(snapshot: Snapshot, reading: ForceReading) -> float:
    """Return the push that a sample shows: its low-passed peak, or a mean where single strokes pass the low-pass."""
    motor = snapshot.motor
    speed_ppm = (
        SLOW_STROKE_PPM if motor is None else motor.ramped_ppm if motor.measured_ppm is None else motor.measured_ppm
    )
    if speed_ppm >= SLOW_STROKE_PPM:
        return max(reading.mean_n, reading.peak_n)
    if snapshot.set_ppm > 0 or speed_ppm >= CREEPING_PPM or snapshot.mean_1s_n is None:
        return reading.mean_n
    return snapshot.mean_1s_n


class ToolPressure(Timeless):
    """F11: too much pressure under a manual tool or an algometer, where a sensor measures it."""

    rule: ClassVar[str] = "F11"

    def check(self, now_s: float, snapshot: Snapshot) -> Finding | None:
        """Judge the newest sample against the pressures of the tool: for a threshold measurement there is one, and it stops."""
        scope = snapshot.scope
        if scope is None or not scope.measures_pressure:
            return None
        reading = snapshot.force(now_s)
        if isinstance(reading, Stale):
            return None
        now_kpa = pressure_kpa(reading.mean_n, scope.area_cm2)
        if now_kpa <= scope.pressure_cap_kpa:
            return None
        level = Level.STOP if now_kpa > scope.pressure_stop_kpa else Level.PAUSE
        return Finding("F11", level, f"{now_kpa:.0f} kPa, at most {scope.pressure_cap_kpa:.0f} kPa here. Let go.")


class NoContact:
    """F12: the motor runs and touches nobody."""

    rule: ClassVar[str] = "F12"

    def __init__(self) -> None:
        self._slow = Held()
        self._pause = Held()
        self._was_slowed = False

    def begin_step(self) -> None:
        """Forget the step before."""
        self._slow.clear()
        self._pause.clear()
        self._was_slowed = False

    def check(self, now_s: float, snapshot: Snapshot) -> Finding | None:
        """Judge how long nothing was touched: 5 s slow it down to the point's lowest speed, 20 s pause it."""
        scope = snapshot.scope
        holds = scope is not None and scope.runs_motor and snapshot.is_motor_on and not snapshot.is_touching(now_s)
        if self._pause.lasts(now_s, holds, NO_CONTACT_PAUSE_S):
            self._pause.clear()
            self._slow.clear()
            return Finding("F12", Level.PAUSE, "The head has touched nothing for 20 s. Put it back, then press Enter.")
        if not holds:
            self._was_slowed = False
        if self._slow.lasts(now_s, holds, NO_CONTACT_SLOW_S) and scope is not None and not self._was_slowed:
            self._was_slowed = True
            if snapshot.set_ppm > scope.gentle_ppm:
                text = f"No contact ({CONTACT_MIN_N:g} N) for 5 s: slowed down to {scope.gentle_ppm} PPM."
                return Finding("F12", Level.BACKOFF, text, ceiling_ppm=scope.gentle_ppm)
        return None


class SensorDoubt:
    """F35: a force reading that is old, no number, saturated, frozen or below zero while the motor is wanted."""

    rule: ClassVar[str] = "F35"

    def __init__(self) -> None:
        self._saturated = Held()
        self._below_zero = Held()
        self._rating_serial = 0

    def begin_step(self) -> None:
        """Forget the step before; a sensor gets a new chance."""
        self._saturated.clear()
        self._below_zero.clear()

    def check(self, now_s: float, snapshot: Snapshot) -> Finding | None:
        """Judge age and plausibility; a step that needs pressure stops, as does any where F35 wants a sensor."""
        scope = snapshot.scope
        if scope is None or not scope.runs_motor or not snapshot.is_motor_on or snapshot.drive is Drive.OFF:
            self._saturated.clear()
            self._below_zero.clear()
            return None
        if scope.is_sensorless or snapshot.is_sensorless:
            return self._sensorless(snapshot) if scope.may_go_sensorless else _stopped("there is no force sensor")
        doubt = self._doubt(now_s, snapshot)
        if doubt is not None:
            if scope.needs_pressure or not scope.may_go_sensorless:
                return _stopped(doubt)
            self._rating_serial = snapshot.feelings.serial
            text = f"Going on without the sensor ({doubt}), at {SENSORLESS_SPEED_MAX_PPM} PPM at most."
            return Finding("F35", Level.BACKOFF, text, goes_sensorless=True)
        if snapshot.force_age_s(now_s) > HOLD_S + EPSILON_S:
            return Finding("F35", Level.BACKOFF, "The force reading is late: slowed down.", factor=BACK_OFF)
        return None

    def _doubt(self, now_s: float, snapshot: Snapshot) -> str | None:
        reading = snapshot.last_force
        if reading is None or snapshot.force_age_s(now_s) > STALE_AFTER_S + EPSILON_S:
            return "no force reading for 500 ms"
        if not math.isfinite(reading.mean_n) or not math.isfinite(reading.peak_n):
            return "the force reading is not a number"
        if self._saturated.lasts(now_s, reading.is_saturated, SATURATED_S):
            return "the force sensor is saturated"
        if self._below_zero.lasts(now_s, reading.mean_n < BELOW_ZERO_N, BELOW_ZERO_S):
            return "the force sensor has lost its zero"
        if reached(now_s - max(snapshot.force_changed_at_s, snapshot.started_at_s), FROZEN_S):
            return "the force reading has not changed for 2 s"
        return None

    def _sensorless(self, snapshot: Snapshot) -> Finding | None:
        feelings = snapshot.feelings
        if feelings.serial == self._rating_serial:
            return None
        self._rating_serial = feelings.serial
        if feelings.last is None or feelings.last <= SENSORLESS_DISCOMFORT_MAX:
            return None
        text = "Without a sensor discomfort stays at 5 or below: slowed down. Ease off."
        return Finding("F35", Level.BACKOFF, text, factor=BACK_OFF)


def _stopped(doubt: str) -> Finding:
    text = f"Stopped: {doubt}, and this step needs it. Check the sensor and its cable, or press w for another tool."
    return Finding("F35", Level.STOP, text)
