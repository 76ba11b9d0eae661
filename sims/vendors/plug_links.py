"""Where the twin of a plug is reached: in memory, at a real broker, or at an HTTP port of this machine. Messages only.

Not modelled: a broker's own delay in memory; there a message arrives in the next turn of the loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final, Protocol

from massctl.errors import ConnectionProblem, LinkLost, PortMissing, UsageError
from massctl.transports.broker_address import BrokerAddress
from massctl.transports.topics import BrokerTopics
from sims.endpoints import Clock
from sims.vendors.plug_twin import TOPIC, PlugTwin, Shelly1Twin
from sims.vendors.twin import Twin

HEADER_MAX: Final = 8192
LOOPBACK: Final = "127.0.0.1"


class PlugBench(Clock, Protocol):
    """A bench, as its plugs need it."""

    devices: dict[str, str]
    twins: dict[str, Twin]
    urls: dict[str, str]


def is_heard(subscription: str, topic: str) -> bool:
    """Return whether a topic falls under a filter, which may have ``+`` for one level."""
    wanted, levels = subscription.split("/"), topic.split("/")
    return len(wanted) == len(levels) and all(each in {"+", level} for each, level in zip(wanted, levels, strict=True))


class MemoryTopics:
    """A host's way to one twin in this process: ``sim://tasmota``."""

    def __init__(self, url: str, twin: PlugTwin, clock: Clock, subscriptions: tuple[str, ...]) -> None:
        self.url = url
        self._twin = twin
        self._clock = clock
        self._subscriptions = subscriptions
        self._loop = asyncio.get_running_loop()
        self._unsent: list[tuple[str, bytes]] = []
        self._on_message: Callable[[str, bytes], None] = lambda _topic, _payload: None
        self._on_lost: Callable[[ConnectionProblem], None] = lambda _problem: None
        self._is_open = True
        twin.listeners.append(self._hear)

    def start(self, on_message: Callable[[str, bytes], None], on_lost: Callable[[ConnectionProblem], None]) -> None:
        """Begin to deliver."""
        self._on_message, self._on_lost = on_message, on_lost

    def post(self, topic: str, payload: bytes) -> None:
        """Send in the next turn of the loop."""
        if self._is_open:
            self._unsent.append((topic, payload))
            self._loop.call_soon(self._send)

    def discard_unsent(self) -> None:
        """Forget what has not gone out."""
        self._unsent.clear()

    async def aclose(self) -> None:
        """Say what waits, then go."""
        while self._unsent:
            self._send()
        self._leave()

    def break_off(self) -> None:
        """Lose the way, as when the broker is gone: the twin is told nothing."""
        if self._is_open:
            self._leave()
            self._on_lost(LinkLost(self.url, "the simulated plug cannot be reached.", "Plug it in again."))

    def _leave(self) -> None:
        self._is_open = False
        if self._hear in self._twin.listeners:
            self._twin.listeners.remove(self._hear)

    def _send(self) -> None:
        if self._is_open and self._unsent:
            self._twin.receive(*self._unsent.pop(0), self._clock.catch_up())

    def _hear(self, topic: str, payload: bytes) -> None:
        subscriptions = self._subscriptions
        if not subscriptions or any(is_heard(each, topic) for each in subscriptions):
            self._loop.call_soon(self._deliver, topic, payload)

    def _deliver(self, topic: str, payload: bytes) -> None:
        if self._is_open:
            self._on_message(topic, payload)


class PlugEndpoint:
    """A twin's place on the bench."""

    def __init__(self, twin: PlugTwin, clock: Clock, url: str) -> None:
        self.url = url
        self._twin = twin
        self._clock = clock
        self._is_plugged = False
        self._links: list[MemoryTopics] = []

    async def open(self) -> None:
        """Take hosts from now on."""
        self._is_plugged = True

    def connect(self, url: str, subscriptions: tuple[str, ...]) -> MemoryTopics:
        """Return a new way to it. Raises PortMissing when it is unplugged."""
        if not self._is_plugged:
            raise PortMissing(url, "this simulated plug is unplugged.", "Plug it in again.")
        link = MemoryTopics(url, self._twin, self._clock, subscriptions)
        self._links.append(link)
        return link

    def unplug(self) -> None:
        """Take its network away; its relay counts down by itself."""
        self._is_plugged = False
        links, self._links = self._links, []
        for link in links:
            link.break_off()

    async def aclose(self) -> None:
        """End."""
        self.unplug()


@asynccontextmanager
async def plugs_served(bench: PlugBench, address: BrokerAddress | None) -> AsyncIterator[None]:
    """Let the plugs of ``bench`` be reached from other processes, and put their addresses among its own.

    Raises:
        UsageError: there is a plug that speaks MQTT, and no broker for it.
    """
    async with AsyncExitStack() as stack:
        for role, device_id in bench.devices.items():
            twin = bench.twins[device_id]
            if isinstance(twin, Shelly1Twin):
                bench.urls[role] = f"{await stack.enter_async_context(at_http(twin, bench))}?driver={device_id}"
            elif isinstance(twin, PlugTwin):
                if address is None:
                    raise UsageError(
                        f"A simulated {device_id} speaks to an MQTT broker.", "Name one: --broker mqtt://127.0.0.1"
                    )
                await stack.enter_async_context(at_broker(twin, bench, address))
                bench.urls[role] = f"{address}/{TOPIC}?driver={device_id}"
        yield


@asynccontextmanager
async def at_broker(twin: PlugTwin, clock: Clock, address: BrokerAddress) -> AsyncIterator[None]:
    """Let ``twin`` listen and speak at a real broker, as the plug itself would. Raises ConnectionProblem."""
    link = await BrokerTopics.open(f"{address}/{TOPIC}", twin.subscriptions)
    link.start(lambda topic, payload: twin.receive(topic, payload, clock.catch_up()), lambda _problem: None)
    twin.listeners.append(link.post)
    try:
        yield
    finally:
        twin.listeners.remove(link.post)
        await link.aclose()


@asynccontextmanager
async def at_http(twin: PlugTwin, clock: Clock) -> AsyncIterator[str]:
    """Serve ``twin`` on a free HTTP port of this machine; yield its address."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said: list[bytes] = []
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            method, path, _ = head.split(b"\r\n", 1)[0].decode("ascii", "replace").split(" ", 2)
            twin.listeners.append(lambda _topic, payload: said.append(payload))
            listener = twin.listeners[-1]
            try:
                if method == "GET":
                    twin.receive(path, b"", clock.catch_up())
            finally:
                twin.listeners.remove(listener)
            body = said[0] if said else b"Not Found"
            status = "200 OK" if said else "404 Not Found"
            head_lines = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            writer.write(head_lines.encode() + body)
            await writer.drain()
        except (ValueError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # whoever asks nonsense gets nothing
        finally:
            writer.close()

    server = await asyncio.start_server(answer, LOOPBACK, 0, limit=HEADER_MAX)
    async with server:
        yield f"http://{LOOPBACK}:{server.sockets[0].getsockname()[1]}"
