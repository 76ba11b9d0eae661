"""What one key changes in a step of the builder, what can be added, and what a finding's nearest valid value makes of it. Pure.

A change may go past what is allowed: the linter's answer to it is what the person learns from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final, TypeVar

from massctl.body.atlas import Atlas, Point
from massctl.body.terms import End, Mode, Side, Tool
from massctl.programs.draft import Draft, modes_for, tools_for, with_mode, with_tool
from massctl.programs.findings import Finding
from massctl.programs.program import Step

_Value = TypeVar("_Value")
_Number = TypeVar("_Number", int, float)
_TIME_STEP_S: Final = 5
_TIME_MOST_S: Final = 3600
_SPEED_STEP_PPM: Final = 50
_SPEEDS_PPM: Final = (500, 5000)
_FORCE_STEP_N: Final = 1.0
_FORCE_MOST_N: Final = 100.0
_PRESSURE_STEP_KG_CM2: Final = 0.1
_PRESSURE_MOST_KG_CM2: Final = 10.0
"""How far keys go (design values); what is allowed is much less."""
_SIDES: Final = (Side.LEFT_THEN_RIGHT, Side.CHOSEN, Side.LEFT, Side.RIGHT)
_RATINGS: Final = (None, 3, 4, 5, 6)
_PASSES: Final = (1, 2, 3)

Edit = Callable[[Step, Point | None, int], Step]
"""A step, its point, and -1 or 1 to the step as it is then; the same step where the key has no meaning for it."""


def _time(step: Step, point: Point | None, by: int) -> Step:
    return replace(step, maximum_s=_within(step.maximum_s + by * _TIME_STEP_S, _TIME_STEP_S, _TIME_MOST_S))


def _speed(step: Step, point: Point | None, by: int) -> Step:
    if step.speed_ppm is None:
        return step
    return replace(step, speed_ppm=_within(step.speed_ppm + by * _SPEED_STEP_PPM, *_SPEEDS_PPM))


def _push(step: Step, point: Point | None, by: int) -> Step:
    """The upper edge of the push, or of the pressure."""
    if step.force_n is not None:
        low, high = step.force_n
        return replace(step, force_n=(low, _within(high + by * _FORCE_STEP_N, low, _FORCE_MOST_N)))
    if step.pressure_kg_cm2 is not None:
        low, high = step.pressure_kg_cm2
        high = round(_within(high + by * _PRESSURE_STEP_KG_CM2, low, _PRESSURE_MOST_KG_CM2), 2)
        return replace(step, pressure_kg_cm2=(low, high))
    return step


def _tool(step: Step, point: Point | None, by: int) -> Step:
    return step if point is None else with_tool(step, point, _after(tools_for(point), step.tool, by))


def _mode(step: Step, point: Point | None, by: int) -> Step:
    return step if point is None else with_mode(step, point, _after(modes_for(point, step.tool), step.mode, by))


def _side(step: Step, point: Point | None, by: int) -> Step:
    return step if point is None else replace(step, side=_after(_SIDES, step.side, by))


def _passes(step: Step, point: Point | None, by: int) -> Step:
    return step if point is None else replace(step, passes=_after(_PASSES, step.passes, by))


def _rating(step: Step, point: Point | None, by: int) -> Step:
    return step if point is None else replace(step, discomfort_max=_after(_RATINGS, step.discomfort_max, by))


EDITS: Final[Mapping[str, Edit]] = {
    "time": _time,
    "speed": _speed,
    "push": _push,
    "tool": _tool,
    "mode": _mode,
    "side": _side,
    "passes": _passes,
    "rating": _rating,
}


EXTRAS: Final[Mapping[str, tuple[str, Step]]] = {
    "move": (
        "Move: a stretch or an exercise",
        Step(Mode.MOVE, Tool.NONE, 60, end=End.DONE, instruction="a slow stretch"),
    ),
    "breathe": ("Breathe", Step(Mode.BREATHE, Tool.NONE, 60, instruction="4 s in / 6 s out")),
    "rate": ("How is it: a rating", Step(Mode.RATE, Tool.NONE, 20, end=End.RATED)),
    "check": ("A question before it", Step(Mode.CHECK, Tool.NONE, 15, end=End.ALL_CLEAR)),
}
"""What presses nothing: in words, and as the step that it becomes."""


def repaired(draft: Draft, finding: Finding) -> Draft | None:
    """Return the draft with the nearest valid value of a finding; None where it names none that fits."""
    if not finding.nearest:
        return None
    if finding.step is None:
        is_name = finding.key in ("id", "title")
        return draft.with_title(finding.nearest.replace("-", " ").capitalize()) if is_name else None
    index = finding.step - 1
    try:
        step = _repaired(draft.steps[index], finding.key or "", finding.nearest)
    except ValueError:
        return None
    return draft.with_changed(index, step) if step is not None else None


def _repaired(step: Step, key: str, near: str) -> Step | None:
    match key:
        case "speed_ppm" | "maximum_s" | "minimum_s" | "passes" | "discomfort_max":
            number: dict[str, Any] = {key: int(float(near))}
            return replace(step, **number)
        case "force_n" if step.force_n is not None:
            return replace(step, force_n=_with_edge(step.force_n, float(near)))
        case "pressure_kg_cm2" if step.pressure_kg_cm2 is not None:
            return replace(step, pressure_kg_cm2=_with_edge(step.pressure_kg_cm2, float(near)))
        case "side":
            return replace(step, side=Side(near))
        case "mode" if step.point is not None:
            return replace(step, mode=Mode(near))
        case "tool" if step.point is not None:
            return with_tool(step, Atlas.load().point(step.point), Tool(near.split(",", maxsplit=1)[0]))
    return None


def _with_edge(band: tuple[float, float], value: float) -> tuple[float, float]:
    """Return the band with its wrong edge at ``value``."""
    low, high = band
    return (min(low, value), value) if value < high else (value, high)


def _within(value: _Number, low: _Number, high: _Number) -> _Number:
    return min(max(value, low), high)


def _after(values: tuple[_Value, ...], value: _Value | None, by: int) -> _Value:
    return values[(values.index(value) + by) % len(values)] if value in values else values[0]
