"""The twin of a heart rate strap on the simulated person's chest: one measurement a second. Pure, seeded.

The rate breathes and wanders about a resting one; a strong push lifts it a little. Not modelled: effort, fitness, and a strap
that slips, except by ``has_contact``.
"""

from __future__ import annotations

import math
from typing import ClassVar, Final

from firmware_protocol.vendors import heart_rate as wire
from sims.radio.peripheral import Broadcast, Characteristic, Service
from sims.vendors.radio_twin import RadioTwin
from sims.world import World

EVERY_S: Final = 1.0
RESTING_BPM: Final = 64.0
BREATH_BPM: Final = 3.0
BREATH_S: Final = 5.0
PER_NEWTON_BPM: Final = 0.25
"""Design value: a push of 20 N lifts it by five."""


class HeartRateTwin(RadioTwin):
    """A strap of the Bluetooth SIG's kind."""

    id = "heart_rate"
    role: ClassVar[str] = "heart"
    services = (Service(wire.SERVICE, (Characteristic(wire.MEASUREMENT, "notify"),)),)

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.has_contact = True
        self.rate_bpm = RESTING_BPM
        self._wander_bpm = 0.0
        self._due_s = 0.0

    @property
    def broadcast(self) -> Broadcast:
        """Its name and its service."""
        return Broadcast(name="HRM 2041", service_uuids=(wire.SERVICE,), interval_s=0.2)

    def step(self, now_s: float) -> None:
        """Beat, and tell once a second."""
        if now_s < self._due_s:
            return
        self._due_s = now_s + EVERY_S
        self._wander_bpm += self.rng.gauss(0.0, 0.4) - 0.05 * self._wander_bpm
        breath_bpm = BREATH_BPM * math.sin(2.0 * math.pi * now_s / BREATH_S)
        self.rate_bpm = RESTING_BPM + self._wander_bpm + breath_bpm + PER_NEWTON_BPM * self.world.contact.force_n
        rate_bpm = round(self.rate_bpm) if self.has_contact else None
        intervals_s = (60.0 / self.rate_bpm,) if self.has_contact else ()
        self.notify(
            wire.MEASUREMENT,
            wire.encode(wire.Measurement(rate_bpm, has_contact=self.has_contact, intervals_s=intervals_s)),
        )
