"""What force gauges that speak text have in common: what a line of theirs can mean, and the units. Pure.

The sign is that of the gauge: which of them means compression is each driver's to say (D5).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Protocol

from firmware_protocol.vendors.lines import LineReader

NEWTONS: Final = {
    "n": 1.0,
    "mn": 0.001,
    "kn": 1000.0,
    "kgf": 9.80665,
    "kg": 9.80665,
    "gf": 0.00980665,
    "g": 0.00980665,
    "lbf": 4.4482216152605,
    "lb": 4.4482216152605,
    "lbs": 4.4482216152605,
    "ozf": 0.27801385095378125,
    "oz": 0.27801385095378125,
    "klbf": 4448.2216152605,
    "tf": 9806.65,
}
"""Newtons in one of each unit, by its name in lower case; exact, from the kilogram-force and the international pound."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One value, with the gauge's own sign."""

    force_n: float
    unit: str
    """As the gauge wrote it."""


@dataclass(frozen=True, slots=True)
class Saturated:
    """The gauge, or its converter, stands at its end: there is a force, and no number."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """The gauge says that something is wrong."""

    text: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Bytes that are no answer of this gauge."""

    data: bytes


GaugeEvent = Reading | Saturated | Complaint | Unreadable


class GaugeCodec(Protocol):
    """One gauge's language."""

    start: bytes
    """Sent once before the first question; empty for most."""
    question: bytes
    """Asks for the present reading; empty for a gauge that speaks by itself."""
    zero: bytes
    """Makes the present load zero; empty where the gauge cannot."""

    def asked(self) -> None:
        """Know that a question goes out: what came before is no part of its answer."""

    def receive(self, data: bytes) -> list[GaugeEvent]:
        """Return what ``data`` completes."""


class LineGauge:
    """The base of gauges that answer in lines; a subclass reads one."""

    start = b""
    question = b""
    zero = b""

    def __init__(self) -> None:
        self._lines = LineReader()

    def asked(self) -> None:
        """Do nothing: a line's end says where an answer ends."""

    def receive(self, data: bytes) -> list[GaugeEvent]:
        """Return what ``data`` completes."""
        return [self.read(line) for line in self._lines.receive(data)]

    def read(self, line: bytes) -> GaugeEvent:
        """Return what a line means."""
        raise NotImplementedError


_VALUE: Final = re.compile(rb"\s*([+-]?)\s*(\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})\s*([A-Za-z]{1,5})\s*")


def read_value(line: bytes, units: frozenset[str]) -> GaugeEvent:
    """Read ``sign, digits, unit``, blanks allowed between them; ``units`` in lower case are those that this gauge knows."""
    match = _VALUE.fullmatch(line)
    if match is None:
        return Unreadable(line)
    sign, digits, unit = (part.decode("ascii") for part in match.groups())
    if unit.lower() not in units:
        return Unreadable(line)
    value = float(digits) * NEWTONS[unit.lower()]
    return Reading(-value if sign == "-" else value, unit)
