"""F2, F17, F33, F38, F45, F48, F53, F54: whether the motor may run, and whether it does what was set."""

from __future__ import annotations

import math
from typing import Any, cast

import pytest

from massctl.body.terms import Mode, Side
from massctl.devices.capabilities import MotorReading
from massctl.rules import Level
from massctl.session.events import Phase
from massctl.session.interlocks.motor import (
    ForeignCommand,
    LeaseLapsed,
    MotorInterlock,
    NoFreshPress,
    PlaceForbidden,
    PointOver,
    SpeedCeiling,
    Stall,
    StillMoving,
)
from massctl.session.snapshot import Drive
from massctl.session.supervisor import Supervisor
from tests.session.stage import facts, first_finding, manual, percussion, running, snapshot, turn


@pytest.mark.parametrize(
    ("point", "mode", "is_allowed"),
    [
        ("UTRAP", Mode.PIN, True),
        ("SUBOCC", Mode.SWEEP, False),
        ("PMIN", Mode.SWEEP, False),
        ("TRIC", Mode.SWEEP, True),
        ("TRIC", Mode.PIN, False),
    ],
)
def test_f2_the_motor_is_not_wanted_where_percussion_is_forbidden(point: str, mode: Mode, is_allowed: bool) -> None:
    finding = PlaceForbidden().check(0.0, running(percussion(point, mode)))
    assert (finding is None) is is_allowed
    assert finding is None or (finding.rule, finding.level) == ("F2", Level.STOP)


def test_f17_speed_at_the_ceiling_is_allowed_and_above_it_stops() -> None:
    state = running(speed_ppm=1700)
    assert SpeedCeiling().check(0.0, state) is None
    state.want(Drive.RUN, 1701, 0.0)
    finding = SpeedCeiling().check(0.0, state)
    assert finding is not None
    assert (finding.rule, finding.level) == ("F17", Level.STOP)


def test_f53_no_start_without_a_fresh_press_and_every_motor_off_takes_it_away() -> None:
    state, rule = snapshot(), NoFreshPress()
    state.want(Drive.ARMING, 0, 0.0)
    finding = rule.check(0.0, state)
    assert finding is not None
    assert (finding.rule, finding.level) == ("F53", Level.STOP)
    state.has_start_press = True
    assert rule.check(0.0, state) is None
    state.want(Drive.OFF, 0, 1.0)
    assert not state.has_start_press


@pytest.mark.parametrize("phase", list(Phase))
def test_f33_a_fault_that_the_device_latched_stops_in_every_phase(phase: Phase) -> None:
    state, rule = snapshot(phase=phase), LeaseLapsed()
    turn(state, 1.0, 0.0, is_armed=False)
    assert rule.check(1.0, state) is None
    turn(state, 1.0, 0.0, is_armed=False, fault="over temperature")
    finding = rule.check(1.0, state)
    assert finding is not None
    assert (finding.rule, finding.level) == ("F33", Level.STOP)


def test_f33_a_fault_is_not_judged_while_it_is_cleared_and_again_when_it_is_still_there() -> None:
    state, rule = snapshot(), LeaseLapsed()
    state.cleared_at_s = math.inf
    turn(state, 1.0, 0.0, is_armed=False, fault="over temperature")
    assert rule.check(1.0, state) is None
    state.cleared_at_s = 1.2
    assert rule.check(1.2, state) is None
    turn(state, 1.3, 0.0, is_armed=False, fault="over temperature")
    assert rule.check(1.3, state) is not None


def test_f33_a_lost_lease_stops_while_the_motor_is_wanted() -> None:
    state, rule = running(), LeaseLapsed()
    turn(state, 1.0, 1700.0, is_armed=False)
    finding = rule.check(1.0, state)
    assert finding is not None
    assert (finding.rule, finding.level) == ("F33", Level.STOP)


def test_f33_telemetry_from_before_the_start_and_the_first_half_second_are_not_judged() -> None:
    state, rule = running(), LeaseLapsed()
    state.started_at_s = 10.0
    turn(state, 9.9, 0.0, is_armed=False)
    assert rule.check(10.6, state) is None
    turn(state, 10.3, 0.0, is_armed=False)
    assert rule.check(10.49, state) is None
    assert rule.check(10.5, state) is not None


def test_f33_a_refused_command_stops() -> None:
    state = running()
    state.refusal = "SetSpeed: not armed"
    finding = LeaseLapsed().check(1.0, state)
    assert finding is not None
    assert (finding.rule, finding.level) == ("F33", Level.STOP)
    assert "not armed" in finding.text


@pytest.mark.parametrize(
    ("measured_ppm", "level", "after_s"),
    [
        (0.50 * 1700, None, 0.0),
        (0.49 * 1700, Level.BACKOFF, 0.5),
        (0.20 * 1700, Level.BACKOFF, 0.5),
        (0.19 * 1700, Level.STOP, 0.3),
        (0.0, Level.STOP, 0.3),
        (1.15 * 1700, None, 0.0),
        (1.16 * 1700, Level.STOP, 0.5),
    ],
)
def test_f38_measured_against_the_ramp(measured_ppm: float, level: Level | None, after_s: float) -> None:
    state = running()
    found = first_finding(Stall(), state, 2.0, lambda now_s: turn(state, now_s, measured_ppm), dt_s=0.01)
    assert (found[1].level if found else None) == level
    assert found is None or found[0] == pytest.approx(after_s)


def test_f38_below_1000_ppm_is_not_judged_a_stall() -> None:
    state = running(speed_ppm=900)
    assert first_finding(Stall(), state, 2.0, lambda now_s: turn(state, now_s, 0.0)) is None


def test_f38_is_blind_for_a_second_after_standstill_and_after_a_decrease() -> None:
    for attribute in ("started_at_s", "lowered_at_s"):
        state = running()
        setattr(state, attribute, 0.0)
        found = first_finding(Stall(), state, 3.0, lambda now_s, state=state: turn(state, now_s, 0.0), dt_s=0.01)  # type: ignore[misc]
        assert found is not None
        assert found[0] == pytest.approx(1.3, abs=0.02)


def test_f38_a_motor_that_recovers_within_the_time_is_not_stopped() -> None:
    state, rule = running(), Stall()
    assert (
        first_finding(rule, state, 2.0, lambda now_s: turn(state, now_s, 0.0 if now_s < 0.29 else 1700.0), dt_s=0.01)
        is None
    )


def test_f45_a_faster_command_than_this_session_gave_stops() -> None:
    state = running()
    assert (
        first_finding(ForeignCommand(), state, 1.0, lambda now_s: turn(state, now_s, 1700.0, commanded_ppm=1760))
        is None
    )
    found = first_finding(ForeignCommand(), state, 1.0, lambda now_s: turn(state, now_s, 1700.0, commanded_ppm=2000))
    assert found is not None
    assert (found[1].rule, found[1].level) == ("F45", Level.STOP)


def test_f45_a_decrease_has_a_second_to_arrive() -> None:
    state = running()
    state.want(Drive.RUN, 1300, 0.0)
    assert (
        first_finding(ForeignCommand(), state, 0.99, lambda now_s: turn(state, now_s, 1700.0, commanded_ppm=1700))
        is None
    )


@pytest.mark.parametrize("heard_ppm", [0.0, 1200.0])
def test_F33_a_speed_that_the_device_did_not_take_stops(heard_ppm: float) -> None:
    state, rule = running(), ForeignCommand()
    state.want(Drive.RUN, 1300, -0.5)
    state.want(Drive.RUN, 1700, 0.0)
    found = first_finding(rule, state, 3.0, lambda now_s: turn(state, now_s, heard_ppm, commanded_ppm=heard_ppm))
    assert found is not None
    assert (found[1].rule, found[1].level) == ("F33", Level.STOP)
    assert found[0] == pytest.approx(1.2, abs=0.05)


def test_F33_a_lost_decrease_is_not_blamed_on_another_program() -> None:
    state, rule = running(), ForeignCommand()
    state.want(Drive.RUN, 1300, 0.0)
    found = first_finding(rule, state, 3.0, lambda now_s: turn(state, now_s, 1700.0, commanded_ppm=1700))
    assert found is not None
    assert (found[1].rule, found[1].level) == ("F33", Level.STOP)
    assert found[0] == pytest.approx(1.2, abs=0.05)


def test_F45_an_old_reading_behind_a_lost_link_accuses_nobody() -> None:
    state, rule = running(), ForeignCommand()
    state.want(Drive.OFF, 0, 0.1)
    assert first_finding(rule, state, 5.0) is None


def test_F22_no_motor_on_a_point_that_is_over_by_whatever_way() -> None:
    state, rule = running(), PointOver()
    assert rule.check(0.0, state) is None
    state.close_point(both_sides=False)
    finding = rule.check(0.0, state)
    assert finding is not None
    assert (finding.rule, finding.level) == ("F22", Level.STOP)
    assert rule.check(0.0, running(percussion(side=Side.RIGHT))) is None
    state.want(Drive.OFF, 0, 0.0)
    assert rule.check(0.0, state) is None


def test_f48_a_motor_that_moves_in_a_manual_step_is_stopped() -> None:
    state, rule = snapshot(manual()), MotorInterlock()
    turn(state, 0.0, 0.0)
    assert rule.check(0.0, state) is None
    turn(state, 0.1, 31.0)
    finding = rule.check(0.1, state)
    assert finding is not None
    assert (finding.rule, finding.level) == ("F48", Level.STOP)
    turn(state, 0.2, 0.0, commanded_ppm=1500)
    assert rule.check(0.2, state) is not None


@pytest.mark.parametrize(("drive", "allowed_s"), [(Drive.SOFT_STOP, 3.6), (Drive.OFF, 1.6)])
def test_f54_a_soft_stop_has_its_ramp_and_1_5_s_to_stand_and_any_other_has_1_5_s(
    drive: Drive, allowed_s: float
) -> None:
    state, rule = running(speed_ppm=1200), StillMoving()
    state.want(drive, 0, 0.0)
    turn(state, allowed_s - 0.1, 200.0)
    assert rule.check(allowed_s - 0.01, state) is None
    finding = rule.check(allowed_s + 0.01, state)
    assert finding is not None
    assert (finding.rule, finding.level) == ("F54", Level.STOP)
    turn(state, 3.6, 30.0)
    assert rule.check(3.6, state) is None


def test_F45_a_command_from_elsewhere_is_judged_only_of_a_massager_that_can_be_commanded() -> None:
    state = snapshot(percussion(), facts(is_controllable=False))
    state.take_motor(MotorReading(10.0, 10.0, 2400.0, 2400.0, 2400.0, True))
    supervisor = Supervisor()
    supervisor.begin_step(cast(Any, state.scope))
    told = supervisor.check(10.0, state).told
    assert not {finding.rule for finding in told} & {"F45", "F33", "F54"}
