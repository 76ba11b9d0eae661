"""``massctl devices ladder``: the speeds of a gun's levels, shown, and corrected by who has counted them."""

from __future__ import annotations

from dataclasses import replace

import click

from massctl.app.private_file import write_private
from massctl.body.atlas import Atlas
from massctl.body.limits import SPEED_CEILING_PPM, speed_band_ppm
from massctl.cli.device_names import complete_ladders
from massctl.cli.devices import a_table
from massctl.cli.numbers import Number
from massctl.cli.output import console, print_json
from massctl.devices.ladder_file import PPM_MAX, PPM_MIN, ladder_toml, parse_ladder
from massctl.devices.ladders import Ladder, Level, ladder_ids, own_folder
from massctl.devices.ladders import ladder as find_ladder
from massctl.errors import UsageError


@click.command()
@click.argument("gun", required=False, shell_complete=complete_ladders)
@click.option("--level", type=Number(1, 99, is_whole=True), metavar="N", help="Correct this level.")
@click.option("--ppm", type=Number(PPM_MIN, PPM_MAX, is_whole=True), metavar="N", help="What you counted, a minute.")
@click.option("--by", "source", metavar="TEXT", help="How you counted, such as 'tachometer' or the phone app's name.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def ladder(gun: str | None, level: int | None, ppm: int | None, source: str | None, as_json: bool) -> None:
    """Show the speeds of the levels of GUN, or of all guns, and where each figure is from.

    Few were measured. Count the strokes of yours (a tachometer, or an app that reads the pitch of the sound) and correct them:
    massctl devices ladder hypervolt2 --level 1 --ppm 1650 --by tachometer
    """
    if (level is None) != (ppm is None) or (source is not None and ppm is None):
        raise click.UsageError("To correct a level, say both --level and --ppm (and --by, how you counted).")
    if level is not None and ppm is not None:
        if gun is None:
            raise click.UsageError("Which gun's level? Name it.")
        made = corrected(find_ladder(gun), level, ppm, source or "counted by its owner")
        _save(made)
        click.echo(f"{made.name}, level {level}: {ppm:,} PPM now, in {own_folder() / f'{made.id}.toml'}", err=True)
    shown = [find_ladder(name) for name in ([gun] if gun else ladder_ids())]
    if as_json:
        print_json([each.to_json() for each in shown])
        return
    for each in shown:
        _print(each)


def corrected(made: Ladder, level: int, ppm: int, source: str) -> Ladder:
    """Return a ladder with one level counted by its owner. Raises UsageError: there is no such level, or it is out of order."""
    if made.range is not None:
        raise UsageError(
            f"{made.name} has no levels but a range.", f"Correct it in {own_folder() / f'{made.id}.toml'}."
        )
    if level > len(made.levels):
        raise UsageError(f"{made.name} has {len(made.levels)} levels.", f"Levels are 1 to {len(made.levels)}.")
    levels = list(made.levels)
    levels[level - 1] = Level(ppm, source, is_measured=True)
    new = replace(made, levels=tuple(levels))
    _, faults = parse_ladder(ladder_toml(new), new.id)
    if faults:
        raise UsageError(
            f"Level {level} cannot have {ppm:,} PPM: levels go from slow to fast.",
            f"They are {', '.join(f'{each.ppm:,}' for each in made.levels)} now. Correct the others first.",
        )
    return new


def _save(made: Ladder) -> None:
    path = own_folder() / f"{made.id}.toml"
    text = f"# Your own speeds of this gun; delete the file to go back to the shipped ones.\n{ladder_toml(made)}"
    write_private(path, text.encode(), "the speeds of your gun")


def _print(made: Ladder) -> None:
    output = console()
    own = " (your own)" if made.is_own else ""
    output.print(f"{made.name}{own}   [{made.id}]", style="bold")
    table = a_table("Level", "PPM", "Measured", "For", "Source")
    if made.range is not None:
        span = f"{made.range.min_ppm:,}–{made.range.max_ppm:,}"
        reach = _reach(made.range.min_ppm, made.range.max_ppm)
        table.add_row("any", span, _yes(made.range.is_measured), reach, made.range.source)
    for number, level in enumerate(made.levels, start=1):
        table.add_row(
            str(number), f"{level.ppm:,}", _yes(level.is_measured), _reach(level.ppm, level.ppm), level.source
        )
    output.print(table)
    heads = (Atlas.load().head(head) for head in made.heads)
    areas = ", ".join(
        f"{head.name} {head.area_cm2:g} cm²{'' if head.is_measured else ' (not measured)'}" for head in heads
    )
    output.print(f"Heads: {areas or 'not known'}" + (f"; {made.heads_source}" if made.heads else ""))
    if made.note:
        output.print(made.note, style="yellow")
    output.print()


def _reach(low_ppm: int, high_ppm: int) -> str:
    """Return for how many of the points that allow a massager this speed is right."""
    bands = [band for point in Atlas.load().points() if (band := speed_band_ppm(point)) is not None]
    fitting = sum(band[0] <= high_ppm and low_ppm <= band[1] for band in bands)
    if not fitting:
        return "no point" + (f" (above {SPEED_CEILING_PPM:,})" if low_ppm > SPEED_CEILING_PPM else "")
    return f"{fitting} of {len(bands)} points"


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"
