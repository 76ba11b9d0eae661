"""The display where there is no terminal: lines, written by a thread of their own.

A reader that is slow (``massctl run … --json | less``) can then never delay the loop that holds the motor's lease.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import TextIO

from massctl.session.events import Event

CLOSE_WAIT_S = 30.0
"""How long the end of a session waits for a reader that does not read: then the rest of the output is lost."""


class LineFace:
    """Writes the lines that ``lines_of`` makes of events; ``see`` returns at once."""

    def __init__(
        self,
        lines_of: Callable[[Event], list[str]],
        output: TextIO,
        on_closed: Callable[[], None],
        *,
        keys: Sequence[str] = (),
    ) -> None:
        self._lines_of = lines_of
        self._output = output
        self._keys = keys
        self._on_closed = on_closed
        self._waiting: deque[str] = deque()
        self._changed = threading.Event()
        self._is_over = False
        self._thread = threading.Thread(target=self._write, name="lines", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def see(self, event: Event) -> None:
        """Take in an event; its lines are written soon."""
        self._waiting.extend(self._lines_of(event))
        self._changed.set()

    def toggle_keys(self) -> None:
        """List the keys, where they are given: lines are never hidden again."""
        self._waiting.extend(self._keys)
        self._changed.set()

    def close(self) -> None:
        """Write what waits and end."""
        self._is_over = True
        self._changed.set()
        if self._thread.is_alive():
            self._thread.join(CLOSE_WAIT_S)

    def _write(self) -> None:
        try:
            while True:
                self._changed.wait()
                self._changed.clear()
                is_last = self._is_over
                while self._waiting:
                    self._output.write(self._waiting.popleft() + "\n")
                self._output.flush()
                if is_last:
                    return
        except (OSError, ValueError):
            self._on_closed()
