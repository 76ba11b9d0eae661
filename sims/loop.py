"""An event loop whose time is simulated: scaled to N times real time, or virtual (as fast as the machine can).

Bench and host share the one clock, ``loop.time()``, so a stall slows both and trips nothing. Scaled time advances at most
``TURN_S`` a turn of the loop; virtual time jumps to the next timer when nothing else is to do. A thread that works for the
loop (``run_in_executor``) cannot be hurried: meanwhile scaled time passes at real pace, and virtual time stands still, so that
the same seed gives the same session however busy the machine is.

Not modelled: a suspend of the machine, and clock drift between host and device (that is a fault of the device model).
"""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Callable
from typing import Any

TURN_S = 0.010
"""Most simulated seconds a turn of the scaled loop advances (design value)."""
HOP_S = 0.025
ASK_EVERY = 32
"""Virtual time asks the system for ready descriptors before every jump, but only every so many turns while callbacks wait or
the jump is a mere hop: the question is the dearest part of a turn. Descriptors are so noticed at most 0.8 s late."""


class _Selector(selectors.SelectSelector):
    """``select(2)`` rather than epoll: its time limit has microseconds, and a bench has few descriptors."""

    def __init__(self, speed: float | None) -> None:
        super().__init__()
        self.now_s = 0.0
        self.threads_at_work = 0
        self._speed = speed
        self._real_s = time.perf_counter()
        self._unasked = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if self._speed is None and self.threads_at_work:
            return self._select_standing(timeout)
        if self._speed is None and timeout is not None:
            return self._select_virtual(timeout)
        return self._select_scaled(timeout)

    def _select_virtual(self, timeout: float) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout <= HOP_S and self._unasked < ASK_EVERY:
            self._unasked += 1
            if timeout > 0.0:
                self.now_s += timeout
            return []
        self._unasked = 0
        self._real_s = time.perf_counter()
        ready = super().select(0)
        if not ready and timeout > 0:
            self.now_s += timeout
        return ready

    def _select_standing(self, timeout: float | None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0.0 if timeout == 0 else TURN_S)  # a thread that is done wakes it
        self._real_s = time.perf_counter()
        return ready

    def _select_scaled(self, timeout: float | None) -> list[tuple[selectors.SelectorKey, int]]:
        pace = 1.0 if self.threads_at_work or self._speed is None else self._speed
        wait_s = min(TURN_S if timeout is None else max(timeout, 0.0), TURN_S) / pace
        ready = super().select(wait_s)
        real_s = time.perf_counter()
        self.now_s += min((real_s - self._real_s) * pace, TURN_S)
        self._real_s = real_s
        return ready


class SimulatedTimeLoop(asyncio.SelectorEventLoop):
    """An event loop on simulated time; ``speed`` None is virtual time, else a factor above 0."""

    def __init__(self, speed: float | None = None) -> None:
        if speed is not None and speed <= 0:
            raise ValueError(f"speed must be above 0, not {speed}")
        self._simulated = _Selector(speed)
        super().__init__(self._simulated)
        self._clock_resolution = 1e-9
        self.is_virtual = speed is None

    def time(self) -> float:
        """Return simulated seconds since the loop was made."""
        return self._simulated.now_s

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:  # type: ignore[override]
        """Run in a thread; until it is done, scaled time passes at real pace, and virtual time not at all."""
        self._simulated.threads_at_work += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._thread_done)
        return future

    def _thread_done(self, _future: asyncio.Future[Any]) -> None:
        self._simulated.threads_at_work -= 1
