"""``massctl points``: search, show, JSON, red flags, nearest words, completion."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.shell_completion import ShellComplete
from click.testing import Result

from massctl.app.settings import Units, change_settings
from massctl.cli import main

Run = Callable[..., Result]


def complete(words: list[str], typed: str) -> list[str]:
    return [
        item.value for item in ShellComplete(main, {}, "massctl", "_MASSCTL_COMPLETE").get_completions(words, typed)
    ]


def test_points_behind_a_place_that_hurts(run_cli: Run) -> None:
    shown = run_cli("points", "--hurts", "head_temple")
    assert shown.exit_code == 0
    first = [line.split()[0] for line in shown.stdout.splitlines() if line.split()]
    assert [word for word in first if word in ("TEMP", "SUBOCC", "UTRAP")] == ["TEMP", "SUBOCC", "UTRAP"]
    assert first[0] == "First", "what to rule out (F9) comes before the points"
    assert "massctl points TEMP" in shown.stderr


def test_a_search_as_json_is_data_alone(run_cli: Run) -> None:
    shown = run_cli("points", "--hurts", "calf", "--tool", "massager", "--json")
    data = json.loads(shown.stdout)
    assert {point["id"] for point in data["points"]} == {"GASL", "GASM", "BFEM", "SEMI", "GMIN", "SOL"}
    assert data["red_flags"]
    assert data["points"][0]["region"]["max_ppm"] == 2300


def test_points_and_programs_are_told_in_the_units_of_the_person(run_cli: Run) -> None:
    change_settings(units=Units.KPA)
    point, program = run_cli("points", "UTRAP").stdout, run_cli("programs", "tech-neck").stdout
    assert "16–36 kPa (cap 40 kPa)" in point
    assert "kg/cm²" not in point + program
    assert " N" not in program.replace(" NECK", "")


@pytest.mark.parametrize("arguments", [("points", "UTRAP"), ("points", "show", "UTRAP"), ("points", "utrap")])
def test_a_point_is_shown_whole(run_cli: Run, arguments: tuple[str, ...]) -> None:
    shown = run_cli(*arguments).stdout
    assert "UTRAP  Upper trapezius" in shown
    assert "1,500–1,900 PPM, 8–18 N (cap 20 N), head dampener" in shown
    assert "forearm supported" in shown
    assert "(unverified)" in shown
    assert "LEVS, SUPRA" in shown


def test_a_point_where_no_massager_may_run_says_so(run_cli: Run) -> None:
    assert "never here [F2]" in run_cli("points", "SCM").stdout
    assert "never on this point [F2]" in run_cli("points", "PMIN").stdout
    assert "only sweeping, never standing" in run_cli("points", "PIRI").stdout
    assert "see a clinician" in run_cli("points", "SCAL").stdout


@pytest.mark.parametrize("arguments", [("points", "UTRAP", "--json"), ("points", "--json", "show", "UTRAP")])
def test_a_point_as_json(run_cli: Run, arguments: tuple[str, ...]) -> None:
    point = json.loads(run_cli(*arguments).stdout)
    assert (point["id"], point["speed_ppm"], point["percussion"]) == ("UTRAP", [1500, 1900], "lim")


@pytest.mark.parametrize("place", ["chest", "jaw", "eye", "ear", "teeth", "groin", "calf"])
def test_f9_red_flags_come_before_the_points(run_cli: Run, place: str) -> None:
    shown = run_cli("points", "--hurts", place).stdout
    assert shown.startswith("First rule out [F9]")
    assert shown.index("seek care now") < shown.index("region")


def test_f9_red_flags_come_even_where_no_point_is_known(run_cli: Run) -> None:
    shown = run_cli("points", "--hurts", "abdomen")
    assert shown.stdout.startswith("First rule out [F9]")
    assert shown.exit_code == 2
    assert "Known are: achilles" in shown.stderr


def test_an_unknown_word_names_the_nearest_and_ends_with_2(run_cli: Run) -> None:
    for arguments, near in ((("UTRPA",), "UTRAP"), (("--cause", "driev"), "drive"), (("--tool", "rollr"), "roller")):
        shown = run_cli("points", *arguments)
        assert shown.exit_code == 2
        assert f"Did you mean {near}" in shown.stderr
        assert shown.stdout == ""


def test_nothing_found_is_said(run_cli: Run) -> None:
    shown = run_cli("points", "--muscle", "temporalis", "--tool", "massager")
    assert shown.exit_code == 0
    assert "No point fits all of that" in shown.stdout


def test_the_help_names_examples(run_cli: Run) -> None:
    shown = run_cli("points", "--help").stdout
    assert "--hurts" in shown
    assert "massctl points UTRAP" in " ".join(shown.split())


def test_ids_and_words_complete() -> None:
    assert "UTRAP" in complete(["points"], "ut")
    assert complete(["points", "show"], "UT") == ["UTRAP"]
    assert complete(["points", "--hurts"], "head_t") == ["head_temple"]
    assert complete(["points", "--tool"], "ro") == ["roller", "roller_stick"]
