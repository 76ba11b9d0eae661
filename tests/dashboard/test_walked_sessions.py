"""Sessions as a stranger walked them: what stood on the screen at bad moments, and must not again."""

from __future__ import annotations

import asyncio
import math
from typing import cast

import pytest
from textual import events
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.widgets import Input

from massctl.app.settings import CueStyle, change_settings, load_settings
from massctl.dashboard import sounds
from massctl.dashboard.driver import MassctlDriver
from massctl.dashboard.summary import SummaryScreen
from massctl.dashboard.view import DashboardView
from massctl.dashboard.widgets.chart import braille
from massctl.dashboard.widgets.gauge import gauge_lines
from massctl.dashboard.widgets.stopped import stopped_lines
from massctl.session import asks
from massctl.session.events import Phase, SeenBy
from tests.dashboard.driving import Driver, dashboard, free_run
from tests.dashboard.events_of import force, motor, phase, step, stop_seen, tick, trip


async def resize(person: Driver, columns: int, rows: int) -> None:
    size = Size(columns, rows)
    person.app.post_message(events.Resize(size, size))
    await person.until(lambda: person.app.screen.size == size, f"{size}")


async def test_a_new_size_keeps_the_title_and_the_keys_of_a_session() -> None:
    async with dashboard(free_run()) as person:
        await person.starts()
        title = person.text.splitlines()[0].strip()
        assert "Gluteus" in title
        for size in ((40, 12), (120, 40), (80, 24)):
            await resize(person, *size)
        shown = (await person.sees("space pause", "? keys")).splitlines()
        assert shown[0].strip() == title
        await person.sees("RUNNING")


async def test_a_new_size_begins_no_page_anew() -> None:
    async with dashboard() as person:
        await person.sees("Desk shoulders")
        await person.type("slash")
        await person.until(lambda: isinstance(person.app.screen.focused, Input))
        await resize(person, 100, 30)
        assert isinstance(person.app.screen.focused, Input), "what is typed goes on going there"


class HaltedApp:
    """Stands in for the application of a driver without a terminal."""

    def __init__(self, *, has_session: bool) -> None:
        self.session = self if has_session else None
        self.measurement: HaltedApp | None = None
        self.background = self
        self.done: list[str] = []

    def stop(self) -> None:
        self.done.append("measurement stopped")

    def emergency_stop(self, origin: str) -> None:
        self.done.append(f"stopped by {origin}")

    def refresh(self) -> None:
        self.done.append("drawn anew")


class HaltedDriver(MassctlDriver):
    """The driver, without the terminal that Textual opens."""

    def __init__(self, app: HaltedApp) -> None:
        self._massctl = app  # type: ignore[assignment]
        self._running = asyncio.get_running_loop()
        self._must_signal_resume = False
        self._auto_restart = True

    def start_application_mode(self) -> None:
        """Note that the terminal would be taken a second time."""
        cast("HaltedApp", self._massctl).done.append("taken again")


async def test_F42_a_session_is_stopped_and_not_suspended() -> None:
    app = HaltedApp(has_session=True)
    HaltedDriver(app)._sigtstp_application()
    assert app.done == ["stopped by SIGTSTP"]


async def test_F42_a_device_that_is_measured_is_stopped_and_the_process_not_suspended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = HaltedApp(has_session=False)
    monkeypatch.setattr(LinuxDriver, "_sigtstp_application", lambda *_: app.done.append("suspended"))
    app.measurement = app
    HaltedDriver(app)._sigtstp_application()
    assert app.done == ["measurement stopped"]


async def test_behind_a_halt_of_the_process_the_terminal_is_drawn_anew_and_not_taken_a_second_time() -> None:
    app = HaltedApp(has_session=True)
    HaltedDriver(app)._sigcont_application()
    await asyncio.sleep(0)
    assert app.done == ["drawn anew"], "a second thread would read the half of the keys"


async def test_behind_a_suspension_the_terminal_is_taken_again() -> None:
    app = HaltedApp(has_session=False)
    driver = HaltedDriver(app)
    driver._must_signal_resume = True
    driver._sigcont_application()
    assert app.done == ["taken again"]


async def test_the_bar_beside_a_long_summary_covers_no_figure() -> None:
    async with dashboard(free_run()) as person:
        await person.starts()
        await resize(person, 80, 9)
        await person.type("q")
        await person.sees("Ended by you.")
        await person.type("pagedown")
        await person.sees("Dose  In band", "Discomfort")


def test_F54_over_a_motor_that_runs_on_the_end_asks_for_one_key_and_offers_no_going_on() -> None:
    view = DashboardView()
    last = phase(Phase.STOPPED, asks.END_NOT_CONFIRMED)
    unseen = stop_seen(is_confirmed=False, seen_by=SeenBy.NOTHING)
    for event in (step(), trip("F54"), phase(Phase.STOPPED), unseen, phase(Phase.DONE), last):
        view.see(event)
    text = "\n".join("".join(span.text for span in row) for row in stopped_lines(view, 76, 20))
    assert "NOT CONFIRMED: lift it off and press its own button" in text
    assert "Press l when it is off" in " ".join(text.split())
    assert "to go on" not in text


async def test_F42_the_letter_that_stops_does_so_above_the_point_that_is_looked_for() -> None:
    async with dashboard(free_run()) as person:
        await person.starts()
        await person.type("space")
        await person.sees("PAUSED")
        await person.type("f")
        await person.sees("found it", "Esc STOP")
        await person.type("x")
        await person.sees("[F42]", "Motor off")


async def test_a_pedal_is_learnt_by_treading_on_it_and_given_a_meaning() -> None:
    async with dashboard() as person:
        await person.sees("Desk shoulders")
        person.app.action_pedal()
        await person.sees("Pedals and buttons", "timer button", "timer pedal twice")
        await person.type("end", "enter")
        await person.sees("Press the pedal now")
        await person.type("x")
        await person.sees("always stops")
        await person.type("f13")
        await person.sees("What shall 'f13' mean?")
        await person.type("enter")
        await person.sees("key f13: one button for all")
        assert load_settings().pedal == {"f13": "tread"}
        await person.type("escape")
        await person.until(lambda: not isinstance(person.app.screen, ModalScreen))


async def test_a_voice_that_this_machine_lacks_is_said_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sounds, "found", lambda _: None)
    change_settings(cues=CueStyle.SPEECH)
    async with dashboard(free_run()) as person:
        await person.sees("No program that speaks", "rings instead")


async def test_what_was_to_be_drawn_on_a_session_that_was_left_is_not_drawn() -> None:
    async with dashboard(free_run()) as person:
        await person.starts()
        left = person.app.shown
        assert left is not None
        await person.type("q")
        await person.sees("Ended by you.")
        left._refit()
        assert left.is_gone
        summary = person.app.screen
        assert isinstance(summary, SummaryScreen)
        await person.type("enter")
        await person.until(lambda: person.app.screen is not summary)
        summary._show()


def test_F35_a_sensor_that_is_believed_no_more_shows_no_push() -> None:
    view = DashboardView()
    view.see(step())
    view.see(tick(force_n=20.0))
    view.hear(force(1.0, 20.0))
    assert view.force_n == 20.0
    view.see(tick(force_n=None, cue=None))
    view.hear(force(2.0, 20.0))
    assert view.force_n is None
    assert "20" not in "".join(span.text for span in gauge_lines(view, 76)[0])
    view.see(tick(force_n=18.0))
    view.hear(force(3.0, 18.0))
    assert view.force_n == 18.0


def test_what_is_no_number_is_no_push_and_breaks_no_chart() -> None:
    view = DashboardView()
    view.see(step())
    view.see(tick(force_n=20.0))
    view.hear(force(1.0, 20.0))
    view.hear(force(1.1, math.nan))
    view.hear(motor(1.1, math.nan))
    assert view.force_n is None
    assert "nan" not in "".join(span.text for span in gauge_lines(view, 76)[0])
    for trace in (view.force, view.speed):
        assert len(braille(trace.columns(40), 30.0, 4)) == 4
