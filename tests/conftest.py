"""What all tests share: real or virtual time, and no task left behind."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping

import pytest
import pytest_asyncio

from sims.loop import SimulatedTimeLoop

os.environ.pop("COLUMNS", None)  # the width that pytest-xdist gives its workers is no width of ours


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Run tests marked ``virtual`` on a loop of virtual time."""
    if item.get_closest_marker("virtual"):
        return {"virtual": SimulatedTimeLoop}
    return {"real": asyncio.new_event_loop}


@pytest_asyncio.fixture(autouse=True)
async def no_task_left_behind() -> AsyncIterator[None]:
    """Fail a test that leaves a task running: tasks live in a group owned by an object (decision D8)."""
    yield
    left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    assert not left, f"tasks left running: {left}"
