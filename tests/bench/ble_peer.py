"""The simulated bench by radio as a process of its own: ``python -m tests.bench.ble_peer``; it ends with its input.

It prints the addresses of its devices as one JSON line. While the motor runs it breaks the massager's Bluetooth link after a
second, again and again; the line ``drop`` on its input breaks it at once. Then it prints ``["reached", time]`` when the first bytes
arrive at the timer, and ``["opened", time]`` when the timer's relay opens, on the clock that all processes share.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Final

from sims.bench import Bench
from sims.board import Link
from sims.journal import Entry

RUN_S: Final = 1.0
"""How long the motor runs before its link breaks."""


class _Peer:
    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._is_awaited = False
        bench.world.log.reader = self._hear
        timer = bench.world.boards["timer"]
        receive = timer.receive

        def heard(link: Link, data: bytes, now_s: float) -> None:
            if self._is_awaited:
                self._is_awaited = False
                self._tell("reached")
            receive(link, data, now_s)

        timer.receive = heard  # type: ignore[method-assign]

    def drop(self) -> None:
        self._is_awaited = True
        self._bench.station("massager").drop()

    def _hear(self, entry: Entry) -> None:
        if entry.what == "head moves":
            asyncio.get_running_loop().call_later(RUN_S, self._drop_running)
        elif entry.what.startswith("relay opens"):
            self._tell("opened")

    def _drop_running(self) -> None:
        """Break the link, unless the motor has stopped meanwhile: a relay that is open already cannot open."""
        if self._bench.world.timer.is_relay_closed and self._bench.world.massager.is_moving:
            self.drop()

    def _tell(self, what: str) -> None:
        now_s = time.perf_counter()
        asyncio.get_running_loop().call_soon(lambda: print(json.dumps([what, now_s]), flush=True))


async def _serve() -> None:
    async with Bench(link="ble", with_person=False, relay_feeds_motor=True) as bench:
        await bench.serve_radio()
        peer = _Peer(bench)
        addresses = {role: bench.station(role).address for role in bench.urls}
        print(json.dumps({"urls": bench.urls, "addresses": addresses}), flush=True)
        ended, loop = asyncio.Event(), asyncio.get_running_loop()

        def read() -> None:
            line = sys.stdin.readline()
            if line.strip() == "drop":
                peer.drop()
            elif not line:
                loop.remove_reader(sys.stdin)
                ended.set()

        loop.add_reader(sys.stdin, read)
        await ended.wait()


if __name__ == "__main__":
    asyncio.run(_serve())
