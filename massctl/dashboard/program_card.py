"""Words a program as a card: steps, time, tools, evidence, and what a person's answers change. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from massctl.app.settings import Settings
from massctl.body.terms import Mode, Side, Tool
from massctl.dashboard.lines import BLANK, Line, ends, line, wrapped
from massctl.dashboard.point_card import MOST
from massctl.dashboard.remedies import in_pages
from massctl.errors import Blocked
from massctl.faces.digits import minutes, whole_minutes
from massctl.faces.places import cause
from massctl.faces.push import pressure_band_words, push_unit
from massctl.faces.words import MODES, TOOLS
from massctl.programs.evidence import evidence_of
from massctl.programs.plan import PlannedStep
from massctl.programs.program import Program
from massctl.programs.search import tools_of

if TYPE_CHECKING:
    from massctl.app.outlook import Outlook, PersonToday
    from massctl.dashboard.picks import Picks

_SIDES: Final = {
    Side.LEFT: "left",
    Side.RIGHT: "right",
    Side.LEFT_THEN_RIGHT: "both",
    Side.BOTH: "both",
    Side.CHOSEN: "your side",
    None: "",
}
_OF_A_POINT: Final = re.compile(r"(.+?)((?:: | left out, ).+)")
"""What the planner says of one point: 'Infraspinatus: a ball instead …', 'Infraspinatus left out, because …'."""
LEVELS: Final = {"beginner": "for everybody", "intermediate": "when you know your points"}


def program_card(
    seen: Outlook, picks: Picks, settings: Settings, person: PersonToday, width: int, *, red_flags: tuple[str, ...] = ()
) -> list[Line]:
    """Return the card of a program as it would be now."""
    program = seen.program
    star = " ★" if program.id in settings.favourites else ""
    rows: list[Line] = wrapped(f"{program.title}{star}", width, 2, "bold")
    rows += wrapped(_sentence(program.goal), width, 2, "quiet")
    rows.append(_picks_line(seen, picks))
    rows += [line(("held by a partner", "ask"))] if picks.is_held_by_partner else []
    rows += _warned(red_flags, width)
    rows += _changes(seen, person, width)
    rows += [BLANK, *_steps(seen, picks, settings, width)]
    rows += [BLANK, *_about(program, settings, width)]
    rows += [BLANK, line(("What is known of it", "bold"))]
    for note in evidence_of(program):
        unsure = "" if note.is_verified else " (unverified)"
        rows += wrapped(f"· {note.text}{unsure}", width, MOST)
        rows += wrapped(f"  {note.source}", width, MOST, "quiet")
    return rows


def _picks_line(seen: Outlook, picks: Picks) -> Line:
    seconds = seen.plan.about_s if seen.plan is not None else seen.program.computed_total_s
    time = f"about {whole_minutes(seconds)}"
    wished = f" of {picks.minutes}" if picks.minutes else ""
    side = "the side you choose" if seen.program.needs_side and picks.side is None else picks.side_words
    return line((f"{time}{wished}", "ask"), "  ", (side, "ask"))


def _warned(flags: tuple[str, ...], width: int) -> list[Line]:
    """Return the signs to rule out first (F9)."""
    if not flags:
        return []
    text = f"First rule out: {'; '.join(flags)}. If any is true, do not massage it: seek care now. [F9]"
    return wrapped(text, width, MOST, "danger")


def _changes(seen: Outlook, person: PersonToday, width: int) -> list[Line]:
    rows: list[Line] = []
    if seen.problem is not None:
        what = "Not for you now" if isinstance(seen.problem, Blocked) else "Not possible like this"
        rows += [line((f"✕ {what}", "bold danger"))]
        rows += wrapped(seen.problem.what, width, MOST, "danger")
        rows += wrapped(f"→ {in_pages(seen.problem.remedy)}" if seen.problem.remedy else "", width, MOST)
        rows += wrapped("→ u shows what you can do instead.", width, 1, "ask")
    elif person.open_topics:
        rows += wrapped(
            "The health questions are open: they are asked before the start, and may change this.", width, 2, "quiet"
        )
    for text in together(seen.changes):
        rows += wrapped(f"! {text}", width, MOST, "caution")
    return [BLANK, *rows] if rows else []


def together(changes: Iterable[str]) -> list[str]:
    """Return the changes, with the points of which the same is said in one sentence, each once."""
    points: dict[str, dict[str, None]] = {}
    for text in changes:
        found = _OF_A_POINT.match(text)
        name, said = found.groups() if found is not None else ("", text)
        points.setdefault(said, {})[name] = None
    return [f"{', '.join(names)}{said}" for said, names in points.items()]


def _steps(seen: Outlook, picks: Picks, settings: Settings, width: int) -> list[Line]:
    if seen.plan is None:
        return []
    rows = [line(("Steps", "bold"))]
    for number, (sides, step) in enumerate(_merged(seen.plan.steps), 1):
        is_open = picks.side is None and seen.program.steps[step.program_step - 1].side is Side.CHOSEN
        what = _where(step, [Side.CHOSEN] if is_open else sides)
        rows.append(ends(line((f"{number:>2} ", "quiet"), what), line((minutes(step.maximum_s), "quiet")), width))
        rows += [line("   ", *row) for row in wrapped(_how(step, settings), width - 3, 3, "quiet")]
    return rows


def _merged(steps: Iterable[PlannedStep]) -> list[tuple[list[Side], PlannedStep]]:
    """Return the steps with left and right of the same work in one row."""
    rows: list[tuple[list[Side], PlannedStep]] = []
    for step in steps:
        if rows and rows[-1][1].program_step == step.program_step and step.point == rows[-1][1].point:
            if step.side is not None and step.side not in rows[-1][0]:
                rows[-1][0].append(step.side)
            continue
        rows.append(([step.side] if step.side is not None else [], step))
    return rows


def _where(step: PlannedStep, sides: list[Side]) -> str:
    if step.point is None:
        return MODES[step.mode].capitalize() if step.mode is not Mode.PIN else "The most tender points"
    which = "both sides" if len(sides) > 1 else _SIDES[sides[0]] if sides else ""
    return f"{step.point.name}, {which}".rstrip(", ")


def _how(step: PlannedStep, settings: Settings) -> str:
    if step.point is None:
        return step.instruction
    parts = [MODES[step.mode], TOOLS[step.tool]]
    if step.speed_ppm is not None:
        parts.append(f"{step.speed_ppm:,} a minute")
    if step.force_band_n is not None:
        parts.append(push_unit(settings.units, step.head_area_cm2).band(step.force_band_n))
    elif step.pressure_band_kg_cm2 is not None and step.tool is not Tool.HAND:
        parts.append(pressure_band_words(step.pressure_band_kg_cm2, None, settings.units))
    if step.discomfort_max is not None:
        parts.append(f"up to {step.discomfort_max}/10")
    if step.head is not None:
        parts.append(f"head {step.head}")
    return ", ".join(part for part in parts if part)


def _about(program: Program, settings: Settings, width: int) -> list[Line]:
    tools = [_at_hand(tool, settings) for tool in tools_of(program)]
    rows = wrapped(f"Tools: {', '.join(tools) or 'none'}", width, 2)
    rows += wrapped(f"{LEVELS[program.level].capitalize()}.", width, 1)
    causes = ", ".join(map(cause, program.causes))
    rows += wrapped(f"For: {causes}" if causes else "", width, 2)
    rows += wrapped(_sentence(program.notes), width, MOST)
    return [*rows, line((f"massctl run {program.id}", "quiet"))]


def _at_hand(tool: Tool, settings: Settings) -> str:
    needs_none = tool in (Tool.PERCUSSION, Tool.HAND, Tool.ANY) or settings.tools is None
    return TOOLS[tool] if needs_none or tool in (settings.tools or ()) else f"{TOOLS[tool]} (not yours: replaced)"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}" if text else ""
