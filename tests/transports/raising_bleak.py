"""Backends for the real bleak that raise, or hang, as the backends of BlueZ, Core Bluetooth and WinRT do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar
from unittest import mock

from bleak.backends.adapter import BaseBleakAdapter
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection

ADDRESS = "AA:BB:CC:DD:EE:FF"
VALUE = "0000ffe1-0000-1000-8000-00805f9b34fb"
Trouble = BaseException | str | None
"""What a call does: raises this, never returns ("hang"), or works."""


@dataclass
class System:
    """One computer's Bluetooth: what each of its calls does."""

    scan_start: Trouble = None
    scan_stop: Trouble = None
    connect: Trouble = None
    disconnect: Trouble = None
    operations: list[Trouble] = field(default_factory=list)
    """Of reads, writes and subscriptions, in turn; then they work."""
    is_heard: bool = True
    is_held: bool = False
    """Whether the system has kept a connection to the device from before."""
    adapter: Trouble = None
    calls: list[str] = field(default_factory=list)
    lose: Callable[[], None] = print
    """Ends the connection, as the system would tell it."""


async def _do(trouble: Trouble) -> None:
    if isinstance(trouble, BaseException):
        raise trouble
    if trouble is not None:
        await asyncio.get_running_loop().create_future()


class Scanner(BaseBleakScanner):
    """Hears the one gun, where it is heard."""

    system: ClassVar[System]

    def __init__(self, callback: Any, service_uuids: Any, _mode: str, **_: Any) -> None:
        super().__init__(callback, service_uuids)

    async def start(self) -> None:
        self.system.calls.append("scan")
        await _do(self.system.scan_start)
        if self.system.is_heard:
            data = AdvertisementData("Gun", {}, {}, [], None, -60, ())
            device = self.create_or_update_device(ADDRESS, ADDRESS, "Gun", None, data)
            asyncio.get_running_loop().call_soon(self.call_detection_callbacks, device, data)

    async def stop(self) -> None:
        self.system.calls.append("scan ends")
        await _do(self.system.scan_stop)


class Client(BaseBleakClient):
    """Connects to the gun, which has one characteristic."""

    system: ClassVar[System]
    mtu_size = 23
    is_connected = True

    def __init__(self, address: Any, **kwargs: Any) -> None:
        super().__init__(address, **kwargs)
        self.system.lose = lambda: self._disconnected_callback() if self._disconnected_callback else None

    async def connect(self, pair: bool, **kwargs: Any) -> None:
        self.system.calls.append("connect")
        await _do(self.system.connect)
        self.services = BleakGATTServiceCollection()
        service = BleakGATTService(None, 1, "0000ffe0-0000-1000-8000-00805f9b34fb")
        self.services.add_service(service)
        properties: Any = ["read", "write", "notify"]
        self.services.add_characteristic(BleakGATTCharacteristic(None, 2, VALUE, properties, lambda: 20, service))

    async def disconnect(self) -> None:
        self.system.calls.append("disconnect")
        await _do(self.system.disconnect)

    async def pair(self, *args: Any, **kwargs: Any) -> None: ...

    async def unpair(self) -> None: ...

    async def _operate(self, what: str) -> None:
        self.system.calls.append(what)
        await _do(self.system.operations.pop(0) if self.system.operations else None)

    async def read_gatt_char(self, characteristic: Any, **kwargs: Any) -> bytearray:
        await self._operate("read")
        return bytearray(b"value")

    async def read_gatt_descriptor(self, descriptor: Any, **kwargs: Any) -> bytearray:
        return bytearray()

    async def write_gatt_char(self, characteristic: Any, data: Any, response: bool) -> None:
        await self._operate(f"write {bytes(data)!r} {'with' if response else 'without'} response")

    async def write_gatt_descriptor(self, descriptor: Any, data: Any) -> None: ...

    async def start_notify(self, characteristic: Any, callback: Any, **kwargs: Any) -> None:
        await self._operate("subscribe")

    async def stop_notify(self, characteristic: Any) -> None: ...


class Adapter(BaseBleakAdapter):
    """The radio: whether it answers, and which connections it has kept."""

    system: ClassVar[System]

    @classmethod
    async def get(cls, **_: Any) -> Any:
        await _do(cls.system.adapter)
        return cls()

    async def get_connected_devices(self, service_uuids: frozenset[str]) -> list[BLEDevice]:
        return [BLEDevice(ADDRESS, "Gun", None)] if self.system.is_held else []


@contextmanager
def running_on(system: System) -> Iterator[None]:
    """Let bleak find ``system`` where it looks for the platform's own backends."""
    with ExitStack() as patches:
        for part in (Adapter, Scanner, Client):
            backend = type(part.__name__, (part,), {"system": system})
            where = f"bleak.get_platform_{part.__name__.lower()}_backend_type"
            patches.enter_context(mock.patch(where, return_value=(backend, "test")))
        yield
