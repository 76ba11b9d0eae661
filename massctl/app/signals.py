"""Signals and the death of the parent process, as emergency stops (rule F42)."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any, Self

PARENT_CHECK_S = 0.5
"""How often the parent process is looked at (design value)."""
PARENT_DEATH = "parent death"
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopSignals:
    """While open, SIGINT, SIGTERM, SIGHUP and the parent's death call ``on_stop`` with their name, inside the loop, each time.

    Outside the main thread Python delivers no signals to a loop: there only the parent is watched.
    """

    def __init__(self, on_stop: Callable[[str], None]) -> None:
        self._on_stop = on_stop
        self._loop = asyncio.get_running_loop()
        self._parent = os.getppid()
        self._before: dict[signal.Signals, Callable[[int, FrameType | None], Any] | int | None] = {}
        self._watch: asyncio.TimerHandle | None = None

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in _SIGNALS:
                self._before[number] = signal.getsignal(number)
                self._loop.add_signal_handler(number, self._on_stop, number.name)
        self._watch = self._loop.call_later(PARENT_CHECK_S, self._look_at_parent)
        return self

    def __exit__(self, *exception: object) -> None:
        if self._watch is not None:
            self._watch.cancel()
        for number, before in self._before.items():
            self._loop.remove_signal_handler(number)
            signal.signal(number, before)

    def _look_at_parent(self) -> None:
        if os.getppid() != self._parent:
            self._on_stop(PARENT_DEATH)
            return
        self._watch = self._loop.call_later(PARENT_CHECK_S, self._look_at_parent)
