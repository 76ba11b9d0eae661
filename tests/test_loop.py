"""The simulated-time loop: minutes in milliseconds, and threads that are waited for."""

from __future__ import annotations

import asyncio
import socket
import time

import pytest

from sims.loop import ASK_EVERY, SimulatedTimeLoop


@pytest.mark.virtual
async def test_ten_minutes_pass_in_virtual_time() -> None:
    began = time.perf_counter()
    await asyncio.sleep(600)
    assert asyncio.get_running_loop().time() == pytest.approx(600, abs=0.1)
    assert time.perf_counter() - began < 5


@pytest.mark.virtual
async def test_a_thread_is_not_overtaken_by_a_time_limit() -> None:
    async with asyncio.timeout(1.0):
        await asyncio.get_running_loop().run_in_executor(None, time.sleep, 0.1)


@pytest.mark.virtual
async def test_virtual_time_stands_still_while_a_thread_works_however_long_it_takes() -> None:
    loop = asyncio.get_running_loop()
    rang_at_s: list[float] = []
    loop.call_later(0.01, lambda: rang_at_s.append(loop.time()))
    await loop.run_in_executor(None, time.sleep, 0.05)
    assert not rang_at_s
    assert loop.time() == 0.0
    await asyncio.sleep(0.02)
    assert rang_at_s == [pytest.approx(0.01)]


def test_scaled_time_keeps_its_pace() -> None:
    with asyncio.Runner(loop_factory=lambda: SimulatedTimeLoop(speed=20)) as runner:
        began = time.perf_counter()
        runner.run(asyncio.sleep(4))
        assert 0.19 <= time.perf_counter() - began < 2.0


def test_a_stall_costs_one_turn_of_scaled_time() -> None:
    async def stall() -> float:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(0)
        before_s = loop.time()
        time.sleep(0.2)  # noqa: ASYNC251 - the stall under test
        await asyncio.sleep(0)
        return loop.time() - before_s

    with asyncio.Runner(loop_factory=lambda: SimulatedTimeLoop(speed=60)) as runner:
        assert runner.run(stall()) <= 0.05


@pytest.mark.virtual
async def test_virtual_time_hears_descriptors_while_callbacks_wait() -> None:
    loop = asyncio.get_running_loop()
    near, far = socket.socketpair()
    heard: list[bytes] = []
    loop.add_reader(near, lambda: heard.append(near.recv(1)))
    far.send(b"x")
    for _ in range(2 * ASK_EVERY):
        await asyncio.sleep(0)
    assert heard == [b"x"]
    assert loop.time() == 0.0
    loop.remove_reader(near)
    near.close()
    far.close()
