"""F1, F3–F9, F18, F19, F27: what a person may have, from the answers to the plan and into the session."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from massctl.app import preflight
from massctl.app.preflight import PreflightAnswers, judge, page_for, refuse_for_the_day, told
from massctl.body.allowance import Allowance
from massctl.body.atlas import Atlas
from massctl.body.person import Answer, Day, Person, expired_topics
from massctl.body.person_rules import (
    EXHAUSTED,
    EXPLOSIVE,
    HARD_EXERCISE,
    NEAR_ACTIVE_IMPLANT,
    NEVER_IN_PREGNANCY,
    Facts,
    allowance_of,
)
from massctl.body.screening import Matter, Topic
from massctl.body.terms import Mode, Side, Tool
from massctl.errors import Blocked
from massctl.programs.choices import Choices
from massctl.programs.plan import Plan
from massctl.programs.planner import make_plan
from massctl.rules import Level
from massctl.session.commands import Key
from massctl.session.events import Phase
from tests.programs.samples import GUN, SENSOR, mine, program, with_step
from tests.rules.scenes import acted, at_work, off
from tests.session.stage import manual, percussion

TODAY = date(2026, 11, 22)
POINTS = Atlas.load().points()
REGIONS = frozenset(point.region.id for point in POINTS)
CALF = (("calf", "calf"),)
ACCEPT = PreflightAnswers(accepts_disclaimer=True)


def someone(*answers: Answer, age: Matter = Matter.ADULT, answered: date = TODAY) -> Person:
    return Person("me", "k", dict.fromkeys(Topic, answered), (Answer(age), *answers))


def allowed(
    *answers: Answer,
    age: Matter = Matter.ADULT,
    sessions: int = 2,
    today: frozenset[str] = frozenset(),
    answered: date = TODAY,
) -> Allowance:
    return allowance_of(Facts(someone(*answers, age=age, answered=answered), TODAY, sessions, today))


def barred(allowance: Allowance, tool: Tool = Tool.BALL, mode: Mode = Mode.SWEEP) -> frozenset[str]:
    """Return the regions that are barred for a tool."""
    return frozenset(point.region.id for point in POINTS if allowance.bar(point, tool, mode))


def planned(text: str, allowance: Allowance) -> Plan:
    return make_plan(mine(text), Choices(side=Side.RIGHT), GUN, SENSOR, allowance)


def gmax(allowance: Allowance) -> Plan:
    """Plan one sweep of GMAX with the massager, 15 to 40 N at 2,000 PPM."""
    return planned(with_step(point="GMAX", speed_ppm=2000, force_n=[15, 40]), allowance)


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATA", "CONFIG", "RUNTIME"):
        monkeypatch.setenv(f"MASSCTL_{name}_DIR", str(tmp_path / name.lower()))


def refused(page: preflight.PreflightPage, *yes: str, accepts: bool = True, confirmed: str = "") -> str:
    """Return the rule by which the page refuses the run; '' where it begins."""
    try:
        judge(page, PreflightAnswers(accepts, frozenset(yes), frozenset({confirmed} - {""})))
    except Blocked as blocked:
        return blocked.rule_id
    return ""


# ---------------------------------------------------------------- F1


def test_F1_just_below_an_accepted_notice_is_not_shown_again() -> None:
    assert refused(page_for("x", CALF)) == ""
    page = page_for("x", CALF)
    assert page.disclaimer == ""
    assert refused(page, accepts=False) == ""


def test_F1_at_the_threshold_nothing_runs_before_it_is_accepted_nor_behind_a_changed_word(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert refused(page_for("x", CALF), accepts=False) == "F1"
    assert refused(page_for("x", CALF)) == ""
    monkeypatch.setattr(preflight, "DISCLAIMER", preflight.DISCLAIMER.replace("risk", "peril"))
    assert refused(page_for("x", CALF), accepts=False) == "F1"


def test_F1_recovers_by_accepting_it() -> None:
    assert refused(page_for("x", CALF), accepts=False) == "F1"
    assert refused(page_for("x", CALF)) == ""


# ---------------------------------------------------------------- F3


def test_F3_just_below_14_to_17_years_and_a_cleared_clot_bar_nothing() -> None:
    assert barred(allowed(age=Matter.TEENAGER), Tool.PERCUSSION) == frozenset()
    assert barred(allowed(Answer(Matter.CLOT, is_cleared=True)), Tool.PERCUSSION) == frozenset()


@pytest.mark.parametrize(
    "matter",
    [
        Matter.CLOT, Matter.BLEEDING, Matter.ANTICOAGULANTS, Matter.PRESSURE_UNCONTROLLED, Matter.ORGANS,
        Matter.RHABDOMYOLYSIS, Matter.CONNECTIVE_TISSUE,
    ],
)  # fmt: skip
def test_F3_at_the_threshold_no_massager_and_no_tool_that_presses_anywhere(matter: Matter) -> None:
    for tool in (Tool.PERCUSSION, Tool.BALL, Tool.CANE, Tool.HAND, Tool.ROLLER, Tool.ALGOMETER):
        assert barred(allowed(Answer(matter)), tool, Mode.PIN) == REGIONS
    with pytest.raises(Blocked) as blocked:
        gmax(allowed(Answer(matter)))
    assert blocked.value.rule_id == "F3"


@pytest.mark.parametrize("said", ["fever", "pain", "numb"])
def test_F3_at_the_threshold_what_is_true_today_blocks_as_well(said: str) -> None:
    assert refused(page_for("x", CALF), said) == "F3"


def test_F3_recovers_for_a_clot_that_was_cleared_and_for_what_presses_nothing() -> None:
    assert gmax(allowed(Answer(Matter.CLOT, is_cleared=True))).steps
    mobility = program([{"mode": "move", "tool": "ui", "maximum_s": 60, "instruction": "Circle the shoulders"}])
    assert planned(mobility, allowed(Answer(Matter.BLEEDING))).steps


# ---------------------------------------------------------------- F4


def test_F4_just_below_a_cleared_pacemaker_leaves_the_massager_away_from_it() -> None:
    allowance = allowed(Answer(Matter.ACTIVE_IMPLANT, is_cleared=True))
    assert barred(allowance, Tool.PERCUSSION) == NEAR_ACTIVE_IMPLANT & REGIONS
    assert gmax(allowance).steps[0].tool is Tool.PERCUSSION


def test_F4_at_the_threshold_uncleared_it_bars_every_massager_and_near_it_every_tool() -> None:
    allowance = allowed(Answer(Matter.ACTIVE_IMPLANT))
    assert barred(allowance, Tool.PERCUSSION) == REGIONS
    assert barred(allowance) == NEAR_ACTIVE_IMPLANT & REGIONS
    assert barred(allowed(Answer(Matter.IMPLANT, ("calf",)))) == {"calf"}


def test_F4_recovers_when_a_clinician_cleared_it_but_never_near_it() -> None:
    with pytest.raises(Blocked) as blocked:
        gmax(allowed(Answer(Matter.ACTIVE_IMPLANT)))
    assert blocked.value.rule_id == "F4"
    assert gmax(allowed(Answer(Matter.ACTIVE_IMPLANT, is_cleared=True))).steps
    assert {"chest", "upper_back"} <= barred(allowed(Answer(Matter.ACTIVE_IMPLANT, is_cleared=True)))


# ---------------------------------------------------------------- F5


def test_F5_just_below_the_other_regions_stay_whole() -> None:
    allowance = allowed(Answer(Matter.BRUISE, ("calf",)))
    assert barred(allowance) == {"calf"}
    assert gmax(allowance).steps[0].force_band_n == (15, 40)


@pytest.mark.parametrize(
    ("matter", "last_barred_day"), [(Matter.INJURY, 3), (Matter.SURGERY, 84)], ids=["72 hours", "12 weeks"]
)
def test_F5_at_the_threshold_the_last_day_still_bars_and_the_next_does_not(
    matter: Matter, last_barred_day: int
) -> None:
    assert barred(allowed(Answer(matter, ("calf",), days_ago(last_barred_day)))) == {"calf"}
    assert barred(allowed(Answer(matter, ("calf",), days_ago(last_barred_day + 1)))) == frozenset()
    assert barred(allowed(Answer(matter, ("calf",), None))) == {"calf"}, "an unknown day is today"


def test_F5_recovers_in_steps_half_the_force_and_4_of_10_to_6_weeks_then_all_of_it() -> None:
    step = gmax(allowed(Answer(Matter.INJURY, ("buttock",), days_ago(42)))).steps[0]
    assert step.force_band_n == (7.5, 20)
    assert (step.discomfort_max, step.discomfort_rule) == (4, "F5")
    assert gmax(allowed(Answer(Matter.INJURY, ("buttock",), days_ago(43)))).steps[0].force_band_n == (15, 40)


# ---------------------------------------------------------------- F6


def test_F6_just_below_a_cleared_pregnancy_keeps_the_other_regions() -> None:
    allowance = allowed(Answer(Matter.PREGNANT, is_cleared=True))
    assert barred(allowance) == NEVER_IN_PREGNANCY & REGIONS
    assert gmax(allowance).steps


def test_F6_at_the_threshold_uncleared_nothing_presses_anywhere() -> None:
    assert barred(allowed(Answer(Matter.PREGNANT))) == REGIONS
    with pytest.raises(Blocked) as blocked:
        gmax(allowed(Answer(Matter.PREGNANT)))
    assert blocked.value.rule_id == "F6"


def test_F6_recovers_when_cleared_but_never_at_belly_low_back_and_calf() -> None:
    assert gmax(allowed(Answer(Matter.PREGNANT, is_cleared=True))).steps
    assert {"calf", "low_back", "abdomen_flank"} <= barred(allowed(Answer(Matter.PREGNANT, is_cleared=True)))


# ---------------------------------------------------------------- F7


def test_F7_just_below_means_8_minutes_of_work_and_an_adult_needs_nobody() -> None:
    session = at_work(changes={"session_max_s": 480.0})
    session.core.snapshot.doses.work_s = 470.0
    session.run(9.5)
    assert session.by("F7") == []
    assert page_for("x", CALF, person=someone()).confirmations == ()


def test_F7_at_the_threshold_of_8_minutes_every_tools_work_is_over() -> None:
    for step in (percussion(maximum_s=200.0), manual(maximum_s=90.0)):
        session = at_work(step, changes={"session_max_s": 480.0})
        session.core.snapshot.doses.work_s = 479.0
        assert acted(session, "F7", Level.PAUSE, 2.0) <= 1.05
        assert "8 minutes" in session.by("F7")[-1].text
        assert off(session)
        assert session.core.conductor.is_over


def test_F7_at_the_threshold_force_is_six_tenths_and_an_adult_confirms_to_be_there() -> None:
    allowance = allowed(age=Matter.TEENAGER)
    assert gmax(allowance).steps[0].force_band_n == (9, 24)
    assert gmax(allowance).session_max_s == 480
    assert refused(page_for("x", CALF, person=someone(age=Matter.TEENAGER))) == "F7"


def test_F7_recovers_with_the_adults_word_each_time() -> None:
    page = page_for("x", CALF, person=someone(age=Matter.TEENAGER))
    assert refused(page, confirmed="adult") == ""
    assert refused(page_for("x", CALF, person=someone(age=Matter.TEENAGER))) == "F7"


# ---------------------------------------------------------------- F8


def test_F8_just_below_90_days_the_answers_hold() -> None:
    assert expired_topics(someone(answered=days_ago(89)), TODAY) == ()
    assert barred(allowed(answered=days_ago(89))) == frozenset()


def test_F8_at_the_threshold_of_90_days_nothing_runs_until_they_are_asked_again() -> None:
    assert expired_topics(someone(answered=days_ago(90)), TODAY) == tuple(Topic)
    with pytest.raises(Blocked) as blocked:
        gmax(allowed(answered=days_ago(90)))
    assert blocked.value.rule_id == "F8"
    assert refused(page_for("x", CALF, person=someone()), "changed") == "F8"


@pytest.mark.parametrize(
    ("matter", "factor"),
    [(Matter.DIABETES, 0.7), (Matter.PRESSURE_CONTROLLED, 0.8)],
)
def test_F8_at_the_threshold_a_caution_takes_its_part_of_force_and_speed(matter: Matter, factor: float) -> None:
    step = gmax(allowed(Answer(matter))).steps[0]
    assert step.force_band_n == pytest.approx((15 * factor, 40 * factor))
    assert step.speed_ppm == 2000 * factor


def test_F8_at_the_threshold_a_rating_above_4_of_10_in_a_troubled_region_slows_down() -> None:
    step = percussion(maximum_s=200.0, discomfort_max=4, discomfort_rule="F8")
    session = at_work(step)
    session.run(6.0)
    session.press(Key.DISCOMFORT, 4)
    session.run(6.0)
    assert session.by("F8") == []
    session.press(Key.DISCOMFORT, 5)
    assert session.by("F8")[-1].level is Level.BACKOFF


def test_F8_recovers_with_new_answers() -> None:
    old = someone(answered=days_ago(90))
    new = replace(old, answered_on=dict.fromkeys(Topic, TODAY))
    assert expired_topics(new, TODAY) == ()
    assert gmax(allowed()).steps[0].force_band_n == (15, 40)


# ---------------------------------------------------------------- F9


def test_F9_just_below_no_answer_with_yes_begins_the_run_and_is_not_asked_again_that_day() -> None:
    page = page_for("x", CALF)
    assert refused(page) == ""
    day = told(Day(TODAY), page, ACCEPT)
    assert "chest" not in {question.id for question in page_for("x", CALF, day=day).questions}


def test_F9_at_the_threshold_any_yes_blocks_with_seek_care_now() -> None:
    flags = [question.id for question in page_for("x", CALF).questions if question.rule == "F9"]
    assert len(flags) >= 5
    for flag in flags:
        with pytest.raises(Blocked, match="Seek care now"):
            judge(page_for("x", CALF), PreflightAnswers(accepts_disclaimer=True, yes=frozenset({flag})))


def test_F9_recovers_the_next_day_and_not_before() -> None:
    page = page_for("x", CALF)
    day = told(Day(TODAY), page, PreflightAnswers(accepts_disclaimer=True, yes=frozenset({"chest"})))
    with pytest.raises(Blocked) as blocked:
        refuse_for_the_day(day, someone())
    assert blocked.value.rule_id == "F9"
    refuse_for_the_day(Day(TODAY + timedelta(days=1)), someone())


# ---------------------------------------------------------------- F18


def test_F18_just_below_means_that_the_third_session_is_whole() -> None:
    step = gmax(allowed(sessions=2)).steps[0]
    assert (step.speed_ppm, step.force_band_n) == (2000, (15, 40))


@pytest.mark.parametrize("sessions", [0, 1])
def test_F18_at_the_threshold_the_first_two_are_slow_gentle_and_without_percussion_pins(sessions: int) -> None:
    step = gmax(allowed(sessions=sessions)).steps[0]
    assert step.speed_ppm == 1700
    assert step.force_band_n == pytest.approx((10.5, 28))
    pin = planned(
        with_step(point="GMED", mode="pin", speed_ppm=1800, force_n=[15, 30]), allowed(sessions=sessions)
    ).steps[0]
    assert pin.tool in {Tool.BALL, Tool.HAND}
    assert pin.discomfort_max == 4


def test_F18_recovers_a_lower_bound_of_3_n_and_more_with_the_massager() -> None:
    for low_n, tool in ((4.3, Tool.PERCUSSION), (4.2, Tool.BALL)):
        plan = planned(with_step(point="PMAJ", speed_ppm=1600, force_n=[low_n, 12]), allowed(sessions=1))
        assert plan.steps[0].tool is tool
    assert planned(with_step(point="PMAJ", speed_ppm=1600, force_n=[4.2, 12]), allowed()).steps[0].runs_motor


# ---------------------------------------------------------------- F19


def test_F19_just_below_30_s_on_a_muscle_go_on_before_explosive_effort() -> None:
    session = at_work(changes={"muscle_max_s": 30.0})
    session.until(lambda: session.core.snapshot.doses.muscle_work_s(session.core.conductor.step) > 29.8)
    assert session.by("F19") == []
    assert session.phase is Phase.WORKING


def test_F19_at_the_threshold_of_30_s_the_muscle_is_over_with_any_tool() -> None:
    for step in (percussion(maximum_s=200.0), manual(maximum_s=90.0)):
        session = at_work(step, changes={"muscle_max_s": 30.0})
        acted(session, "F19", Level.PAUSE, 40.0)
        assert session.core.snapshot.doses.muscle_work_s(step) == pytest.approx(30.0, abs=0.06)
        assert off(session)


def test_F19_at_the_threshold_the_plan_has_no_pins_and_after_hard_exercise_1800_ppm_at_most() -> None:
    for told_today in (EXPLOSIVE, HARD_EXERCISE):
        allowance = allowed(today=frozenset({told_today}))
        assert barred(allowance, Tool.BALL, Mode.PIN) == REGIONS
        assert barred(allowance, Tool.BALL, Mode.SWEEP) == frozenset()
    step = gmax(allowed(today=frozenset({HARD_EXERCISE}))).steps[0]
    assert step.speed_ppm == 1800
    assert step.force_band_n == pytest.approx((10.5, 28))
    with pytest.raises(Blocked) as blocked:
        gmax(allowed(today=frozenset({EXHAUSTED})))
    assert blocked.value.rule_id == "F19"


def test_F19_recovers_on_another_muscle_and_at_the_next_page() -> None:
    session = at_work(percussion(maximum_s=200.0), percussion("GMAX", speed_ppm=1700), changes={"muscle_max_s": 30.0})
    acted(session, "F19", Level.PAUSE, 40.0)
    session.work()
    assert session.paper.speed_ppm == 1700
    day = told(Day(TODAY), page_for("x", CALF), PreflightAnswers(accepts_disclaimer=True, yes=frozenset({EXPLOSIVE})))
    assert day.yes == frozenset()


# ---------------------------------------------------------------- F27

FOUR: list[dict[str, object]] = [
    {"mode": "sweep", "tool": "perc", "point": point, "side": "S", "speed_ppm": 1800, "maximum_s": 60}
    for point in ("GMAX", "RFEM", "BFEM", "GASM")
]


def test_F27_just_below_two_points_are_kept_and_a_rating_of_5_changes_nothing() -> None:
    plan = planned(program(FOUR[:2]), allowed(Answer(Matter.WIDESPREAD_PAIN)))
    assert [step.label.split()[0] for step in plan.steps] == ["Gluteus", "Rectus"]
    session = at_work(percussion(maximum_s=200.0, discomfort_max=5, discomfort_rule="F27"))
    session.run(6.0)
    session.press(Key.DISCOMFORT, 5)
    assert session.told() == []


def test_F27_at_the_threshold_force_is_half_the_third_point_is_left_out_and_6_slows_down() -> None:
    allowance = allowed(Answer(Matter.WIDESPREAD_PAIN))
    assert gmax(allowance).steps[0].force_band_n == (7.5, 20)
    assert {step.label.split()[0] for step in planned(program(FOUR), allowance).steps} == {"Gluteus", "Rectus"}
    session = at_work(percussion(maximum_s=200.0, discomfort_max=5, discomfort_rule="F27"))
    session.run(6.0)
    session.press(Key.DISCOMFORT, 6)
    assert session.by("F27")[-1].level is Level.BACKOFF


def test_F27_recovers_for_who_does_not_have_it() -> None:
    assert len({step.label for step in planned(program(FOUR), allowed()).steps}) == 4
