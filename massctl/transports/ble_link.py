"""One connected Bluetooth device, through bleak: a ``GattLink``.

Every call into bleak has a time limit of ours. What the device sends and the end of the link are told in bleak's own callback.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from bleak import BleakClient
from bleak.backends.characteristic import BleakGATTCharacteristic

from massctl.errors import ConnectionProblem, LinkLost, NoAnswer
from massctl.transports.ble_errors import FOREIGN, is_busy, lost, operation_problem
from massctl.transports.ble_outgoing import Discarded, Outgoing
from massctl.transports.radios import Radio

ANSWER_S: Final = 2.0
"""How long a device may take to answer a read, a write or a subscription (design value; a near one takes 0.1 s)."""
AGAIN_S: Final = 0.02
"""BlueZ does one write with response at a time and refuses a second: tried again so soon."""
FLUSH_S: Final = 0.5
"""How long a close waits for what was posted."""
DISCONNECT_S: Final = 2.0
"""How long a close waits for the system to disconnect; it is known to hang (bleak issues 221, 490, 1841)."""
ATT_HEADER: Final = 3
_MTU_MIN: Final = 23
_KIND: Final = {True: "write", False: "write-without-response"}
_WRITES: Final = frozenset(_KIND.values())
_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class BleLink:
    """A connected device; made by ``ble.open_gatt``, which attaches the connected client."""

    def __init__(self, url: str, address: str, name: str, radio: Radio) -> None:
        self.url = url
        self.address = address
        self.name = name
        self.characteristics: frozenset[str] = frozenset()
        self._radio = radio
        self._loop = asyncio.get_running_loop()
        self._client: BleakClient | None = None
        self._found: dict[str, BleakGATTCharacteristic] = {}
        self._outgoing = Outgoing(self._failed)
        self._on_lost: Callable[[ConnectionProblem], None] | None = None
        self._lost: ConnectionProblem | None = None
        self._is_closing = False

    async def attach(self, client: BleakClient) -> None:
        """Take the connected client."""
        self._client = client
        for service in client.services:
            for characteristic in service.characteristics:
                self._found.setdefault(characteristic.uuid.lower(), characteristic)
        self.characteristics = frozenset(self._found)
        await self._outgoing.open()

    def disconnected(self, _client: BleakClient) -> None:
        """Take bleak's word that the link is gone."""
        self._lose(lost(self.url))

    @property
    def mtu_bytes(self) -> int:
        """The smallest that any characteristic tells: BlueZ knows it there, and not of the connection."""
        sizes = [each.max_write_without_response_size for each in self._found.values()]
        return min(sizes) + ATT_HEADER if sizes else _MTU_MIN

    def properties(self, characteristic: str) -> frozenset[str]:
        """Return what it allows."""
        found = self._found.get(characteristic)
        return frozenset(found.properties) if found is not None else frozenset()

    def start(self, on_lost: Callable[[ConnectionProblem], None]) -> None:
        """Begin to watch; a link that is gone already is told in the next turn of the loop."""
        self._on_lost = on_lost
        if self._lost is not None:
            self._loop.call_soon(self._tell_lost)

    async def read(self, characteristic: str) -> bytes:
        """Return a value."""
        self._ready()
        return await self._read(characteristic)

    async def write(self, characteristic: str, data: bytes) -> None:
        """Write after all that was posted, and wait for it; with response where the device gives one."""
        self._ready()
        try:
            await self._outgoing.run(lambda: self._write(characteristic, data, with_response=True))
        except Discarded:
            raise NoAnswer(self.name, "a write was overtaken by a stop", 0.0) from None

    def post(self, characteristic: str, data: bytes, *, with_response: bool = False) -> None:
        """Write after all that was posted before; silently nothing once lost or closed."""
        self._post(lambda: self._write(characteristic, data, with_response=with_response))

    def fetch(self, characteristic: str, on_value: Callable[[bytes], None]) -> None:
        """Read after all that was posted before, and deliver the value; silently nothing once lost or closed."""

        async def read() -> None:
            self._deliver(on_value, await self._read(characteristic))

        self._post(read)

    def _post(self, call: Callable[[], Awaitable[None]]) -> None:
        if self._lost is not None or self._is_closing:
            return
        if not self._outgoing.post(call):
            self._lose(
                LinkLost(self.url, "the device takes nothing any more.", "Switch it off and on, then connect again.")
            )

    def discard_unsent(self) -> None:
        """Forget what was posted; what comes next does not wait for what is under way."""
        self._outgoing.discard()

    async def subscribe(self, characteristic: str, on_value: Callable[[bytes], None]) -> None:
        """Deliver notifications; a receiver that raises ends the link, as it would on a serial port."""

        def deliver(_sender: BleakGATTCharacteristic, value: bytearray) -> None:
            self._deliver(on_value, value)

        client = self._ready()
        await self._limited(
            client.start_notify(self._find(characteristic), deliver), f"subscribing to {characteristic}"
        )

    def _deliver(self, on_value: Callable[[bytes], None], value: bytes | bytearray) -> None:
        if self._is_closing or self._lost is not None:
            return
        try:
            on_value(bytes(value))
        except BaseException:
            self._lose(LinkLost(self.url, "massctl failed while it read from the device.", "Please report this."))
            raise

    async def aclose(self) -> None:
        """Send what waits, disconnect, let the radio go."""
        if self._is_closing:
            return
        self._is_closing = True
        try:
            await self._outgoing.aclose(FLUSH_S if self._lost is None else 0.0)
        finally:
            await self._hang_up()

    async def _hang_up(self) -> None:
        client, self._client = self._client, None
        try:
            if client is not None:
                async with asyncio.timeout(DISCONNECT_S):
                    await client.disconnect()
        except (*FOREIGN, TimeoutError) as error:
            _log.debug("%s: no orderly end: %r", self.url, error)
        finally:
            await self._radio.aclose()

    def _ready(self) -> BleakClient:
        if self._lost is not None:
            raise self._lost
        if self._client is None:
            raise LinkLost(self.url, "closed by massctl.", "Connect again.")
        return self._client

    def _find(self, characteristic: str) -> BleakGATTCharacteristic | str:
        """Return bleak's object, or the UUID as it is: bleak then says that it is not there."""
        return self._found.get(characteristic, characteristic)

    async def _read(self, characteristic: str) -> bytes:
        client = self._ready()
        return bytes(
            await self._limited(client.read_gatt_char(self._find(characteristic)), f"reading {characteristic}")
        )

    async def _write(self, characteristic: str, data: bytes, *, with_response: bool) -> None:
        """Write as the device offers it: with response or without, where it offers only one of them."""
        client, found = self._ready(), self._find(characteristic)
        offered = self.properties(characteristic)
        if offered & _WRITES == _WRITES - {_KIND[with_response]}:
            with_response = not with_response
        while True:
            call = client.write_gatt_char(found, data, response=with_response)
            try:
                await self._limited(call, f"writing to {characteristic}")
            except ConnectionProblem as problem:
                if problem.__cause__ is None or not is_busy(problem.__cause__):
                    raise
                await asyncio.sleep(AGAIN_S)
            else:
                return

    async def _limited(self, call: Awaitable[_T], what: str) -> _T:
        """Await a call into bleak, for so long; its errors become ours."""
        try:
            async with asyncio.timeout(ANSWER_S):
                return await call
        except TimeoutError as error:
            raise NoAnswer(
                self.name, f"no answer to {what}", ANSWER_S, "Bring it near, or switch it off and on."
            ) from error
        except FOREIGN as error:
            raise self._lost or operation_problem(self.url, self.address, what, error) from error

    def _failed(self, error: Exception) -> None:
        """End the link with the failure of something that nobody waits for."""
        self._lose(error if isinstance(error, ConnectionProblem) else LinkLost(self.url, f"{error}", "Connect again."))

    def _lose(self, problem: ConnectionProblem) -> None:
        if self._lost is None and not self._is_closing:
            self._lost = problem
            self._outgoing.discard()
            self._tell_lost()

    def _tell_lost(self) -> None:
        on_lost, self._on_lost = self._on_lost, None
        if on_lost is not None and self._lost is not None and not self._is_closing:
            on_lost(self._lost)
