from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from massctl.errors import LinkLost, PeerSilent, PortMissing
from massctl.transports import open_stream, tcp
from massctl.transports.channel import Channel
from tests.transports.wires import Ear, until


class Server:
    """Listens on a free port and hands out the newest connection."""

    def __init__(self) -> None:
        self.clients: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self.url = ""

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.clients.append((reader, writer))


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Server]:
    listener = Server()
    running = await asyncio.start_server(listener.accept, "127.0.0.1", 0)
    listener.url = f"tcp://127.0.0.1:{running.sockets[0].getsockname()[1]}"
    yield listener
    running.close()
    for _, writer in listener.clients:
        writer.close()
    await asyncio.sleep(0.01)


async def test_bytes_pass_both_ways_without_nagle(server: Server) -> None:
    stream = await open_stream(server.url)
    ear = Ear(stream)
    stream.write(b"hello")
    await until(lambda: server.clients)
    reader, writer = server.clients[0]
    assert await reader.readexactly(5) == b"hello"
    writer.write(b"welcome")
    await until(lambda: ear.heard == b"welcome")
    assert isinstance(stream, Channel)
    assert stream._transport is not None
    connection = stream._transport.get_extra_info("socket")
    assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
    await stream.aclose()
    assert ear.lost == []


async def test_the_other_end_closing_is_a_lost_link(server: Server) -> None:
    stream = await open_stream(server.url)
    ear = Ear(stream)
    await until(lambda: server.clients)
    server.clients[0][1].close()
    await until(lambda: ear.lost)
    assert isinstance(ear.lost[0], LinkLost)
    assert "closed the connection" in str(ear.lost[0])
    await stream.aclose()


async def test_a_reset_connection_is_a_lost_link(server: Server) -> None:
    stream = await open_stream(server.url)
    ear = Ear(stream)
    await until(lambda: server.clients)
    server.clients[0][1].transport.abort()
    await until(lambda: ear.lost)
    assert isinstance(ear.lost[0], LinkLost)
    await stream.aclose()


async def test_a_stop_overtakes_what_the_network_did_not_take(server: Server) -> None:
    stream = await open_stream(server.url)
    Ear(stream)
    await until(lambda: server.clients)
    assert isinstance(stream, Channel)
    while not stream._is_blocked:
        stream.write(b"." * 60_000)
    stream.write(b"late")
    stream.discard_unsent()
    stream.write(b"STOP")
    arrived = bytearray()
    async with asyncio.timeout(5):
        while not arrived.endswith(b"STOP"):
            arrived += await server.clients[0][0].read(1 << 20)
    assert b"late" not in arrived
    await stream.aclose()


async def test_a_refused_connection_says_what_to_check() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(PortMissing) as refusal:
        await open_stream(f"tcp://127.0.0.1:{port}")
    assert f"nothing listens on port {port}" in str(refusal.value)
    assert "running" in refusal.value.remedy


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (TimeoutError(), PeerSilent, "did not answer within 5 s"),
        (socket.gaierror(socket.EAI_NONAME, "unknown"), PortMissing, "there is no host gun.local"),
        (OSError(errno.EHOSTUNREACH, "No route to host"), PortMissing, "no way to gun.local"),
    ],
)
def test_each_failure_names_its_cause(error: OSError, kind: type[Exception], words: str) -> None:
    problem = tcp._not_opened("tcp://gun.local:7707", "gun.local", 7707, error)
    assert isinstance(problem, kind)
    assert words in str(problem)
    assert problem.remedy
