"""In what a push is shown: newtons, or the pressure that it makes under the tip, in the person's own unit. Pure.

The one place that turns newtons into kg/cm² or kPa for the eye; events, rules and the record keep newtons. A pressure needs the
contact area of the tip: where it is not known, newtons stay.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from massctl.app.settings import Units
from massctl.faces.words import plainly
from massctl.session.events import SessionEnded
from massctl.units import KPA_PER_KG_CM2, force_n_from_kg_cm2, pressure_kpa

_IN_NEWTONS: Final = re.compile(r"(\d+(?:\.\d+)?)(?:–(\d+(?:\.\d+)?))? N\b")
"""A push, or a band of pushes, as a sentence of a rule names it."""


@dataclass(frozen=True, slots=True)
class PushUnit:
    """A unit for one tip."""

    name: str
    per_n: float
    """What one newton is in it."""
    decimals: int
    """Of a reading: a figure that is read while it moves."""

    def figure(self, force_n: float) -> str:
        """Return a reading without its unit."""
        return f"{force_n * self.per_n:.{self.decimals}f}"

    def reading(self, force_n: float) -> str:
        """Return a reading with its unit."""
        return f"{self.figure(force_n)} {self.name}"

    def edge(self, force_n: float) -> str:
        """Return the edge of a band without its unit: newtons are whole where they can be."""
        return f"{round(force_n, 1):g}" if self.name == Units.NEWTON else self.figure(force_n)

    def band(self, band_n: tuple[float, float]) -> str:
        """Return a band with its unit."""
        return f"{self.edge(band_n[0])}–{self.edge(band_n[1])} {self.name}"

    def words(self, force_n: float) -> str:
        """Return a push for a sentence or a table, with its unit."""
        return f"{force_n:.0f} N" if self.name == Units.NEWTON else self.reading(force_n)

    def retold(self, text: str) -> str:
        """Return a sentence that names pushes in newtons with them in this unit."""
        if self.name == Units.NEWTON:
            return text
        return _IN_NEWTONS.sub(lambda found: self._converted(*found.groups()), text)

    def _converted(self, low: str, high: str | None) -> str:
        return self.band((float(low), float(high))) if high else self.words(float(low))


NEWTONS: Final = PushUnit(Units.NEWTON.value, 1.0, 1)


@lru_cache(maxsize=64)
def push_unit(units: Units, area_cm2: float | None) -> PushUnit:
    """Return the unit for a tip of ``area_cm2``: what the person wants, or newtons where its area is not known."""
    if units is Units.NEWTON or not area_cm2:
        return NEWTONS
    kpa_per_n = pressure_kpa(1.0, area_cm2)
    return PushUnit("kPa", kpa_per_n, 0) if units is Units.KPA else PushUnit("kg/cm²", kpa_per_n / KPA_PER_KG_CM2, 2)


def why_newtons(units: Units, area_cm2: float | None) -> str:
    """Return why a push is shown in newtons though the person wants a pressure; '' where nothing needs saying."""
    if units is Units.NEWTON or area_cm2:
        return ""
    return "The push is shown in newtons: the contact area of this tip is not known, so its pressure is not either."


def force_words(force_n: float, area_cm2: float | None, units: Units) -> str:
    """Return a push on a tip of ``area_cm2`` in the person's units; newtons where the tip is not known."""
    return push_unit(units, area_cm2).words(force_n)


def pressure_words(pressure_kg_cm2: float, area_cm2: float | None, units: Units) -> str:
    """Return a pressure in the person's units; kg/cm² where newtons are wished and the tip is not known."""
    if units is Units.KPA:
        return f"{pressure_kg_cm2 * KPA_PER_KG_CM2:.0f} kPa"
    if units is Units.NEWTON and area_cm2:
        return f"{force_n_from_kg_cm2(pressure_kg_cm2, area_cm2):.0f} N"
    return f"{pressure_kg_cm2:.2f}".removesuffix("0") + " kg/cm²"  # 2.0, 1.5, 2.25


def pressure_band_words(band_kg_cm2: tuple[float, float], area_cm2: float | None, units: Units) -> str:
    """Return a band of pressure, with its unit once."""
    low, high = (pressure_words(edge, area_cm2, units) for edge in band_kg_cm2)
    return f"{low.split(' ')[0]}–{high}"


def intervention_words(entry: Mapping[str, Any], units: Units) -> str:
    """Return what a recorded intervention said, in the person's units."""
    return push_unit(units, entry.get("contact_area_cm2")).retold(plainly(str(entry.get("text", ""))))


def reason_words(ended: SessionEnded, units: Units) -> str:
    """Return why a session ended, in the person's units: the intervention that ended it knows its tip."""
    same = (entry for entry in ended.interventions if entry.get("text") == ended.reason)
    return intervention_words(next(same, {"text": ended.reason}), units)
