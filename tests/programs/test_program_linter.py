"""The linter: each rule with its place, its id and the nearest valid value (F47)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from massctl.errors import Blocked, FileProblem
from massctl.programs.findings import Finding, Severity
from massctl.programs.linter import check_file, check_text, load_file
from tests.programs.samples import GOOD, program, with_step

Found = tuple[Severity, str, str | None, str]
ERROR, WARNING = Severity.ERROR, Severity.WARNING
MANUAL_PIN = {"tool": "ball", "mode": "pin", "point": "RHOM", "speed_ppm": None, "force_n": None, "maximum_s": 45}


def found(text: str) -> list[Found]:
    _, findings = check_text(text, "my.toml")
    return [(one.severity, one.rule, one.key, one.nearest) for one in findings]


def steps(count: int, **changes: Any) -> list[dict[str, object]]:
    base = {"mode": "sweep", "tool": "perc", "side": "LR", "speed_ppm": 1800, "maximum_s": 60}
    return [base | {"point": point} | changes for point in ("GMAX", "RFEM", "BFEM", "GASM", "SOL", "INFRA")[:count]]


def pins(*points: str) -> list[dict[str, object]]:
    return [{"mode": "pin", "tool": "ball", "point": point, "side": "LR", "maximum_s": 30} for point in points]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        # F2: where a massager never works
        ({"point": "SCM", "speed_ppm": 1500}, (ERROR, "F2", "tool", "hand")),
        ({"point": "TEMP"}, (ERROR, "F2", "tool", "hand")),
        ({"point": "QLUM"}, (ERROR, "F2", "tool", "ball, cane")),
        ({"point": "PMIN"}, (ERROR, "F2", "tool", "ball, hand")),
        ({"point": "PIRI", "mode": "pin", "force_n": [10, 20]}, (ERROR, "F2", "mode", "sweep")),
        ({"point": "TRIC", "mode": "knead"}, (ERROR, "F2", "mode", "sweep")),
        # the head of a point with limits
        ({"head": "flat"}, (ERROR, "atlas", "head", "dampener")),
        ({"head": "bal"}, (ERROR, "atlas", "head", "ball")),
        # F17: speed
        ({"speed_ppm": 1901}, (ERROR, "F17", "speed_ppm", "1900")),
        ({"point": "SUPRA", "force_n": [6, 12], "speed_ppm": 1850}, (ERROR, "F17", "speed_ppm", "1800")),
        ({"point": "GMAX", "force_n": [15, 20], "speed_ppm": 2600}, (ERROR, "F17", "speed_ppm", "2400")),
        ({"speed_ppm": 1499}, (WARNING, "F17", "speed_ppm", "1500")),
        # F10, F11: force
        ({"force_n": [8, 18.5]}, (ERROR, "F10", "force_n", "18")),
        ({"force_n": [8, 21]}, (ERROR, "F10", "force_n", "18")),
        ({"force_n": [7, 14]}, (WARNING, "F10", "force_n", "8")),
        (
            {"point": "GMAX", "force_n": [15, 40], "speed_ppm": 1800, "head": "wedge"},
            (ERROR, "F11", "force_n", "36"),
        ),
        # F13: standing
        ({"mode": "pin", "maximum_s": 61}, (ERROR, "F13", "maximum_s", "60")),
        ({"mode": "pin", "maximum_s": 40}, (WARNING, "F13", "maximum_s", "30")),
        ({"mode": "pin", "maximum_s": 20}, (WARNING, "F13", "maximum_s", "30")),
        ({"passes": 3}, (ERROR, "F13", "passes", "2")),
        # F20: discomfort
        ({"discomfort_max": 7}, (ERROR, "F20", "discomfort_max", "6")),
        # manual tools
        (MANUAL_PIN | {"maximum_s": 91}, (ERROR, "F13", "maximum_s", "90")),
        (MANUAL_PIN | {"maximum_s": 75}, (WARNING, "F13", "maximum_s", "60")),
        (MANUAL_PIN | {"pressure_kg_cm2": [1.5, 3.6]}, (ERROR, "F11", "pressure_kg_cm2", "3.5")),
        (MANUAL_PIN | {"pressure_kg_cm2": [1.0, 2.0]}, (WARNING, "F11", "pressure_kg_cm2", "1.5")),
        (MANUAL_PIN | {"tool": "hand"}, (WARNING, "atlas", "tool", "ball, cane")),
        (MANUAL_PIN | {"point": "SCAL"}, (ERROR, "atlas", "point", "")),
        (MANUAL_PIN | {"tool": "hand_pro"}, (ERROR, "atlas", "point", "")),
        # names and form
        ({"point": "UTRPA"}, (ERROR, "atlas", "point", "UTRAP")),
        ({"side": None}, (ERROR, "file", "side", "LR")),
        ({"side": "mid"}, (ERROR, "file", "side", "LR")),
        ({"point": None}, (ERROR, "file", "point", "")),
        ({"speed_ppm": None}, (ERROR, "file", "speed_ppm", "")),
        ({"mode": "pinch"}, (ERROR, "file", "mode", "sweep")),
        ({"point": "AUTO"}, (ERROR, "F2", "tool", "any")),
        ({"points": ["UTRAP"]}, (ERROR, "file", "points", "")),
        ({"force_n": [14, 8]}, (ERROR, "file", "force_n", "[8, 14]")),
        ({"minimum_s": 40}, (ERROR, "file", "minimum_s", "30")),
        ({"pressure_kg_cm2": [1, 2]}, (ERROR, "file", "pressure_kg_cm2", "")),
        (MANUAL_PIN | {"speed_ppm": 1600}, (ERROR, "file", "speed_ppm", "")),
        (MANUAL_PIN | {"end": "release", "minimum_s": 10}, (ERROR, "F13", "minimum_s", "30")),
        (MANUAL_PIN | {"mode": "ramp"}, (ERROR, "file", "tool", "")),
        (MANUAL_PIN | {"tool": "ui"}, (ERROR, "file", "tool", "any")),
        (MANUAL_PIN | {"mode": "move", "point": None}, (ERROR, "file", "tool", "ui")),
    ],
)
def test_a_step_that_breaks_a_rule_is_found_with_the_nearest_valid_value(
    changes: dict[str, Any], expected: Found
) -> None:
    assert found(with_step(**changes)) == [expected]


@pytest.mark.parametrize(
    "changes",
    [
        {"speed_ppm": 1900},
        {"force_n": [8, 18]},
        {"mode": "pin", "maximum_s": 30},
        {"passes": 2},
        {"discomfort_max": 6},
        {"head": "dampener"},
        {"point": "PIRI", "force_n": [10, 28]},
        MANUAL_PIN | {"maximum_s": 60, "pressure_kg_cm2": [1.5, 3.5]},
    ],
)
def test_a_step_at_its_limit_passes(changes: dict[str, Any]) -> None:
    assert found(with_step(**changes)) == []


def test_F14_more_than_120_s_on_a_muscle_is_a_warning_and_more_than_300_s_an_error() -> None:
    usual: list[dict[str, object]] = [{**steps(1)[0], "maximum_s": 60}] * 2
    assert found(program(usual)) == []
    assert found(program([*usual, {**steps(1)[0], "maximum_s": 5}])) == [(WARNING, "F14", None, "120")]
    assert found(program([{**steps(1)[0], "maximum_s": 301}])) == [(ERROR, "F14", None, "300")]


def test_F14_points_of_one_muscle_count_together_and_sides_apart() -> None:
    quads = [{**steps(1)[0], "point": point, "maximum_s": 50} for point in ("RFEM", "VLAT", "RFEM")]
    assert found(program(quads)) == [(WARNING, "F14", None, "120")]
    left_right = [{**quads[0], "side": "L", "maximum_s": 100}, {**quads[0], "side": "R", "maximum_s": 100}]
    assert found(program(left_right)) == []
    chosen = [{**quads[0], "side": "L", "maximum_s": 100}, {**quads[0], "side": "S", "maximum_s": 100}]
    assert found(program(chosen)) == [(WARNING, "F14", None, "120")]


def test_F15_more_than_15_minutes_of_percussion_is_a_warning_and_more_than_20_an_error() -> None:
    assert found(program(steps(5, maximum_s=90))) == []
    assert found(program(steps(5, maximum_s=91))) == [(WARNING, "F15", None, "900")]
    assert (ERROR, "F15", None, "1200") in found(program(steps(6, maximum_s=101)))


def test_F16_more_than_four_pinned_points_is_a_warning_and_more_than_eight_an_error() -> None:
    nine = ("RHOM", "INFRA", "LTRAP", "MTRAP", "TMIN", "ADELT", "PDELT", "PMIN", "PMAJ")
    assert found(program(pins(*nine[:4]))) == []
    assert found(program(pins(*nine[:5]))) == [(WARNING, "F16", None, "4")]
    assert found(program(pins(*nine))) == [(ERROR, "F16", None, "8")]


def test_F16_left_and_right_count_once_and_a_pinch_is_no_pin() -> None:
    pinch: list[dict[str, object]] = [
        {"mode": "pinch", "tool": "hand", "point": point, "side": "LR", "maximum_s": 30} for point in ("UTRAP", "SCM")
    ]
    assert found(program([*pins("RHOM", "INFRA", "LTRAP", "MTRAP"), *pins("RHOM"), *pinch])) == []


def test_F13_pinning_one_point_again_and_again_is_more_passes() -> None:
    assert found(program(pins("RHOM", "RHOM", "RHOM"))) == []
    assert found(program(pins("RHOM", "RHOM", "RHOM", "RHOM"))) == [(ERROR, "F13", "passes", "3")]


@pytest.mark.parametrize("kind", ["manual", "assessment"])
def test_F48_no_massager_in_manual_and_assessment_programs(kind: str) -> None:
    assert found(program(steps(1), kind=kind)) == [(ERROR, "F48", "tool", "kind own")]


def test_words_of_the_file_itself_are_checked() -> None:
    assert found(program(steps(1), id="My Legs")) == [(ERROR, "file", "id", "my-legs")]
    assert found(program(steps(1), causes=["driev"])) == [(WARNING, "atlas", "causes", "drive")]
    assert found(program(steps(1), total_s=121)) == [(WARNING, "file", "total_s", "120")]
    assert found(program(steps(1), total_s=120, percussion_s=120)) == []


def test_a_scan_names_points_that_there_are() -> None:
    scan = {"mode": "scan", "tool": "ui", "points": ["UTRAP", "LEVSS"], "maximum_s": 60, "end": "all_rated"}
    assert found(program([scan])) == [(ERROR, "atlas", "points", "LEVS")]


def test_a_finding_names_file_line_step_and_rule() -> None:
    _, findings = check_text(GOOD.replace("1600", "1950"), "my.toml")
    finding = findings[0]
    assert finding == Finding(
        "my.toml",
        ERROR,
        "F17",
        "1,950 PPM is above the ceiling of the top of the shoulder (1,900).",
        2,
        "speed_ppm",
        "1900",
        16,
    )
    assert finding.to_json()["line"] == 16


def test_findings_come_in_the_order_of_the_file() -> None:
    text = program([{**steps(1)[0], "speed_ppm": 2500, "discomfort_max": 9}, *pins("SCAL")])
    _, findings = check_text(text, "my.toml")
    lines = [finding.line or 0 for finding in findings]
    assert lines == sorted(lines)


def test_F47_a_program_that_breaks_a_rule_does_not_load(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(with_step(point="TEMP"), encoding="utf-8")
    with pytest.raises(Blocked, match=r"mine\.toml:6, step 1 tool: no massager on TEMP .*\[F2\]") as caught:
        load_file(path)
    assert caught.value.rule_id == "F2"
    assert "Nearest valid: hand." in str(caught.value)


def test_a_program_with_a_typo_does_not_load_and_says_how_many_more_faults_there_are(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(with_step(spede=3, pont="UTRAP"), encoding="utf-8")
    with pytest.raises(FileProblem, match="1 more: massctl check"):
        load_file(path)


def test_a_program_with_warnings_loads(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(with_step(speed_ppm=1400), encoding="utf-8")
    assert load_file(path).id == "mine"


def test_files_that_cannot_be_read_say_why(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="there is no such file"):
        check_file(tmp_path / "none.toml")
    with pytest.raises(FileProblem, match="cannot be read: Is a directory"):
        check_file(tmp_path)
    latin = tmp_path / "latin.toml"
    latin.write_bytes(b'id = "x"\ntitle = "\xe9"\n')
    with pytest.raises(FileProblem, match=r"latin\.toml:2: it is not UTF-8"):
        check_file(latin)
    big = tmp_path / "big.toml"
    big.write_bytes(b"#" * 200_001)
    with pytest.raises(FileProblem, match="200,001 bytes is no program file"):
        check_file(big)
