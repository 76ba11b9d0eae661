"""What the drivers of foreign devices on a serial line or TCP share: one stream, its loss, its newest valid frame, one subscriber.

Bytes are the codec's (``firmware_protocol.vendors``) and meaning is the driver's; nothing here knows either. There is no task:
the stream's callback and the driver's own timers drive everything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

from massctl.devices.capabilities import Disconnected
from massctl.devices.subscriber import OneSubscriber
from massctl.errors import ConnectionProblem, LinkLost, PeerSilent
from massctl.transports.opening import open_stream
from massctl.transports.recorder import RecordingStream
from massctl.transports.stream import ByteStream

SILENCE_S: Final = 4.0
"""A device gets this long for its first word once its port is open: some start anew with it (design value)."""


class Wire:
    """Owns a stream; its end, whatever the cause, is told once."""

    def __init__(self, stream: ByteStream) -> None:
        self.url = stream.url
        self.bytes_received = 0
        self.problem: ConnectionProblem | None = None
        """What ended it; None while it is open."""
        self._stream = stream
        self._loop = asyncio.get_running_loop()
        self.last_frame_at_s = self._loop.time()
        self._on_bytes: Callable[[bytes, float], None] = lambda _data, _now_s: None
        self._on_lost: Callable[[ConnectionProblem], None] = lambda _problem: None

    @property
    def is_open(self) -> bool:
        """Whether bytes can still go out."""
        return self.problem is None

    def now_s(self) -> float:
        """Return the loop's time."""
        return self._loop.time()

    def start(self, on_bytes: Callable[[bytes, float], None], on_lost: Callable[[ConnectionProblem], None]) -> None:
        """Begin to listen; ``on_lost`` is called at most once, and not when we close."""
        self._on_bytes, self._on_lost = on_bytes, on_lost
        self._stream.start(self._take, self._lose)

    def write(self, data: bytes) -> bool:
        """Send ``data``; return whether there was a link to send it on."""
        if self.problem is not None:
            return False
        self._stream.write(data)
        return True

    def overtake(self, data: bytes) -> bool:
        """Send ``data`` before everything that is still unsent."""
        if self.problem is not None:
            return False
        self._stream.discard_unsent()
        self._stream.write(data)
        return True

    def heard(self, now_s: float) -> None:
        """Note that a valid frame has arrived (F34)."""
        self.last_frame_at_s = now_s

    def raise_if_over(self) -> None:
        """Raise what ended it, if it has ended."""
        if self.problem is not None:
            raise self.problem

    async def aclose(self) -> None:
        """Close; idempotent, bounded in time."""
        if self.problem is None:
            self.problem = LinkLost(self.url, "closed by massctl.", "Connect again.")
        await self._stream.aclose()

    def _take(self, data: bytes) -> None:
        self.bytes_received += len(data)
        if self.problem is None:
            self._on_bytes(data, self._loop.time())

    def _lose(self, problem: ConnectionProblem) -> None:
        if self.problem is None:
            self.problem = problem
            self._on_lost(problem)


async def open_wire(url: str, transport_url: str, record: Path | None) -> Wire:
    """Open the stream of a foreign device; messages about it name ``url``. Raises as ``open_stream`` does."""
    stream = await open_stream(transport_url)
    if record is not None:
        try:
            stream = RecordingStream(stream, record)
        except BaseException:
            await stream.aclose()
            raise
    wire = Wire(stream)
    wire.url = url
    return wire


class Reporter(OneSubscriber):
    """A driver's one subscriber, and the loss of its wire."""

    def __init__(self, wire: Wire, name: str) -> None:
        self.name = name
        self.url = wire.url
        self._wire = wire

    @property
    def last_frame_at_s(self) -> float:
        """When the last valid frame arrived."""
        return self._wire.last_frame_at_s

    def _note_loss(self, problem: ConnectionProblem) -> None:
        self._report(Disconnected(self._wire.now_s(), problem))

    def _silent(self, missing: str, if_bytes_came: str, if_nothing_came: str) -> PeerSilent:
        """Return that the first word did not come: ``missing`` says what, the others what to look at."""
        within, count = f"within {SILENCE_S:g} s of opening", self._wire.bytes_received
        if count:
            return PeerSilent(self.url, f"{count} bytes came {within}, but {missing}.", if_bytes_came)
        return PeerSilent(self.url, f"nothing came {within}.", if_nothing_came)
