"""A command and its acknowledgement over a pty, beside a raw 32-byte echo through the same serial library on such a pty.

Both other ends are processes of their own that block on the line. The rounds take turns, so that a busy machine slows both.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import time
import tty
from collections.abc import Awaitable, Callable, Iterator

import serialx

from firmware_protocol.commands import Claim
from massctl.devices.link import Link
from massctl.transports import open_stream
from tests.bench.table import Line, percentile

ROUNDS = 20
EXCHANGES = 200
WARM_UP = 100


@contextlib.contextmanager
def peer(kind: str) -> Iterator[str]:
    """Serve a pty from another process; gives its path."""
    master, slave = os.openpty()
    tty.setraw(slave)
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.wire_peer", kind, str(master)], pass_fds=[master])
    try:
        yield os.ttyname(slave)
    finally:
        process.kill()
        process.wait()
        os.close(master)
        os.close(slave)


class _Echo(asyncio.Protocol):
    """A raw user of the serial library: waits for as many bytes as it wrote."""

    def __init__(self) -> None:
        self.missing = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def data_received(self, data: bytes) -> None:
        self.missing -= len(data)
        if self.missing == 0:
            self.done.set_result(None)


async def _timed(exchange: Callable[[int], Awaitable[None]], times_s: list[float], count: int) -> None:
    for number in range(count):
        began = time.perf_counter()
        await exchange(number)
        times_s.append(time.perf_counter() - began)


async def _compare() -> tuple[list[float], list[float]]:
    loop = asyncio.get_running_loop()
    with peer("echo") as echo_path, peer("device") as device_path:
        transport, protocol = await serialx.create_serial_connection(loop, _Echo, echo_path, baudrate=115_200)
        assert isinstance(protocol, _Echo)
        link = Link(await open_stream(f"serial://{device_path}"))
        link.start()
        block = bytes(range(32))

        async def echo(_number: int) -> None:
            protocol.missing, protocol.done = len(block), loop.create_future()
            transport.write(block)
            await protocol.done

        async def command(_number: int) -> None:
            await link.request(Claim(1))

        await _timed(echo, [], WARM_UP)
        await _timed(command, [], WARM_UP)
        ours: list[float] = []
        raw: list[float] = []
        for _ in range(ROUNDS):
            await _timed(echo, raw, EXCHANGES)
            await _timed(command, ours, EXCHANGES)
        transport.close()
        await link.aclose()
    return ours, raw


def measure() -> list[Line]:
    """Measure round trips."""
    ours, raw = asyncio.run(_compare())
    lines = []
    for percent, limit in ((50, 1.6), (99, 2.0)):
        our_us, raw_us = percentile(ours, percent) * 1e6, percentile(raw, percent) * 1e6
        lines.append(
            Line(
                f"command and its acknowledgement over a pty, p{percent}",
                f"{our_us:.0f} µs: {our_us / raw_us:.2f} times",
                f"32-byte echo through serialx: {raw_us:.0f} µs",
                f"at most {limit:g} times",
                our_us <= limit * raw_us,
            )
        )
    return lines
