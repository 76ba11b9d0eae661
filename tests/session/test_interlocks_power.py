"""F39 and F40: heat and charge."""

from __future__ import annotations

import pytest

from massctl.devices.capabilities import PowerReading
from massctl.rules import Level
from massctl.session.interlocks import Ends, Finding
from massctl.session.interlocks.power import Battery, Heat
from massctl.session.snapshot import Drive, Snapshot
from tests.session.stage import running, snapshot


def at(
    rule: Heat | Battery,
    state: Snapshot,
    *,
    motor_c: float | None = None,
    skin_c: float | None = None,
    percent: float | None = None,
) -> Finding | None:
    state.power = PowerReading(0.0, percent, motor_c, skin_c)
    return rule.check(0.0, state)


@pytest.mark.parametrize(
    ("motor_c", "skin_c", "level"),
    [
        (54.9, None, None),
        (55.0, None, Level.WARN),
        (60.0, None, Level.BACKOFF),
        (69.9, None, Level.BACKOFF),
        (70.0, None, Level.STOP),
        (None, 37.9, None),
        (None, 38.0, Level.WARN),
        (None, 40.9, Level.WARN),
        (None, 41.0, Level.STOP),
    ],
)
def test_f39_motor_and_skin_at_their_limits(motor_c: float | None, skin_c: float | None, level: Level | None) -> None:
    finding = at(Heat(), running(), motor_c=motor_c, skin_c=skin_c)
    assert (finding.level if finding else None) == level
    assert finding is None or finding.rule == "F39"


def test_f39_a_warning_is_said_once_until_it_has_cooled() -> None:
    rule, state = Heat(), running()
    assert at(rule, state, motor_c=56.0) is not None
    assert at(rule, state, motor_c=57.0) is None
    assert at(rule, state, motor_c=50.0) is None
    assert at(rule, state, motor_c=56.0) is not None


def test_f39_after_a_stop_no_start_before_it_is_10_degrees_cooler() -> None:
    rule, state = Heat(), running()
    at(rule, state, motor_c=71.0)
    state.want(Drive.OFF, 0, 1.0)
    state.is_motor_on = False
    assert at(rule, state, motor_c=65.0) is None
    state.want(Drive.ARMING, 0, 2.0)
    finding = at(rule, state, motor_c=60.1)
    assert finding is not None
    assert finding.level is Level.PAUSE
    assert at(rule, state, motor_c=60.0) is None


def test_f39_a_device_without_thermometers_is_not_judged() -> None:
    assert at(Heat(), running()) is None
    assert Heat().check(0.0, running()) is None


@pytest.mark.parametrize(("percent", "is_told"), [(20.1, False), (20.0, True), (12.0, True)])
def test_f40_20_percent_are_told_once(percent: float, is_told: bool) -> None:
    rule, state = Battery(), running()
    assert (at(rule, state, percent=percent) is not None) is is_told
    assert at(rule, state, percent=percent) is None


@pytest.mark.parametrize(("percent", "starts"), [(10.0, True), (9.9, False)])
def test_f40_no_start_below_10_percent(percent: float, starts: bool) -> None:
    rule, state = Battery(), snapshot()
    at(rule, state, percent=15.0)
    state.want(Drive.ARMING, 0, 0.0)
    finding = at(rule, state, percent=percent)
    assert (finding is None) is starts
    assert finding is None or finding.level is Level.PAUSE


def test_f40_a_running_step_goes_on_to_5_percent_and_ends_there() -> None:
    rule, state = Battery(), running()
    at(rule, state, percent=15.0)
    assert at(rule, state, percent=5.1) is None
    finding = at(rule, state, percent=5.0)
    assert finding is not None
    assert (finding.level, finding.ends) == (Level.PAUSE, Ends.STEP)
