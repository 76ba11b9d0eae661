"""A program that is being put together: a draft that every change makes anew, with the way back; and its TOML text. Pure.

What may stand in it is the linter's word: a draft may be wrong for a while, and is judged as a whole after each change.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, fields, replace
from enum import Enum
from typing import Any, Final

from massctl.body import limits
from massctl.body.atlas import Point
from massctl.body.terms import End, Mode, Side, Tool
from massctl.programs.program import Program, Step
from massctl.programs.substitution import MANUAL_TOOLS

CHECK: Final = Step(Mode.CHECK, Tool.NONE, 15, end=End.ALL_CLEAR)
"""Every program begins with the question whether anything speaks against it."""
SWEEP_S: Final = 45
"""A sweep where the atlas gives no time (design value)."""
_MADE_ANEW: Final = frozenset({"id", "title", "steps", "total_s", "percussion_s"})
_SCHEMA_LINE: Final = "#:schema program.schema.json"


@dataclass(frozen=True, slots=True)
class Draft:
    """One state of a program in the making."""

    title: str = ""
    steps: tuple[Step, ...] = (CHECK,)
    head: tuple[tuple[str, Any], ...] = ()
    """What its file says besides, kept as it is: kind, causes, notes and the like."""

    @staticmethod
    def of(program: Program) -> Draft:
        """Return the draft that makes ``program`` again; its times are computed anew."""
        kept = [
            (field.name, value)
            for field in fields(program)
            if field.name not in _MADE_ANEW
            and (value := getattr(program, field.name)) not in (field.default, None, (), "")
        ]
        return Draft(program.title, program.steps, tuple(kept))

    @property
    def program_id(self) -> str:
        """The id that the title makes: small letters, digits and dashes."""
        plain = unicodedata.normalize("NFKD", self.title.lower()).encode("ascii", "ignore").decode()
        return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")

    def with_title(self, title: str) -> Draft:
        """Return the draft under another title."""
        return replace(self, title=title)

    def with_step(self, step: Step, at: int | None = None) -> Draft:
        """Return the draft with a step more, at the end or before the step at index ``at``."""
        place = len(self.steps) if at is None else at
        return replace(self, steps=(*self.steps[:place], step, *self.steps[place:]))

    def without(self, index: int) -> Draft:
        """Return the draft without a step."""
        return replace(self, steps=(*self.steps[:index], *self.steps[index + 1 :]))

    def moved(self, index: int, by: int) -> Draft:
        """Return the draft with a step earlier or later; the same where it cannot go further."""
        target = index + by
        if not 0 <= target < len(self.steps):
            return self
        steps = list(self.steps)
        steps[index], steps[target] = steps[target], steps[index]
        return replace(self, steps=tuple(steps))

    def changed(self, index: int, **values: Any) -> Draft:
        """Return the draft with some values of a step changed."""
        return self.with_changed(index, replace(self.steps[index], **values))

    def with_changed(self, index: int, step: Step) -> Draft:
        """Return the draft with another step in the place of one."""
        return replace(self, steps=(*self.steps[:index], step, *self.steps[index + 1 :]))

    def to_toml(self) -> str:
        """Return the text of its file."""
        lines = [_SCHEMA_LINE, f"id = {_value(self.program_id)}", f"title = {_value(self.title)}"]
        lines += [f"{name} = {_value(value)}" for name, value in self.head]
        for step in self.steps:
            lines += ["", "[[steps]]"]
            lines += [f"{name} = {_value(value)}" for name, value in _values(step)]
        return "\n".join(lines) + "\n"


class History:
    """The way back through the states of a draft, and forth again."""

    def __init__(self, first: Draft) -> None:
        self._past: list[Draft] = []
        self._future: list[Draft] = []
        self.now = first

    @property
    def can_undo(self) -> bool:
        """Whether anything was changed."""
        return bool(self._past)

    def take(self, draft: Draft) -> None:
        """Go on to ``draft``; nothing happens where it is the same."""
        if draft != self.now:
            self._past.append(self.now)
            self._future.clear()
            self.now = draft

    def undo(self) -> bool:
        """Go one state back; False at the first."""
        return self._go(self._past, self._future)

    def redo(self) -> bool:
        """Go one state forth; False at the last."""
        return self._go(self._future, self._past)

    def _go(self, source: list[Draft], other: list[Draft]) -> bool:
        if not source:
            return False
        other.append(self.now)
        self.now = source.pop()
        return True


def first_step(point: Point) -> Step:
    """Return the gentlest useful step on a point: a sweep with the massager where it may, else a pin with its first tool."""
    sides = Side.LEFT_THEN_RIGHT if len(point.sides) > 1 else point.sides[0]
    band = limits.speed_band_ppm(point)
    if band is not None and point.force_n is not None:
        seconds = point.sweep_s or SWEEP_S
        return Step(
            Mode.SWEEP, Tool.PERCUSSION, seconds, point.id, sides, speed_ppm=band[0], force_n=_lower(point.force_n)
        )
    return with_tool(Step(Mode.PIN, Tool.HAND, 30, point.id, sides), point, tools_for(point)[-1])


def tools_for(point: Point) -> tuple[Tool, ...]:
    """Return the tools that the atlas knows for a point, the massager first where it may; at least the hand."""
    manual = tuple(tool for tool in point.alternative_tools if tool in MANUAL_TOOLS)
    percussion = (Tool.PERCUSSION,) if limits.speed_band_ppm(point) is not None else ()
    return (*percussion, *(manual or (Tool.HAND,)))


def modes_for(point: Point, tool: Tool) -> tuple[Mode, ...]:
    """Return what a tool can do on a point."""
    if tool is Tool.PERCUSSION:
        return (Mode.SWEEP, Mode.PIN) if limits.allows_standing(point) else (Mode.SWEEP,)
    return (Mode.PIN, Mode.KNEAD, Mode.SWEEP, *((Mode.PINCH,) if tool is Tool.HAND else ()))


def with_tool(step: Step, point: Point, tool: Tool) -> Step:
    """Return the step with another tool, and with what belongs to it: speed and push, or pressure and a rating."""
    mode = step.mode if step.mode in modes_for(point, tool) else modes_for(point, tool)[0]
    if tool is Tool.PERCUSSION:
        band = limits.speed_band_ppm(point)
        step = replace(step, speed_ppm=band[0] if band else None, force_n=_lower(point.force_n))
        step = replace(step, pressure_kg_cm2=None, discomfort_max=None)
    else:
        low, high = point.pressure_kg_cm2
        step = replace(step, speed_ppm=None, force_n=None, head=None)
        step = replace(step, pressure_kg_cm2=(low, round((low + high) / 2, 2)), discomfort_max=5)
    return with_mode(replace(step, tool=tool), point, mode)


def with_mode(step: Step, point: Point, mode: Mode) -> Step:
    """Return the step doing something else, in the time and with the end that this has."""
    if mode in (Mode.PIN, Mode.PINCH):
        most = limits.PERCUSSION_PIN_DEFAULT_S if step.tool is Tool.PERCUSSION else limits.STATIC_PIN_DEFAULT_S
        seconds = int(min(max(point.pin_s, limits.PIN_MIN_S), most))
        return replace(step, mode=mode, maximum_s=seconds, minimum_s=int(limits.PIN_MIN_S), end=End.RELEASE)
    return replace(step, mode=mode, maximum_s=point.sweep_s or SWEEP_S, minimum_s=0, end=End.TIME)


def _lower(band: limits.Band | None) -> limits.Band | None:
    """Return the lower half of a band."""
    return None if band is None else (band[0], round((band[0] + band[1]) / 2, 1))


def _values(step: Step) -> list[tuple[str, Any]]:
    """Return the keys of a step that say something: what is the default goes without saying."""
    said = []
    for field in fields(step):
        value = getattr(step, field.name)
        if value not in (None, (), "") and (field.name in ("mode", "tool", "maximum_s") or value != field.default):
            said.append((field.name, value))
    return said


def _value(value: Any) -> str:
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return '"' + "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in escaped) + '"'
    if isinstance(value, tuple):
        return f"[{', '.join(map(_value, value))}]"
    return str(value)
