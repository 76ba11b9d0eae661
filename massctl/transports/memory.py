"""Two streams joined in memory, for a bench in the same process and for tests.

Bytes arrive in the next turn of the loop, in order, never within the ``write`` that sent them: as with a real port, the reader
of one end is not called from inside the other's. Not modelled: speed, delay, loss.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from massctl.errors import ConnectionProblem, LinkLost
from massctl.transports.channel import UNSENT_MAX


class MemoryStream:
    """One end; made by ``memory_pair``."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._loop = asyncio.get_running_loop()
        self._other: MemoryStream | None = None
        self._on_bytes: Callable[[bytes], None] | None = None
        self._on_lost: Callable[[ConnectionProblem], None] | None = None
        self._arriving = bytearray()
        self._is_due = False
        self._is_closed = False
        self._lost: ConnectionProblem | None = None

    def start(self, on_bytes: Callable[[bytes], None], on_lost: Callable[[ConnectionProblem], None]) -> None:
        """Begin to deliver; what arrived since the opening comes first."""
        self._on_bytes = on_bytes
        self._on_lost = on_lost
        self._wake()

    def write(self, data: bytes) -> None:
        """Hand ``data`` to the other end."""
        if not self._is_closed and self._lost is None and self._other is not None:
            self._other._take(data)  # noqa: SLF001 - its other half

    def discard_unsent(self) -> None:
        """Forget what the other end has not seen yet."""
        if self._other is not None and not self._is_closed:
            self._other._arriving.clear()  # noqa: SLF001 - its other half

    async def aclose(self) -> None:
        """Close; the other end learns of it after the bytes it has still to see."""
        if not self._is_closed:
            self._is_closed = True
            if self._other is not None:
                self._other.lose(LinkLost(self._other.url, "the other end closed the connection.", "Connect again."))

    def lose(self, problem: ConnectionProblem) -> None:
        """Break this end, as pulling a plug does; in the next turn of the loop."""
        if self._lost is None:
            self._lost = problem
            self._wake()

    def _take(self, data: bytes) -> None:
        if self._is_closed or self._lost is not None:
            return
        self._arriving += data
        if len(self._arriving) > UNSENT_MAX:
            self.lose(LinkLost(self.url, "nobody reads what arrives.", "Connect again."))
        self._wake()

    def _wake(self) -> None:
        if not self._is_due and self._on_bytes is not None:
            self._is_due = True
            self._loop.call_soon(self._deliver)

    def _deliver(self) -> None:
        self._is_due = False
        if self._is_closed or self._on_bytes is None:
            return
        if self._arriving:
            data = bytes(self._arriving)
            self._arriving.clear()
            self._on_bytes(data)
        if self._lost is not None and self._on_lost is not None and not self._is_closed:
            on_lost, self._on_lost = self._on_lost, None
            on_lost(self._lost)


def memory_pair(url: str = "memory://pair") -> tuple[MemoryStream, MemoryStream]:
    """Return both ends of a new pair; ``url`` names the first."""
    first, second = MemoryStream(url), MemoryStream(url + "#device")
    first._other, second._other = second, first  # noqa: SLF001 - joined here and only here
    return first, second
