"""Boundaries of the interlocks of the motor (F2, F17, F33, F38, F45, F48, F54): exactly at the threshold, and beside it."""

from __future__ import annotations

import pytest

from massctl.devices.capabilities import TimerReading
from massctl.rules import Level
from massctl.session.interlocks import Interlock
from massctl.session.interlocks.motor import (
    ForeignCommand,
    LeaseLapsed,
    MotorInterlock,
    PlaceForbidden,
    RelayStuck,
    SpeedCeiling,
    Stall,
    StillMoving,
)
from massctl.session.snapshot import Drive
from tests.session.stage import facts, first_finding, manual, percussion, running, snapshot, turn


def test_F2_a_forbidden_place_stops_only_a_motor_that_is_wanted() -> None:
    state = running(percussion("SCM"))
    assert PlaceForbidden().check(0.0, state) is not None
    state.want(Drive.OFF, 0, 1.0)
    assert PlaceForbidden().check(1.0, state) is None


def test_F17_the_first_three_seconds_end_at_three_seconds() -> None:
    state = running(percussion("GMAX", speed_ppm=2200), speed_ppm=2000)
    state.started_at_s = 10.0
    rule = SpeedCeiling()
    assert rule.check(12.99, state) is not None
    assert rule.check(13.0, state) is None
    state.set_ppm = 1800
    assert rule.check(12.0, state) is None
    slow = running(percussion("GMAX", speed_ppm=1700), speed_ppm=1701)
    slow.started_at_s = 10.0
    assert rule.check(11.0, slow) is not None
    slow.set_ppm = 1
    assert rule.check(11.0, slow) is None


def test_F33_a_refusal_in_a_soft_stop_stops_and_a_right_to_run_that_is_gone_there_does_not() -> None:
    state = running()
    state.want(Drive.SOFT_STOP, 0, 1.0)
    turn(state, 2.0, 500.0, is_armed=False)
    assert LeaseLapsed().check(2.0, state) is None
    state.refusal = "SetSpeed: busy"
    assert LeaseLapsed().check(2.0, state) is not None


def test_F33_the_right_to_run_is_judged_only_of_a_massager_that_can_be_commanded() -> None:
    for is_controllable in (True, False):
        state = running(known=facts(is_controllable=is_controllable))
        turn(state, 2.0, 1700.0, is_armed=True)
        assert LeaseLapsed().check(2.0, state) is None
        turn(state, 3.0, 1700.0, is_armed=False)
        assert (LeaseLapsed().check(3.0, state) is not None) is is_controllable


def test_F48_a_motor_that_measures_nothing_moves_as_far_as_it_is_commanded_and_has_1_5_s_to_stand() -> None:
    state = snapshot(manual())
    rule = MotorInterlock()
    turn(state, 100.0, None, commanded_ppm=0.0)
    assert rule.check(100.0, state) is None
    turn(state, 100.0, None, commanded_ppm=1200.0)
    assert rule.check(100.0, state) is not None
    state.lowered_at_s = 98.5
    assert rule.check(100.0, state) is None
    assert rule.check(100.001, state) is not None


def test_F48_a_motor_step_is_not_its_business() -> None:
    state = running()
    turn(state, 100.0, 1700.0)
    assert MotorInterlock().check(100.0, state) is None


def test_F54_a_motor_that_is_wanted_or_just_switched_off_is_not_still_moving() -> None:
    rule = StillMoving()
    for drive, set_ppm in ((Drive.RUN, 0), (Drive.ARMING, 0), (Drive.RUN, 1)):
        state = running()
        state.drive, state.set_ppm, state.drive_since_s = drive, set_ppm, 0.0
        turn(state, 100.0, 1000.0)
        assert rule.check(100.0, state) is None
    state = running()
    state.want(Drive.OFF, 0, 100.0)
    turn(state, 101.6, 1000.0)
    assert rule.check(101.6, state) is None
    assert rule.check(101.61, state) is not None


def test_F54_a_relay_has_1_5_s_to_open() -> None:
    state = running()
    rule = RelayStuck()
    for drive, closed, at_s, is_stuck in (
        (Drive.OFF, True, 101.5, False),
        (Drive.OFF, True, 101.51, True),
        (Drive.OFF, False, 110.0, False),
        (Drive.RUN, True, 110.0, False),
    ):
        state.drive, state.drive_since_s = drive, 100.0
        state.timer = TimerReading(at_s, closed, 0.0)
        assert (rule.check(at_s, state) is not None) is is_stuck
    state.began_at_s, state.drive, state.drive_since_s = 200.0, Drive.OFF, 0.0
    state.timer = TimerReading(201.0, relay_closed=True, remaining_s=0.0)
    assert rule.check(201.0, state) is None, "a session that has just begun gives it its time, too"


CUT_OFF = "The massager has switched itself off, as it always does after a while. Lift off."


@pytest.mark.parametrize(("at_s", "is_its_own"), [(89.99, False), (90.0, True), (100.0, True), (101.0, True)])
def test_F41_a_massager_that_stands_within_10_s_of_its_own_cut_off_has_cut_itself_off(
    at_s: float, *, is_its_own: bool
) -> None:
    state = running(known=facts(auto_off_s=100.0))
    state.started_at_s = 0.0
    turn(state, at_s, 0.0, is_armed=False)
    lapsed = LeaseLapsed().check(at_s, state)
    assert lapsed is not None
    assert (lapsed.rule, lapsed.level, lapsed.text == CUT_OFF) == ("F33", Level.STOP, is_its_own)


@pytest.mark.parametrize("kind", [ForeignCommand, Stall])
def test_F41_a_command_that_the_cut_off_took_away_and_a_motor_that_it_stopped_are_said_to_be_its_own(
    kind: type[Interlock],
) -> None:
    for auto_off_s, is_its_own in ((100.0, True), (None, False)):
        state, rule = running(known=facts(auto_off_s=auto_off_s)), kind()
        state.started_at_s = 0.0
        found = None
        for now_s in (95.0, 95.5, 96.0):
            turn(state, now_s, 0.0, commanded_ppm=0.0 if kind is ForeignCommand else 1700.0)
            found = found or rule.check(now_s, state)
        assert found is not None
        assert found.level is Level.STOP
        assert (found.text == CUT_OFF) is is_its_own


def test_F33_a_fault_told_at_the_very_time_it_was_cleared_is_the_old_one() -> None:
    state = snapshot()
    state.cleared_at_s = 1.25
    turn(state, 1.25, 0.0, is_armed=False, fault="over temperature")
    assert LeaseLapsed().check(1.25, state) is None


def test_F33_a_word_of_the_very_time_of_the_start_is_judged_half_a_second_later() -> None:
    state = running()
    state.started_at_s = 10.0
    turn(state, 10.0, 0.0, is_armed=False)
    assert LeaseLapsed().check(10.5, state) is not None


@pytest.mark.parametrize("attribute", ["started_at_s", "lowered_at_s"])
def test_F38_its_blindness_ends_at_one_second(attribute: str) -> None:
    state, rule = running(), Stall()
    setattr(state, attribute, 0.0)
    turn(state, 1.0, 0.0)
    assert rule.check(0.99, state) is None
    assert rule.check(1.0, state) is None
    assert rule.check(1.295, state) is None
    finding = rule.check(1.3, state)
    assert finding is not None, "counted from 1 s on, and not from the next check"
    assert finding.level is Level.STOP


@pytest.mark.parametrize(("commanded_ppm", "is_judged"), [(999.0, False), (1000.0, True)])
def test_F38_a_stall_is_judged_from_a_command_of_1000_ppm_on(commanded_ppm: float, *, is_judged: bool) -> None:
    state = running(speed_ppm=1000)
    found = first_finding(Stall(), state, 1.0, lambda now_s: turn(state, now_s, 0.0, commanded_ppm=commanded_ppm))
    assert (found is not None) is is_judged


def test_F38_a_motor_that_is_held_back_loses_30_percent() -> None:
    state = running()
    found = first_finding(Stall(), state, 1.0, lambda now_s: turn(state, now_s, 0.4 * 1700))
    assert found is not None
    assert (found[1].level, found[1].factor) == (Level.BACKOFF, 0.7)


def test_F38_the_noise_of_a_tacho_with_no_speed_set_is_no_runaway() -> None:
    state = running()
    state.want(Drive.SOFT_STOP, 0, -50.0)
    assert first_finding(Stall(), state, 3.0, lambda now_s: turn(state, now_s, 20.0)) is None


def heard(set_ppm: int, commanded_ppm: float, before_ppm: int = 1000) -> str | None:
    """Return the rule that judges a device commanded so, from 1 to 1.2 s after the session's last word."""
    state, rule = running(speed_ppm=before_ppm), ForeignCommand()
    state.want(Drive.RUN, set_ppm, 0.0)
    findings = []
    for now_s in (0.99, 1.0, 1.1, 1.2):
        turn(state, now_s, commanded_ppm, commanded_ppm=commanded_ppm)
        findings.append(rule.check(now_s, state))
    assert findings[:3] == [None] * 3
    return findings[3].rule if findings[3] is not None else None


@pytest.mark.parametrize(
    ("set_ppm", "commanded_ppm", "rule"),
    [
        (1700, 1764.0, None),  # 2 % and 30 PPM above it
        (1700, 1764.1, "F45"),
        (1530, 1470.0, None),  # 2 % and 30 PPM below it
        (1530, 1469.9, "F33"),
    ],
)
def test_F45_F33_a_command_is_another_one_beyond_2_percent_and_30_ppm(
    set_ppm: int, commanded_ppm: float, rule: str | None
) -> None:
    assert heard(set_ppm, commanded_ppm) == rule


@pytest.mark.parametrize(
    ("set_ppm", "commanded_ppm", "rule"),
    [
        (1300, 1730.0, "F33"),  # what was set before, within 30 PPM: the decrease was lost
        (1300, 1730.1, "F45"),
        (1300, 1670.0, "F33"),
        (1300, 1669.9, "F45"),
        (1, 1700.0, "F33"),
        (0, 1700.0, "F45"),  # what runs on behind a stop is nobody's of here
    ],
)
def test_F33_F45_a_device_that_holds_the_speed_before_has_not_heard_and_any_other_is_driven_from_elsewhere(
    set_ppm: int, commanded_ppm: float, rule: str
) -> None:
    assert heard(set_ppm, commanded_ppm, before_ppm=1700) == rule


def test_F48_a_tacho_of_30_ppm_stands_and_above_it_moves() -> None:
    state, rule = snapshot(manual()), MotorInterlock()
    turn(state, 100.0, 30.0, commanded_ppm=0.0)
    assert rule.check(100.0, state) is None
    turn(state, 100.0, 30.1, commanded_ppm=0.0)
    assert rule.check(100.0, state) is not None


def test_F54_standstill_is_waited_for_to_the_very_end_of_its_time() -> None:
    state, rule = running(), StillMoving()
    state.want(Drive.OFF, 0, 0.0)
    turn(state, 1.0, 1000.0)
    assert rule.check(1.6, state) is None
    assert rule.check(1.6001, state) is not None
