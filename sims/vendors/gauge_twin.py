"""The base of the twins of force gauges: a converter under the head, and lines of each client apart. Pure."""

from __future__ import annotations

from typing import ClassVar

from firmware_protocol.vendors.lines import LineReader
from sims.raw_sampler import RawSampler
from sims.vendors.twin import StreamTwin, TwinLink
from sims.world import World


class GaugeTwin(StreamTwin):
    """A gauge whose newest conversion is what it tells when it is asked."""

    role: ClassVar[str] = "sensor"
    rate_hz: ClassVar[float] = 1000.0
    """Conversions a second."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.sampler = RawSampler(self.rate_hz, self.rng)
        self._lines: dict[TwinLink, LineReader] = {}

    def sense(self, force_n: float, ripple_n: float, strokes: float, strokes_before: float) -> None:
        """Convert."""
        self.sampler.sense(force_n, ripple_n, strokes, strokes_before)

    def joined(self, link: TwinLink) -> None:
        """Read its lines apart from those of others."""
        self._lines[link] = LineReader()

    def take(self, link: TwinLink, data: bytes, now_s: float) -> bytes:
        """Answer each line."""
        return b"".join(self.answer(line.strip()) for line in self._lines[link].receive(data))

    def answer(self, command: bytes) -> bytes:
        """Return the answer to one command."""
        return b""
