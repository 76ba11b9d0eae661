"""The live display: draws the session where the terminal stands, until it is over, and leaves the place clean for the summary.

A thread of its own draws, at its own pace: a terminal that is slow or stuck (a dead network, a window being dragged) can then
never delay the loop that holds the motor's lease.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from rich.console import Console
from rich.live import Live

from massctl.app.settings import Units
from massctl.cli.session_screen import render
from massctl.faces.session_view import SessionView
from massctl.session.events import Event

FRAME_S = 0.125
"""Between two frames: 8 a second, a little more than the ticks of a session in real time."""
CLOSE_WAIT_S = 2.0
"""How long the end of a session waits for a terminal that does not take its output."""
_FRAME_BEGINS, _FRAME_ENDS = "\x1b[?2026h", "\x1b[?2026l"
"""Synchronized output: a terminal that knows it shows a frame whole, one that does not ignores it."""


class LiveFace:
    """Shows a session on a terminal, a push in ``units``; ``see`` and ``toggle_keys`` return at once."""

    def __init__(self, console: Console, on_closed: Callable[[], None], units: Units = Units.NEWTON) -> None:
        self._console = console
        self._on_closed = on_closed
        self._view = SessionView(units)
        self._lock = threading.Lock()
        self._changed = threading.Event()
        self._is_over = threading.Event()
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._draw, name="display", daemon=True)

    def start(self) -> None:
        """Begin to draw."""
        self._thread.start()

    def see(self, event: Event) -> None:
        """Take in an event; it is drawn with the next frame."""
        with self._lock:
            self._view.see(event)
        self._changed.set()

    def toggle_keys(self) -> None:
        """Show or hide the list of keys."""
        with self._lock:
            self._view.shows_keys = not self._view.shows_keys
        self._changed.set()

    def close(self) -> None:
        """End the display; raises what broke it, if anything did."""
        self._is_over.set()
        self._changed.set()
        if self._thread.is_alive():
            self._thread.join(CLOSE_WAIT_S)
        if self._error is not None:
            raise self._error

    def _draw(self) -> None:
        try:
            with Live(console=self._console, auto_refresh=False, transient=True, vertical_overflow="crop") as live:
                while not self._is_over.is_set():
                    self._frame(live)
                    self._is_over.wait(FRAME_S)
                    self._changed.wait()
        except (OSError, SystemExit):  # rich turns a broken pipe into SystemExit
            self._on_closed()
        except Exception as error:  # noqa: BLE001 - kept for close(): the session goes on, and keys still work
            self._error = error

    def _frame(self, live: Live) -> None:
        self._changed.clear()
        with self._lock:
            view = replace(self._view, notes=deque(self._view.notes), trace_n=deque(self._view.trace_n))
        size = self._console.size
        picture = render(view, size.width, size.height)
        self._console.file.write(_FRAME_BEGINS)
        live.update(picture, refresh=True)
        self._console.file.write(_FRAME_ENDS)
        self._console.file.flush()
