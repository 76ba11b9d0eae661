"""Static limits: the numbers of the rules that hold before anything moves, and the pure functions that apply them.

Linter, planner, session core and the limits sent to the firmware all read them here, so that they cannot disagree. What
happens in time (how long above a cap, when to stop) lives in ``massctl/session``. Limits only ever narrow. Numbers are
design values of this project unless a source stands beside them; the rule id stands beside each.
"""

from __future__ import annotations

import math
from typing import Final

from massctl.body.atlas import Point, Region
from massctl.body.terms import Mode, Percussion
from massctl.units import force_n_from_kg_cm2, hz_from_ppm

Band = tuple[float, float]
"""Lower and upper edge, both inside."""

# F2
NO_PERCUSSION_REGIONS: Final = frozenset(
    {
        "head_face", "neck_front", "neck_side", "neck_back", "axilla", "spine", "ribs_sternum", "abdomen_flank",
        "groin", "knee_back", "knee_joint", "hand", "thigh_med",
    }
)  # fmt: skip
"""F2: no massager here, in no mode; there is no override."""

# F10
FORCE_HARD_N: Final = 80.0
"""F10: any sample above it stops (80 N on 5 cm² = 160 kPa, about women's lower quartile of the pressure threshold)."""
CAP_PAUSE_FACTOR: Final = 1.25
"""F10: above this multiple of the region's cap the motor pauses."""
CAP_STOP_FACTOR: Final = 1.5
"""F10: above this multiple of the region's cap any sample stops."""

# F11
PERCUSSION_PRESSURE_MAX_KPA: Final = 120.0
"""F11: mean pressure under a head."""
CONE_PRESSURE_MAX_KPA: Final = 200.0
"""F11: mean pressure under a cone of 1 cm²."""
CONE_AREA_MAX_CM2: Final = 1.5
"""Heads below this contact area count as a cone."""
CONE_FORCE_FACTOR: Final = 0.5
CONE_FORCE_MAX_N: Final = 20.0
"""A cone gets half the listed force, at most 20 N."""
STATIC_PRESSURE_MAX_KG_CM2: Final = 5.0
"""F11: manual tools, whatever the threshold (490 kPa)."""
STATIC_PRESSURE_UNKNOWN_MAX_KG_CM2: Final = 3.5
"""F11: manual tools while the person's pressure pain threshold is unknown (343 kPa)."""
ALGOMETER_STOP_KG_CM2: Final = 7.5
"""F11: hard stop of a threshold measurement (735 kPa)."""

# F12
CONTACT_MIN_N: Final = 2.0
"""F12, F13: from here on the head touches the body."""

# F13
PERCUSSION_PIN_DEFAULT_S: Final = 30.0
PERCUSSION_PIN_MAX_S: Final = 60.0
"""F13: percussion on one spot."""
STATIC_PIN_DEFAULT_S: Final = 60.0
STATIC_PIN_MAX_S: Final = 90.0
"""F13: a manual tool on one spot (Hou 2002 tested 90 s at most)."""
STANDING_MODES: Final = frozenset({Mode.PIN, Mode.KNEAD, Mode.PINCH})
"""F2, F13: the tool stays on one spot, moving on it or not; the one answer for linter, planner and session."""
PIN_MIN_S: Final = 30.0
"""A pin can end from here on (Gemmell 2008: 30 s to 1 min)."""
PASSES_MAX: Final = 3
REST_MIN_S: Final = 20.0
"""F13: between two passes on one point and side."""

# F14
MUSCLE_DEFAULT_S: Final = 120.0
MUSCLE_MAX_S: Final = 300.0
"""F14: percussion per muscle and side (longest calf dose studied: 5 min, Konrad 2020, Leabeater 2024)."""

# F15
SESSION_DEFAULT_S: Final = 900.0
SESSION_MAX_S: Final = 1200.0
"""F15: percussion per session."""

# F16
PIN_POINTS_DEFAULT: Final = 4
"""F16: points pinned per session, left and right counting once (Cagnie 2013: the four most painful)."""
PIN_POINTS_MAX: Final = 8

# F17
START_SPEED_MAX_PPM: Final = 1800
"""F17: the first speed after standstill (NCT07307014 works at 30 Hz)."""
FAST_AFTER_S: Final = 3.0
"""F17: speeds above that only this long after the start (design value)."""
RAMP_MAX_PPM_PER_S: Final = 600
SPEED_CEILING_PPM: Final = 2400
"""F17: no region goes above it, so faster speeds are not offered."""
SPEED_RAISE_MAX_PPM: Final = 100
"""F17: what one press of + adds at most."""

# F20
DISCOMFORT_TARGET: Final = (3, 6)
"""F20: the rating to aim at, 0–10."""

# F35
SENSORLESS_SPEED_MAX_PPM: Final = 1800
SENSORLESS_PIN_S: Final = 30.0
SENSORLESS_DISCOMFORT_MAX: Final = 5
SENSORLESS_HEADS: Final = frozenset({"ball", "dampener"})
SENSORLESS_REGIONS: Final = frozenset({"buttock", "thigh_front", "thigh_lat", "thigh_back", "calf", "scapula"})
"""F35: without a force sensor percussion runs here only; the safer reading holds it for sweeps too."""
SENSOR_RATE_MIN_HZ: Final = 300.0
"""F35: sensors from here on average the stroke out; slower ones alias it."""
SENSOR_PUBLISHED_MIN_HZ: Final = 20.0
"""F35: averaged values a second that percussion needs."""
SENSOR_RATE_LEAST_HZ: Final = 25.0
"""F35: below it an average has too few samples to be right within 5 % (measured on the bench)."""
ALIAS_MIN_HZ: Final = 2.0
ALIAS_HARMONICS: Final = 4
"""F35: so many harmonics of the stroke must alias above ``ALIAS_MIN_HZ``."""
SPEED_SPREAD: Final = 0.03
"""F35: a gun is that much off its set speed, either way: it droops under the push, and few are measured (design value)."""
ESTIMATED_FORCE_FACTOR: Final = 0.8
"""F37: caps where force is guessed from the motor's load."""

# F46
FREE_RUN_MAX_S: Final = 120.0
"""F46: a run without a program stops by itself."""

FORCE_USEFUL_MIN_N: Final = 3.0
"""F18: a band whose lower edge was narrowed below this is for a manual tool."""


def allows_percussion(point: Point) -> bool:
    """Return whether a massager may work on ``point`` at all (F2)."""
    return point.allows_percussion and point.region.id not in NO_PERCUSSION_REGIONS


def allows_standing(point: Point) -> bool:
    """Return whether a massager may stand still on ``point`` (F2; False over nerves and vessels)."""
    return allows_percussion(point) and not point.sweep_only


def is_standing(mode: Mode) -> bool:
    """Return whether the tool stays on one spot in a step of ``mode`` (F2, F13)."""
    return mode in STANDING_MODES


def may_go_sensorless(point: Point, head: str | None) -> bool:
    """Return whether a massager may work on ``point`` without a force sensor, with the head that is fitted (F35)."""
    return point.region.id in SENSORLESS_REGIONS and head in SENSORLESS_HEADS


def needs_listed_head(point: Point) -> bool:
    """Return whether only the head that the point lists may be used (percussion ``lim``)."""
    return point.percussion is Percussion.LIMITED


def speed_max_ppm(region: Region) -> int:
    """Return the highest speed in ``region`` (F17); 0 where percussion is forbidden (F2)."""
    return 0 if region.id in NO_PERCUSSION_REGIONS else min(region.max_ppm, SPEED_CEILING_PPM)


def speed_band_ppm(point: Point) -> tuple[int, int] | None:
    """Return the speeds allowed on ``point``: its band within the region's ceiling (F17); None where there are none."""
    if point.speed_ppm is None or not allows_percussion(point):
        return None
    low, high = point.speed_ppm[0], min(point.speed_ppm[1], speed_max_ppm(point.region))
    return (low, high) if low <= high else None


def force_max_n(region: Region, area_cm2: float = 5.0) -> float:
    """Return the highest mean push in ``region`` with a head of ``area_cm2``: the region's cap and F11's pressure."""
    if region.id in NO_PERCUSSION_REGIONS:
        return 0.0
    if area_cm2 < CONE_AREA_MAX_CM2:
        return min(region.max_force_n * CONE_FORCE_FACTOR, CONE_FORCE_MAX_N, CONE_PRESSURE_MAX_KPA * area_cm2 / 10.0)
    return min(region.max_force_n, PERCUSSION_PRESSURE_MAX_KPA * area_cm2 / 10.0)


def narrow_force_n(
    point: Point, wish_n: Band | None, area_cm2: float = 5.0, factor: float = 1.0, share: float = 1.0
) -> Band | None:
    """Narrow the band of the mean push on ``point`` (F10, F11); None where nothing useful is left (F18).

    Args:
        point: gives the band and the region's cap.
        wish_n: the program's band; None for the point's own.
        area_cm2: contact area of the head.
        factor: a further reduction (F37: 0.8 where the force is estimated); applies to caps.
        share: what this person may have of band and caps (F7, F8, F18, F19, F27); of the two the smaller counts for caps.
    """
    if point.force_n is None or not allows_percussion(point):
        return None
    low, high = wish_n or point.force_n
    low, high = low * share, min(high, point.force_n[1]) * share
    if area_cm2 < CONE_AREA_MAX_CM2:
        low, high = low * CONE_FORCE_FACTOR, high * CONE_FORCE_FACTOR
    high = min(high, force_max_n(point.region, area_cm2) * min(factor, share))
    low = min(low, high)
    return (low, high) if low >= FORCE_USEFUL_MIN_N else None


def narrow_pressure_kg_cm2(point: Point, wish_kg_cm2: Band | None = None, share: float = 1.0) -> Band:
    """Narrow the band of a manual tool to the lower half of the atlas band and 3.5 kg/cm², the threshold being unknown (F11).

    Args:
        point: gives the atlas band.
        wish_kg_cm2: the program's band; None for the point's own.
        share: what this person may have of it (F8: of a tool under the body's weight too).
    """
    atlas_low, atlas_high = point.pressure_kg_cm2
    low, high = wish_kg_cm2 or point.pressure_kg_cm2
    high = min(high, (atlas_low + atlas_high) / 2, STATIC_PRESSURE_UNKNOWN_MAX_KG_CM2)
    low = low if low < high else min(atlas_low, high)
    return (low * share, high * share)


def static_force_max_n(area_cm2: float) -> float:
    """Return the push at which a manual tool of ``area_cm2`` reaches F11's highest pressure."""
    return force_n_from_kg_cm2(STATIC_PRESSURE_MAX_KG_CM2, area_cm2)


def start_speed_ppm(speed_ppm: int) -> int:
    """Return the first speed to command from standstill on the way to ``speed_ppm`` (F17)."""
    return min(speed_ppm, START_SPEED_MAX_PPM)


def lowest_alias_hz(speed_ppm: float, rate_hz: float) -> float:
    """Return the lowest frequency at which a harmonic of the stroke may appear while a gun holds about this speed (F35)."""
    lowest_hz = math.inf
    for order in range(1, ALIAS_HARMONICS + 1):
        at_hz = order * hz_from_ppm(speed_ppm)
        slow_hz, fast_hz = at_hz * (1.0 - SPEED_SPREAD), at_hz * (1.0 + SPEED_SPREAD)
        below = math.floor(fast_hz / rate_hz) * rate_hz
        lowest_hz = min(lowest_hz, slow_hz - below, below + rate_hz - fast_hz)
    return max(0.0, lowest_hz)  # below 0 where the harmonic may pass over a multiple of the rate


def sensor_can_see(speed_ppm: float, rate_hz: float) -> bool:
    """Return whether a sensor's mean is honest at about this speed: fast enough, or every alias above 2 Hz (F35).

    Args:
        speed_ppm: what is set; a gun under a push runs a little slower.
        rate_hz: samples a second; infinite behind a low-pass of its own, 0 where nobody knows when it samples.
    """
    if rate_hz >= SENSOR_RATE_MIN_HZ:
        return True
    return rate_hz >= SENSOR_RATE_LEAST_HZ and lowest_alias_hz(speed_ppm, rate_hz) > ALIAS_MIN_HZ
