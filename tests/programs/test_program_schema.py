"""A program file's form: strict, and every error names the place and the nearest valid value."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from massctl.programs.findings import Finding, line_of
from massctl.programs.linter import check_text
from massctl.programs.schema import parse
from tests.programs.samples import GOOD, with_step


def only(text: str) -> Finding:
    """The one finding of a text whose form is wrong."""
    program, findings = parse(text, "my.toml")
    assert program is None
    assert len(findings) == 1, findings
    return findings[0]


def test_a_good_program_has_no_findings() -> None:
    program, findings = check_text(GOOD, "my.toml")
    assert program is not None
    assert findings == []
    assert program.steps[1].force_n == (8.0, 14.0)


def test_an_unknown_key_names_file_line_step_and_the_nearest_key() -> None:
    finding = only(GOOD.replace("speed_ppm = 1600", "speed_pmp = 1600"))
    assert (finding.file, finding.line, finding.step, finding.key) == ("my.toml", 16, 2, "speed_pmp")
    assert finding.nearest == "speed_ppm"
    assert finding.place == "my.toml:16, step 2 speed_pmp"


def test_an_unknown_key_of_the_program_itself_is_found_too() -> None:
    finding = only("titel = 'x'\n" + GOOD)
    assert (finding.line, finding.step, finding.nearest) == (1, None, "title")


def test_a_missing_key_is_named() -> None:
    finding = only(GOOD.replace('title = "My shoulders"\n', ""))
    assert "'title' is missing" in finding.message


def test_a_missing_key_of_a_step_points_to_the_step() -> None:
    finding = only(with_step(maximum_s=None))
    assert (finding.step, finding.key, finding.line) == (1, "maximum_s", 4)


def test_a_syntax_error_names_line_and_column() -> None:
    finding = only('id = "x"\ntitle = \n')
    assert finding.line == 2
    assert "not valid TOML" in finding.message
    assert "column 9" in finding.message


def test_a_file_that_breaks_off_names_its_end() -> None:
    finding = only('id = "x"\nx = [')
    assert (finding.line, finding.message) == (2, "not valid TOML at the end of the file: invalid value.")


def test_a_word_with_nothing_near_lists_all() -> None:
    finding = only(with_step(mode="xyzzy"))
    assert finding.nearest == ""
    assert "Known are: breathe, check" in finding.message


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("maximum_s", "sixty", "must be a whole number, not 'sixty'"),
        ("maximum_s", 60.5, "must be a whole number, not 60.5"),
        ("maximum_s", 2, "is 2, must be at least 5"),
        ("maximum_s", 4000, "is 4000, must be at most 3600"),
        ("speed_ppm", [1, 2], "must be a whole number"),
        ("force_n", [8.0], "wrong length"),
        ("force_n", [8.0, 9.0, 10.0], "wrong length"),
        ("force_n", 8.0, "must be a list in brackets"),
        ("passes", 4, "must be at most 3"),
        ("passes", True, "must be a whole number, not True"),
        ("point", 7, "must be text in quotes"),
    ],
)
def test_a_wrong_value_says_what_it_must_be(key: str, value: object, message: str) -> None:
    finding = only(with_step(**{key: value}))
    assert finding.key == key
    assert finding.step == 1
    assert message in finding.message


@pytest.mark.parametrize(
    ("key", "value", "near"),
    [("mode", "pim", "pin"), ("tool", "bal", "ball"), ("side", "lr", "LR"), ("end", "tyme", "time")],
)
def test_an_unknown_word_names_the_nearest(key: str, value: str, near: str) -> None:
    finding = only(with_step(**{key: value}))
    assert finding.nearest == near
    assert finding.message == f"{value!r} is no {key}."


@pytest.mark.parametrize("value", ["inf", "nan"])
def test_infinity_and_not_a_number_are_no_forces(value: str) -> None:
    finding = only(with_step().replace("force_n = [8.0, 14.0]", f"force_n = [8.0, {value}]"))
    assert finding.key == "force_n"


def test_a_date_is_no_number() -> None:
    assert only(with_step().replace("maximum_s = 30", "maximum_s = 2026-01-01")).key == "maximum_s"


def test_every_fault_is_reported_at_once() -> None:
    text = GOOD.replace("speed_ppm", "speed").replace('"ball"', '"bell"').replace("maximum_s = 15", "maximum_s = 1")
    _, findings = parse(text, "my.toml")
    assert [finding.step for finding in findings] == [1, 2, 3]


def test_brackets_nested_without_end_are_no_crash() -> None:
    assert only("x = " + "[" * 5000).rule == "file"


def test_steps_that_are_no_tables_are_refused() -> None:
    assert only('id = "a"\ntitle = "b"\nsteps = [1]\n').step == 1
    assert only('id = "a"\ntitle = "b"\nsteps = []\n').key == "steps"


def test_the_line_of_a_key_is_found_in_its_own_step() -> None:
    assert line_of(GOOD, 1, "maximum_s") == 8
    assert line_of(GOOD, 3, "maximum_s") == 28
    assert line_of(GOOD, 3, "nothing") == 20
    assert line_of(GOOD, 9, "maximum_s") is None


@given(st.text(max_size=300))
@settings(deadline=None, max_examples=150)
def test_any_text_gives_a_program_or_findings_never_an_exception(text: str) -> None:
    program, findings = check_text(text, "any.toml")
    assert program is not None or findings


@given(st.integers(0, len(GOOD) - 1), st.characters(codec="ascii"))
@settings(deadline=None, max_examples=200)
def test_a_slip_of_one_character_never_crashes(place: int, letter: str) -> None:
    program, findings = check_text(GOOD[:place] + letter + GOOD[place + 1 :], "any.toml")
    assert program is not None or findings
