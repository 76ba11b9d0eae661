"""The planner: speeds and force as the massager and the force sensor can do and measure them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from massctl.body import limits
from massctl.body.terms import Tool
from massctl.devices.capabilities import ForceSensorCapabilities, MassagerCapabilities
from massctl.programs.catalogue import Catalogue
from massctl.programs.planner import Choices, make_plan
from tests.programs.samples import (
    FAST_GUN,
    GUESSED,
    GUN,
    LEVELS,
    SENSOR,
    SLOW_SENSOR,
    SLOWEST_SENSOR,
    mine,
    on,
    with_step,
)

CATALOGUE = Catalogue.load()

# ---------------------------------------------------------------- speeds


def test_speeds_map_to_the_levels_of_the_massager_slower_first() -> None:
    plan = make_plan(CATALOGUE.program("slouch-low-back"), Choices(), LEVELS, SENSOR)
    assert {(step.speed_ppm, step.level) for step in plan.steps if step.runs_motor} == {(1750, 1)}


def test_a_level_is_taken_only_inside_the_points_band() -> None:
    gun = replace(LEVELS, levels_ppm=(1950, 2300))
    plan = make_plan(CATALOGUE.program("tech-neck"), Choices(), gun, SENSOR)
    assert "no speed between 1,500 and 1,900 PPM for Upper trapezius [F17]" in on(plan, "UTRAP")[0].substitution
    plan = make_plan(CATALOGUE.program("slouch-low-back"), Choices(), gun, SENSOR)
    assert {(step.speed_ppm, step.level) for step in on(plan, "GMAX")} == {(1950, 1)}


def test_a_step_is_raised_to_the_slowest_speed_only_inside_the_band() -> None:
    gun = MassagerCapabilities(speed_min_ppm=1750, speed_max_ppm=2400)
    plan = make_plan(CATALOGUE.program("tech-neck"), Choices(), gun, SENSOR)
    assert {step.speed_ppm for step in on(plan, "UTRAP") if step.runs_motor} == {1750}
    assert "Upper trapezius: 1,750 PPM instead of 1,600 with these devices [F17]" in plan.warnings
    plan = make_plan(CATALOGUE.program("tech-neck"), Choices(), FAST_GUN, SENSOR)
    assert not plan.runs_motor


# ---------------------------------------------------------------- the force sensor


def test_the_force_band_is_the_programs_where_a_sensor_measures() -> None:
    plan = make_plan(CATALOGUE.program("tech-neck"), Choices(), GUN, SENSOR)
    assert [step.force_band_n for step in on(plan, "UTRAP")] == [(8, 14), (8, 14), (8, 16), (8, 16)]


def test_F35_without_a_sensor_percussion_runs_in_its_regions_slowly_and_by_discomfort() -> None:
    plan = make_plan(CATALOGUE.program("slouch-low-back"), Choices(), GUN, None)
    glutes = on(plan, "GMAX")[0]
    assert (glutes.speed_ppm, glutes.force_band_n, glutes.discomfort_max) == (1800, None, 5)
    for point_id in ("LERE", "GMED"):
        assert "[F35]" in on(plan, point_id)[0].substitution


def test_F35_without_a_sensor_a_pin_takes_30_s() -> None:
    made = mine(
        with_step(point="GMAX", mode="pin", force_n=[15, 30], speed_ppm=1700, maximum_s=45, end="release", minimum_s=30)
    )
    assert {step.maximum_s for step in make_plan(made, Choices(), GUN, None).steps} == {30}
    assert {step.maximum_s for step in make_plan(made, Choices(), GUN, SENSOR).steps} == {45}


def test_F35_a_slow_sensor_moves_the_speed_away_from_its_alias() -> None:
    plan = make_plan(CATALOGUE.program("tech-neck"), Choices(), GUN, SLOW_SENSOR)
    assert {step.speed_ppm for step in on(plan, "UTRAP")} == {1510}
    assert "Upper trapezius: 1,510 PPM instead of 1,600 with these devices [F35]" in plan.warnings


def test_F35_a_sensor_that_can_see_no_speed_is_refused_with_the_reason() -> None:
    plan = make_plan(CATALOGUE.program("slouch-low-back"), Choices(), GUN, replace(SLOWEST_SENSOR, published_hz=20))
    assert not plan.runs_motor
    assert "10 samples a second cannot see these strokes [F35]" in on(plan, "GMAX")[0].substitution
    plan = make_plan(CATALOGUE.program("slouch-low-back"), Choices(), GUN, SLOWEST_SENSOR)
    assert "10 values a second, percussion needs 20 [F35]" in on(plan, "GMAX")[0].substitution


@pytest.mark.parametrize("published_hz", [10, 20, 50])
def test_F35_a_gauge_that_is_read_by_asking_is_refused_unless_it_has_a_low_pass_of_its_own(published_hz: float) -> None:
    polled = ForceSensorCapabilities(rate_hz=published_hz, published_hz=published_hz, force_max_n=200, is_polled=True)
    plan = make_plan(CATALOGUE.program("slouch-low-back"), Choices(), GUN, polled)
    assert not plan.runs_motor
    assert on(plan, "GMAX")[0].substitution.endswith("[F35]")
    plan = make_plan(CATALOGUE.program("slouch-low-back"), Choices(), GUN, replace(polled, own_low_pass_hz=5))
    assert plan.runs_motor is (published_hz >= 20)


@pytest.mark.parametrize(("rate_hz", "runs"), [(80, True), (93, True), (10.6, False)])
def test_F35_the_rate_that_a_board_really_has_decides(rate_hz: float, runs: bool) -> None:
    # HX711 boards run on their own oscillator: 10 and 80 samples a second are 10 to 15 % more on some.
    sensor = replace(SLOW_SENSOR, rate_hz=rate_hz, published_hz=rate_hz / 2 if rate_hz > 50 else rate_hz)
    plan = make_plan(CATALOGUE.program("desk-shoulders"), Choices(), GUN, sensor)
    assert plan.runs_motor is runs
    speeds = [step.speed_ppm for step in plan.steps if step.speed_ppm]
    assert all(limits.sensor_can_see(speed_ppm, rate_hz) for speed_ppm in speeds)


def test_F37_guessed_force_measures_no_threshold() -> None:
    measured = make_plan(CATALOGUE.program("algometer-check"), Choices(), None, SENSOR)
    guessed = make_plan(CATALOGUE.program("algometer-check"), Choices(), None, GUESSED)
    assert any(step.pressure_band_kg_cm2 for step in measured.steps if step.tool is Tool.ALGOMETER)
    assert not any(step.head_area_cm2 for step in guessed.steps)
    assert any("measures no threshold" in warning and "[F37]" in warning for warning in guessed.warnings)


def test_F37_guessed_force_lowers_the_cap() -> None:
    plan = make_plan(mine(with_step(force_n=[8, 18])), Choices(), GUN, GUESSED)
    assert plan.steps[0].force_band_n == (8, 16)
    assert plan.warnings == ("Upper trapezius: up to 16 N instead of 18 with these devices [F37]",)
