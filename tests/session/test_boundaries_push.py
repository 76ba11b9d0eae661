"""Boundaries of the interlocks of push and contact (F10, F11, F12, F35): exactly at the threshold, and beside it."""

from __future__ import annotations

import math
from typing import Any

import pytest

from massctl.body.terms import Mode
from massctl.rules import Level
from massctl.session.interlocks.base import EPSILON_S
from massctl.session.interlocks.force import NoContact, OverForce, SensorDoubt, ToolPressure
from massctl.session.snapshot import Drive, Snapshot
from tests.session.stage import facts, first_finding, manual, percussion, push, running, snapshot, turn


@pytest.mark.parametrize(
    ("measured_ppm", "set_ppm", "stops"),
    [
        (None, 1700, True),  # no word of the motor: the peak counts
        (1200.0, 1200, True),  # strokes that the low-pass smooths: the peak counts
        (1199.0, 1200, False),  # single strokes pass it: the mean counts
        (600.0, 0, False),
        (599.0, 0, False),
    ],
)
def test_F10_the_peak_is_judged_from_1200_ppm_on(measured_ppm: float | None, set_ppm: int, stops: bool) -> None:
    state = running()
    state.set_ppm = set_ppm
    if measured_ppm is None:
        state.motor = None
    else:
        turn(state, 0.0, measured_ppm)
    push(state, 0.0, 10.0, 31.0)
    assert (OverForce().check(0.0, state) is not None) is stops


@pytest.mark.parametrize(("measured_ppm", "set_ppm", "stops"), [(600.0, 0, True), (599.0, 0, False), (599.0, 1, True)])
def test_F10_below_600_ppm_in_a_soft_stop_the_mean_of_a_second_is_judged(
    measured_ppm: float, set_ppm: int, stops: bool
) -> None:
    state = running()
    for number in range(21):
        push(state, number * 0.05, 10.0)
    push(state, 1.05, 31.0)
    state.set_ppm, state.is_motor_on = set_ppm, True
    turn(state, 1.05, measured_ppm)
    finding = OverForce().check(1.05, state)
    assert (finding is not None) is stops


def test_F12_a_new_step_is_slowed_anew() -> None:
    rule, state = NoContact(), running(speed_ppm=1700)
    found = []
    for number in range(150):
        push(state, number * 0.05, 0.0)
        finding = rule.check(number * 0.05, state)
        found.append(finding)
        if number == 110:
            rule.begin_step()
    assert sum(finding is not None for finding in found) == 1
    for number in range(150, 300):
        push(state, number * 0.05, 0.0)
        finding = rule.check(number * 0.05, state)
        found.append(finding)
    assert sum(finding is not None and finding.level is Level.BACKOFF for finding in found) == 2


def test_F35_each_rating_above_5_without_a_sensor_slows_once() -> None:
    state = running(percussion("GMAX", speed_ppm=1700, head="ball"), facts(has_sensor=False))
    rule = SensorDoubt()
    assert rule.check(0.0, state) is None
    state.feelings.rate(6, 1.0)
    finding = rule.check(1.0, state)
    assert finding is not None
    assert (finding.rule, finding.level, finding.factor) == ("F35", Level.BACKOFF, 0.7)
    assert rule.check(1.1, state) is None
    state.feelings.rate(5, 20.0)
    assert rule.check(20.0, state) is None


def doubted(**push_changes: Any) -> tuple[SensorDoubt, Snapshot]:
    """Return the rule and a running pin with one reading at 10 s."""
    state = running(percussion(mode=Mode.PIN))
    values = {"mean_n": 10.0, "peak_n": 11.0} | push_changes
    push(state, 10.0, **values)
    return SensorDoubt(), state


def test_F35_a_late_reading_takes_30_percent_and_says_so() -> None:
    rule, state = doubted()
    finding = rule.check(10.3, state)
    assert finding is not None
    assert (finding.level, finding.factor) == (Level.BACKOFF, 0.7)
    stopped = rule.check(10.6, state)
    assert stopped is not None
    assert "no force reading for 500 ms" in stopped.text


def test_F35_a_peak_that_is_no_number_is_doubted_as_well() -> None:
    rule, state = doubted(peak_n=math.nan)
    finding = rule.check(10.0, state)
    assert finding is not None
    assert "not a number" in finding.text


def test_F35_what_stops_for_want_of_a_sensor_says_that_there_is_none() -> None:
    rule, state = doubted()
    state.is_sensorless = True
    finding = rule.check(10.0, state)
    assert finding is not None
    assert "there is no force sensor" in finding.text


def test_F35_a_motor_that_is_wanted_and_does_not_turn_yet_needs_no_reading() -> None:
    rule, state = doubted()
    state.is_motor_on = False
    assert rule.check(20.0, state) is None


def test_F35_a_rating_from_before_the_sensor_was_lost_is_not_judged_by_it() -> None:
    state = running(percussion("GMAX", head="ball"))
    rule = SensorDoubt()
    state.feelings.rate(6, 0.0)
    push(state, 0.0, 10.0)
    finding = rule.check(1.0, state)
    assert finding is not None
    assert finding.goes_sensorless
    state.is_sensorless = True
    assert rule.check(1.1, state) is None


def test_F11_at_the_very_pressure_nothing_happens_and_at_the_stop_it_pauses() -> None:
    state = snapshot(manual(pressure_band_kg_cm2=(1.5, 2.5), head_area_cm2=1.0))
    assert state.scope is not None
    push(state, 0.0, state.scope.pressure_cap_kpa / 10.0)
    assert ToolPressure().check(0.0, state) is None
    push(state, 0.1, state.scope.pressure_stop_kpa / 10.0)
    finding = ToolPressure().check(0.1, state)
    assert finding is not None
    assert finding.level is Level.PAUSE


def test_F10_a_sample_at_exactly_125_percent_pauses_at_no_time() -> None:
    state = running()
    assert first_finding(OverForce(), state, 1.0, lambda now_s: push(state, now_s, 5.0, 25.0)) is None
    found = first_finding(OverForce(), state, 1.0, lambda now_s: push(state, now_s, 5.0, 25.1))
    assert found is not None
    assert found[1].level is Level.PAUSE


@pytest.mark.parametrize(("mean_n", "stops"), [(79.99, False), (80.0, False), (80.01, True)])
def test_F10_exactly_80_n_do_not_stop_and_a_little_more_does(mean_n: float, *, stops: bool) -> None:
    state = running(percussion("GMAX", speed_ppm=2000), speed_ppm=2000)
    state.want(Drive.SOFT_STOP, 0, -1.0)
    for number in range(60):
        push(state, -1.2 + number * 0.02, 5.0)
    turn(state, 0.0, 200.0)  # here only the mean of a second is judged against the cap, and every sample against 80 N
    push(state, 0.0, mean_n)
    finding = OverForce().check(0.0, state)
    assert (finding is not None and finding.level is Level.STOP) is stops


@pytest.mark.parametrize(("speed_ppm", "is_slowed"), [(1499, False), (1500, False), (1501, True)])
def test_F12_what_runs_at_the_points_lowest_speed_is_not_said_to_be_slowed(speed_ppm: int, *, is_slowed: bool) -> None:
    state = running(speed_ppm=speed_ppm)
    found = first_finding(NoContact(), state, 10.0, lambda now_s: push(state, now_s, 0.0))
    assert (found is not None) is is_slowed


@pytest.mark.parametrize(
    ("age_s", "level"),
    [
        (0.25, None),
        (0.25 + EPSILON_S, None),
        (0.2501, Level.BACKOFF),
        (0.5, Level.BACKOFF),
        (0.5 + EPSILON_S, Level.BACKOFF),
        (0.5001, Level.STOP),
    ],
)
def test_F35_a_reading_is_late_beyond_250_ms_and_gone_beyond_500(age_s: float, level: Level | None) -> None:
    state = running(percussion(mode=Mode.PIN))
    push(state, 0.0, 10.0)
    finding = SensorDoubt().check(age_s, state)
    assert (finding.level if finding else None) == level


@pytest.mark.parametrize(("mean_n", "is_lost"), [(-1.99, False), (-2.0, False), (-2.01, True)])
def test_F35_exactly_minus_2_n_is_no_lost_zero(mean_n: float, *, is_lost: bool) -> None:
    state = running()
    found = first_finding(SensorDoubt(), state, 1.5, lambda now_s: push(state, now_s, mean_n))
    assert (found is not None) is is_lost
