"""The first page, key by key: find a program by symptom, by words, by tool; see what it would be; start it."""

from __future__ import annotations

import threading

import pytest
from textual.widgets import OptionList

from massctl.app.lookup import By, Search, look_up
from massctl.app.own_programs import save_draft
from massctl.app.settings import change_settings, load_settings
from massctl.body.person import Answer
from massctl.body.screening import Matter
from massctl.body.terms import Side, Tool
from massctl.dashboard.library import LibraryScreen
from massctl.dashboard.program_card import together
from massctl.dashboard.shelf import Ahead, look_ahead, read_shelf
from massctl.errors import MassctlError
from massctl.history.reading import History
from massctl.programs.catalogue import Catalogue
from tests.app.screened import save_healthy
from tests.app.test_own_programs import a_draft
from tests.dashboard.driving import Driver, dashboard
from tests.dashboard.pages import gone, looks, searches, starts, told, told_on_card
from tests.dashboard.snapshot import compare


def library(person: Driver) -> LibraryScreen:
    screen = person.app.screen
    assert isinstance(screen, LibraryScreen)
    return screen


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_first_page_looks_as_it_did(size: tuple[int, int]) -> None:
    async with dashboard(size=size) as person:
        await person.sees("Steps", "Gluteus maximus")
        await person.type("down")
        await person.sees("Very gentle, two points", "pinch")
        compare(f"library-{size[0]}x{size[1]}", await looks(person))


async def test_from_start_to_a_running_session_in_four_presses() -> None:
    async with dashboard() as person:
        await person.sees("Gentle starter")
        await person.type("enter")
        await starts(person)


async def test_a_program_is_found_by_where_it_hurts() -> None:
    async with dashboard() as person:
        await person.sees("Gentle starter", "Steps")
        await person.type("w")
        await person.sees("Where does it hurt?")
        await person.type(*"knee front", "enter")
        text = await person.sees("front of the knee", "Cyclist")
        assert "Jaw clenching" not in text
        await person.type("escape")
        await person.sees("Jaw clenching")


@pytest.mark.parametrize(
    ("key", "typed", "seen"),
    [("c", "phone", "Tech neck"), ("m", "gluteus max", "Gluteus maximus"), ("t", "", "Gentle starter")],
)
async def test_programs_are_found_by_cause_muscle_and_tool(key: str, typed: str, seen: str) -> None:
    async with dashboard() as person:
        await person.sees("Gentle starter", "Steps")
        await person.type(key)
        await person.sees("Enter take")
        await person.type(*typed, "enter")
        await person.sees("Esc shows all again", seen)


async def test_words_find_programs_and_points_and_warn_first_where_signs_are_common() -> None:
    async with dashboard() as person:
        await person.sees("Gentle starter", "Steps")
        await person.type("slash")
        await person.until(lambda: getattr(person.app.focused, "id", "") == "find", "the field")
        await person.type(*"headache")
        await person.sees("Head and neck tension", "First rule out", "F9")
        await person.type("enter", "end")
        await person.sees("felt at")


async def test_digits_and_q_are_letters_in_the_field() -> None:
    async with dashboard() as person:
        await person.sees("Gentle starter")
        await person.type("slash")
        await person.until(lambda: getattr(person.app.focused, "id", "") == "find", "the field")
        await person.type(*"q1")
        await person.sees("Nothing fits 'q1'", "Esc shows all")
        await person.type("escape", "escape")
        await person.sees("Gentle starter", "Steps")


async def test_five_minutes_and_only_the_right_side_change_the_plan() -> None:
    async with dashboard() as person:
        await searches(person, "desk shoulders")
        await person.sees("both sides", "about 9 min")
        await person.type("s", "i")
        await person.sees("only right", "of 5", "steps shortened for 5 minutes")
        choices = library(person).shelf.choices(library(person).picks)
        assert (choices.side, choices.minutes) == (Side.RIGHT, 5.0)


async def test_a_favourite_comes_first_and_stays_so() -> None:
    async with dashboard() as person:
        await searches(person, "jaw clench")
        await person.type("f")
        await told(person, "a favourite")
        await person.type("escape")
        await person.sees("Favourites", "★ Jaw clenching")
        assert load_settings().favourites == ("jaw-ease",)
    async with dashboard() as person:
        await person.sees("Favourites", "Jaw clenching")


async def test_a_favourite_made_while_the_person_is_still_read_stays_one(monkeypatch: pytest.MonkeyPatch) -> None:
    may_go_on = threading.Event()

    def slow(*, is_simulated: bool) -> tuple[Ahead, tuple[MassctlError, ...]]:
        may_go_on.wait(10)
        return look_ahead(is_simulated=is_simulated)

    monkeypatch.setattr("massctl.dashboard.shelf_page.look_ahead", slow)
    async with dashboard() as person:
        await person.sees("reading …")
        person.hits("f")
        await person.sees("★ Gentle starter")
        may_go_on.set()
        await person.sees("Steps")
        person.hits("f")
        await told(person, "no favourite any more")
    assert load_settings().favourites == ()


async def test_the_same_as_last_time_is_one_key() -> None:
    async with dashboard() as person:
        await searches(person, "move break")
        await person.type("enter")
        await starts(person)
        await person.type("q")
        await person.sees("Ended by you.")
        await person.type("enter")
        await person.sees("Last time: Two-minute move", "as you did last time")
        await person.type("a")
        request = await starts(person)
        assert request.program == "micro-break"
    assert len(History().sessions()) == 2


async def test_without_a_last_time_it_is_said() -> None:
    async with dashboard() as person:
        await person.sees("Steps")
        await person.type("a")
        await told(person, "no session to repeat")


async def test_what_the_screening_forbids_is_on_the_card_and_something_else_is_offered() -> None:
    change_settings(is_set_up=True)
    save_healthy("me", Answer(Matter.ANTICOAGULANTS))
    async with dashboard(is_simulated=False) as person:
        await person.sees("Not for you now", "F3")
        await person.type("enter")
        await person.sees("You can do this instead", "Back strength")
        await person.type("enter")
        await person.sees("massctl run back-strength")


async def test_what_is_made_gentler_names_rule_and_reason() -> None:
    change_settings(is_set_up=True, tools=frozenset({Tool.BALL}))
    save_healthy("me", Answer(Matter.BRUISE, ("forearm",)))
    async with dashboard(is_simulated=False) as person:
        await searches(person, "outer forearm")
        await told_on_card(person, "left out, because of a bruise", "[F5]")


async def test_without_a_massager_it_is_asked_which_one_and_a_manual_gun_is_remembered() -> None:
    change_settings(is_set_up=True)
    save_healthy()
    async with dashboard(is_simulated=False) as person:
        await searches(person, "deep buttock")
        await person.type("s", "enter")
        await person.sees("Which one is it?", "My gun has no Bluetooth")
        await person.type("down", "enter")
        await person.sees("How fast is each level")
        await person.type(*"18 9", "enter")
        await person.sees("'18' is no speed of a level")
        await person.type("home", *["delete"] * 4, *"1800 2400", "enter")
        await person.sees("Before the start: Deep buttock")
        await person.type("escape")
    assert not History().sessions()


async def test_a_side_that_is_open_is_asked_at_the_start() -> None:
    async with dashboard() as person:
        await searches(person, "carrying day")
        await person.sees("the side you choose")
        await person.type("enter")
        await person.sees("the side you choose", "Right", "Both, left first")
        await person.type("enter")
        request = await starts(person)
        assert request.choices.side is Side.RIGHT


async def test_the_points_are_shown_one_by_one_and_what_is_out_of_reach_gets_another_tool() -> None:
    async with dashboard(size=(100, 30)) as person:
        await searches(person, "deep buttock")
        await person.type("l")
        await person.sees("1 of", "found it", "no clock runs")
        await person.type("u")
        for number in range(2, 6):
            await person.sees(f"{number} of 5")
            await person.type("enter")
        await told_on_card(person, "out of your reach")
        assert library(person).picks.unreachable == {"GMAX"}


async def test_a_key_that_has_no_meaning_for_what_is_at_hand_says_so() -> None:
    async with dashboard() as person:
        await searches(person, "masseter")
        person.hits("end", "e")
        await told(person, "That key is for programs")
        person.hits("escape", "slash", *"back strength", "enter", "l")
        await told(person, "no point to find")
        person.hits("u")
        await told(person, "Nothing blocks this one")
        assert isinstance(person.app.screen, LibraryScreen)


async def test_a_partner_is_told_what_to_do() -> None:
    async with dashboard() as person:
        await person.sees("Steps")
        await person.type("p")
        await person.sees("A partner holds the tool", "F49")
        await person.type("enter")
        await person.sees("held by a partner")
        await person.type("p")
        await gone(person, "held by a partner")


async def test_every_key_of_the_page_is_listed() -> None:
    async with dashboard() as person:
        await person.sees("Steps")
        await person.type("question_mark")
        await person.sees("Keys of this page", "where it hurts", "by muscle")
        await person.type("escape")
        await gone(person, "Keys of this page")


async def test_a_broken_settings_file_is_told_with_what_helps_and_the_page_works() -> None:
    change_settings(is_set_up=True)
    from massctl.app.settings import settings_path  # noqa: PLC0415

    settings_path().write_text('{"unit": "N"}')
    async with dashboard(is_simulated=False) as person:
        await told(person, "Did you mean units?")
        await person.sees("Gentle starter")


async def test_a_program_of_ones_own_is_deleted_and_brought_back_and_a_shipped_one_stays() -> None:
    save_draft(a_draft("UTRAP", title="My program"))
    async with dashboard() as person:
        await person.sees("✎ My program", "Steps")
        person.hits("delete")
        await told(person, "My program is deleted; z brings it back")
        await gone(person, "✎ My program")
        assert not Catalogue.load().own_ids
        person.hits("delete")
        await told(person, "is not a program of your own")
        person.hits("z")
        await person.sees("✎ My program")
        person.hits("z")
        await told(person, "Nothing was deleted")
    assert Catalogue.load().own_ids == ("my-program",)


async def test_the_last_session_is_shown_with_what_was_picked_then() -> None:
    async with dashboard() as person:
        person.hits("slash", *"carrying", "enter", "s", "enter")
        await starts(person)
        await person.type("q")
        await person.sees("Ended by you.")
        person.hits("enter", "s", "s")
        await person.sees("as you did last time", "only right")


async def test_the_massager_alone_is_repeated_with_its_side_and_speed() -> None:
    async with dashboard() as person:
        await person.sees("Steps")
        person.hits("g", "s", "plus", "enter")
        request = await starts(person)
        await person.type("q")
        await person.sees("Ended by you.")
        person.hits("enter", "escape")
        await person.sees("↻ Last time: Gluteus maximus", "felt at")
        card = await told_on_card(person, "as you did last time: right", f"{request.speed_ppm:,} strokes a minute")
        assert "Enter or g" not in card
        person.hits("enter")
        assert await starts(person) == request


async def test_a_mistyped_word_is_answered_with_the_one_that_may_have_been_meant() -> None:
    async with dashboard() as person:
        await person.sees("Steps")
        person.hits("slash", *"stiff shoudler")
        await told_on_card(person, "Nothing fits 'stiff shoudler'", "Did you", "mean shoulder? Enter looks for it.")
        person.hits("enter")
        await person.sees("Shoulder tightness")
        person.hits("escape", "escape", "slash", *"xqzw")
        await person.sees("Nothing fits 'xqzw'")
        assert "Did you mean" not in person.text


async def test_what_is_looked_for_anew_begins_with_the_best_of_it() -> None:
    async with dashboard() as person:
        await person.sees("Steps")
        person.hits("end", "t", "down", "enter")
        await person.sees("Esc shows all again")
        first = library(person).query_one("#list", OptionList)
        await person.until(lambda: first.highlighted == 1, "the first row below its heading")


@pytest.mark.parametrize("word", ["roller", "massager"])
def test_words_of_a_tool_find_the_programs_that_use_it(word: str) -> None:
    programs = read_shelf(is_simulated=True).programs
    found = [hit.program for hit in look_up(programs, Search(text=word)).programs]
    assert {program.id for program in found} >= {
        hit.program.id for hit in look_up(programs, Search(By.TOOL, word)).programs
    }
    assert len(found) > 5


def test_programs_by_tool_stand_as_in_the_whole_list() -> None:
    programs = read_shelf(is_simulated=True).programs
    found = [hit.program for hit in look_up(programs, Search(By.TOOL, "ball")).programs]
    assert found == [program for program in programs if program in found]


def test_the_same_change_of_several_points_is_said_once() -> None:
    ball = ": a ball instead of the massager: none at hand"
    changes = [
        f"GMAX{ball}",
        "slow, and up to 4/10",
        f"GMED{ball}",
        f"GMAX{ball}",
        "GMED left out, because of a bruise",
    ]
    assert together(changes) == [f"GMAX, GMED{ball}", "slow, and up to 4/10", "GMED left out, because of a bruise"]
