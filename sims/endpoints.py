"""Where a simulated device is reached: in memory, on a pseudo-terminal, on a TCP port. Bytes only; no message is known here.

Each endpoint serves one device: a board of ours, or the twin of a foreign one. ``unplug`` takes the link away as pulling a cable
does: the device is told nothing, and what it drives stops by its lease alone.

Not modelled: baud rate, modem lines, noise on the line, and delay.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
from collections.abc import Callable
from typing import Final, Generic, Protocol, TypeVar, cast

from massctl.errors import ConnectionProblem, LinkLost, PortMissing
from massctl.transports.memory import MemoryStream, memory_pair
from massctl.transports.stream import ByteStream
from sims.vendors.twin import TwinLink

if sys.platform != "win32":
    import termios
    import tty

SILENT_S: Final = 5.0
"""A pty tells nothing of a client that went; after this silence the next one starts afresh (a host pings every second)."""
READ_MAX: Final = 65_536


LinkT = TypeVar("LinkT")
"""What a device keeps of one client."""


class Served(Protocol[LinkT]):
    """A device, as an endpoint needs it."""

    is_hung: bool

    def attach(self, write: Callable[[bytes], None]) -> LinkT:
        """Take a new client, whose bytes go to ``write``."""

    def detach(self, link: LinkT, now_s: float) -> None:
        """Lose a client that has gone."""

    def forget(self, link: LinkT) -> None:
        """Drop a client without learning that it is gone."""

    def receive(self, link: LinkT, data: bytes, now_s: float) -> None:
        """Take bytes of one client."""


class Clock(Protocol):
    """The bench, as an endpoint needs it."""

    def catch_up(self) -> float:
        """Bring the simulation up to the loop's time, and return that time."""


class Endpoint(Protocol):
    """One device's socket in the wall."""

    @property
    def url(self) -> str:
        """Its address."""

    async def open(self) -> None:
        """Begin to serve, for the first time or after ``unplug``."""

    def unplug(self) -> None:
        """Pull the cable."""

    async def aclose(self) -> None:
        """End; idempotent."""


class MemoryEndpoint(Generic[LinkT]):
    """Served within the process: ``sim://bench/massager``."""

    def __init__(self, board: Served[LinkT], clock: Clock, url: str) -> None:
        self.url = url
        self._board = board
        self._clock = clock
        self._is_plugged = False
        self._open: dict[LinkT, tuple[MemoryStream, MemoryStream]] = {}

    async def open(self) -> None:
        """Take clients from now on."""
        self._is_plugged = True

    def connect(self) -> ByteStream:
        """Return the host's end of a new connection. Raises PortMissing when it is unplugged."""
        if not self._is_plugged:
            raise PortMissing(self.url, "this simulated device is unplugged.", "Plug it in again.")
        host, device = memory_pair(self.url)
        link = self._board.attach(device.write)
        self._open[link] = (host, device)
        if isinstance(link, TwinLink):
            link.hang_up = lambda: host.lose(
                LinkLost(self.url, "the other end closed the connection.", "Connect again.")
            )

        def receive(data: bytes) -> None:
            self._board.receive(link, data, self._clock.catch_up())

        def lost(_problem: ConnectionProblem) -> None:
            if self._open.pop(link, None) is not None:
                self._board.detach(link, self._clock.catch_up())

        device.start(receive, lost)
        return host

    def unplug(self) -> None:
        """Break all connections."""
        self._is_plugged = False
        for link, (host, _device) in self._open.items():
            self._board.forget(link)
            host.lose(LinkLost(self.url, "the simulated device was unplugged.", "Plug it in again."))
        self._open.clear()

    async def aclose(self) -> None:
        """Unplug."""
        self.unplug()


class PtyEndpoint(Generic[LinkT]):
    """A pseudo-terminal: ``serial:///dev/pts/N``, one client at a time."""

    def __init__(self, board: Served[LinkT], clock: Clock) -> None:
        self.url = ""
        self._board = board
        self._clock = clock
        self._master = self._slave = -1
        self._link: LinkT | None = None
        self._heard_s = 0.0

    async def open(self) -> None:
        """Make the pair; one slave stays open here, or the master would read EIO between two clients."""
        if sys.platform == "win32":
            raise ConnectionProblem("pty", "this system has no pseudo-terminals.", "Use --tcp instead.")
        self._master, self._slave = os.openpty()
        tty.setraw(self._master)
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self.url = f"serial://{os.ttyname(self._slave)}"
        self._link = self._board.attach(self._write)
        asyncio.get_running_loop().add_reader(self._master, self._read)

    def _write(self, data: bytes) -> None:
        """Write what the system takes; the rest is lost, as on a wire that nobody reads."""
        with contextlib.suppress(OSError):
            os.write(self._master, data)

    def _read(self) -> None:
        try:
            data = os.read(self._master, READ_MAX)
        except OSError:
            return
        now_s = self._clock.catch_up()
        if now_s - self._heard_s > SILENT_S:
            self._start_afresh(now_s)
        self._heard_s = now_s
        if self._link is not None:
            self._board.receive(self._link, data, now_s)

    def _start_afresh(self, now_s: float) -> None:
        """Forget the client before, and what it never read."""
        if self._link is not None and not self._board.is_hung:
            self._board.detach(self._link, now_s)
            self._link = self._board.attach(self._write)
        if sys.platform != "win32":
            termios.tcflush(self._slave, termios.TCIFLUSH)

    def unplug(self) -> None:
        """Close both ends: a client reads EIO."""
        if self._master >= 0:
            asyncio.get_running_loop().remove_reader(self._master)
            os.close(self._master)
            os.close(self._slave)
            self._master = self._slave = -1
        if self._link is not None:
            self._board.forget(self._link)
            self._link = None

    async def aclose(self) -> None:
        """Unplug."""
        self.unplug()


class _TcpClient(asyncio.Protocol, Generic[LinkT]):
    """One client of a TcpEndpoint."""

    def __init__(self, board: Served[LinkT], clock: Clock, clients: set[_TcpClient[LinkT]]) -> None:
        self._board = board
        self._clock = clock
        self._clients = clients
        self._transport: asyncio.Transport | None = None
        self._is_blocked = False
        self.link: LinkT | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Attach to the board."""
        self._transport = cast(asyncio.Transport, transport)
        connection: socket.socket = transport.get_extra_info("socket")
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.link = self._board.attach(self._write)
        if isinstance(self.link, TwinLink):
            self.link.hang_up = self._transport.close
        self._clients.add(self)

    def _write(self, data: bytes) -> None:
        if self._transport is not None and not self._is_blocked:
            self._transport.write(data)

    def pause_writing(self) -> None:
        """Drop what a client does not read."""
        self._is_blocked = True

    def resume_writing(self) -> None:
        """Send again."""
        self._is_blocked = False

    def data_received(self, data: bytes) -> None:
        """Hand over."""
        if self.link is not None:
            self._board.receive(self.link, data, self._clock.catch_up())

    def connection_lost(self, _exc: Exception | None) -> None:
        """Tell the board: TCP does."""
        self._clients.discard(self)
        if self.link is not None:
            self._board.detach(self.link, self._clock.catch_up())

    def abort(self) -> None:
        """Break off without telling the board."""
        if self.link is not None:
            self._board.forget(self.link)
            self.link = None
        if self._transport is not None:
            self._transport.abort()


class TcpEndpoint(Generic[LinkT]):
    """A port on the loopback: ``tcp://127.0.0.1:N``, any number of clients."""

    HOST: Final = "127.0.0.1"

    def __init__(self, board: Served[LinkT], clock: Clock) -> None:
        self.url = ""
        self._board = board
        self._clock = clock
        self._port = 0
        self._server: asyncio.Server | None = None
        self._clients: set[_TcpClient[LinkT]] = set()

    async def open(self) -> None:
        """Listen; on the same port again after ``unplug``."""
        make: Callable[[], _TcpClient[LinkT]] = lambda: _TcpClient(self._board, self._clock, self._clients)  # noqa: E731
        self._server = await asyncio.get_running_loop().create_server(make, self.HOST, self._port)
        self._port = self._server.sockets[0].getsockname()[1]
        self.url = f"tcp://{self.HOST}:{self._port}"

    def unplug(self) -> None:
        """Stop listening and break all connections."""
        if self._server is not None:
            self._server.close()
        for client in tuple(self._clients):
            client.abort()

    async def aclose(self) -> None:
        """Unplug, and let the transports end."""
        self.unplug()
        if self._server is not None:
            server, self._server = self._server, None
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1.0):
                    await server.wait_closed()
            await asyncio.sleep(0)


class Unwired:
    """A thing without a wire: it is there, and nothing can be sent to it."""

    def __init__(self, url: str) -> None:
        self.url = url

    async def open(self) -> None:
        """It is there already."""

    def unplug(self) -> None:
        """There is nothing to pull."""

    async def aclose(self) -> None:
        """There is nothing to close."""
