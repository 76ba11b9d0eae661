"""``massctl points``: find trigger points and show one. Showing only; what is found is decided in ``massctl.body.search``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any

import click
from rich.table import Table

from massctl.app.settings import Units
from massctl.body.atlas import Atlas, Point
from massctl.body.limits import allows_percussion, force_max_n, speed_band_ppm
from massctl.body.red_flags import ADVICE, red_flags
from massctl.body.search import (
    Query,
    find_points,
    known_body_parts,
    known_causes,
    known_muscles,
    known_regions,
    known_tools,
    place_meant,
)
from massctl.body.terms import Percussion
from massctl.cli.completion import complete_points
from massctl.cli.output import chosen_units, console, print_json
from massctl.faces.push import pressure_band_words, push_unit
from massctl.faces.words import TOOLS, counted


def completing(words: Callable[[], Iterable[str]]) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    """Return a completion callback over words that are looked up when they are needed."""

    def complete(_context: click.Context, _parameter: click.Parameter, typed: str) -> list[str]:
        return sorted(word for word in words() if word.startswith(typed))

    return complete


complete_hurts = completing(known_body_parts)
complete_cause = completing(known_causes)
complete_muscle = completing(known_muscles)
complete_region = completing(known_regions)
complete_tool = completing(known_tools)


class ByIdGroup(click.Group):
    """A group in which ``massctl points UTRAP`` means ``massctl points show UTRAP``."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take any word that is no command for the argument of ``show``."""
        if args and args[0] not in self.commands:
            return "show", self.commands["show"], args
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[click.shell_completion.CompletionItem]:
        """Complete commands, and what ``show`` takes."""
        ids = self.commands["show"].params[0].shell_complete(ctx, incomplete)
        return [*super().shell_complete(ctx, incomplete), *ids]


@click.group(cls=ByIdGroup, invoke_without_command=True, subcommand_metavar="[POINT | show POINT]")
@click.option(
    "--hurts", metavar="PLACE", shell_complete=complete_hurts, help="Where it is felt: head_temple, knee, calf …"
)
@click.option(
    "--cause", metavar="CAUSE", shell_complete=complete_cause, help="What brings it on: phone, screen, drive, sport …"
)
@click.option(
    "--muscle", metavar="MUSCLE", shell_complete=complete_muscle, help="A muscle, or a part of its name: trapezius."
)
@click.option(
    "--tool", metavar="TOOL", shell_complete=complete_tool, help="What it can be worked on with: massager, ball, cane …"
)
@click.option("--region", metavar="REGION", shell_complete=complete_region, help="Where it lies: buttock, calf, neck …")
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
@click.pass_context
def points(
    context: click.Context,
    *,
    hurts: str | None,
    cause: str | None,
    muscle: str | None,
    tool: str | None,
    region: str | None,
    is_json: bool,
) -> None:
    """Find trigger points, or show one.

    Pain is often felt away from the point that causes it: --hurts finds the points behind a place. Several options narrow the
    search. A point by its id is shown whole: massctl points UTRAP.
    """
    context.obj = is_json
    if context.invoked_subcommand is not None:
        return
    flags = red_flags(place_meant(hurts)) if hurts else ()
    if not is_json:
        print_red_flags(flags)
    found = find_points(Query(hurts, cause, muscle, tool, region))
    if is_json:
        print_json({"red_flags": flags, "points": [point_json(point) for point in found]})
    else:
        console().print(_table(found) if found else "No point fits all of that.")
        console(is_narration=True).print(
            f"{counted(len(found), 'point')}. massctl points {found[0].id} shows one." if found else ""
        )


@points.command("show")
@click.argument("point_id", metavar="POINT", shell_complete=complete_points)
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def show(is_json_before: bool | None, point_id: str, is_json: bool) -> None:
    """Show all that is known of POINT: where it is, its dose, what to mind, and the sources."""
    point = Atlas.load().point(point_id)
    if is_json or is_json_before:
        print_json(point_json(point))
    else:
        _print_point(point)


def print_red_flags(flags: tuple[str, ...]) -> None:
    """Print the signs to rule out first (F9), on standard output: they are part of the answer."""
    if not flags:
        return
    out = console()
    out.print("First rule out [F9]:", style="bold red")
    for flag in flags:
        out.print(f"  • {flag}")
    out.print(ADVICE, style="bold")
    out.print()


def point_json(point: Point) -> dict[str, Any]:
    """Return a point as JSON values."""
    return asdict(point)


def _table(found: tuple[Point, ...]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    names = (point.name for point in found)
    table.add_column("point")
    table.add_column("name", min_width=max(len(word) for name in names for word in name.split()))
    for column in ("region", "massager", "manual tools", "felt at"):
        table.add_column(column, overflow="fold")
    for point in found:
        tools = ", ".join(TOOLS[tool] for tool in point.alternative_tools)
        table.add_row(point.id, point.name, point.region.name, _massager(point), tools, ", ".join(point.referral))
    return table


def _massager(point: Point) -> str:
    if not allows_percussion(point):
        return "never"
    if point.sweep_only:
        return "only sweeping"
    return "within limits" if point.percussion is Percussion.LIMITED else "yes"


def _print_point(point: Point) -> None:
    out = console()
    out.print(f"{point.id}  {point.name}", style="bold")
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for label, text in _rows(point):
        table.add_row(label, text)
    out.print(table)


def _rows(point: Point) -> list[tuple[str, str]]:
    atlas, units = Atlas.load(), chosen_units()
    rows = [
        ("where", point.location),
        ("felt at", ", ".join(point.referral)),
        ("comes from", ", ".join(point.causes)),
        ("muscle", f"{point.muscle}, {point.region.name}"),
        ("massager", _massager_dose(point, units)),
        ("manual", _manual_dose(point, units)),
        ("pose", point.pose),
        ("mind", point.cautions),
        ("check next", ", ".join(point.neighbours)),
    ]
    rows += [("source", f"{atlas.sources[code].title}{_mark(code)}") for code in point.sources]
    return [(label, text) for label, text in rows if text]


def _massager_dose(point: Point, units: Units) -> str:
    band = speed_band_ppm(point)
    if band is None or point.force_n is None:
        return (
            f"never here [F2] ({point.region.name})"
            if not point.region.allows_percussion
            else "never on this point [F2]"
        )
    standing = "only sweeping, never standing" if point.sweep_only else f"hold {point.pin_s} s"
    push = push_unit(units, Atlas.load().head(point.head).area_cm2 if point.head else None)
    band_told, cap_told = push.band(point.force_n), push.words(force_max_n(point.region))
    return (
        f"{band[0]:,}–{band[1]:,} PPM, {band_told} (cap {cap_told}), head {point.head};"
        f" {standing}, sweep {point.sweep_s} s, {point.passes} passes at most"
    )


def _manual_dose(point: Point, units: Units) -> str:
    if not point.is_dosed:
        return "never by yourself: see a clinician"
    tools = ", ".join(TOOLS[tool] for tool in point.alternative_tools)
    aim = pressure_band_words(point.pressure_kg_cm2, None, units)
    return f"{tools}; {aim}, hold {point.pin_s} s, {point.passes} passes at most"


def _mark(code: str) -> str:
    return "" if Atlas.load().sources[code].status == "V" else " (unverified)"
