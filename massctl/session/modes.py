"""What each step mode is: whether it has a clock and which, how it can end, what is asked after it. Data only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from massctl.body.terms import Mode


class Clock(Enum):
    """What a step's clock shows."""

    NONE = "none"
    """It waits for an answer."""
    ELAPSED = "elapsed"
    IN_BAND = "in band"
    """Time inside the force band, where a sensor measures it; elapsed time elsewhere."""


@dataclass(frozen=True, slots=True)
class Traits:
    """One step mode."""

    clock: Clock
    may_ease: bool = False
    """It ends from its minimum on when felt softer, or when discomfort has fallen by two."""
    ends_by_press: bool = False
    """Enter ends it: 'done', or 'first pain'."""
    asks_rating: bool = False
    """Discomfort is asked after it, once a side (F24)."""


TRAITS: Final[dict[Mode, Traits]] = {
    Mode.CHECK: Traits(Clock.NONE),
    Mode.SCAN: Traits(Clock.NONE),
    Mode.PLAN: Traits(Clock.NONE),
    Mode.RATE: Traits(Clock.NONE),
    Mode.SWEEP: Traits(Clock.ELAPSED),
    Mode.PIN: Traits(Clock.IN_BAND, may_ease=True, asks_rating=True),
    Mode.KNEAD: Traits(Clock.ELAPSED),
    Mode.PINCH: Traits(Clock.ELAPSED, may_ease=True),
    Mode.RAMP: Traits(Clock.ELAPSED, ends_by_press=True),
    Mode.MOVE: Traits(Clock.ELAPSED, ends_by_press=True),
    Mode.BREATHE: Traits(Clock.ELAPSED),
}
