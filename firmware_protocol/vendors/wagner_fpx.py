"""Wagner FPX algometers: ASCII over serial, 9600 8N1. Pure.

``?`` and CR LF asks for the reading: ``-12.3 lbf``. The one program that is known to read it turns the sign round: compression is
negative here, unlike the same maker's FDX. Source: AaronLi/UWO-Algometer, 98f6011; worked out by one person.
"""

from __future__ import annotations

from typing import Final

from firmware_protocol.vendors.gauge import GaugeEvent, LineGauge, read_value

UNITS: Final = frozenset({"lbf", "n", "kgf", "ozf"})
BAUD: Final = 9_600


class WagnerFpxCodec(LineGauge):
    """The host's side."""

    question = b"?\r\n"

    def read(self, line: bytes) -> GaugeEvent:
        """Return what a line means."""
        return read_value(line, UNITS)
