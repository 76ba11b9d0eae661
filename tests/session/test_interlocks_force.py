"""F10, F11, F12, F35: just below, at the threshold, the way back, and how long it takes."""

from __future__ import annotations

import dataclasses
import math

import pytest

from massctl.body.terms import Mode, Tool
from massctl.programs.plan import PlannedStep
from massctl.rules import Level
from massctl.session.facts import Facts
from massctl.session.interlocks import Finding
from massctl.session.interlocks.force import NoContact, OverForce, SensorDoubt, ToolPressure
from massctl.session.limits import narrow
from massctl.session.snapshot import Drive, Stale
from massctl.session.supervisor import Supervisor
from massctl.session.tare import Tare, Zero
from massctl.units import force_n_from_kg_cm2
from tests.rules.scenes import at_work
from tests.session.stage import facts, first_finding, manual, percussion, push, running, snapshot, turn

CAP_N = 20.0
"""Of UTRAP."""


def test_f10_mean_at_the_cap_is_allowed() -> None:
    state = running()
    assert first_finding(OverForce(), state, 5.0, lambda now_s: push(state, now_s, CAP_N)) is None


def test_f10_mean_of_a_second_above_the_cap_backs_off() -> None:
    state = running()
    found = first_finding(OverForce(), state, 5.0, lambda now_s: push(state, now_s, CAP_N + 0.1))
    assert found is not None
    at_s, finding = found
    assert (finding.rule, finding.level, finding.factor) == ("F10", Level.BACKOFF, 0.7)
    assert 0.9 <= at_s <= 1.0


def test_f10_mean_still_above_the_cap_3_s_after_the_back_off_stops() -> None:
    state, rule = running(), OverForce()
    levels = []
    for number in range(300):
        push(state, number * 0.02, CAP_N + 1)
        finding = rule.check(number * 0.02, state)
        levels.append(finding.level if finding else None)
    first = levels.index(Level.BACKOFF)
    assert levels.index(Level.STOP) * 0.02 - first * 0.02 == pytest.approx(3.0, abs=0.03)


def test_f10_push_that_comes_down_in_time_does_not_stop() -> None:
    state, rule = running(), OverForce()
    levels = set()
    for number in range(600):
        now_s = number * 0.02
        push(state, now_s, CAP_N + 1 if now_s < 3.5 else CAP_N - 3)
        finding = rule.check(now_s, state)
        levels.add(finding.level if finding else None)
    assert levels == {None, Level.BACKOFF}


def test_f10_above_125_percent_for_just_under_150_ms_is_allowed() -> None:
    state, rule = running(), OverForce()
    found = first_finding(rule, state, 1.0, lambda now_s: push(state, now_s, 5.0, 25.5 if now_s < 0.139 else 10.0))
    assert found is None


def test_f10_above_125_percent_for_150_ms_pauses() -> None:
    state = running()
    found = first_finding(OverForce(), state, 1.0, lambda now_s: push(state, now_s, 5.0, 25.5), dt_s=0.01)
    assert found is not None
    assert found[1].level is Level.PAUSE
    assert found[0] == pytest.approx(0.15)


def test_f10_peak_at_150_percent_does_not_stop_and_above_it_stops_at_the_sample() -> None:
    state, rule = running(), OverForce()
    push(state, 0.0, 10.0, 1.5 * CAP_N)
    assert rule.check(0.0, state) is None
    push(state, 0.02, 10.0, 1.5 * CAP_N + 0.01)
    finding = rule.check(0.02, state)
    assert finding is not None
    assert (finding.rule, finding.level) == ("F10", Level.STOP)


def test_f10_above_80_n_stops_wherever_it_is() -> None:
    state, rule = running(percussion("GMAX", speed_ppm=2000), speed_ppm=2000), OverForce()
    push(state, 0.0, 30.0, 75.0)
    assert rule.check(0.0, state) is None
    push(state, 0.02, 30.0, 80.1)
    finding = rule.check(0.02, state)
    assert finding is not None
    assert finding.level is Level.STOP


def test_f10_does_not_act_while_the_motor_is_off_and_acts_while_it_coasts() -> None:
    state, rule = snapshot(), OverForce()
    push(state, 0.0, 60.0)
    assert rule.check(0.0, state) is None
    turn(state, 0.0, 1500.0)
    assert rule.check(0.0, state) is not None


def test_f10_judges_the_mean_where_single_strokes_pass_the_low_pass() -> None:
    state, rule = running(), OverForce()
    turn(state, 0.0, 700.0)
    push(state, 0.0, 12.0, 45.0)
    assert rule.check(0.0, state) is None
    push(state, 0.02, 31.0, 45.0)
    finding = rule.check(0.02, state)
    assert finding is not None
    assert finding.level is Level.STOP


def test_f10_judges_the_mean_of_a_second_in_the_last_strokes_of_a_soft_stop() -> None:
    state, rule = running(), OverForce()
    state.want(Drive.SOFT_STOP, 0, -1.0)
    turn(state, 0.0, 200.0)
    for number in range(100):
        push(state, number * 0.02, 40.0 if number % 15 < 3 else 6.0)
        finding = rule.check(number * 0.02, state)
        assert number < 50 or finding is None
    for number in range(100, 160):
        push(state, number * 0.02, 40.0)
        finding = rule.check(number * 0.02, state)
    assert finding is not None
    assert finding.level is Level.STOP


@pytest.mark.parametrize("measured_ppm", [0.0, 200.0, 500.0, 1100.0])
def test_F10_a_motor_that_is_held_back_is_judged_at_every_sample(measured_ppm: float) -> None:
    state, rule = running(), OverForce()
    for number in range(60):
        push(state, -1.2 + number * 0.02, 5.0)
    turn(state, 0.0, measured_ppm)
    push(state, 0.0, 1.5 * CAP_N)
    assert rule.check(0.0, state) is None
    push(state, 0.02, 1.5 * CAP_N + 0.1)
    finding = rule.check(0.02, state)
    assert finding is not None
    assert finding.level is Level.STOP


def test_F10_80_n_stop_in_a_soft_stop_too() -> None:
    state, rule = running(percussion("GMAX", speed_ppm=2000), speed_ppm=2000), OverForce()
    state.want(Drive.SOFT_STOP, 0, -1.0)
    for number in range(60):
        push(state, -1.2 + number * 0.02, 5.0)
    turn(state, 0.0, 200.0)
    push(state, 0.0, 79.9)
    assert rule.check(0.0, state) is None
    push(state, 0.02, 80.1)
    finding = rule.check(0.02, state)
    assert finding is not None
    assert finding.level is Level.STOP


def test_f10_cone_and_estimated_force_have_smaller_caps() -> None:
    cone = snapshot(percussion("GMAX", head_area_cm2=1.0)).scope
    plain = snapshot(percussion("GMAX")).scope
    assert cone is not None
    assert plain is not None
    assert cone.cap_n == 20.0
    assert plain.cap_n == 50.0


def _pressed_kpa(kg_cm2: float, step_tool: Tool = Tool.BALL, mode: Mode = Mode.PIN) -> Level | None:
    step = manual(mode=mode, tool=step_tool, pressure_band_kg_cm2=(1.5, 2.5), head_area_cm2=1.0)
    state = snapshot(step)
    push(state, 0.0, force_n_from_kg_cm2(kg_cm2, 1.0))
    finding = ToolPressure().check(0.0, state)
    return finding.level if finding else None


def test_F11_a_manual_tool_pauses_above_3_5_kg_per_cm2_and_stops_above_5() -> None:
    assert _pressed_kpa(3.49) is None
    assert _pressed_kpa(3.51) is Level.PAUSE
    assert _pressed_kpa(4.99) is Level.PAUSE
    assert _pressed_kpa(5.01) is Level.STOP


def test_F11_a_threshold_measurement_stops_above_7_5_kg_per_cm2() -> None:
    assert _pressed_kpa(7.49, Tool.ALGOMETER, Mode.RAMP) is None
    assert _pressed_kpa(7.51, Tool.ALGOMETER, Mode.RAMP) is Level.STOP


def test_f11_is_silent_where_no_sensor_measures_the_tool() -> None:
    state = snapshot(manual())
    push(state, 0.0, 100.0)
    assert ToolPressure().check(0.0, state) is None


def test_f12_contact_of_2_n_is_contact() -> None:
    state = running()
    assert first_finding(NoContact(), state, 30.0, lambda now_s: push(state, now_s, 2.0)) is None


def test_f12_no_contact_for_5_s_slows_to_the_points_lowest_speed_once() -> None:
    state, rule = running(), NoContact()
    found = first_finding(rule, state, 30.0, lambda now_s: push(state, now_s, 1.99))
    assert found is not None
    at_s, finding = found
    assert at_s == pytest.approx(5.0, abs=0.021)
    assert (finding.rule, finding.level, finding.ceiling_ppm) == ("F12", Level.BACKOFF, 1500)
    push(state, at_s + 0.02, 1.0)
    assert rule.check(at_s + 0.02, state) is None


def test_F12_contact_lost_again_slows_again() -> None:
    state, rule = running(percussion(speed_ppm=1900), speed_ppm=1900), NoContact()
    slowed = []
    for number in range(1300):
        now_s = number * 0.02
        push(state, now_s, 0.0 if now_s < 7.0 or now_s > 10.0 else 10.0)
        finding = rule.check(now_s, state)
        if finding is not None and finding.level is Level.BACKOFF:
            slowed.append(now_s)
    assert slowed == [pytest.approx(5.0, abs=0.05), pytest.approx(15.0, abs=0.05)]


def test_f12_no_contact_for_20_s_pauses_and_contact_starts_the_count_anew() -> None:
    state, rule = running(), NoContact()
    pauses = []
    for number in range(2000):
        now_s = number * 0.02
        push(state, now_s, 5.0 if 10.0 < now_s < 11.0 else 0.5)
        finding = rule.check(now_s, state)
        if finding is not None and finding.level is Level.PAUSE:
            pauses.append(now_s)
    assert pauses[0] == pytest.approx(31.0, abs=0.05)


def test_f35_sample_of_250_ms_is_held_and_older_backs_off() -> None:
    state, rule = running(), SensorDoubt()
    push(state, 0.0, 10.0)
    assert rule.check(0.25, state) is None
    finding = rule.check(0.26, state)
    assert finding is not None
    assert (finding.rule, finding.level) == ("F35", Level.BACKOFF)


SWEEP = percussion("GMAX", speed_ppm=2000)
"""On the buttock with a ball: F35 lets it go on without a sensor."""


def doubted(step: PlannedStep, known: Facts | None = None) -> Finding | None:
    """Return what F35 finds where no reading has come for 510 ms."""
    state, rule = running(step, known, step.speed_ppm or 0), SensorDoubt()
    push(state, 0.0, 10.0)
    assert isinstance(state.force(0.51), Stale)
    return rule.check(0.51, state)


@pytest.mark.parametrize(
    "step",
    [
        percussion("GMAX", Mode.PIN),
        percussion("GMAX", Mode.KNEAD),
        percussion("UTRAP"),
        percussion("PMAJ", speed_ppm=1300),
        percussion("BRAD", speed_ppm=1600),
        percussion("LERE", speed_ppm=1500),
        dataclasses.replace(SWEEP, head="cone", head_area_cm2=1.0),
        dataclasses.replace(SWEEP, head=None),
    ],
    ids=lambda step: f"{step.label} {step.mode} {step.head}",
)
def test_F35_a_broken_sensor_stops_what_needs_one(step: PlannedStep) -> None:
    finding = doubted(step)
    assert finding is not None
    assert (finding.rule, finding.level) == ("F35", Level.STOP)


def test_F35_a_sweep_on_a_large_muscle_goes_on_at_1800_and_is_told_once() -> None:
    finding = doubted(SWEEP)
    assert finding is not None
    assert (finding.level, finding.goes_sensorless) == (Level.BACKOFF, True)
    state, supervisor = running(SWEEP, speed_ppm=2000), Supervisor([SensorDoubt()])
    assert state.scope is not None
    supervisor.begin_step(state.scope)
    push(state, 0.0, 10.0)
    assert [one.goes_sensorless for one in supervisor.check(0.3, state).told] == [False]
    assert [one.goes_sensorless for one in supervisor.check(0.6, state).told] == [True]
    for _ in range(20):
        supervisor.faster(state)
    assert narrow(supervisor.ceiling_ppm, state.scope, state.facts, is_sensorless=state.is_sensorless) == 1800
    push(state, 1.0, 10.0)
    assert isinstance(state.force(1.0), Stale)
    assert not supervisor.check(1.0, state).told


def test_F35_a_device_that_cannot_go_as_slowly_as_1800_stops() -> None:
    finding = doubted(dataclasses.replace(SWEEP, speed_ppm=2100), facts(speed_min_ppm=2100, levels_ppm=(2100, 2400)))
    assert finding is not None
    assert finding.level is Level.STOP


def test_F35_without_any_sensor_nothing_runs_where_one_is_needed() -> None:
    state = running(percussion("UTRAP"), facts(has_sensor=False), 1700)
    finding = SensorDoubt().check(0.0, state)
    assert finding is not None
    assert finding.level is Level.STOP


@pytest.mark.parametrize(("mean_n", "stops"), [(-1.9, False), (-2.1, True)])
def test_F35_a_reading_below_zero_for_half_a_second_has_lost_its_zero(mean_n: float, *, stops: bool) -> None:
    state, rule = running(), SensorDoubt()
    found = first_finding(rule, state, 1.5, lambda now_s: push(state, now_s, mean_n + 1e-9 * now_s))
    assert (found is not None) is stops
    if found is not None:
        assert found[1].level is Level.STOP
        assert found[0] == pytest.approx(0.5, abs=0.021)


@pytest.mark.parametrize("mean_n", [math.nan, math.inf, -math.inf])
def test_F36_a_sensor_that_gives_no_number_has_no_zero(mean_n: float) -> None:
    state, tare = snapshot(), Tare()
    assert tare.pressed()
    tare.tared(0.0)
    for number in range(300):
        push(state, number * 0.02, mean_n)
        if tare.advance(number * 0.02, state):
            break
    assert tare.state is Zero.BAD


def test_F36_a_sensor_that_has_fallen_silent_has_no_zero() -> None:
    state, tare = snapshot(), Tare()
    assert tare.pressed()
    tare.tared(0.0)
    for number in range(300):
        if number < 100:
            push(state, number * 0.02, 0.1 + 0.001 * (number % 2))
        if tare.advance(number * 0.02, state):
            break
    assert tare.state is Zero.BAD


def test_f35_device_age_counts_when_it_is_the_larger() -> None:
    state = running(percussion(mode=Mode.PIN))
    push(state, 0.0, 10.0)
    assert state.last_force is not None
    assert state.force_age_s(0.2) == pytest.approx(0.2)


@pytest.mark.parametrize("mean_n", [math.nan])
def test_f35_a_reading_that_is_no_number_stops_a_pin(mean_n: float) -> None:
    state, rule = running(percussion(mode=Mode.PIN)), SensorDoubt()
    push(state, 0.0, mean_n)
    finding = rule.check(0.0, state)
    assert finding is not None
    assert finding.level is Level.STOP


def test_f35_a_number_after_no_number_is_judged_again() -> None:
    state = running()
    push(state, 0.0, math.nan)
    for number in range(1, 120):
        push(state, number * 0.02, 9.0 + 0.01 * (number % 2))
    assert state.mean_1s_n == pytest.approx(9.005, abs=0.01)


def test_f35_saturated_for_200_ms_stops_a_pin() -> None:
    state, rule = running(percussion(mode=Mode.PIN)), SensorDoubt()

    def saturate(now_s: float) -> None:
        push(state, now_s, 10.0 + now_s, is_saturated=True)

    found = first_finding(rule, state, 1.0, saturate, dt_s=0.01)
    assert found is not None
    assert found[0] == pytest.approx(0.2)
    assert found[1].level is Level.STOP


def test_f35_unchanged_for_2_s_stops_a_pin_and_the_last_bit_of_noise_does_not() -> None:
    state, rule = running(percussion(mode=Mode.PIN)), SensorDoubt()
    assert first_finding(rule, state, 5.0, lambda now_s: push(state, now_s, 10.0 + now_s * 1e-9)) is None
    state, rule = running(percussion(mode=Mode.PIN)), SensorDoubt()
    found = first_finding(rule, state, 5.0, lambda now_s: push(state, now_s, 10.0))
    assert found is not None
    assert found[0] == pytest.approx(2.0, abs=0.03)


def test_f35_without_a_sensor_the_step_is_slow_short_and_backs_off_above_discomfort_5() -> None:
    state, rule = running(percussion("GMAX", Mode.PIN, speed_ppm=2000), facts(has_sensor=False), 1800), SensorDoubt()
    assert state.scope is not None
    assert (state.scope.ceiling_ppm, state.scope.contact_max_s, state.scope.is_sensorless) == (1800, 30.0, True)
    state.feelings.rate(5, 0.0)
    assert rule.check(0.0, state) is None
    state.feelings.rate(6, 10.0)
    finding = rule.check(10.0, state)
    assert finding is not None
    assert finding.level is Level.BACKOFF


def test_f35_says_nothing_while_the_motor_is_off() -> None:
    state = snapshot(percussion(mode=Mode.PIN))
    assert state.drive is Drive.OFF
    assert SensorDoubt().check(100.0, state) is None


def test_F35_a_sensor_that_is_believed_no_more_is_told_as_no_push() -> None:
    session = at_work(percussion("GMAX"))
    session.run(2.0)
    assert session.core.conductor.tick(session.now_s, None).force_n is not None
    session.core.snapshot.is_sensorless = True
    told = session.core.conductor.tick(session.now_s, None)
    assert (told.force_n, told.peak_n) == (None, None)
