"""A measurement in a thread of its own, for a face that draws: what it draws delays no renewal, no stop and no figure.

A face that looks no more, because it is stuck or gone, is a stop.
"""

from __future__ import annotations

import asyncio
import threading
from asyncio import Runner
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from massctl.app.selftest.measured import Measured
from massctl.app.selftest.one_device import Tell

FROZEN_S: Final = 3.0
"""A face that has not looked for so long shows what is not so any more (design value, as of sessions)."""
LEAVE_S: Final = 10.0
"""How long the end of the program waits for the stop."""


class BackgroundMeasurement:
    """Does ``measure``; used once. Every method may be called from any thread and returns at once, but for ``join``."""

    def __init__(self, measure: Callable[[Tell], Awaitable[Measured]]) -> None:
        self.found: Measured | None = None
        """The figures, once there are any."""
        self.problem: BaseException | None = None
        """Why there are none; None also where it was stopped."""
        self._measure = measure
        self._words = ""
        self._is_looked_at = True
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[Measured] | None = None
        self._is_stopped = False
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="measurement")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    @property
    def is_over(self) -> bool:
        """Whether it has ended, and its device is closed."""
        return self._over.is_set()

    def look(self) -> str:
        """Return what is done now, or was done last."""
        self._is_looked_at = True
        return self._words

    def stop(self) -> None:
        """Stop what moves, now; idempotent."""
        with self._lock:
            loop, task, was_stopped, self._is_stopped = self._loop, self._task, self._is_stopped, True
        if loop is not None and task is not None and not was_stopped:
            with suppress(RuntimeError):  # it ended meanwhile
                loop.call_soon_threadsafe(task.cancel)

    def join(self, timeout_s: float = LEAVE_S) -> bool:
        """Wait until it has ended; return whether it has. A signal may come before it has begun: it ends then, too."""
        return self._over.wait(timeout_s)

    def _run(self) -> None:
        try:
            with Runner() as runner:
                self.found = runner.run(self._main())
        except asyncio.CancelledError:
            pass
        except BaseException as problem:  # noqa: BLE001 - the face shows it; there is nobody else in this thread
            self.problem = problem
        finally:
            with self._lock:
                self._loop = self._task = None
            self._over.set()

    async def _main(self) -> Measured:
        loop = asyncio.get_running_loop()
        with self._lock:
            self._loop, self._task = loop, asyncio.current_task()
            if self._is_stopped:
                raise asyncio.CancelledError
        watch = loop.call_later(FROZEN_S, self._watch_the_face)
        try:
            return await self._measure(self._tell)
        finally:
            watch.cancel()

    def _watch_the_face(self) -> None:
        if not self._is_looked_at:
            self.stop()
        elif self._loop is not None:
            self._is_looked_at = False
            self._loop.call_later(FROZEN_S, self._watch_the_face)

    def _tell(self, text: str) -> None:
        self._words = text
