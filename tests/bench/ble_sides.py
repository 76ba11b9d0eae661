"""Two ways to the same virtual radio: massctl's Bluetooth link, and bleak with nothing above it."""

from __future__ import annotations

import struct
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final, Protocol

from bleak import BleakClient, BleakScanner

from massctl.transports import open_gatt
from sims.radio.backend import SimulatedClient, SimulatedScanner
from sims.radio.peripheral import Broadcast, Characteristic, Peripheral, Service
from sims.radio.room import Room

SERVICE: Final = "0000ffe0-0000-1000-8000-00805f9b34fb"
WRITE: Final = "0000ffe1-0000-1000-8000-00805f9b34fb"
NOTIFY: Final = "0000ffe2-0000-1000-8000-00805f9b34fb"
STAMP: Final = struct.Struct("<Id")
"""Number and the moment when it was due; filled up to 20 bytes, as the smallest MTU has them."""
PAYLOAD: Final = 20


class Talker(Peripheral):
    """Notifies when it is told to, and takes what is written."""

    services = (
        Service(SERVICE, (Characteristic(WRITE, "write", "write-without-response"), Characteristic(NOTIFY, "notify"))),
    )

    def __init__(self, device_id: str) -> None:
        super().__init__()
        self.id = device_id

    @property
    def broadcast(self) -> Broadcast:
        return Broadcast(self.id, interval_s=0.02)

    def on_write(self, uuid: str, data: bytes, now_s: float) -> None:
        pass

    def say(self, number: int, due_s: float) -> None:
        """Send one notification. Raises RuntimeError where nobody has subscribed: it would be lost unseen."""
        if not self.notify(NOTIFY, STAMP.pack(number, due_s).ljust(PAYLOAD, b"\0")):
            raise RuntimeError(f"{self.id}: nobody listens")


class Side(Protocol):
    """One way to one device."""

    async def write(self, data: bytes) -> None:
        """Write with response."""

    async def listen(self, on_value: Callable[[bytes], None]) -> None:
        """Subscribe."""


class Ours:
    """massctl's link."""

    name = "massctl"

    def __init__(self, room: Room, device_id: str, stack: AsyncExitStack) -> None:
        self._url = f"sim://{room.name}/{device_id}"
        self._stack = stack

    async def open(self) -> None:
        self._link = await open_gatt(self._url)
        self._stack.push_async_callback(self._link.aclose)

    async def write(self, data: bytes) -> None:
        await self._link.write(WRITE, data)

    async def listen(self, on_value: Callable[[bytes], None]) -> None:
        await self._link.subscribe(NOTIFY, on_value)


class Bare:
    """bleak."""

    name = "bare bleak"

    def __init__(self, room: Room, device_id: str, stack: AsyncExitStack) -> None:
        self._room = room
        self._id = device_id
        self._stack = stack

    async def open(self) -> None:
        options: dict[str, Any] = {"radio": await self._room.central()}
        device = await BleakScanner.find_device_by_name(self._id, backend=SimulatedScanner, **options)
        assert device is not None
        self._client = BleakClient(device, backend=SimulatedClient, **options)
        await self._stack.enter_async_context(self._client)

    async def write(self, data: bytes) -> None:
        await self._client.write_gatt_char(WRITE, data, response=True)

    async def listen(self, on_value: Callable[[bytes], None]) -> None:
        await self._client.start_notify(NOTIFY, lambda _sender, data: on_value(bytes(data)))


@asynccontextmanager
async def connected(kind: type[Ours] | type[Bare], count: int, name: str) -> AsyncIterator[list[tuple[Talker, Side]]]:
    """Connect to ``count`` devices in a room of their own."""
    room = Room(name)
    try:
        async with AsyncExitStack() as stack:
            pairs: list[tuple[Talker, Side]] = []
            for number in range(count):
                talker = Talker(f"{name}{number}")
                await room.add(talker)
                side = kind(room, talker.id, stack)
                await side.open()
                pairs.append((talker, side))
            yield pairs
    finally:
        await room.aclose()


def now_s() -> float:
    """Return the real time that everything here is measured by."""
    return time.perf_counter()
