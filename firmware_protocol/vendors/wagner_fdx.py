"""Wagner FDX and FDX-like force gauges: ASCII over USB serial, lines that end with CR LF. Pure.

``?`` asks for the reading: ``- 23.02 lbf``, ``18.14 kgf``, a blank behind the sign. Minus is tension. A command that it does not
know is answered by silence. Source: Wagner FORCE TEN FDX manual (its one ``fgf`` is a misprint of kgf).
"""

from __future__ import annotations

from typing import Final

from firmware_protocol.vendors.gauge import GaugeEvent, LineGauge, read_value

UNITS: Final = frozenset({"lbf", "kgf", "n", "ozf", "gf"})
BAUD: Final = 9_600


class WagnerFdxCodec(LineGauge):
    """The host's side."""

    question = b"?\r\n"

    def read(self, line: bytes) -> GaugeEvent:
        """Return what a line means."""
        return read_value(line, UNITS)
