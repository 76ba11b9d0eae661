"""Sauter FH, FL and FH-M force gauges: single ASCII digits over serial, 9600 8N1. Pure.

``9`` asks for the reading: seven characters, a digit for the sign and six for the number: ``0011.70`` is −11.70, ``1021.15`` is
+21.15, in the unit of its display, which it does not tell. 0 is compression, 1 tension: the opposite of a Mark-10. ``2`` zeroes,
``6`` leaves the mode that holds the peak. Source: Sauter FH manual.
"""

from __future__ import annotations

import re
from typing import Final

from firmware_protocol.vendors.gauge import NEWTONS, GaugeEvent, Reading, Unreadable

BAUD: Final = 9_600
UNITS: Final = ("n", "kn", "kgf", "tf", "lbf", "klbf")
LENGTH: Final = 7
_ANSWER: Final = re.compile(rb"([01])(?=[\d.]{6})(\d*\.?\d*)")
_BETWEEN: Final = b"\r\n \x00"


class SauterCodec:
    """The host's side; ``unit`` is that of the gauge's display."""

    start = b"6"
    question = b"9"
    zero = b"2"

    def __init__(self, unit: str = "n") -> None:
        self._unit = unit
        self._rest = bytearray()

    def asked(self) -> None:
        """Forget what came before: an answer has no end, so half an old one would shift the next."""
        self._rest.clear()

    def receive(self, data: bytes) -> list[GaugeEvent]:
        """Return what ``data`` completes."""
        events: list[GaugeEvent] = []
        for byte in data:
            if byte in _BETWEEN:
                continue
            self._rest.append(byte)
            if len(self._rest) == LENGTH:
                events.append(self._read(bytes(self._rest)))
                self._rest.clear()
        return events

    def _read(self, answer: bytes) -> GaugeEvent:
        match = _ANSWER.fullmatch(answer)
        if match is None:
            return Unreadable(answer)
        force_n = float(match.group(2)) * NEWTONS[self._unit]
        return Reading(force_n if match.group(1) == b"1" else -force_n, self._unit)
