"""Units and the conversions between them; every value that crosses a file, wire, table or topic names its unit.

Force in newtons (``_n``; compression is positive, decision D5), pressure in kilopascals (``_kpa``) or kilogram-force per
square centimetre (``_kg_cm2``, the unit of the algometry literature), speed in percussions per minute (``_ppm``), times in
seconds (``_s``) on the monotonic clock.
"""

from __future__ import annotations

from typing import Final

N_PER_KGF: Final = 9.80665
"""Newtons in one kilogram-force (exact, CGPM 1901)."""

KPA_PER_KG_CM2: Final = 98.0665
"""Kilopascals in one kilogram-force per square centimetre (exact)."""


def hz_from_ppm(speed_ppm: float) -> float:
    """Return the stroke frequency in hertz of a speed in percussions per minute."""
    return speed_ppm / 60.0


def pressure_kpa(force_n: float, area_cm2: float) -> float:
    """Return the mean pressure under a tip of ``area_cm2`` (above 0) pushed with ``force_n``."""
    return force_n / area_cm2 * 10.0


def force_n_from_kg_cm2(pressure_kg_cm2: float, area_cm2: float) -> float:
    """Return the force that puts ``pressure_kg_cm2`` on a tip of ``area_cm2``."""
    return pressure_kg_cm2 * N_PER_KGF * area_cm2
