"""What a program would be for this person, today, with what is at hand: its plan; or why there is none, and what instead.

A look ahead only: nothing is opened and nothing is asked. The session plans again, with the devices as they are then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from massctl.app.admission import real_sessions
from massctl.app.devices_known import device_url
from massctl.app.persons import Persons, today
from massctl.app.preflight import refuse_for_the_day
from massctl.body.allowance import Allowance
from massctl.body.atlas import Atlas
from massctl.body.person import expired_topics
from massctl.body.person_rules import Facts, allowance_of
from massctl.body.terms import Mode, Side
from massctl.devices.address import read_address
from massctl.devices.capabilities import ForceSensorCapabilities, MassagerCapabilities
from massctl.devices.ladders import ladder, ladder_ids
from massctl.devices.manual import ManualMassager
from massctl.errors import Blocked, MassctlError
from massctl.programs.choices import Choices
from massctl.programs.plan import Plan
from massctl.programs.planner import make_plan
from massctl.programs.program import Kind, Program

_USUAL_MASSAGER: Final = MassagerCapabilities(speed_min_ppm=1_200, speed_max_ppm=2_400)
_USUAL_SENSOR: Final = ForceSensorCapabilities(rate_hz=1_000.0, published_hz=50.0, force_max_n=200.0)
"""What a device counts as until it is connected (design values): it forbids nothing by itself."""
OTHERS_MOST: Final = 5
"""So many other programs are offered for one that is not possible (design value)."""


@dataclass(frozen=True, slots=True)
class AtHand:
    """Which devices there are, as far as a plan wants to know before they are connected."""

    massager: MassagerCapabilities | None = None
    sensor: ForceSensorCapabilities | None = None

    @staticmethod
    def of(*, massager: bool, sensor: bool, known: MassagerCapabilities | None = None) -> AtHand:
        """Return what stands for devices that are not connected yet; ``known`` is what is known of the massager."""
        return AtHand((known or _USUAL_MASSAGER) if massager else None, _USUAL_SENSOR if sensor else None)


NOTHING: Final = AtHand()
"""No device."""


BENCH: Final = AtHand(_USUAL_MASSAGER, _USUAL_SENSOR)
"""What stands on the simulated bench."""


@dataclass(frozen=True, slots=True)
class PersonToday:
    """The person a session would be planned for."""

    name: str = ""
    """'' where nobody has answered the questions yet, or nobody is touched."""
    allowance: Allowance | None = None
    """None where nothing is known yet: the questions come before the first session."""
    open_topics: int = 0
    """How many of the health questions are open."""
    problem: MassctlError | None = None
    """Why nothing is possible today, or why the person's answers cannot be used."""


NOBODY: Final = PersonToday()
"""On the simulated bench: nobody is touched (F51)."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """One program as it would be."""

    program: Program
    plan: Plan | None
    problem: MassctlError | None = None
    """Why there is no plan; a ``Blocked`` names its rule."""

    @property
    def is_possible(self) -> bool:
        """Whether there is something to run."""
        return self.plan is not None

    @property
    def changes(self) -> tuple[str, ...]:
        """What is left out, narrowed or done with another tool, each with its rule."""
        return self.plan.warnings if self.plan is not None else ()


def at_hand_today() -> AtHand:
    """Return what the remembered devices are, as far as is known without opening them. Raises FileProblem."""
    massager, sensor = device_url("massager"), device_url("sensor")
    return AtHand.of(massager=massager is not None, sensor=sensor is not None, known=_known(massager))


def _known(url: str | None) -> MassagerCapabilities | None:
    """Return what the address of a massager tells of it; None where only the device itself could."""
    if url is None:
        return None
    try:
        if url.startswith("manual:"):
            return ManualMassager(url).capabilities
        row = read_address(url).row
        table = ladder(row.id) if row is not None and row.id in ladder_ids() else None
    except MassctlError:
        return None
    if table is None:
        return None
    return MassagerCapabilities(table.speed_min_ppm, table.speed_max_ppm, table.levels_ppm, heads=table.heads)


def person_today() -> PersonToday:
    """Return the current person with what is allowed today; never raises for a person who cannot be read."""
    persons, on = Persons(), today()
    try:
        person = persons.current()
        if person is None:
            return PersonToday(open_topics=1)
        refuse_for_the_day(persons.day(person.name, on), person)
    except MassctlError as problem:
        return PersonToday(persons.current_name or "", problem=problem)
    still_open = expired_topics(person, on)
    allowance = allowance_of(Facts(person, on, real_sessions(person)))
    return PersonToday(person.name, None if still_open else allowance, len(still_open))


def outlook(program: Program, choices: Choices, at_hand: AtHand, person: PersonToday = NOBODY) -> Outlook:
    """Return what ``program`` would be; where a side is still to be chosen, one stands for it: they are alike to every rule."""
    if person.problem is not None:
        return Outlook(program, None, person.problem)
    if program.needs_side and choices.side is None:
        choices = replace(choices, side=Side.RIGHT)
    try:
        return Outlook(program, make_plan(program, choices, at_hand.massager, at_hand.sensor, person.allowance))
    except MassctlError as problem:
        return Outlook(program, None, problem)


def instead_of(
    program: Program, programs: Iterable[Program], choices: Choices, at_hand: AtHand, person: PersonToday
) -> tuple[Program, ...]:
    """Return the programs that are possible now and nearest to one that is not: same occasion, same places, same points."""
    wanted = _words_of(program)
    near = [
        (len(wanted & _words_of(other)), other)
        for other in programs
        if other.id != program.id and other.kind is not Kind.ASSESSMENT and _presses(other)
    ]
    ranked = sorted((one for one in near if one[0]), key=lambda one: (-one[0], one[1].id))
    possible = (other for _, other in ranked if outlook(other, choices, at_hand, person).is_possible)
    found = [other for other, _ in zip(possible, range(OTHERS_MOST), strict=False)]
    if found or not _is_barred(person):
        return tuple(found)
    return tuple(other for other in programs if not _presses(other) and other.kind is not Kind.ASSESSMENT)


def _presses(program: Program) -> bool:
    """Return whether a program puts pressure on anything; where all pressure is barred, the others stay."""
    return any(step.point is not None or step.mode is Mode.SCAN for step in program.steps)


def _is_barred(person: PersonToday) -> bool:
    return isinstance(person.problem, Blocked) or bool(person.allowance and person.allowance.bars)


def _words_of(program: Program) -> frozenset[str]:
    """Return what a program has to do with: its causes and points, and where those points are felt and lie."""
    points = [Atlas.load().point(name) for name in program.point_ids]
    felt = {place for point in points for place in (*point.referral, point.region.id)}
    return frozenset({*program.causes, *program.point_ids, *felt})
