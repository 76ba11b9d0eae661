"""``massctl run``, ``drive``, ``again``: whole sessions on the bench in virtual time, and what is refused before one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from massctl.cli.group import CRASHED
from massctl.session.conductor import Conductor
from massctl.session.events import Phase

Run = Callable[..., Result]
QUICK = "micro-break"
"""A short program."""


@pytest.fixture
def folders(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Give the commands folders of their own; the socket's has a short name, as the system wants."""
    with tempfile.TemporaryDirectory(prefix="massctl-") as folder:
        names = {f"MASSCTL_{name}_DIR": str(Path(folder) / name.lower()) for name in ("DATA", "CONFIG", "RUNTIME")}
        for name, value in names.items():
            monkeypatch.setenv(name, value)
        yield {**os.environ, **names}


@pytest.fixture
def run(run_cli: Run, folders: dict[str, str]) -> Run:
    assert folders
    return run_cli


def start(folders: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", "from massctl.cli import main; main()", *arguments],
        env=folders,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def events_of(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_json_is_one_object_an_event_and_nothing_else_on_stdout(run: Run) -> None:
    result = run("run", QUICK, "--sim", "--speed", "max", "--json")
    events = events_of(result)
    assert result.exit_code == 0, result.stderr
    assert events[0]["event"] == "session_started"
    assert events[0]["is_simulated"] is True
    assert events[-1]["event"] == "summary"
    assert events[-1]["ended_by"] == "completed"
    assert [event["at_s"] for event in events] == sorted(event["at_s"] for event in events)
    ticks = [event["at_s"] for event in events if event["event"] == "tick"]
    assert min(later - earlier for earlier, later in pairwise(ticks)) >= 1.0 - 1e-6


def test_the_same_seed_prints_the_same_session(run: Run) -> None:
    def session() -> list[dict[str, Any]]:
        events = events_of(run("run", QUICK, "--sim", "--speed", "max", "--json", "--seed", "7"))
        return [
            {key: value for key, value in event.items() if key not in ("session_id", "wall_time")} for event in events
        ]

    assert session() == session()


def test_lines_and_a_summary_where_there_is_no_terminal(run: Run) -> None:
    result = run("run", QUICK, "--sim", "--speed", "max")
    assert result.exit_code == 0, result.stderr
    assert "SIMULATED session" in result.stdout.splitlines()[0]
    assert " SIMULATED  " in result.stdout
    assert "Completed." in result.stdout
    assert "\x1b" not in result.stdout


def test_history_again_and_show_know_the_session(run: Run) -> None:
    first = run("run", QUICK, "--sim", "--speed", "max", "--json", "--seed", "3")
    assert first.exit_code == 0, first.stderr
    assert "(sim)" in run("history").stdout
    assert "Completed." in run("history", "show", "last").stdout
    again = run("again", "--json")
    assert again.exit_code == 0
    assert events_of(again)[-1]["points"] == events_of(first)[-1]["points"]
    assert len(json.loads(run("history", "--json").stdout)) == 2


def test_drive_runs_one_point_and_stops_by_itself(run: Run) -> None:
    result = run("drive", "gmax", "--side", "left", "--sim", "--speed", "max", "--json")
    summary = events_of(result)[-1]
    assert summary["ended_by"] in ("completed", "person"), result.stderr
    (point,) = summary["points"]
    assert point["point"] == "GMAX"
    assert 0 < point["dose_s"] <= 121


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("run", "desk-sholders", "--sim"), 2, "desk-shoulders"),
        (("run", QUICK, "--speed", "60"), 2, "Add --sim"),
        (("run", QUICK, "--seed", "2"), 2, "Add --sim"),
        (("run", QUICK, "--no-person"), 2, "Add --sim"),
        (("run", QUICK, "--sim", "--speed", "0"), 2, "--speed"),
        (("run", QUICK, "--sim", "--speed", "fast"), 2, "'max'"),
        (("run", QUICK, "--sim", "--massager", "manual://"), 2, "Leave out --sim"),
        (("run", QUICK, "--sim", "--speed", "max", "--link", "pty"), 2, ""),
        (("run", QUICK, "--sim", "--minutes", "0"), 2, "--minutes"),
        (("run", QUICK, "--sim", "--tool", "hammer"), 2, "hammer"),
        (("run", QUICK), 5, "F1"),
        (("run", QUICK, "--massager", "manual://"), 5, "F1"),
        (("run", QUICK, "--massager", "tcp://127.0.0.1:1"), 3, "nothing listens on port 1"),
        (("drive", "NOPE", "--sim"), 2, "NOPE"),
        (("drive", "SCM", "--side", "left", "--sim"), 5, "F2"),
    ],
)
def test_what_cannot_run_is_refused_with_a_reason(run: Run, arguments: tuple[str, ...], code: int, words: str) -> None:
    result = run(*arguments)
    assert result.exit_code == code, result.stderr
    assert words in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


def test_no_flag_skips_the_safety_core(run: Run) -> None:
    text = run("run", "--help").stdout
    for word in ("force", "yes", "expert", "unsafe", "no-check", "skip"):
        assert f"--{word}" not in text


def wait_for_line(process: subprocess.Popen[str], words: str) -> None:
    assert process.stdout is not None
    until = time.perf_counter() + 20
    while words not in process.stdout.readline():
        assert time.perf_counter() < until


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_the_motor_and_ends_with_130(folders: dict[str, str], number: signal.Signals) -> None:
    with start(folders, "run", "desk-shoulders", "--sim", "--speed", "20") as process:
        wait_for_line(process, "running")
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 130, err
    assert "motor off confirmed" in out
    assert "Interrupted." in out


def test_a_reader_that_goes_away_stops_the_session(folders: dict[str, str]) -> None:
    with start(folders, "run", "desk-shoulders", "--sim", "--speed", "20", "--json") as process:
        wait_for_line(process, '"working"')
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.wait(timeout=20) == 130
        assert "Traceback" not in process.stderr.read()


def test_a_crash_of_massctl_itself_speaks_of_the_motor_first(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr("massctl.cli.performance.run_blocking", crash)
    result = run("run", "tech-neck", "--massager", "tcp://127.0.0.1:1")
    assert result.exit_code == 1
    assert "Motor off NOT CONFIRMED: lift it off and press its own button." in result.stderr
    assert "An error of massctl itself" in result.stderr
    assert "Motor" not in run("run", "tech-neck", "--sim").stderr


def test_a_fault_of_massctl_in_the_middle_of_a_session_stops_first_and_ends_with_1_and_one_sentence(
    run: Run, folders: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    advance = Conductor.advance

    def broken(self: Conductor, now_s: float) -> None:
        if self.snapshot.phase is Phase.WORKING and self.step.runs_motor:
            raise ZeroDivisionError("by zero")
        advance(self, now_s)

    monkeypatch.setattr(Conductor, "advance", broken)
    result = run("run", "desk-shoulders", "--sim", "--speed", "max", "--json")
    assert result.exit_code == CRASHED == 1
    assert "Traceback" not in result.stderr
    told = [line for line in result.stderr.splitlines() if line.startswith("massctl:")]
    assert told == ["massctl: An error of massctl itself: ZeroDivisionError."]
    assert "crash report is in" in result.stderr
    events = [json.loads(line) for line in result.stdout.splitlines()]
    stop = next(event for event in events if event["event"] == "stop")
    assert stop["rule"] == "F33"
    assert stop["seen_by"] == "measured", "the motor stands before massctl says that it is broken"
    assert events[-1]["event"] == "summary"
    assert (events[-1]["ended_by"], events[-1]["rule"]) == ("safety", "F33")


@pytest.mark.parametrize("command", ["run", "drive"])
def test_every_exit_code_of_a_session_is_documented(run: Run, command: str) -> None:
    text = " ".join(run(command, "--help").output.split())
    assert "Exit codes:" in text
    for code in ("0 ", "1 ", "2 ", "3 ", "4 ", "5 ", "130 "):
        assert code in text.partition("Exit codes:")[2]
