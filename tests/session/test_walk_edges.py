"""Seldom ways through a walk: keys with nothing to act on, points that are over, stops, pains and lost links that break into it."""

from __future__ import annotations

import math

import pytest

from massctl.body.terms import End, Mode, Side, Tool
from massctl.devices.capabilities import HeartReading
from massctl.rules import Level
from massctl.session.commands import Key, Press
from massctl.session.core import ABANDONED_S
from massctl.session.events import DiscomfortRated, Phase, PhaseChanged, ScanPoint, StepEnded
from tests.rules.scenes import at_work, off
from tests.session.paper import PaperSession
from tests.session.stage import manual, percussion, plan, question

# ---------------------------------------------------------------- keys with nothing to act on, and questions


def test_a_rating_without_a_value_is_none() -> None:
    session = at_work()
    session.press(Key.DISCOMFORT)
    assert not [event for event in session.events if isinstance(event, DiscomfortRated)]


def test_a_scans_candidate_without_a_point_is_asked_and_told_as_no_point() -> None:
    candidates = (question(), manual("RHOM", tool=Tool.HAND))
    session = PaperSession(plan(question(Mode.SCAN, End.ALL_RATED, candidates=candidates)))
    session.press(Key.GO_ON)
    asked = session.events[-1]
    assert isinstance(asked, PhaseChanged)
    assert "1 of 2: press firmly" in asked.ask
    session.press(Key.DISCOMFORT, 4)
    scan = session.core.conductor.scan
    assert scan is not None
    assert (scan.at, scan.ratings) == (0, {}), "it came too soon to count"
    assert not [event for event in session.events if isinstance(event, ScanPoint)]
    session.press(Key.GO_ON)
    assert [event.point for event in session.events if isinstance(event, ScanPoint)] == ["RHOM"]


def test_a_step_without_a_manual_tool_is_not_swapped() -> None:
    session = at_work(question(Mode.MOVE, End.DONE), question())
    session.press(Key.SWAP)
    assert session.core.conductor.index == 0
    assert session.phase is Phase.WORKING


def test_a_measurement_keeps_the_push_of_the_moment_of_first_pain() -> None:
    step = manual(
        mode=Mode.RAMP, tool=Tool.ALGOMETER, end=End.FIRST_PAIN, pressure_band_kg_cm2=(1.0, 2.0), head_area_cm2=1.0
    )
    session = at_work(step)
    session.push_n = 23.0
    session.run(1.0)
    session.press(Key.GO_ON)
    (ended,) = [event for event in session.events if isinstance(event, StepEnded)]
    assert ended.mean_force_n == pytest.approx(23.0, abs=0.01)


def test_a_step_that_only_asks_for_a_rating_waits_for_it() -> None:
    session = PaperSession(plan(question(Mode.RATE, End.DONE), percussion()))
    session.core.flush()
    session.press(Key.GO_ON)
    assert session.phase is Phase.RATING
    session.press(Key.DISCOMFORT, 3)
    session.run(1.0)
    assert session.core.conductor.index == 1


def test_a_reset_in_the_midst_of_a_question_goes_on_behind_it() -> None:
    session = PaperSession(plan(question(Mode.RATE, End.DONE), percussion()))
    session.core.flush()
    session.press(Key.GO_ON)
    session.press(Key.STOP)
    session.reset()
    assert session.core.conductor.index == 1
    assert session.phase is Phase.WAITING


def test_an_end_that_is_decided_is_not_decided_again() -> None:
    session = at_work()
    session.press(Key.TRIM)
    session.core.conductor.end(session.now_s, "time")
    session.run(3.0)
    (ended,) = [event for event in session.events if isinstance(event, StepEnded)]
    assert ended.outcome == "trimmed"


def test_a_report_of_another_kind_is_left_alone() -> None:
    session = at_work()
    session.take(HeartReading(session.now_s, 70))
    assert session.core.bug is None
    assert session.phase is Phase.WORKING


def test_a_session_that_nobody_touches_for_half_an_hour_ends() -> None:
    session = at_work(percussion(), percussion(side=Side.RIGHT))
    session.press(Key.SKIP)
    session.run(2.0)
    session.core.last_press_s -= ABANDONED_S
    session.run(0.1)
    assert session.core.end is not None
    assert session.core.end.ended_by == "interrupted"


# ---------------------------------------------------------------- points that are over, pains and ratings


def test_F22_a_point_that_was_ended_while_it_waited_starts_by_no_press_and_is_passed_over() -> None:
    session = PaperSession(plan(percussion(), percussion("GMAX", speed_ppm=1700)))
    session.core.flush()
    session.until(lambda: session.phase is Phase.WAITING)
    session.run(1.0)
    session.core.snapshot.close_point(both_sides=False)
    session.press(Key.GO_ON)
    assert off(session)
    assert session.core.conductor.step.label.startswith("Gluteus maximus")


def test_F22_a_point_that_was_ended_in_its_rest_is_passed_over() -> None:
    session = at_work(
        percussion(mode=Mode.PIN, passes=2), percussion(mode=Mode.PIN, pass_number=2, passes=2), percussion("GMAX")
    )
    session.press(Key.SKIP)
    assert session.phase is Phase.RESTING
    session.core.snapshot.close_point(both_sides=False)
    session.until(lambda: session.phase is Phase.WAITING)
    assert session.core.conductor.step.label.startswith("Gluteus maximus")


def test_F20_a_pause_of_a_rule_in_a_soft_stop_takes_the_motor_off_and_the_step_is_over() -> None:
    session = at_work(percussion(), percussion("GMAX", speed_ppm=1700))
    session.run(6.0)
    session.press(Key.TRIM)
    session.press(Key.DISCOMFORT, 8)
    assert off(session)
    (ended,) = [event for event in session.events if isinstance(event, StepEnded)]
    assert ended.outcome == "trimmed"


def test_F20_a_high_rating_beside_a_manual_tool_has_no_speed_to_lower() -> None:
    session = at_work(manual(maximum_s=90.0))
    session.run(6.0)
    session.press(Key.DISCOMFORT, 7)
    assert session.by("F20")[-1].level is Level.BACKOFF
    assert session.core.supervisor.force_factor == 0.75


def test_F22_a_sharp_pain_with_the_motor_off_makes_the_next_try_gentle() -> None:
    session = at_work()
    session.press(Key.PAUSE)
    session.run(1.0)
    session.press(Key.SHARP)
    assert session.by("F22")[-1].level is Level.BACKOFF
    session.work()
    session.run(3.0)
    assert session.paper.speed_ppm == 1200


def test_F22_a_second_sharp_pain_behind_a_latched_stop_ends_the_point_too() -> None:
    session = at_work(percussion(), percussion("GMAX", speed_ppm=1700))
    session.press(Key.STOP)
    for _ in range(2):
        session.press(Key.SHARP)
        session.beat()
    assert ("UTRAP", Side.LEFT) in session.core.snapshot.closed
    session.reset()
    assert session.core.conductor.step.label.startswith("Gluteus maximus")


def test_F22_a_symptom_pressed_while_a_link_is_sought_counts_once_it_is_back() -> None:
    session = at_work(percussion(), percussion("GMAX", speed_ppm=1700))
    session.lose("massager")
    session.core.is_live = False
    session.press(Key.NUMB)
    assert session.by("F22") == []
    session.core.is_live = True
    session.relink()
    session.run(1.0)
    assert session.by("F22")[-1].level is Level.STOP
    session.reset()
    assert session.core.conductor.step.label.startswith("Gluteus maximus")


# ---------------------------------------------------------------- faults and lost links


def test_F17_a_speed_that_no_limit_leaves_stops_instead_of_running_faster() -> None:
    session = at_work()
    session.core.supervisor._left.ceiling_ppm = 100
    session.beat()
    assert session.by("F17")[-1].text == "The device has no speed that is slow enough here."
    assert off(session)


def test_F33_a_fault_of_this_program_behind_a_key_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    session = at_work()
    monkeypatch.setattr(session.core.conductor, "pause", lambda _: 1 / 0)
    session.core.press(Press(Key.PAUSE))
    assert isinstance(session.core.bug, ZeroDivisionError)
    assert off(session)
    assert session.by("F33")[-1].level is Level.STOP


def test_F38_a_motor_that_never_turned_is_asked_about_its_charger() -> None:
    session = PaperSession(plan(percussion()))
    session.stuck_until_s = math.inf
    for _ in range(200):
        if session.phase in {Phase.WAITING, Phase.RATING}:
            session.press(Key.GO_ON)
        session.beat()
        if session.by("F38"):
            break
    assert "does not move" in session.by("F38")[-1].text
    assert off(session)


def lost_and_back(session: PaperSession) -> None:
    session.lose("massager")
    assert session.phase is Phase.RECONNECTING
    session.relink()


def test_F34_a_link_that_was_lost_while_it_waited_goes_on_waiting() -> None:
    session = at_work(percussion(), percussion(side=Side.RIGHT))
    session.press(Key.SKIP)
    session.run(2.0)
    lost_and_back(session)
    assert session.phase is Phase.WAITING
    assert session.core.conductor.index == 1


def test_F34_a_link_that_was_lost_in_a_soft_stop_leaves_the_step_as_it_ended() -> None:
    session = at_work(percussion(), percussion(side=Side.RIGHT))
    session.press(Key.TRIM)
    lost_and_back(session)
    assert session.core.conductor.index == 1
    (ended,) = [event for event in session.events if isinstance(event, StepEnded)]
    assert ended.outcome == "trimmed"
