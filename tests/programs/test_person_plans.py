"""What the rules about a person (F3–F8, F18, F19, F27) make of a plan: left out, narrowed, said, or refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from massctl.body import limits
from massctl.body.allowance import Allowance, Bar, Reduction
from massctl.body.atlas import Atlas
from massctl.body.person import Answer, Person
from massctl.body.person_rules import EXHAUSTED, EXPLOSIVE, HARD_EXERCISE, Facts, allowance_of
from massctl.body.screening import ITEMS, Matter, Topic
from massctl.body.terms import Mode, Side, Tool
from massctl.errors import Blocked
from massctl.programs.catalogue import Catalogue
from massctl.programs.plan import Plan, PlannedStep
from massctl.programs.planner import Choices, free_run_plan, make_plan, manual_alternative
from massctl.rules import RULES
from tests.programs.samples import GUESSED, GUN, LEVELS, SENSOR, SLOW_SENSOR, mine, program, with_step

TODAY = date(2026, 11, 22)
CATALOGUE = Catalogue(Path("nowhere"))
RIGHT = Choices(side=Side.RIGHT)
NOBODY = (Matter.UNDER_14, Matter.TEENAGER, Matter.ADULT)
PERSONAL = ("F3", "F4", "F5", "F6", "F8", "F19")


def allowed(
    *answers: Answer, age: Matter = Matter.ADULT, sessions: int = 2, today: frozenset[str] = frozenset()
) -> Allowance:
    someone = Person("me", "k", dict.fromkeys(Topic, TODAY), (Answer(age), *answers))
    return allowance_of(Facts(someone, TODAY, sessions, today))


def plan_of(name: str, allowance: Allowance, choices: Choices = RIGHT) -> Plan:
    return make_plan(CATALOGUE.program(name), choices, GUN, SENSOR, allowance)


def gmax(allowance: Allowance, **changes: object) -> Plan:
    """Plan one sweep of GMAX with the massager."""
    text = with_step(point="GMAX", speed_ppm=2000, force_n=[15, 40], **changes)
    return make_plan(mine(text), RIGHT, GUN, SENSOR, allowance)


def work(plan: Plan) -> list[PlannedStep]:
    return [step for outer in plan.steps for step in (outer, *outer.candidates) if step.point is not None]


def regions(plan: Plan) -> set[str]:
    return {step.point.region.id for step in work(plan) if step.point is not None}


# ---------------------------------------------------------------- left out


@pytest.mark.parametrize(
    "name", [name for name in CATALOGUE.shipped_ids if name not in ("back-strength", "micro-break")]
)
@pytest.mark.parametrize("matter", [Matter.CLOT, Matter.ANTICOAGULANTS])
def test_F3_no_program_that_presses_is_left_for_who_must_not_have_it(name: str, matter: Matter) -> None:
    with pytest.raises(Blocked, match="is not for you today") as refused:
        plan_of(name, allowed(Answer(matter)))
    assert refused.value.rule_id == "F3"
    assert "back-strength" in refused.value.remedy


@pytest.mark.parametrize("name", ["back-strength"])
def test_F3_what_presses_nothing_stays_possible(name: str) -> None:
    assert plan_of(name, allowed(Answer(Matter.CLOT))).steps


def test_F5_a_barred_region_is_left_out_with_reason_rule_and_what_is_possible() -> None:
    plan = plan_of("desk-shoulders", allowed(Answer(Matter.BRUISE, ("chest",))))
    assert "chest" not in regions(plan)
    assert regions(plan)
    said = next(warning for warning in plan.warnings if "Pectoralis" in warning)
    assert said == "Pectoralis major left out, because of a bruise (chest) [F5]. Every other region stays possible."


def plan_or_refusal(name: str, allowance: Allowance, choices: Choices = RIGHT) -> Plan | Blocked:
    try:
        return plan_of(name, allowance, choices)
    except Blocked as refused:
        return refused


@pytest.mark.parametrize("matter", list(Matter))
@pytest.mark.parametrize("tools", [None, frozenset({Tool.ALGOMETER})])
def test_F3_nothing_that_is_barred_comes_back_through_another_tool(
    matter: Matter, tools: frozenset[Tool] | None
) -> None:
    answer = Answer(matter, ("chest", "shoulder_top", "calf", "forearm"))
    is_age = matter in (Matter.UNDER_14, Matter.TEENAGER, Matter.ADULT)
    allowance = allowed(age=matter) if is_age else allowed(answer)
    for name in CATALOGUE.shipped_ids:
        plan = plan_or_refusal(name, allowance, replace(RIGHT, tools=tools))
        if isinstance(plan, Blocked):
            assert plan.rule_id in PERSONAL
            assert plan.remedy
            continue
        made = CATALOGUE.program(name)
        for step in work(plan):
            wished = made.steps[step.program_step - 1]
            assert not allowance.bar(step.point, step.tool, step.mode)
            assert not allowance.bar(step.point, wished.tool, wished.mode)
            swapped = manual_alternative(step, plan.tools)
            assert swapped is None or not allowance.bar(swapped.point, swapped.tool, swapped.mode)


def test_F4_percussion_barred_for_the_person_is_not_done_by_ball_instead() -> None:
    allowance = allowed(Answer(Matter.ACTIVE_IMPLANT))
    with pytest.raises(Blocked) as refused:
        gmax(allowance)
    assert refused.value.rule_id == "F4"
    assert "made for ball, roller or hand" in refused.value.remedy
    by_ball = mine(with_step(point="GMAX", tool="ball", speed_ppm=None, force_n=None))
    assert [step.tool for step in make_plan(by_ball, RIGHT, GUN, SENSOR, allowance).steps] == [Tool.BALL]


def test_F4_what_only_the_point_forbids_is_still_offered_with_a_manual_tool() -> None:
    held = {"mode": "pin", "tool": "ball", "point": "SUBOCC", "side": "L", "maximum_s": 40}
    made = mine(program([held]))
    assert make_plan(made, Choices(), GUN, SENSOR, allowed()).steps[0].tool is Tool.BALL


def test_F6_a_cleared_pregnancy_keeps_the_shoulders_and_loses_the_low_back() -> None:
    allowance = allowed(Answer(Matter.PREGNANT, is_cleared=True))
    assert regions(plan_of("tech-neck", allowance))
    with pytest.raises(Blocked):
        make_plan(mine(with_step(point="LERE", speed_ppm=1600, force_n=[8, 14])), RIGHT, GUN, SENSOR, allowance)


def test_a_scan_whose_points_are_all_barred_goes_with_its_pins() -> None:
    found = {point.region.id for point in map(Atlas.load().point, ("UTRAP", "LEVS", "SUPRA", "MTRAP", "RHOM", "INFRA"))}
    with pytest.raises(Blocked):
        plan_of("cluster-hunt", allowed(Answer(Matter.RASH, tuple(sorted(found)))))
    plan = plan_of("cluster-hunt", allowed(Answer(Matter.RASH, ("shoulder_top",))))
    assert "shoulder_top" not in regions(plan)
    assert regions(plan)


# ---------------------------------------------------------------- narrowed


@pytest.mark.parametrize(
    ("allowance", "factor", "rule"),
    [
        (allowed(age=Matter.TEENAGER), 0.6, "F7"),
        (allowed(Answer(Matter.DIABETES)), 0.7, "F8"),
        (allowed(Answer(Matter.PRESSURE_CONTROLLED)), 0.8, "F8"),
        (allowed(sessions=1), 0.7, "F18"),
        (allowed(today=frozenset({HARD_EXERCISE})), 0.7, "F19"),
        (allowed(Answer(Matter.WIDESPREAD_PAIN)), 0.5, "F27"),
        (allowed(Answer(Matter.WIDESPREAD_PAIN), Answer(Matter.DIABETES)), 0.5, "F27"),
    ],
)
def test_force_shrinks_once_by_the_smallest_factor_and_it_is_said(
    allowance: Allowance, factor: float, rule: str
) -> None:
    whole, plan = gmax(Allowance()).steps[0], gmax(allowance)
    step = plan.steps[0]
    assert whole.force_band_n == (15, 40)
    assert step.force_band_n == pytest.approx((15 * factor, 40 * factor))
    assert step.force_factor == factor
    assert any(f"[{rule}]" in warning for warning in plan.warnings)


def test_F37_of_the_persons_factor_and_a_guessed_force_the_smaller_counts_for_the_cap() -> None:
    text = with_step(point="GMAX", speed_ppm=2000, force_n=[15, 45])
    step = make_plan(mine(text), RIGHT, GUN, GUESSED, allowed(Answer(Matter.DIABETES))).steps[0]
    assert step.force_band_n == pytest.approx((10.5, 31.5))


def test_F8_the_speed_shrinks_below_the_points_band_and_no_key_raises_it() -> None:
    step = gmax(allowed(Answer(Matter.DIABETES))).steps[0]
    assert step.speed_ppm == step.speed_max_ppm == 1400
    assert gmax(Allowance()).steps[0].speed_max_ppm is None


def test_F8_what_the_massager_cannot_do_so_slowly_is_done_by_a_manual_tool() -> None:
    plan = gmax(allowed(Answer(Matter.OSTEOPOROSIS)))
    step = plan.steps[0]
    assert step.tool is Tool.BALL
    assert "1,000 PPM that are the most for you on Gluteus maximus [F8]" in step.substitution
    text = mine(with_step(point="GMAX", speed_ppm=2000, force_n=[15, 40]))
    assert make_plan(text, RIGHT, LEVELS, SENSOR, allowed(Answer(Matter.DIABETES))).steps[0].tool is Tool.BALL


def test_F8_tools_under_the_bodys_weight_get_less_too_and_a_swap_does_not_give_it_back() -> None:
    text = mine(with_step(point="GMAX", tool="ball", mode="pin", speed_ppm=None, force_n=None))
    whole = make_plan(text, RIGHT).steps[0]
    step = make_plan(text, RIGHT, allowance=allowed(Answer(Matter.OSTEOPOROSIS))).steps[0]
    assert whole.pressure_band_kg_cm2 is not None
    half = pytest.approx(tuple(value / 2 for value in whole.pressure_band_kg_cm2))
    assert step.pressure_band_kg_cm2 == half
    swapped = manual_alternative(step)
    assert swapped is not None
    assert swapped.pressure_band_kg_cm2 == half


def test_F8_a_trouble_holds_percussion_and_manual_tools_of_its_region_at_4() -> None:
    allowance = allowed(Answer(Matter.SCIATICA))
    step = gmax(allowance).steps[0]
    assert (step.discomfort_max, step.discomfort_rule) == (4, "F8")
    swapped = manual_alternative(step)
    assert swapped is not None
    assert swapped.discomfort_max == 4


def test_F7_the_session_is_fitted_into_8_minutes() -> None:
    allowance = allowed(age=Matter.TEENAGER)
    long = max(CATALOGUE.shipped_ids, key=lambda name: CATALOGUE.program(name).computed_total_s)
    assert plan_of(long, Allowance()).about_s > 480
    plan = plan_of(long, allowance)
    assert plan.about_s <= 480
    assert plan.session_max_s == 480
    assert plan_of(long, allowance, replace(RIGHT, minutes=6)).about_s <= 360
    assert plan_of(long, allowance, replace(RIGHT, minutes=30)).about_s <= 480


@pytest.mark.parametrize("name", CATALOGUE.shipped_ids)
def test_F18_beginners_get_the_bottom_of_the_band_and_no_percussion_pins(name: str) -> None:
    for step in work(plan_of(name, allowed(sessions=0))):
        assert step.point is not None
        if step.runs_motor:
            assert step.point.speed_ppm is not None
            assert step.speed_ppm == max(step.point.speed_ppm[0], GUN.speed_min_ppm)
            assert step.mode is Mode.SWEEP
            assert step.force_band_n is not None
            assert step.force_band_n[0] >= limits.FORCE_USEFUL_MIN_N
        elif step.mode in (Mode.PIN, Mode.PINCH) and step.tool is not Tool.ALGOMETER:
            assert step.tool in (Tool.HAND, Tool.BALL)
            assert step.discomfort_max is not None
            assert step.discomfort_max <= 4
            swapped = manual_alternative(step)
            assert swapped is None or swapped.tool in (Tool.HAND, Tool.BALL)


@pytest.mark.parametrize(("low_n", "tool"), [(4.3, Tool.PERCUSSION), (4.2, Tool.BALL)])
def test_F18_a_lower_bound_narrowed_under_3_n_is_for_a_manual_tool(low_n: float, tool: Tool) -> None:
    text = with_step(point="PMAJ", speed_ppm=1600, force_n=[low_n, 12])
    plan = make_plan(mine(text), RIGHT, GUN, SENSOR, allowed(sessions=0))
    assert plan.steps[0].tool is tool


def test_F18_a_slow_sensor_still_finds_a_speed() -> None:
    plan = make_plan(CATALOGUE.program("tech-neck"), RIGHT, GUN, SLOW_SENSOR, allowed(sessions=0))
    assert all(limits.sensor_can_see(step.speed_ppm or 0, 80) for step in work(plan) if step.runs_motor)


def test_F19_before_explosive_effort_30_s_a_muscle_and_side_and_no_pins() -> None:
    sweep = {
        "mode": "sweep", "tool": "perc", "point": "RFEM", "side": "LR", "speed_ppm": 1800, "force_n": [15, 30],
        "maximum_s": 20,
    }  # fmt: skip
    pin = {"mode": "pin", "tool": "ball", "point": "GMAX", "side": "LR", "maximum_s": 40}
    allowance = allowed(today=frozenset({EXPLOSIVE}))
    plan = make_plan(mine(program([sweep, sweep, sweep, pin])), Choices(), GUN, SENSOR, allowance)
    spent = {side: sum(step.maximum_s for step in plan.steps if step.side is side) for side in (Side.LEFT, Side.RIGHT)}
    assert spent == {Side.LEFT: 30, Side.RIGHT: 30}
    assert {step.mode for step in plan.steps} == {Mode.SWEEP}
    assert plan.muscle_max_s == 30
    assert any("Leabeater" in warning for warning in plan.warnings)


@pytest.mark.parametrize("name", ["post-leg-day", "roller-legs"])
def test_F19_after_hard_exercise_at_most_1800_ppm_and_no_pins(name: str) -> None:
    plan = plan_of(name, allowed(today=frozenset({HARD_EXERCISE})))
    assert all((step.speed_ppm or 0) <= 1800 and step.mode is not Mode.PIN for step in work(plan))


def test_F19_exhaustion_and_a_bruised_muscle_block() -> None:
    with pytest.raises(Blocked, match="dark urine") as refused:
        plan_of("post-leg-day", allowed(today=frozenset({EXHAUSTED})))
    assert refused.value.rule_id == "F19"


@pytest.mark.parametrize("name", CATALOGUE.shipped_ids)
def test_F27_two_points_and_5_of_10_are_left(name: str) -> None:
    plan = plan_of(name, allowed(Answer(Matter.WIDESPREAD_PAIN)))
    named = {step.point.id for step in plan.steps if step.point}
    filled = [step for step in plan.steps if step.mode is Mode.PIN and step.point is None]
    assert len(named) + len(filled) <= 2
    rated = [step for step in work(plan) if step.tool is not Tool.ALGOMETER and step.tool is not Tool.NONE]
    assert all(step.discomfort_max is not None and step.discomfort_max <= 5 for step in rated)


# ---------------------------------------------------------------- free run


def free_run(allowance: Allowance, speed_ppm: int | None = None) -> Plan:
    return free_run_plan(Atlas.load().point("GMAX"), Side.LEFT, GUN, SENSOR, speed_ppm, allowance=allowance)


def test_F3_a_free_run_is_refused_too() -> None:
    with pytest.raises(Blocked) as refused:
        free_run(allowed(Answer(Matter.BLEEDING)))
    assert refused.value.rule_id == "F3"
    with pytest.raises(Blocked):
        free_run(allowed(Answer(Matter.ACTIVE_IMPLANT)))


def test_F8_a_free_run_is_slower_and_gentler_and_says_so() -> None:
    plan = free_run(allowed(Answer(Matter.DIABETES)), 2000)
    step = plan.steps[0]
    assert (step.speed_ppm, step.speed_max_ppm, step.force_factor) == (1400, 1400, 0.7)
    assert "[F8]" in plan.warnings[0]


def test_F19_a_free_run_before_explosive_effort_takes_30_s() -> None:
    assert free_run(allowed(today=frozenset({EXPLOSIVE}))).steps[0].maximum_s == 30
    assert free_run(Allowance()).steps[0].maximum_s == 120


# ---------------------------------------------------------------- all of it


@pytest.mark.parametrize("name", CATALOGUE.shipped_ids)
def test_an_allowance_only_ever_narrows(name: str) -> None:
    whole = {(step.program_step, step.label, step.pass_number): step for step in work(plan_of(name, Allowance()))}
    for matter in Matter:
        plan = plan_or_refusal(name, allowed(Answer(matter, ("forearm",)), sessions=1))
        if isinstance(plan, Blocked):
            continue
        for step in work(plan):
            before = whole[(step.program_step, step.label, step.pass_number)]
            assert step.maximum_s <= before.maximum_s or step.tool is not before.tool
            assert (step.speed_ppm or 0) <= (before.speed_ppm or 0)
            if step.force_band_n and before.force_band_n:
                assert step.force_band_n[1] <= before.force_band_n[1]


def test_every_rule_that_is_cited_is_in_the_table() -> None:
    found = [allowed(Answer(matter)) for matter in ITEMS]
    cited = {each.rule for one in found for each in (*one.bars, *one.reductions) if isinstance(each, Bar | Reduction)}
    assert cited <= RULES.keys()


@given(
    matters=st.sets(st.sampled_from([matter for matter in Matter if matter not in NOBODY]), max_size=5),
    where=st.sets(st.sampled_from([region.id for region in Atlas.load().regions()]), min_size=1, max_size=3),
    age=st.sampled_from([Matter.TEENAGER, Matter.ADULT]),
    name=st.sampled_from(CATALOGUE.shipped_ids),
    sessions=st.integers(0, 2),
    is_cleared=st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_no_mix_of_answers_gets_past_a_bar_or_a_factor(
    *, matters: set[Matter], where: set[str], age: Matter, name: str, sessions: int, is_cleared: bool
) -> None:
    answers = [Answer(matter, tuple(sorted(where)), is_cleared=is_cleared) for matter in sorted(matters)]
    allowance = allowed(*answers, age=age, sessions=sessions)
    plan = plan_or_refusal(name, allowance)
    if isinstance(plan, Blocked):
        assert plan.remedy
        return
    for step in work(plan):
        assert step.point is not None
        touching = [each for each in allowance.reductions if each.touches(step.point.region.id)]
        factor = min((each.force_factor for each in touching), default=1.0)
        assert not allowance.bar(step.point, step.tool, step.mode)
        assert step.force_factor == factor
        if step.force_band_n is not None and step.point.force_n is not None:
            assert step.force_band_n[1] <= step.point.force_n[1] * factor + 1e-9
        if step.pressure_band_kg_cm2 is not None and step.tool is not Tool.ALGOMETER:
            assert step.pressure_band_kg_cm2[1] <= limits.STATIC_PRESSURE_UNKNOWN_MAX_KG_CM2 * factor + 1e-9
        for each in touching:
            if each.discomfort_max is not None and step.tool is not Tool.ALGOMETER:
                assert step.discomfort_max is not None
                assert step.discomfort_max <= each.discomfort_max
