"""What is done over one Bluetooth link: in the order it was posted, one at a time, and a stop overtakes what waits.

A call that is under way cannot be taken back. After ``discard`` the next one does not wait for it, so that a stop is not held up
by a device that does not answer. No bleak here.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

WAITING_MAX: Final = 512
"""Calls that may wait before the link counts as broken (design value: ten seconds of a fast driver's commands)."""


Call = Callable[[], Awaitable[None]]
"""One write or read; raises what went wrong."""


class Discarded(Exception):
    """A stop has overtaken a call that somebody waits for."""


class Outgoing:
    """The queue of one link.

    Args:
        on_failure: told of the failure of a call that nobody waits for; what waits behind it is forgotten.
    """

    def __init__(self, on_failure: Callable[[Exception], None]) -> None:
        self._on_failure = on_failure
        self._group: asyncio.TaskGroup | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._lane: deque[tuple[Call, asyncio.Future[None] | None]] = deque()
        self._is_busy = False
        """Whether somebody works through the present lane."""

    async def open(self) -> None:
        """Begin to take calls."""
        self._group = await asyncio.TaskGroup().__aenter__()

    def post(self, call: Call, done: asyncio.Future[None] | None = None) -> bool:
        """Make ``call`` after all before it; False where too many wait already, or none is taken.

        Without a future for its outcome, its failure is told to ``on_failure``.
        """
        if self._group is None or len(self._lane) >= WAITING_MAX:
            return False
        self._lane.append((call, done))
        if not self._is_busy:
            self._begin()
        return True

    async def run(self, call: Call) -> None:
        """Make ``call`` after all before it, and wait until it is done. Raises what went wrong, or Discarded."""
        if self._is_busy or self._group is None:
            done = asyncio.get_running_loop().create_future()
            if not self.post(call, done):
                raise Discarded
            await done
            return
        lane, self._is_busy = self._lane, True
        try:
            await call()
        finally:
            if lane is self._lane:
                self._is_busy = False
                if lane:
                    self._begin()

    def discard(self) -> None:
        """Forget what waits; what is posted next does not wait for what is under way."""
        lane, self._lane, self._is_busy = self._lane, deque(), False
        for _call, done in lane:
            if done is not None and not done.done():
                done.set_exception(Discarded())
        lane.clear()

    async def aclose(self, within_s: float) -> None:
        """Send what waits, for so long; then forget it."""
        group, self._group = self._group, None
        if group is None:
            return
        try:
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=within_s)
        finally:
            self.discard()
            for task in self._tasks:
                task.cancel()
            await group.__aexit__(None, None, None)

    def _begin(self) -> None:
        """Work through the present lane, in a task of its own."""
        if self._group is not None:
            self._is_busy = True
            task = self._group.create_task(self._work(self._lane), name="what was posted over Bluetooth")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _work(self, lane: deque[tuple[Call, asyncio.Future[None] | None]]) -> None:
        while lane:
            call, done = lane.popleft()
            try:
                await call()
            except Exception as error:  # noqa: BLE001 - whoever waits gets it, or the link ends with it
                self._fail(done, error)
            else:
                if done is not None and not done.done():
                    done.set_result(None)
        if lane is self._lane:
            self._is_busy = False

    def _fail(self, done: asyncio.Future[None] | None, error: Exception) -> None:
        if done is None:
            self.discard()
            asyncio.get_running_loop().call_soon(self._on_failure, error)
        elif not done.done():
            done.set_exception(error)
