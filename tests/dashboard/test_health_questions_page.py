"""The health questions and the page before a run, key by key: nothing is thrown away, nothing is out of reach of the keys."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from massctl.app.preflight import DISCLAIMER, PreflightAnswers, PreflightPage, Question, page_for
from massctl.body.person import Answer, Person
from massctl.body.screening import Matter, Topic
from massctl.dashboard import questions
from massctl.dashboard.preflight import PreflightScreen
from massctl.dashboard.questions import TickScreen
from massctl.dashboard.screening import ask_topics
from tests.app.screened import healthy
from tests.dashboard.driving import Driver, dashboard
from tests.dashboard.pages import gone

SIZES = ((80, 24), (60, 20))
REGIONS = tuple((name, name) for name in ("neck_back", "upper_back", "low_back", "calf", "thigh_front", "buttock"))


def flat(person: Driver) -> str:
    """Return what a question says as one line: words may stand at the end of a row."""
    rows = re.findall(r"│(.*)│", person.text)
    return " ".join(" ".join(row.rstrip("▁▂▃▄▅▆▇█ ") for row in rows).split())


class Asked:
    """A person who is asked, and what came of it: None while it is not over."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.answers: list[Person | None] = []

    def answer(self, matter: Matter) -> Answer | None:
        """What the person said in the end."""
        (person,) = self.answers
        assert person is not None
        return person.answer(matter)


@asynccontextmanager
async def asked(*answers: Answer, topics: tuple[Topic, ...]) -> AsyncIterator[tuple[Driver, Asked]]:
    """Ask a person who answered once."""
    of = Asked(healthy("ann", *answers))

    async def ask(person: Driver) -> None:
        of.answers.append(await ask_topics(person.app, of.person, topics))

    async with dashboard() as person:
        await person.sees("Gentle starter")
        person.app.run_worker(ask(person))
        await person.sees(f"1 of {len(topics)}")
        yield person, of


async def over(person: Driver, of: Asked) -> None:
    await person.until(lambda: bool(of.answers), "the end of the questions")


# --- the health questions ----------------------------------------------------------------------------------------------------


async def test_none_of_these_throws_no_tick_away() -> None:
    async with asked(Answer(Matter.CLOT), topics=(Topic.CONDITIONS,)) as (person, of):
        await person.sees("[x] A blood clot")
        await person.type("n")
        await person.sees("Something is ticked")
        await person.type("enter")
        await gone(person, "Something is ticked")
        await person.type("n")
        await over(person, of)
    assert of.answer(Matter.CLOT) is None


async def test_a_question_is_answered_again_and_keeps_what_was_ticked() -> None:
    async with asked(topics=(Topic.AGE, Topic.CONDITIONS, Topic.MEDICINE)) as (person, of):
        await person.type("enter")  # the age that was answered before
        await person.sees("2 of 3")
        await person.type("down", "space", "g")
        await person.sees("3 of 3", "b back")
        await person.type("b")
        await person.sees("2 of 3", "[x] A bleeding disorder")
        await person.type("g")
        await person.sees("3 of 3")
        await person.type("n")
        await over(person, of)
    assert of.answer(Matter.BLEEDING) is not None
    assert of.answer(Matter.ADULT) is not None


async def test_where_wants_a_place_says_so_and_leads_back_to_its_question() -> None:
    async with asked(Answer(Matter.BRUISE, ("calf",)), topics=(Topic.INJURIES,)) as (person, of):
        await person.sees("[x] A bruise")
        await person.type("down", "space", "g")  # a rash, too
        await person.sees("A rash", "where?")
        await person.type("g")
        await person.sees("Please tick one at least")
        await person.type("escape")
        await person.sees("[x] A rash", "[x] A bruise")
        await person.type("g")
        await person.sees("A rash", "where?")
        await person.type("space", "g")
        await person.sees("A bruise", "where?")
        assert isinstance(person.app.screen, TickScreen)
        assert len(person.app.screen.ticked) == 1, "where it was before"
        await person.type("g")
        await over(person, of)
    bruise = of.answer(Matter.BRUISE)
    assert bruise is not None
    assert bruise.regions == ("calf",)


async def test_a_key_that_is_held_down_answers_one_question_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    async with asked(topics=(Topic.CONDITIONS, Topic.MEDICINE, Topic.IMPLANTS)) as (person, of):
        monkeypatch.setattr(questions, "READ_S", 5.0)
        monkeypatch.setattr(questions, "REPEAT_S", 5.0)
        await person.type(*["n"] * 10)
        await person.sees("Please read it first")
        assert not of.answers
        assert "1 of 3" in person.text or "2 of 3" in person.text


async def test_the_keys_stay_in_sight_on_every_question_and_size() -> None:
    async with asked(topics=(Topic.CONDITIONS, Topic.INJURIES)) as (person, _):
        for size in SIZES:
            await person.pilot.resize_terminal(*size)
            await person.until(
                lambda: "n none of these · g go on · Esc call off" in flat(person), f"the keys at {size}"
            )
        await person.type("n")
        await person.sees("2 of 2")
        await person.type("space", "g")
        await person.sees("where?")
        for size in SIZES:
            await person.pilot.resize_terminal(*size)
            await person.until(lambda: "g go on · Esc back to the question" in flat(person), f"the keys at {size}")


# --- the page before a run ----------------------------------------------------------------------------------------------------


def whole_page(**changes: object) -> PreflightPage:
    """Return a page with all that can be on it."""
    values: dict[str, object] = {
        "person": healthy("ann", age=Matter.TEENAGER),
        "setup": ("Side: left, right", "Head to fit: ball"),
        "changes": tuple(f"POINT{number} left out, because of a pacemaker [F4]." for number in range(12)),
        "confirmations": (Question("stands", "F43", "The massager stands still"),),
    }
    return page_for("Desk shoulders", REGIONS, ("A session was cut off.",), **values | changes)  # type: ignore[arg-type]


@asynccontextmanager
async def shown(page: PreflightPage) -> AsyncIterator[tuple[Driver, list[PreflightAnswers | None]]]:
    """Show a page; give who reads it, and the answers as they come."""
    answers: list[PreflightAnswers | None] = []
    async with dashboard() as person:
        await person.sees("Gentle starter")
        person.app.push_screen(PreflightScreen(page), answers.append)
        await person.sees("Before the start")
        yield person, answers


async def test_the_whole_page_is_read_with_the_arrows_on_a_small_terminal() -> None:
    page = whole_page()
    wanted = {DISCLAIMER[:20], DISCLAIMER[-17:], "POINT11", *page.setup, *page.notes}
    wanted |= {each.text.split(",")[0][:24].strip() for each in (*page.questions, *page.confirmations)}
    async with shown(page) as (person, _):
        await person.pilot.resize_terminal(60, 20)
        for _ in range(45):
            wanted -= {words for words in wanted if words in flat(person)}
            assert "g go on · Esc call off" in flat(person)
            await person.type("down")
    assert not wanted


async def test_what_is_missing_is_said_and_gone_to() -> None:
    async with shown(whole_page(confirmations=())) as (person, answers):
        await person.type("n")
        await person.sees("There is more below")
        await person.type("n")
        await person.sees("read the notice and accept it first", "[ ] I have read the notice")
        await person.type("a", "n")
        await person.sees("Please confirm first: An adult is here", "[ ] An adult is here")
        await person.type("enter", "n")
        await person.until(lambda: bool(answers), "the answers")
    assert answers == [PreflightAnswers(True, frozenset(), frozenset({"adult"}))]


async def test_enter_on_what_is_only_to_read_reads_on() -> None:
    async with shown(whole_page()) as (person, answers):
        await person.type("enter", "enter", "enter")  # the note, the notice, and the tick below it
        await person.sees("[x] I have read the notice")
        assert not answers


async def test_what_is_true_and_allowed_still_wants_its_confirmation_and_what_is_refused_does_not() -> None:
    page = replace(whole_page(confirmations=()), disclaimer="", notes=(), setup=(), changes=())
    (sport,) = (each.id for each in page.questions if "Explosive" in each.text)
    async with shown(page) as (person, answers):
        screen = person.app.screen
        assert isinstance(screen, PreflightScreen)
        screen._tick(sport)
        await person.type("g")
        await person.sees("Please confirm first: An adult is here")
        screen._tick("chest")
        await person.type("g")
        await person.until(lambda: bool(answers), "the answers")
    assert answers == [PreflightAnswers(False, frozenset({sport, "chest"}))]
