"""Fixtures of the device tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from massctl.devices import connecting
from massctl.transports import ByteStream
from massctl.transports.memory import memory_pair
from tests.devices.twin import Twin
from tests.transports.wires import Pty


@pytest.fixture
def pty() -> Iterator[Pty]:
    terminal = Pty()
    yield terminal
    terminal.unplug()


@pytest_asyncio.fixture
async def twin() -> AsyncIterator[Twin]:
    device = Twin()
    yield device
    device.close()
    await asyncio.sleep(0)


@pytest.fixture
def served(twin: Twin, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of ``twin``, reached in memory."""

    async def open_stream(url: str) -> ByteStream:
        host, device = memory_pair(url)
        twin.serve(device)
        twin.plug = host
        return host

    monkeypatch.setattr(connecting, "open_stream", open_stream)
    return "memory://twin"
