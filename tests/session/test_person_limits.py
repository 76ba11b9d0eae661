"""What the rules about a person (F7, F8, F18, F19, F27) do in time: caps, ceilings, the length of a session."""

from __future__ import annotations

import dataclasses

import pytest

from massctl.body.terms import Mode
from massctl.rules import Level
from massctl.session.events import Phase
from massctl.session.facts import facts_of
from massctl.session.interlocks import Ends, make_interlocks
from massctl.session.interlocks.dose import BeforeEffort, PersonsSession
from massctl.session.interlocks.force import OverForce
from massctl.session.interlocks.person import OwnCeiling
from massctl.session.limits import scope_of, step_limits
from massctl.session.scan import Scan
from massctl.session.snapshot import Snapshot
from tests.session.stage import MASSAGER, SENSOR, facts, first_finding, manual, percussion, push, running, snapshot


def test_F8_the_persons_factor_lowers_the_cap_and_what_the_firmware_holds() -> None:
    whole, half = (scope_of(percussion(force_factor=factor), facts()) for factor in (1.0, 0.5))
    assert (whole.cap_n, half.cap_n) == (20.0, 10.0)
    assert step_limits(half).force_max_n == 15.0
    guessed = dataclasses.replace(facts(), is_force_estimated=True)
    assert scope_of(percussion(force_factor=0.5), guessed).cap_n == 10.0
    assert scope_of(percussion(force_factor=0.9), guessed).cap_n == 16.0


@pytest.mark.parametrize(("force_n", "acts"), [(9.9, False), (10.1, True)])
def test_F10_acts_at_the_cap_of_the_person(force_n: float, acts: bool) -> None:
    state = running(percussion(force_factor=0.5))
    found = first_finding(OverForce(), state, 2.0, lambda now_s: push(state, now_s, force_n))
    assert (found is not None and found[1].rule == "F10") is acts


def test_F8_no_key_raises_the_speed_above_the_persons_most_in_a_free_run_either() -> None:
    assert scope_of(percussion(speed_ppm=1600, speed_max_ppm=1600), facts()).ceiling_ppm == 1600
    assert scope_of(percussion(speed_ppm=1600, speed_max_ppm=1600), facts(is_free_run=True)).ceiling_ppm == 1600
    assert scope_of(percussion(speed_ppm=1600), facts(is_free_run=True)).ceiling_ppm == 1900


def test_F8_a_manual_tools_highest_pressure_shrinks_too() -> None:
    whole, half = (scope_of(manual(force_factor=factor), facts()).pressure_cap_kpa for factor in (1.0, 0.5))
    assert half == whole / 2


@pytest.mark.parametrize("rule", ["F8", "F18", "F27"])
def test_F8_a_rating_above_the_persons_ceiling_slows_with_the_rule_that_set_it(rule: str) -> None:
    state, interlock = running(percussion(discomfort_max=4, discomfort_rule=rule)), OwnCeiling()
    state.feelings.rate(4, 0.0)
    assert interlock.check(0.0, state) is None
    state.feelings.rate(5, 10.0)
    finding = interlock.check(10.0, state)
    assert finding is not None
    assert (finding.rule, finding.level) == (rule, Level.BACKOFF)
    assert "at most 4" in finding.text
    assert interlock.check(10.1, state) is None
    state.feelings.rate(7, 20.0)
    assert interlock.check(20.0, state) is None


def test_F8_with_a_manual_tool_it_is_said() -> None:
    state, interlock = snapshot(manual(discomfort_max=4, discomfort_rule="F18")), OwnCeiling()
    state.feelings.rate(5, 0.0)
    finding = interlock.check(0.0, state)
    assert finding is not None
    assert finding.level is Level.WARN


def test_a_ceiling_of_the_program_alone_is_advice() -> None:
    state, interlock = running(percussion(discomfort_max=4)), OwnCeiling()
    state.feelings.rate(6, 0.0)
    assert interlock.check(0.0, state) is None


def young() -> Snapshot:
    return snapshot(manual(), facts_of(MASSAGER, SENSOR, None, session_max_s=480.0), Phase.WORKING)


def test_F7_a_session_ends_at_8_minutes_of_work_with_any_tool() -> None:
    state, rule = young(), PersonsSession()
    state.doses.add(percussion(), 200.0, is_motor_on=True, is_contact=False)
    state.doses.add(percussion(), 500.0, is_motor_on=False, is_contact=False)
    state.doses.add(manual(mode=Mode.KNEAD), 279.98, is_motor_on=False, is_contact=True)
    assert rule.check(0.0, state) is None
    state.doses.add(manual(), 0.03, is_motor_on=False, is_contact=True)
    finding = rule.check(0.0, state)
    assert finding is not None
    assert (finding.rule, finding.level, finding.ends) == ("F7", Level.PAUSE, Ends.STEP)
    assert finding.text == "Enough for one session: 8 minutes."


def test_F7_is_for_the_young_only() -> None:
    state = snapshot(manual())
    state.doses.add(manual(), 5000.0, is_motor_on=False, is_contact=True)
    assert PersonsSession().check(0.0, state) is None


def test_F19_before_explosive_effort_a_muscle_gets_30_s_with_extensions() -> None:
    known = facts_of(MASSAGER, SENSOR, None, muscle_max_s=30.0)
    for state, step in (
        (running(percussion(), known), percussion()),
        (snapshot(manual("UTRAP"), known), manual("UTRAP")),
    ):
        state.doses.add(percussion(), 10.0, is_motor_on=True, is_contact=True)
        state.doses.add(step, 19.98, is_motor_on=step.runs_motor, is_contact=True)
        assert BeforeEffort().check(0.0, state) is None
        state.doses.add(step, 0.03, is_motor_on=step.runs_motor, is_contact=True)
        finding = BeforeEffort().check(0.0, state)
        assert finding is not None
        assert (finding.rule, finding.level, finding.ends) == ("F19", Level.PAUSE, Ends.STEP)


def test_F19_without_explosive_effort_ahead_it_says_nothing() -> None:
    state = running()
    state.doses.add(percussion(), 250.0, is_motor_on=True, is_contact=True)
    assert BeforeEffort().check(0.0, state) is None


@pytest.mark.parametrize("most", [1, 2, 4])
def test_F27_a_scan_picks_no_more_points_than_the_person_may_have(most: int) -> None:
    names = ("UTRAP", "LEVS", "SUPRA", "MTRAP", "RHOM", "INFRA")
    scan = Scan(tuple(manual(name) for name in names), most=most)
    for value in range(3, 3 + len(names)):
        scan.ratings[value - 3] = value
    assert len({step.point.id for step in scan.picks() if step.point}) == most


def test_the_persons_rules_are_in_force_in_every_session() -> None:
    assert {PersonsSession, OwnCeiling, BeforeEffort} <= {type(interlock) for interlock in make_interlocks()}
