"""What the tests of transports and devices share: a pseudo-terminal with us at the device's side, and an ear for a stream."""

from __future__ import annotations

import asyncio
import contextlib
import os
import tty
from collections.abc import Callable

from massctl.errors import ConnectionProblem
from massctl.transports import ByteStream


class Pty:
    """A pseudo-terminal; the test is the device at its master side."""

    def __init__(self) -> None:
        self.master, self._slave = os.openpty()
        tty.setraw(self.master)
        tty.setraw(self._slave)
        os.set_blocking(self.master, False)
        self.path = os.ttyname(self._slave)
        self.url = f"serial://{self.path}?baud=115200"
        self.is_open = True

    def send(self, data: bytes) -> None:
        os.write(self.master, data)

    def unplug(self) -> None:
        if self.is_open:
            self.is_open = False
            os.close(self._slave)
            os.close(self.master)

    def received(self) -> bytes:
        with contextlib.suppress(BlockingIOError):
            return os.read(self.master, 65536)
        return b""


class Ear:
    """Hears one stream."""

    def __init__(self, stream: ByteStream) -> None:
        self.stream = stream
        self.heard = b""
        self.lost: list[ConnectionProblem] = []
        stream.start(self._hear, self.lost.append)

    def _hear(self, data: bytes) -> None:
        self.heard += data


async def until(condition: Callable[[], object], within_s: float = 2.0) -> None:
    """Wait until ``condition`` holds; fail the test if it does not in time."""
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110 - any condition, not an event's
            await asyncio.sleep(0.001)
