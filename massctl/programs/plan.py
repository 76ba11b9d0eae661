"""A plan: one program made concrete for these devices, sides, tools and minutes. Pure data; the session core walks it.

A program's step becomes one planned step per side and pass. Motor off lies between any two of them (F53).
"""

from __future__ import annotations

from dataclasses import dataclass

from massctl.body.atlas import Point
from massctl.body.terms import MODE_WORDS, SIDE_WORDS, End, Mode, Side, Tool


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One stretch of work on one point and side (or one question, stretch or breathing exercise)."""

    number: int
    """1-based place in the plan."""
    program_step: int
    """1-based place of the step in the program file that it came from."""
    mode: Mode
    tool: Tool
    end: End
    maximum_s: float
    minimum_s: float = 0.0
    """A pin can end from here on (30 s, the article's rule)."""
    point: Point | None = None
    side: Side | None = None
    """LEFT, RIGHT or BOTH."""
    pass_number: int = 1
    passes: int = 1
    rest_before_s: float = 0.0
    """Rest since the previous pass on this point and side (F13: at least 20 s)."""
    speed_ppm: int | None = None
    """Percussion only: what is set, already mapped to what the device can do."""
    speed_max_ppm: int | None = None
    """Percussion only: no key raises the speed above it; None leaves it to plan, device and region."""
    level: int | None = None
    """1-based level of a device with levels."""
    force_band_n: tuple[float, float] | None = None
    """Percussion: band of the mean push, already narrowed by every limit."""
    pressure_band_kg_cm2: tuple[float, float] | None = None
    """Manual tools: a band to aim at, where a sensor measures it."""
    force_factor: float = 1.0
    """What is left of the caps of force and pressure for this person (F7, F8, F18, F19, F27)."""
    discomfort_max: int | None = None
    """Stay at or below this rating."""
    discomfort_rule: str = ""
    """The rule about the person that set ``discomfort_max``; empty where the program or the tool did."""
    pin_tools: frozenset[Tool] | None = None
    """The only manual tools for a pin, in a swap too (F18); None is all."""
    head: str | None = None
    head_area_cm2: float | None = None
    instruction: str = ""
    substitution: str = ""
    """Why this step uses another tool than the program says; empty when it does not."""
    candidates: tuple[PlannedStep, ...] = ()
    """Scan only: one ready pin per point and side, in the order to be pressed.

    AUTO pins (no point) become the most tender of them.
    """

    @property
    def runs_motor(self) -> bool:
        """Whether the massager runs in this step."""
        return self.tool is Tool.PERCUSSION and self.speed_ppm is not None

    @property
    def label(self) -> str:
        """Point and side for a person, ``Upper trapezius left``; without a point what the step is, ``The plan``."""
        if self.point is None or self.side is None:
            return MODE_WORDS[self.mode].capitalize()
        return f"{self.point.short_name} {SIDE_WORDS[self.side]}"


@dataclass(frozen=True, slots=True)
class Plan:
    """A program, ready to run."""

    program_id: str
    title: str
    steps: tuple[PlannedStep, ...]
    notes: str = ""
    warnings: tuple[str, ...] = ()
    """What was left out, narrowed or substituted, each with its rule id."""
    tools: frozenset[Tool] | None = None
    """Manual tools at hand, for a swap on the way; None when nobody asked."""
    is_free_run: bool = False
    """``massctl drive``: F46's two minutes apply."""
    session_max_s: float | None = None
    """The longest work for this person, with any tool, extensions included (F7)."""
    muscle_max_s: float | None = None
    """The longest work on a muscle and side before explosive effort, with any tool, extensions included (F19)."""

    @property
    def runs_motor(self) -> bool:
        """Whether any step runs the massager; where none does, its motor must stand still (F48)."""
        return any(step.runs_motor for step in self.steps)

    @property
    def about_s(self) -> float:
        """About how long it takes, without the time to move from point to point."""
        return sum(step.maximum_s + step.rest_before_s for step in self.steps)
