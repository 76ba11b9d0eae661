"""A stream of bytes to a device: what every transport of bytes looks like.

Bytes arrive by callback, in the event loop, as soon as the system hands them over: the over-force path from the last byte of
a sample to the first byte of STOP must pass no queue and await nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from massctl.errors import ConnectionProblem


class ByteStream(Protocol):
    """An open stream; owned by whoever opened it, closed once, never reopened."""

    url: str
    """The address it was opened from, for messages."""

    def start(self, on_bytes: Callable[[bytes], None], on_lost: Callable[[ConnectionProblem], None]) -> None:
        """Begin to deliver bytes; ``on_lost`` is called at most once, and never after ``aclose``."""

    def write(self, data: bytes) -> None:
        """Queue ``data`` for the device, at once if nothing waits before it; silently nothing once lost or closed."""

    def discard_unsent(self) -> None:
        """Forget what was queued and not yet handed to the system: a stop overtakes it."""

    async def aclose(self) -> None:
        """Close; idempotent, bounded in time, never raises for a link already broken."""
