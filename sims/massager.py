"""The firmware of the simulated massager, without bytes: soft start and stop, and the faults it finds by itself. Pure.

What claim, lease and limits allow is decided before it, in ``firmware_protocol.DeviceState``; this file only does as told.

Not modelled: the button on its handle, the maker's own time-out, and a firmware that crashes (``Board.is_hung`` does that).
"""

from __future__ import annotations

from typing import Final

from firmware_protocol.codes import FaultBit
from sims.motor import Motor

SPEED_MIN_PPM: Final = 1200
SPEED_MAX_PPM: Final = 3200
RAMP_MAX_PPM_PER_S: Final = 1200
"""Faster ramps than this are not offered; the host asks for 600 (F17)."""
STROKE_MM: Final = 10.0
"""Peak to peak, of a hand-held massager of the middle class."""
HOT_C: Final = 75.0
"""Its own cut-out, behind the host's 70 °C (F39)."""
EMPTY_PERCENT: Final = 3.0
"""Its own cut-out, behind the host's 5 % (F40)."""
STALL_SHARE: Final = 0.1
"""Measured below this share of the ramp counts as stalled …"""
STALL_S: Final = 1.5
"""… after this long: the host's own rule (F38) comes first."""
COAST_S_MOST: Final = 1.0
"""Switched off at any speed, the head stands within this: inside F54's 1.5 s."""


class Massager:
    """Follows RunMotor and SwitchOff with the drive of one motor."""

    def __init__(self, motor: Motor) -> None:
        self.motor = motor
        self.ramp_max_ppm_per_s = float(RAMP_MAX_PPM_PER_S)
        """A foreign device has its own."""
        self.commanded_ppm = 0
        self.ramped_ppm = 0.0
        """Where soft start or stop has got to."""
        self._ramp_ppm_per_s = float(RAMP_MAX_PPM_PER_S)
        self._stalled_s = 0.0

    @property
    def is_ramping(self) -> bool:
        """Whether the ramp is still on its way."""
        return self.ramped_ppm != self.commanded_ppm

    @property
    def is_moving(self) -> bool:
        """Whether the head moves, or is about to."""
        return self.motor.speed_ppm > 0.0 or self.commanded_ppm > 0

    def run(self, speed_ppm: int, ramp_ppm_per_s: int) -> None:
        """Ramp to ``speed_ppm``."""
        self.commanded_ppm = speed_ppm
        self._ramp_ppm_per_s = min(float(max(ramp_ppm_per_s, 1)), self.ramp_max_ppm_per_s)

    def switch_off(self) -> None:
        """Take the drive away at once."""
        self.commanded_ppm = 0
        self.ramped_ppm = 0.0
        self._stalled_s = 0.0

    def step(self, dt_s: float, load_n: float) -> tuple[FaultBit, ...]:
        """Advance by ``dt_s``; return the faults whose cause is there now."""
        if self.ramped_ppm != self.commanded_ppm:
            reach = self._ramp_ppm_per_s * dt_s
            gap = self.commanded_ppm - self.ramped_ppm
            self.ramped_ppm += max(-reach, min(reach, gap))
        self.motor.step(dt_s, self.ramped_ppm, load_n)
        return self._faults(dt_s)

    def _faults(self, dt_s: float) -> tuple[FaultBit, ...]:
        motor = self.motor
        if self.ramped_ppm > 600.0 and motor.speed_ppm < STALL_SHARE * self.ramped_ppm:
            self._stalled_s += dt_s
        else:
            self._stalled_s = 0.0
        is_stalled, is_hot = self._stalled_s >= STALL_S, motor.temperature_c >= HOT_C
        is_empty = motor.battery.percent <= EMPTY_PERCENT
        if not (is_stalled or is_hot or is_empty):
            return ()
        found = (is_stalled, FaultBit.STALLED), (is_hot, FaultBit.MOTOR_HOT), (is_empty, FaultBit.BATTERY_EMPTY)
        return tuple(fault for is_there, fault in found if is_there)
