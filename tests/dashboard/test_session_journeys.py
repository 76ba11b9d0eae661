"""Sessions as a person meets them in the dashboard, key by key; the bench runs ten times as fast as life."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual import events
from textual.geometry import Size

from massctl.app.connect import Connections
from massctl.app.request import RunRequest
from massctl.app.settings import change_settings
from massctl.body.terms import Side, Tool
from massctl.dashboard.notice import NoticeScreen
from massctl.dashboard.preflight import PreflightScreen
from massctl.dashboard.summary import SummaryScreen
from massctl.history.reading import History
from massctl.programs.choices import Choices
from massctl.session.events import Phase
from sims.bench import Bench
from tests.app.screened import save_healthy
from tests.dashboard.driving import dashboard, free_run


async def test_a_program_runs_to_its_summary_and_again() -> None:
    request = RunRequest(program="micro-break", is_simulated=True, speed=100.0)
    async with dashboard(request) as person:
        await person.sees("Completed.", "a again")
        assert isinstance(person.app.screen, SummaryScreen)
        await person.type("a")
        await person.until(lambda: len(History().sessions()) == 2)
        await person.sees("Completed.")
        await person.type("enter")
        await person.sees("quit")


async def test_keys_start_pause_resume_rate_and_finish() -> None:
    async with dashboard(free_run()) as person:
        await person.starts()
        await person.type("space")
        await person.sees("PAUSED")
        await person.sleeps(0.7)
        await person.type("enter")
        await person.sees("RUNNING")
        await person.type("5")
        await person.sees(" 5 of 10", "mistyped?")
        await person.type("3")
        await person.sees(" 3 of 10")
        await person.type("q")
        await person.sees("Ended by you.")


@pytest.mark.parametrize("key", ["z", pytest.param("full_stop", marks=pytest.mark.slow)])
async def test_a_key_that_means_nothing_pauses(key: str) -> None:
    async with dashboard(free_run()) as person:
        await person.starts()
        await person.type(key)
        await person.sees("PAUSED")


async def test_mouse_focus_paste_arrows_and_a_new_size_are_no_keys() -> None:
    async with dashboard(free_run()) as person:
        await person.starts()
        person.app.screen._forward_event(events.MouseDown(None, 10, 10, 0, 0, 1, False, False, False, 10, 10))
        person.app.post_message(events.Paste("xq "))
        person.app.post_message(events.AppBlur())
        person.app.post_message(events.AppFocus())
        await person.type("up", "tab", "f5", "pagedown")
        for size in (Size(120, 40), Size(80, 24)):
            person.app.post_message(events.Resize(size, size))
        await person.sleeps(1.0)
        await person.sees("RUNNING")


async def test_the_stop_key_is_latched_until_its_two_steps() -> None:
    async with dashboard(free_run()) as person:
        await person.starts()
        await person.type("x")
        await person.sees("[F42]", "Motor off: confirmed", "Lift the tool off")
        await person.type("enter", "c", "space")
        await person.sleeps(1.0)
        assert "Motor off: confirmed" in person.text, "nothing but the two steps goes on"
        await person.type("l")
        await person.sees("✓  Lift the tool")
        await person.type("c")
        await person.sees("READY")


@pytest.mark.parametrize("key", ["ctrl+c", pytest.param("escape", marks=pytest.mark.slow)])
async def test_every_stop_key_stops(key: str) -> None:
    async with dashboard(free_run()) as person:
        await person.starts()
        await person.type(key)
        await person.sees("[F42]")


async def test_the_stop_key_stops_above_the_palette() -> None:
    async with dashboard(free_run()) as person:
        await person.starts()
        await person.type("ctrl+p")
        await person.until(lambda: person.app.shown is not None and person.app.shown.view.session.phase is Phase.PAUSED)
        await person.sees("Colours: dark")  # it has found what it lists
        await person.type("x")
        assert person.app.shown is not None
        assert person.app.shown.view.session.phase is Phase.PAUSED, "letters are the palette's"
        await person.type("escape")
        await person.until(lambda: person.app.shown is not None and person.app.shown.view.session.is_halted)
        await person.sees("[F42]", "Lift the tool off")  # nothing covers a stop


async def test_the_list_of_keys_comes_and_goes_and_the_motor_runs_on() -> None:
    async with dashboard(free_run()) as person:
        await person.starts()
        await person.type("question_mark")
        await person.sees("EMERGENCY STOP", "hides keys")
        await person.type("question_mark")
        await person.sees("RUNNING")


async def test_a_trip_tells_its_rule_and_is_reset() -> None:
    async with dashboard(free_run(faults=("motor-runaway",))) as person:
        await person.starts()
        shown = await person.sees("Motor off: confirmed", "Lift the tool off")
        assert "[F38]" in shown
        await person.sleeps(2.0)
        await person.type("l")
        await person.sees("✓  Lift the tool")


async def test_a_lost_link_says_so_and_comes_back() -> None:
    async with dashboard(free_run(faults=("device-reboot",))) as person:
        await person.starts()
        await person.sees("[F34]")
        await person.sees("PAUSED", "The link is back")


async def test_find_the_point_and_change_the_head_wait_with_the_motor_off() -> None:
    async with dashboard(free_run()) as person:
        await person.starts()
        await person.type("f")
        await person.sees("PAUSED")
        await person.type("f")
        await person.sees("found it")
        await person.type("enter")
        await person.sees("PAUSED")
        await person.type("h")
        await person.sees("Fit the")
        await person.type("enter")
        await person.sees("PAUSED")


async def test_a_scan_names_each_point_and_helps_to_find_it() -> None:
    ball = Choices(Side.LEFT, tools=frozenset({Tool.BALL}))
    scan = RunRequest(program="cluster-hunt", choices=ball, is_simulated=True, with_person=False, speed=10.0)
    async with dashboard(scan) as person:
        await person.sees("Enter begins")
        await person.sleeps(0.7)
        await person.type("enter")
        await person.sees("Upper trapezius (mid-fibre) left", "1 of 6", "Top of the trapezius roll", "f find the point")
        await person.type("f")
        await person.sees("found it")
        await person.type("enter")
        await person.sees("RATE IT", "1 of 6")
        await person.type("5")
        await person.sees("Levator scapulae", "2 of 6")
        await person.type("f")
        await person.sees("I can't reach it")
        await person.type("u")
        await person.sees("Supraspinatus", "3 of 6")


async def test_a_single_pedal_starts_and_pauses_and_held_it_stops(own_folders: Path) -> None:
    settings = own_folders / "config" / "settings.json"
    settings.parent.mkdir(mode=0o700)
    settings.write_text('{"pedal": {"f13": "tread"}, "cues": "silent"}', encoding="utf-8")
    settings.chmod(0o600)
    async with dashboard(free_run()) as person:
        await person.starts()
        await asyncio.sleep(0.8)
        await person.type("f13")
        await person.sees("PAUSED")
        await asyncio.sleep(0.8)
        await person.type("f13")
        await person.sees("RUNNING")
        await person.type("f13")
        await person.sees("PAUSED")
        for _ in range(20):
            await person.type("f13")
            await asyncio.sleep(0.1)
        await person.sees("[F42]")


async def test_settings_that_are_wrong_are_said_and_nothing_else_happens(own_folders: Path) -> None:
    settings = own_folders / "config" / "settings.json"
    settings.parent.mkdir(mode=0o700)
    settings.write_text('{"pedal": {"escape": "tread"}}', encoding="utf-8")
    settings.chmod(0o600)
    async with dashboard() as person:
        await person.sees("always stops")


async def test_a_program_that_does_not_exist_is_refused_in_words() -> None:
    async with dashboard() as person:
        person.app.run_program("desk-shuolders")
        await person.until(lambda: isinstance(person.app.screen, NoticeScreen))
        shown = await person.sees("desk-shoulders")
        assert "Traceback" not in shown
        assert person.app.session is None


async def test_no_page_is_opened_and_nothing_left_while_a_session_runs() -> None:
    async with dashboard(free_run()) as person:
        await person.sees("Hold the head in the air")
        person.app.action_page("library")
        person.app.action_leave()
        person.app.start_session(free_run())
        await asyncio.sleep(0.1)
        await person.sees("Hold the head in the air")


# --- before a run on hardware ------------------------------------------------------------------------------------------------


@pytest.fixture
def hardware(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Connections, "are_simulated", lambda _: False)


def request_on(bench: Bench) -> RunRequest:
    return RunRequest(
        point="GMAX",
        choices=Choices(side=Side.LEFT),
        massager=bench.urls["massager"],
        sensor=bench.urls["sensor"],
    )


@pytest.mark.usefixtures("hardware")
async def test_the_page_before_a_run_is_answered_and_the_session_begins() -> None:
    save_healthy()
    async with Bench(link="tcp") as bench, dashboard(request_on(bench), size=(120, 40), is_simulated=False) as person:
        await person.sees("Before the start", "not a medical device", "Is any of this true for you today?")
        await person.type("n")
        await person.sees("accept it first")
        await person.type("a", "n")
        await person.sees("Hold the head in the air")
        await person.type("q")
        await person.sees("Ended by you.")


@pytest.mark.usefixtures("hardware")
async def test_what_is_true_today_blocks_and_says_what_to_do() -> None:
    save_healthy()
    async with Bench(link="tcp") as bench, dashboard(request_on(bench), size=(120, 40), is_simulated=False) as person:
        await person.sees("Is any of this true for you today?")
        await person.type("a")
        screen = person.app.screen
        assert isinstance(screen, PreflightScreen)
        ticks = screen.query_one("#ticks")
        while "fever" not in str(getattr(ticks, "highlighted_option", None) and ticks.highlighted_option.id):  # type: ignore[attr-defined]
            await person.type("down")
        await person.type("enter", "n")
        await person.sees("Something is ticked")
        await person.type("g")
        await person.sees("Not today, because of", "Ask a physician")


@pytest.mark.usefixtures("hardware")
async def test_the_page_can_be_called_off_and_nothing_has_run() -> None:
    save_healthy()
    async with Bench(link="tcp") as bench, dashboard(request_on(bench), is_simulated=False) as person:
        await person.sees("Before the start")
        await person.type("escape")
        await person.until(lambda: person.app.session is None)
        assert not bench.evidence().drives


@pytest.mark.usefixtures("hardware")
async def test_the_health_questions_come_first_where_they_are_open() -> None:
    async with Bench(link="tcp") as bench, dashboard(request_on(bench), size=(120, 40), is_simulated=False) as person:
        await person.sees("Health questions for me, 1 of 7", "How old are you?")
        await person.type("down", "down", "enter")
        for number in range(2, 8):
            await person.sees(f"{number} of 7")
            await person.type("n")
        await person.sees("Before the start")


async def test_a_device_that_is_not_there_is_named_with_what_to_do() -> None:
    change_settings(is_set_up=True)
    request = RunRequest(point="GMAX", choices=Choices(side=Side.LEFT), massager="serial:///dev/does-not-exist")
    async with dashboard(request, is_simulated=False) as person:
        await person.sees("/dev/does-not-exist", "→")
