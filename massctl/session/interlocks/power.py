"""Interlocks of heat and charge: F39 (motor and skin temperature), F40 (battery), F41 (the device's own cut-off)."""

from __future__ import annotations

from typing import ClassVar, Final

from massctl.rules import Level
from massctl.session.interlocks.base import BACK_OFF, Ends, Finding
from massctl.session.snapshot import Drive, Snapshot

MOTOR_WARN_C: Final = 55.0
MOTOR_SLOW_C: Final = 60.0
MOTOR_STOP_C: Final = 70.0
SKIN_WARN_C: Final = 38.0
SKIN_STOP_C: Final = 41.0
COOLER_C: Final = 10.0
"""F39: it runs again this much below the limit that stopped it."""

BATTERY_WARN: Final = 20.0
BATTERY_START: Final = 10.0
BATTERY_END: Final = 5.0
"""F40, in percent."""


class Heat:
    """F39: motor or head too warm; once stopped, no start before it has cooled by 10 °C."""

    rule: ClassVar[str] = "F39"

    def __init__(self) -> None:
        self._is_warned = False
        self._is_cooling = False

    def begin_step(self) -> None:
        """Keep what is known: heat does not care about steps."""

    def check(self, now_s: float, snapshot: Snapshot) -> Finding | None:
        """Judge the newest temperatures."""
        power = snapshot.power
        if power is None:
            return None
        motor_c, skin_c = power.motor_temperature_c or 0.0, power.skin_temperature_c or 0.0
        if snapshot.is_motor_on and (motor_c >= MOTOR_STOP_C or skin_c >= SKIN_STOP_C):
            self._is_cooling = self._is_warned = True
            said = _said(motor_c, skin_c, is_head=skin_c >= SKIN_STOP_C)
            return Finding("F39", Level.STOP, f"Too hot: {said}. Let it cool by {COOLER_C:.0f} °C.")
        is_motor_hot = motor_c > MOTOR_STOP_C - COOLER_C
        self._is_cooling = self._is_cooling and (is_motor_hot or skin_c > SKIN_STOP_C - COOLER_C)
        if self._is_cooling and snapshot.drive is not Drive.OFF:
            said = _said(motor_c, skin_c, is_head=not is_motor_hot)
            return Finding("F39", Level.PAUSE, f"Still hot: {said}. Wait a while, or press w for another tool.")
        if snapshot.drive is Drive.RUN and motor_c >= MOTOR_SLOW_C:
            return Finding("F39", Level.BACKOFF, f"The motor is hot ({motor_c:.0f} °C): slowed down.", factor=BACK_OFF)
        return self._warned(motor_c, skin_c)

    def _warned(self, motor_c: float, skin_c: float) -> Finding | None:
        is_warm = motor_c >= MOTOR_WARN_C or skin_c >= SKIN_WARN_C
        is_new, self._is_warned = is_warm and not self._is_warned, is_warm
        said = _said(motor_c, skin_c, is_head=skin_c >= SKIN_WARN_C)
        return Finding("F39", Level.WARN, f"Getting hot: {said}.") if is_new else None


class Battery:
    """F40: warn at 20 %, no start below 10 % or while it charges, at 5 % the step at hand ends."""

    rule: ClassVar[str] = "F40"

    def __init__(self) -> None:
        self._is_warned = False

    def begin_step(self) -> None:
        """Keep what was said."""

    def check(self, now_s: float, snapshot: Snapshot) -> Finding | None:
        """Judge the newest charge, and whether it hangs on its charger."""
        if snapshot.power is not None and snapshot.power.is_charging and snapshot.drive is not Drive.OFF:
            return Finding("F40", Level.PAUSE, "The massager is charging: unplug its charger, then press Enter.")
        percent = snapshot.power.battery_percent if snapshot.power is not None else None
        if percent is None or percent > BATTERY_WARN:
            return None
        if snapshot.drive is Drive.ARMING and percent < BATTERY_START:
            text = f"Battery at {percent:.0f} %: charge it first, or press w for another tool."
            return Finding("F40", Level.PAUSE, text)
        if snapshot.is_motor_on and percent <= BATTERY_END:
            return Finding(
                "F40", Level.PAUSE, f"Battery at {percent:.0f} %: this step ends here. Charge it.", ends=Ends.STEP
            )
        if self._is_warned:
            return None
        self._is_warned = True
        return Finding("F40", Level.WARN, f"Battery at {percent:.0f} %.")


class OwnCutOff:
    """F41: the device switches itself off before this step is over; said once a start, and nothing keeps it alive."""

    rule: ClassVar[str] = "F41"

    def __init__(self) -> None:
        self._told_of_s: float | None = None

    def begin_step(self) -> None:
        """Keep what was said: it is said once for each start."""

    def check(self, now_s: float, snapshot: Snapshot) -> Finding | None:
        """Judge at each start the device's own time against the longest that the step may take."""
        scope, auto_off_s = snapshot.scope, snapshot.facts.auto_off_s
        if scope is None or auto_off_s is None or snapshot.drive is not Drive.RUN:
            return None
        if snapshot.drive_since_s == self._told_of_s:
            return None
        self._told_of_s = snapshot.drive_since_s
        if auto_off_s >= scope.step.maximum_s:
            return None
        text = f"This massager switches itself off after {auto_off_s:.0f} s, within this step: that is no fault."
        return Finding("F41", Level.WARN, text)


def _said(motor_c: float, skin_c: float, *, is_head: bool) -> str:
    return f"head {skin_c:.0f} °C" if is_head else f"motor {motor_c:.0f} °C"
