"""What goes wrong is said in one sentence, with a page and a key that help; nothing is lost, and nothing real moves under --sim."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from textual.screen import ModalScreen

from massctl import paths
from massctl.app import background
from massctl.app.background import BackgroundSession
from massctl.app.persons import Persons
from massctl.app.preflight import page_for
from massctl.app.request import RunRequest
from massctl.app.settings import change_settings, load_settings, settings_path
from massctl.body.person import Answer
from massctl.body.screening import Matter, Topic
from massctl.body.terms import Side, Tool
from massctl.dashboard import app
from massctl.dashboard.dialogs import Choose, Confirm, Item, TypeLine
from massctl.dashboard.find_point import FindPointScreen
from massctl.dashboard.library import LibraryScreen
from massctl.dashboard.notice import NoticeScreen
from massctl.dashboard.preflight import PreflightScreen
from massctl.dashboard.questions import DayScreen, TickScreen
from massctl.dashboard.remedies import in_pages
from massctl.errors import UsageError
from massctl.history.database import history_path
from massctl.programs.choices import Choices
from tests.app.screened import save_healthy
from tests.dashboard.driving import Driver, dashboard, free_run
from tests.dashboard.pages import gone, told


def break_person(name: str = "me") -> bytes:
    """Spoil a person's file; return what stands in it then."""
    file = paths.config_dir() / "persons" / f"{name}.json"
    file.write_bytes(file.read_bytes()[:-30])
    return file.read_bytes()


# --- files -------------------------------------------------------------------------------------------------------------------


async def test_a_broken_person_file_is_told_in_the_first_start() -> None:
    save_healthy()
    break_person()
    async with dashboard(is_simulated=False) as person:
        await person.sees("Welcome to massctl")
        await person.type("n", "n", "n", "n", "up", "down", "enter")
        await told(person, "me.json", "4 Person, s")


async def test_a_broken_person_is_answered_anew_and_nothing_of_it_is_lost() -> None:
    change_settings(is_set_up=True)
    key = save_healthy("me", Answer(Matter.DIABETES)).key
    broken = break_person()
    async with dashboard(is_simulated=False) as person:
        await person.sees("Gentle starter")
        await person.type("4")
        await person.sees("s answers everything anew")
        await person.type("s")
        await person.sees("1 of 7")
        await person.type("down", "down", "enter")
        for number in range(2, 8):
            await person.sees(f"{number} of 7")
            await person.type("n")
        await told(person, "Kept.")
    assert Persons().load("me").key == key, "the record goes by it: doses and rests of the last days still count"
    assert (paths.config_dir() / "persons" / "me.unreadable").read_bytes() == broken
    Persons().forget("me")
    assert not list((paths.config_dir() / "persons").iterdir())


async def test_settings_of_a_newer_massctl_are_told_once_and_kept() -> None:
    change_settings(is_set_up=True)
    newer = json.dumps({"is_set_up": True, "voice": "loud"})
    settings_path().write_text(newer, encoding="utf-8")
    async with dashboard(is_simulated=False) as person:
        await person.sees("Gentle starter")
        await told(person, "voice: is no setting of this massctl")
        await person.type("4")
        await person.sees("Nobody has answered")
        told_now = [each.message for each in person.app._notifications]
        assert len(told_now) == len(set(told_now)) == 1
        assert "__" not in told_now[0]
    assert settings_path().read_text(encoding="utf-8") == newer


async def test_a_record_that_cannot_be_read_is_not_called_empty() -> None:
    change_settings(is_set_up=True)
    history_path().parent.mkdir(parents=True, exist_ok=True)
    history_path().write_text("no database", encoding="utf-8")
    async with dashboard(is_simulated=False) as person:
        await person.sees("Gentle starter")
        await person.type("5")
        await person.until(lambda: "record cannot be used" in " ".join(person.text.split()), "why it cannot be read")
        assert "No session is on record" not in person.text


def test_remedies_name_a_page_and_its_key() -> None:
    assert (
        in_pages("Put it right, or answer anew: massctl person screen.") == "Put it right, or answer anew: 4 Person, s."
    )
    assert in_pages("massctl person forget 'Anna Maria' --today") == "4 Person, y"
    assert (
        in_pages("Run it and see: massctl doctor. Nothing") == "Run it and see: massctl doctor, in a terminal. Nothing"
    )
    assert in_pages("add again: massctl devices add NAME ADDRESS.") == "add again: 3 Devices, a."
    assert in_pages("Switch it on.") == "Switch it on."


# --- before a session has begun -----------------------------------------------------------------------------------------------


@pytest.fixture
def endless_connecting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a session connect for ever."""

    async def connecting(*_: Any, **__: Any) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(background, "run_session", connecting)


@pytest.mark.usefixtures("endless_connecting")
async def test_every_stop_key_calls_off_what_still_connects() -> None:
    async with dashboard(free_run()) as person:
        for key in ("escape", "q"):
            await person.sees("connecting")
            await person.type(key)
            await person.until(lambda: person.app.session is None, f"the end by {key}")
            await told(person, "Called off")
            person.app.start_session(free_run())
        await person.type("space", "r", "5")
        await person.sees("connecting")
        assert person.app.session is not None


def test_what_is_called_off_before_its_thread_has_begun_never_begins(endless_connecting: None) -> None:
    session = BackgroundSession(free_run())
    session.call_off()
    session.start()
    assert session.join(5.0)
    assert session.ended is None
    assert session.problem is None


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a session ask the health questions, and nothing else."""

    async def ask(*_: Any, screen: Any, **__: Any) -> None:
        await screen(save_healthy(), tuple(Topic))

    monkeypatch.setattr(background, "run_session", ask)


@pytest.mark.usefixtures("asking")
async def test_the_stop_keys_call_off_above_a_question_and_its_other_keys_are_its_own() -> None:
    async with dashboard(free_run()) as person:
        for key in ("ctrl+c", "x"):
            await person.sees("1 of 7")
            await person.type("q", "r", "down")
            assert "1 of 7" in person.text
            await person.type(key)
            await person.until(lambda: person.app.session is None, f"the end by {key}")
            await told(person, "Called off")
            person.app.start_session(free_run())
        await person.sees("1 of 7")


@pytest.fixture
def proving(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a session ask its page, and then wait for the self-test for ever."""

    async def asks_and_waits(*_: Any, ask: Any, **__: Any) -> None:
        await ask(page_for("Desk shoulders", (("calf", "calf"),)))
        await asyncio.Event().wait()

    monkeypatch.setattr(background, "run_session", asks_and_waits)
    monkeypatch.setattr(app, "SOON_S", 0.05)


@pytest.mark.usefixtures("proving")
async def test_F52_who_waits_for_the_self_test_is_told_and_can_call_it_off() -> None:
    async with dashboard(free_run(), size=(120, 40)) as person:
        await person.sees("Before the start")
        await person.type("a")
        await person.sees("[x] I have read the notice")
        await person.type("n")
        await told(person, "self-test", "[F52]")
        await person.type("escape")
        await person.until(lambda: person.app.session is None, "the end")


# --- the simulated dashboard ---------------------------------------------------------------------------------------------------


def real_request() -> RunRequest:
    return RunRequest(
        point="GMAX", choices=Choices(side=Side.LEFT), massager="serial:///dev/gun", sensor="serial:///dev/x"
    )


async def started(person: Driver) -> RunRequest:
    await person.until(lambda: person.app.shown is not None)
    assert person.app.shown is not None
    return person.app.shown.request


@pytest.mark.usefixtures("endless_connecting")
async def test_F51_the_simulated_dashboard_starts_nothing_real() -> None:
    async with dashboard() as person:
        await person.sees("Gentle starter")
        person.app.start_session(real_request())
        request = await started(person)
        assert request.is_simulated
        assert not request.urls
        assert request.point == "GMAX"
        await person.sees("connecting")


def test_what_another_version_asked_for_is_a_sentence() -> None:
    values = real_request().to_json() | {"choices": {"side": "upwards"}}
    with pytest.raises(UsageError, match="does not know"):
        RunRequest.from_json(values)


# --- tools ----------------------------------------------------------------------------------------------------------------------


async def test_a_mark_is_told_apart_without_colour() -> None:
    change_settings(tools=frozenset({Tool.CANE}))
    async with dashboard() as person:
        await person.sees("Gentle starter")
        await person.type("4")
        await person.sees("Tools: cane")
        await person.type("o")
        await person.sees("[ ] Ball", "[x] Cane")
        await person.type("space", "enter")
        await gone(person, "[x] Cane")
        await person.sees("Tools: ball, cane")
    assert load_settings().tools == frozenset({Tool.BALL, Tool.CANE})


async def test_the_first_start_waits_for_who_adds_a_device_and_begins_where_it_was_left() -> None:
    change_settings(tools=frozenset())
    async with dashboard(is_simulated=False) as person:
        await person.sees("Welcome to massctl", "✓ Which tools have you?")
        await person.type("enter")
        await person.sees("find it now")
        await person.type("enter")
        await person.sees("No device yet?")
        await told(person, "goes on with the first questions")
        await person.type("escape")
        await person.sees("Welcome to massctl", "✓ Which tools have you?")
        await person.type("escape")
        await person.until(lambda: isinstance(person.app.screen, LibraryScreen))
    assert load_settings().is_set_up


# --- the stop key above every dialog --------------------------------------------------------------------------------------------


def every_dialog() -> list[ModalScreen[Any]]:
    """Return dialogs of each make, with and without a field."""
    page = page_for("Desk shoulders", (("calf", "calf"),))
    return [
        Choose("Which of many?", [Item(str(number), str(number)) for number in range(20)]),
        Confirm("Sure?"),
        TypeLine("What?"),
        TickScreen("True?", ["this"]),
        DayScreen("When?"),
        PreflightScreen(page),
        NoticeScreen("It is so."),
        FindPointScreen("GMAX", Side.LEFT),
    ]


async def test_F42_Esc_stops_the_session_below_every_dialog_and_closes_it() -> None:
    async with dashboard(free_run()) as person:
        await person.sees("Hold the head in the air")
        for dialog in every_dialog():
            person.app.push_screen(dialog)
            await person.until(lambda: person.app.screen is dialog and dialog.is_mounted)  # noqa: B023
            await person.type("escape")
            await person.sees("[F42]", "Lift the tool off")
            assert person.app.screen is person.app.shown, dialog
            await person.type("l")
            await person.sees("✓  Lift the tool")
            await person.type("c")
            await gone(person, "Lift the tool")


async def test_a_page_that_comes_while_the_dashboard_leaves_ends_nothing() -> None:
    async with dashboard() as person:
        await person.sees("Gentle starter")
        person.app.action_page("library")
