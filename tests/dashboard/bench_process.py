"""A simulated bench in a process of its own, on ptys: prints its addresses, then, for every line on its input, what it saw.

The answer to a line: ``[now, [[from, until] …]]``, on the bench's own clock: when its motor was driven, ``null`` where it still is.
"""

from __future__ import annotations

import asyncio
import json
import sys

from sims.bench import Bench


async def serve() -> None:
    async with Bench(link="pty", with_person=False) as bench:
        bench.world.holder = bench.world.person
        print(json.dumps(bench.urls), flush=True)
        while await asyncio.to_thread(sys.stdin.readline):
            seen = bench.evidence()
            print(json.dumps([seen.now_s, list(seen.drives)]), flush=True)


if __name__ == "__main__":
    asyncio.run(serve())
