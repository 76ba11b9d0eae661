"""What a person may have: what is barred, which doses shrink, why, and what is possible instead. Pure data and look-ups.

Bars only forbid and reductions only narrow. Of several reductions the smallest factor counts, not their product.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from massctl.body.atlas import Point
from massctl.body.terms import Mode, Tool

PINS: Final = frozenset({Mode.PIN, Mode.PINCH})
"""What stands on one spot."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Something that this person must not have: not with this tool, nor with another in its place (F3)."""

    rule: str
    because: str
    """In the person's words: 'a bruise on the calf'."""
    instead: str
    """A sentence: what is possible."""
    regions: frozenset[str] | None = None
    """None is everywhere."""
    is_percussion_only: bool = False
    """Only the massager is barred; what a program itself does by hand or ball stays."""
    modes: frozenset[Mode] | None = None
    """None is every kind of work."""

    def covers(self, region: str | None, tool: Tool, mode: Mode) -> bool:
        """Return whether it bars ``tool`` doing ``mode`` in ``region`` (None: not known yet where)."""
        if self.regions is not None and region not in self.regions:
            return False
        if self.is_percussion_only and tool is not Tool.PERCUSSION:
            return False
        return self.modes is None or mode in self.modes


@dataclass(frozen=True, slots=True)
class Reduction:
    """Something that makes doses smaller."""

    rule: str
    because: str
    """Said once of a plan that it touches: what becomes smaller, and why."""
    regions: frozenset[str] | None = None
    """None is everywhere."""
    force_factor: float = 1.0
    """Of force and of a manual tool's pressure."""
    speed_factor: float = 1.0
    speed_max_ppm: int | None = None
    is_slowest: bool = False
    """The bottom of the point's speed band."""
    discomfort_max: int | None = None
    pin_discomfort_max: int | None = None
    """Of pins by hand or tool."""
    pin_tools: frozenset[Tool] | None = None
    """The only tools for pins; without the massager it is replaced by one of them."""
    session_max_s: float | None = None
    muscle_max_s: float | None = None
    """Per muscle and side, with any tool."""
    points_max: int | None = None

    def touches(self, region: str) -> bool:
        """Return whether work in ``region`` becomes smaller."""
        return self.regions is None or region in self.regions


@dataclass(frozen=True, slots=True)
class Share:
    """What is left of the dose on one point: the smallest of all reductions that touch it, each with the rule it is from."""

    force_factor: float = 1.0
    speed_factor: float = 1.0
    speed_max_ppm: int | None = None
    is_slowest: bool = False
    discomfort_max: int | None = None
    pin_discomfort_max: int | None = None
    pin_tools: frozenset[Tool] | None = None
    force_rule: str = ""
    speed_rule: str = ""
    pin_rule: str = ""
    discomfort_rule: str = ""
    because: tuple[str, ...] = ()

    @property
    def limits_speed(self) -> bool:
        """Whether no speed above the planned one may be set."""
        return self.speed_factor < 1.0 or self.speed_max_ppm is not None or self.is_slowest

    def speed_most_ppm(self, wish_ppm: int) -> int:
        """Return the highest speed for this person where ``wish_ppm`` was wished."""
        most_ppm = int(wish_ppm * self.speed_factor)
        return most_ppm if self.speed_max_ppm is None else min(most_ppm, self.speed_max_ppm)

    def discomfort_most(self, mode: Mode, wish: int | None) -> tuple[int | None, str]:
        """Return the highest rating for ``mode``, and the rule where a rule lowered it."""
        pin = self.pin_discomfort_max if mode in PINS else None
        own = _least((self.discomfort_max, pin))
        if own is None or (wish is not None and wish < own):
            return wish, ""
        return own, self.pin_rule if own == pin else self.discomfort_rule


WHOLE: Final = Share()
"""Nothing is reduced."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """All bars and reductions of one person on one day."""

    bars: tuple[Bar, ...] = ()
    reductions: tuple[Reduction, ...] = ()

    def bar(self, point: Point | None, tool: Tool, mode: Mode) -> Bar | None:
        """Return the first bar of ``tool`` doing ``mode`` on ``point``; None where it is allowed."""
        region = point.region.id if point is not None else None
        return next((bar for bar in self.bars if bar.covers(region, tool, mode)), None)

    def share(self, point: Point) -> Share:
        """Return what is left of the dose on ``point``."""
        touching = [each for each in self.reductions if each.touches(point.region.id)]
        if not touching:
            return WHOLE
        force = min(touching, key=lambda each: each.force_factor)
        speed = min(touching, key=lambda each: (each.speed_factor, each.speed_max_ppm or 10_000, not each.is_slowest))
        pin = next((each for each in touching if each.pin_tools is not None), None)
        lowest = min(touching, key=lambda each: 10 if each.discomfort_max is None else each.discomfort_max)
        return Share(
            force_factor=force.force_factor,
            speed_factor=min(each.speed_factor for each in touching),
            speed_max_ppm=_least(each.speed_max_ppm for each in touching),
            is_slowest=any(each.is_slowest for each in touching),
            discomfort_max=_least(each.discomfort_max for each in touching),
            pin_discomfort_max=_least(each.pin_discomfort_max for each in touching),
            pin_tools=pin.pin_tools if pin else None,
            force_rule=force.rule if force.force_factor < 1.0 else "",
            speed_rule=speed.rule,
            pin_rule=pin.rule if pin else "",
            discomfort_rule=lowest.rule if lowest.discomfort_max is not None else "",
            because=tuple(f"{each.because} [{each.rule}]" for each in touching),
        )

    @property
    def session_max(self) -> Reduction | None:
        """The reduction with the shortest session; None where none is limited."""
        return self._smallest(lambda each: each.session_max_s)

    @property
    def muscle_max(self) -> Reduction | None:
        """The reduction with the least time a muscle; None where none is limited."""
        return self._smallest(lambda each: each.muscle_max_s)

    @property
    def points_max(self) -> Reduction | None:
        """The reduction with the fewest points; None where none is limited."""
        return self._smallest(lambda each: each.points_max)

    def _smallest(self, of: Callable[[Reduction], float | None]) -> Reduction | None:
        found = [(value, each) for each in self.reductions if (value := of(each)) is not None]
        return min(found, key=lambda one: one[0])[1] if found else None


def _least(values: Iterable[int | None]) -> int | None:
    return min((value for value in values if value is not None), default=None)
