"""Setting the force sensor to zero at the start: head in the air, motor off (F36). Pure; the runner asks the sensor."""

from __future__ import annotations

import math
from enum import Enum
from typing import Final

from massctl.session import asks
from massctl.session.snapshot import Snapshot, Stale

ZERO_N: Final = 2.0
DRIFT_N_PER_MIN: Final = 1.0
"""F36."""
SETTLED_S: Final = 1.2
MEASURED_S: Final = 4.2
"""A second's mean at 1.2 s after the tare, and another at 4.2 s: three seconds of drift (design value)."""
TRIES: Final = 3


class Zero(Enum):
    """Where the zeroing is."""

    ASKED = "asked"
    TARING = "taring"
    MEASURING = "measuring"
    GOOD = "good"
    BAD = "bad"


class Tare:
    """One zeroing, with its tries."""

    def __init__(self) -> None:
        self.state = Zero.ASKED
        self.tries = 0
        self.problem = ""
        self._since_s = 0.0
        self._early_n: float | None = None

    @property
    def is_blocked(self) -> bool:
        """Whether the last try has failed: no pressure step may start with this sensor."""
        return self.state is Zero.BAD and self.tries >= TRIES

    @property
    def ask(self) -> str:
        """What is asked now."""
        return asks.AIR if not self.problem else f"{self.problem} {asks.AIR}"

    def pressed(self) -> bool:
        """Take the press; True if the sensor is to be tared now."""
        if self.state not in {Zero.ASKED, Zero.BAD}:
            return False
        self.state, self.tries = Zero.TARING, self.tries + 1
        return True

    def tared(self, now_s: float) -> None:
        """Begin to measure what is left of zero."""
        if self.state is Zero.TARING:
            self.state, self._since_s, self._early_n = Zero.MEASURING, now_s, None

    def failed(self, problem: str) -> None:
        """Take a sensor's refusal."""
        self.state, self.problem = Zero.BAD, problem

    def advance(self, now_s: float, snapshot: Snapshot) -> bool:
        """Measure; True once it is decided, one way or the other."""
        if self.state is not Zero.MEASURING:
            return False
        mean_n, waited_s = snapshot.mean_1s_n, now_s - self._since_s
        if self._early_n is None and waited_s >= SETTLED_S:
            self._early_n = mean_n
        if waited_s < MEASURED_S:
            return False
        if mean_n is None or self._early_n is None or isinstance(snapshot.force(now_s), Stale):
            self.failed("The force sensor sends too few readings.")
        elif not math.isfinite(mean_n) or not math.isfinite(self._early_n):
            self.failed("The force sensor gives no number.")
        elif abs(mean_n) > ZERO_N:
            self.failed(f"The force sensor shows {mean_n:.1f} N at rest.")
        elif abs(mean_n - self._early_n) / (MEASURED_S - SETTLED_S) * 60.0 > DRIFT_N_PER_MIN:
            self.failed("The force sensor drifts.")
        else:
            self.state = Zero.GOOD
        return True
