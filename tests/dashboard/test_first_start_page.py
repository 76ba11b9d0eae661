"""The first start, the tour, help, the body page and the massager alone, key by key."""

from __future__ import annotations

import re

import pytest

from massctl.app.devices import remembered
from massctl.app.settings import change_settings, load_settings
from massctl.body.terms import Side
from massctl.dashboard.body_screen import BodyScreen
from massctl.dashboard.first_start import FirstStartScreen
from massctl.dashboard.free_run import FreeRunScreen
from massctl.dashboard.help_screen import TOPICS
from massctl.dashboard.library import LibraryScreen
from massctl.dashboard.screens import PAGES, make_page
from massctl.faces.words import KEYS
from massctl.programs.catalogue import Catalogue
from massctl.programs.evidence import all_evidence, evidence_of
from massctl.rules import RULES
from tests.app.screened import save_healthy
from tests.dashboard.driving import Driver, dashboard
from tests.dashboard.pages import gone, looks, searches, starts, told
from tests.dashboard.snapshot import compare

JOURNEYS = (
    "five minutes",
    "right side",
    "last time",
    "no Bluetooth",
    "only a ball",
    "massager here",
    "find the point",
    "can't reach",
    "partner",
    "Somebody else",
    "mistyped",
    "Change the head",
    "blocked",
    "without massctl",
    "dizzy",
)


async def test_the_first_start_asks_once_and_every_step_can_be_skipped() -> None:
    async with dashboard(is_simulated=False) as person:
        await person.sees("Welcome to massctl", "Which massager have you?")
        compare("first-start-80x24", await looks(person))
        await person.type("enter")
        await person.sees("One without Bluetooth")
        await person.type("down", "enter")
        await person.sees("How fast is each level")
        await person.type("enter")
        await person.sees("✓ Which massager have you?")
        await person.type("enter")
        await person.sees("Mark what you have")
        await person.type("space", "enter")
        await person.sees("✓ Which tools have you?")
        await person.type("n", "enter")
        await person.sees("In which unit do you think?")
        await person.type("enter")
        await person.sees("✓ Units")
        await person.type("escape")
        await person.until(lambda: isinstance(person.app.screen, LibraryScreen), "the programs")
    assert load_settings().is_set_up
    assert [device.name for device in remembered()] == ["my gun"]
    async with dashboard(is_simulated=False) as person:
        await person.sees("Gentle starter", "Steps")
        assert isinstance(person.app.screen, LibraryScreen)


async def test_the_tour_runs_on_the_bench_and_says_so() -> None:
    change_settings(is_set_up=True)
    async with dashboard(is_simulated=False) as person:
        await person.sees("Gentle starter")
        await person.type("6", "t")
        await person.sees("The two-minute tour", "nothing real moves")
        await person.type("enter")
        request = await starts(person)
        assert request.is_simulated
        await person.sees("SIMULATED · no real device moves")


async def test_the_simulated_dashboard_asks_nothing_before_the_first_session() -> None:
    async with dashboard() as person:
        await person.sees("SIMULATED", "Gentle starter", "Steps")
        assert not isinstance(person.app.screen, FirstStartScreen)


# --- help ------------------------------------------------------------------------------------------------------------------


def text_of_topic(topic_id: str, width: int = 90) -> str:
    topic = next(topic for topic in TOPICS if topic.id == topic_id)
    return " ".join("".join(span.text for span in row) for row in topic.rows(width))


def test_help_has_every_key_every_note_and_every_rule() -> None:
    keys = text_of_topic("session")
    assert all(text in keys for _, _, text in KEYS)
    assert all(rule in text_of_topic("rules", 2000) for rule in RULES)
    assert all(note.text in text_of_topic("evidence", 2000) for note in all_evidence())


def test_help_has_the_keys_of_every_page() -> None:
    shown = text_of_topic("pages", 2000)
    for entry in PAGES[:-1]:
        assert all(text in shown for _, text in type(make_page(entry.name)).keys)  # type: ignore[attr-defined]
    assert all(text in shown for _, text in FreeRunScreen.keys)


def test_every_journey_of_the_issue_is_explained_in_the_help() -> None:
    begin = text_of_topic("begin")
    for words in JOURNEYS:
        assert words in begin


def test_no_word_of_the_help_promises_healing() -> None:
    text = " ".join(text_of_topic(topic.id, 2000) for topic in TOPICS if topic.id != "rules").lower()
    assert not re.search(r"\bheal(s|ing)?\b|\bcures?\b|\btreats\b|\brelieves?\b", text)


def test_every_program_has_notes_of_what_is_known() -> None:
    for program in Catalogue.load().programs():
        assert evidence_of(program)


def test_evidence_of_sport_says_its_caution() -> None:
    assert "before_sport" in {note.id for note in evidence_of(Catalogue.load().program("pre-run"))}


@pytest.mark.parametrize("width", [24, 51, 91])
def test_no_line_of_the_help_is_wider_than_its_room(width: int) -> None:
    for topic in TOPICS:
        for row in topic.rows(width):
            assert sum(len(span.text) for span in row) <= max(width, 30), (topic.id, row)


async def test_help_is_read_with_keys_alone() -> None:
    async with dashboard() as person:
        await person.type("6")
        await person.sees("How to begin", "Often asked")
        await person.type("down")
        await person.sees("not a medical device")


# --- pages -----------------------------------------------------------------------------------------------------------------


def test_each_page_has_its_key_and_can_be_made() -> None:
    assert [entry.key for entry in PAGES] == list("123456")
    for entry in PAGES:
        assert make_page(entry.name).page_name == entry.name


async def test_every_page_opens_from_every_other_and_says_simulated() -> None:
    async with dashboard() as person:
        for entry in (*PAGES[1:], *reversed(PAGES[:-1])):
            await person.type(entry.key)
            await person.sees("SIMULATED", f"{entry.key} {entry.title}")
            await person.until(lambda: getattr(person.app.screen, "page_name", "") == entry.name, entry.name)  # noqa: B023


# --- the body and the massager alone ---------------------------------------------------------------------------------------


def body(person: Driver) -> BodyScreen:
    screen = person.app.screen
    assert isinstance(screen, BodyScreen)
    return screen


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_body_page_looks_as_it_did(size: tuple[int, int]) -> None:
    async with dashboard(size=size) as person:
        await person.type("2")
        await person.sees("Upper trapezius", "driving")
        compare(f"body-page-{size[0]}x{size[1]}", await looks(person))


async def test_points_are_picked_by_keys_and_mouse() -> None:
    async with dashboard(size=(120, 40)) as person:
        await person.type("2")
        await person.sees("Upper trapezius", "In: ")
        before = body(person).selected
        await person.type("down")
        await person.until(lambda: body(person).selected != before, "another point")
        await person.type("s")
        await person.until(lambda: body(person).selected[1] is Side.RIGHT, "the other side")
        body_map = body(person).query_one("#map")
        column, row = body(person).query_one("#map")._places()["GMAX", Side.RIGHT]  # type: ignore[attr-defined]
        await person.pilot.click(body_map, offset=(column + 1, row))
        await person.sees("Gluteus maximus", "right")
        await person.type("enter")
        await person.sees("Just run the massager here", "Help me find it")
        await person.type("down", "enter")
        await person.sees("no clock runs")


async def test_a_scan_that_is_not_there_says_how_to_make_one() -> None:
    async with dashboard() as person:
        await person.type("2")
        await person.sees("Upper trapezius")
        await person.type("h")
        await told(person, "Cluster hunt")


async def test_the_massager_alone_runs_within_its_limits() -> None:
    async with dashboard() as person:
        await person.sees("Gentle starter")
        await person.type("g")
        await person.sees("Gluteus maximus", "strokes a minute", "[F46]")
        screen = person.app.screen
        assert isinstance(screen, FreeRunScreen)
        await person.type(*["plus"] * 20)
        await person.sees("from 1,700 to")
        compare("free-run-80x24", await looks(person))
        await person.type("enter")
        request = await starts(person)
        assert (request.point, request.speed_ppm) == ("GMAX", 2400)


async def test_where_the_massager_may_not_go_it_says_so_with_the_rule_and_what_instead() -> None:
    async with dashboard() as person:
        await searches(person, "masseter")
        await person.sees("MASS")
        await person.type("end")
        await person.sees("never here [F2]")
        await person.type("g")
        await person.sees("No massager on Masseter", "[F2]", "Possible there: your hand")
        await person.type("enter")
        await told(person, "F2")
        assert person.app.session is None


async def test_a_free_run_on_hardware_asks_which_massager() -> None:
    change_settings(is_set_up=True)
    save_healthy()
    async with dashboard(is_simulated=False) as person:
        await person.sees("Gentle starter")
        await person.type("g")
        await person.sees("No massager is remembered yet")
        await person.type("enter")
        await person.sees("Which one is it?")
        assert "ball, roller, cane or hand" not in person.text
        await person.type("escape")
        await gone(person, "Which one is it?")
