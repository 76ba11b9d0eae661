"""F13, F14, F15, F16, F46: the dose of one session, whatever a person presses."""

from __future__ import annotations

import dataclasses

import pytest

from massctl.body.terms import Mode, Side
from massctl.rules import Level
from massctl.session.dose import Doses
from massctl.session.interlocks import Ends, Finding
from massctl.session.interlocks.dose import FreeRun, MuscleDose, PinnedPoints, SessionDose, SpotDose
from tests.session.stage import facts, manual, percussion, question, running, snapshot


def ends_step(finding: Finding | None, rule: str) -> bool:
    return finding is not None and (finding.rule, finding.level, finding.ends) == (rule, Level.PAUSE, Ends.STEP)


def test_f13_a_percussion_pin_ends_at_60_s_of_contact_over_all_visits() -> None:
    step = percussion(mode=Mode.PIN)
    state, rule = running(step), SpotDose()
    state.doses.add(step, 59.99, is_motor_on=True, is_contact=True)
    assert rule.check(0.0, state) is None
    state.doses.add(dataclasses.replace(step, number=7), 0.01, is_motor_on=True, is_contact=True)
    assert ends_step(rule.check(0.0, state), "F13")


def test_f13_a_manual_pin_ends_at_90_s() -> None:
    step = manual()
    state, rule = snapshot(step), SpotDose()
    state.doses.add(step, 89.99, is_motor_on=False, is_contact=True)
    assert rule.check(0.0, state) is None
    state.doses.add(step, 0.02, is_motor_on=False, is_contact=True)
    assert ends_step(rule.check(0.0, state), "F13")


def test_f13_the_second_pass_is_counted_by_itself_and_sweeps_are_not_pins() -> None:
    step = percussion(mode=Mode.PIN)
    doses = Doses()
    doses.add(step, 30.0, is_motor_on=True, is_contact=True)
    assert doses.spot_s(dataclasses.replace(step, pass_number=2)) == 0.0
    sweep = percussion()
    state = running(sweep)
    state.doses.add(sweep, 200.0, is_motor_on=True, is_contact=True)
    assert SpotDose().check(0.0, state) is None


def test_f13_counts_contact_only_and_without_a_sensor_all_motor_on_time() -> None:
    step, doses = percussion(), Doses()
    doses.add(step, 10.0, is_motor_on=True, is_contact=False)
    doses.add(step, 10.0, is_motor_on=False, is_contact=True)
    assert doses.percussion_s == 0.0
    assert snapshot(step, facts(has_sensor=False)).is_touching(0.0)


def test_f14_a_muscle_and_side_ends_at_300_s_over_its_points() -> None:
    first, second = percussion("RFEM"), percussion("VLAT")
    state, rule = running(second), MuscleDose()
    state.doses.add(first, 200.0, is_motor_on=True, is_contact=True)
    state.doses.add(second, 99.99, is_motor_on=True, is_contact=True)
    assert rule.check(0.0, state) is None
    state.doses.add(second, 0.02, is_motor_on=True, is_contact=True)
    assert ends_step(rule.check(0.0, state), "F14")


def test_f14_the_other_side_has_its_own_dose_and_both_counts_for_both() -> None:
    doses = Doses()
    doses.add(percussion(side=Side.BOTH), 100.0, is_motor_on=True, is_contact=True)
    doses.add(percussion(side=Side.LEFT), 50.0, is_motor_on=True, is_contact=True)
    assert doses.muscle_s(percussion(side=Side.RIGHT)) == pytest.approx(100.0)
    assert doses.muscle_s(percussion(side=Side.BOTH)) == pytest.approx(150.0)
    assert doses.percussion_s == pytest.approx(150.0)


def test_f15_a_session_ends_its_percussion_at_20_minutes() -> None:
    state, rule = running(), SessionDose()
    state.doses.percussion_s = 1199.99
    assert rule.check(0.0, state) is None
    state.doses.percussion_s = 1200.0
    assert ends_step(rule.check(0.0, state), "F15")
    assert rule.check(0.0, snapshot()) is None


def test_f16_no_ninth_point_is_pinned_and_the_other_side_is_no_new_point() -> None:
    points = ["UTRAP", "LEVS", "SUPRA", "MTRAP", "LTRAP", "RHOM", "INFRA", "TMIN"]
    state, rule = running(percussion("GMAX", Mode.PIN)), PinnedPoints()
    state.doses.pinned_points = set(points[:7])
    assert rule.check(0.0, state) is None
    state.doses.pinned_points = set(points)
    assert ends_step(rule.check(0.0, state), "F16")
    again = running(percussion("UTRAP", Mode.PIN, side=Side.RIGHT))
    again.doses.pinned_points = set(points)
    assert rule.check(0.0, again) is None


def test_f46_a_free_run_ends_after_two_minutes_and_a_program_does_not() -> None:
    state, rule = running(known=facts(is_free_run=True)), FreeRun()
    state.doses.motor_on_s = 119.99
    assert rule.check(0.0, state) is None
    state.doses.motor_on_s = 120.0
    assert ends_step(rule.check(0.0, state), "F46")
    program = running()
    program.doses.motor_on_s = 500.0
    assert rule.check(0.0, program) is None


def test_what_has_no_point_has_no_dose_of_a_muscle() -> None:
    assert Doses().muscle_s(question()) == 0.0
