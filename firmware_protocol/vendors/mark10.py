"""Mark-10 Series 4 and 5 force gauges (and the Omega DFG55 built on them): ASCII over serial. Pure.

115200 8N1. ``?`` asks for the reading: ``-18.78 lbF``; ``Z`` zeroes, ``CLR`` clears the peaks, ``LB OZ KG G N MN KN`` choose the
unit, ``*10`` says that a command was not understood. Minus is tension, plus (not written) is compression.
Source: Mark-10 Series 4 and Series 5 user's guides, Omega DFG55 manual.
"""

from __future__ import annotations

from typing import Final

from firmware_protocol.vendors.gauge import Complaint, GaugeEvent, read_value
from firmware_protocol.vendors.lines import LineReader

UNITS: Final = frozenset({"lbf", "ozf", "kgf", "gf", "n", "mn", "kn"})
BAUD: Final = 115_200
NOT_UNDERSTOOD: Final = b"*10"
_COMPLAINTS: Final = {NOT_UNDERSTOOD: "it does not know this command"}


class Mark10Codec:
    """The host's side."""

    question = b"?\r\n"
    zero = b"Z\r\n"

    def __init__(self) -> None:
        self._lines = LineReader()

    def receive(self, data: bytes) -> list[GaugeEvent]:
        """Return what ``data`` completes."""
        return [_read(line) for line in self._lines.receive(data)]


def _read(line: bytes) -> GaugeEvent:
    if line.startswith(b"*"):
        code = line.strip()
        return Complaint(_COMPLAINTS.get(code, f"error {code[1:].decode('ascii', 'replace')}"))
    return read_value(line, UNITS)
