"""A corded wand on a smart plug: when the host is killed, the plug switches off by itself (layer 3)."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from sims.bench import Bench
from sims.vendors.plug_links import at_broker
from sims.vendors.plug_twin import PlugTwin

HOST = Path(__file__).parent / "plug_host.py"
POINT = "GMAX"
SLICE_S = 2.0
"""What a plug is told to stay on for (massctl.session.drive)."""


@pytest.mark.parametrize("name", ["tasmota", "shelly2"])
async def test_a_plug_cuts_the_wand_of_a_killed_host(name: str, broker: Any) -> None:
    async with Bench(devices={"timer": name}) as bench:
        twin = bench.twins[name]
        assert isinstance(twin, PlugTwin)
        async with at_broker(twin, bench, broker.address):
            host = await asyncio.create_subprocess_exec(
                sys.executable,
                str(HOST),
                f"{broker.address}/plug?driver={name}",
                POINT,
                stdout=asyncio.subprocess.PIPE,
            )
            try:
                assert host.stdout is not None
                async with asyncio.timeout(40):
                    assert await host.stdout.readline() == b"running\n"
                    while not twin.is_on:  # noqa: ASYNC110 - it comes from another process
                        await asyncio.sleep(0.01)
                await asyncio.sleep(1.0)  # renewed twice
                assert twin.is_on
            finally:
                host.kill()
                await host.wait()
            killed_at_s = time.perf_counter()
            async with asyncio.timeout(10):
                while twin.is_on:  # noqa: ASYNC110 - it comes from the simulation
                    await asyncio.sleep(0.01)
            assert time.perf_counter() - killed_at_s <= SLICE_S + 0.1
