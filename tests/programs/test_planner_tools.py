"""The planner: tools, heads and swaps: what takes the massager's place, and why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from massctl.body.terms import Mode, Tool
from massctl.errors import UsageError
from massctl.programs.catalogue import Catalogue
from massctl.programs.linter import check_text
from massctl.programs.planner import Choices, make_plan, manual_alternative
from tests.programs.samples import GUN, SENSOR, labels, mine, on, program, with_step

CATALOGUE = Catalogue.load()

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
    assert "Upper trapezius: a cane instead of the massager: none at hand" in plan.warnings


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
    plan = make_plan(mine(program([pin, pin | {"point": "RHOM"}])), Choices())
    assert labels(plan) == ["Rhomboids left"]
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
    plan = make_plan(mine(with_step(point="PIRI", mode="pin", force_n=[10, 20])), Choices(), GUN, SENSOR)
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
    assert "Upper trapezius needs the head dampener" in on(plan, "UTRAP")[0].substitution
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


# ---------------------------------------------------------------- swaps


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
