"""Tissue under the head: a spring and a damper, stiff and tender per point, softer and less tender with the dose. Pure.

A Kelvin–Voigt element pushed by the hand: depth follows the push, and the stroke of a percussion head rides on it as a ripple.
All numbers are design values, chosen so that a press in the middle of a point's band starts at discomfort 4–6 and is felt
softer after 35–50 s; none is a claim about bodies.

Not modelled: bone beneath, skin sliding, swelling, soreness on the next day, and recovery within a session.
"""

from __future__ import annotations

import math
import random
from typing import Final, NamedTuple

SOFTENING: Final = 0.35
"""Share of the stiffness that a long dose takes away."""
EASING: Final = 0.55
"""Share of the tenderness that a long dose takes away."""
FELT_SHARE: Final = 0.22
"""Loss of stiffness from which a person says that it is softer."""
DAMPING_S: Final = 0.08
"""Damper over spring: how fast the depth follows the push."""
DYNAMIC: Final = 2.0
"""Tissue is stiffer against 30 strokes a second than against a slow push."""
BOUNCE: Final = 0.85
"""Largest amplitude of the ripple, as a share of the mean push: beyond it the head leaves the skin."""


class TissueState(NamedTuple):
    """What a step of the tissue gives."""

    force_n: float
    """Mean push between head and tissue."""
    ripple_n: float
    """Amplitude of the stroke's force on top of it."""
    depth_mm: float


UNTOUCHED: Final = TissueState(0.0, 0.0, 0.0)


class Tissue:
    """One point on one side."""

    def __init__(self, reference_n: float, rng: random.Random) -> None:
        if reference_n <= 0:
            raise ValueError(f"tissue: the reference push must be above 0, not {reference_n} N")
        self.reference_n = reference_n
        """Push that is worked with here: sets how tender and how firm the place is, and counts as dose 1 a second."""
        self.stiffness_n_per_mm = reference_n / rng.uniform(7.0, 11.0)
        self.tenderness = rng.uniform(4.0, 6.0)
        """Discomfort (0–10) at the reference push, fresh."""
        self.tender = self.tenderness
        """The same now."""
        self.release_s = rng.uniform(36.0, 48.0)
        """Seconds at the reference push until it is felt softer."""
        self._scale_s = -self.release_s / math.log(1.0 - FELT_SHARE / SOFTENING)
        self.softness = 0.0
        """Share of its stiffness that it has lost, 0 to ``SOFTENING``."""
        self.dose_s = 0.0
        """Seconds at the reference push that it has had."""
        self.depth_mm = 0.0

    def step(self, dt_s: float, push_n: float, amplitude_mm: float) -> TissueState:
        """Advance by ``dt_s`` under a mean push of ``push_n``, struck with half a stroke of ``amplitude_mm`` (0 at standstill)."""
        if push_n <= 0.0 and self.depth_mm <= 0.001:
            self.depth_mm = 0.0
            return UNTOUCHED
        stiffness = self.stiffness_n_per_mm * (1.0 - self.softness)
        self.depth_mm += (push_n / stiffness - self.depth_mm) * min(1.0, dt_s / DAMPING_S)
        self.dose_s += dt_s * min(2.0, push_n / self.reference_n)
        worked = 1.0 - math.exp(-self.dose_s / self._scale_s)
        self.softness = SOFTENING * worked
        self.tender = self.tenderness * (1.0 - EASING * worked)
        ripple_n = min(DYNAMIC * stiffness * amplitude_mm, BOUNCE * push_n)
        return TissueState(push_n, ripple_n, self.depth_mm)

    def discomfort(self, push_n: float) -> float:
        """Return what a push of ``push_n`` feels like now, 0–10, not rounded."""
        return min(10.0, self.tender * push_n / self.reference_n)
