"""The planner: sides, passes, tools, heads, speeds and time, as a person chose and the devices can."""

from __future__ import annotations

from dataclasses import replace

import pytest

from massctl.body import limits
from massctl.body.atlas import Atlas
from massctl.body.terms import End, Mode, Side, Tool
from massctl.devices.capabilities import ForceSensorCapabilities, MassagerCapabilities
from massctl.errors import Blocked, UsageError
from massctl.programs.catalogue import Catalogue
from massctl.programs.linter import check_text
from massctl.programs.plan import Plan, PlannedStep
from massctl.programs.planner import Choices, free_run_plan, make_plan, manual_alternative
from massctl.programs.program import Program
from tests.programs.samples import (
    FAST_GUN,
    GUESSED,
    GUN,
    LEVELS,
    SENSOR,
    SLOW_SENSOR,
    SLOWEST_SENSOR,
    program,
    with_step,
)

CATALOGUE = Catalogue.load()
UTRAP, GMAX = Atlas.load().point("UTRAP"), Atlas.load().point("GMAX")
LEFT, RIGHT, BOTH = Side.LEFT, Side.RIGHT, Side.BOTH


def mine(text: str) -> Program:
    """Read a program; warnings are fine."""
    made, findings = check_text(text, "mine.toml")
    assert made is not None, findings
    return made


def labels(plan: Plan) -> list[str]:
    return [step.label for step in plan.steps]


def on(plan: Plan, point_id: str) -> list[PlannedStep]:
    return [step for step in plan.steps if step.point and step.point.id == point_id]


# ---------------------------------------------------------------- sides


def test_tech_neck_becomes_one_step_a_side_in_the_programs_order() -> None:
    plan = make_plan(CATALOGUE.program("tech-neck"), Choices(), GUN, SENSOR)
    assert labels(plan) == [
        "check", "UTRAP left", "UTRAP right", "UTRAP left", "UTRAP right", "LEVS left", "LEVS right",
        "SUBOCC both sides", "SCM left", "SCM right", "move",
    ]  # fmt: skip
    assert [step.number for step in plan.steps] == list(range(1, 12))
    assert [step.program_step for step in plan.steps] == [1, 2, 2, 3, 3, 4, 4, 5, 6, 6, 7]
    assert plan.about_s == 525


def test_a_program_with_a_chosen_side_asks_for_it() -> None:
    assert CATALOGUE.program("piriformis").needs_side
    with pytest.raises(UsageError, match="--side left, right or both"):
        make_plan(CATALOGUE.program("piriformis"), Choices(), GUN, SENSOR)


@pytest.mark.parametrize(("chosen", "sides"), [(LEFT, {LEFT}), (RIGHT, {RIGHT}), (Side.LEFT_THEN_RIGHT, {LEFT, RIGHT})])
def test_the_chosen_side_is_worked_on(chosen: Side, sides: set[Side]) -> None:
    plan = make_plan(CATALOGUE.program("piriformis"), Choices(side=chosen), GUN, SENSOR)
    assert {step.side for step in plan.steps if step.point} == sides


def test_only_my_right_side_narrows_every_step() -> None:
    plan = make_plan(CATALOGUE.program("desk-shoulders"), Choices(side=RIGHT), GUN, SENSOR)
    assert {step.side for step in plan.steps if step.point} == {RIGHT}


def test_both_at_once_stays_both_whatever_side_is_chosen() -> None:
    plan = make_plan(CATALOGUE.program("tech-neck"), Choices(side=RIGHT), GUN, SENSOR)
    assert [step.side for step in on(plan, "SUBOCC")] == [BOTH]


def test_a_step_with_a_side_of_its_own_follows_the_chosen_one() -> None:
    long_drive = CATALOGUE.program("long-drive")
    assert [step.side for step in on(make_plan(long_drive, Choices(), GUN, SENSOR), "TIBA")] == [RIGHT]
    plan = make_plan(long_drive, Choices(side=LEFT), GUN, SENSOR)
    assert [step.side for step in on(plan, "TIBA")] == [LEFT]
    assert "TIBA: left as you chose, the program says right" in plan.warnings


def test_a_step_of_the_other_side_is_left_out_where_the_chosen_side_has_its_own() -> None:
    step = {"mode": "sweep", "tool": "perc", "point": "GMAX", "speed_ppm": 1800, "maximum_s": 60}
    two = mine(program([step | {"side": "L"}, step | {"side": "R", "maximum_s": 30}]))
    plan = make_plan(two, Choices(side=RIGHT), GUN, SENSOR)
    assert [(one.side, one.maximum_s) for one in plan.steps] == [(RIGHT, 30)]
    assert plan.warnings == ("GMAX left left out: only the right side was chosen",)


# ---------------------------------------------------------------- passes


def test_F13_passes_alternate_sides_and_rest_20_s() -> None:
    plan = make_plan(mine(with_step(point="GMAX", force_n=[15, 30], speed_ppm=1800, passes=2)), Choices(), GUN, SENSOR)
    assert [(step.side, step.pass_number, step.rest_before_s) for step in plan.steps] == [
        (LEFT, 1, 0), (RIGHT, 1, 0), (LEFT, 2, 20), (RIGHT, 2, 20),
    ]  # fmt: skip
    assert {step.passes for step in plan.steps} == {2}


def test_F13_a_second_pin_of_a_point_rests_too() -> None:
    pin = {"mode": "pin", "tool": "ball", "point": "RHOM", "side": "L", "maximum_s": 30}
    plan = make_plan(mine(program([pin, pin])), Choices())
    assert [step.rest_before_s for step in plan.steps] == [0, 20]


def test_F14_F15_what_exceeds_a_hard_limit_is_left_out_and_said() -> None:
    # The linter counts the chosen side once; both sides are over 20 minutes.
    sweep = {"mode": "sweep", "tool": "perc", "side": "S", "speed_ppm": 1800, "maximum_s": 200}
    points = ("GMAX", "RFEM", "BFEM", "GASM")
    plan = make_plan(
        mine(program([sweep | {"point": point} for point in points])), Choices(side=Side.LEFT_THEN_RIGHT), GUN, SENSOR
    )
    assert sum(step.maximum_s for step in plan.steps) <= 1200
    assert "GASM left left out: the session would exceed its hard limit [F15]" in plan.warnings


# ---------------------------------------------------------------- tools


def test_without_a_massager_every_step_gets_a_manual_tool_and_says_why() -> None:
    plan = make_plan(CATALOGUE.program("tech-neck"), Choices())
    assert not plan.runs_motor
    sweep = on(plan, "UTRAP")[0]
    assert (sweep.tool, sweep.mode) == (Tool.CANE, Mode.KNEAD)
    assert sweep.substitution == "a cane instead of the massager: none at hand"
    assert sweep.force_band_n is None
    assert sweep.pressure_band_kg_cm2 == (1.0, 2.0)
    assert sweep.discomfort_max == 5
    assert "UTRAP: a cane instead of the massager: none at hand" in plan.warnings


def test_a_tool_that_is_not_at_hand_gives_way_to_the_next_of_the_atlas() -> None:
    plan = make_plan(CATALOGUE.program("tech-neck"), Choices(tools=frozenset({Tool.BALL})), GUN, SENSOR)
    levs = on(plan, "LEVS")[0]
    assert levs.tool is Tool.BALL
    assert levs.substitution == "a ball instead of a cane: not at hand"


def test_hands_are_always_at_hand_and_gentler_where_the_atlas_would_rather_see_a_tool() -> None:
    plan = make_plan(CATALOGUE.program("cane-back"), Choices(tools=frozenset()), None, None)
    assert {step.tool for step in plan.steps} == {Tool.HAND}
    assert {step.point.id: step.discomfort_max for step in plan.steps if step.point} == {
        "LEVS": 5, "MTRAP": 4, "QLUM": 4, "GMED": 4,
    }  # fmt: skip


def test_a_sweep_stays_a_sweep_with_a_roller_and_becomes_circles_with_a_ball() -> None:
    plan = make_plan(CATALOGUE.program("pre-run"), Choices(tools=frozenset({Tool.ROLLER})))
    assert {(step.tool, step.mode) for step in on(plan, "BFEM")} == {(Tool.ROLLER, Mode.SWEEP)}
    plan = make_plan(CATALOGUE.program("pre-run"), Choices(tools=frozenset({Tool.BALL})))
    assert {(step.tool, step.mode) for step in on(plan, "BFEM")} == {(Tool.BALL, Mode.KNEAD)}


def test_a_step_with_the_tool_it_names_is_left_as_it_is() -> None:
    plan = make_plan(CATALOGUE.program("plantar-morning"), Choices(), GUN, SENSOR)
    rolled = on(plan, "PLANT")[0]
    assert (rolled.tool, rolled.mode, rolled.substitution) == (Tool.BALL, Mode.SWEEP, "")
    assert rolled.instruction == "seated, foot weight only"


def test_points_for_a_clinician_are_never_planned() -> None:
    pin = {"mode": "pin", "tool": "hand", "point": "SCAL", "side": "L", "maximum_s": 30}
    made, _ = check_text(program([pin, pin | {"point": "RHOM"}]), "mine.toml")
    assert made is not None
    plan = make_plan(made, Choices())
    assert labels(plan) == ["RHOM left"]
    assert "see a clinician" in plan.warnings[0]


def test_a_plan_with_nothing_left_to_do_is_refused() -> None:
    made, _ = check_text(program([{"mode": "pin", "tool": "hand", "point": "SCAL", "side": "L", "maximum_s": 30}]), "x")
    assert made is not None
    with pytest.raises(UsageError, match="Nothing of mine is left"):
        make_plan(made, Choices())


def test_F2_percussion_that_got_past_the_linter_is_replaced() -> None:
    made, findings = check_text(with_step(point="SCM", force_n=None), "mine.toml")
    assert made is not None
    assert findings
    plan = make_plan(made, Choices(), GUN, SENSOR)
    assert not plan.runs_motor
    assert "[F2]" in plan.steps[0].substitution


def test_F2_a_pin_over_a_nerve_is_done_with_a_ball() -> None:
    made, _ = check_text(with_step(point="PIRI", mode="pin", force_n=[10, 20]), "mine.toml")
    assert made is not None
    plan = make_plan(made, Choices(), GUN, SENSOR)
    assert {step.tool for step in plan.steps} == {Tool.BALL}
    assert "never stand on it [F2]" in plan.steps[0].substitution


def test_F48_the_motor_stays_off_in_manual_programs() -> None:
    made, _ = check_text(with_step(), "mine.toml")
    assert made is not None
    plan = make_plan(replace(made, kind=CATALOGUE.program("cane-back").kind), Choices(), GUN, SENSOR)
    assert not plan.runs_motor
    assert "[F48]" in plan.steps[0].substitution


# ---------------------------------------------------------------- heads


def test_a_point_with_limits_gets_its_listed_head_or_a_manual_tool() -> None:
    tech_neck = CATALOGUE.program("tech-neck")
    plan = make_plan(tech_neck, Choices(heads=frozenset({"ball"})), GUN, SENSOR)
    assert "UTRAP needs the head dampener" in on(plan, "UTRAP")[0].substitution
    plan = make_plan(tech_neck, Choices(heads=frozenset({"dampener"})), GUN, SENSOR)
    assert {step.head for step in on(plan, "UTRAP")} == {"dampener"}


def test_F11_another_head_gets_less_force_where_it_is_smaller() -> None:
    slouch = CATALOGUE.program("slouch-low-back")
    plan = make_plan(slouch, Choices(heads=frozenset({"cone", "dampener"})), GUN, SENSOR)
    assert on(plan, "GMAX")[0].head == "dampener"
    plan = make_plan(slouch, Choices(heads=frozenset({"cone"})), GUN, SENSOR)
    cone = on(plan, "GMAX")[0]
    assert (cone.head, cone.head_area_cm2, cone.force_band_n) == ("cone", 1.0, (9.0, 17.5))


def test_heads_that_do_not_fit_the_massager_do_not_count() -> None:
    gun = replace(GUN, heads=("flat",))
    plan = make_plan(CATALOGUE.program("slouch-low-back"), Choices(), gun, SENSOR)
    assert {step.head for step in on(plan, "GMAX")} == {"flat"}


# ---------------------------------------------------------------- speeds


def test_speeds_map_to_the_levels_of_the_massager_slower_first() -> None:
    plan = make_plan(CATALOGUE.program("slouch-low-back"), Choices(), LEVELS, SENSOR)
    assert {(step.speed_ppm, step.level) for step in plan.steps if step.runs_motor} == {(1750, 1)}


def test_a_level_is_taken_only_inside_the_points_band() -> None:
    gun = replace(LEVELS, levels_ppm=(1950, 2300))
    plan = make_plan(CATALOGUE.program("tech-neck"), Choices(), gun, SENSOR)
    assert "no speed between 1,500 and 1,900 PPM for UTRAP [F17]" in on(plan, "UTRAP")[0].substitution
    plan = make_plan(CATALOGUE.program("slouch-low-back"), Choices(), gun, SENSOR)
    assert {(step.speed_ppm, step.level) for step in on(plan, "GMAX")} == {(1950, 1)}


def test_a_step_is_raised_to_the_slowest_speed_only_inside_the_band() -> None:
    gun = MassagerCapabilities(speed_min_ppm=1750, speed_max_ppm=2400)
    plan = make_plan(CATALOGUE.program("tech-neck"), Choices(), gun, SENSOR)
    assert {step.speed_ppm for step in on(plan, "UTRAP") if step.runs_motor} == {1750}
    assert "UTRAP: 1,750 PPM instead of 1,600 with these devices [F17]" in plan.warnings
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
    assert "UTRAP: 1,510 PPM instead of 1,600 with these devices [F35]" in plan.warnings


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
    assert plan.warnings == ("UTRAP: up to 16 N instead of 18 with these devices [F37]",)


# ---------------------------------------------------------------- time


def test_five_minutes_are_kept_and_what_is_left_out_is_said() -> None:
    plan = make_plan(CATALOGUE.program("tech-neck"), Choices(minutes=5), GUN, SENSOR)
    assert plan.about_s <= 300
    assert labels(plan)[0] == "check"
    assert any(step.mode is Mode.PIN and step.maximum_s >= 30 for step in plan.steps)
    assert any("5 minutes" in warning for warning in plan.warnings)


def test_enough_minutes_change_nothing() -> None:
    program_ = CATALOGUE.program("tech-neck")
    assert make_plan(program_, Choices(minutes=9), GUN, SENSOR) == make_plan(program_, Choices(), GUN, SENSOR)


def test_both_sides_of_a_point_are_shortened_and_left_out_together() -> None:
    plan = make_plan(CATALOGUE.program("desk-shoulders"), Choices(minutes=4), GUN, SENSOR)
    for step in plan.steps:
        if step.point:
            pair = [
                one
                for one in plan.steps
                if (one.program_step, one.pass_number) == (step.program_step, step.pass_number)
            ]
            assert {one.side for one in pair} == {LEFT, RIGHT}
            assert len({one.maximum_s for one in pair}) == 1


def test_too_few_minutes_name_the_least() -> None:
    with pytest.raises(UsageError, match="Give it at least 2"):
        make_plan(CATALOGUE.program("desk-shoulders"), Choices(minutes=1), GUN, SENSOR)


# ---------------------------------------------------------------- assessment


def test_a_scan_carries_one_ready_pin_per_point_and_side() -> None:
    plan = make_plan(CATALOGUE.program("cluster-hunt"), Choices(), GUN, SENSOR)
    scan = plan.steps[0]
    assert (scan.mode, scan.end) == (Mode.SCAN, End.ALL_RATED)
    assert [one.label for one in scan.candidates][:3] == ["UTRAP left", "UTRAP right", "LEVS left"]
    assert len(scan.candidates) == 12
    assert all(one.mode is Mode.PIN and not one.runs_motor and one.maximum_s == 60 for one in scan.candidates)
    assert [step.mode for step in plan.steps] == [Mode.SCAN, Mode.PLAN, *[Mode.PIN] * 4]
    assert all(step.point is None and step.tool is Tool.ANY for step in plan.steps[2:])


def test_a_threshold_measurement_stays_a_ramp_up_to_five_kg_cm2() -> None:
    plan = make_plan(CATALOGUE.program("algometer-check"), Choices(), GUN, SENSOR)
    assert {(step.mode, step.tool, step.pressure_band_kg_cm2, step.head_area_cm2) for step in plan.steps} == {
        (Mode.RAMP, Tool.ALGOMETER, (0.0, 5.0), 1.0)
    }
    assert not plan.runs_motor


def test_a_threshold_measurement_without_a_sensor_or_algometer_says_so() -> None:
    plan = make_plan(CATALOGUE.program("algometer-check"), Choices())
    assert plan.warnings == ("no force sensor: read the pressure off your own gauge",)
    with pytest.raises(UsageError, match="no algometer at hand"):
        make_plan(CATALOGUE.program("algometer-check"), Choices(tools=frozenset({Tool.BALL})))


# ---------------------------------------------------------------- swap


def test_swap_offers_the_first_manual_tool_then_the_next() -> None:
    step = on(make_plan(CATALOGUE.program("tech-neck"), Choices(), GUN, SENSOR), "UTRAP")[2]
    first = manual_alternative(step)
    assert first is not None
    assert (first.tool, first.mode, first.speed_ppm, first.head, first.minimum_s) == (
        Tool.CANE,
        Mode.PIN,
        None,
        None,
        0,
    )
    second = manual_alternative(first)
    assert second is not None
    assert second.tool is Tool.BALL
    assert second.substitution == "a ball instead of a cane, as you chose"


def test_swap_offers_nothing_where_there_is_no_other_tool() -> None:
    plan = make_plan(CATALOGUE.program("tech-neck"), Choices(), GUN, SENSOR)
    assert manual_alternative(plan.steps[0]) is None
    assert manual_alternative(on(plan, "SCM")[0]) is None


def test_swap_keeps_to_the_tools_at_hand() -> None:
    step = on(make_plan(CATALOGUE.program("tech-neck"), Choices(), GUN, SENSOR), "UTRAP")[0]
    swapped = manual_alternative(step, frozenset())
    assert swapped is not None
    assert swapped.tool is Tool.HAND


def test_a_plan_remembers_the_tools_at_hand_for_a_swap() -> None:
    at_hand = frozenset({Tool.BALL})
    assert make_plan(CATALOGUE.program("tech-neck"), Choices(tools=at_hand), GUN, SENSOR).tools == at_hand
    assert make_plan(CATALOGUE.program("tech-neck"), Choices(), GUN, SENSOR).tools is None


# ---------------------------------------------------------------- free run


def test_F46_a_free_run_is_one_gentle_sweep_of_two_minutes() -> None:
    plan = free_run_plan(GMAX, LEFT, GUN, SENSOR)
    (step,) = plan.steps
    assert plan.is_free_run
    assert (step.mode, step.maximum_s, step.speed_ppm, step.force_band_n) == (Mode.SWEEP, 120, 1700, (15, 45))
    assert free_run_plan(GMAX, LEFT, GUN, SENSOR, 2000).steps[0].speed_ppm == 2000


@pytest.mark.parametrize(
    ("point_id", "sensor", "speed_ppm", "rule"),
    [
        ("SCM", SENSOR, None, "F2"),
        ("GMAX", SENSOR, 2600, "F17"),
        ("UTRAP", None, None, "F35"),
        ("UTRAP", SLOWEST_SENSOR, None, "F35"),
    ],
)
def test_F46_a_free_run_keeps_every_limit(
    point_id: str, sensor: ForceSensorCapabilities | None, speed_ppm: int | None, rule: str
) -> None:
    with pytest.raises(Blocked) as caught:
        free_run_plan(Atlas.load().point(point_id), LEFT, GUN, sensor, speed_ppm)
    assert caught.value.rule_id == rule
    assert caught.value.remedy


def test_a_refused_free_run_says_what_is_possible_there() -> None:
    with pytest.raises(
        Blocked, match=r"^No massager on SCM \(front of the neck\)\. \[F2\] Possible there: your hand\.$"
    ):
        free_run_plan(Atlas.load().point("SCM"), LEFT, GUN, SENSOR)
    with pytest.raises(Blocked, match="See a clinician"):
        free_run_plan(Atlas.load().point("SCAL"), LEFT, GUN, SENSOR)


def test_a_free_run_needs_a_massager_and_one_side() -> None:
    with pytest.raises(UsageError, match="needs a massager"):
        free_run_plan(GMAX, LEFT, None)
    with pytest.raises(UsageError, match="--side left or right"):
        free_run_plan(GMAX, Side.LEFT_THEN_RIGHT, GUN, SENSOR)
