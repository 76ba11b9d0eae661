"""Trigger points, body regions and heads: what the atlas knows, as data, and the one object that reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from functools import cache, cached_property
from typing import Any, TypeVar

from massctl.body.data import read_toml, shipped_ids, suggestion
from massctl.body.own_heads import own_areas, own_heads_path
from massctl.body.terms import Percussion, Side, Tool
from massctl.errors import UsageError

_T = TypeVar("_T")

SHORT_MOST = 28
"""A short name with its side fits beside a figure in a column of 40 cells (design value)."""


@dataclass(frozen=True, slots=True)
class Region:
    """A body region and its percussion caps (F2, F10, F17); caps of 0 forbid percussion."""

    id: str
    name: str
    max_force_n: float
    max_ppm: int

    @property
    def allows_percussion(self) -> bool:
        """Whether a massager may run here at all (F2)."""
        return self.max_ppm > 0


@dataclass(frozen=True, slots=True)
class Point:
    """One trigger point and its dose."""

    id: str
    name: str
    muscle: str
    """Groups points for the dose of a muscle (F14)."""
    region: Region
    sides: tuple[Side, ...]
    location: str
    referral: tuple[str, ...]
    """Where its pain is felt: body parts, for the search by where it hurts."""
    causes: tuple[str, ...]
    percussion: Percussion
    sweep_only: bool
    """Percussion may pass over, never stand: a nerve or vessel lies beneath."""
    head: str | None
    speed_ppm: tuple[int, int] | None
    force_n: tuple[float, float] | None
    """Band of the mean push on a head of about 5 cm²."""
    pin_s: int
    sweep_s: int
    passes: int
    alternative_tools: tuple[Tool, ...]
    pressure_kg_cm2: tuple[float, float]
    """Band for manual tools."""
    pose: str
    cautions: str
    sources: tuple[str, ...]
    neighbours: tuple[str, ...] = ()
    """Points of the same cluster, to check next."""

    @property
    def short_name(self) -> str:
        """The name where there is little room: without what stands in brackets, and without a second part that makes it long."""
        name = self.name.partition(" (")[0]
        return name if len(name) <= SHORT_MOST else re.split(r", | / ", name)[0]

    @property
    def allows_percussion(self) -> bool:
        """Whether a massager may run on this point (F2)."""
        return self.percussion is not Percussion.NO and self.region.allows_percussion

    @property
    def is_dosed(self) -> bool:
        """False where a point is shown and explained but never dosed."""
        return self.pin_s > 0 or self.sweep_s > 0


@dataclass(frozen=True, slots=True)
class Head:
    """A head of a massager (or the thumb), and what it touches with."""

    id: str
    name: str
    area_cm2: float
    source: str
    is_measured: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A code in a point's ``sources``."""

    id: str
    title: str
    status: str
    """V: the page was read and agrees. U: unverified."""


class Atlas:
    """All points, regions, heads and sources; each file is read when it is first asked for."""

    def __init__(self) -> None:
        self._points: dict[str, Point] = {}

    @staticmethod
    def load() -> Atlas:
        """Return the shipped atlas (one object, read once; it never changes)."""
        return _shipped()

    @cached_property
    def point_ids(self) -> tuple[str, ...]:
        """All point ids, sorted; reads no point."""
        return shipped_ids("points")

    def point(self, point_id: str) -> Point:
        """Return a point by its id, in any case.

        Raises:
            UsageError: there is no such point; the remedy names the nearest.
        """
        wanted = point_id.upper()
        if wanted not in self.point_ids:
            raise UsageError(f"There is no point {point_id!r}.", suggestion(wanted, self.point_ids))
        if wanted not in self._points:
            self._points[wanted] = self._read_point(wanted)
        return self._points[wanted]

    def points(self) -> tuple[Point, ...]:
        """Return all points, sorted by id."""
        return tuple(self.point(point_id) for point_id in self.point_ids)

    @cached_property
    def _regions(self) -> dict[str, Region]:
        return {name: Region(id=name, **row) for name, row in read_toml("regions.toml").items()}

    def region(self, region_id: str) -> Region:
        """Return a region by its id.

        Raises:
            UsageError: there is no such region; the remedy names the nearest.
        """
        return _one(self._regions, region_id, "region")

    def regions(self) -> tuple[Region, ...]:
        """Return all regions, head to foot."""
        return tuple(self._regions.values())

    @cached_property
    def _heads(self) -> dict[str, Head]:
        shipped = {name: Head(id=name, **row) for name, row in read_toml("devices", "heads.toml").items()}
        measured = own_areas(own_heads_path(), shipped)
        return {name: replace(head, **measured.get(name, {})) for name, head in shipped.items()}

    def head(self, head_id: str) -> Head:
        """Return a head by its id.

        Raises:
            UsageError: there is no such head; the remedy names the nearest.
            FileProblem: the file of the areas that its owner has measured is wrong.
        """
        return _one(self._heads, head_id, "head")

    def heads(self) -> tuple[Head, ...]:
        """Return all heads, with the areas that their owner has measured. Raises FileProblem where that file is wrong."""
        return tuple(self._heads.values())

    @cached_property
    def sources(self) -> dict[str, Source]:
        """What the codes in a point's ``sources`` mean."""
        return {name: Source(id=name, **row) for name, row in read_toml("sources.toml").items()}

    def _read_point(self, point_id: str) -> Point:
        raw = read_toml("points", f"{point_id}.toml")
        if unknown := raw.keys() - _POINT_FIELDS:
            raise ValueError(f"profiles/points/{point_id}.toml: unknown keys {sorted(unknown)}")
        band: Any = raw.get("speed_ppm")
        force: Any = raw.get("force_n")
        low, high = raw["pressure_kg_cm2"]
        converted = {
            "region": self.region(raw["region"]),
            "sides": tuple(map(Side, raw["sides"])),
            "percussion": Percussion(raw["percussion"]),
            "head": raw.get("head"),
            "speed_ppm": band and (band[0], band[1]),
            "force_n": force and (force[0], force[1]),
            "alternative_tools": tuple(map(Tool, raw["alternative_tools"])),
            "pressure_kg_cm2": (low, high),
        }
        lists = {name: tuple(raw[name]) for name in ("referral", "causes", "sources", "neighbours")}
        return Point(**(raw | converted | lists))


_POINT_FIELDS = frozenset(field.name for field in fields(Point))


@cache
def _shipped() -> Atlas:
    return Atlas()


def _one(table: dict[str, _T], wanted: str, kind: str) -> _T:
    if wanted not in table:
        raise UsageError(f"There is no {kind} {wanted!r}.", suggestion(wanted, table))
    return table[wanted]
