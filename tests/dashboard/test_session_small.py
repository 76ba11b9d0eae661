"""A session in a terminal with little room, and at its very beginning: what counts is never pushed out."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from massctl.app.request import RunRequest
from massctl.dashboard.app import MassctlApp
from massctl.dashboard.lines import Line, width_of
from massctl.dashboard.session import SessionScreen
from massctl.dashboard.view import DashboardView
from massctl.dashboard.widgets.brief import brief_lines
from massctl.dashboard.widgets.key_list import key_lines
from massctl.dashboard.widgets.opening import opening_lines
from massctl.dashboard.widgets.readings import reading_lines
from massctl.dashboard.widgets.stopped import stopped_lines
from massctl.faces.motor import motor_state
from massctl.faces.now import FOOTERS, keys_that_fit
from massctl.faces.words import headline
from massctl.session import asks
from massctl.session.events import CueKind, Phase
from tests.dashboard.driving import opened, text_of
from tests.dashboard.events_of import at_work, force, phase, started, step, stop_seen, stopped, tick, trip
from tests.dashboard.test_session_shots import MOMENTS, show

TINY = (38, 8)
"""The body of a terminal of 40×10."""


def text(rows: Sequence[Line]) -> str:
    return "\n".join("".join(span.text for span in row) for row in rows)


def test_the_brief_session_tells_motor_place_side_time_push_cue_discomfort_and_what_to_do() -> None:
    view = at_work(12.0, CueKind.PRESS_HARDER, point_name="Wrist and finger extensors (ECRB, ED)", mode="sweep")
    shown = text(brief_lines(view, *TINY))
    for words in (
        "RUNNING",
        "motor runs: 1,790/min",
        "… left",
        "1:18",
        "PRESS HARDER",
        "12.0 N of 20–30 N",
        "Glide",
        "press 0–9",
    ):
        assert words in shown


def test_a_brief_pin_marks_its_waiting_clock() -> None:
    assert "‖ 1:18" in text(brief_lines(at_work(5.0), *TINY))


def test_the_brief_session_keeps_a_warning_that_must_stay() -> None:
    view = at_work()
    view.see(started(standing_warnings=("massctl cannot stop this massager: only its own switch can. [F42]",)))
    view.see(phase(Phase.WORKING, "How strong is it, 0–10? Press r when it feels softer. And on, and on, and on."))
    assert "! massctl cannot stop this massager" in text(brief_lines(view, *TINY))


def test_the_brief_session_tells_what_to_take_care_of_before_a_start_and_the_pose_where_there_is_room() -> None:
    view = DashboardView()
    for event in (
        started(),
        step(),
        phase(Phase.WAITING, "Place the head on GMAX left, then press Enter: the motor starts softly."),
    ):
        view.see(event)
    assert "! off the sit bone" in text(brief_lines(view, *TINY))
    working = at_work(mode="sweep")
    working.see(trip("F20", "Discomfort 7: slowed down."))
    assert "[F20] Discomfort 7" in text(brief_lines(working, *TINY))
    roomy = text(brief_lines(at_work(), 58, 20))
    assert "! off the sit bone" in roomy
    assert "Lie on your side" in roomy


@pytest.mark.parametrize("size", [TINY, (38, 22), (58, 13), (76, 16)])
@pytest.mark.parametrize(
    "state", [DashboardView, at_work, lambda: at_work(None, None, speed_ppm=None, force_band_n=None)]
)
def test_the_brief_session_fits_its_terminal(size: tuple[int, int], state: type[DashboardView]) -> None:
    rows = brief_lines(state(), *size)
    assert len(rows) == size[1]
    assert max(map(width_of, rows)) <= size[0]


@pytest.mark.parametrize("is_confirmed", [True, False])
def test_a_stop_in_a_tiny_terminal_keeps_motor_and_reset(*, is_confirmed: bool) -> None:
    view = stopped(is_confirmed=is_confirmed)
    view.session.notes.clear()
    shown = text(stopped_lines(view, *TINY))
    said = "confirmed in 400 ms" if is_confirmed else "press its own button"
    for words in ("STOPPED" if is_confirmed else "LIFT OFF", "[F10] Far too much push.", said, "press  l", "press  c"):
        assert words in shown


def test_a_long_reason_pushes_nothing_out() -> None:
    view = stopped(is_confirmed=False)
    view.see(phase(Phase.WAITING))
    for event in (phase(Phase.STOPPED), stop_seen(is_confirmed=False)):
        view.see(event)
    assert view.session.stop is not None
    shown = text(stopped_lines(view, 38, 7))
    assert "press  l" in shown
    assert "press  c" in shown
    assert "NOT CONFIRMED" in shown


@pytest.mark.parametrize("width", [25, 31, 50, 72, 120])
def test_a_key_line_keeps_the_stop_key_and_whole_keys_at_any_width(width: int) -> None:
    for words in FOOTERS.values():
        kept = keys_that_fit(words, width)
        assert len(kept) <= width
        assert set(kept.split(" · ")) <= set(words.split(" · "))
        assert ("Esc STOP" in kept) == ("Esc STOP" in words)
    assert keys_that_fit(FOOTERS[Phase.STOPPED], 31).startswith("l lifted off · then c")


def test_a_name_that_is_too_long_keeps_its_side() -> None:
    assert headline("Flexor digitorum superficialis", "R", "pin", 20) == "Flexor digito… right"
    assert headline("Gluteus maximus", "L", "pin", 40) == "Gluteus maximus left"


@pytest.mark.parametrize(
    ("told", "words", "runs"),
    [
        (tick(), "runs: 1,790/min", True),
        (tick(speed_measured_ppm=None), "on: 1,800/min set", True),
        (tick(speed_measured_ppm=0.0), "starts", True),
        (tick(speed_set_ppm=0), "still turns: 1,790/min", True),
        (tick(speed_set_ppm=0, speed_measured_ppm=0.4), "OFF", False),
        (tick(speed_set_ppm=0, speed_measured_ppm=None), "OFF", False),
    ],
)
def test_what_was_measured_says_whether_the_motor_runs(told: object, words: str, *, runs: bool) -> None:
    view = at_work()
    view.session.tick = told  # type: ignore[assignment]
    assert motor_state(view.session) == (words, runs)


def test_no_motor_is_called_off_that_only_its_person_can_switch_or_that_is_not_there() -> None:
    assert motor_state(at_work(is_switched_by_hand=True).session).words == "by your switch"
    view = at_work()
    view.see(started(devices={"timer": "relay"}))
    assert motor_state(view.session).words == ""
    assert motor_state(DashboardView().session).words == ""


def test_before_a_start_the_readings_say_that_the_motor_is_off() -> None:
    view = DashboardView()
    for event in (
        started(),
        step(),
        phase(Phase.WAITING),
        tick(phase=Phase.WAITING, speed_set_ppm=0, speed_measured_ppm=0.0),
    ):
        view.see(event)
    assert "OFF · 1,800 strokes/min planned" in text(reading_lines(view))


# --- the beginning -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ask", "badge", "words"),
    [
        (asks.AIR, "READY", ("Hold the massager in the air", "Then: how strong", "step 1 of 5", "it shows 0.3 N")),
        (f"The force sensor drifts. {asks.AIR}", "READY", ("Hold the massager in the air",)),
        (asks.AIR_STILL, "ZEROING", ("Setting the force sensor", "Keep holding it still", "about four seconds")),
        (asks.CONSENT, "READY", ("one hand on the massager's own switch",)),
    ],
)
def test_the_beginning_says_what_happens_what_to_do_and_what_comes_next(
    ask: str, badge: str, words: tuple[str, ...]
) -> None:
    view = DashboardView()
    waits = Phase.RESTING if ask == asks.AIR_STILL else Phase.WAITING
    for event in (started(), phase(waits, ask)):
        view.see(event)
    view.hear(force(1.0, 0.3))
    shown = text(opening_lines(view, 76, 12))
    assert all(word in shown for word in words)
    assert view.session.badge == badge
    assert words[0].split(" ")[0] in text(brief_lines(view, *TINY))


def test_what_was_done_before_the_first_question_is_ticked_off() -> None:
    view = DashboardView()
    for event in (started(), phase(Phase.RESTING, asks.AIR_STILL), phase(Phase.RATING, asks.START_RATING)):
        view.see(event)
    assert "✓ The force sensor is set to zero" in text(opening_lines(view, 76, 12))
    assert "Then: how strong" not in text(opening_lines(view, 76, 12))


def test_the_list_of_keys_shows_the_devices_and_what_a_low_terminal_has_room_for() -> None:
    shown = text(key_lines(at_work(), 78, 21))
    for words in ("find the point", "change the head", "battery  86 %", "motor  31 °C", "lease 0.8 s", "massager"):
        assert words in shown
    low = key_lines(at_work(), *TINY)
    assert len(low) == TINY[1]
    assert "EMERG" in text(low)


async def test_the_screen_tells_what_counts_at_any_size() -> None:
    app = MassctlApp(is_simulated=True)
    async with opened(app, (40, 10)) as person:
        screen = SessionScreen(RunRequest(program="tennis-elbow", is_simulated=True))
        await app.push_screen(screen)
        await person.pilot.pause()
        await show(screen, MOMENTS["at-work"]())
        for size in ((40, 10), (80, 20), (200, 50), (50, 28)):
            await person.pilot.resize_terminal(*size)
            await person.pilot.pause()
            shown = text_of(app)
            words = ("RUNNING", "1,67", "6–12 N", "● GOOD", "Esc STOP", "press 0–9", "! not on bone")
            assert [word for word in words if word not in shown] == [], size
