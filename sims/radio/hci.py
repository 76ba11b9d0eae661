"""A simulated room reached from other processes: HCI over TCP, on the loopback only.

Every client gets an adapter of its own in the room. A client that goes, or dies, has switched its adapter off; a room that goes
leaves its clients without a radio, and every device of theirs is lost at once.
"""

from __future__ import annotations

import asyncio
import secrets
from typing import Any, Final, cast

from bumble.transport.common import StreamPacketSink, StreamPacketSource

from massctl.errors import PortMissing
from sims.radio.central import Central
from sims.radio.room import Room
from sims.radio.station import address_of

HOST: Final = "127.0.0.1"
CONNECT_S: Final = 3.0
CLOSE_S: Final = 1.0


class _Client(StreamPacketSource):
    """One program that uses an adapter of the room."""

    def __init__(self, server: HciServer) -> None:
        super().__init__()
        self._server = server
        self._transport: asyncio.Transport | None = None
        self._controller: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Switch an adapter on."""
        self._transport = cast(asyncio.Transport, transport)
        self._server.clients.add(self)
        self._controller = self._server.room.new_controller()
        self._controller.host = StreamPacketSink(self._transport)
        self.set_packet_sink(self._controller)

    def connection_lost(self, _exc: Exception | None) -> None:
        """Switch it off."""
        self._server.clients.discard(self)
        self._server.room.discard_controller(self._controller)

    def abort(self) -> None:
        """Break off."""
        if self._transport is not None:
            self._transport.abort()


class HciServer:
    """Serves the adapters of one room."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.clients: set[_Client] = set()
        self._server: asyncio.Server | None = None

    async def open(self) -> str:
        """Listen; return ``HOST:PORT``."""
        self._server = await asyncio.get_running_loop().create_server(lambda: _Client(self), HOST, 0)
        return f"{HOST}:{self._server.sockets[0].getsockname()[1]}"

    async def aclose(self) -> None:
        """Stop listening, and break off with everybody."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        for client in tuple(self.clients):
            client.abort()
        try:
            async with asyncio.timeout(CLOSE_S):
                await server.wait_closed()
        except TimeoutError:
            pass
        await asyncio.sleep(0)


class _Source(StreamPacketSource):
    """What comes from the room."""

    def connection_lost(self, _exc: Exception | None) -> None:
        """Tell the host that its adapter is gone."""
        self.on_transport_lost()


class RemoteCentral:
    """This process's adapter in a room of another process; closed by whoever opened it."""

    def __init__(self, central: Central, transport: asyncio.Transport) -> None:
        self.central = central
        self._transport = transport

    async def aclose(self) -> None:
        """Switch it off."""
        self._transport.close()
        await asyncio.sleep(0)


async def open_remote(url: str, host: str, port: int) -> RemoteCentral:
    """Get an adapter in the room at ``host:port``. Raises PortMissing."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(CONNECT_S):
            transport, source = await loop.create_connection(_Source, host, port)
            central = Central(source, StreamPacketSink(transport), address_of(f"adapter {secrets.token_hex(8)}"))
            await central.switch_on()
    except (OSError, TimeoutError) as error:
        remedy = "Is 'massctl sim --ble' still running there, and is this its port?"
        raise PortMissing(url, f"no simulated radio listens on port {port}.", remedy) from error
    return RemoteCentral(central, transport)
