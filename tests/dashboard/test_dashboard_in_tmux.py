"""The dashboard in a real terminal, inside tmux: what a person sees and types, and what becomes of the motor without it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from massctl.history.reading import History
from tests.terminals import MASSCTL, NEEDS_TMUX, Terminal, new_terminal, wait_until

pytestmark = NEEDS_TMUX

STOPS_WITHIN_S = 1.0
"""From the terminal's end to the end of the motor's drive: the stop, and room for a busy machine; a lapsed lease takes longer."""
FREE_RUN = """
import sys
from massctl.app.request import RunRequest
from massctl.body.terms import Side
from massctl.dashboard.start import start
from massctl.programs.choices import Choices
request = RunRequest(point="GMAX", choices=Choices(side=Side.LEFT), massager=sys.argv[1], sensor=sys.argv[2])
sys.exit(start(request=request))
"""


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    with new_terminal() as opened:
        yield opened


class BenchProcess:
    """The bench in another process."""

    def __init__(self) -> None:
        script = Path(__file__).with_name("bench_process.py")
        self._process = subprocess.Popen(
            [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input, self._output = self._process.stdin, self._process.stdout
        self.urls: dict[str, str] = json.loads(self._output.readline())

    def drives(self) -> tuple[float, list[tuple[float, float | None]]]:
        """Return the bench's time, and from when until when its motor was driven."""
        self._input.write("\n")
        self._input.flush()
        now_s, drives = json.loads(self._output.readline())
        return now_s, [(began_s, ended_s) for began_s, ended_s in drives]

    def close(self) -> None:
        self._input.close()
        self._process.wait(10)
        self._output.close()


@pytest.fixture
def bench() -> Iterator[BenchProcess]:
    process = BenchProcess()
    yield process
    process.close()


def drive(terminal: Terminal, bench: BenchProcess) -> int:
    """Bring a free run on the bench's devices to the point where the motor works; return the process that runs it."""
    script = terminal.folder / "free_run.py"
    script.write_text(FREE_RUN, encoding="utf-8")
    pid = terminal.folder / "pid"
    command = f"exec {sys.executable} {script} {bench.urls['massager']} {bench.urls['sensor']}"
    terminal.type(f"sh -c 'echo $$ > {pid}; {command}'; echo code $?", "Enter")
    terminal.wait_for("Hold the head in the air")
    time.sleep(0.6)
    terminal.type("Enter")
    terminal.wait_for("RATE IT")
    terminal.type("4")
    terminal.wait_for("Place the head")
    time.sleep(0.6)
    terminal.type("Enter")
    terminal.wait_for("RUNNING")
    wait_until(lambda: bool(bench.drives()[1]), "the motor")
    return int(pid.read_text())


def assert_stopped(terminal: Terminal, bench: BenchProcess, killed_s: float) -> None:
    """The motor stopped soon after, by the bench's clock, and the record of the session was closed in order."""
    wait_until(lambda: bench.drives()[1][-1][1] is not None, "the end of the drive")
    ended_s = bench.drives()[1][-1][1]
    assert ended_s is not None
    assert ended_s - killed_s < STOPS_WITHIN_S
    wait_until(lambda: any((terminal.folder / "data").glob("*.sqlite")), "the record")
    past = History(next((terminal.folder / "data").glob("*.sqlite")))
    wait_until(lambda: past.session("last").ended_by != "running", "the end of the record")
    assert past.session("last").ended_by == "interrupted"
    stops = [event for event in past.events(past.session("last").session_id) if event["event"] == "stop"]
    assert stops[-1]["is_confirmed"]


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").exists() and " Z " in Path(f"/proc/{pid}/stat").read_text(encoding="ascii")


def test_from_the_command_to_a_running_session_takes_four_keys_at_most(terminal: Terminal) -> None:
    terminal.type(f"{MASSCTL} --sim; echo left $?", "Enter")
    terminal.wait_for("SIMULATED", "Desk shoulders", "quit")
    terminal.type("Enter")
    terminal.wait_for("SIMULATED", "step  1 of")  # one key
    terminal.type("q")
    terminal.wait_for("Ended by you.")
    terminal.type("Enter")
    terminal.wait_for("quit")
    terminal.type("q")
    terminal.wait_for("left 0")


@pytest.mark.slow  # a busy machine can lose one of the sizes in quick succession
def test_a_terminal_that_grows_unfolds_the_session(terminal: Terminal) -> None:
    terminal.type(f"{MASSCTL} --sim; echo left $?", "Enter")
    terminal.wait_for("SIMULATED", "Desk shoulders", "quit")
    terminal.type("Enter")
    terminal.wait_for("SIMULATED", "step  1 of")
    terminal.resize(120, 40)
    terminal.wait_for("sensor", "next:")
    terminal.resize(80, 24)
    terminal.type("q")
    terminal.wait_for("Ended by you.")


def test_a_closed_terminal_stops_the_motor(terminal: Terminal, bench: BenchProcess) -> None:
    pid = drive(terminal, bench)
    now_s, _ = bench.drives()
    terminal.close()
    assert_stopped(terminal, bench, now_s)
    wait_until(lambda: is_gone(pid), "the end of the process")


@pytest.mark.slow
def test_sigterm_stops_the_motor_and_ends_with_130(terminal: Terminal, bench: BenchProcess) -> None:
    pid = drive(terminal, bench)
    now_s, _ = bench.drives()
    os.kill(pid, signal.SIGTERM)
    assert_stopped(terminal, bench, now_s)
    terminal.wait_for("code 130")


@pytest.mark.slow
def test_keys_stop_and_reset_and_broken_bytes_end_nothing(terminal: Terminal, bench: BenchProcess) -> None:
    drive(terminal, bench)
    terminal.type("-H", "ff", "c3", "28", "1b", "5b", "4d", "20")
    terminal.type("Up", "PageDown", "F9")
    terminal.wait_for("quit" if "quit" in terminal.screen() else "? keys")
    terminal.type("Escape")
    terminal.wait_for("[F42]", "Motor off: confirmed")
    wait_until(lambda: bench.drives()[1][-1][1] is not None, "the end of the drive")
    terminal.type("l")
    terminal.wait_for("✓  Lift the tool")
    terminal.type("q")
    terminal.wait_for("Ended by you.")
