"""The search for programs: by cause, place, muscle, tool, time and words, best first."""

from __future__ import annotations

import pytest

from massctl.errors import UsageError
from massctl.programs.catalogue import Catalogue
from massctl.programs.program import Kind
from massctl.programs.search import Wanted, find_programs

PROGRAMS = Catalogue.load().programs()


def ids(wanted: Wanted) -> list[str]:
    return [match.program.id for match in find_programs(PROGRAMS, wanted)]


@pytest.mark.parametrize(
    ("cause", "best"),
    [
        ("drive", "long-drive"),
        ("screen", "desk-shoulders"),
        ("slouch", "slouch-low-back"),
        ("load", "carry-day"),
        ("climb", "climber-forearms"),
        ("golf", "golf-elbow"),
    ],
)
def test_the_program_made_for_a_cause_comes_first(cause: str, best: str) -> None:
    first = find_programs(PROGRAMS, Wanted(cause=cause))[0]
    assert (first.program.id, first.why) == (best, "made for it")


def test_phone_finds_both_programs_made_for_it() -> None:
    assert set(ids(Wanted(cause="phone"))[:2]) == {"tech-neck", "desk-hands"}


def test_programs_of_other_occasions_suit_a_cause_by_their_points() -> None:
    match = next(one for one in find_programs(PROGRAMS, Wanted(cause="drive")) if one.program.id == "low-back-ease")
    assert match.why == "5 of 5 points"


def test_sport_finds_every_sport_program() -> None:
    sports = {program.id for program in PROGRAMS if program.kind is Kind.SPORT}
    assert sports <= set(ids(Wanted(cause="sport")))


def test_a_cause_that_is_no_sport_finds_no_sport_and_no_assessment_programs() -> None:
    kinds = {match.program.kind for match in find_programs(PROGRAMS, Wanted(cause="drive"))}
    assert not kinds & {Kind.SPORT, Kind.ASSESSMENT}


def test_programs_that_reach_a_place_that_hurts_come_by_their_share_of_points() -> None:
    matches = find_programs(PROGRAMS, Wanted(hurts="head_temple"))
    assert matches[0].program.id == "headache-ease"
    assert matches[0].why == "UTRAP, SUBOCC, SCM, TEMP"


def test_everything_that_is_given_must_fit() -> None:
    by_one = [set(ids(Wanted(cause="drive"))), set(ids(Wanted(tool="massager"))), set(ids(Wanted(minutes=6)))]
    together = set(ids(Wanted(cause="drive", tool="massager", minutes=6)))
    assert together == by_one[0] & by_one[1] & by_one[2]
    assert together
    assert ids(Wanted(tool="cane", muscle="peronei")) == []


def test_tool_and_time_narrow() -> None:
    for match in find_programs(PROGRAMS, Wanted(tool="roller", minutes=8)):
        assert match.program.computed_total_s <= 480
        assert any(step.tool == "roller" for step in match.program.steps)
    assert "cluster-hunt" in ids(Wanted(tool="ball"))


def test_words_in_title_come_before_words_in_points() -> None:
    found = ids(Wanted(words=("shoulder",)))
    assert found.index("desk-shoulders") < found.index("tennis-elbow")


def test_common_names_find_their_program() -> None:
    assert ids(Wanted(words=("sciatica",)))[0] == "piriformis"
    assert ids(Wanted(words=("tennis", "elbow")))[0] == "tennis-elbow"


def test_nothing_given_lists_all() -> None:
    assert len(ids(Wanted())) == 34


def test_an_unknown_word_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="Did you mean drive"):
        ids(Wanted(cause="driev"))
