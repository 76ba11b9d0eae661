"""A ramped set-point for devices that have no soft start of their own, and a limit that may be passed for a moment only. Pure."""

from __future__ import annotations

STEP_MOST_S = 0.5
"""A renewal that comes late moves the ramp no further than this: a stall of the host must not become a jump of the motor."""


class SetPoint:
    """Where a speed is on its way to; it moves only when it is asked to."""

    def __init__(self) -> None:
        self.target_ppm = 0.0
        self.ramped_ppm = 0.0
        self._ramp_ppm_per_s = 0.0
        self._moved_s = 0.0

    def aim(self, now_s: float, target_ppm: float, ramp_ppm_per_s: float) -> None:
        """Go to ``target_ppm`` from now on."""
        self.move(now_s)
        self.target_ppm, self._ramp_ppm_per_s = target_ppm, ramp_ppm_per_s

    def move(self, now_s: float) -> float:
        """Return where it is now."""
        reach_ppm = self._ramp_ppm_per_s * min(now_s - self._moved_s, STEP_MOST_S)
        self._moved_s = now_s
        gap_ppm = self.target_ppm - self.ramped_ppm
        self.ramped_ppm += max(-reach_ppm, min(reach_ppm, gap_ppm))
        return self.ramped_ppm

    def drop(self) -> None:
        """Be at 0 at once."""
        self.target_ppm = self.ramped_ppm = 0.0


class Excess:
    """Whether something has been above its limit for too long."""

    def __init__(self, limit: float, allowed_s: float) -> None:
        self.limit = limit
        self._allowed_s = allowed_s
        self._since_s: float | None = None

    def is_lasting(self, now_s: float, value: float) -> bool:
        """Return whether it has been above its limit for longer than allowed."""
        if value <= self.limit:
            self._since_s = None
            return False
        if self._since_s is None:
            self._since_s = now_s
        return now_s - self._since_s >= self._allowed_s
