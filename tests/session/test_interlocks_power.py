"""F39 and F40: heat and charge."""

from __future__ import annotations

import pytest

from massctl.devices.capabilities import PowerReading
from massctl.rules import Level
from massctl.session.interlocks import Ends, Finding
from massctl.session.interlocks.power import Battery, Heat
from massctl.session.snapshot import Drive, Snapshot
from tests.session.stage import percussion, running, snapshot


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


def test_F39_it_is_the_head_that_is_said_to_be_hot_from_38_degrees_on() -> None:
    def warned(motor_c: float, skin_c: float) -> str:
        state = snapshot(percussion())
        state.power = PowerReading(0.0, motor_temperature_c=motor_c, skin_temperature_c=skin_c)
        finding = Heat().check(0.0, state)
        assert finding is not None
        return finding.text

    assert "motor 56 °C" in warned(56.0, 37.9)
    assert "head 38 °C" in warned(56.0, 38.0)


def test_F40_a_massager_at_its_charger_starts_nothing_and_stands_there_in_peace() -> None:
    state = running()
    state.power = PowerReading(0.0, battery_percent=80.0, is_charging=True)
    finding = Battery().check(0.0, state)
    assert finding is not None
    assert (finding.rule, finding.level) == ("F40", Level.PAUSE)
    state.want(Drive.OFF, 0, 1.0)
    assert Battery().check(1.0, state) is None


def test_F39_both_have_to_cool_by_ten_degrees_and_heat_takes_30_percent() -> None:
    def power(motor_c: float, skin_c: float) -> PowerReading:
        return PowerReading(0.0, motor_temperature_c=motor_c, skin_temperature_c=skin_c)

    state, rule = running(), Heat()
    state.power = power(60.0, 20.0)
    slowed = rule.check(0.0, state)
    assert slowed is not None
    assert (slowed.level, slowed.factor) == (Level.BACKOFF, 0.7)
    state.power = power(40.0, 41.0)
    assert rule.check(0.0, state) is not None
    for motor_c, skin_c, is_hot in ((40.0, 31.1, True), (60.1, 20.0, True), (50.0, 31.0, False)):
        state.power = power(motor_c, skin_c)
        finding = rule.check(1.0, state)
        assert (finding is not None and finding.level is Level.PAUSE) is is_hot


@pytest.mark.parametrize(
    ("motor_c", "skin_c", "hot"),
    [(71.0, None, "motor 71 °C"), (71.0, 39.0, "motor 71 °C"), (None, 41.0, "head 41 °C"), (50.0, 42.0, "head 42 °C")],
)
def test_F39_what_is_too_hot_is_named_and_nothing_that_has_no_thermometer(
    motor_c: float | None, skin_c: float | None, hot: str
) -> None:
    finding = at(Heat(), running(), motor_c=motor_c, skin_c=skin_c)
    assert finding is not None
    assert finding.text == f"Too hot: {hot}. Let it cool by 10 °C."


@pytest.mark.parametrize(
    ("motor_c", "skin_c", "hot"), [(None, 35.0, "head 35 °C"), (65.0, 35.0, "motor 65 °C"), (60.0, 35.0, "head 35 °C")]
)
def test_F39_what_has_to_cool_is_named(motor_c: float | None, skin_c: float, hot: str) -> None:
    rule, state = Heat(), running()
    at(rule, state, motor_c=motor_c and 75.0, skin_c=45.0)
    finding = at(rule, state, motor_c=motor_c, skin_c=skin_c)
    assert finding is not None
    assert finding.level is Level.PAUSE
    assert finding.text == f"Still hot: {hot}. Wait a while, or press w for another tool."
