"""The twin of a WH-C06 scale under the head: it only broadcasts. Pure.

Quirks kept: nobody can connect; the company identifier is another's; the value is that of its display, in the display's unit.

Assumed: four broadcasts a second, a display that shows the mean of half a second, and 'stable' for half a second within 0.1 kg.
"""

from __future__ import annotations

from collections import deque
from typing import ClassVar, Final

from firmware_protocol.vendors import whc06 as wire
from massctl.units import N_PER_KGF
from sims.radio.peripheral import Broadcast
from sims.raw_sampler import RawSampler
from sims.vendors.radio_twin import RadioTwin
from sims.world import World

RATE_HZ: Final = 10.0
INTERVAL_S: Final = 0.25
KEPT: Final = 5
"""Conversions in what its display shows."""
STABLE_KG: Final = 0.1


class WHC06Twin(RadioTwin):
    """A hanging scale, rigged so that a push pulls at it."""

    id = "whc06"
    role: ClassVar[str] = "sensor"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.unit = wire.Unit.KG
        self.is_on = True
        """Whether it has been switched on; it broadcasts nothing of use otherwise."""
        self.sampler = RawSampler(RATE_HZ, self.rng)
        self._recent_kg: deque[float] = deque([0.0], maxlen=KEPT)

    @property
    def broadcast(self) -> Broadcast:
        """What its display shows."""
        if not self.is_on:
            return Broadcast(interval_s=INTERVAL_S, is_connectable=False)
        value = sum(self._recent_kg) / len(self._recent_kg) / wire.KG_PER_UNIT[self.unit]
        weight = wire.Weight(round(value, 2), self.unit, max(self._recent_kg) - min(self._recent_kg) <= STABLE_KG)
        return Broadcast(
            name=wire.NAME,
            manufacturer_data={wire.COMPANY_ID: wire.encode(weight)},
            interval_s=INTERVAL_S,
            is_connectable=False,
        )

    def sense(self, force_n: float, ripple_n: float, strokes: float, strokes_before: float) -> None:
        """Convert."""
        self.sampler.sense(force_n, ripple_n, strokes, strokes_before)

    def step(self, now_s: float) -> None:
        """Keep what was converted."""
        self._recent_kg.extend(sample.force_n / N_PER_KGF for sample in self.sampler.take())
