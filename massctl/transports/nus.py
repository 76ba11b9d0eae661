"""Our own protocol over Bluetooth: the Nordic UART Service as a ``ByteStream``.

Each frame goes out in a write of its own, so that one of 20 bytes or fewer, as all that are urgent, travels whole at any MTU; a
longer one is cut. What comes in is bytes: the framing finds its frames.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from massctl.errors import ConnectionProblem, WrongDevice
from massctl.transports.gatt import GattLink
from massctl.transports.opening import open_gatt

SERVICE: Final = "6e400001-b5a3-f393-e0a9-e50e24dcca9e"
TO_DEVICE: Final = "6e400002-b5a3-f393-e0a9-e50e24dcca9e"
FROM_DEVICE: Final = "6e400003-b5a3-f393-e0a9-e50e24dcca9e"
"""Nordic Semiconductor's UUIDs (documentation of the nRF5 SDK, 'UART/Serial Port Emulation over BLE')."""
ATT_HEADER: Final = 3
FRAME_END: Final = b"\x00"
"""Between two frames of our protocol (COBS)."""


async def open_stream(url: str) -> NusStream:
    """Connect and subscribe. Raises as ``open_gatt`` does, and WrongDevice where the service is not offered."""
    link = await open_gatt(url)
    try:
        stream = NusStream(link)
        await stream.open()
    except BaseException:
        await link.aclose()
        raise
    return stream


class NusStream:
    """A serial line over Bluetooth; closing it disconnects."""

    def __init__(self, link: GattLink) -> None:
        self.url = link.url
        self._link = link
        self._with_response = "write-without-response" not in link.properties(TO_DEVICE)
        self._on_bytes: Callable[[bytes], None] | None = None
        self._early = bytearray()

    async def open(self) -> None:
        """Begin to receive. Raises WrongDevice, ConnectionProblem or NoAnswer."""
        if not {TO_DEVICE, FROM_DEVICE} <= self._link.characteristics:
            raise WrongDevice(
                self.url,
                f"{self._link.name} does not offer a serial line (Nordic UART), which massctl's own devices do.",
                "Which devices massctl knows: massctl devices supported",
            )
        await self._link.subscribe(FROM_DEVICE, self._receive)

    def start(self, on_bytes: Callable[[bytes], None], on_lost: Callable[[ConnectionProblem], None]) -> None:
        """Begin to deliver; what arrived since the opening comes first."""
        self._on_bytes = on_bytes
        self._link.start(on_lost)
        if self._early:
            early, self._early = bytes(self._early), bytearray()
            on_bytes(early)

    def write(self, data: bytes) -> None:
        """Post ``data``, in as many writes as the MTU asks for."""
        for piece in pieces(data, self._link.mtu_bytes - ATT_HEADER):
            self._link.post(TO_DEVICE, piece, with_response=self._with_response)

    def discard_unsent(self) -> None:
        """Forget what was posted."""
        self._link.discard_unsent()

    async def aclose(self) -> None:
        """Disconnect."""
        await self._link.aclose()

    def _receive(self, data: bytes) -> None:
        if self._on_bytes is None:
            self._early += data
        else:
            self._on_bytes(data)


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    """Yield ``data`` in pieces of at most ``size`` bytes: each frame in one of its own if it fits, cut if it does not."""
    start = 0
    while start < len(data):
        stop = _frame_end(data, start)
        for at in range(start, stop, size):
            yield data[at : min(at + size, stop)]
        start = stop


def _frame_end(data: bytes, start: int) -> int:
    """Return where the frame that begins here ends; an end without a frame before it, which clears the line, goes with it."""
    while data.startswith(FRAME_END, start):
        start += 1
    end = data.find(FRAME_END, start)
    return len(data) if end < 0 else end + 1
