"""A simulated room for each test that asks for one, and folders of its own for every test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from sims.radio.room import Room
from tests.folders import folders

__all__ = ["folders", "room"]


@pytest_asyncio.fixture
async def room() -> AsyncIterator[Room]:
    """A room of the name ``room`` whose devices are at ``sim://room/ID``."""
    made = Room("room")
    yield made
    await made.aclose()
    assert made.failure is None
