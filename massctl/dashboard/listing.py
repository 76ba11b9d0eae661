"""The rows of the library's list for one search: last session, favourites, programs, points; and what a row stands for. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from massctl.app.lookup import Hit, Search, look_up
from massctl.body.atlas import Atlas, Point
from massctl.dashboard.lines import Line, cut, ends, line
from massctl.dashboard.shelf import Shelf
from massctl.faces.digits import whole_minutes
from massctl.programs.program import Program

AGAIN: Final = "again"
"""The key of the row that repeats the last session."""


class Chosen(NamedTuple):
    """What the row at hand stands for."""

    program: Program | None = None
    point_id: str = ""
    is_again: bool = False


def key_of(program: Program) -> str:
    """Return the key of a program's row."""
    return f"program:{program.id}"


def chosen(key: str, shelf: Shelf) -> Chosen:
    """Return what the row with ``key`` stands for."""
    kind, _, name = key.partition(":")
    last = shelf.last
    if kind == AGAIN and last is not None:
        return Chosen(shelf.program(last.program), last.point or "", is_again=True)
    return Chosen(point_id=name) if kind == "point" else Chosen(shelf.program(name))


class Row(NamedTuple):
    """One row of the list; a heading has no key."""

    key: str
    words: Line


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows for one search."""

    rows: tuple[Row, ...] = ()
    red_flags: tuple[str, ...] = ()

    def key_near(self, key: str) -> str:
        """Return ``key`` where its row is there, else the first that can be taken; '' where nothing is found."""
        keys = [row.key for row in self.rows if row.key]
        return key if key in keys else next(iter(keys), "")


def listing(shelf: Shelf, search: Search, width: int) -> Listing:
    """Return the rows of a list of ``width`` cells; words that nothing has find nothing."""
    found = look_up(shelf.programs, search)
    rows: list[Row] = []
    if search.is_empty:
        rows += _again(shelf, width)
        starred = [Hit(program) for name in shelf.settings.favourites if (program := shelf.program(name)) is not None]
        rows += _section("Favourites", [_program_row(hit.program, shelf, width) for hit in starred])
        found = replace(found, programs=tuple(hit for hit in found.programs if hit not in starred))
    rows += _section("Programs", [_program_row(hit.program, shelf, width) for hit in found.programs])
    rows += _section("Points", [_point_row(point, width) for point in found.points])
    return Listing(tuple(rows), found.red_flags)


def _again(shelf: Shelf, width: int) -> list[Row]:
    last = shelf.last
    program = shelf.program(last.program) if last is not None else None
    if last is None or (last.program and program is None):
        return []
    what = program.title if program is not None else Atlas.load().point(last.point or "").name
    return [Row(AGAIN, cut(line(("↻ Last time: ", "ask"), what), width)), Row("", line(" "))]


def _section(title: str, rows: Iterable[Row]) -> list[Row]:
    rows = list(rows)
    return [Row("", line((title, "bold quiet"))), *rows] if rows else []


def _program_row(program: Program, shelf: Shelf, width: int) -> Row:
    mark = "★ " if program.id in shelf.settings.favourites else "✎ " if program.id in shelf.own_ids else "  "
    return Row(key_of(program), ends(line(mark, program.title), line(whole_minutes(program.computed_total_s)), width))


def _point_row(point: Point, width: int) -> Row:
    dot = "•" if point.allows_percussion else "◦"
    return Row(f"point:{point.id}", ends(line(f"{dot} {point.name}"), line(point.id), width))
