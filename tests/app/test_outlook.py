"""What a program would be: with what is at hand, for this person, and what is possible where it is not."""

from __future__ import annotations

import pytest

from massctl.app.devices import remember
from massctl.app.outlook import NOBODY, AtHand, PersonToday, at_hand_today, instead_of, outlook, person_today
from massctl.app.persons import Persons, today
from massctl.body.allowance import Allowance
from massctl.body.atlas import Atlas
from massctl.body.person import Answer, Day
from massctl.body.person_rules import Facts, allowance_of
from massctl.body.screening import Matter
from massctl.body.terms import Side, Tool
from massctl.devices.ladders import ladder
from massctl.errors import Blocked
from massctl.programs.catalogue import Catalogue
from massctl.programs.choices import Choices
from tests.app.screened import healthy, save_healthy

BENCH = AtHand.of(massager=True, sensor=True)
PROGRAMS = Catalogue.load().programs()


def with_answers(*answers: Answer) -> PersonToday:
    person = healthy("me", *answers)
    return PersonToday("me", allowance_of(Facts(person, today(), real_sessions=9)))


@pytest.fixture(autouse=True)
def folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONFIG", "DATA", "RUNTIME"):
        monkeypatch.setenv(f"MASSCTL_{name}_DIR", str(tmp_path_factory.mktemp(name)))


def test_with_everything_at_hand_a_program_is_as_its_file_says() -> None:
    seen = outlook(Catalogue.load().program("desk-shoulders"), Choices(), BENCH)
    assert seen.is_possible
    assert not seen.changes


def test_without_a_massager_its_steps_are_done_by_hand_and_it_is_said() -> None:
    seen = outlook(Catalogue.load().program("desk-shoulders"), Choices(), AtHand())
    assert seen.plan is not None
    assert not seen.plan.runs_motor
    assert any("none at hand" in step.substitution for step in seen.plan.steps)


def test_who_owns_only_a_ball_gets_ball_and_hand() -> None:
    choices = Choices(tools=frozenset({Tool.BALL}))
    for program in PROGRAMS:
        plan = outlook(program, choices, AtHand()).plan
        if plan is not None:
            assert {step.tool for step in plan.steps} <= {Tool.BALL, Tool.HAND, Tool.NONE, Tool.ANY, Tool.ALGOMETER}


def test_where_a_side_is_open_one_stands_for_it() -> None:
    program = next(each for each in PROGRAMS if each.needs_side)
    seen = outlook(program, Choices(), BENCH)
    assert seen.plan is not None
    assert seen.plan.about_s <= outlook(program, Choices(side=Side.LEFT), BENCH).plan.about_s  # type: ignore[union-attr]


def test_what_the_screening_forbids_is_told_with_its_rule_and_what_stays_possible() -> None:
    person = with_answers(Answer(Matter.BRUISE, ("chest",)))
    seen = outlook(Catalogue.load().program("desk-shoulders"), Choices(), BENCH, person)
    assert any(
        "Pectoralis major left out" in line and "[F5]" in line and "Every other region stays possible" in line
        for line in seen.changes
    )


def test_a_program_that_is_barred_whole_names_rule_and_remedy() -> None:
    seen = outlook(
        Catalogue.load().program("desk-shoulders"), Choices(), BENCH, with_answers(Answer(Matter.ANTICOAGULANTS))
    )
    assert not seen.is_possible
    assert isinstance(seen.problem, Blocked)
    assert seen.problem.rule_id == "F3"


def test_for_a_blocked_program_the_nearest_possible_ones_are_offered() -> None:
    blocked = Catalogue.load().program("tennis-elbow")
    regions = tuple({Atlas.load().point(name).region.id for name in blocked.point_ids})
    person = with_answers(Answer(Matter.BRUISE, regions))
    assert not outlook(blocked, Choices(), BENCH, person).is_possible
    offered = instead_of(blocked, PROGRAMS, Choices(), BENCH, person)
    assert offered
    assert all(outlook(each, Choices(), BENCH, person).is_possible for each in offered)


def test_where_all_pressure_is_barred_the_programs_without_pressure_are_offered() -> None:
    person = with_answers(Answer(Matter.CLOT))
    offered = instead_of(Catalogue.load().program("desk-shoulders"), PROGRAMS, Choices(), BENCH, person)
    assert "back-strength" in {each.id for each in offered}
    assert all(step.point is None for each in offered for step in each.steps)


def test_nobody_screened_yet_is_told_as_open_questions() -> None:
    assert person_today().open_topics
    assert person_today().allowance is None


def test_the_current_person_counts_with_what_was_answered() -> None:
    save_healthy("ann", Answer(Matter.DIABETES))
    seen = person_today()
    assert seen.name == "ann"
    assert seen.allowance is not None
    assert any(each.rule == "F8" for each in seen.allowance.reductions)


def test_what_was_said_this_morning_holds_all_day() -> None:
    save_healthy("ann")
    Persons().save_day("ann", Day(today()).told(["Fever or an infection"], ["Fever or an infection"]))
    seen = person_today()
    assert isinstance(seen.problem, Blocked)
    assert not outlook(PROGRAMS[0], Choices(), BENCH, seen).is_possible


def test_a_point_out_of_reach_gets_a_tool_that_reaches_it_or_is_left_out() -> None:
    program = Catalogue.load().program("desk-shoulders")
    choices = Choices(unreachable=frozenset({"INFRA", "PMAJ"}))
    plan = outlook(program, choices, BENCH).plan
    assert plan is not None
    infra = [step for step in plan.steps if step.point and step.point.id == "INFRA"]
    assert infra
    assert all(
        step.tool in (Tool.CANE, Tool.BALL, Tool.ROLLER) and "out of your reach" in step.substitution for step in infra
    )
    none = outlook(program, Choices(unreachable=frozenset({"INFRA"}), tools=frozenset()), BENCH)
    assert any("Infraspinatus left out: out of your reach" in line for line in none.changes)


def test_on_the_bench_nobody_is_touched_and_nothing_is_gentler() -> None:
    assert NOBODY.allowance is None
    assert outlook(PROGRAMS[0], Choices(), BENCH, NOBODY) == outlook(
        PROGRAMS[0], Choices(), BENCH, PersonToday("me", Allowance())
    )


async def test_what_a_remembered_gun_can_do_is_known_without_opening_it() -> None:
    await remember("gun", "sim://hypervolt2")
    known = at_hand_today().massager
    assert known is not None
    assert known.levels_ppm == ladder("hypervolt2").levels_ppm


async def test_a_remembered_device_of_our_own_stands_for_a_usual_one_until_it_is_opened() -> None:
    await remember("gun", "serial:///dev/ttyUSB0", roles=["massager"])
    assert at_hand_today() == AtHand.of(massager=True, sensor=False)
