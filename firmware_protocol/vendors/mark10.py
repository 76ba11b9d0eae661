"""Mark-10 Series 4 and 5 force gauges (and the Omega DFG55 built on them): ASCII over serial. Pure.

115200 8N1. ``?`` asks for the reading: ``-18.78 lbF``; ``Z`` zeroes, ``CLR`` clears the peaks, ``LB OZ KG G N MN KN`` choose the
unit, ``*10`` says that a command was not understood. Minus is tension, plus (not written) is compression.
Source: Mark-10 Series 4 and Series 5 user's guides, Omega DFG55 manual.
"""

from __future__ import annotations

from typing import Final

from firmware_protocol.vendors.gauge import Complaint, GaugeEvent, LineGauge, read_value

UNITS: Final = frozenset({"lbf", "ozf", "kgf", "gf", "n", "mn", "kn"})
BAUD: Final = 115_200
NOT_UNDERSTOOD: Final = b"*10"
_COMPLAINTS: Final = {NOT_UNDERSTOOD: "it does not know this command"}


class Mark10Codec(LineGauge):
    """The host's side."""

    question = b"?\r\n"
    zero = b"Z\r\n"

    def read(self, line: bytes) -> GaugeEvent:
        """Return what a line means."""
        if line.startswith(b"*"):
            code = line.strip()
            return Complaint(_COMPLAINTS.get(code, f"error {code[1:].decode('ascii', 'replace')}"))
        return read_value(line, UNITS)
