"""Boundaries of the static limits and of a step's own, that mutation testing has shown to be untested."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from massctl.body import limits as hard
from massctl.body.atlas import Atlas
from massctl.body.terms import Mode, Tool
from massctl.errors import Blocked
from massctl.programs.plan import PlannedStep
from massctl.session.facts import Facts
from massctl.session.limits import admit, device_limits, narrow, scope_of, step_up_ppm
from tests.session.conftest import is_a_sentence
from tests.session.stage import facts, manual, percussion, plan


def point(name: str, **changes: Any) -> Any:
    """Return a point of the atlas, changed."""
    return dataclasses.replace(Atlas.load().point(name), **changes)


def test_only_points_with_limits_need_their_listed_head() -> None:
    needs = {each.id for each in Atlas.load().points() if hard.needs_listed_head(each)}
    assert "GMAX" not in needs
    assert needs == {each.id for each in Atlas.load().points() if each.percussion.value == "lim"}
    assert needs


def test_F17_a_point_without_a_speed_or_without_percussion_has_no_band_and_a_band_of_one_speed_is_one() -> None:
    assert hard.speed_band_ppm(point("GMAX", speed_ppm=None)) is None
    forbidden = next(each for each in Atlas.load().points() if not hard.allows_percussion(each))
    assert hard.speed_band_ppm(dataclasses.replace(forbidden, speed_ppm=(1500, 1800))) is None
    assert hard.speed_band_ppm(point("GMAX", speed_ppm=(1800, 1800))) == (1800, 1800)
    assert hard.speed_band_ppm(point("GMAX", speed_ppm=(2600, 2700))) is None


def test_F10_a_point_without_a_force_or_without_percussion_has_no_band_of_push() -> None:
    assert hard.narrow_force_n(point("GMAX", force_n=None), (10.0, 20.0)) is None
    forbidden = next(each for each in Atlas.load().points() if not hard.allows_percussion(each))
    assert hard.narrow_force_n(dataclasses.replace(forbidden, force_n=(10.0, 20.0)), None) is None


def test_F11_a_head_of_1_5_cm2_is_no_cone_and_one_just_smaller_is() -> None:
    gmax = Atlas.load().point("GMAX")
    assert hard.narrow_force_n(gmax, (15.0, 30.0), 1.5) == (15.0, 18.0)
    assert hard.narrow_force_n(gmax, (15.0, 30.0), 1.49) == (7.5, 15.0)


def test_F18_a_band_from_exactly_3_n_is_useful() -> None:
    gmax = Atlas.load().point("GMAX")
    assert hard.narrow_force_n(gmax, (3.0, 20.0)) == (3.0, 20.0)
    assert hard.narrow_force_n(gmax, (2.99, 20.0)) is None


def test_F11_a_manual_band_stays_below_3_5_kg_cm2_and_is_shared_on_both_edges() -> None:
    strong = point("RHOM", pressure_kg_cm2=(3.0, 6.0))
    assert hard.narrow_pressure_kg_cm2(strong) == (3.0, 3.5)
    assert hard.narrow_pressure_kg_cm2(strong, share=0.5) == (1.5, 1.75)
    assert hard.narrow_pressure_kg_cm2(point("RHOM", pressure_kg_cm2=(1.0, 3.0)), (1.5, 2.5)) == (1.5, 2.0)
    assert hard.narrow_pressure_kg_cm2(point("RHOM", pressure_kg_cm2=(1.0, 3.0)), (2.0, 2.5)) == (1.0, 2.0)


def test_F35_the_first_four_harmonics_are_looked_at_and_no_other() -> None:
    fourth, fifth = hard.lowest_alias_hz(2250, 150.0), hard.lowest_alias_hz(1800, 150.0)  # both at 150 Hz
    assert fourth == 0.0
    assert fifth == pytest.approx(150.0 - 1.03 * 120.0)


def test_F34_what_is_refused_for_want_of_somebody_says_why_and_what_helps() -> None:
    with pytest.raises(Blocked) as blocked:
        admit(plan(percussion()), facts(is_monitored=False), is_attended=False)
    assert "Nothing comes back" in blocked.value.what
    assert "relay" in blocked.value.remedy


def test_F35_what_is_refused_without_a_sensor_says_where_it_may_run() -> None:
    with pytest.raises(Blocked) as blocked:
        admit(plan(percussion()), facts(has_sensor=False))
    assert "with ball or dampener on the large muscles only, up to 1,800 PPM" in blocked.value.what
    assert "Connect a sensor" in blocked.value.remedy


def test_F17_a_device_that_is_too_fast_for_a_start_is_refused_with_what_to_do() -> None:
    with pytest.raises(Blocked) as blocked:
        admit(plan(percussion("GMAX", speed_ppm=2200)), facts(speed_min_ppm=1850))
    assert blocked.value.remedy == "Use a manual tool."


def test_F33_the_firmware_is_asked_to_hold_the_hardest_steps_limits_and_of_no_step_the_hard_ones() -> None:
    of_steps = device_limits(plan(percussion(), manual()), facts())
    assert of_steps.speed_max_ppm == 1700
    assert of_steps.force_max_n == 1.5 * 20.0
    of_none = device_limits(plan(manual()), facts())
    assert of_none.speed_max_ppm == hard.SPEED_CEILING_PPM
    assert of_none.force_max_n == hard.FORCE_HARD_N


def test_F34_a_session_that_somebody_attends_needs_no_refusal_and_an_unattended_one_with_a_lease_neither() -> None:
    admit(plan(percussion()), facts(), is_attended=False)
    admit(plan(manual()), facts(is_monitored=False), is_attended=False)


@pytest.mark.parametrize(
    ("step", "known", "is_attended", "rule"),
    [
        (percussion("SCM"), facts(), True, "F2"),
        (percussion(mode=Mode.PIN, maximum_s=61.0), facts(), True, "F13"),
        (percussion(), dataclasses.replace(facts(), has_massager=False), True, "F2"),
        (percussion(), facts(has_sensor=False), True, "F35"),
        (percussion(), facts(speed_min_ppm=1850), True, "F17"),
        (percussion("GMAX", speed_ppm=2200), facts(speed_min_ppm=1850), True, "F17"),
        (percussion(), facts(is_monitored=False), False, "F34"),
    ],
)
def test_a_plan_is_refused_in_sentences_with_rule_place_and_remedy(
    step: PlannedStep, known: Facts, is_attended: bool, rule: str
) -> None:
    with pytest.raises(Blocked) as blocked:
        admit(plan(step), known, is_attended=is_attended)
    assert blocked.value.rule_id == rule
    assert is_a_sentence(blocked.value.what.removesuffix(f" [{rule}]"))
    assert is_a_sentence(blocked.value.remedy)
    assert blocked.value.what.startswith(f"Step 1 ({step.label}): ") is is_attended


def test_F17_a_level_that_is_wished_is_taken_and_not_the_one_below_or_above() -> None:
    known = facts(levels_ppm=(1500, 1700))
    assert narrow(1700, scope_of(percussion(), known), known) == 1700
    assert step_up_ppm(1500, 1500, 10.0, known) == 1500
    assert step_up_ppm(1700, 1700, 10.0, known) == 1700


def test_F2_a_forbidden_region_has_no_speed_and_no_push() -> None:
    neck = Atlas.load().region("neck_side")
    assert hard.speed_max_ppm(neck) == 0
    assert hard.speed_max_ppm(dataclasses.replace(neck, max_ppm=2000)) == 0
    assert hard.force_max_n(neck) == 0.0


def test_F11_a_cone_has_20_n_at_most_and_a_share_shrinks_both_edges() -> None:
    gmax = Atlas.load().point("GMAX")
    assert hard.force_max_n(gmax.region, 1.4) == 20.0
    assert hard.force_max_n(Atlas.load().region("shoulder_top"), 1.4) == 10.0
    assert hard.narrow_force_n(gmax, (16.0, 30.0), share=0.5) == (8.0, 15.0)


def test_F35_the_stroke_itself_is_the_first_harmonic() -> None:
    assert not hard.sensor_can_see(1929, 30.0)


def test_F14_F46_the_firmware_is_asked_for_no_longer_run_than_the_rules_allow() -> None:
    assert device_limits(plan(percussion()), facts()).run_max_s == 300.0
    assert device_limits(plan(percussion()), facts(is_free_run=True)).run_max_s == 120.0


def test_F17_a_device_that_is_too_fast_for_the_step_is_refused_with_the_steps_speed() -> None:
    with pytest.raises(Blocked) as blocked:
        admit(plan(percussion()), facts(speed_min_ppm=1750))
    assert "the device cannot run as slowly as 1700 PPM" in blocked.value.what
    assert blocked.value.remedy == "Swap the tool."


def test_a_step_without_the_massager_has_no_speed_whatever_stands_in_it() -> None:
    assert scope_of(manual(speed_ppm=1500), facts()).ceiling_ppm == 0


def test_F2_a_step_without_a_place_allows_no_percussion() -> None:
    assert not scope_of(dataclasses.replace(percussion(), point=None), facts()).allows_percussion


@pytest.mark.parametrize(
    ("step", "has_sensor", "measures"),
    [
        (manual(head_area_cm2=1.0, pressure_band_kg_cm2=(1.5, 2.5)), True, True),
        (manual(head_area_cm2=1.0, pressure_band_kg_cm2=(1.5, 2.5)), False, False),
        (manual(head_area_cm2=None, pressure_band_kg_cm2=(1.5, 2.5)), True, False),
        (manual(head_area_cm2=1.0), True, False),
        (manual(head_area_cm2=1.0, tool=Tool.ALGOMETER), True, True),
        (manual(head_area_cm2=1.0, mode=Mode.RAMP), True, True),
        (manual(head_area_cm2=None, mode=Mode.RAMP), True, False),
        (percussion(pressure_band_kg_cm2=(1.5, 2.5)), True, False),
        (percussion(mode=Mode.RAMP), True, False),
    ],
)
def test_F11_a_sensor_measures_the_pressure_of_a_manual_tool_with_an_area_and_a_band_or_a_threshold_to_find(
    step: PlannedStep, *, has_sensor: bool, measures: bool
) -> None:
    assert scope_of(step, facts(has_sensor=has_sensor)).measures_pressure is measures


@pytest.mark.parametrize("changes", [{"tool": Tool.ALGOMETER}, {"mode": Mode.RAMP}])
def test_F11_an_algometer_and_a_ramp_stop_at_one_pressure_and_a_person_shrinks_it(changes: dict[str, Any]) -> None:
    whole, half = (scope_of(manual(force_factor=factor, **changes), facts()) for factor in (1.0, 0.5))
    assert whole.pressure_cap_kpa == whole.pressure_stop_kpa == pytest.approx(735.5, abs=0.1)
    assert half.pressure_cap_kpa == half.pressure_stop_kpa == whole.pressure_stop_kpa / 2


@pytest.mark.parametrize(
    ("massager", "speed_ppm", "may"),
    [
        ({"speed_min_ppm": 1799}, 2200, True),
        ({"speed_min_ppm": 1800}, 2200, True),
        ({"speed_min_ppm": 1801}, 2200, False),
        ({"is_controllable": False}, 1800, True),
        ({"is_controllable": False}, 1801, False),
    ],
)
def test_F35_without_a_sensor_runs_what_can_go_down_to_1800_or_is_set_to_it_by_hand(
    massager: dict[str, Any], speed_ppm: int, *, may: bool
) -> None:
    scope = scope_of(percussion("GMAX", speed_ppm=speed_ppm), facts(**massager))
    assert scope.may_go_sensorless is may


def test_F10_a_manual_tool_has_the_hard_cap_and_four_fifths_of_it_where_the_force_is_a_guess() -> None:
    known = facts()
    assert scope_of(manual(), known).cap_n == 80.0
    assert scope_of(manual(), dataclasses.replace(known, is_force_estimated=True)).cap_n == 64.0


def test_F10_a_head_whose_area_nobody_knows_counts_as_5_cm2() -> None:
    strong = dataclasses.replace(Atlas.load().region("buttock"), max_force_n=70.0)
    firm = point("GMAX", region=strong, force_n=(20.0, 70.0))
    assert hard.force_max_n(strong) == 60.0
    assert hard.narrow_force_n(firm, None) == (20.0, 60.0)
    assert scope_of(dataclasses.replace(percussion(), point=firm, head_area_cm2=None), facts()).cap_n == 60.0


def seen_at_80_hz(**massager: Any) -> Facts:
    """Return facts whose sensor cannot see what lies between 1,515 and 1,690 PPM."""
    return dataclasses.replace(facts(**massager), sensor_rate_hz=80.0)


@pytest.mark.parametrize(
    ("wish_ppm", "massager", "speed_ppm"),
    [
        (1691, {}, 1691),
        (1690, {}, 1510),
        (1510, {}, 1510),
        (1690, {"speed_min_ppm": 1510}, 1510),
        (1690, {"speed_min_ppm": 1511}, 0),
        (1499, {"speed_min_ppm": 1500}, 0),
        (1500, {"speed_min_ppm": 1500}, 1500),
        (1700, {"levels_ppm": (1500, 1600, 1700)}, 1700),
        (1699, {"levels_ppm": (1400, 1500, 1600, 1700)}, 1500),
        (1690, {"levels_ppm": (1600,)}, 0),
        (1690, {"levels_ppm": (1600,), "is_controllable": False}, 1600),
        (1690, {"is_controllable": False}, 1690),
    ],
)
def test_F35_of_the_speeds_that_a_slow_sensor_can_see_the_next_slower_one_is_set(
    wish_ppm: int, massager: dict[str, Any], speed_ppm: int
) -> None:
    known = seen_at_80_hz(**massager)
    scope = scope_of(percussion("GMAX", speed_ppm=1800), known)
    assert narrow(wish_ppm, scope, known) == speed_ppm


@pytest.mark.parametrize(
    ("massager", "floor_ppm"),
    [
        ({"speed_min_ppm": 1514}, 1514),
        ({"speed_min_ppm": 1515}, 1695),
        ({"speed_min_ppm": 1515, "speed_max_ppm": 1695}, 1695),
        ({"speed_min_ppm": 1515, "speed_max_ppm": 1694}, 1515),
        ({"speed_min_ppm": 1515, "is_controllable": False}, 1515),
        ({"levels_ppm": (1600, 1700, 1900)}, 1700),
        ({"levels_ppm": (1550, 1600)}, 1550),
    ],
)
def test_F35_the_floor_is_the_slowest_speed_that_the_sensor_can_see(massager: dict[str, Any], floor_ppm: int) -> None:
    known = seen_at_80_hz(**massager)
    assert scope_of(percussion("GMAX", speed_ppm=2100), known).floor_ppm == floor_ppm


@pytest.mark.parametrize(("mode", "pause_kg_cm2", "stop_kg_cm2"), [(Mode.SCAN, 3.5, 5.0), (Mode.RAMP, 7.5, 7.5)])
def test_F11_an_algometer_has_the_pressures_of_a_manual_tool_where_it_scans_and_its_own_where_it_looks_for_a_threshold(
    mode: Mode, pause_kg_cm2: float, stop_kg_cm2: float
) -> None:
    scope = scope_of(manual(mode=mode, tool=Tool.ALGOMETER, head_area_cm2=1.0), facts())
    assert scope.measures_pressure
    assert scope.pressure_cap_kpa == pytest.approx(98.0665 * pause_kg_cm2)
    assert scope.pressure_stop_kpa == pytest.approx(98.0665 * stop_kg_cm2)
    by_hand = scope_of(manual(mode=Mode.SCAN, tool=Tool.BALL), facts())
    assert by_hand.pressure_cap_kpa == pytest.approx(98.0665 * 3.5)
