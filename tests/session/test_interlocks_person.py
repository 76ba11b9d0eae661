"""F20, F21, F22, F23: what the person says, and silence."""

from __future__ import annotations

import pytest

from massctl.body.terms import End, Mode
from massctl.rules import Level
from massctl.session.commands import Key
from massctl.session.events import Phase
from massctl.session.interlocks import Ends, Finding
from massctl.session.interlocks.person import Discomfort, NotResponding, Silence, Symptom
from massctl.session.snapshot import Snapshot
from tests.session.stage import facts, manual, percussion, question, running, snapshot


def rated(rule: Discomfort | NotResponding, state: Snapshot, value: int, now_s: float) -> Finding | None:
    state.feelings.rate(value, now_s)
    return rule.check(now_s, state)


def test_f20_a_rating_of_6_is_the_target_and_7_slows_and_asks_for_less_force() -> None:
    state, rule = running(), Discomfort()
    assert rated(rule, state, 6, 0.0) is None
    finding = rated(rule, state, 7, 10.0)
    assert finding is not None
    assert (finding.rule, finding.level, finding.factor, finding.force_factor) == ("F20", Level.BACKOFF, 0.8, 0.75)
    assert rule.check(10.1, state) is None


def test_f20_a_rating_of_8_pauses_and_resumes_gentler_and_the_third_stops() -> None:
    state, rule = running(), Discomfort()
    levels = []
    for number in range(3):
        finding = rated(rule, state, 8, number * 10.0)
        assert finding is not None
        levels.append(finding.level)
        assert finding.factor == (0.8 if number < 2 else 1.0)
    assert levels == [Level.PAUSE, Level.PAUSE, Level.STOP]


def test_f20_a_mistyped_8_that_is_corrected_within_5_s_does_not_count() -> None:
    state, rule = running(), Discomfort()
    rated(rule, state, 8, 0.0)
    assert rated(rule, state, 3, 4.9) is None
    levels = []
    for at_s in (20.0, 30.0, 40.0):
        finding = rated(rule, state, 9, at_s)
        levels.append(finding.level if finding else None)
    assert levels == [Level.PAUSE, Level.PAUSE, Level.STOP]


@pytest.mark.parametrize("phase", [Phase.RATING, Phase.RESTING, Phase.PAUSED, Phase.WAITING])
def test_F20_a_rating_that_is_asked_for_counts_with_the_motor_off_too(phase: Phase) -> None:
    state, rule = snapshot(phase=phase), Discomfort()
    found = [rated(rule, state, 10, at_s) for at_s in (0.0, 10.0, 20.0)]
    assert [(one.level, one.factor) for one in found if one is not None] == [
        (Level.BACKOFF, 0.8),
        (Level.BACKOFF, 0.8),
        (Level.STOP, 1.0),
    ]


def test_F20_a_rating_before_the_work_and_in_a_scan_is_no_strike() -> None:
    before, scan = Snapshot(facts(), phase=Phase.RATING), snapshot(question(Mode.SCAN), phase=Phase.RATING)
    for state in (before, scan):
        rule = Discomfort()
        assert [rated(rule, state, 10, at_s) for at_s in (0.0, 10.0, 20.0, 30.0)] == [None] * 4


def test_F20_a_strike_that_is_corrected_upward_in_the_pause_stays_a_strike() -> None:
    state, rule = running(), Discomfort()
    levels = []
    for at_s in (0.0, 20.0, 40.0):
        state.phase = Phase.WORKING
        finding = rated(rule, state, 8, at_s)
        levels.append(finding.level if finding else None)
        state.phase = Phase.PAUSED
        assert rated(rule, state, 9, at_s + 2.0) is None
    assert levels == [Level.PAUSE, Level.PAUSE, Level.STOP]


def test_f20_holds_for_manual_tools_as_well() -> None:
    finding = rated(Discomfort(), snapshot(manual()), 8, 0.0)
    assert finding is not None
    assert finding.level is Level.PAUSE


def test_f21_a_rise_of_two_is_allowed_and_of_three_ends_the_point() -> None:
    state, rule = running(percussion(mode=Mode.PIN)), NotResponding()
    assert rated(rule, state, 2, 0.0) is None
    assert rated(rule, state, 4, 10.0) is None
    finding = rated(rule, state, 5, 20.0)
    assert finding is not None
    assert (finding.rule, finding.level, finding.ends) == ("F21", Level.PAUSE, Ends.POINT)


@pytest.mark.parametrize("phase", [Phase.WORKING, Phase.RATING, Phase.RESTING])
def test_F21_a_rise_of_three_ends_the_point_when_asked_for_too(phase: Phase) -> None:
    state, rule = snapshot(phase=phase), NotResponding()
    assert rated(rule, state, 3, 0.0) is None
    finding = rated(rule, state, 6, 10.0)
    assert finding is not None
    assert (finding.rule, finding.ends) == ("F21", Ends.POINT)


@pytest.mark.parametrize("key", [Key.NUMB, Key.DIZZY, Key.NAUSEA])
@pytest.mark.parametrize("phase", [Phase.WORKING, Phase.WAITING, Phase.RATING])
def test_f22_numb_dizzy_and_nausea_stop_in_any_phase(key: Key, phase: Phase) -> None:
    state, rule = snapshot(phase=phase), Symptom()
    assert rule.check(0.0, state) is None
    state.take_press(key)
    finding = rule.check(0.1, state)
    assert finding is not None
    assert (finding.rule, finding.level, finding.ends) == ("F22", Level.STOP, Ends.BOTH_SIDES)
    assert rule.check(0.2, state) is None


def test_f22_sharp_pauses_once_for_a_gentler_try_and_then_ends_the_point() -> None:
    state, rule = running(), Symptom()
    state.take_press(Key.SHARP)
    first = rule.check(0.0, state)
    state.take_press(Key.SHARP)
    second = rule.check(1.0, state)
    assert first is not None
    assert second is not None
    assert (first.level, first.ends, first.factor) == (Level.PAUSE, Ends.NOTHING, 0.7)
    assert (second.level, second.ends) == (Level.PAUSE, Ends.POINT)


def silent(state: Snapshot, rule: Silence, seconds: float, at_s: float = 0.0) -> list[Level]:
    levels = []
    for number in range(round(seconds / 0.05)):
        state.count_silence(0.05)
        finding = rule.check(at_s + number * 0.05, state)
        if finding is not None:
            levels.append(finding.level)
    return levels


def test_f23_asks_at_60_s_and_stops_at_80_s_of_motor_on_silence() -> None:
    state, rule = running(), Silence()
    assert silent(state, rule, 59.95) == []
    assert silent(state, rule, 0.1) == [Level.WARN]
    assert silent(state, rule, 19.85) == []
    assert silent(state, rule, 0.15)[0] is Level.STOP


def test_f23_any_key_is_an_answer() -> None:
    state, rule = running(), Silence()
    silent(state, rule, 79.0)
    state.take_press(Key.EXTEND)
    assert silent(state, rule, 59.9) == []


def test_f23_a_changing_push_is_a_sign_of_life_and_a_steady_one_is_not() -> None:
    state = running()
    state.mean_1s_n = 10.0
    state.count_silence(0.05)
    for _ in range(1000):
        state.count_silence(0.05)
    assert state.silent_on_s == pytest.approx(50.0)
    state.mean_1s_n = 10.9
    state.count_silence(0.05)
    assert state.silent_on_s > 50.0
    state.mean_1s_n = 11.0
    state.count_silence(0.05)
    assert state.silent_on_s == 0.0


def test_f23_between_motor_on_times_the_count_holds() -> None:
    state = running()
    state.silent_on_s = 40.0
    state.set_ppm, state.is_motor_on = 0, False
    state.count_silence(600.0)
    assert state.silent_on_s == 40.0


def test_F22_a_sharp_pain_in_a_step_without_a_point_ends_nothing() -> None:
    state = snapshot(question(Mode.MOVE, End.DONE))
    state.feelings.take_key(Key.SHARP)
    assert Symptom().check(0.0, state) is None


def test_a_step_without_a_point_closes_none() -> None:
    state = snapshot(question(Mode.MOVE, End.DONE))
    state.close_point(both_sides=True)
    assert state.closed == set()


def test_F20_a_first_rating_that_corrects_one_from_elsewhere_is_a_strike_of_its_own() -> None:
    rule, state = Discomfort(), running()
    state.feelings.rate(3, 0.0)
    state.feelings.rate(8, 1.0)
    finding = rule.check(1.0, state)
    assert finding is not None
    assert finding.level is Level.PAUSE
    before = snapshot(question(Mode.MOVE))
    rule = Discomfort()
    before.feelings.rate(9, 0.0)
    assert rule.check(0.0, before) is None
    on_a_point = running()
    on_a_point.feelings = before.feelings
    on_a_point.feelings.rate(8, 1.0)
    assert rule.check(1.0, on_a_point) is not None, "what was said of no point was no strike to correct"
