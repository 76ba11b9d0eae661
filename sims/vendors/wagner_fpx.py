"""The twin of a Wagner FPX algometer: answers ``?``. Pure.

Quirks kept: compression is negative, unlike the same maker's FDX; one decimal.

Not modelled: its peak mode and its time-out of three seconds.
"""

from __future__ import annotations

from typing import ClassVar

from firmware_protocol.vendors.gauge import NEWTONS
from sims.vendors.gauge_twin import GaugeTwin
from sims.world import World


class WagnerFpxTwin(GaugeTwin):
    """A Wagner FPX under the hand."""

    id: ClassVar[str] = "wagner-fpx"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.unit = "N"

    def answer(self, command: bytes) -> bytes:
        """Return the answer to one command."""
        if command != b"?":
            return b""
        return f"{-self.sampler.newest.force_n / NEWTONS[self.unit.lower()]:.1f} {self.unit}\r\n".encode("ascii")
