"""What every interlock shares: the shape of a rule in time, what it finds, and how long something has held.

An interlock is one small class beside one row of ``massctl.rules``. ``check`` is called with every reading and every 50 ms; it
reads the snapshot, keeps at most its own timers, and returns what it found or None. It acts on nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, Protocol

from massctl.rules import Level
from massctl.session.snapshot import Snapshot

EPSILON_S = 1e-6
"""Slack of a comparison of times: a sum of sample periods is not exact."""


class Ends(Enum):
    """What a finding puts an end to, besides the motor's motion."""

    NOTHING = "nothing"
    STEP = "step"
    """The step has had its dose; the session goes on with the next."""
    POINT = "point"
    """All that is left of this point and side."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that acts, and how."""

    rule: str
    level: Level
    text: str
    """What happened and what to do, for the person."""
    factor: float = 0.7
    """BACKOFF: the ceiling becomes this part of the speed that is set; smaller factors win."""
    ceiling_ppm: int | None = None
    """BACKOFF: the ceiling becomes this, where a rule names a speed rather than a factor."""
    resume_factor: float = 1.0
    """PAUSE: the ceiling after the resume, as a part of the speed before."""
    force_factor: float = 1.0
    """What becomes of the force to aim at (F20)."""
    ends: Ends = Ends.NOTHING


class Interlock(Protocol):
    """One rule of the table, in time."""

    rule: ClassVar[str]

    def check(self, now_s: float, snapshot: Snapshot) -> Finding | None:
        """Judge the snapshot at ``now_s``; None while the rule has nothing to say."""

    def begin_step(self) -> None:
        """Forget what belongs to the step before."""


class Timeless:
    """An interlock that keeps nothing from step to step."""

    def begin_step(self) -> None:
        """Forget nothing: there is nothing."""


class Held:
    """For how long a condition has held without a break."""

    __slots__ = ("_since_s",)

    def __init__(self) -> None:
        self._since_s: float | None = None

    def lasts(self, now_s: float, holds: bool, duration_s: float) -> bool:
        """Return whether ``holds`` has now been true for ``duration_s`` without a break."""
        if not holds:
            self._since_s = None
            return False
        if self._since_s is None:
            self._since_s = now_s
        return now_s - self._since_s >= duration_s - EPSILON_S

    def clear(self) -> None:
        """Begin anew."""
        self._since_s = None
