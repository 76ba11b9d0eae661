"""The bench behind a pseudo-terminal and on TCP, in real time."""

from __future__ import annotations

import asyncio
import os

import pytest

from firmware_protocol.commands import Hello, Stream
from firmware_protocol.reports import ForceTelemetry, Identity
from massctl.transports import open_stream
from sims import endpoints
from sims.entry import Bench
from tests.sims.test_sim_bench import Wire
from tests.transports.wires import until


def names(wire: Wire) -> list[str]:
    return [event.name for event in wire.events if isinstance(event, Identity)]


def forces(wire: Wire) -> int:
    return sum(isinstance(event, ForceTelemetry) for event in wire.events)


@pytest.mark.parametrize("link", ["pty", "tcp"])
async def test_the_sensor_streams_over_a_real_link(link: str) -> None:
    async with Bench(seed=1, link=link) as bench:  # type: ignore[arg-type]
        wire = Wire(await open_stream(bench.urls["sensor"]))
        wire.send(Hello(), Stream(2, 50))
        await until(lambda: forces(wire) >= 5)
        assert names(wire) == ["sim-sensor"]
        await wire.stream.aclose()


@pytest.mark.parametrize("link", ["pty", "tcp"])
async def test_unplugged_a_real_link_breaks(link: str) -> None:
    async with Bench(seed=1, link=link) as bench:  # type: ignore[arg-type]
        wire = Wire(await open_stream(bench.urls["massager"]))
        wire.send(Hello())
        await until(lambda: names(wire))
        bench.unplug("massager")
        await until(lambda: wire.lost)
        await wire.stream.aclose()


async def test_a_pty_serves_one_client_after_another() -> None:
    async with Bench(seed=1, link="pty") as bench:
        for _ in range(2):
            wire = Wire(await open_stream(bench.urls["timer"]))
            wire.send(Hello())
            await until(lambda wire=wire: names(wire))  # type: ignore[misc]
            await wire.stream.aclose()


async def test_after_a_silence_the_next_client_of_a_pty_reads_nothing_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "SILENT_S", 0.1)
    async with Bench(seed=1, link="pty") as bench:
        wire = Wire(await open_stream(bench.urls["sensor"]))
        wire.send(Hello(), Stream(2, 50))
        await until(lambda: forces(wire))
        await wire.stream.aclose()
        await asyncio.sleep(0.2)
        again = Wire(await open_stream(bench.urls["sensor"]))
        again.send(Hello())
        await until(lambda: names(again))
        again.events.clear()
        await asyncio.sleep(0.1)
        assert forces(again) == 0
        await again.stream.aclose()


async def test_a_pty_that_nobody_reads_drops_and_lives() -> None:
    async with Bench(seed=1, link="pty") as bench:
        path = bench.urls["sensor"].removeprefix("serial://")
        descriptor = os.open(path, os.O_RDWR | os.O_NOCTTY)
        board = bench.world.boards["sensor"]
        for _ in range(3000):
            for link in board.links:
                link.write(b"\x01\x02\x03\x00")
        os.close(descriptor)
        wire = Wire(await open_stream(bench.urls["sensor"]))
        wire.send(Hello())
        await until(lambda: names(wire))
        await wire.stream.aclose()


async def test_several_tcp_clients_share_one_device() -> None:
    async with Bench(seed=1, link="tcp") as bench:
        wires = [Wire(await open_stream(bench.urls["sensor"])) for _ in range(3)]
        for wire in wires:
            wire.send(Hello(), Stream(2, 50))
        await until(lambda: all(forces(wire) >= 3 for wire in wires))
        await wires[0].stream.aclose()
        await until(lambda: len(bench.world.boards["sensor"].links) == 2)
        for wire in wires[1:]:
            await wire.stream.aclose()


async def test_a_tcp_port_is_the_same_after_plugging_in_again() -> None:
    async with Bench(seed=1, link="tcp") as bench:
        url = bench.urls["sensor"]
        bench.unplug("sensor")
        await bench.plug_in("sensor")
        assert bench.urls["sensor"] == url
        wire = Wire(await open_stream(url))
        wire.send(Hello())
        await until(lambda: names(wire))
        await wire.stream.aclose()


def test_a_scaled_bench_answers_over_a_pty() -> None:
    async def run() -> list[str]:
        async with Bench(seed=1, link="pty") as bench:
            wire = Wire(await open_stream(bench.urls["sensor"]))
            wire.send(Hello())
            async with asyncio.timeout(60):
                while not names(wire):  # noqa: ASYNC110 - simulated time is not the loop's to wait on
                    await asyncio.sleep(0.1)
            await wire.stream.aclose()
            return names(wire)

    with asyncio.Runner(loop_factory=Bench.loop_factory(20.0)) as runner:
        assert runner.run(run()) == ["sim-sensor"]
