"""Persons and history, key by key: what is empty says what to do, what goes wrong says what helps."""

from __future__ import annotations

from datetime import date

import pytest

from massctl.app.by_hand import Told, log_by_hand
from massctl.app.persons import Persons
from massctl.app.settings import Units, change_settings, load_settings
from massctl.body.allowance import Allowance
from massctl.body.person import Answer, Day
from massctl.body.screening import Matter
from massctl.body.terms import Tool
from massctl.dashboard.person_card import person_card
from massctl.dashboard.shelf import read_shelf
from massctl.history.reading import History
from tests.app.screened import healthy, save_healthy
from tests.dashboard.driving import dashboard
from tests.dashboard.pages import gone, told, words

# --- persons ---------------------------------------------------------------------------------------------------------------


async def test_another_person_takes_over_and_a_slip_is_taken_back() -> None:
    change_settings(is_set_up=True)
    save_healthy("ann", Answer(Matter.DIABETES))
    save_healthy("bob")
    Persons().use("ann")
    today = date.today()  # noqa: DTZ011 - the day of this machine, as persons are asked
    Persons().save_day("bob", Day(today).told(["Fever or an infection"], ["Fever or an infection"]))
    async with dashboard(is_simulated=False) as person:
        await person.type("4")
        await person.sees("● ann", "diabetes [F8]")
        await person.type("down")
        await person.sees("Said to be true today: Fever", "Enter hands over")
        await person.type("y")
        await person.sees("Take it back?")
        await person.type("y")
        await gone(person, "Said to be true today")
        await person.type("enter")
        await person.sees("● bob", "○ ann")
    assert Persons().current_name == "bob"
    assert not Persons().day("bob", today).yes


async def test_the_health_questions_are_asked_here_and_left_in_the_middle_keep_nothing() -> None:
    async with dashboard() as person:
        await person.type("4")
        await person.sees("Nobody has answered", "s answers them now")
        await person.type("s")
        await person.sees("How old are you?")
        await person.type("escape")
        await told(person, "nothing was kept")
        assert Persons().names == ()
        await person.type("s")
        await person.sees("How old are you?")
        await person.type("down", "down", "enter")
        for number in range(2, 8):
            await person.sees(f"{number} of 7")
            await person.type("n")
        await person.sees("● me", "asked again on")
        await person.type("delete")
        await person.sees("Delete all answers of me?")
        await person.type("y")
        await person.sees("Nobody has answered")


async def test_tools_heads_and_units_are_asked_and_kept() -> None:
    async with dashboard() as person:
        await person.type("4")
        await person.sees("not asked: all count")
        await person.type("o")
        await person.sees("Which tools have you?")
        await person.type("space", "enter")
        await person.sees("Tools: ball")
        await person.type("u")
        await person.sees("In which unit")
        await person.type("down", "down", "enter")
        await person.sees("Units: kPa")
    assert load_settings().tools == frozenset({Tool.BALL})
    assert load_settings().units is Units.KPA


def test_a_card_says_of_every_question_what_was_said() -> None:
    person = healthy("ann", Answer(Matter.BRUISE, ("calf",)))
    text = words(person_card(person, Allowance(), frozenset(), date(2026, 1, 1), 70, is_current=True))
    assert "A bruise; where: calf" in text
    assert text.count("nothing of it") == 5


# --- history ---------------------------------------------------------------------------------------------------------------


async def test_an_empty_history_says_what_to_do_and_a_session_is_logged() -> None:
    async with dashboard() as person:
        await person.type("5")
        await person.sees("No session is on record yet", "a logs a session")
        await person.type("a")
        await person.sees("What did you do?")
        await person.type(*"desk shoulders", "enter")
        await person.sees("Which side?")
        await person.type("enter")
        await person.sees("With which tool")
        await person.type("down", "enter")
        await person.sees("How many minutes?")
        await person.type(*"many", "enter")
        await person.sees("That is no time")
        await person.type("home", *["delete"] * 4, *"12", "enter")
        await person.sees("When was it?")
        await person.type("down", "enter")
        await person.sees("On which day?")
        await person.type(*"2999-01-01", "enter")
        await person.sees("Please type a day that is past")
        await person.type("home", *["delete"] * 10, "4", "0", "enter")
        await person.sees("Only the last 30 days")
        await person.type("home", *["delete"] * 2, "2", "enter")
        await person.sees("How strong was it before")
        await person.type(*"11", "enter")
        await person.sees("That is no rating")
        await person.type("backspace", "backspace", "6", "enter")
        await person.sees("And after")
        await person.type("3", "enter")
        await person.sees("Log this?", "both sides, ball, 12 min, 2 days", "6 → 3 of 10.")
        await person.type("y")
        await person.sees("Completed.", "6 → 3", "ball: logged")
    (record,) = History().sessions()
    assert record.is_by_hand
    assert (date.today() - record.started_at.astimezone().date()).days == 2  # noqa: DTZ011 - the day of this machine


async def test_what_was_done_without_massctl_is_not_repeated() -> None:
    log_by_hand(Told(5, points=("GMAX",)))
    async with dashboard() as person:
        await person.type("5")
        await person.sees("Gluteus maximus")
        await person.type("enter")
        await told(person, "done without massctl")
        assert person.app.session is None


def test_behind_a_hand_over_last_time_means_that_persons_own(monkeypatch: pytest.MonkeyPatch) -> None:
    save_healthy("ann")
    bob = save_healthy("bob")
    Persons().use("bob")
    asked: list[dict[str, object]] = []
    monkeypatch.setattr(History, "last_request", lambda _, **given: asked.append(given))
    read_shelf(is_simulated=False)
    read_shelf(is_simulated=True)
    assert asked == [{"is_simulated": False, "person_key": bob.key}, {"is_simulated": True, "person_key": ""}]


async def test_a_session_on_record_says_whose_it_was() -> None:
    save_healthy("ann")
    log_by_hand(Told(5, points=("GMAX",)))
    async with dashboard() as person:
        await person.sees("Gentle starter")
        await person.type("5")
        await person.sees("done without massctl, told afterwards,", "for ann")
