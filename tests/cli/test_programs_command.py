"""``massctl programs``: search, show, JSON, own programs, completion."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from click.testing import Result

from massctl.cli import main
from tests.programs.samples import GOOD, with_step

Run = Callable[..., Result]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The user's folder of programs, as ``run_cli`` sets it."""
    folder = tmp_path / "config" / "programs"
    folder.mkdir(parents=True)
    return folder


def first_words(shown: Result) -> list[str]:
    return [line.split()[0] for line in shown.stdout.splitlines() if line and not line[0].isspace()][1:]


def test_programs_for_a_cause_begin_with_the_one_made_for_it(run_cli: Run) -> None:
    shown = run_cli("programs", "--cause", "drive")
    assert first_words(shown)[0] == "long-drive"
    assert "made for it" in shown.stdout


def test_all_programs_are_listed_and_the_own_folder_is_named(run_cli: Run, own: Path) -> None:
    shown = run_cli("programs")
    assert len(first_words(shown)) == 34
    assert "34 programs" in shown.stderr
    assert own.name in shown.stderr


@pytest.mark.parametrize("arguments", [("programs", "show", "tech-neck"), ("programs", "tech-neck")])
def test_a_program_is_shown_step_by_step(run_cli: Run, arguments: tuple[str, ...]) -> None:
    shown = run_cli(*arguments).stdout
    assert "Tech neck / forward head" in shown
    assert "1,600 PPM, 8–14 N" in shown
    assert "9 min, 180 s of it with the massager" in shown


def test_a_program_with_a_chosen_side_says_how_to_choose(run_cli: Run) -> None:
    assert "--side left, right or both" in run_cli("programs", "piriformis").stdout


def test_a_program_as_json_has_the_keys_of_its_file(run_cli: Run) -> None:
    program = json.loads(run_cli("programs", "show", "tech-neck", "--json").stdout)
    assert program["steps"][1] == {
        "mode": "sweep", "tool": "perc", "maximum_s": 60, "point": "UTRAP", "side": "LR", "passes": 1,
        "speed_ppm": 1600, "force_n": [8.0, 14.0], "minimum_s": 0, "end": "time",
    }  # fmt: skip


def test_a_list_as_json(run_cli: Run) -> None:
    data = json.loads(run_cli("programs", "--hurts", "jaw", "--json").stdout)
    assert data["red_flags"]
    assert "jaw-ease" in [program["id"] for program in data["programs"]]


def test_plain_words_search(run_cli: Run) -> None:
    assert first_words(run_cli("programs", "tennis", "elbow"))[0] == "tennis-elbow"
    assert first_words(run_cli("programs", "--cause", "drive", "neck")) == [
        "cane-back",
        "stiff-neck-hands",
        "tech-neck",
    ]


def test_a_word_that_finds_nothing_names_the_nearest_program(run_cli: Run) -> None:
    shown = run_cli("programs", "teckneck")
    assert "No program fits" in shown.stdout
    assert "Did you mean tech-neck" in shown.stderr


def test_an_unknown_program_to_show_ends_with_2(run_cli: Run) -> None:
    shown = run_cli("programs", "show", "teck-neck")
    assert shown.exit_code == 2
    assert "Did you mean tech-neck" in shown.stderr


def test_f9_red_flags_come_first(run_cli: Run) -> None:
    assert run_cli("programs", "--hurts", "chest").stdout.startswith("First rule out [F9]")


def test_own_programs_are_listed_and_shown(run_cli: Run, own: Path) -> None:
    (own / "my-shoulders.toml").write_text(GOOD, encoding="utf-8")
    assert "my-shoulders" in first_words(run_cli("programs"))
    assert "My shoulders" in run_cli("programs", "my-shoulders").stdout


def test_an_own_program_that_may_not_run_is_named_with_its_rule(run_cli: Run, own: Path) -> None:
    (own / "mine.toml").write_text(with_step(point="TEMP"), encoding="utf-8")
    shown = run_cli("programs")
    assert "mine" not in first_words(shown)
    assert "not listed:" in shown.stderr
    assert "[F2]" in shown.stderr
    refused = run_cli("programs", "show", "mine")
    assert refused.exit_code == 5
    assert "[F2]" in refused.stderr


def test_program_ids_complete() -> None:
    completion = ShellComplete(main, {}, "massctl", "_MASSCTL_COMPLETE")
    assert [item.value for item in completion.get_completions(["programs", "show"], "tech")] == ["tech-neck"]
    assert "tech-neck" in [item.value for item in completion.get_completions(["programs"], "tech")]
    assert "drive" in [item.value for item in completion.get_completions(["programs", "--cause"], "dr")]
