"""The command group: help, nearest names, one-sentence errors, exit codes, crash reports."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from massctl.cli import COMMANDS, main
from massctl.cli.group import LazyCommand, LazyGroup
from massctl.errors import Blocked, LinkLost, MassctlError, NoAnswer, UsageError

RAISED: list[BaseException] = []


@click.command()
def failing() -> None:
    raise RAISED[-1]


def run_failing(error: BaseException) -> Result:
    RAISED.append(error)
    rows = [LazyCommand("failing", f"{__name__}:failing", "Run", "Fail.")]
    return CliRunner().invoke(LazyGroup(name="massctl", commands_table=rows), ["failing"], prog_name="massctl")


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASSCTL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("MASSCTL_DEBUG", raising=False)
    monkeypatch.setitem(sys.modules, __name__, sys.modules[__name__])


def test_bare_massctl_prints_the_help_and_ends_with_0() -> None:
    bare, asked = CliRunner().invoke(main, []), CliRunner().invoke(main, ["--help"])
    assert bare.exit_code == asked.exit_code == 0
    assert bare.stdout == asked.stdout


def test_help_groups_every_command_and_says_what_massctl_is_not() -> None:
    text = CliRunner().invoke(main, ["--help"]).stdout
    for row in COMMANDS:
        assert f"\n  {row.name} " in text
        assert f"\n{row.section}:\n" in text
        assert row.short_help in text
    assert "not a medical device" in text
    assert "massctl demo" in text
    assert max(map(len, text.splitlines())) <= 80


def test_help_lists_plug_in_commands_with_the_first_line_of_their_module() -> None:
    text = CliRunner().invoke(main, ["--help"]).stdout
    assert "\nPlug-ins:\n  sim  " in text


def test_version() -> None:
    assert CliRunner().invoke(main, ["--version"]).stdout.startswith("massctl 0.")


def test_an_unknown_command_names_the_nearest() -> None:
    result = CliRunner().invoke(main, ["dmeo"])
    assert result.exit_code == 2
    assert "There is no command 'dmeo'. Did you mean 'demo'?" in result.stderr


def test_an_unknown_option_of_the_group_is_a_usage_error() -> None:
    result = CliRunner().invoke(main, ["--colour"])
    assert result.exit_code == 2
    assert "--colour" in result.stderr


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("Wrong.", "Do it right."), 2),
        (LinkLost("tcp://x", "unplugged."), 3),
        (NoAnswer("gun", "no answer", 4.0), 4),
        (Blocked("F2", "Not here."), 5),
        (KeyboardInterrupt(), 130),
        (click.Abort(), 130),
    ],
)
def test_errors_end_with_their_exit_code_and_without_a_traceback(error: BaseException, code: int) -> None:
    result = run_failing(error)
    assert result.exit_code == code
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


def test_an_error_is_one_sentence_and_its_remedy() -> None:
    result = run_failing(MassctlError("The port is busy.", "Close the other program."))
    assert result.stderr == "massctl: The port is busy.\n  → Close the other program.\n"


def test_an_unexpected_error_leaves_a_crash_report_and_shows_no_traceback(tmp_path: Path) -> None:
    result = run_failing(ZeroDivisionError("by zero"))
    assert result.exit_code == 1
    assert "Traceback" not in result.stderr
    (report,) = (tmp_path / "data" / "crashes").glob("crash-*.log")
    assert str(report) in result.stderr.replace("\n", "")
    assert "ZeroDivisionError: by zero" in report.read_text()


def test_debug_shows_the_exception_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASSCTL_DEBUG", "1")
    assert isinstance(run_failing(ZeroDivisionError("by zero")).exception, ZeroDivisionError)


def test_help_imports_neither_rich_nor_the_rooms_below() -> None:
    code = (
        "import sys; from massctl.cli import main; main(['--help'], standalone_mode=False); "
        "heavy = {'rich.console', 'massctl.app', 'massctl.session.runner', 'importlib.metadata', 'pydantic', 'sims'}; "
        "sys.exit(f'imported: {sorted(heavy & set(sys.modules))}' if heavy & set(sys.modules) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr


def test_every_command_of_the_table_loads_and_has_help(run_cli: Callable[..., Result]) -> None:
    for row in COMMANDS:
        result = run_cli(row.name, "--help")
        assert result.exit_code == 0, f"{row.name}: {result.output}{result.exception}"
        assert "Usage: massctl" in result.stdout


def test_a_terminal_without_unicode_gets_question_marks_instead_of_a_crash() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from massctl.cli import main; main()", "points", "utrap"],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "1,500?1,900 PPM" in done.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_said_in_words() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", "from massctl.cli import main; main()", "points"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=30,
            check=False,
        )
    assert done.returncode == 1
    assert "the disk is full" in done.stderr
