"""A run in a real terminal, inside tmux: what a person sees and presses, and what stays when it is over."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from massctl.history.reading import History
from tests.terminals import MASSCTL, NEEDS_TMUX, Terminal, new_terminal, wait_until

pytestmark = NEEDS_TMUX


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    with new_terminal() as opened:
        yield opened


def start_driving(terminal: Terminal) -> None:
    """Begin a free run and bring it to the point where the motor works."""
    terminal.type(f"{MASSCTL} drive GMAX --side left --sim --no-person --speed 5", "Enter")
    terminal.wait_for("SIMULATED", "READY", "Hold the head in the air")
    terminal.type("Enter")
    terminal.wait_for("RATE IT")
    terminal.type("4")
    terminal.wait_for("READY", "Gluteus maximus left")
    time.sleep(0.3)  # at five times real time: no start is taken in the first half second after a question (F53)
    terminal.type("Enter")
    terminal.wait_for("RUNNING", "measured")


def test_keys_pause_stop_and_reset_and_the_summary_stays(terminal: Terminal) -> None:
    start_driving(terminal)
    terminal.type("Up")
    terminal.type("?")
    assert "RUNNING" in terminal.wait_for("EMERGENCY STOP"), "neither an arrow nor the list of keys pauses"
    terminal.type("?")
    terminal.type("z")
    terminal.wait_for("PAUSED")
    terminal.type("Enter")
    terminal.wait_for("RUNNING")
    terminal.type("Escape")
    terminal.wait_for("[F42]", "Motor off confirmed")
    terminal.type("l")
    terminal.wait_for("✓  Lift the tool")
    terminal.type("q")
    shown = terminal.wait_for("Ended by you.", "massctl history show")
    assert "RUNNING" not in shown
    modes = terminal.folder / "modes"
    terminal.type(f"stty -a > {modes}; touch {modes}.done", "Enter")
    wait_until(modes.with_suffix(".done").exists)
    assert {"icanon", "ixon", "echo"} <= set(modes.read_text().split()), "the terminal is as it was"


def test_ctrl_c_stops_and_ends_the_session(terminal: Terminal) -> None:
    start_driving(terminal)
    terminal.type("C-c")
    terminal.wait_for("Interrupted.", "massctl history show")
    terminal.type("echo code $?", "Enter")
    terminal.wait_for("code 130")


def test_a_closed_terminal_stops_the_session_and_its_record_says_so(terminal: Terminal) -> None:
    start_driving(terminal)
    terminal.close()
    past = History(next((terminal.folder / "data").glob("*.sqlite")))
    wait_until(lambda: past.session("last").ended_by != "running")
    record = past.session("last")
    assert record.summary is not None, "the session ended in order"
    assert record.ended_by == "interrupted"
    stops = [event for event in past.events(record.session_id) if event["event"] == "stop"]
    assert stops
    assert stops[-1]["is_confirmed"]


def test_a_small_terminal_gets_lines(terminal: Terminal) -> None:
    terminal.resize(60, 15)
    terminal.type(f"{MASSCTL} drive GMAX --side left --sim --speed max", "Enter")
    terminal.wait_for("massctl history show")


def test_the_pane_can_be_resized_while_it_runs(terminal: Terminal) -> None:
    start_driving(terminal)
    terminal.resize(120, 40)
    terminal.wait_for("RUNNING")
    terminal.resize(80, 24)
    time.sleep(0.5)
    shown = terminal.wait_for("RUNNING", "? keys")
    assert shown.count("SIMULATED") == 1
    assert shown.count("? keys") == 1
