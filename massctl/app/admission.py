"""Who may run on hardware, and what: the screening, the page of the day, and the allowance that shapes the plan (F1–F9, F18, F19).

Nothing here is asked of a simulated session: nobody is touched by it (F51).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from massctl.app.persons import FIRST_NAME, Persons, new_person, today
from massctl.app.preflight import Ask, judge, page_for, refuse_for_the_day, told
from massctl.app.recovery import Aftermath
from massctl.app.subject import Subject
from massctl.body.allowance import Allowance
from massctl.body.atlas import Atlas
from massctl.body.person import Person, expired_topics
from massctl.body.person_rules import Facts, allowance_of
from massctl.body.screening import Topic
from massctl.body.terms import Side
from massctl.errors import Blocked, FileProblem
from massctl.history.reading import History
from massctl.programs.plan import Plan

Screen = Callable[[Person, tuple[Topic, ...]], Awaitable[Person]]
"""Asks the person the topics that are open, and returns the person with the answers."""

SIMULATED = "Simulated: nobody is touched, so no health questions were asked and nothing was made gentler for you."


@dataclass(frozen=True, slots=True)
class Asking:
    """How a person can be asked; None where nobody is there."""

    ask: Ask | None = None
    screen: Screen | None = None


@dataclass(frozen=True, slots=True)
class Admission:
    """A person who may run, and what of it."""

    allowance: Allowance
    person_key: str


async def admit(
    subject: Subject, aftermath: Aftermath, asking: Asking, make_plan: Callable[[Allowance], Plan]
) -> Admission:
    """Ask what is open, and return what the person may have. May take its time, and may block the loop.

    Raises:
        Blocked: nobody can be asked, or a rule about the person forbids the whole of it.
        UsageError: there are several persons, and none was chosen.
        FileProblem: the person's file is wrong.
    """
    if asking.ask is None:
        raise Blocked(
            "F1", "Nobody can be asked here, and before a run on hardware a person must be.", "Use a terminal."
        )
    persons, on = Persons(), today()
    person = await _screened(persons, asking.screen)
    day = persons.day(person.name, on)
    refuse_for_the_day(day, person)
    sessions = await asyncio.to_thread(real_sessions, person)
    plan = make_plan(allowance_of(Facts(person, on, sessions)))
    page = page_for(
        subject.title,
        subject.regions,
        aftermath.notes,
        person=person,
        day=day,
        setup=setup_of(plan),
        changes=plan.warnings,
        confirmations=aftermath.questions,
    )
    answers = await asking.ask(page)
    persons.save_day(person.name, told(day, page, answers))
    judge(page, answers)
    aftermath.answered()
    return Admission(allowance_of(Facts(person, on, sessions, answers.yes)), person.key)


async def _screened(persons: Persons, screen: Screen | None) -> Person:
    """Return the current person with no question open: asked once, and again what has expired (F8)."""
    person = persons.current() or new_person(FIRST_NAME)
    topics = expired_topics(person, today())
    if not topics:
        return person
    if screen is None:
        raise Blocked("F8", "The health questions are not answered, or 90 days old.", "Answer: massctl person screen.")
    person = await screen(person, topics)
    persons.save(person)
    return person


def real_sessions(person: Person) -> int:
    """Return how many sessions on hardware ``person`` has done something in (F18); 0 where the record cannot be read."""
    try:
        return History().worked_sessions(person.key)
    except FileProblem:
        return 0


def setup_of(plan: Plan) -> tuple[str, ...]:
    """Return what to look at before the start: sides and heads."""
    sides = {step.side for step in plan.steps} - {None}
    words = {Side.LEFT: "left", Side.RIGHT: "right", Side.BOTH: "both at once"}
    lines = []
    if sides:
        lines.append(f"Side: {', '.join(words[side] for side in words if side in sides)}")
    heads = dict.fromkeys(step.head for step in plan.steps if step.runs_motor and step.head is not None)
    if heads:
        lines.append(f"Head to fit: {', then '.join(Atlas.load().head(head).name for head in heads)}")
    return tuple(lines)
