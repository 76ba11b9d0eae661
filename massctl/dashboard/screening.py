"""The health questions, topic by topic, with what a yes still needs: where, since when, whether a clinician allowed it (F8).

What is asked and what it means is ``body.screening``'s and ``app.admission``'s; the screens are ``questions``'.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from massctl.app.persons import today
from massctl.body.atlas import Atlas
from massctl.body.person import EXPIRES_AFTER_DAYS, Answer, Person
from massctl.body.screening import TOPIC_OF, Ask, Item, Topic, ask_for
from massctl.dashboard.questions import DayScreen, TickScreen, Turn, YesNoScreen

if TYPE_CHECKING:
    from massctl.dashboard.app import MassctlApp

_INTRODUCTION: Final = (
    "They decide what is left out and what is made gentler. The answers stay on this machine, in a file that only you can "
    f"read, and are asked again after {EXPIRES_AFTER_DAYS} days. If in doubt, say yes."
)
_BACK: Final = "back to the question"


async def ask_topics(app: MassctlApp, person: Person, topics: Sequence[Topic]) -> Person | None:
    """Ask ``topics`` one after the other, from a worker; return the person with the answers, None where it was called off."""
    at = 0
    while at < len(topics):
        answers = await _ask_topic(app, ask_for(topics[at]), person, at, len(topics))
        if answers is None:
            return None
        if isinstance(answers, Turn):
            at -= 1
        else:
            person = person.answered(topics[at], answers, today())
            at += 1
    return person


async def _ask_topic(
    app: MassctlApp, ask: Ask, person: Person, at: int, count: int
) -> tuple[Answer, ...] | Turn | None:
    before = {answer.matter for answer in person.answers if TOPIC_OF[answer.matter] is ask.topic}
    ticked = frozenset(place for place, item in enumerate(ask.items) if item.matter in before)
    while True:
        screen = TickScreen(
            f"Health questions for {person.name}, {at + 1} of {count}: {ask.question}",
            [f"{item.text} [{item.rule}]" for item in ask.items],
            introduction=_INTRODUCTION if at == 0 else "",
            ticked=ticked,
            is_choice=ask.is_choice,
            can_go_back=at > 0,
        )
        chosen = await app.push_screen_wait(screen)
        if not isinstance(chosen, frozenset):
            return chosen
        ticked = chosen
        answers = await _answers(app, [ask.items[place] for place in sorted(chosen)], person)
        if answers is not None:
            return answers


async def _answers(app: MassctlApp, items: Sequence[Item], person: Person) -> tuple[Answer, ...] | None:
    """Ask what each yes still needs; None where the person went back to the question."""
    answers = []
    for item in items:
        answer = await _details(app, item, person.answer(item.matter))
        if answer is None:
            return None
        answers.append(answer)
    return tuple(answers)


async def _details(app: MassctlApp, item: Item, before: Answer | None) -> Answer | None:
    """Ask where, since when, and whether a clinician allowed it; None where the person went back."""
    regions: tuple[str, ...] = ()
    since: date | None = None
    is_cleared = False
    if item.wants_regions:
        places = await _regions(app, item, before.regions if before is not None else ())
        if places is None:
            return None
        regions = places
    if item.wants_date:
        text = await app.push_screen_wait(DayScreen(f"{item.text}: when?"))
        if text is None:
            return None
        since = date.fromisoformat(text) if text else None
    if item.can_be_cleared:
        cleared = await app.push_screen_wait(
            YesNoScreen(f"{item.text}: has a physician said that massage with pressure is allowed all the same?")
        )
        if cleared is None:
            return None
        is_cleared = cleared
    return Answer(item.matter, regions, since, is_cleared)


async def _regions(app: MassctlApp, item: Item, before: Sequence[str]) -> tuple[str, ...] | None:
    known = Atlas.load().regions()
    screen = TickScreen(
        f"{item.text}: where? Both sides count.",
        [each.name for each in known],
        ticked=(place for place, each in enumerate(known) if each.id in before),
        none_words="",
        leave_words=_BACK,
    )
    places = await app.push_screen_wait(screen)
    return tuple(known[place].id for place in sorted(places)) if isinstance(places, frozenset) else None
