"""The other processes of the fleet's benchmark: ``python -m tests.bench.fleet_peer benches N | idle``; each ends with its input.

``benches`` serves N simulated benches over TCP and prints their addresses as one JSON line. ``idle`` runs an event loop with
nothing but a 50 ms timer and prints, when its input ends, how late that was: median, 99 % and worst, in seconds.
"""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import AsyncExitStack
from typing import Final

from sims.bench import Bench
from tests.bench.table import percentile

EVERY_S: Final = 0.050


class Lateness:
    """How late the turns of a periodic task come, by the schedule that the task itself keeps: it never catches up."""

    def __init__(self) -> None:
        self.late_s: list[float] = []
        self._due_s: float | None = None
        self._last_s = 0.0

    def note(self, now_s: float) -> None:
        """Take the time of one turn."""
        if self._due_s is None:
            self._due_s = now_s
        else:
            self._due_s = max(self._due_s + EVERY_S, self._last_s)
            self.late_s.append(max(0.0, now_s - self._due_s))
        self._last_s = now_s


async def _until_input_ends() -> None:
    await asyncio.to_thread(sys.stdin.read)


async def _benches(count: int) -> None:
    async with AsyncExitStack() as stack:
        benches = [
            await stack.enter_async_context(Bench(seed, "tcp", with_person=False)) for seed in range(1, count + 1)
        ]
        print(json.dumps([bench.urls for bench in benches]), flush=True)
        await _until_input_ends()


async def _idle() -> None:
    loop, lateness = asyncio.get_running_loop(), Lateness()

    def tick(due_s: float) -> None:
        now_s = loop.time()
        lateness.note(now_s)
        due_s = max(due_s + EVERY_S, now_s)
        loop.call_at(due_s, tick, due_s)

    tick(loop.time())
    await _until_input_ends()
    late_s = lateness.late_s
    print(json.dumps([percentile(late_s, 50), percentile(late_s, 99), max(late_s)]), flush=True)


if __name__ == "__main__":
    asyncio.run(_benches(int(sys.argv[2])) if sys.argv[1] == "benches" else _idle())
