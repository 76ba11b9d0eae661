"""The planner: sides, passes, time and assessments, as the program says and a person chose."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from massctl.body.atlas import Atlas
from massctl.body.terms import End, Mode, Side, Tool
from massctl.errors import UsageError
from massctl.programs.catalogue import Catalogue
from massctl.programs.planner import Choices, make_plan
from tests.programs.samples import GUN, SENSOR, labels, mine, on, program, with_step

CATALOGUE = Catalogue.load()
LEFT, RIGHT, BOTH = Side.LEFT, Side.RIGHT, Side.BOTH

# ---------------------------------------------------------------- sides


def test_tech_neck_becomes_one_step_a_side_in_the_programs_order() -> None:
    plan = make_plan(CATALOGUE.program("tech-neck"), Choices(), GUN, SENSOR)
    assert labels(plan) == [
        "A question first", "Upper trapezius left", "Upper trapezius right", "Upper trapezius left", "Upper trapezius right",
        "Levator scapulae left", "Levator scapulae right", "Suboccipitals both sides",
        "Sternocleidomastoid left", "Sternocleidomastoid right", "Move",
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
    assert "Tibialis anterior: left as you chose, the program says right" in plan.warnings


def test_a_step_of_the_other_side_is_left_out_where_the_chosen_side_has_its_own() -> None:
    step = {"mode": "sweep", "tool": "perc", "point": "GMAX", "speed_ppm": 1800, "maximum_s": 60}
    two = mine(program([step | {"side": "L"}, step | {"side": "R", "maximum_s": 30}]))
    plan = make_plan(two, Choices(side=RIGHT), GUN, SENSOR)
    assert [(one.side, one.maximum_s) for one in plan.steps] == [(RIGHT, 30)]
    assert plan.warnings == ("Gluteus maximus left is left out: only the right side was chosen",)


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
    assert "Gastrocnemius, medial head left is left out: the session would exceed its hard limit [F15]" in plan.warnings


# ---------------------------------------------------------------- time


def test_five_minutes_are_kept_and_what_is_left_out_is_said() -> None:
    plan = make_plan(CATALOGUE.program("tech-neck"), Choices(minutes=5), GUN, SENSOR)
    assert plan.about_s <= 300
    assert labels(plan)[0] == "A question first"
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
    assert [one.label for one in scan.candidates][:3] == [
        "Upper trapezius left",
        "Upper trapezius right",
        "Levator scapulae left",
    ]
    assert len(scan.candidates) == 12
    assert all(one.mode is Mode.PIN and not one.runs_motor and one.maximum_s == 60 for one in scan.candidates)
    assert [step.mode for step in plan.steps] == [Mode.SCAN, Mode.PLAN, *[Mode.PIN] * 4]
    assert all(step.point is None and step.tool is Tool.ANY for step in plan.steps[2:])


def test_a_scan_is_measured_where_a_sensor_and_an_algometer_are_at_hand_and_its_pins_are_not() -> None:
    measured = make_plan(CATALOGUE.program("cluster-hunt"), Choices(), GUN, SENSOR).steps[0]
    assert (measured.tool, measured.head_area_cm2) == (Tool.ALGOMETER, 1.0)
    assert all(one.head_area_cm2 is None and one.tool is not Tool.ALGOMETER for one in measured.candidates)
    guessed = replace(SENSOR, is_estimated=True)
    for choices, sensor in ((Choices(), None), (Choices(), guessed), (Choices(tools=frozenset({Tool.BALL})), SENSOR)):
        scan = make_plan(CATALOGUE.program("cluster-hunt"), choices, GUN, sensor).steps[0]
        assert (scan.tool, scan.head_area_cm2) == (Tool.NONE, None)


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


def test_what_a_plan_calls_its_steps_and_says_of_them_is_words_not_codes() -> None:
    is_code = re.compile(rf"\b({'|'.join(Atlas.load().point_ids)})\b")
    modes = {mode.value for mode in Mode}
    for each_program in CATALOGUE.programs():
        plan = make_plan(each_program, Choices(side=LEFT), None, None)
        for step in (*plan.steps, *(one for each in plan.steps for one in each.candidates)):
            assert not is_code.search(step.label)
            assert step.label not in modes
        assert not [text for text in plan.warnings if is_code.search(text)]
