"""A simulated radio served by one process and used by others: HCI over TCP."""

from __future__ import annotations

import asyncio
import json

import pytest

from massctl.devices import probe
from massctl.devices.connecting import connect
from massctl.errors import ConnectionProblem, LinkLost, PortMissing
from massctl.transports import open_gatt, scan
from tests.sims.test_sim_command import served


async def test_two_programs_find_and_use_the_devices_of_a_third_process_and_learn_at_once_when_it_dies() -> None:
    with served("--ble", "--json") as process:
        assert process.stdout is not None
        found = json.loads(process.stdout.readline())
        urls: dict[str, str] = found["urls"]
        assert all(url.startswith("sim://127.0.0.1:") for url in urls.values())
        place = urls["massager"].rpartition("/")[0]
        assert {each.name for each in await scan(0.5, place)} == {f"massctl {role}" for role in urls}
        bundles = await asyncio.gather(*(connect(url) for url in urls.values()))
        assert [bundle.identity.name for bundle in bundles] == ["sim-massager", "sim-sensor", "sim-timer"]
        for bundle in bundles:
            await bundle.aclose()
        link = await open_gatt(urls["sensor"])
        lost: list[ConnectionProblem] = []
        link.start(lost.append)
        process.kill()
        process.wait(5)
        async with asyncio.timeout(2.0):
            while not lost:  # noqa: ASYNC110 - told by callback, from another process's death
                await asyncio.sleep(0.005)
        assert isinstance(lost[0], LinkLost)
        await link.aclose()
    with pytest.raises(PortMissing, match="massctl sim --ble"):
        await probe(urls["massager"])
