"""A hand that holds the tool: it follows a wanted push late, wanders, tires, and lifts off. Pure, seeded.

Not modelled: angle of the tool, slipping off the point, tremor above 2 Hz, and two hands of different strength.
"""

from __future__ import annotations

import math
import random
from collections import deque
from typing import Final

REACTION_S: Final = (0.22, 0.40)
"""From seeing or feeling to moving (simple visual reaction, seeded once per action)."""
FOLLOW_S: Final = 0.30
"""Time constant of the movement."""
LIFT_S: Final = 0.10
"""Time constant of letting go: faster than pressing."""
WANDER: Final = 0.05
"""Standard deviation of the push, as a share of it, rested."""
WANDER_S: Final = 1.5
"""How long a deviation lasts."""
WANDER_MOST: Final = 2.0
"""Standard deviations at which the holder notices and corrects."""
TIRE_NS: Final = 2500.0
"""Newton seconds after which a hand is tired (design value: three minutes at 14 N)."""
RECOVER_S: Final = 40.0
"""Time constant of recovering while nothing is pushed."""
TIRED_SAG: Final = 0.12
"""Share of the wanted push that a tired hand fails to give."""
GONE_N: Final = 0.3
"""Below this the head has left the skin."""


class Hand:
    """One hand; ``aim`` tells it a push, ``step`` gives the push that it really makes."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._pending: deque[tuple[float, float]] = deque()
        self._wander = 0.0
        self.wanted_n = 0.0
        """What it is trying to hold now, after its reaction time."""
        self.push_n = 0.0
        self.is_limp = False
        """Fault: nobody holds it; its weight lies on the tool, without a tremor."""
        self.fatigue = 0.0
        """0 rested to 1 tired."""

    def aim(self, now_s: float, wanted_n: float) -> None:
        """Decide on a push of ``wanted_n`` (0 lifts off); it begins to move a reaction time later."""
        newest_n = self._pending[-1][1] if self._pending else self.wanted_n
        if wanted_n == newest_n:
            return
        due_s = now_s + self._rng.uniform(*REACTION_S)
        self._pending.append((max(due_s, self._pending[-1][0]) if self._pending else due_s, wanted_n))

    def step(self, now_s: float, dt_s: float) -> float:
        """Advance by ``dt_s`` up to ``now_s``; return the push in newtons."""
        while self._pending and self._pending[0][0] <= now_s:
            self.wanted_n = self._pending.popleft()[1]
        if self.is_limp:
            return self.push_n
        if self.wanted_n <= 0.0:
            return self._lift(dt_s)
        noise = self._rng.gauss(0.0, math.sqrt(2.0 * dt_s / WANDER_S))
        self._wander += -self._wander * dt_s / WANDER_S + noise
        self._wander = max(-WANDER_MOST, min(WANDER_MOST, self._wander))
        self.fatigue = min(1.0, self.fatigue + self.push_n * dt_s / TIRE_NS)
        aim_n = self.wanted_n * (1.0 - TIRED_SAG * self.fatigue + WANDER * (1.0 + self.fatigue) * self._wander)
        self.push_n += (aim_n - self.push_n) * min(1.0, dt_s / FOLLOW_S)
        return self.push_n

    def _lift(self, dt_s: float) -> float:
        self.fatigue -= self.fatigue * min(1.0, dt_s / RECOVER_S)
        self._wander = 0.0
        if self.push_n > 0.0:
            self.push_n -= self.push_n * min(1.0, dt_s / LIFT_S)
            if self.push_n < GONE_N:
                self.push_n = 0.0
        return self.push_n
