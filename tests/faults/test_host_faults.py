"""Faults of the host that only another process can have: signals, and a loop that stands still. Real time, over a pty.

The others are trials of the self-test itself (``test_fault_matrix``).
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from massctl.history.reading import History
from tests.faults.hosts import Host, HostMaker, host_maker, host_on_bench

LEASE_S = 1.0
SLACK_S = 0.050
SIGNAL_S = 0.200
"""The drive is off within this of a signal."""
CALM = 2
"""A seed whose person does not pause in the first seconds."""


@asynccontextmanager
async def running_host(folder: Path, **machine: float) -> AsyncIterator[Host]:
    """Give a host whose motor has run for a moment."""
    async with host_maker() as maker, running(maker, folder, **machine) as host:
        yield host


@asynccontextmanager
async def running(maker: HostMaker, folder: Path, **machine: float) -> AsyncIterator[Host]:
    async with host_on_bench(maker, folder, CALM, **machine) as host:
        await until(lambda: is_driven(host), 6.0)
        await asyncio.sleep(0.5)
        yield host


async def until(is_so: Callable[[], bool], within_s: float) -> None:
    async with asyncio.timeout(within_s):
        while not is_so():  # noqa: ASYNC110 - what is waited for is in another process, or in the bench
            await asyncio.sleep(0.01)


def is_driven(host: Host) -> bool:
    drives = host.bench.evidence().drives
    return bool(drives) and drives[-1].until_s is None


def events(host: Host) -> list[dict[str, Any]]:
    history = History(host.folder / "data" / "history.sqlite")
    return list(history.events(history.session("last").session_id))


async def signalled(host: Host, number: signal.Signals) -> float:
    """Send a signal to a host whose motor is driven; return how long the motor was driven on, by the bench's clock."""
    await until(lambda: is_driven(host), 6.0)
    at_s = host.bench.catch_up()
    host.signal(number)
    await until(lambda: not is_driven(host), 3.0)
    return (host.bench.evidence().drives[-1].until_s or 0.0) - at_s


async def test_F42_a_signal_or_a_closed_terminal_takes_the_drive_away_within_200_ms(tmp_path: Path) -> None:
    async def one(maker: HostMaker, number: signal.Signals) -> None:
        async with running(maker, tmp_path / number.name) as host:
            assert await signalled(host, number) <= SIGNAL_S
            await until(lambda: events(host)[-1]["event"] == "summary", 5.0)
            assert events(host)[-1]["ended_by"] == "interrupted"

    async with host_maker() as maker, asyncio.TaskGroup() as group:
        for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
            group.create_task(one(maker, number), name=number.name)


async def test_F33_a_blocked_event_loop_lets_the_lease_lapse_and_stays_stopped(tmp_path: Path) -> None:
    async with running_host(tmp_path, block_after_s=1.5) as host:
        await until(lambda: not is_driven(host), 4.0)
        drive, board = host.bench.evidence().drives[-1], host.bench.world.boards["massager"]
        assert board.renewed_at_s is not None
        assert drive.until_s is not None
        assert drive.until_s <= board.renewed_at_s + LEASE_S + SLACK_S
        await until(lambda: any(event["event"] == "intervention" for event in events(host)), 5.0)
        assert next(event["level"] for event in events(host) if event["event"] == "intervention") == "stop"
        await asyncio.sleep(0.5)
        assert host.bench.evidence().drives[-1] == drive
