"""The page before a run on hardware: what it asks, what a yes does, and what is remembered."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from massctl.app import preflight
from massctl.app.preflight import PreflightAnswers, judge, page_for
from massctl.errors import Blocked, ExitCode

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
def test_any_red_flag_blocks_with_seek_care_now(question: preflight.Question) -> None:
    page = page_for("x", NECK + CALF)
    with pytest.raises(Blocked, match="Seek care now") as refused:
        judge(page, PreflightAnswers(accepts_disclaimer=True, yes=frozenset({question.id})))
    assert refused.value.rule_id == "F9"
    assert refused.value.exit_code is ExitCode.SAFETY
    assert question.text in str(refused.value)


@pytest.mark.parametrize("question", [q for q in page_for("x", CALF).questions if q.rule == "F3"], ids=lambda q: q.id)
def test_what_a_person_must_not_have_blocks_manual_tools_too(question: preflight.Question) -> None:
    with pytest.raises(Blocked, match="nor a ball") as refused:
        judge(page_for("x", CALF), PreflightAnswers(accepts_disclaimer=True, yes=frozenset({question.id})))
    assert refused.value.rule_id == "F3"


def test_nothing_runs_before_the_disclaimer_is_accepted(config: Path) -> None:
    with pytest.raises(Blocked) as refused:
        judge(page_for("x", CALF), PreflightAnswers(accepts_disclaimer=False))
    assert refused.value.rule_id == "F1"
    assert not config.exists()


def test_an_accepted_disclaimer_is_not_shown_again_until_its_text_changes(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert page_for("x", CALF).disclaimer
    judge(page_for("x", CALF), ACCEPT)
    assert page_for("x", CALF).disclaimer == ""
    judge(page_for("x", CALF), PreflightAnswers(accepts_disclaimer=False))
    assert stat.S_IMODE((config / "accepted-disclaimer").stat().st_mode) == 0o600
    monkeypatch.setattr(preflight, "DISCLAIMER", preflight.DISCLAIMER + " One more sentence.")
    assert page_for("x", CALF).disclaimer.endswith("One more sentence.")


def test_a_yes_is_not_outweighed_by_accepting_and_is_not_remembered_as_acceptance() -> None:
    with pytest.raises(Blocked):
        judge(page_for("x", CALF), PreflightAnswers(accepts_disclaimer=True, yes=frozenset({"clot"})))
    assert page_for("x", CALF).disclaimer
