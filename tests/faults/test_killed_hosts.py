"""``kill -9`` of the host at random instants of a session, against a bench in another process over a pty (F33, F50).

By the bench's own clock the motor is off within the lease and 50 ms of the last renewal that the device took, and the record can
be read. The motor's lease is 1 s.
"""

from __future__ import annotations

import asyncio
import random
import signal
from pathlib import Path

import pytest

from massctl.history.reading import History
from tests.faults.hosts import Host, HostMaker, host_maker, host_on_bench

LEASE_S = 1.0
SLACK_S = 0.050
AT_ONCE = 15
INSTANTS_S = (0.05, 4.5)
"""After the host's start: connecting, questions, ramp, work, pauses."""


async def kill_one(maker: HostMaker, folder: Path, seed: int) -> str:
    """Kill one host at its instant; return what it was doing to the motor. Asserts the rest."""
    rng = random.Random(f"kill:{seed}")
    async with host_on_bench(maker, folder, seed) as host:
        await asyncio.sleep(rng.uniform(*INSTANTS_S))
        host.signal(signal.SIGKILL)
        was_driven = host.bench.world.motor.is_driven
        await asyncio.sleep(LEASE_S + 0.4)
        await check_motor(host)
        return f"{'driven' if was_driven else 'off'}, {check_record(folder)}"


async def check_motor(host: Host) -> None:
    bench = host.bench
    board = bench.world.boards["massager"]
    evidence = bench.evidence()
    if evidence.drives:
        until_s = evidence.drives[-1].until_s
        assert until_s is not None, "the motor is still driven"
        if board.renewed_at_s is not None:
            assert until_s <= board.renewed_at_s + LEASE_S + SLACK_S, list(bench.world.log)[-10:]
    assert not evidence.unwanted or max(span.until_s - span.from_s for span in evidence.unwanted) <= SLACK_S  # type: ignore[operator]


def check_record(folder: Path) -> str:
    """Assert that what is recorded can be read; return how much there is."""
    history = History(folder / "data" / "history.sqlite")
    sessions = history.sessions()
    for session in sessions:
        events = list(history.events(session.session_id))
        assert session.ended_by == "interrupted", session
        assert len(events) == session.events
        if events:
            assert events[0]["event"] == "session_started"
            assert all("at_s" in event for event in events)
    return f"{sum(session.events for session in sessions)} events"


async def kill_many(folder: Path, seeds: range) -> list[str]:
    places = asyncio.Semaphore(AT_ONCE)

    async def one(maker: HostMaker, seed: int) -> str:
        async with places:
            return await kill_one(maker, folder / str(seed), seed)

    async with host_maker() as maker, asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(maker, seed), name=f"kill {seed}") for seed in seeds]
    return [task.result() for task in tasks]


def judge_spread(outcomes: list[str]) -> None:
    """The instants must have hit a running motor, and one that was off, often enough to say something."""
    driven = sum(outcome.startswith("driven") for outcome in outcomes)
    assert len(outcomes) / 4 <= driven < len(outcomes), outcomes


async def test_F33_a_killed_host_leaves_the_motor_off_within_its_lease_and_a_readable_record(tmp_path: Path) -> None:
    judge_spread(await kill_many(tmp_path, range(30)))


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_F33_killed_hosts_three_hundred_times(tmp_path: Path) -> None:
    judge_spread(await kill_many(tmp_path, range(1000, 1300)))
