"""A process that makes hosts, and one bench for each of them; shared by the tests of host faults."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sims.bench import Bench

SCRIPT = Path(__file__).parent / "host_process.py"


class HostMaker:
    """Starts hosts, quickly: their code is imported once."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._lock = asyncio.Lock()

    async def start(self, massager: str, folder: Path, seed: int, **machine: float) -> int:
        """Return the process id of a new host."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        line = json.dumps({"massager": massager, "folder": str(folder), "seed": seed, **machine})
        async with self._lock:
            self._process.stdin.write(line.encode() + b"\n")
            return int(await self._process.stdout.readline())


@asynccontextmanager
async def host_maker() -> AsyncIterator[HostMaker]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(SCRIPT), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        assert await process.stdout.readline() == b"ready\n"
        yield HostMaker(process)
    finally:
        process.stdin.close()
        await process.wait()


@dataclass
class Host:
    """One host on one bench."""

    bench: Bench
    pid: int
    folder: Path

    @property
    def is_alive(self) -> bool:
        """Whether its process is still there."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)


@asynccontextmanager
async def host_on_bench(maker: HostMaker, folder: Path, seed: int, **machine: float) -> AsyncIterator[Host]:
    """Give a host on a bench of its own, over a pty; killed at the end, whatever happened."""
    async with Bench(seed=seed, link="pty", with_person=False) as bench:
        host = Host(bench, await maker.start(bench.urls["massager"], folder, seed, **machine), folder)
        try:
            yield host
        finally:
            host.signal(signal.SIGKILL)
