"""Interlocks of link and clock: F34 (silence), F42 (the emergency stop), F44 (a gap or a suspend)."""

from __future__ import annotations

import math
from typing import ClassVar, Final

from massctl.rules import Level
from massctl.session.events import Phase
from massctl.session.interlocks.base import Finding, Timeless
from massctl.session.snapshot import Snapshot

GAP_S: Final = 2.0
SUSPEND_S: Final = 0.5
"""F44."""
RELINK: Final = 0.7
"""F34: after a lost link the speed is at most this part of the one before."""
_BROKEN_INTO: Final = frozenset({Phase.RAMPING, Phase.WORKING, Phase.PAUSED})


class LinkSilent(Timeless):
    """F34: a device's link broke, or no valid frame came for 750 ms."""

    rule: ClassVar[str] = "F34"

    def check(self, now_s: float, snapshot: Snapshot) -> Finding | None:
        """Judge what the runner saw of the links."""
        if snapshot.lost_device is None:
            return None
        factor = RELINK if snapshot.phase in _BROKEN_INTO else 1.0
        return Finding("F34", Level.STOP, f"The link to the {snapshot.lost_device} is lost. Lift off.", factor=factor)


class ClockGap:
    """F44: this program was not running for a while: stopped, debugged, or asleep with the machine."""

    rule: ClassVar[str] = "F44"

    def __init__(self) -> None:
        self._last_s = math.nan
        self._suspended_s = math.nan

    def begin_step(self) -> None:
        """Keep the clock: time does not care about steps."""

    def check(self, now_s: float, snapshot: Snapshot) -> Finding | None:
        """Judge the time since the last check, and whether the machine slept meanwhile."""
        gap_s, slept_s = now_s - self._last_s, snapshot.suspended_s - self._suspended_s
        self._last_s, self._suspended_s = now_s, snapshot.suspended_s
        if gap_s > GAP_S:
            return Finding("F44", Level.STOP, f"This program stood still for {gap_s:.1f} s. Lift off.")
        if slept_s > SUSPEND_S:
            return Finding("F44", Level.STOP, f"This machine slept for {slept_s:.1f} s. Lift off.")
        return None
