"""The body: which tissue lies under the tool at a point and side, the same for the same seed. Pure.

Not modelled: that neighbouring points share tissue, that one side of a body resembles the other, and how a day's work changes it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

from sims.tissue import Tissue

USUAL_N: Final = 12.0
"""Working push where nothing is known of a place."""
NOWHERE: Final = ("", "")
"""The place of a hand that follows no session."""


def usual_push_n(_point: str) -> float:
    """Return ``USUAL_N``, wherever it is."""
    return USUAL_N


class Body:
    """Tissue by (point id, side), made on first touch; what it has had, it keeps."""

    def __init__(self, seed: int, working_push_n: Callable[[str], float] = usual_push_n) -> None:
        self._seed = seed
        self._working_push_n = working_push_n
        self._tissues: dict[tuple[str, str], Tissue] = {}

    def at(self, place: tuple[str, str]) -> Tissue:
        """Return the tissue of a place; its character depends on the seed and the place, not on the order of touching."""
        tissue = self._tissues.get(place)
        if tissue is None:
            rng = random.Random(f"{self._seed}:{place[0]}:{place[1]}")
            tissue = self._tissues[place] = Tissue(self._working_push_n(place[0]), rng)
        return tissue
