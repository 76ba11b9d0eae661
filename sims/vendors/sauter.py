"""The twin of a Sauter FH gauge: single characters in, seven characters out. Pure.

Quirks kept: 0 is the sign of compression, 1 that of tension; no unit and no line end are sent; in the mode that holds the peak,
in which it may have been left, the same number comes for ever; a character that it does not know is met with silence.

Not modelled: its set points and its unit key.
"""

from __future__ import annotations

from typing import ClassVar

from firmware_protocol.vendors.gauge import NEWTONS
from sims.vendors.gauge_twin import GaugeTwin
from sims.vendors.twin import TwinLink
from sims.world import World


class SauterTwin(GaugeTwin):
    """A Sauter FH under the head."""

    id: ClassVar[str] = "sauter"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.unit = "n"
        self.holds_peak = True
        """Whether the user has left it in the mode that holds the peak."""
        self._peak_n = 0.0

    def live(self, now_s: float) -> None:
        """Keep the peak."""
        for sample in self.sampler.take():
            if abs(sample.force_n) > abs(self._peak_n):
                self._peak_n = sample.force_n

    def take(self, link: TwinLink, data: bytes, now_s: float) -> bytes:
        """Obey each character; there are no lines."""
        return b"".join(self._obey(bytes((byte,))) for byte in data)

    def _obey(self, command: bytes) -> bytes:
        match command:
            case b"9":
                return self._written(self._peak_n if self.holds_peak else self.sampler.newest.force_n)
            case b"2":
                self.sampler.tare()
            case b"6":
                self.holds_peak = False
            case b"7":
                self.holds_peak, self._peak_n = True, 0.0
        return b""

    def _written(self, force_n: float) -> bytes:
        value = force_n / NEWTONS[self.unit]
        return f"{'0' if value >= 0 else '1'}{min(abs(value), 999.99):06.2f}".encode("ascii")
