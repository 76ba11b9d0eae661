"""Keys that come faster than pages and dialogs open: each waits until what the one before it led to has come."""

from __future__ import annotations

import threading

import pytest

from massctl.dashboard.library import LibraryScreen
from massctl.dashboard.shelf import Shelf, read_shelf
from massctl.dashboard.stop_all import StopAll
from massctl.programs.catalogue import Catalogue
from tests.dashboard.driving import dashboard, free_run
from tests.dashboard.pages import starts


def reads_slowly(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Let the list of programs be read only once the event is set."""
    may_read = threading.Event()

    def slow(*, is_simulated: bool) -> Shelf:
        may_read.wait(10)
        return read_shelf(is_simulated=is_simulated)

    monkeypatch.setattr("massctl.dashboard.shelf_page.read_shelf", slow)
    return may_read


async def test_words_typed_at_once_behind_the_key_of_the_field_are_words() -> None:
    async with dashboard() as person:
        await person.sees("Steps")
        person.hits("slash", *"move break")
        await person.sees("move break", "massctl run micro-break")
        person.hits("enter", "enter")
        request = await starts(person)
        assert request.program == "micro-break"


async def test_a_word_typed_at_once_behind_the_key_of_a_dialog_is_the_dialogs() -> None:
    async with dashboard() as person:
        await person.sees("Steps")
        person.hits("w", *"knee front", "enter", "down")
        await person.sees("front of the knee", "Cyclist")
        assert isinstance(person.app.screen, LibraryScreen)


async def test_a_whole_program_is_built_as_fast_as_a_terminal_can_send() -> None:
    async with dashboard() as person:
        await person.sees("Steps")
        person.hits("n", "a", *"anterior deltoid", "enter", "w", "T", *["backspace"] * 10, *"Fast", "enter", "w")
        await person.sees("Saved: massctl run fast")
    assert Catalogue.load().own_ids == ("fast", "my-program")


async def test_pages_opened_and_left_at_once_come_to_the_last() -> None:
    async with dashboard() as person:
        await person.sees("Steps")
        person.hits("2", "3", "4", "question_mark", "escape", "1", "slash", *"q2")
        await person.sees("Nothing fits 'q2'")


async def test_keys_typed_before_the_list_has_loaded_are_kept_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    may_read = reads_slowly(monkeypatch)
    async with dashboard() as person:
        await person.until(lambda: isinstance(person.app.screen, LibraryScreen) and person.app.screen.is_current)
        await person.type("slash", *"move break", "enter", "enter")
        assert person.app.session is None
        may_read.set()
        request = await starts(person)
        assert request.program == "micro-break", "what was typed, and not what happened to stand first"


async def test_one_enter_typed_before_the_list_has_loaded_starts_the_first_of_it() -> None:
    async with dashboard() as person:
        person.hits("enter")
        request = await starts(person)
        assert request.program


async def test_ctrl_c_waits_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    may_read = threading.Event()

    def never(*, is_simulated: bool) -> Shelf:
        may_read.wait(10)
        return Shelf()

    monkeypatch.setattr("massctl.dashboard.shelf_page.read_shelf", never)
    async with dashboard() as person:
        person.hits("slash", "x", "ctrl+c")
        await person.until(lambda: person.app._exit, "the end")
        may_read.set()


async def test_F42_x_waits_for_no_list_that_is_still_read(monkeypatch: pytest.MonkeyPatch) -> None:
    may_read = reads_slowly(monkeypatch)
    async with dashboard() as person:
        await person.until(lambda: isinstance(person.app.screen, LibraryScreen) and person.app.screen.is_current)
        person.hits("x")
        await person.until(lambda: isinstance(person.app.screen, StopAll), "the stop")
        may_read.set()
        await person.type("escape")
        await person.sees("Steps")


async def test_x_behind_the_key_of_a_field_is_a_letter_while_the_list_is_still_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    may_read = reads_slowly(monkeypatch)
    async with dashboard() as person:
        await person.until(lambda: isinstance(person.app.screen, LibraryScreen) and person.app.screen.is_current)
        await person.type("slash", "x", "q")
        may_read.set()
        await person.sees("Nothing fits 'xq'")


@pytest.mark.parametrize("stop", ["x", "X", "escape"])
async def test_F42_a_stop_at_once_behind_the_key_that_starts_stops_the_session(stop: str) -> None:
    def is_stopped() -> bool:
        shown = person.app.shown
        is_called_off = any("Called off" in each.message for each in person.app._notifications)
        return is_called_off or (shown is not None and shown.view.session.is_halted)

    async with dashboard() as person:
        await person.sees("Steps")
        person.hits("enter", stop)
        await person.until(is_stopped, "the stop, before the session has begun or right behind")


class Moving:
    """Stands for a measurement."""

    is_over = False

    def __init__(self) -> None:
        self.stops = 0

    def stop(self) -> None:
        self.stops += 1


async def test_keys_live_on_behind_one_that_stopped_what_the_key_before_it_had_begun(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with dashboard() as person:
        await person.sees("Steps")
        moving = Moving()
        monkeypatch.setattr(person.app, "action_page", lambda _: setattr(person.app, "measurement", moving))
        person.hits("2", "space")
        await person.until(lambda: moving.stops == 1, "the stop")
        person.app.measurement = None
        person.hits("slash", *"q2")
        await person.sees("Nothing fits 'q2'")


async def test_words_typed_into_the_palette_of_a_session_all_arrive() -> None:
    async with dashboard(free_run()) as person:
        await person.starts()
        await person.type("ctrl+p")
        await person.sees("Colours: dark")
        person.hits(*"speech")
        await person.until(lambda: getattr(person.app.focused, "value", "") == "speech", "the whole word")
