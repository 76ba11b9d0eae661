"""A real broker on a free port of this machine: mosquitto where it is installed, else amqtt in a process of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiomqtt
import pytest

from tests.brokers import LOOPBACK, ServedBroker
from tests.folders import folders

__all__ = ["broker", "folders", "listen", "serve"]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., ServedBroker]]:
    """Return a function that serves a broker with lines of its configuration."""
    served: list[ServedBroker] = []

    def start(*lines: str) -> ServedBroker:
        broker = ServedBroker(tmp_path, lines or ("allow_anonymous true",))
        served.append(broker)
        broker.start()
        return broker

    yield start
    for broker in served:
        broker.kill()


@pytest.fixture
def broker(serve: Callable[..., ServedBroker]) -> ServedBroker:
    """Return a broker that lets everybody in."""
    return serve()


class Listener:
    """What a subscriber has heard."""

    def __init__(self, client: aiomqtt.Client) -> None:
        self.client = client
        self.heard: list[tuple[str, bytes]] = []
        self.retained: dict[str, bytes] = {}
        """The newest message of each topic."""
        self._changed = asyncio.Event()

    async def listen(self) -> None:
        async for message in self.client.messages:
            self.heard.append((str(message.topic), message.payload))
            self.retained[str(message.topic)] = message.payload
            self._changed.set()

    async def until(self, is_there: Callable[[dict[str, bytes]], bool], within_s: float = 5.0) -> None:
        """Wait until what was heard is as wished."""
        async with asyncio.timeout(within_s):
            while not is_there(self.retained):
                self._changed.clear()
                await self._changed.wait()


@asynccontextmanager
async def listening(port: int, topic: str = "#") -> AsyncIterator[Listener]:
    """Subscribe to ``topic`` as somebody else would."""
    async with aiomqtt.Client(LOOPBACK, port, timeout=5) as client, asyncio.TaskGroup() as group:
        listener = Listener(client)
        await client.subscribe(topic, qos=1)
        task = group.create_task(listener.listen(), name="listener")
        try:
            yield listener
        finally:
            task.cancel()


@pytest.fixture
def listen() -> Callable[..., object]:
    """Return ``listening``."""
    return listening
