"""A program as its file says it: an ordered list of steps on points. Data only; ``schema`` reads it, ``planner`` plans it.

The field names are the keys of the TOML file and the docstrings under them its documentation: the JSON Schema for editors
is generated from this file. Units stand in the names.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Final

from annotated_types import Interval, Len

from massctl.body.terms import End, Mode, Side, Tool

AUTO: Final = "AUTO"
"""A step's ``point`` that a scan earlier in the program fills in."""

STRICT: Final = {"extra": "forbid", "strict": True, "use_attribute_docstrings": True, "allow_inf_nan": False}
"""Unknown keys and wrong types are errors (decision D9)."""


class Kind(StrEnum):
    """What a program is for."""

    STARTER = "starter"
    CAUSE = "cause"
    SYMPTOM = "symptom"
    SPORT = "sport"
    MANUAL = "manual"
    WELLBEING = "wellbeing"
    PREVENTION = "prevention"
    ASSESSMENT = "assessment"
    OWN = "own"
    """A user's, of no other kind."""


class ProgramLevel(StrEnum):
    """How much the person has done before."""

    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"


class Timing(StrEnum):
    """When, around sport."""

    BEFORE = "before"
    AFTER = "after"


Text = Annotated[str, Len(1, 400)]
ForceN = Annotated[float, Interval(ge=0, le=100)]
PressureKgCm2 = Annotated[float, Interval(ge=0, le=10)]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a program; on a point it becomes one planned step per side and pass."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    mode: Mode
    """What the step does: check, scan, plan, sweep, pin, knead, pinch, ramp, move, breathe or rate."""
    tool: Tool
    """perc is the massager, any the first manual tool at hand, ui none at all."""
    maximum_s: Annotated[int, Interval(ge=5, le=3600)]
    """The step ends here at the latest, in seconds per side and pass."""
    point: str | None = None
    """A point of the atlas (`massctl points`), or AUTO for one that a scan finds; none for ui steps."""
    side: Side | None = None
    """LR left then right, S the side the person chooses, mid both at once, L or R; needed with a point."""
    passes: Annotated[int, Interval(ge=1, le=3)] = 1
    """How often, with 20 s of rest between (F13); the point's own number is the most."""
    speed_ppm: Annotated[int, Interval(ge=500, le=5000)] | None = None
    """The massager's speed in percussions per minute; needed with perc."""
    force_n: tuple[ForceN, ForceN] | None = None
    """The wished band of the mean push on a head of about 5 cm², in newtons; the point's own where missing."""
    head: str | None = None
    """The head to fit; the point's own where missing."""
    pressure_kg_cm2: tuple[PressureKgCm2, PressureKgCm2] | None = None
    """The wished band of a manual tool; the plan narrows it (F11)."""
    discomfort_max: Annotated[int, Interval(ge=1, le=10)] | None = None
    """Stay at or below this rating, 0–10; at most 6 (F20)."""
    points: tuple[str, ...] = ()
    """The points that a scan step visits."""
    minimum_s: Annotated[int, Interval(ge=0, le=3600)] = 0
    """A step with the end `release` can end from here on: 30 s."""
    end: End = End.TIME
    """What ends the step before its maximum."""
    instruction: str = ""
    """What to tell the person."""

    @property
    def is_auto(self) -> bool:
        """Whether a scan fills in the point."""
        return self.point == AUTO

    @property
    def side_count(self) -> int:
        """How often the step is done for its sides; the chosen side counts once."""
        return 2 if self.side is Side.LEFT_THEN_RIGHT else 1

    @property
    def total_s(self) -> int:
        """How long the step takes at most, over sides and passes, without rests."""
        return self.maximum_s * self.side_count * self.passes


@dataclass(frozen=True, slots=True)
class Program:
    """A release program for massctl."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    id: Annotated[str, Len(1, 60)]
    """Its name on the command line, and its file's: small letters, digits and dashes."""
    title: Text
    """One line for lists and the display."""
    steps: Annotated[tuple[Step, ...], Len(1, 100)]
    """In order."""
    kind: Kind = Kind.OWN
    """What it is for."""
    causes: tuple[str, ...] = ()
    """What it is for, as search words: phone, screen, slouch, drive, load, stress, a sport …"""
    timing: Timing | None = None
    """Before or after sport."""
    main_tool: Tool | None = None
    """The tool that a program of the kind `manual` is made for."""
    search_words: tuple[str, ...] = ()
    """Common names that people search for; never shown as a promise."""
    level: ProgramLevel = ProgramLevel.BEGINNER
    """How much the person should have done before."""
    goal: str = ""
    """One line: what the program is after."""
    notes: str = ""
    """Cautions and background."""
    total_s: int | None = None
    """Length in seconds without the time to move from point to point; computed where missing."""
    percussion_s: int | None = None
    """Seconds of percussion; computed where missing."""

    @property
    def needs_side(self) -> bool:
        """Whether the person must choose a side."""
        return any(step.side is Side.CHOSEN for step in self.steps)

    @property
    def point_ids(self) -> tuple[str, ...]:
        """The points worked on, in order, each once."""
        named = (step.point for step in self.steps if step.point and not step.is_auto)
        return tuple(dict.fromkeys(named))

    @property
    def keeps_motor_off(self) -> bool:
        """Whether the motor must stand still throughout (F48)."""
        return self.kind in (Kind.MANUAL, Kind.ASSESSMENT)

    @property
    def computed_total_s(self) -> int:
        """The length that the steps add up to; the chosen side counts once."""
        return sum(step.total_s for step in self.steps)

    @property
    def computed_percussion_s(self) -> int:
        """The seconds of percussion that the steps add up to; the chosen side counts once."""
        return sum(step.total_s for step in self.steps if step.tool is Tool.PERCUSSION)
