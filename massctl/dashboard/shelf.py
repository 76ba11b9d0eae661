"""What the library shows: everything that is read for it once, and the rows of its list. Reading and wording only.

What plans need (devices, person, planner) takes long to load, so it is read behind the first frame: ``with_person``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from massctl.app.lookup import Hit, Search, look_up
from massctl.app.request import RunRequest
from massctl.app.settings import DEFAULTS, Settings, load_settings
from massctl.body.atlas import Point
from massctl.body.terms import Side
from massctl.dashboard.lines import Line, cut, ends, line
from massctl.errors import MassctlError
from massctl.history.reading import History
from massctl.programs.catalogue import Catalogue
from massctl.programs.choices import Choices
from massctl.programs.program import Kind, Program

if TYPE_CHECKING:
    from massctl.app.outlook import AtHand, PersonToday

_ORDER: Final = {kind: number for number, kind in enumerate((*Kind,))}
AGAIN: Final = "again"


@dataclass(frozen=True, slots=True)
class Picks:
    """What was picked for the next run."""

    side: Side | None = None
    minutes: int | None = None
    is_held_by_partner: bool = False
    unreachable: frozenset[str] = field(default_factory=frozenset)

    @property
    def side_words(self) -> str:
        """The side, as the card says it."""
        return {Side.LEFT: "only left", Side.RIGHT: "only right"}.get(self.side or Side.BOTH, "both sides")


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a look ahead at a plan needs."""

    at_hand: AtHand
    person: PersonToday


@dataclass(frozen=True, slots=True)
class Shelf:
    """All that the library knows."""

    programs: tuple[Program, ...] = ()
    own_ids: frozenset[str] = frozenset()
    settings: Settings = DEFAULTS
    ahead: Ahead | None = None
    """None while it is being read."""
    last: RunRequest | None = None
    """The last session that can be repeated."""
    problems: tuple[MassctlError, ...] = ()
    """What could not be read."""

    def program(self, program_id: str) -> Program:
        """Return a program by its id."""
        return next(program for program in self.programs if program.id == program_id)

    def choices(self, picks: Picks) -> Choices:
        """Return what a run is asked for: what was picked, with what is at hand."""
        return Choices(
            side=picks.side,
            minutes=float(picks.minutes) if picks.minutes else None,
            tools=self.settings.tools,
            heads=self.settings.heads,
            unreachable=picks.unreachable,
        )


def read_shelf(*, is_simulated: bool) -> Shelf:
    """Read programs, settings and record; what cannot be read is said, and the rest is there. Blocks: files."""
    catalogue = Catalogue.load()
    problems: list[MassctlError] = [*catalogue.problems()]
    settings, last = DEFAULTS, None
    try:
        settings = load_settings()
    except MassctlError as problem:
        problems.append(problem)
    try:
        values = History().last_request(is_simulated=is_simulated)
        last = RunRequest.from_json(values) if values is not None else None
    except MassctlError as problem:
        problems.append(problem)
    return Shelf(
        tuple(sorted(catalogue.programs(), key=lambda one: (one.kind is not Kind.OWN, _ORDER[one.kind], one.title))),
        frozenset(catalogue.own_ids),
        settings,
        last=last,
        problems=tuple(problems),
    )


def look_ahead(*, is_simulated: bool) -> tuple[Ahead, tuple[MassctlError, ...]]:
    """Return devices and person as plans want them, and what could not be read. Blocks: files, and much code to load."""
    from massctl.app.outlook import (  # noqa: PLC0415 - see the module's docstring
        BENCH,
        NOBODY,
        NOTHING,
        at_hand_today,
        person_today,
    )

    if is_simulated:
        return Ahead(BENCH, NOBODY), ()
    try:
        return Ahead(at_hand_today(), person_today()), ()
    except MassctlError as problem:
        return Ahead(NOTHING, person_today()), (problem,)


class Row(NamedTuple):
    """One row of the list; a heading has no key."""

    key: str
    words: Line


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows for one search."""

    rows: tuple[Row, ...]
    red_flags: tuple[str, ...] = ()

    @property
    def first_key(self) -> str:
        """The first row that can be taken; '' where there is none."""
        return next((row.key for row in self.rows if row.key), "")


def listing(shelf: Shelf, search: Search, width: int) -> Listing:
    """Return the rows of a list of ``width`` cells; a search for an unknown word finds nothing."""
    found = look_up(shelf.programs, search)
    rows: list[Row] = []
    if search.is_empty:
        rows += _again(shelf, width)
        starred = [Hit(shelf.program(name)) for name in shelf.settings.favourites if _is_there(shelf, name)]
        rows += _section("Favourites", [_program_row(hit, shelf, width) for hit in starred])
        names = {hit.program.id for hit in starred}
        found = replace(found, programs=tuple(hit for hit in found.programs if hit.program.id not in names))
    rows += _section("Programs", [_program_row(hit, shelf, width) for hit in found.programs])
    rows += _section("Points", [_point_row(point, width) for point in found.points])
    return Listing(tuple(rows), found.red_flags)


def _again(shelf: Shelf, width: int) -> list[Row]:
    last = shelf.last
    if last is None or (last.program and not _is_there(shelf, last.program)):
        return []
    what = shelf.program(last.program).title if last.program else f"the massager on {last.point}"
    return [Row(AGAIN, cut(line(("↻ Last time: ", "ask"), what), width)), Row("", line(" "))]


def _is_there(shelf: Shelf, program_id: str) -> bool:
    return any(program.id == program_id for program in shelf.programs)


def _section(title: str, rows: Iterable[Row]) -> list[Row]:
    rows = list(rows)
    return [Row("", line((title, "bold quiet"))), *rows] if rows else []


def _program_row(hit: Hit, shelf: Shelf, width: int) -> Row:
    program = hit.program
    mark = "★ " if program.id in shelf.settings.favourites else "✎ " if program.id in shelf.own_ids else "  "
    minutes = f"{max(1, round(program.computed_total_s / 60))} min"
    return Row(f"program:{program.id}", ends(line(mark, program.title), line(minutes), width))


def _point_row(point: Point, width: int) -> Row:
    dot = "•" if point.allows_percussion else "◦"
    return Row(f"point:{point.id}", ends(line(f"{dot} {point.name}"), line(point.id), width))
