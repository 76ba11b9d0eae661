"""Interlocks of the motor: F2, F17, F22, F53 (whether it may run), F33, F38, F45, F48, F54 (whether it does what was set)."""

from __future__ import annotations

from typing import ClassVar, Final

from massctl.body.limits import FAST_AFTER_S, START_SPEED_MAX_PPM
from massctl.rules import Level
from massctl.session.interlocks.base import BACK_OFF, Finding, Held, Timeless, ended, reached
from massctl.session.snapshot import STILL_PPM, Drive, Snapshot

STALL_FROM_PPM: Final = 1000.0
BLANK_S: Final = 1.0
"""F38: nothing is judged this long after standstill and after a decrease."""
ARM_GRACE_S: Final = 0.5
"""F33: the first telemetry after arming may still show the state before."""
STANDSTILL_S: Final = 1.5
"""F54: standstill is confirmed within this: from the motor-off, or from the end of the ramp of a soft stop."""
BEAT_S: Final = 0.1
"""The stop sequence, which watches every motor-off, comes first; this is for what starts again behind it."""
CUT_OFF_SLACK_S: Final = 10.0
"""F41: a device's own clock, and when it began to count, are known no better than this (design value)."""
FOREIGN_MARGIN: Final = 1.02
"""F45: rounding of a speed on its way through a device."""


class PlaceForbidden(Timeless):
    """F2: the motor is wanted where percussion is forbidden."""

    rule: ClassVar[str] = "F2"

    def check(self, now_s: float, snapshot: Snapshot) -> Finding | None:
        """Judge place and mode whenever the motor is wanted."""
        scope = snapshot.scope
        if snapshot.drive is Drive.OFF or scope is None or scope.allows_percussion or not scope.runs_motor:
            return None
        return Finding("F2", Level.STOP, "A massager must not work here. Use a ball, a cane or a hand.")


class SpeedCeiling(Timeless):
    """F17: more speed is set than the step, or the first three seconds, allow: a fault of this program, not of the person."""

    rule: ClassVar[str] = "F17"

    def check(self, now_s: float, snapshot: Snapshot) -> Finding | None:
        """Judge the set speed against hard ∩ device ∩ region ∩ program, and behind a start against 1,800 PPM."""
        scope = snapshot.scope
        if scope is None:
            return None
        is_fresh = not reached(now_s - snapshot.started_at_s, FAST_AFTER_S)
        most_ppm = min(scope.ceiling_ppm, START_SPEED_MAX_PPM) if is_fresh else scope.ceiling_ppm
        if snapshot.set_ppm <= most_ppm:
            return None
        return Finding("F17", Level.STOP, f"{snapshot.set_ppm} PPM set where {most_ppm} PPM is the limit. Lift off.")


class NoFreshPress(Timeless):
    """F53: the motor is wanted, and no press since the last standstill stands behind it."""

    rule: ClassVar[str] = "F53"

    def check(self, now_s: float, snapshot: Snapshot) -> Finding | None:
        """Judge whether a person asked for this start."""
        if snapshot.drive is Drive.OFF or snapshot.has_start_press:
            return None
        return Finding("F53", Level.STOP, "The motor was about to run without a press.")


class PointOver(Timeless):
    """F22, F21: the motor is wanted on a point that is over for this session: a fault of this program."""

    rule: ClassVar[str] = "F22"

    def check(self, now_s: float, snapshot: Snapshot) -> Finding | None:
        """Judge point and side whenever the motor is wanted."""
        scope = snapshot.scope
        if not snapshot.closed or snapshot.drive is Drive.OFF or scope is None or not snapshot.is_closed(scope.step):
            return None
        return Finding("F22", Level.STOP, "This point is over for this session. Lift off.")


class LeaseLapsed(Timeless):
    """F33: the device latched a fault, in whatever phase; or it stopped by itself or refuses while the motor is wanted."""

    rule: ClassVar[str] = "F33"

    def check(self, now_s: float, snapshot: Snapshot) -> Finding | None:
        """Judge the device's own word; a fault that is being cleared behind a reset is told again if it is still there."""
        motor = snapshot.motor
        drive = snapshot.drive
        if motor is None:
            return None
        if motor.fault is not None and motor.received_at_s > snapshot.cleared_at_s:
            return Finding("F33", Level.STOP, f"The device reports: {ended(motor.fault)}")
        if drive is not Drive.RUN and drive is not Drive.SOFT_STOP:
            return None
        if snapshot.refusal is not None:
            return Finding("F33", Level.STOP, f"The device refuses: {ended(snapshot.refusal)}")
        if now_s - snapshot.started_at_s < ARM_GRACE_S or motor.received_at_s < snapshot.started_at_s:
            return None
        if not motor.is_armed and drive is Drive.RUN and snapshot.facts.is_controllable:
            text = "The device has lost its right to run: the lease lapsed."
            return Finding("F33", Level.STOP, _cut_off(now_s, snapshot) or text)
        return None


def _cut_off(now_s: float, snapshot: Snapshot) -> str:
    """Return what a device that stands has done, where its own cut-off was due (F41); '' where it was not."""
    left_s = snapshot.auto_off_left_s(now_s)
    is_due = left_s is not None and left_s <= CUT_OFF_SLACK_S
    return "The massager has switched itself off, as it always does after a while. Lift off." if is_due else ""


class Stall:
    """F38: the motor turns much slower or faster than its own ramp says."""

    rule: ClassVar[str] = "F38"

    def __init__(self) -> None:
        self._slow = Held()
        self._stuck = Held()
        self._runaway = Held()

    def begin_step(self) -> None:
        """Forget the step before."""
        self._clear()

    def check(self, now_s: float, snapshot: Snapshot) -> Finding | None:
        """Judge measured against ramped speed, blanked after standstill and after a decrease."""
        motor = snapshot.motor
        if motor is None or motor.measured_ppm is None or snapshot.set_ppm == 0:
            self._clear()
            return None
        if now_s - snapshot.started_at_s < BLANK_S or now_s - snapshot.lowered_at_s < BLANK_S:
            self._clear()
            return None
        measured_ppm, ramped_ppm = motor.measured_ppm, motor.ramped_ppm
        is_judged = motor.commanded_ppm >= STALL_FROM_PPM
        if self._stuck.lasts(now_s, is_judged and measured_ppm < 0.2 * ramped_ppm, 0.3):
            return Finding("F38", Level.STOP, _cut_off(now_s, snapshot) or self._stuck_text(snapshot))
        if self._runaway.lasts(now_s, measured_ppm > 1.15 * max(ramped_ppm, motor.commanded_ppm), 0.5):
            return Finding("F38", Level.STOP, "The motor runs faster than it was told. Lift off.")
        if self._slow.lasts(now_s, is_judged and measured_ppm < 0.5 * ramped_ppm, 0.5):
            return Finding("F38", Level.BACKOFF, "The motor is being held back. Ease off.", factor=BACK_OFF)
        return None

    def _stuck_text(self, snapshot: Snapshot) -> str:
        if snapshot.has_turned:
            return "The motor is stuck, or its own button was pressed. Lift off; check the head."
        return "The motor was started and does not move. Lift off: is it charging, switched off, or is its head held?"

    def _clear(self) -> None:
        self._slow.clear()
        self._stuck.clear()
        self._runaway.clear()


class ForeignCommand:
    """F45, F33: the device is commanded otherwise than this session has set: by somebody else, or a command was lost."""

    rule: ClassVar[str] = "F45"

    def __init__(self) -> None:
        self._foreign = Held()
        self._unheard = Held()

    def begin_step(self) -> None:
        """Keep the timer: a foreign hand does not care about steps."""

    def check(self, now_s: float, snapshot: Snapshot) -> Finding | None:
        """Judge the commanded speed that the device reports, from a second after this session's last word on."""
        motor, set_ppm = snapshot.motor, snapshot.set_ppm
        if motor is None or not snapshot.facts.is_controllable or motor.received_at_s - snapshot.set_at_s < BLANK_S:
            self._foreign.clear()
            self._unheard.clear()
            return None
        is_faster = motor.commanded_ppm > set_ppm * FOREIGN_MARGIN + STILL_PPM
        is_unheard = motor.commanded_ppm < set_ppm / FOREIGN_MARGIN - STILL_PPM or (
            is_faster and set_ppm > 0 and abs(motor.commanded_ppm - snapshot.before_ppm) <= STILL_PPM
        )
        if self._unheard.lasts(now_s, is_unheard, 0.2):
            text = "The device did not take the speed that was set: is it charging? Lift off."
            return Finding("F33", Level.STOP, _cut_off(now_s, snapshot) or text)
        if self._foreign.lasts(now_s, is_faster, 0.2):
            return Finding(
                "F45",
                Level.STOP,
                "The device is commanded otherwise than from here: another program drives it, or it does not hear. Lift off.",
            )
        return None


class MotorInterlock(Timeless):
    """F48: a manual or assessment step is at hand, and the motor moves."""

    rule: ClassVar[str] = "F48"

    def check(self, now_s: float, snapshot: Snapshot) -> Finding | None:
        """Judge the measured speed in every step that does not run the motor; one that was left has 1.5 s to stand."""
        scope, motor = snapshot.scope, snapshot.motor
        if scope is None or scope.runs_motor or motor is None:
            return None
        if now_s - snapshot.lowered_at_s <= STANDSTILL_S:
            return None
        moves = motor.measured_ppm is not None and motor.measured_ppm > STILL_PPM
        if not moves and motor.commanded_ppm == 0:
            return None
        return Finding("F48", Level.STOP, "The massager moves in a step without it. Lift it off, switch it off.")


class RelayStuck(Timeless):
    """F54: the timer's relay has not opened behind a motor-off: it would take no power away when it is needed."""

    rule: ClassVar[str] = "F54"

    def check(self, now_s: float, snapshot: Snapshot) -> Finding | None:
        """Judge what the timer last reported, from 1.5 s after every motor-off on."""
        timer = snapshot.timer
        if timer is None or not timer.relay_closed or snapshot.drive is not Drive.OFF:
            return None
        if timer.at_s - max(snapshot.drive_since_s, snapshot.began_at_s) <= STANDSTILL_S:
            return None
        text = "The timer's relay does not open: its contacts may be welded. Lift off; use another timer, or none."
        return Finding("F54", Level.STOP, text)


class StillMoving(Timeless):
    """F54: the motor moves although it is off, or soft-stopped for longer than its own ramp takes."""

    rule: ClassVar[str] = "F54"

    def check(self, now_s: float, snapshot: Snapshot) -> Finding | None:
        """Judge the measured speed after every motor-off."""
        motor = snapshot.motor
        if not snapshot.facts.is_controllable:
            return None  # its person switches it, and takes their time
        if motor is None or motor.measured_ppm is None or motor.measured_ppm <= STILL_PPM:
            return None
        if snapshot.drive is Drive.RUN or snapshot.drive is Drive.ARMING:
            return None
        allowed_s = STANDSTILL_S + BEAT_S
        if snapshot.drive is Drive.SOFT_STOP:
            allowed_s += snapshot.last_set_ppm / snapshot.facts.ramp_ppm_per_s
        if now_s - max(snapshot.drive_since_s, snapshot.began_at_s) <= allowed_s:
            return None
        return Finding("F54", Level.STOP, "The motor still moves after it was switched off. Lift it off.")
