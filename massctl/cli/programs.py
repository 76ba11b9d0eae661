"""``massctl programs``: find programs and show one. Showing only; what is found is decided in ``massctl.programs.search``."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click
from rich.table import Table

from massctl.app.settings import Units
from massctl.body.atlas import Atlas
from massctl.body.red_flags import red_flags
from massctl.body.search import place_meant
from massctl.cli.completion import complete_programs
from massctl.cli.numbers import Number
from massctl.cli.output import chosen_units, console, print_json
from massctl.cli.points import (
    complete_cause,
    complete_hurts,
    complete_muscle,
    complete_tool,
    print_red_flags,
)
from massctl.faces.push import pressure_band_words, push_unit
from massctl.faces.words import MODES, TOOLS, counted
from massctl.programs.catalogue import Catalogue
from massctl.programs.program import Program, Step
from massctl.programs.search import Match, Wanted, find_programs, tools_of

MINUTES_MAX = 24 * 60
_SIDES = {"L": "left", "R": "right", "LR": "left, right", "S": "your side", "mid": "both at once"}


class WordsGroup(click.Group):
    """A group in which any word that is no command is a program to show, or words to search for."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take words that are no command for an id or a search."""
        if args and args[0] not in self.commands:
            return "find", _find, args
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[click.shell_completion.CompletionItem]:
        """Complete commands and program ids."""
        return [*super().shell_complete(ctx, incomplete), *_find.params[0].shell_complete(ctx, incomplete)]


@click.group(cls=WordsGroup, invoke_without_command=True, subcommand_metavar="[WORDS… | show PROGRAM]")
@click.option(
    "--cause",
    metavar="CAUSE",
    shell_complete=complete_cause,
    help="phone, screen, slouch, drive, load, stress, sport …",
)
@click.option(
    "--hurts", metavar="PLACE", shell_complete=complete_hurts, help="Where it is felt: head_temple, low_back …"
)
@click.option("--muscle", metavar="MUSCLE", shell_complete=complete_muscle, help="A muscle, or a part of its name.")
@click.option(
    "--tool", metavar="TOOL", shell_complete=complete_tool, help="A tool it uses: massager, ball, roller, cane, hand …"
)
@click.option("--minutes", metavar="N", type=Number(1, MINUTES_MAX), help="At most so long.")
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
@click.pass_context
def programs(
    context: click.Context,
    *,
    cause: str | None,
    hurts: str | None,
    muscle: str | None,
    tool: str | None,
    minutes: float | None,
    is_json: bool,
) -> None:
    """Find release programs, or show one.

    Several options narrow the search, and so do plain words: massctl programs shoulder. A program by its id is shown whole: massctl
    programs tech-neck. Your own programs are .toml files in a folder that 'massctl programs' names in its last line; massctl check
    judges them.
    """
    wanted = Wanted(cause, hurts, muscle, tool, minutes)
    context.obj = (wanted, is_json)
    if context.invoked_subcommand is None:
        _list(wanted, is_json=is_json)


@programs.command("show")
@click.argument("program_id", metavar="PROGRAM", shell_complete=complete_programs)
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def show(before: tuple[Wanted, bool], program_id: str, is_json: bool) -> None:
    """Show PROGRAM step by step: an id, or the path of a file."""
    _show(Catalogue.load().program(program_id), is_json=is_json or before[1])


@click.command("find")
@click.argument("words", nargs=-1, shell_complete=complete_programs)
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def _find(before: tuple[Wanted, bool], words: tuple[str, ...], is_json: bool) -> None:
    """Show the program of this id, else search for the words."""
    wanted, is_json_before = before
    catalogue = Catalogue.load()
    if len(words) == 1 and words[0] in catalogue.program_ids:
        _show(catalogue.program(words[0]), is_json=is_json or is_json_before)
        return
    searched = Wanted(wanted.cause, wanted.hurts, wanted.muscle, wanted.tool, wanted.minutes, words)
    _list(searched, is_json=is_json or is_json_before)


def _list(wanted: Wanted, *, is_json: bool) -> None:
    catalogue = Catalogue.load()
    flags = red_flags(place_meant(wanted.hurts)) if wanted.hurts else ()
    if not is_json:
        print_red_flags(flags)
    found = find_programs(catalogue.programs(), wanted)
    narration = console(is_narration=True)
    if is_json:
        print_json({"red_flags": flags, "programs": [_listed_json(match) for match in found]})
    else:
        console().print(_table(found) if found else "No program fits all of that.")
        if not found:
            narration.print(f"{_nearest(catalogue, wanted)}massctl programs lists all.")
        else:
            narration.print(
                f"{counted(len(found), 'program')}. massctl run {found[0].program.id} --sim runs one on the simulated bench."
            )
            narration.print(f"Your own programs: {catalogue.folder}", style="dim")
    for problem in catalogue.problems():
        narration.print(f"not listed: {problem}", style="yellow")


def _nearest(catalogue: Catalogue, wanted: Wanted) -> str:
    from massctl.body.data import nearest  # noqa: PLC0415 - only where nothing was found

    near = nearest("-".join(wanted.words), catalogue.program_ids, limit=2) if wanted.words else []
    return f"Did you mean {' or '.join(near)}? " if near else ""


def _table(found: tuple[Match, ...]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("program", no_wrap=True)
    table.add_column("title", overflow="fold")
    table.add_column("about", justify="right", no_wrap=True)
    table.add_column("tools", overflow="fold")
    has_why = any(match.why for match in found)
    if has_why:
        table.add_column("why", overflow="fold")
    for match in found:
        program = match.program
        row = [program.id, program.title, _about(program), _tools(program)]
        table.add_row(*row, *([match.why] if has_why else []))
    return table


def _about(program: Program) -> str:
    return f"{max(1, round(program.computed_total_s / 60))} min"


def _tools(program: Program) -> str:
    return ", ".join(TOOLS[tool] for tool in tools_of(program)) or "none"


def _listed_json(match: Match) -> dict[str, Any]:
    program = match.program
    return {
        "id": program.id,
        "title": program.title,
        "kind": program.kind,
        "causes": program.causes,
        "level": program.level,
        "goal": program.goal,
        "total_s": program.computed_total_s,
        "percussion_s": program.computed_percussion_s,
        "tools": tools_of(program),
        "points": program.point_ids,
        "needs_side": program.needs_side,
        "why": match.why,
    }


def _show(program: Program, *, is_json: bool) -> None:
    if is_json:
        print_json(_program_json(program))
        return
    out = console()
    out.print(f"{program.id}  {program.title}", style="bold")
    for label, text in (
        ("for", program.goal),
        ("about", f"{_about(program)}, {program.computed_percussion_s} s of it with the massager; {program.level}"),
        ("tools", _tools(program)),
        ("side", "you choose: --side left, right or both" if program.needs_side else ""),
        ("mind", program.notes),
    ):
        if text:
            out.print(f"{label:6} {text}")
    out.print()
    out.print(_steps_table(program))
    console(is_narration=True).print(f"massctl run {program.id} --sim runs it on the simulated bench.")


def _program_json(program: Program) -> dict[str, Any]:
    values = asdict(program)
    values["steps"] = [
        {name: value for name, value in step.items() if value not in (None, (), "")} for step in values["steps"]
    ]
    return values


def _steps_table(program: Program) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("", justify="right")
    for column in ("what", "point", "side", "tool"):
        table.add_column(column, overflow="fold")
    table.add_column("time", justify="right", no_wrap=True)
    table.add_column("how", overflow="fold")
    units = chosen_units()
    for number, step in enumerate(program.steps, start=1):
        table.add_row(
            str(number),
            MODES[step.mode],
            _point(step),
            _SIDES.get(step.side or "", ""),
            TOOLS[step.tool],
            _time(step),
            _how(step, units),
        )
    return table


def _point(step: Step) -> str:
    if step.is_auto:
        return "the most tender"
    if step.points:
        return ", ".join(step.points)
    return f"{step.point}  {Atlas.load().point(step.point).name}" if step.point else ""


def _time(step: Step) -> str:
    passes = f"{step.passes} × " if step.passes > 1 else ""
    shortest = f"{step.minimum_s}–" if 0 < step.minimum_s < step.maximum_s else ""
    return f"{passes}{shortest}{step.maximum_s} s"


def _how(step: Step, units: Units) -> str:
    parts = []
    if step.speed_ppm is not None:
        parts.append(f"{step.speed_ppm:,} PPM")
    if step.force_n:
        parts.append(push_unit(units, _area_cm2(step)).band(step.force_n))
    if step.pressure_kg_cm2:
        parts.append(pressure_band_words(step.pressure_kg_cm2, None, units))
    if step.discomfort_max:
        parts.append(f"discomfort to {step.discomfort_max}")
    if step.instruction:
        parts.append(step.instruction)
    return ", ".join(parts)


def _area_cm2(step: Step) -> float | None:
    """Return the contact area of the head that a step is meant for; None where the plan chooses it."""
    atlas = Atlas.load()
    head = step.head or (atlas.point(step.point).head if step.point and not step.is_auto else None)
    return atlas.head(head).area_cm2 if head else None
