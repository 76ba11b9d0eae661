"""The page before a run on hardware: what it asks, what a yes does, and what is remembered."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from massctl.app import preflight
from massctl.app.persons import today
from massctl.app.preflight import PreflightAnswers, judge, page_for, refuse_for_the_day, told
from massctl.body.person import Day
from massctl.body.screening import Matter
from massctl.errors import Blocked, ExitCode
from tests.app.screened import healthy

NECK = (("shoulder_top", "top of the shoulder"), ("neck_back", "back of the neck"))
CALF = (("calf", "calf"),)
ACCEPT = PreflightAnswers(accepts_disclaimer=True)


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MASSCTL_CONFIG_DIR", str(tmp_path / "config"))
    return tmp_path / "config"


def ids(regions: tuple[tuple[str, str], ...]) -> set[str]:
    return {question.id for question in page_for("x", regions).questions}


def test_red_flags_are_those_of_the_regions() -> None:
    assert {"headache", "stroke"} <= ids(NECK)
    assert not {"calf", "saddle", "leg"} & ids(NECK)
    assert "calf" in ids(CALF)
    assert "headache" not in ids(CALF)
    assert {"chest", "urine"} <= ids(NECK) & ids(CALF)


def test_a_low_back_program_asks_for_the_signs_of_a_trapped_cord() -> None:
    assert {"leg", "saddle", "back_fever"} <= ids((("low_back", "low back"),))


def test_numbness_is_asked_for_the_regions_by_name() -> None:
    numb = next(question for question in page_for("x", NECK).questions if question.id == "numb")
    assert "back of the neck, top of the shoulder" in numb.text
    assert "numb" not in ids(())


@pytest.mark.parametrize(
    "question", [q for q in page_for("x", NECK + CALF).questions if q.rule == "F9"], ids=lambda q: q.id
)
def test_F9_any_red_flag_blocks_with_seek_care_now(question: preflight.Question) -> None:
    page = page_for("x", NECK + CALF)
    with pytest.raises(Blocked, match="Seek care now") as refused:
        judge(page, PreflightAnswers(accepts_disclaimer=True, yes=frozenset({question.id})))
    assert refused.value.rule_id == "F9"
    assert refused.value.exit_code is ExitCode.SAFETY
    assert question.text in str(refused.value)


@pytest.mark.parametrize("question", [q for q in page_for("x", CALF).questions if q.rule == "F3"], ids=lambda q: q.id)
def test_F3_what_a_person_must_not_have_blocks_manual_tools_too(question: preflight.Question) -> None:
    with pytest.raises(Blocked, match="nor a ball") as refused:
        judge(page_for("x", CALF), PreflightAnswers(accepts_disclaimer=True, yes=frozenset({question.id})))
    assert refused.value.rule_id == "F3"


def test_F1_nothing_runs_before_the_disclaimer_is_accepted(config: Path) -> None:
    with pytest.raises(Blocked) as refused:
        judge(page_for("x", CALF), PreflightAnswers(accepts_disclaimer=False))
    assert refused.value.rule_id == "F1"
    assert not config.exists()


def test_F1_an_accepted_disclaimer_is_not_shown_again_until_its_text_changes(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert page_for("x", CALF).disclaimer
    judge(page_for("x", CALF), ACCEPT)
    assert page_for("x", CALF).disclaimer == ""
    judge(page_for("x", CALF), PreflightAnswers(accepts_disclaimer=False))
    assert stat.S_IMODE((config / "accepted-disclaimer").stat().st_mode) == 0o600
    monkeypatch.setattr(preflight, "DISCLAIMER", preflight.DISCLAIMER + " One more sentence.")
    assert page_for("x", CALF).disclaimer.endswith("One more sentence.")


def test_F8_what_is_new_since_the_answers_sends_to_the_questions() -> None:
    page = page_for("x", CALF, person=healthy())
    assert page.person == "me"
    with pytest.raises(Blocked, match="massctl person screen") as refused:
        judge(page, PreflightAnswers(accepts_disclaimer=True, yes=frozenset({"changed"})))
    assert refused.value.rule_id == "F8"


@pytest.mark.parametrize("confirmed", [frozenset[str](), frozenset({"adult"})])
def test_F7_from_14_to_17_an_adult_is_confirmed_each_time(confirmed: frozenset[str]) -> None:
    page = page_for("x", CALF, person=healthy(age=Matter.TEENAGER))
    answers = PreflightAnswers(accepts_disclaimer=True, confirmed=confirmed)
    assert [each.id for each in page.confirmations] == ["adult"]
    assert page_for("x", CALF, person=healthy()).confirmations == ()
    if confirmed:
        judge(page, answers)
        return
    with pytest.raises(Blocked) as refused:
        judge(page, answers)
    assert refused.value.rule_id == "F7"


def test_F9_a_no_holds_for_the_day_and_other_regions_are_still_asked() -> None:
    day = told(Day(today()), page_for("x", NECK), ACCEPT)
    again = {question.id for question in page_for("x", NECK, day=day).questions}
    assert again == {"numb", "explosive", "hard_exercise", "exhausted"}
    assert "calf" in {question.id for question in page_for("x", CALF, day=day).questions}
    assert "headache" not in {question.id for question in page_for("x", NECK + CALF, day=day).questions}


@pytest.mark.parametrize(("said", "rule"), [("headache", "F9"), ("fever", "F3"), ("changed", "F8")])
def test_F9_a_yes_holds_for_the_day_and_says_how_a_slip_is_put_right(said: str, rule: str) -> None:
    person = healthy()
    page = page_for("x", NECK, person=person)
    day = told(Day(today()), page, PreflightAnswers(accepts_disclaimer=True, yes=frozenset({said})))
    with pytest.raises(Blocked, match="massctl person forget me --today") as refused:
        refuse_for_the_day(day, person)
    assert refused.value.rule_id == rule
    refuse_for_the_day(told(Day(today()), page, ACCEPT), person)


def test_F9_of_several_the_gravest_is_told() -> None:
    page = page_for("x", NECK)
    yes = frozenset({"fever", "chest"})
    day = told(Day(today()), page, PreflightAnswers(accepts_disclaimer=True, yes=yes))
    with pytest.raises(Blocked, match="Seek care now") as refused:
        refuse_for_the_day(day, healthy())
    assert refused.value.rule_id == "F9"


@pytest.mark.parametrize("said", ["explosive", "hard_exercise", "exhausted", "numb"])
def test_F19_what_is_true_of_the_next_half_hour_is_asked_again_and_not_kept(said: str) -> None:
    page = page_for("x", NECK)
    day = told(Day(today()), page, PreflightAnswers(accepts_disclaimer=True, yes=frozenset({said})))
    assert day.yes == frozenset()
    assert said in {question.id for question in page_for("x", NECK, day=day).questions}


@pytest.mark.parametrize("said", ["explosive", "hard_exercise", "exhausted"])
def test_F19_narrows_the_plan_and_is_not_judged_here(said: str) -> None:
    page = page_for("x", NECK)
    assert said in {question.id for question in page.questions}
    judge(page, PreflightAnswers(accepts_disclaimer=True, yes=frozenset({said})))


def test_a_yes_is_not_outweighed_by_accepting_and_is_not_remembered_as_acceptance() -> None:
    with pytest.raises(Blocked):
        judge(page_for("x", CALF), PreflightAnswers(accepts_disclaimer=True, yes=frozenset({"fever"})))
    assert page_for("x", CALF).disclaimer
