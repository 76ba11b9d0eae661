"""``massctl doctor`` as a person meets it: certificate, JSON, exit codes, the go-ahead before anything real moves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from massctl.app.selftest.certificate import last
from massctl.cli import doctor as doctor_module
from massctl.cli import main
from massctl.errors import ExitCode


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("DATA", "CONFIG", "RUNTIME"):
        monkeypatch.setenv(f"MASSCTL_{name}_DIR", str(tmp_path / name.lower()))
    return tmp_path


def test_doctor_prints_a_certificate_and_remembers_it() -> None:
    result = CliRunner().invoke(main, ["doctor"])
    assert result.exit_code == ExitCode.DONE, result.output
    for rule in ("F33", "F34", "F35", "F38", "F42"):
        assert rule in result.output
    assert "Self-test passed" in result.output
    found = last()
    assert found is not None
    assert found.is_passed
    assert found.is_current


def test_doctor_json_has_every_trial_with_its_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = (("link-mute", "dwelling"),)
    monkeypatch.setattr(doctor_module, "proof_cells", lambda: cells)
    result = CliRunner().invoke(main, ["doctor", "--json"])
    values = json.loads(result.stdout)
    assert values["made_at"]
    assert values["is_passed"] is (result.exit_code == ExitCode.DONE) is False, "most rules were not proved"
    assert tuple((trial["fault"], trial["phase"]) for trial in values["trials"]) == cells
    assert all(trial["is_passed"] for trial in values["trials"])
    assert {"fault", "phase", "rule", "driven_s", "limit_s", "exit_code", "is_passed"} <= set(values["trials"][0])


def test_a_trial_that_fails_is_told_with_its_problem_and_ends_with_5(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_module, "proof_cells", lambda: (("no-such-fault", "dwelling"),))
    result = CliRunner().invoke(main, ["doctor"])
    assert result.exit_code == ExitCode.SAFETY
    assert "no-such-fault while dwelling: nobody has written down" in result.output
    assert "Self-test FAILED" in result.output


def test_a_real_massager_is_not_moved_without_a_go_ahead() -> None:
    result = CliRunner().invoke(main, ["doctor", "--massager", "serial:///dev/ttyNOWHERE"])
    assert result.exit_code == ExitCode.SAFETY
    assert "Nobody can be asked here" in result.output


def test_a_massager_that_is_not_there_is_a_connection_problem() -> None:
    result = CliRunner().invoke(main, ["doctor", "--massager", "serial:///dev/ttyNOWHERE", "--go-ahead"])
    assert result.exit_code == ExitCode.CONNECTION


def test_the_bench_lists_its_faults() -> None:
    result = CliRunner().invoke(main, ["sim", "--faults"])
    assert result.exit_code == ExitCode.DONE
    assert "sensor-stuck" in result.output
    listed = json.loads(CliRunner().invoke(main, ["sim", "--faults", "--json"]).stdout)
    assert {"name", "place", "role", "text"} == set(listed[0])


def test_a_misspelt_fault_is_wrong_use() -> None:
    result = CliRunner().invoke(main, ["run", "tech-neck", "--sim", "--side", "left", "--fault", "sensor-stok"])
    assert result.exit_code == ExitCode.USAGE
    assert "sensor-stuck" in result.output


def test_a_fault_needs_the_bench() -> None:
    result = CliRunner().invoke(main, ["run", "tech-neck", "--side", "left", "--fault", "sensor-stuck"])
    assert result.exit_code == ExitCode.USAGE
    assert "--fault is for the simulated bench only" in result.output
