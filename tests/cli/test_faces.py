"""Displays: they never hold up the session, show the last state, and tell when nobody can see them any more."""

from __future__ import annotations

import io
import os
import pty
import threading
import time
from contextlib import suppress
from typing import Any

import pytest
from rich.console import Console

from massctl.cli import live as live_module
from massctl.cli.line_face import LineFace
from massctl.cli.lines import key_lines, plain_lines
from massctl.cli.live import LiveFace
from massctl.session.events import CueKind, PhaseChanged
from tests.cli.sessions import manual_step, started, step, tick


class Stuck(io.StringIO):
    """An output that takes nothing until it is released."""

    def __init__(self) -> None:
        super().__init__()
        self.released = threading.Event()

    def write(self, text: str) -> int:
        self.released.wait(5)
        return super().write(text)


class Broken(io.StringIO):
    """An output whose reader is gone."""

    def write(self, _text: str) -> int:
        raise OSError("gone")


def test_lines_are_written_in_order_and_whole() -> None:
    output = io.StringIO()
    face = LineFace(plain_lines(), output, lambda: None)
    face.start()
    for event in (started(), step(), manual_step()):
        face.see(event)
    face.close()
    assert output.getvalue().splitlines() == [
        line for event in (started(), step(), manual_step()) for line in plain_lines()(event)
    ]


def test_a_stuck_reader_does_not_hold_up_the_session() -> None:
    output = Stuck()
    face = LineFace(plain_lines(), output, lambda: None)
    face.start()
    began = time.perf_counter()
    for _ in range(1000):
        face.see(step())
    assert time.perf_counter() - began < 0.5
    output.released.set()
    face.close()


@pytest.mark.parametrize("is_live", [True, False])
def test_an_output_without_reader_is_told(is_live: bool) -> None:
    closed: list[bool] = []
    face: LiveFace | LineFace
    if is_live:
        console = Console(file=Broken(), force_terminal=True, width=80, height=24)
        face = LiveFace(console, lambda: closed.append(True))
    else:
        face = LineFace(plain_lines(), Broken(), lambda: closed.append(True))
    face.start()
    face.see(started())
    face.close()
    assert closed == [True]


def live(monkeypatch: pytest.MonkeyPatch, output: io.StringIO) -> LiveFace:
    monkeypatch.setattr(live_module, "FRAME_S", 0.01)
    return LiveFace(Console(file=output, force_terminal=True, width=80, height=24), lambda: None)


def test_the_live_display_shows_the_newest_state_without_further_events(monkeypatch: pytest.MonkeyPatch) -> None:
    output = io.StringIO()
    face = live(monkeypatch, output)
    face.start()
    for event in (started(), step(), PhaseChanged(at_s=2, phase=tick().phase), tick(cue=CueKind.PRESS_HARDER)):
        face.see(event)
    wait_for(lambda: "PRESS HARDER" in output.getvalue())
    face.toggle_keys()
    wait_for(lambda: "EMERGENCY STOP" in output.getvalue())
    face.close()


def test_the_live_display_draws_no_more_often_than_its_frame_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    output = io.StringIO()
    face = live(monkeypatch, output)
    monkeypatch.setattr(live_module, "FRAME_S", 0.05)
    face.start()
    face.see(started())
    until = time.perf_counter() + 0.2
    while time.perf_counter() < until:
        face.see(tick())
        time.sleep(0.001)
    face.close()
    assert output.getvalue().count("\x1b[?2026h") <= 6


def test_the_live_display_leaves_the_screen_clean_and_the_cursor_visible(monkeypatch: pytest.MonkeyPatch) -> None:
    output = io.StringIO()
    face = live(monkeypatch, output)
    face.start()
    face.see(started())
    wait_for(lambda: "SIMULATED" in output.getvalue())
    face.close()
    assert output.getvalue().rfind("\x1b[?25h") > output.getvalue().rfind("\x1b[?25l")


def test_an_error_of_the_display_is_raised_at_the_end_not_in_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(live_module, "render", broken)
    face = live(monkeypatch, io.StringIO())
    face.start()
    face.see(started())
    with pytest.raises(ZeroDivisionError):
        face.close()


def test_a_face_that_never_began_closes() -> None:
    LineFace(plain_lines(), io.StringIO(), lambda: None).close()
    LiveFace(Console(file=io.StringIO()), lambda: None).close()


def test_a_terminal_that_is_gone_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    master, slave = pty.openpty()
    closed = threading.Event()
    monkeypatch.setattr(live_module, "FRAME_S", 0.01)
    output = os.fdopen(slave, "w")
    face = LiveFace(Console(file=output, force_terminal=True, width=80, height=24), closed.set)
    face.start()
    os.close(master)
    face.see(started())
    assert closed.wait(2)
    face.close()
    with suppress(OSError):
        output.close()


def wait_for(condition: Any) -> None:
    until = time.perf_counter() + 2
    while not condition():
        assert time.perf_counter() < until
        time.sleep(0.005)


def test_lines_list_the_keys_when_asked_and_json_never_does() -> None:
    for keys, expected in ((key_lines(), "EMERGENCY STOP"), ((), "")):
        output = io.StringIO()
        face = LineFace(plain_lines(), output, lambda: None, keys=keys)
        face.start()
        face.toggle_keys()
        face.close()
        assert expected in output.getvalue()
        assert bool(output.getvalue()) is bool(keys)
