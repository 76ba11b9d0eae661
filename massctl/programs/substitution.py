"""Manual tools: which one a step gets, and what it does with it, guided by the timer and the person's rating.

A step whose point forbids the massager, or whose tool is missing, is offered with a ball, roller, cane or hand. What a
*person* must not have is not offered by any tool (F3); that is decided before a plan is made. Pure.
"""

from __future__ import annotations

from dataclasses import replace

from massctl.body import limits
from massctl.body.atlas import Point
from massctl.body.terms import Mode, Tool
from massctl.programs.plan import PlannedStep

MANUAL_TOOLS = frozenset({Tool.BALL, Tool.ROLLER, Tool.ROLLER_STICK, Tool.CANE, Tool.HAND})
REACHING = (Tool.CANE, Tool.BALL, Tool.ROLLER)
"""Tools that get where no hand does: hooked around, or between the body and a wall or the floor; best first."""
_ROLLING = frozenset({Tool.ROLLER, Tool.ROLLER_STICK})

HAND_DISCOMFORT_MAX = 4
"""A hand in place of a tool the atlas would rather see."""

TOOL_NAMES = {
    Tool.PERCUSSION: "the massager",
    Tool.BALL: "a ball",
    Tool.ROLLER: "a roller",
    Tool.ROLLER_STICK: "a roller stick",
    Tool.CANE: "a cane",
    Tool.HAND: "your hand",
    Tool.ALGOMETER: "the algometer",
}

_INSTRUCTIONS = {
    Mode.SWEEP: "slow strokes along the muscle, about 3 s each",
    Mode.KNEAD: "small slow circles",
    Mode.PIN: "press and hold, breathe, wait until it feels softer",
}


def tools_in_order(point: Point, wished: Tool | None) -> tuple[Tool, ...]:
    """Return the manual tools for ``point``, best first: the wished one, those of the atlas, the hand."""
    first = (wished,) if wished is not None and wished in MANUAL_TOOLS else ()
    listed = tuple(tool for tool in point.alternative_tools if tool in MANUAL_TOOLS)
    return tuple(dict.fromkeys((*first, *listed, Tool.HAND)))


def manual_tool(
    point: Point, wished: Tool | None, at_hand: frozenset[Tool] | None, allowed: frozenset[Tool] | None = None
) -> Tool:
    """Return the first manual tool at hand and allowed; a hand always is. None: nobody asked, all are."""
    ordered = [
        tool for tool in tools_in_order(point, wished) if allowed is None or tool in allowed or tool is Tool.HAND
    ]
    return next(tool for tool in ordered if at_hand is None or tool in at_hand or tool is Tool.HAND)


def reaching_tool(point: Point, at_hand: frozenset[Tool] | None, allowed: frozenset[Tool] | None = None) -> Tool | None:
    """Return the best tool that gets to a point out of reach and that the atlas lists for it; None where there is none."""
    fitting = (tool for tool in REACHING if tool in point.alternative_tools)
    return next(
        (tool for tool in fitting if (at_hand is None or tool in at_hand) and (allowed is None or tool in allowed)),
        None,
    )


def with_manual_tool(step: PlannedStep, tool: Tool, reason: str) -> PlannedStep:
    """Return the step done with a manual ``tool``: its mode, time and target adapted; ``reason`` is kept when not empty."""
    assert step.point is not None
    mode = _mode(step.mode, tool) if reason else step.mode
    maximum_s = min(step.maximum_s, limits.STATIC_PIN_MAX_S) if mode is not Mode.SWEEP else step.maximum_s
    return replace(
        step,
        mode=mode,
        tool=tool,
        maximum_s=maximum_s,
        minimum_s=min(step.minimum_s, maximum_s),
        speed_ppm=None,
        speed_max_ppm=None,
        level=None,
        force_band_n=None,
        head=None,
        head_area_cm2=None,
        pressure_band_kg_cm2=limits.narrow_pressure_kg_cm2(step.point, step.pressure_band_kg_cm2, step.force_factor),
        discomfort_max=_discomfort_max(step, tool),
        instruction=_INSTRUCTIONS.get(mode, step.instruction) if reason else step.instruction,
        substitution=reason,
    )


def manual_alternative(step: PlannedStep, tools: frozenset[Tool] | None = None) -> PlannedStep | None:
    """Return the step with another manual tool ('swap'), or None where there is none.

    Args:
        step: a planned step, of the massager or of a manual tool.
        tools: manual tools at hand; None when nobody asked.
    """
    if step.point is None or not (step.tool is Tool.PERCUSSION or step.tool in MANUAL_TOOLS):
        return None
    at_hand = MANUAL_TOOLS if tools is None else tools | {Tool.HAND}
    if step.pin_tools is not None and step.mode in (Mode.PIN, Mode.PINCH):
        at_hand &= step.pin_tools
    others = [tool for tool in tools_in_order(step.point, None) if tool in at_hand and tool is not step.tool]
    if not others:
        return None
    reason = f"{TOOL_NAMES[others[0]]} instead of {TOOL_NAMES[step.tool]}, as you chose"
    return with_manual_tool(replace(step, pressure_band_kg_cm2=_wished_band(step)), others[0], reason)


def _wished_band(step: PlannedStep) -> limits.Band | None:
    """Return the band of a planned step before the person's share was taken of it: a swap takes it once more."""
    if step.pressure_band_kg_cm2 is None:
        return None
    low, high = step.pressure_band_kg_cm2
    return (low / step.force_factor, high / step.force_factor)


def _mode(mode: Mode, tool: Tool) -> Mode:
    if mode in (Mode.SWEEP, Mode.KNEAD):
        return Mode.SWEEP if tool in _ROLLING else Mode.KNEAD
    return Mode.PIN if mode is Mode.PINCH and tool is not Tool.HAND else mode


def _discomfort_max(step: PlannedStep, tool: Tool) -> int:
    assert step.point is not None
    ceiling = min(step.discomfort_max or limits.SENSORLESS_DISCOMFORT_MAX, limits.DISCOMFORT_TARGET[1])
    if tool is Tool.HAND and Tool.HAND not in step.point.alternative_tools:
        ceiling = min(ceiling, HAND_DISCOMFORT_MAX)
    return ceiling
