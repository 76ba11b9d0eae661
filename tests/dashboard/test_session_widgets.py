"""The words and figures of the session screen, without a terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from massctl.app.settings import Units
from massctl.dashboard.lines import Line, bar, cut, ends, line, width_of, wrapped
from massctl.dashboard.view import DashboardView
from massctl.dashboard.widgets.ask import ask_lines
from massctl.dashboard.widgets.clock import clock_lines
from massctl.dashboard.widgets.discomfort import discomfort_lines
from massctl.dashboard.widgets.gauge import gauge_lines, large_lines
from massctl.dashboard.widgets.key_list import key_lines
from massctl.dashboard.widgets.links import link_line, link_lines
from massctl.dashboard.widgets.notes import note_lines
from massctl.dashboard.widgets.outcome import outcome_lines
from massctl.dashboard.widgets.place import place_lines
from massctl.dashboard.widgets.progress import progress_line
from massctl.dashboard.widgets.readings import reading_lines
from massctl.dashboard.widgets.stopped import stopped_lines
from massctl.dashboard.widgets.timeline import timeline_line, timeline_lines
from massctl.faces.words import KEYS
from massctl.rules import Level
from massctl.session import asks
from massctl.session.events import (
    CueKind,
    DiscomfortRated,
    Intervention,
    Phase,
    Pressed,
    SeenBy,
    SessionEnded,
    StepEnded,
)
from tests.cli.sessions import scan_point
from tests.dashboard.events_of import (
    at_work,
    force,
    phase,
    scan_step,
    started,
    step,
    stop_seen,
    stopped,
    tick,
    trip,
)


def text(rows: Sequence[Line]) -> str:
    return "\n".join("".join(span.text for span in row) for row in rows)


def tones(rows: Sequence[Line]) -> set[str]:
    return {span.tone for row in rows for span in row}


# --- force -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cue", "word"),
    [
        (CueKind.PRESS_HARDER, "PRESS HARDER"),
        (CueKind.GOOD, "GOOD"),
        (CueKind.STAY_GENTLE, "STAY GENTLE"),
        (CueKind.EASE_OFF, "EASE OFF"),
        (CueKind.LIFT_OFF, "LIFT OFF"),
    ],
)
def test_the_gauge_says_what_to_do_in_words(cue: CueKind, word: str) -> None:
    view = at_work(12.0, cue)
    assert word in text(gauge_lines(view, 78))
    assert word.replace("", " ").strip()[:9] in text(large_lines(view, 78))


@pytest.mark.parametrize("cue", [cue for cue in CueKind if cue is not CueKind.ANSWER])
@pytest.mark.parametrize("width", [76, 118])
def test_where_there_is_room_the_cue_is_drawn_in_large_letters(cue: CueKind, width: int) -> None:
    rows = large_lines(at_work(12.0, cue), width, 18)
    assert len(rows) == 18
    assert max(map(width_of, rows)) <= width
    assert text(rows).count("██") > 20
    assert "12.0 N  of 20–30 N" in text(rows)


def test_the_gauge_shows_push_and_band_with_their_units() -> None:
    shown = text(gauge_lines(at_work(12.3), 78))
    assert "12.3 N" in shown
    assert "20–30 N" in shown


@pytest.mark.parametrize(
    ("units", "reading", "band"),
    [(Units.KPA, "25 kPa", "40–60 kPa"), (Units.KG_CM2, "0.25 kg/cm²", "0.41–0.61 kg/cm²")],
)
def test_the_gauge_obeys_the_units_of_the_person(units: Units, reading: str, band: str) -> None:
    view = at_work(12.3, contact_area_cm2=5.0, units=units)
    assert reading in text(gauge_lines(view, 78))
    assert band in text(gauge_lines(view, 78))
    assert f"{reading}  of {band}" in text(large_lines(view, 78))
    assert " N" not in text([*gauge_lines(view, 78), *large_lines(view, 78)])


def test_a_tip_that_is_not_known_leaves_newtons_and_says_why_once() -> None:
    view = at_work(12.3, units=Units.KPA)
    assert "12.3 N" in text(gauge_lines(view, 78))
    assert text(note_lines(view, 78, 8)).count("contact area of this tip is not known") == 1
    view.see(step(number=3))
    assert text(note_lines(view, 78, 8)).count("contact area of this tip is not known") == 1


def test_the_gauge_shows_the_band_of_now_that_discomfort_has_narrowed() -> None:
    view = at_work(16.0)
    view.see(tick(force_n=16.0, force_band_n=(15.0, 22.5)))
    assert "15–22.5 N" in text(gauge_lines(view, 78))
    assert not view.clock_waits


def test_a_push_that_is_not_known_is_a_dash_and_never_a_nought() -> None:
    shown = text(gauge_lines(at_work(None, None), 78))
    assert "– N" in shown
    assert "0.0" not in shown


def test_figures_keep_their_place() -> None:
    places = {text(gauge_lines(at_work(push_n), 78)).index(" N ") for push_n in (0.0, 9.9, 10.0, 99.9, 250.0)}
    assert len(places) == 1


def test_a_tool_without_a_force_band_gets_its_pressure() -> None:
    view = at_work(None, None, force_band_n=None, speed_ppm=None, pressure_band_kg_cm2=(1.5, 2.5), tool="ball")
    assert "aim at 1.5–2.5 kg/cm²" in text(gauge_lines(view, 78))
    view.session.units = Units.KPA
    assert "aim at 147–245 kPa" in text(gauge_lines(view, 78))


# --- time --------------------------------------------------------------------------------------------------------------------


def test_the_time_left_stands_in_large_figures_with_what_it_counts() -> None:
    rows = clock_lines(at_work(25.0), 36)
    assert len(rows) == 6
    assert "█" in text(rows[:5])
    assert "left of 1:30 in the band" in text(rows)


def test_a_waiting_clock_says_so_in_words_and_looks_different() -> None:
    waiting, running = clock_lines(at_work(5.0), 36), clock_lines(at_work(25.0), 36)
    assert "waits for the band" in text(waiting)
    assert tones(waiting) != tones(running)
    assert "the clock waits" in text(reading_lines(at_work(5.0)))


def test_f20_a_clock_that_waits_calls_for_no_more_push_where_gentle_is_right() -> None:
    view = at_work(5.0, CueKind.STAY_GENTLE)
    assert "below the band: that is fine" in text(clock_lines(view, 36))
    assert "the clock waits" not in text(reading_lines(view))


def test_figures_twice_as_large_take_twice_the_lines() -> None:
    assert len(clock_lines(at_work(25.0), 76, 2)) == 11


def test_a_step_that_waits_for_an_answer_has_no_clock() -> None:
    assert text(clock_lines(at_work(None, None, mode="check"), 36)).strip() == ""


# --- what to do --------------------------------------------------------------------------------------------------------------


def test_what_is_asked_stands_beside_the_phase() -> None:
    view = DashboardView()
    for event in (started(), step(), phase(Phase.WAITING, "Place the head on Gluteus maximus left, then press Enter.")):
        view.see(event)
    shown = text(ask_lines(view, 78))
    assert "READY" in shown
    assert "then press Enter" in shown


def test_are_you_there_comes_before_everything_else() -> None:
    assert "Are you there?" in text(ask_lines(at_work(25.0, CueKind.ANSWER), 78))


def test_place_shows_point_side_how_pose_and_care() -> None:
    shown = text(place_lines(at_work(), 60))
    for words in ("Gluteus maximus left", "hold one spot", "ball head", "upper leg bent", "! off the sit bone"):
        assert words in shown


def test_next_is_told_in_one_line_and_the_steps_in_many() -> None:
    view = at_work()
    assert "Gluteus maximus right" in text(timeline_line(view, 60))
    view.see(_step_ended("time"))
    shown = text(timeline_lines(view, 38, 8))
    for words in ("full time", "▶ Gluteus maximus left", "next: Gluteus maximus right", "and 2 more"):
        assert words in shown


def _step_ended(outcome: str) -> StepEnded:
    return StepEnded(
        at_s=5.0,
        number=1,
        label="check",
        point=None,
        side=None,
        mode="check",
        tool="ui",
        outcome=outcome,
        work_s=0.0,
        contact_s=0.0,
        in_band_s=0.0,
        over_band_s=0.0,
        mean_force_n=None,
        mean_speed_ppm=None,
        discomfort_before=None,
        discomfort_after=None,
    )


def test_discomfort_shows_the_rating_the_ones_before_and_where_it_goes() -> None:
    view = at_work()
    for number, value in enumerate((6, 5, 3)):
        view.see(DiscomfortRated(at_s=20.0 + number, value=value))
    shown = text(discomfort_lines(view, 78))
    assert "●●●○○○○○○○" in shown
    assert " 3 of 10" in shown
    assert "6 → 5 → 3" in shown
    assert "falling" in shown


def test_devices_show_battery_temperature_lease_and_links() -> None:
    for shown in (text(link_line(at_work(), 78)), text(link_lines(at_work(), 7))):
        for words in ("massager", "sensor", "battery  86 %", "31 °C", "lease 0.8 s"):
            assert words in shown


@pytest.mark.parametrize("width", [40, 60, 76, 78, 200])
def test_a_figure_that_does_not_fit_its_line_is_left_out_whole(width: int) -> None:
    shown = text(link_line(at_work(), width))
    assert len(shown) <= max(width, 35)  # the links themselves
    assert ("lease" in shown) == ("lease 0.8 s" in shown) == (width >= 60)


@pytest.mark.parametrize(("width", "words"), [(35, "wrong? retype"), (78, "mistyped? type the right one now")])
def test_how_to_correct_a_rating_is_told_whole_at_any_width(width: int, words: str) -> None:
    view = at_work()
    view.see(DiscomfortRated(at_s=view.now_s, value=8))
    shown = text(discomfort_lines(view, width))
    assert words in shown
    assert "8 of 10" in shown
    assert len(shown) <= width


def test_the_lease_battery_and_temperature_stay_beside_four_devices_at_80_columns() -> None:
    view = at_work()
    view.see(started(devices=dict.fromkeys(("massager", "sensor", "timer", "heart"), "x")))
    view.see(tick(heart_rate_bpm=72, timer_remaining_s=1.9))
    shown = text(link_line(view, 78))
    for words in ("lease 0.8 s", "bat 86 %", "31 °C", "heart"):
        assert words in shown


def test_the_dose_of_a_sweep_tells_its_time_in_the_band() -> None:
    view = at_work(mode="sweep")
    view.see(tick(contact_s=30.0, in_band_s=29.0))
    assert "0:30 on the body, motor on · 0:29 in the band" in text(reading_lines(view))


def test_a_rating_that_can_still_be_corrected_is_shown_in_the_step_that_comes_then() -> None:
    view = DashboardView()
    for event in (started(), DiscomfortRated(at_s=9.0, value=8), step(), tick(at_s=10.0)):
        view.see(event)
    assert "8 of 10" in text(discomfort_lines(view, 78))
    view.see(tick(at_s=15.0))
    assert "8 of 10" not in text(discomfort_lines(view, 78))
    assert "not rated" in text(discomfort_lines(view, 78))


def test_a_heart_rate_is_shown_where_there_is_one() -> None:
    view = at_work()
    view.see(tick(heart_rate_bpm=72))
    assert "heart  72 /min" in text(link_lines(view, 7))


# --- what happened -----------------------------------------------------------------------------------------------------------


def test_an_intervention_is_told_with_its_rule_as_it_happens() -> None:
    view = at_work()
    view.see(Intervention(at_s=12.0, rule="F14", level=Level.BACKOFF, text="Slower: over the band for 3 s."))
    assert "[F14] Slower" in text(note_lines(view, 78, 2))


def test_a_warning_that_must_stay_stays_however_much_happens() -> None:
    view = DashboardView()
    warning = "If the link breaks this massager may go on running: keep a hand on its switch. [F34]"
    view.see(started(warnings=(warning,), standing_warnings=(warning,)))
    for number in range(20):
        view.see(Intervention(at_s=float(number), rule="F14", level=Level.WARN, text=f"note {number}"))
    for height in (2, 4, 9):
        shown = text(note_lines(view, 78, height))
        assert shown.count("may go on running") == 1
        assert "note 19" in shown


@pytest.mark.parametrize("width", [40, 78, 118])
def test_a_stop_fills_the_width_and_says_what_happened_and_how_to_go_on(width: int) -> None:
    rows = stopped_lines(stopped(is_confirmed=True), width, 22)
    assert len(rows) == 22
    shown = text(rows)
    for words in ("[F10] Far too much push.", "Motor off: confirmed in 400 ms", "Lift ", "then press  l ", " c "):
        assert words in shown
    full = [row for row in rows if any("on danger" in span.tone for span in row)]
    assert full
    assert all(width_of(row) == width for row in full)


def test_an_unconfirmed_stop_says_what_to_do_with_ones_hands() -> None:
    rows = stopped_lines(stopped(is_confirmed=False, seen_by=SeenBy.NOTHING), 78, 22)
    assert "NOT CONFIRMED: lift it off and press its own button" in text(rows)
    assert "bold blink on danger" in tones(rows)


def test_f54_the_large_word_for_a_motor_that_may_still_run_is_what_to_do() -> None:
    assert stopped(is_confirmed=False).session.stopped_word == "LIFT OFF"
    assert stopped(is_confirmed=False, seen_by=SeenBy.ACKNOWLEDGED).session.stopped_word == "STOPPED"
    assert stopped(is_confirmed=True).session.stopped_word == "STOPPED"
    assert "LIFT OFF" in text(stopped_lines(stopped(is_confirmed=False), 38, 8))


def test_while_the_motor_comes_and_goes_it_says_what_the_hands_do() -> None:
    view = at_work()
    view.see(phase(Phase.RAMPING))
    assert "comes to rest: hold still" in text(ask_lines(view, 78))
    view.see(phase(Phase.WAITING))
    view.see(phase(Phase.RAMPING))
    assert "comes up: hold the head lightly" in text(ask_lines(view, 78))


def test_an_acknowledgement_alone_is_not_called_confirmed() -> None:
    rows = stopped_lines(stopped(is_confirmed=False, seen_by=SeenBy.ACKNOWLEDGED), 78, 22)
    assert "by the device's word only" in text(rows)
    assert "bold on good" not in tones(rows)


def test_until_a_stop_is_seen_it_is_called_unconfirmed() -> None:
    assert "waiting for confirmation" in text(stopped_lines(stopped(), 78, 22))


def test_the_second_step_of_the_reset_lights_up_after_the_first() -> None:
    view = stopped(is_confirmed=True)
    before = stopped_lines(view, 78, 22)
    view.see(Pressed(at_s=12.0, key="release", origin="keyboard"))
    assert stopped_lines(view, 78, 22) == before, "a key may come too soon: the session has not taken it"
    view.see(phase(Phase.STOPPED, asks.RELEASED, at_s=12.0))
    after = stopped_lines(view, 78, 22)
    assert "✓  Lift the tool" in text(after)
    assert "✓" not in text(before)


def test_every_key_is_listed_and_after_a_stop_those_that_do_something() -> None:
    shown = text(key_lines(at_work(), 78, 20))
    assert all(words in shown for _, _, words in KEYS)
    assert "faster" not in text(key_lines(stopped(), 78, 20))


def test_the_list_of_keys_does_not_hide_whether_it_runs() -> None:
    assert "RUNNING" in text(key_lines(at_work(), 78, 20))
    assert "STOPPED" in text(key_lines(stopped(), 78, 20))


def test_the_summary_says_what_ended_it_what_was_done_and_what_now() -> None:
    view = stopped(is_confirmed=False, seen_by=SeenBy.NOTHING)
    view.see(Pressed(at_s=12.0, key="dizzy", origin="keyboard"))
    view.see(
        SessionEnded(
            at_s=60.0,
            session_id="abc",
            program="desk-shoulders",
            is_simulated=True,
            ended_by="safety",
            reason="You felt dizzy.",
            rule="F22",
            duration_s=60.0,
            percussion_s=20.0,
            steps_done=1,
            steps=5,
            points=(),
            interventions=({"rule": "F10", "text": "Far too much push.", "at_s": 11.0},),
            discomfort_before=6,
            discomfort_after=3,
        )
    )
    shown = text(outcome_lines(view, 76))
    for words in ("[F22] You felt dizzy.", "1 of 5 steps in 1:00", "less", "NOT CONFIRMED", "what now", "[F10]"):
        assert words in shown


# --- all of them -------------------------------------------------------------------------------------------------------------

DRAWN: tuple[Callable[[DashboardView, int], Sequence[Line]], ...] = (
    place_lines,
    ask_lines,
    gauge_lines,
    large_lines,
    progress_line,
    timeline_line,
    lambda view, width: timeline_lines(view, width, 8),
    lambda view, width: note_lines(view, width, 5),
    lambda view, width: stopped_lines(view, width, 22),
    lambda view, width: key_lines(view, width, 20),
)


@pytest.mark.parametrize("width", [60, 78, 96, 118])
@pytest.mark.parametrize("drawn", DRAWN)
@pytest.mark.parametrize("state", [DashboardView, at_work, lambda: at_work(None, None), stopped])
def test_nothing_is_wider_than_its_place(
    drawn: Callable[[DashboardView, int], Sequence[Line]], width: int, state: Callable[[], DashboardView]
) -> None:
    view = state()
    view.see(trip(text="A very long reason, " * 20))
    view.see(stop_seen())
    assert all(width_of(row) <= width for row in drawn(view, width))


def test_lines_are_joined_cut_and_filled_by_cells() -> None:
    assert text([ends(line("left"), line("right"), 20)]) == "left" + " " * 11 + "right"
    assert text([cut(line("abcdef", ("ghi", "bold")), 6)]) == "abcde…"
    assert width_of(bar("stopped", 30, "on danger")) == 30
    assert text(wrapped("one two three four", 9, 2)) == "one two\nthree …"


# --- a scan ------------------------------------------------------------------------------------------------------------------


def scanning(**changes: Any) -> DashboardView:
    """Return a session that asks for the rating of a point of a scan."""
    view = DashboardView()
    for event in (
        started(),
        scan_step(),
        scan_point(**changes),
        phase(Phase.RATING, "Infraspinatus right, 7 of 14: press."),
    ):
        view.see(event)
    return view


@pytest.mark.parametrize("height", [6, 10])
def test_a_scan_shows_the_point_at_hand_with_its_side_landmark_and_pose(height: int) -> None:
    said = text(place_lines(scanning(), 44, height))
    for words in (
        "Infraspinatus right",
        "INFRA · find the tender points · ball",
        "below its spine",
        "Arm across the chest",
    ):
        assert words in said
    assert "! off the spine" in said


def test_the_steps_of_a_scan_stay_the_plans() -> None:
    rows = text(timeline_lines(scanning(), 35, 6))
    assert "▶ Find the tender points" in rows
    assert "next: The plan" in rows


def test_a_scan_whose_push_is_measured_has_its_band_and_its_cue_in_the_gauge() -> None:
    view = scanning(contact_area_cm2=1.0)
    view.see(tick(phase=Phase.RATING, clock_s=0.0, force_n=12.0, force_band_n=(16.7, 22.6), cue=CueKind.PRESS_HARDER))
    view.hear(force(4.0, 12.0))
    said = text(gauge_lines(view, 78))
    assert "PRESS HARDER" in said
    assert "16.7–22.6 N" in said
    assert "aim at 1.5–2.5 kg/cm²" in text(gauge_lines(scanning(), 78)), "without a gauge it is told, not measured"


def test_a_rating_of_one_point_of_a_scan_is_no_start_for_the_next() -> None:
    view = scanning()
    view.see(DiscomfortRated(at_s=5.0, value=6, point="INFRA", side="R"))
    view.see(scan_point(number=8, label="Rhomboids left", at_s=5.0))
    view.see(tick(at_s=6.0, phase=Phase.RATING))
    assert view.session.discomfort is None
    assert view.here == []
    assert "not rated" in text(discomfort_lines(view, 78))
    assert "mistyped" not in text(discomfort_lines(view, 78))


def test_a_name_that_is_too_long_for_the_timeline_keeps_its_side() -> None:
    view = DashboardView()
    label = "Splenius capitis / cervicis right"
    view.see(replace(_step_ended("time"), label=label))
    view.see(step(label=label, number=12, of=14))
    for row in text(timeline_lines(view, 35, 6)).splitlines()[:2]:
        assert "right" in row
        assert len(row) <= 35
