"""A program of one's own: judged live by the linter, saved once and never over another, changed, deleted, brought back."""

from __future__ import annotations

from pathlib import Path

import pytest

from massctl.app.own_programs import NameTaken, delete_own, judge_draft, save_draft
from massctl.body.atlas import Atlas
from massctl.body.terms import Mode, Side, Tool
from massctl.errors import Blocked, FileProblem, MassctlError
from massctl.programs.catalogue import Catalogue
from massctl.programs.draft import CHECK, Draft, History, first_step, modes_for, tools_for, with_mode, with_tool
from massctl.programs.findings import is_error
from massctl.programs.linter import check_text


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return Catalogue(tmp_path / "programs")


def a_draft(*points: str, title: str = "My shoulders") -> Draft:
    draft = Draft(title)
    for name in points:
        draft = draft.with_step(first_step(Atlas.load().point(name)))
    return draft


@pytest.mark.parametrize("point_id", Atlas.load().point_ids)
def test_the_first_step_on_every_dosed_point_breaks_no_rule(point_id: str) -> None:
    point = Atlas.load().point(point_id)
    findings = judge_draft(a_draft(point_id))
    assert any(map(is_error, findings)) is not point.is_dosed, findings


@pytest.mark.parametrize("point_id", [point.id for point in Atlas.load().points() if point.is_dosed])
def test_whatever_the_builder_offers_for_a_point_breaks_no_rule(point_id: str) -> None:
    point = Atlas.load().point(point_id)
    for tool in tools_for(point):
        for mode in modes_for(point, tool):
            step = with_mode(with_tool(first_step(point), point, tool), point, mode)
            findings = judge_draft(Draft("Mine", (CHECK, step)))
            assert not any(map(is_error, findings)), (tool, mode, findings)


def test_a_saved_program_is_read_back_as_it_was_and_can_run(catalogue: Catalogue) -> None:
    draft = a_draft("UTRAP", "RHOM")
    program = save_draft(draft, catalogue=catalogue)
    assert program.id == "my-shoulders"
    assert program.steps == draft.steps
    assert catalogue.own_ids == ("my-shoulders",)
    assert (catalogue.folder / "my-shoulders.toml").stat().st_mode & 0o777 == 0o600


def test_a_saved_program_is_never_written_over_unasked(catalogue: Catalogue) -> None:
    save_draft(a_draft("UTRAP"), catalogue=catalogue)
    with pytest.raises(NameTaken, match="another title"):
        save_draft(a_draft("RHOM"), catalogue=catalogue)
    assert catalogue.program("my-shoulders").point_ids == ("UTRAP",)
    save_draft(a_draft("RHOM"), replaces="my-shoulders", catalogue=catalogue)
    assert catalogue.program("my-shoulders").point_ids == ("RHOM",)


def test_the_linter_answers_with_place_rule_and_nearest_valid_value(catalogue: Catalogue) -> None:
    draft = a_draft("UTRAP").changed(1, speed_ppm=2600)
    (finding,) = [one for one in judge_draft(draft, catalogue) if is_error(one)]
    assert (finding.rule, finding.step, finding.key, finding.nearest) == ("F17", 2, "speed_ppm", "1900")
    with pytest.raises(Blocked, match="F17"):
        save_draft(draft, catalogue=catalogue)
    assert not catalogue.own_ids


def test_the_name_of_a_shipped_program_is_refused(catalogue: Catalogue) -> None:
    with pytest.raises(FileProblem, match="my-tech-neck"):
        save_draft(a_draft("UTRAP", title="Tech neck"), catalogue=catalogue)


@pytest.mark.parametrize("title", ["", "   ", "…"])
def test_a_program_without_a_name_is_refused_once_and_in_one_sentence(title: str, catalogue: Catalogue) -> None:
    findings = [one for one in judge_draft(a_draft("UTRAP", title=title), catalogue) if is_error(one)]
    assert [one.key for one in findings] == ["title"]


def test_an_empty_program_says_what_to_do(catalogue: Catalogue) -> None:
    assert any("add a point" in one.message for one in judge_draft(Draft("Mine"), catalogue))


def test_a_title_with_quotes_accents_and_breaks_survives_its_file(catalogue: Catalogue) -> None:
    title = 'Épaules "à moi"\\n\ttab'
    program = save_draft(a_draft("UTRAP", title=title), catalogue=catalogue)
    assert program.title == title
    assert program.id == "epaules-a-moi-n-tab"


def test_changing_a_program_keeps_what_the_builder_does_not_show(catalogue: Catalogue) -> None:
    shipped = catalogue.program("desk-shoulders")
    draft = Draft.of(shipped).with_title("My desk shoulders")
    program = save_draft(draft, catalogue=catalogue)
    assert (program.notes, program.causes, program.kind) == (shipped.notes, shipped.causes, shipped.kind)
    assert program.steps == shipped.steps


@pytest.mark.parametrize("program_id", Catalogue.load().shipped_ids)
def test_every_shipped_program_can_be_begun_from(program_id: str) -> None:
    program = Catalogue.load().program(program_id)
    again, findings = check_text(Draft.of(program).to_toml(), "x.toml")
    assert again is not None
    assert not [one for one in findings if is_error(one)]
    assert again.steps == program.steps


def test_a_deleted_program_comes_back_by_saving_its_draft(catalogue: Catalogue) -> None:
    program = save_draft(a_draft("UTRAP"), catalogue=catalogue)
    draft = delete_own("my-shoulders", catalogue)
    assert not catalogue.own_ids
    assert save_draft(draft, catalogue=catalogue) == program


def test_a_shipped_program_cannot_be_deleted(catalogue: Catalogue) -> None:
    with pytest.raises(MassctlError, match="Shipped programs stay"):
        delete_own("tech-neck", catalogue)


def test_each_change_can_be_undone_and_done_again() -> None:
    history = History(Draft())
    first = history.now
    history.take(first.with_title("A"))
    history.take(history.now)
    history.take(history.now.with_step(first_step(Atlas.load().point("UTRAP"))))
    last = history.now
    assert history.undo()
    assert history.undo()
    assert history.now == first
    assert not history.undo()
    assert history.redo()
    assert history.redo()
    assert history.now == last
    assert not history.redo()


def test_a_change_after_an_undo_forgets_what_was_undone() -> None:
    history = History(Draft())
    history.take(Draft("A"))
    history.undo()
    history.take(Draft("B"))
    assert not history.redo()


def test_steps_can_be_moved_changed_and_taken_out() -> None:
    draft = a_draft("UTRAP", "RHOM")
    assert draft.moved(2, -1).steps[1].point == "RHOM"
    assert draft.moved(0, -1) == draft
    assert draft.changed(1, side=Side.LEFT).steps[1].side is Side.LEFT
    assert [step.point for step in draft.without(1).steps] == [None, "RHOM"]


def test_a_point_without_the_massager_offers_only_what_the_atlas_lists() -> None:
    scm = Atlas.load().point("SCM")
    assert tools_for(scm) == (Tool.HAND,)
    assert Tool.PERCUSSION not in tools_for(Atlas.load().point("MASS"))
    assert (
        Mode.PIN not in modes_for(Atlas.load().point("BRAD"), Tool.PERCUSSION)
        or not Atlas.load().point("BRAD").sweep_only
    )
