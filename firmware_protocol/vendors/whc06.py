"""Weiheng WH-C06 hanging scale: it cannot be connected to; its weight stands in what it broadcasts.

Two programs agree: https://github.com/sebws/Crane (with code of the manufacturer) and hangtime-grip-connect's ``wh-c06.model.ts``.
One owner reports other offsets on another unit (rbatsenko/hangs-free, issue 22): a broadcast whose unit or whose flag makes no
sense is therefore refused, never guessed at. The company identifier belongs to another company: it proves nothing by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from firmware_protocol.errors import LocalProtocolError, RemoteProtocolError

NAME: Final = "IF_B7"
COMPANY_ID: Final = 0x0100

_WEIGHT: Final = 10
_FLAGS: Final = 14
_LENGTH_MIN: Final = 15
_HUNDREDTHS: Final = 100


class Unit(IntEnum):
    """What the scale's display shows."""

    KG = 1
    LB = 2
    ST = 3
    JIN = 4


KG_PER_UNIT: Final = {Unit.KG: 1.0, Unit.LB: 0.45359237, Unit.ST: 6.35029318, Unit.JIN: 0.5}
"""Pound and stone by definition; the market jin of China is half a kilogram."""


@dataclass(frozen=True, slots=True)
class Weight:
    """One broadcast."""

    value: float
    unit: Unit
    is_stable: bool

    @property
    def weight_kg(self) -> float:
        """In kilograms."""
        return self.value * KG_PER_UNIT[self.unit]


def encode(weight: Weight) -> bytes:
    """Return the manufacturer's data of a broadcast, without the company identifier. Raises LocalProtocolError."""
    hundredths = round(weight.value * _HUNDREDTHS)
    if not -0x8000 <= hundredths < 0x8000:
        raise LocalProtocolError(f"{weight.value} does not fit into two bytes of hundredths")
    flags = weight.is_stable << 4 | weight.unit
    return bytes(_WEIGHT) + hundredths.to_bytes(2, "big", signed=True) + bytes(2) + bytes((flags,))


def decode(data: bytes) -> Weight:
    """Read the manufacturer's data, without the company identifier; bytes behind the flags are not looked at.

    From 327.68 on a value is read as a negative one, as one program does: the scale ends at 300 kg.

    Raises:
        RemoteProtocolError: It is too short, or unit or flag are none of those known: another kind of unit.
    """
    if len(data) < _LENGTH_MIN:
        raise RemoteProtocolError(f"a broadcast of {len(data)} bytes is too short for a WH-C06")
    is_stable, unit = divmod(data[_FLAGS], 16)
    if unit not in KG_PER_UNIT or is_stable > 1:
        raise RemoteProtocolError(f"unit and flag {data[_FLAGS]:#04x} are none of a WH-C06: this one speaks otherwise")
    hundredths = int.from_bytes(data[_WEIGHT : _WEIGHT + 2], "big", signed=True)
    return Weight(hundredths / _HUNDREDTHS, Unit(unit), is_stable == 1)
