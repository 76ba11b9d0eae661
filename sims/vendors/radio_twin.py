"""The base of the twins that are reached by radio: a ``Peripheral`` that lives in the world. Pure."""

from __future__ import annotations

import random
from typing import ClassVar

from sims.radio.peripheral import Peripheral
from sims.world import World


class RadioTwin(Peripheral):
    """A foreign device on the simulated radio; its state is one, whoever connects."""

    role: ClassVar[str]
    """massager, sensor or heart."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.rng = random.Random(f"{world.seed}:{self.id}")

    def sense(self, force_n: float, ripple_n: float, strokes: float, strokes_before: float) -> None:
        """Feel what is under the head; most do not."""

    def note(self, what: str) -> None:
        """Write into the bench's journal."""
        self.world.log.note(self.world.now_s, self.role, what)
