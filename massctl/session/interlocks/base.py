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

BACK_OFF = 0.7
"""What a back-off leaves of the speed, unless its rule says otherwise (F10)."""

EPSILON_S = 1e-6
"""Slack of a comparison of times: a sum of sample periods is not exact."""


def reached(time_s: float, limit_s: float) -> bool:
    """Return whether a time has come to its limit; a microsecond before it counts, because sums of sample periods are not exact."""
    return time_s >= limit_s - EPSILON_S


class Ends(Enum):
    """What a finding puts an end to, besides the motor's motion."""

    NOTHING = "nothing"
    STEP = "step"
    """The step has had its dose; the session goes on with the next."""
    POINT = "point"
    """All that is left of this point and side, for the session."""
    BOTH_SIDES = "both sides"
    """All that is left of the point at hand and of the one worked on last, left and right, for the session (F22)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that acts, and how."""

    rule: str
    level: Level
    text: str
    """What happened and what to do, for the person."""
    factor: float = 1.0
    """What becomes of the speed, at once or after a resume; within 3 s the smallest factor counts. A mere BACKOFF takes 0.7."""
    ceiling_ppm: int | None = None
    """What becomes of the speed, where a rule names one rather than a factor."""
    force_factor: float = 1.0
    """What becomes of the force to aim at (F20)."""
    ends: Ends = Ends.NOTHING
    goes_sensorless: bool = False
    """The sensor is believed no longer, for the rest of this visit (F35)."""


def ended(words: str) -> str:
    """Return words as the end of a sentence; a question keeps its mark."""
    return words if words.endswith((".", "?", "!")) else f"{words}."


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
        return reached(now_s - self._since_s, duration_s)

    def clear(self) -> None:
        """Begin anew."""
        self._since_s = None
