"""The twin of a Wagner FDX gauge: answers ``?`` and ``C?``. Pure.

Quirks kept: minus is tension; a blank stands behind the sign; a command that it does not know is met with silence.

Not modelled: its peak mode, its set points, and its unit key.
"""

from __future__ import annotations

from typing import ClassVar

from firmware_protocol.vendors.gauge import NEWTONS
from sims.vendors.gauge_twin import GaugeTwin
from sims.world import World


class WagnerFdxTwin(GaugeTwin):
    """A Wagner FDX under the head."""

    id: ClassVar[str] = "wagner-fdx"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.unit = "lbf"

    def answer(self, command: bytes) -> bytes:
        """Return the answer to one command."""
        if command not in {b"?", b"C?"}:
            return b""
        value = self.sampler.newest.force_n / NEWTONS[self.unit.lower()]
        return f"{'- ' if value < 0 else ''}{abs(value):.2f} {self.unit}\r\n".encode("ascii")
