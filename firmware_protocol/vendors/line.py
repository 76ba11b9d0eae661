"""A board that prints a reading a line: ``Reading: -0.1 g``, ``0.52 N``, HX711 counts, an FSR's voltage. Pure.

There is no standard, so the first number that stands by itself is the reading, with the unit behind it if there is one. A comma
between digits could be a decimal comma as well as a column, so such a line is not read at all.
Sources: the examples of bogde/HX711 (be5e3d25) and of its copies; FSR402: Interlink data sheet, the published guide's curve.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from firmware_protocol.vendors.gauge import NEWTONS, Complaint, GaugeEvent, LineGauge, Reading, Saturated, Unreadable

HX711_ENDS: Final = (-(2**23), 2**23 - 1)
"""Counts at which its converter stands at an end."""
FSR_KINK_US: Final = 1000.0
"""Conductance at which the published curve of the FSR402 jumps, from 12.5 N down to 0 N; here it waits at 12.5 N."""
FSR_KINK_N: Final = 12.5
_NUMBER: Final = re.compile(
    r"(?<![\w.,+-])(?P<number>[+-]?(?:\d{1,12}(?:\.\d{0,9})?|\.\d{1,9}))(?![\d.,])(?:[ \t]*(?P<unit>[A-Za-z]{1,5})(?!\w))?(?!\w)"
)
_NO_NUMBER: Final = re.compile(r"(?<!\w)(nan|inf|ovf)(?!\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Scale:
    """What a printed number means: ``(number − zero) × n_per_unit`` newtons."""

    zero: float = 0.0
    n_per_unit: float | None = None
    """None: by the unit."""
    unit: str = ""
    """Of lines that name none; ''."""
    is_hx711: bool = False
    """The numbers are counts of an HX711, with its ends."""


@dataclass(frozen=True, slots=True)
class Fsr:
    """A force-sensing resistor to the supply, a fixed resistor to ground, and a converter that counts the voltage between."""

    vcc_v: float = 5.0
    resistor_ohm: float = 10_000.0
    adc_max: float = 1023.0


class ForceLines(LineGauge):
    """Lines whose number is a force, a weight or a converter's count."""

    def __init__(self, scale: Scale) -> None:
        super().__init__()
        self._scale = scale

    def read(self, line: bytes) -> GaugeEvent:
        """Return what a line means."""
        found = read_number(line)
        if found is None:
            return _none(line)
        number, unit = found
        if self._scale.is_hx711 and not HX711_ENDS[0] < number < HX711_ENDS[1]:
            return Saturated()
        factor = self._scale.n_per_unit
        if factor is None:
            factor = NEWTONS.get((unit or self._scale.unit).lower())
        if factor is None:
            return Complaint(f"its lines name no unit that is known ({unit or 'none'})")
        return Reading((number - self._scale.zero) * factor, unit)


class FsrLines(LineGauge):
    """Lines whose number is the count of a force-sensing resistor's voltage."""

    def __init__(self, fsr: Fsr) -> None:
        super().__init__()
        self._fsr = fsr

    def read(self, line: bytes) -> GaugeEvent:
        """Return what a line means."""
        found = read_number(line)
        if found is None:
            return _none(line)
        share = found[0] / self._fsr.adc_max
        if not 0.0 <= share <= 1.0:
            return Complaint(f"it prints {found[0]:g}, which its converter cannot count")
        return Saturated() if share == 1.0 else Reading(fsr_force_n(self._fsr, share * self._fsr.vcc_v), "")


def fsr_force_n(fsr: Fsr, voltage_v: float) -> float:
    """Return the force that the published curve gives for a voltage below the supply; never less for more conductance."""
    conductance_us = 1e6 * voltage_v / (fsr.resistor_ohm * (fsr.vcc_v - voltage_v))
    if conductance_us <= FSR_KINK_US:
        return conductance_us / 80.0
    return max(FSR_KINK_N, (conductance_us - FSR_KINK_US) / 30.0)


def read_number(line: bytes) -> tuple[float, str] | None:
    """Return the first number that stands by itself, and the unit behind it or ''; None for a line that cannot be relied on."""
    text = line.decode("ascii", "replace")
    match = _NUMBER.search(text)
    if match is None or re.search(r"\d,\d", text):
        return None
    unit = match.group("unit") or ""
    return float(match.group("number")), unit if unit.lower() in NEWTONS else ""


def _none(line: bytes) -> GaugeEvent:
    word = _NO_NUMBER.search(line.decode("ascii", "replace"))
    return Complaint(f"it prints {word.group(1)}") if word is not None else Unreadable(line)
