"""What the library knows: programs, settings, record, and what a look ahead at a plan needs. Reading only, no words.

What plans need (devices, person, planner) takes long to load, so it is read behind the first frame: ``look_ahead``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from massctl.app.persons import Persons
from massctl.app.request import RunRequest
from massctl.app.settings import DEFAULTS, Settings, load_settings
from massctl.body.atlas import Atlas
from massctl.dashboard.picks import Picks
from massctl.errors import MassctlError
from massctl.history.reading import History
from massctl.programs.catalogue import Catalogue
from massctl.programs.choices import Choices
from massctl.programs.program import Kind, Program

if TYPE_CHECKING:
    from massctl.app.outlook import AtHand, Outlook, PersonToday

_ORDER: Final = {kind: number for number, kind in enumerate((*Kind,))}


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

    def program(self, program_id: str | None) -> Program | None:
        """Return a program by its id; None where there is none, or no longer."""
        return next((program for program in self.programs if program.id == program_id), None)

    def choices(self, picks: Picks) -> Choices:
        """Return what a run is asked for: what was picked, with what is at hand."""
        return Choices(
            side=picks.side,
            minutes=float(picks.minutes) if picks.minutes else None,
            tools=self.settings.tools,
            heads=self.settings.heads,
            unreachable=picks.unreachable,
        )

    def outlook(self, program: Program, picks: Picks) -> Outlook | None:
        """Return what a program would be; None while what that needs is being read."""
        from massctl.app.outlook import outlook  # noqa: PLC0415 - see the module's docstring

        ahead = self.ahead
        return outlook(program, self.choices(picks), ahead.at_hand, ahead.person) if ahead is not None else None

    def instead_of(self, program: Program, picks: Picks) -> tuple[Program, ...]:
        """Return what is possible now and nearest to a program that is not; nothing while what that needs is being read."""
        from massctl.app.outlook import instead_of  # noqa: PLC0415 - the same

        ahead = self.ahead
        if ahead is None:
            return ()
        return instead_of(program, self.programs, self.choices(picks), ahead.at_hand, ahead.person)


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
        values = History().last_request(is_simulated=is_simulated, person_key="" if is_simulated else _person_key())
        last = _known(RunRequest.from_json(values)) if values is not None else None
    except MassctlError as problem:
        problems.append(problem)
    return Shelf(
        tuple(sorted(catalogue.programs(), key=lambda one: (one.kind is not Kind.OWN, _ORDER[one.kind], one.title))),
        frozenset(catalogue.own_ids),
        settings,
        last=last,
        problems=tuple(problems),
    )


def _known(request: RunRequest) -> RunRequest:
    """Return the request. Raises UsageError where its point is no longer in the atlas."""
    if request.point:
        Atlas.load().point(request.point)
    return request


def _person_key() -> str:
    """Return whose last session is repeated: after a hand over not that of the one before; '' where nobody is chosen."""
    try:
        person = Persons().current()
    except MassctlError:  # it is told where the person's answers are needed
        return ""
    return person.key if person is not None else ""


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
