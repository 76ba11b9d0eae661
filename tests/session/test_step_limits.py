"""Limits narrow and never raise: speed, force, pressure, time; what the firmware is asked to hold; which plans are let in."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from massctl.body import limits as hard
from massctl.body.atlas import Atlas
from massctl.body.terms import Mode, Tool
from massctl.devices.capabilities import LinkLoss, TimerCapabilities
from massctl.errors import Blocked
from massctl.session.facts import Facts, facts_of
from massctl.session.limits import admit, device_limits, narrow, scope_of, step_limits, step_up_ppm
from tests.session.stage import MASSAGER, SENSOR, facts, manual, percussion, plan

POINTS = [point.id for point in Atlas.load().points() if hard.allows_percussion(point)]
LEVELS = st.lists(st.integers(600, 3200), min_size=1, max_size=5, unique=True).map(lambda found: tuple(sorted(found)))


@given(
    point=st.sampled_from(POINTS),
    wish_ppm=st.integers(0, 9000),
    plan_ppm=st.integers(600, 4000),
    is_sensorless=st.booleans(),
    rate_hz=st.sampled_from([10.0, 80.0, 250.0, 500.0]),
    speed_min_ppm=st.integers(300, 2000),
    speed_max_ppm=st.integers(2000, 4000),
    levels=st.just(()) | LEVELS,
    has_sensor=st.booleans(),
)
def test_no_speed_is_ever_above_any_limit(
    *,
    point: str,
    wish_ppm: int,
    plan_ppm: int,
    is_sensorless: bool,
    rate_hz: float,
    speed_min_ppm: int,
    speed_max_ppm: int,
    levels: tuple[int, ...],
    has_sensor: bool,
) -> None:
    massager = dataclasses.replace(
        MASSAGER, speed_min_ppm=speed_min_ppm, speed_max_ppm=speed_max_ppm, levels_ppm=levels
    )
    known = facts_of(massager, dataclasses.replace(SENSOR, rate_hz=rate_hz) if has_sensor else None, None)
    step = percussion(point, speed_ppm=plan_ppm)
    scope = scope_of(step, known)
    speed_ppm = narrow(wish_ppm, scope, known, is_sensorless=is_sensorless)
    assert step.point is not None
    assert speed_ppm <= min(wish_ppm, plan_ppm, speed_max_ppm, step.point.region.max_ppm, hard.SPEED_CEILING_PPM)
    assert (has_sensor and not is_sensorless) or speed_ppm <= 1800
    assert speed_ppm == 0 or not has_sensor or hard.sensor_can_see(speed_ppm, rate_hz)
    assert speed_ppm == 0 or (speed_ppm in levels if levels else speed_ppm >= speed_min_ppm)


@given(point=st.sampled_from(POINTS), area_cm2=st.floats(0.5, 30.0), is_estimated=st.booleans())
def test_the_cap_is_never_above_the_regions_nor_its_pressure_above_f11(
    point: str, area_cm2: float, is_estimated: bool
) -> None:
    sensor = dataclasses.replace(SENSOR, is_estimated=is_estimated)
    step = percussion(point, head_area_cm2=area_cm2)
    scope = scope_of(step, facts_of(MASSAGER, sensor, None))
    assert step.point is not None
    assert scope.cap_n <= step.point.region.max_force_n * (0.8 if is_estimated else 1.0)
    most_kpa = hard.CONE_PRESSURE_MAX_KPA if area_cm2 < hard.CONE_AREA_MAX_CM2 else hard.PERCUSSION_PRESSURE_MAX_KPA
    assert scope.cap_n / area_cm2 * 10.0 <= most_kpa + 1e-9


def test_a_manual_step_runs_no_motor_at_any_wish() -> None:
    scope = scope_of(manual(), facts())
    assert narrow(2000, scope, facts()) == 0
    assert scope.ceiling_ppm == 0


def test_levels_are_taken_from_below_and_none_is_slow_enough_at_times() -> None:
    known = facts(levels_ppm=(1500, 1800, 2100), speed_min_ppm=1500)
    scope = scope_of(percussion("GMAX", speed_ppm=2000), known)
    assert narrow(2000, scope, known) == 1800
    assert narrow(1799, scope, known) == 1500
    assert narrow(1499, scope, known) == 0


def test_a_free_run_may_go_up_to_the_points_band_and_a_program_to_its_plan() -> None:
    step = percussion("GMAX", speed_ppm=1700)
    assert scope_of(step, facts(is_free_run=True)).ceiling_ppm == 2400
    assert scope_of(step, facts()).ceiling_ppm == 1700


def test_the_gentle_speed_is_the_points_lowest_within_device_and_plan() -> None:
    assert scope_of(percussion(speed_ppm=1700), facts()).gentle_ppm == 1500
    assert scope_of(percussion(speed_ppm=1400), facts()).gentle_ppm == 1400
    assert scope_of(percussion(speed_ppm=1700), facts(speed_min_ppm=1600)).gentle_ppm == 1600


def test_f13_bounds_pins_and_not_sweeps() -> None:
    assert scope_of(percussion(mode=Mode.PIN), facts()).contact_max_s == 60.0
    assert scope_of(percussion(mode=Mode.PIN), facts(has_sensor=False)).contact_max_s == 30.0
    assert scope_of(manual(), facts()).contact_max_s == 90.0
    assert scope_of(percussion(), facts()).contact_max_s == float("inf")


def test_F13_kneading_and_pinching_stand_on_a_spot_like_a_pin() -> None:
    assert scope_of(percussion("GMAX", Mode.KNEAD), facts()).contact_max_s == 60.0
    assert scope_of(percussion("GMAX", Mode.KNEAD), facts()).needs_pressure
    assert scope_of(manual(mode=Mode.PINCH), facts()).contact_max_s == 90.0


def test_a_back_offs_floor_is_a_speed_that_can_be_set() -> None:
    known = facts(levels_ppm=(1800, 2100), speed_min_ppm=1000)
    scope = scope_of(percussion("GMAX", speed_ppm=2100), known)
    assert (scope.floor_ppm, scope.gentle_ppm) == (1800, 1800)
    slow = facts_of(MASSAGER, dataclasses.replace(SENSOR, rate_hz=80.0), None)
    floor_ppm = scope_of(percussion("GMAX", speed_ppm=2100), slow).floor_ppm
    assert floor_ppm >= MASSAGER.speed_min_ppm
    assert hard.sensor_can_see(floor_ppm, 80.0)


def test_f11_pressure_caps_of_tools() -> None:
    ball, algometer = (
        scope_of(manual(tool=t, mode=m), facts()) for t, m in ((Tool.BALL, Mode.PIN), (Tool.ALGOMETER, Mode.RAMP))
    )
    assert (ball.pressure_cap_kpa, ball.pressure_stop_kpa) == pytest.approx((343.2, 490.3), abs=0.1)
    assert (algometer.pressure_cap_kpa, algometer.pressure_stop_kpa) == pytest.approx((735.5, 735.5), abs=0.1)


def test_the_firmware_holds_the_limits_of_the_step() -> None:
    limits = step_limits(scope_of(percussion(speed_ppm=1700), facts()))
    assert (limits.speed_max_ppm, limits.force_max_n, limits.run_max_s) == (1700, 30.0, 130.0)
    hard_one = step_limits(scope_of(percussion("GMAX", speed_ppm=2000), facts()))
    assert hard_one.force_max_n == 75.0


def test_the_firmware_is_first_asked_to_hold_what_the_hardest_step_needs() -> None:
    steps = plan(percussion(speed_ppm=1700), percussion("GMAX", speed_ppm=2200), manual())
    limits = device_limits(steps, facts())
    assert (limits.speed_max_ppm, limits.force_max_n) == (2200, 75.0)
    none = device_limits(plan(manual()), facts())
    assert (none.speed_max_ppm, none.force_max_n) == (hard.SPEED_CEILING_PPM, hard.FORCE_HARD_N)


def test_facts_of_no_devices_and_of_a_relay() -> None:
    nothing = facts_of(None, None, None)
    assert not nothing.has_massager
    assert not nothing.can_stop
    assert nothing.on_link_loss is LinkLoss.UNKNOWN
    by_hand = dataclasses.replace(MASSAGER, is_controllable=False)
    assert not facts_of(by_hand, None, None).can_stop
    wired = dataclasses.replace(by_hand, is_behind_relay=True)
    assert not facts_of(by_hand, None, TimerCapabilities(60.0)).can_stop
    assert facts_of(wired, None, TimerCapabilities(60.0)).can_stop
    assert not facts_of(wired, None, TimerCapabilities(60.0, has_relay=False)).can_stop
    assert not facts_of(by_hand, None, None).confirms_speed


@pytest.mark.parametrize(
    ("rule", "point", "changes", "known"),
    [
        ("F2", "SCM", {}, facts()),
        ("F2", "PIRI", {"mode": Mode.PIN}, facts()),
        ("F2", "BRAD", {"mode": Mode.KNEAD}, facts()),
        ("F13", "GMAX", {"mode": Mode.PIN, "maximum_s": 60.1}, facts()),
        ("F13", "GMAX", {"mode": Mode.KNEAD, "maximum_s": 300.0}, facts()),
        ("F35", "UTRAP", {}, facts(has_sensor=False)),
        ("F35", "GMAX", {"head": "cone"}, facts(has_sensor=False)),
        ("F17", "GMAX", {"speed_ppm": 1100}, facts()),
        ("F2", "GMAX", {}, Facts()),
    ],
)
def test_a_plan_is_refused_with_its_step_and_rule(rule: str, point: str, changes: dict[str, Any], known: Facts) -> None:
    with pytest.raises(Blocked) as caught:
        admit(plan(manual(), percussion(point, **changes)), known)
    assert caught.value.rule_id == rule
    assert "Step 2" in str(caught.value)
    assert caught.value.remedy


def test_a_sound_plan_is_let_in() -> None:
    admit(plan(manual(), percussion(), percussion("PIRI"), percussion("GMAX", Mode.PIN, maximum_s=60.0)), facts())


def test_F17_of_levels_the_next_one_is_set_no_sooner_than_a_ramp_gets_there() -> None:
    known = facts(levels_ppm=(1500, 1800, 2400))
    assert step_up_ppm(2400, 0, 0.0, known) == 1500
    assert step_up_ppm(2400, 1500, 0.49, known) == 1500
    assert step_up_ppm(2400, 1500, 0.5, known) == 1800
    assert step_up_ppm(2400, 1800, 0.99, known) == 1800
    assert step_up_ppm(2400, 1800, 1.0, known) == 2400
    assert step_up_ppm(1500, 2400, 0.0, known) == 1500, "downward at once"
    assert step_up_ppm(2200, 1500, 0.0, facts()) == 2200


def test_F17_a_device_whose_slowest_speed_is_above_a_starts_is_refused() -> None:
    fast = facts(speed_min_ppm=1850, levels_ppm=(1850, 2200))
    with pytest.raises(Blocked, match="a start has at most 1800 PPM") as blocked:
        admit(plan(percussion("GMAX", speed_ppm=2200)), fast)
    assert blocked.value.rule_id == "F17"


def test_F17_a_step_without_a_place_has_no_speed() -> None:
    assert scope_of(dataclasses.replace(percussion(), point=None), facts()).ceiling_ppm == 0
