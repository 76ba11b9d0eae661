"""One run as a person meets it: display, keyboard, summary, exit code. What ``run``, ``drive``, ``again`` and ``demo`` share.

The session itself is ``massctl.app.run``; this file only connects it to the terminal.
"""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import ExitStack
from typing import Protocol

import click

from massctl.app.control import SessionControl
from massctl.app.request import RunRequest
from massctl.app.run import exit_code, run_blocking
from massctl.app.settings import DEFAULTS
from massctl.cli.line_face import LineFace
from massctl.cli.lines import json_lines, key_lines, plain_lines
from massctl.cli.live import LiveFace
from massctl.cli.output import chosen_units, console
from massctl.cli.preflight import ask_on_terminal
from massctl.cli.screening import screen_on_terminal
from massctl.cli.summary import summary
from massctl.cli.terminal import TerminalKeys
from massctl.errors import ExitCode, MassctlError
from massctl.faces.keyboard import press_of
from massctl.session.asks import motor_off
from massctl.session.events import Event, SessionEnded, SessionStarted, StopSeen

TERMINAL_CLOSED = "SIGHUP"
"""The origin of the stop when the terminal went away (F42): nobody is there to reset it."""
LINES_MIN, COLUMNS_MIN = 20, 72
"""A terminal smaller than this gets lines (design value)."""


class Face(Protocol):
    """A display of a session; all but ``close`` return at once."""

    def start(self) -> None:
        """Begin to show."""

    def see(self, event: Event) -> None:
        """Take in an event."""

    def toggle_keys(self) -> None:
        """Show or hide the list of keys."""

    def close(self) -> None:
        """Show what is left and end."""


class Performance:
    """Connects one session to a face and, where there is one, to the keyboard; used once."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._has_keyboard = _has_keyboard()
        self._units = DEFAULTS.units if as_json else chosen_units()
        self._face = self._choose_face()
        self._open = ExitStack()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._control: SessionControl | None = None
        self._title = ""
        self._stop: StopSeen | None = None

    def run(self, request: RunRequest) -> ExitCode:
        """Run ``request`` to its end and print the summary. Raises MassctlError when it could not begin."""
        if request.urls:
            click.echo(f"Connecting to {', '.join(dict.fromkeys(request.urls.values()))} …", err=True)
        try:
            with self._open:
                ended = run_blocking(
                    request,
                    on_event=self._see,
                    on_ready=self._begin,
                    ask=ask_on_terminal if self._has_keyboard else None,
                    screen=screen_on_terminal if self._has_keyboard else None,
                    is_attended=self._has_keyboard or (request.is_simulated and request.with_person),
                )
        except MassctlError:
            raise
        except Exception:
            if request.massager:  # whatever broke us, the motor comes first
                is_seen = self._stop is not None and self._stop.is_confirmed
                click.secho(f"Motor off {motor_off(self._stop)}.", fg=None if is_seen else "red", bold=True, err=True)
            raise
        finally:
            self._face.close()
            _forget_closed_output()
        if not self._as_json:
            self._print_summary(ended)
            self._print_what_is_left_to_do(request)
        return exit_code(ended)

    def _choose_face(self) -> Face:
        if self._as_json:
            return LineFace(json_lines(), sys.stdout, self._terminal_closed)
        output = console()
        is_roomy = output.width >= COLUMNS_MIN and output.height >= LINES_MIN
        if output.is_terminal and not output.is_dumb_terminal and is_roomy:
            return LiveFace(output, self._terminal_closed, self._units)
        return LineFace(plain_lines(self._units), sys.stdout, self._terminal_closed, keys=key_lines())

    def _begin(self, control: SessionControl) -> None:
        self._loop, self._control = asyncio.get_running_loop(), control
        self._face.start()
        if self._has_keyboard:
            if isinstance(self._face, LineFace):
                click.echo("Keys: space pauses, Esc or x stops, ? lists all.", err=True)
            self._open.enter_context(TerminalKeys(self._press, self._terminal_closed)).start(self._loop)

    def _see(self, event: Event) -> None:
        if isinstance(event, SessionStarted):
            self._title = event.title
        elif isinstance(event, StopSeen):
            self._stop = event
        self._face.see(event)

    def _press(self, name: str) -> None:
        if name == "?":
            self._face.toggle_keys()
        elif self._control is not None:
            self._control.press(press_of(name))

    def _terminal_closed(self) -> None:
        """Stop: nobody sees the session any more. Called from the loop's thread or the face's."""
        if self._loop is not None and self._control is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._control.emergency_stop, TERMINAL_CLOSED)

    def _print_summary(self, ended: SessionEnded) -> None:
        output = console()
        output.print()
        output.print(summary(ended, self._title or ended.program, self._units))
        rules = dict.fromkeys(str(entry["rule"]) for entry in ended.interventions)
        why = "".join(f" · massctl why {rule}" for rule in list(rules)[:3])
        output.print(f"massctl history show {ended.session_id}{why}", style="grey50")

    def _print_what_is_left_to_do(self, request: RunRequest) -> None:
        """Say it last, in red, where the motor may still run: the live display with its own warning is gone by now (F54)."""
        if (request.massager or "").startswith("manual:"):
            console().print("Is the gun switched off? massctl cannot do it: only its own switch can.", style="bold red")
        elif request.massager and self._stop is not None and not self._stop.is_confirmed:
            console().print(f"Motor off {motor_off(self._stop)}.", style="bold red")


def perform(request: RunRequest, *, as_json: bool = False) -> None:
    """Run ``request`` and end the command with its exit code."""
    code = Performance(as_json=as_json).run(request)
    click.get_current_context().exit(code)


def _has_keyboard() -> bool:
    """Return whether keys can arrive: standard input is a terminal, and this process is not in its background."""
    return sys.stdin.isatty() and os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()


def _forget_closed_output() -> None:
    """Where the reader of standard output is gone, let Python's own last flush go nowhere instead of failing."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
