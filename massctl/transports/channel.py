"""What serial and TCP share: a ``ByteStream`` over an asyncio transport, with an unsent queue of its own.

The transport's own buffer cannot be taken back, so it is kept empty: bytes go straight to the system, and what the system does
not take at once waits here, where a stop can discard it. Only the rest of a frame that was begun stays with the transport.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final, cast

from massctl.errors import ConnectionProblem, LinkLost

UNSENT_MAX: Final = 64 * 1024
"""Bytes that may wait for the system before the link counts as broken (design value: over 2,000 frames)."""
CLOSE_S: Final = 0.5
"""How long a close may wait for the transport, twice: once in peace, once after an abort."""


class Channel(asyncio.Protocol):
    """One open connection; ``explain`` turns the transport's reason for its end into our error."""

    def __init__(self, url: str, explain: Callable[[Exception | None], ConnectionProblem]) -> None:
        self.url = url
        self._explain = explain
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._on_bytes: Callable[[bytes], None] | None = None
        self._on_lost: Callable[[ConnectionProblem], None] | None = None
        self._lost: ConnectionProblem | None = None
        self._is_closing = False
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self._unsent: deque[bytes] = deque()
        self._unsent_size = 0
        self._is_blocked = False

    def start(self, on_bytes: Callable[[bytes], None], on_lost: Callable[[ConnectionProblem], None]) -> None:
        """Begin to deliver; what arrived since the opening comes first."""
        self._on_bytes = on_bytes
        self._on_lost = on_lost
        if self._lost is not None:
            self._loop.call_soon(self._tell_lost)
        elif self._transport is not None:
            self._transport.resume_reading()

    def write(self, data: bytes) -> None:
        """Hand ``data`` to the system now, or queue it behind what the system has not yet taken."""
        transport = self._transport
        if transport is None or self._is_closing or self._lost is not None or transport.is_closing():
            return
        if not self._is_blocked:
            transport.write(data)
            return
        self._unsent.append(data)
        self._unsent_size += len(data)
        if self._unsent_size > UNSENT_MAX:
            self._end(
                LinkLost(self.url, "the device takes no bytes any more.", "Unplug it, plug it in and connect again.")
            )
            transport.abort()

    def discard_unsent(self) -> None:
        """Forget what waits here."""
        self._unsent.clear()
        self._unsent_size = 0

    async def aclose(self) -> None:
        """Close; what was written before is sent if the system takes it within ``CLOSE_S``."""
        self._is_closing = True
        transport = self._transport
        if transport is None or self._ended.done():
            return
        transport.close()
        await asyncio.wait({self._ended}, timeout=CLOSE_S)
        if not self._ended.done():
            transport.abort()
            await asyncio.wait({self._ended}, timeout=CLOSE_S)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Hold the bytes back until somebody reads them."""
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(high=0)
        self._transport.pause_reading()

    def data_received(self, data: bytes) -> None:
        """Deliver at once."""
        if self._on_bytes is not None and not self._is_closing:
            self._on_bytes(data)

    def pause_writing(self) -> None:
        """Queue from now on: the system has not taken all of the last write."""
        self._is_blocked = True

    def resume_writing(self) -> None:
        """Write what waited, until the system is full again."""
        self._is_blocked = False
        while self._unsent and not self._is_blocked and self._transport is not None:
            data = self._unsent.popleft()
            self._unsent_size -= len(data)
            self._transport.write(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the subscriber, unless we closed it ourselves."""
        if not self._ended.done():
            self._ended.set_result(None)
        if not self._is_closing:
            self._end(self._explain(exc))

    def _end(self, problem: ConnectionProblem) -> None:
        if self._lost is None:
            self._lost = problem
            self.discard_unsent()
            self._tell_lost()

    def _tell_lost(self) -> None:
        if self._on_lost is not None and self._lost is not None and not self._is_closing:
            on_lost, self._on_lost = self._on_lost, None
            on_lost(self._lost)
