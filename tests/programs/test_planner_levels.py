"""Guns with levels: a step gets the level whose rate lies inside the point's band, or is offered with another tool."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from massctl.body import limits
from massctl.body.atlas import Atlas
from massctl.body.terms import Side, Tool
from massctl.devices.capabilities import ForceSensorCapabilities, MassagerCapabilities
from massctl.devices.ladders import ladder, ladder_ids
from massctl.programs.catalogue import Catalogue
from massctl.programs.plan import Plan, PlannedStep
from massctl.programs.planner import Choices, make_plan
from massctl.programs.program import Program
from tests.programs.samples import SENSOR, SLOW_SENSOR, mine, with_step

CATALOGUE = Catalogue.load()
POINTS = [point for point in Atlas.load().points() if limits.speed_band_ppm(point) is not None]
STRIKING = [name for name in CATALOGUE.shipped_ids if CATALOGUE.program(name).computed_percussion_s > 0]


def gun(*levels_ppm: int) -> MassagerCapabilities:
    return MassagerCapabilities(levels_ppm[0], levels_ppm[-1], levels_ppm)


def plan_of(
    name: str, massager: MassagerCapabilities | None, sensor: ForceSensorCapabilities | None = SENSOR
) -> tuple[Program, Plan]:
    program = CATALOGUE.program(name)
    return program, make_plan(program, Choices(side=Side.LEFT_THEN_RIGHT), massager, sensor)


def one(**changes: object) -> Program:
    return mine(with_step(**changes))


def assert_level_fits(step: PlannedStep, massager: MassagerCapabilities) -> None:
    assert step.point is not None
    band = limits.speed_band_ppm(step.point)
    assert band is not None
    assert step.level is not None
    assert massager.levels_ppm[step.level - 1] == step.speed_ppm
    assert band[0] <= (step.speed_ppm or 0) <= band[1]


@pytest.mark.parametrize("name", STRIKING)
def test_a_hypervolts_level_lies_in_the_points_band_or_the_step_has_another_tool_and_says_why(name: str) -> None:
    massager = gun(*ladder("hypervolt2").levels_ppm)
    program, plan = plan_of(name, massager)
    wanted = {step.point for step in program.steps if step.tool is Tool.PERCUSSION}
    for step in plan.steps:
        if step.runs_motor:
            assert_level_fits(step, massager)
        elif step.point is not None and step.point.id in wanted and step.substitution:
            assert step.tool is not Tool.PERCUSSION
            assert "instead of the massager" in step.substitution


def test_of_two_levels_in_the_band_the_nearest_slower_one_is_taken_else_the_nearest_faster() -> None:
    wish = one(point="GMAX", force_n=[15, 30], speed_ppm=2000)
    for levels, level, ppm in (
        ((1750, 1950, 2100), 2, 1950),
        ((1750, 2000, 2400), 2, 2000),
        ((1600, 2100, 2300), 2, 2100),
        ((1200, 1500, 2400), 3, 2400),
    ):
        step = make_plan(wish, Choices(), gun(*levels), SENSOR).steps[0]
        assert (step.level, step.speed_ppm) == (level, ppm)


def test_the_plan_names_the_level_that_takes_the_place_of_the_wished_speed() -> None:
    plan = make_plan(one(point="GMAX", force_n=[15, 30], speed_ppm=2000), Choices(), gun(1750, 1950, 2100), SENSOR)
    assert plan.warnings == ("Gluteus maximus: 1,950 PPM (level 2) instead of 2,000 with these devices [F17]",)


@pytest.mark.parametrize("levels", [(3700,), (2700,), (1000,), (900, 3000), (2450, 2600, 2800)])
def test_F17_levels_outside_all_bands_are_never_run(levels: tuple[int, ...]) -> None:
    for name in STRIKING:
        _, plan = plan_of(name, gun(*levels))
        assert not plan.runs_motor
        moved = [step for step in plan.steps if step.substitution]
        assert moved
        because = ("no speed between", "a start has 1,800 at most", "[F2]", "[F18]", "[F48]")
        assert all(any(why in step.substitution for why in because) for step in moved)


def test_F17_a_gun_whose_slowest_level_is_too_fast_for_a_start_is_replaced_by_another_tool() -> None:
    wish = one(point="GMAX", force_n=[15, 30], speed_ppm=2000)
    plan = make_plan(wish, Choices(), gun(2000, 2300), SENSOR)
    assert not plan.runs_motor
    assert "its slowest speed is 2,000 PPM, and a start has 1,800 at most [F17]" in plan.steps[0].substitution
    switched_by_hand = replace(gun(2000, 2300), is_controllable=False)
    assert make_plan(wish, Choices(), switched_by_hand, SENSOR).runs_motor


def test_a_one_speed_wand_works_where_its_rate_fits_and_nowhere_else() -> None:
    wand = replace(gun(1850), is_controllable=False)
    for point in POINTS:
        band = limits.speed_band_ppm(point)
        assert band is not None
        step = {"point": point.id, "force_n": list(point.force_n or ()), "speed_ppm": band[0], "mode": "sweep"}
        plan = make_plan(one(**step), Choices(), wand, SENSOR)
        assert plan.runs_motor is (band[0] <= 1850 <= band[1]), point.id
        assert plan.runs_motor or "1,850" not in plan.steps[0].substitution


def test_F35_a_level_that_a_slow_sensor_cannot_see_is_passed_over_for_one_that_it_can() -> None:
    wish = one(point="GMAX", force_n=[15, 30], speed_ppm=2400)
    step = make_plan(wish, Choices(), gun(1650, 2100, 2400), SLOW_SENSOR).steps[0]
    assert (step.level, step.speed_ppm) == (2, 2100)
    plan = make_plan(wish, Choices(), gun(1650, 2400), SLOW_SENSOR)
    assert not plan.runs_motor
    assert "cannot see these strokes (2,400 PPM) [F35]" in plan.steps[0].substitution


def test_F35_without_a_sensor_a_level_above_1800_is_not_run() -> None:
    wish = one(point="GMAX", force_n=None, speed_ppm=1800)
    assert make_plan(wish, Choices(heads=frozenset({"ball"})), gun(1750, 2100), None).steps[0].speed_ppm == 1750
    assert not make_plan(wish, Choices(heads=frozenset({"ball"})), gun(1850, 2100), None).runs_motor


def test_a_head_that_a_gun_has_not_is_not_asked_for() -> None:
    fitted = replace(gun(1700, 2200), heads=("flat",))
    plan = make_plan(one(point="UTRAP", speed_ppm=1700), Choices(), fitted, SENSOR)
    assert "needs the head dampener, not at hand" in plan.steps[0].substitution


@pytest.mark.parametrize("name", ladder_ids())
def test_every_shipped_ladder_makes_every_program_plan(name: str) -> None:
    shipped = ladder(name)
    massager = MassagerCapabilities(
        shipped.speed_min_ppm, shipped.speed_max_ppm, shipped.levels_ppm, heads=shipped.heads
    )
    for sensor in (SENSOR, SLOW_SENSOR, None):
        for program in STRIKING[::4]:
            _, plan = plan_of(program, massager, sensor)
            assert plan.steps


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(800, 4000), min_size=1, max_size=6, unique=True).map(sorted),
    st.sampled_from(POINTS),
    st.sampled_from([SENSOR, SLOW_SENSOR, None]),
)
def test_whatever_the_levels_a_motor_step_has_one_inside_the_band_of_its_point(
    levels: list[int], point: object, sensor: ForceSensorCapabilities | None
) -> None:
    massager = gun(*levels)
    wish = next(each for each in POINTS if each is point)
    band = limits.speed_band_ppm(wish)
    assert band is not None
    made = one(point=wish.id, force_n=list(wish.force_n or ()), speed_ppm=band[0], mode="sweep")
    for step in make_plan(made, Choices(), massager, sensor).steps:
        if step.runs_motor:
            assert_level_fits(step, massager)
            assert sensor is None or limits.sensor_can_see(step.speed_ppm or 0, sensor.rate_hz)
