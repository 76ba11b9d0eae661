"""F3–F8, F18, F19, F27 as the allowance of a person: what is barred, what shrinks, just below and at each threshold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from massctl.body.allowance import WHOLE, Allowance
from massctl.body.atlas import Atlas, Point
from massctl.body.person import Answer, Person, expired_topics
from massctl.body.person_rules import EXHAUSTED, EXPLOSIVE, HARD_EXERCISE, Facts, allowance_of
from massctl.body.screening import ASKS, ITEMS, Item, Matter, Topic
from massctl.body.terms import Mode, Tool

TODAY = date(2026, 11, 22)
POINTS = Atlas.load().points()
PRESSURE = (Tool.PERCUSSION, Tool.BALL, Tool.ROLLER, Tool.ROLLER_STICK, Tool.CANE, Tool.HAND, Tool.ALGOMETER, Tool.ANY)
ADULT = Answer(Matter.ADULT)


def person(*answers: Answer, age: Answer = ADULT) -> Person:
    return Person("me", "k", dict.fromkeys(Topic, TODAY), (age, *answers))


def allowed(*answers: Answer, age: Answer = ADULT, sessions: int = 2, today: frozenset[str] = frozenset()) -> Allowance:
    return allowance_of(Facts(person(*answers, age=age), TODAY, sessions, today))


def barred(allowance: Allowance, tool: Tool, mode: Mode = Mode.SWEEP) -> set[str]:
    """Return the regions of all points where it is barred."""
    return {point.region.id for point in POINTS if allowance.bar(point, tool, mode)}


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def point(name: str) -> Point:
    return Atlas.load().point(name)


ALL_REGIONS = {each.region.id for each in POINTS}


def test_a_healthy_adult_with_two_sessions_behind_gets_everything() -> None:
    allowance = allowed()
    assert allowance == Allowance()
    assert {allowance.share(each) for each in POINTS} == {WHOLE}


# ---------------------------------------------------------------- F3

F3_MATTERS = [item.matter for item in ITEMS.values() if item.rule == "F3" and item.matter is not Matter.UNDER_14]


@pytest.mark.parametrize("matter", F3_MATTERS)
@pytest.mark.parametrize("tool", PRESSURE)
def test_F3_bars_percussion_and_every_pressure_tool_everywhere(matter: Matter, tool: Tool) -> None:
    allowance = allowed(Answer(matter))
    for mode in (Mode.SWEEP, Mode.PIN, Mode.KNEAD, Mode.PINCH, Mode.SCAN, Mode.RAMP):
        assert barred(allowance, tool, mode) == ALL_REGIONS
        assert allowance.bar(None, tool, mode)
    assert {bar.rule for bar in allowance.bars} == {"F3"}
    assert "physician" in allowance.bars[0].instead
    assert "stay possible" in allowance.bars[0].instead


def test_F3_below_14_nothing_and_from_14_on_something() -> None:
    assert barred(allowed(age=Answer(Matter.UNDER_14)), Tool.HAND) == ALL_REGIONS
    assert barred(allowed(age=Answer(Matter.TEENAGER)), Tool.PERCUSSION) == set()


def test_F3_only_a_cleared_clot_is_allowed() -> None:
    assert barred(allowed(Answer(Matter.CLOT, is_cleared=True)), Tool.PERCUSSION) == set()
    for matter in F3_MATTERS:
        if matter is not Matter.CLOT:
            assert barred(allowed(Answer(matter, is_cleared=True)), Tool.HAND) == ALL_REGIONS


def test_F3_a_numb_region_gets_nothing_and_the_others_do() -> None:
    allowance = allowed(Answer(Matter.NUMB, ("calf",)))
    assert all(barred(allowance, tool) == {"calf"} for tool in PRESSURE)


# ---------------------------------------------------------------- F4

NEAR = {
    "chest",
    "ribs_sternum",
    "axilla",
    "upper_back",
    "scapula",
    "shoulder_top",
    "neck_front",
    "neck_side",
    "neck_back",
}


def test_F4_an_uncleared_pacemaker_bars_the_massager_everywhere_and_all_tools_near_it() -> None:
    allowance = allowed(Answer(Matter.ACTIVE_IMPLANT))
    assert barred(allowance, Tool.PERCUSSION) == ALL_REGIONS
    assert barred(allowance, Tool.BALL) == NEAR & ALL_REGIONS
    assert "stays possible" in allowance.bars[0].instead or "Ball" in allowance.bars[0].instead


def test_F4_a_cleared_pacemaker_still_never_chest_upper_back_or_near_the_neck() -> None:
    allowance = allowed(Answer(Matter.ACTIVE_IMPLANT, is_cleared=True))
    assert barred(allowance, Tool.PERCUSSION) == NEAR & ALL_REGIONS
    assert barred(allowance, Tool.BALL) == NEAR & ALL_REGIONS
    assert not allowance.bar(point("GMAX"), Tool.PERCUSSION, Mode.SWEEP)


def test_F4_another_implant_bars_its_region() -> None:
    allowance = allowed(Answer(Matter.IMPLANT, ("hip_lat",)))
    assert barred(allowance, Tool.PERCUSSION) == barred(allowance, Tool.HAND) == {"hip_lat"}


# ---------------------------------------------------------------- F5

WHILE_TRUE = ["wound", "rash", "bruise", "swelling", "fracture", "tumour", "varicose_veins", "numb"]


@pytest.mark.parametrize("matter", WHILE_TRUE)
def test_F5_bars_its_regions_for_every_tool_as_long_as_it_is_true(matter: str) -> None:
    allowance = allowed(Answer(Matter(matter), ("calf", "shin"), since=days_ago(300)))
    assert all(barred(allowance, tool) == {"calf", "shin"} for tool in PRESSURE)
    assert allowance.bars[0].rule == "F5"
    assert "(calf, shin)" in allowance.bars[0].because
    assert "stays possible" in allowance.bars[0].instead


@pytest.mark.parametrize(("days", "is_barred"), [(0, True), (3, True), (4, False)])
def test_F5_an_injury_bars_for_72_hours_counted_from_the_end_of_its_day(days: int, is_barred: bool) -> None:
    allowance = allowed(Answer(Matter.INJURY, ("calf",), since=days_ago(days)))
    assert (barred(allowance, Tool.BALL) == {"calf"}) is is_barred


@pytest.mark.parametrize(("days", "factor"), [(4, 0.5), (42, 0.5), (43, 1.0)])
def test_F5_an_injury_asks_for_caution_to_6_weeks(days: int, factor: float) -> None:
    allowance = allowed(Answer(Matter.INJURY, ("calf",), since=days_ago(days)))
    share = allowance.share(point("GASM"))
    assert share.force_factor == factor
    assert share.discomfort_max == (4 if factor < 1 else None)
    assert allowance.share(point("GMAX")) == WHOLE


@pytest.mark.parametrize(("days", "is_barred"), [(0, True), (84, True), (85, False)])
def test_F5_surgery_bars_for_12_weeks(days: int, is_barred: bool) -> None:
    allowance = allowed(Answer(Matter.SURGERY, ("buttock",), since=days_ago(days)))
    assert bool(barred(allowance, Tool.ROLLER)) is is_barred


@pytest.mark.parametrize("matter", [Matter.INJURY, Matter.SURGERY])
@pytest.mark.parametrize("since", [None, TODAY + timedelta(days=5)])
def test_F5_an_unknown_or_future_day_counts_as_today(matter: Matter, since: date | None) -> None:
    assert barred(allowed(Answer(matter, ("calf",), since=since)), Tool.HAND) == {"calf"}


def test_F5_without_a_region_it_is_everywhere() -> None:
    assert barred(allowed(Answer(Matter.BRUISE)), Tool.HAND) == ALL_REGIONS
    injury = allowed(Answer(Matter.INJURY, since=days_ago(10)))
    assert {injury.share(each).force_factor for each in POINTS} == {0.5}


def test_F5_less_feeling_from_diabetes_bars_feet_lower_legs_and_hands() -> None:
    allowance = allowed(Answer(Matter.NEUROPATHY))
    assert barred(allowance, Tool.BALL) == {"foot_sole", "shin", "calf", "hand"}
    assert allowance.share(point("GMAX")).force_factor == 0.7


# ---------------------------------------------------------------- F6


def test_F6_pregnancy_bars_everything_until_a_clinician_cleared_it() -> None:
    allowance = allowed(Answer(Matter.PREGNANT))
    assert barred(allowance, Tool.PERCUSSION) == barred(allowance, Tool.HAND) == ALL_REGIONS
    assert "back-strength" in allowance.bars[1].instead


def test_F6_cleared_it_still_bars_belly_low_back_inner_thigh_and_calf() -> None:
    allowance = allowed(Answer(Matter.PREGNANT, is_cleared=True))
    never = {"abdomen_flank", "low_back", "spine", "groin", "thigh_med", "calf"}
    assert barred(allowance, Tool.PERCUSSION) == barred(allowance, Tool.HAND) == never & ALL_REGIONS
    assert not allowance.bar(point("UTRAP"), Tool.PERCUSSION, Mode.SWEEP)


# ---------------------------------------------------------------- F7


def test_F7_from_14_to_17_takes_0_6_of_the_force_and_8_minutes() -> None:
    allowance = allowed(age=Answer(Matter.TEENAGER))
    assert allowance.share(point("GMAX")).force_factor == 0.6
    assert allowance.session_max is not None
    assert allowance.session_max.session_max_s == 480.0
    assert allowed().session_max is None


# ---------------------------------------------------------------- F8


@pytest.mark.parametrize(
    ("matter", "factor"),
    [
        (Matter.OSTEOPOROSIS, 0.5),
        (Matter.DIABETES, 0.7),
        (Matter.PRESSURE_CONTROLLED, 0.8),
    ],
)
def test_F8_cautions_shrink_force_and_speed_everywhere(matter: Matter, factor: float) -> None:
    share = allowed(Answer(matter)).share(point("GMAX"))
    assert (share.force_factor, share.speed_factor) == (factor, factor)
    assert share.speed_most_ppm(2000) == int(2000 * factor)


def test_F8_scoliosis_shrinks_on_the_back_only() -> None:
    allowance = allowed(Answer(Matter.SCOLIOSIS))
    assert allowance.share(point("RHOM")).force_factor == 0.7
    assert allowance.share(point("GMAX")) == WHOLE


def test_F8_thin_bones_bar_ribs_and_upper_back_for_every_tool() -> None:
    allowance = allowed(Answer(Matter.OSTEOPOROSIS))
    bones = {"ribs_sternum", "chest", "upper_back", "scapula", "spine"} & ALL_REGIONS
    assert all(barred(allowance, tool) == bones for tool in PRESSURE)


def test_F8_of_several_factors_the_smallest_counts_not_their_product() -> None:
    answers = [Answer(Matter.OSTEOPOROSIS), Answer(Matter.DIABETES), Answer(Matter.PRESSURE_CONTROLLED)]
    share = allowed(*answers, age=Answer(Matter.TEENAGER), sessions=0).share(point("GMAX"))
    assert share.force_factor == 0.5
    assert share.speed_factor == 0.5
    assert share.force_rule == "F8"


@pytest.mark.parametrize("matter", [Matter.ARTHRITIS, Matter.DISC, Matter.TENDINITIS])
def test_F8_troubles_hold_their_region_at_4_of_10_and_name_the_clinician(matter: Matter) -> None:
    share = allowed(Answer(matter, ("forearm",))).share(point("BRAD"))
    assert share.discomfort_max == 4
    assert share.discomfort_most(Mode.SWEEP, 6) == (4, "F8")
    assert share.discomfort_most(Mode.SWEEP, 3) == (3, "")
    assert all(word in share.because[0] for word in ("off the tendon", "tingling", "clinician"))
    assert allowed(Answer(matter, ("forearm",))).share(point("GMAX")) == WHOLE


def test_F8_sciatica_and_carpal_tunnel_know_their_regions() -> None:
    assert allowed(Answer(Matter.SCIATICA)).share(point("PIRI")).discomfort_max == 4
    assert allowed(Answer(Matter.CARPAL_TUNNEL)).share(point("FLEXF")).discomfort_max == 4


@pytest.mark.parametrize("topic", list(Topic))
@pytest.mark.parametrize(("days", "is_expired"), [(0, False), (89, False), (90, True), (-1, True)])
def test_F8_an_answer_expires_on_its_90th_day(topic: Topic, days: int, is_expired: bool) -> None:
    someone = replace(person(), answered_on=dict.fromkeys(Topic, TODAY) | {topic: days_ago(days)})
    assert expired_topics(someone, TODAY) == ((topic,) if is_expired else ())


def test_F8_who_was_never_asked_gets_nothing() -> None:
    assert expired_topics(Person("me", "k"), TODAY) == tuple(ask.topic for ask in ASKS)
    allowance = allowance_of(Facts(Person("me", "k"), TODAY, 9))
    assert barred(allowance, Tool.HAND) == ALL_REGIONS
    assert allowance.bars[0].rule == "F8"
    assert "massctl person screen" in allowance.bars[0].instead


def test_F8_a_topic_answered_anew_replaces_its_answers_alone() -> None:
    before = person(Answer(Matter.BRUISE, ("calf",)), Answer(Matter.DIABETES))
    after = before.answered(Topic.INJURIES, [Answer(Matter.RASH, ("shin",))], days_ago(-1))
    assert [answer.matter for answer in after.answers] == [Matter.ADULT, Matter.DIABETES, Matter.RASH]
    assert after.answered_on[Topic.INJURIES] == days_ago(-1)
    assert after.answered_on[Topic.CONDITIONS] == TODAY


# ---------------------------------------------------------------- F18


@pytest.mark.parametrize(("sessions", "is_beginner"), [(0, True), (1, True), (2, False)])
def test_F18_the_first_two_real_sessions_are_gentle(sessions: int, is_beginner: bool) -> None:
    share = allowed(sessions=sessions).share(point("GMAX"))
    assert share.is_slowest is is_beginner
    assert share.force_factor == (0.7 if is_beginner else 1.0)
    assert share.pin_tools == (frozenset({Tool.BALL, Tool.HAND}) if is_beginner else None)
    assert share.discomfort_most(Mode.PIN, 6) == ((4, "F18") if is_beginner else (6, ""))
    assert share.discomfort_most(Mode.SWEEP, 6) == (6, "")


# ---------------------------------------------------------------- F19


def test_F19_before_explosive_effort_30_s_a_muscle_and_no_pins() -> None:
    allowance = allowed(today=frozenset({EXPLOSIVE}))
    assert allowance.muscle_max is not None
    assert allowance.muscle_max.muscle_max_s == 30.0
    for mode in (Mode.PIN, Mode.PINCH, Mode.SCAN):
        assert barred(allowance, Tool.BALL, mode) == ALL_REGIONS
    assert barred(allowance, Tool.PERCUSSION, Mode.SWEEP) == set()


def test_F19_after_hard_exercise_slow_gentle_and_no_pins() -> None:
    allowance = allowed(today=frozenset({HARD_EXERCISE}))
    share = allowance.share(point("GMAX"))
    assert (share.force_factor, share.speed_max_ppm) == (0.7, 1800)
    assert (share.speed_most_ppm(1799), share.speed_most_ppm(1801)) == (1799, 1800)
    assert barred(allowance, Tool.PERCUSSION, Mode.PIN) == ALL_REGIONS
    assert "Leabeater" in share.because[0]


def test_F19_exhaustion_with_a_bruised_or_very_painful_muscle_bars_everything() -> None:
    allowance = allowed(today=frozenset({EXHAUSTED}))
    assert barred(allowance, Tool.HAND) == ALL_REGIONS
    assert {bar.rule for bar in allowance.bars} == {"F19"}


# ---------------------------------------------------------------- F27


def test_F27_widespread_pain_halves_force_and_leaves_two_points_at_5_of_10() -> None:
    allowance = allowed(Answer(Matter.WIDESPREAD_PAIN))
    share = allowance.share(point("GMAX"))
    assert (share.force_factor, share.discomfort_max, share.discomfort_rule) == (0.5, 5, "F27")
    assert allowance.points_max is not None
    assert allowance.points_max.points_max == 2


# ---------------------------------------------------------------- all of them


@pytest.mark.parametrize("item", ITEMS.values(), ids=lambda item: item.matter.value)
def test_every_question_of_the_screening_means_something(item: Item) -> None:
    matter = item.matter
    if matter is Matter.ADULT:
        return
    answer = Answer(matter, ("calf",))
    found = allowed(answer) if matter not in (Matter.UNDER_14, Matter.TEENAGER) else allowed(age=answer)
    assert found.bars or found.reductions
    assert all(bar.instead.endswith(".") and bar.because for bar in found.bars)


def test_every_matter_is_asked_once_and_every_region_of_the_rules_exists() -> None:
    assert sorted(ITEMS) == sorted(Matter)
    regions = {region.id for region in Atlas.load().regions()}
    for matter in Matter:
        found = allowed(Answer(matter))
        for named in [bar.regions for bar in found.bars] + [each.regions for each in found.reductions]:
            assert named is None or named <= regions
