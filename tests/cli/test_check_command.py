"""``massctl check``: place, rule and nearest value; JSON; exit codes; the schema."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from massctl.body.data import profiles_dir
from tests.programs.samples import GOOD, with_step

Run = Callable[..., Result]


@pytest.fixture
def check(run_cli: Run, tmp_path: Path) -> Callable[..., Result]:
    """Check a text as ``mine.toml``."""

    def run(text: str, *options: str) -> Result:
        path = tmp_path / "mine.toml"
        path.write_text(text, encoding="utf-8")
        return run_cli("check", str(path), *options)

    return run


def test_a_good_file_has_no_findings(check: Run) -> None:
    shown = check(GOOD)
    assert (shown.exit_code, shown.stdout) == (0, "")
    assert "No findings" in shown.stderr


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GOOD.replace("speed_ppm", "speed_pmp"), ["mine.toml:16, step 2 speed_pmp", "unknown key", "speed_ppm"]),
        (with_step(point="UTRPA"), ["mine.toml:7, step 1 point", "there is no point 'UTRPA'", "UTRAP"]),
        (with_step(force_n=[8, 30]), ["mine.toml:10, step 1 force_n", "[F10]", "Nearest valid: 18."]),
        (with_step(point="TEMP"), ["mine.toml:6, step 1 tool", "[F2]", "Nearest valid: hand."]),
        ("id = \n", ["mine.toml:1", "not valid TOML"]),
    ],
)
def test_a_fault_is_named_with_place_rule_and_nearest_value(check: Run, text: str, words: list[str]) -> None:
    shown = check(text)
    assert shown.exit_code == 2
    assert shown.stdout.startswith("ERROR [")
    assert all(word in shown.stdout for word in words), shown.stdout
    assert "Traceback" not in shown.output


def test_warnings_do_not_fail(check: Run) -> None:
    shown = check(with_step(speed_ppm=1400))
    assert shown.exit_code == 0
    assert shown.stdout.startswith("WARNING [F17]")
    assert "0 errors, 1 warning." in shown.stderr


def test_findings_as_json(check: Run) -> None:
    shown = check(with_step(speed_ppm=2500), "--json")
    assert shown.exit_code == 2
    (finding,) = json.loads(shown.stdout)
    assert (finding["rule"], finding["step"], finding["nearest"], finding["severity"]) == ("F17", 1, "1900", "error")


def test_several_files_are_all_judged_even_when_one_is_missing(run_cli: Run, tmp_path: Path) -> None:
    (tmp_path / "good.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "bad.toml").write_text(with_step(passes=9), encoding="utf-8")
    shown = run_cli("check", *(str(tmp_path / f"{name}.toml") for name in ("good", "gone", "bad")))
    assert shown.exit_code == 2
    assert "there is no such file" in shown.stdout
    assert "must be at most 3" in shown.stdout
    assert "2 errors" in shown.stderr


def test_no_file_is_a_usage_error(run_cli: Run) -> None:
    assert run_cli("check").exit_code == 2


def test_the_schema_is_printed(run_cli: Run) -> None:
    printed = run_cli("check", "--schema").stdout
    assert printed == (profiles_dir() / "program.schema.json").read_text(encoding="utf-8")


def test_the_shipped_programs_pass(run_cli: Run) -> None:
    files = sorted(map(str, (profiles_dir() / "programs").glob("*.toml")))
    assert run_cli("check", *files).exit_code == 0
