"""Smart plugs as timer hardware: the driver and the twins of each maker, in memory, at a real broker, and over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from massctl.devices import connect
from massctl.devices.capabilities import Disconnected, Report, Timer, TimerReading
from massctl.errors import LinkLost, NoAnswer, PeerSilent, PortMissing, UsageError
from sims.bench import Bench
from sims.vendors.plug_links import at_broker, at_http, is_heard
from sims.vendors.plug_twin import PlugTwin, Zigbee2MqttTwin
from tests.brokers import ServedBroker

PLUGS = ("tasmota", "shelly1", "shelly2", "zigbee2mqtt")
every_plug = pytest.mark.parametrize("name", PLUGS)
SLICE_S = 2.0


@asynccontextmanager
async def plugged(name: str, options: str = "") -> AsyncIterator[tuple[Bench, PlugTwin, Timer, list[Report]]]:
    async with Bench(devices={"timer": name}) as bench:
        bundle = await connect(bench.urls["timer"] + options, {"timer"})
        assert bundle.timer is not None
        reports: list[Report] = []
        bundle.timer.subscribe(reports.append)
        twin = bench.twins[name]
        assert isinstance(twin, PlugTwin)
        try:
            await bundle.timer.prepare()
            yield bench, twin, bundle.timer, reports
        finally:
            await bundle.aclose()


def closed(reports: list[Report]) -> bool:
    return [report.relay_closed for report in reports if isinstance(report, TimerReading)][-1]


@pytest.mark.virtual
@every_plug
async def test_it_closes_when_armed_and_opens_by_itself(name: str) -> None:
    async with plugged(name) as (_, twin, timer, reports):
        timer.arm(SLICE_S)
        await asyncio.sleep(SLICE_S - 0.1)
        assert twin.is_on
        assert closed(reports)
        await asyncio.sleep(0.2)
        assert not twin.is_on
        await asyncio.sleep(1.1)
        assert not closed(reports)


@pytest.mark.virtual
@every_plug
async def test_renewing_keeps_it_closed_and_its_countdown_starts_anew(name: str) -> None:
    async with plugged(name) as (_, twin, timer, _reports):
        for _ in range(12):
            timer.arm(SLICE_S)
            await asyncio.sleep(0.5)
            assert twin.is_on
        await asyncio.sleep(SLICE_S)
        assert not twin.is_on
        assert twin.world.timer.closures == 1


@pytest.mark.virtual
@every_plug
async def test_cancelling_opens_it_at_once_before_all_that_waits(name: str) -> None:
    async with plugged(name) as (_, twin, timer, reports):
        timer.arm(SLICE_S)
        await asyncio.sleep(0.5)
        timer.arm(SLICE_S)
        assert timer.cancel()
        await asyncio.sleep(0.05)
        assert not twin.is_on
        assert not closed(reports)


@pytest.mark.virtual
@every_plug
async def test_a_plug_that_was_on_is_off_before_anything_begins(name: str) -> None:
    async with Bench(devices={"timer": name}) as bench:
        twin = bench.add(name)
        assert isinstance(twin, PlugTwin)
        twin.switch(is_on=True, for_s=None)
        bundle = await connect(bench.urls["timer"], {"timer"})
        assert twin.is_on  # connecting switches nothing
        assert bundle.timer is not None
        await bundle.timer.prepare()
        assert not twin.is_on
        await bundle.aclose()


@pytest.mark.virtual
@every_plug
async def test_one_that_may_come_back_on_is_warned_of(name: str) -> None:
    word = {"tasmota": "3", "shelly1": "last", "shelly2": "restore_last", "zigbee2mqtt": "previous"}[name]
    async with Bench(devices={"timer": name}) as bench:
        for option, is_warned in (("", False), (f"?after={word}", True)):
            bundle = await connect(bench.urls["timer"] + option)
            assert any("after a power cut" in warning for warning in bundle.warnings) is is_warned
            await bundle.aclose()


@pytest.mark.virtual
async def test_a_zigbee_plug_that_does_not_know_its_time_is_seen_to_stay_on() -> None:
    async with plugged("zigbee2mqtt") as (_, twin, timer, reports):
        assert isinstance(twin, Zigbee2MqttTwin)
        twin.knows_on_time = False
        timer.arm(SLICE_S)
        await asyncio.sleep(2 * SLICE_S)
        assert closed(reports)  # read back, not assumed
        last = [report for report in reports if isinstance(report, TimerReading)][-1]
        assert last.remaining_s == 0.0


@pytest.mark.virtual
@every_plug
async def test_a_silent_plug_is_not_there(name: str) -> None:
    async with Bench(devices={"timer": name}) as bench:
        twin = bench.add(name)
        assert isinstance(twin, PlugTwin)
        twin.is_hung = True
        with pytest.raises(PeerSilent, match="topic"):
            await connect(bench.urls["timer"])


@pytest.mark.virtual
@every_plug
async def test_one_that_falls_silent_shows_by_its_age(name: str) -> None:
    async with plugged(name) as (_, twin, timer, _reports):
        loop = asyncio.get_running_loop()
        await asyncio.sleep(1.0)
        assert loop.time() - timer.last_frame_at_s <= timer.capabilities.silent_after_s
        twin.is_hung = True
        await asyncio.sleep(4.0)
        assert loop.time() - timer.last_frame_at_s > timer.capabilities.silent_after_s


@pytest.mark.virtual
async def test_one_that_does_not_switch_off_is_told_by_name() -> None:
    async with Bench(devices={"timer": "tasmota"}) as bench:
        twin = bench.add("tasmota")
        assert isinstance(twin, PlugTwin)
        bundle = await connect(bench.urls["timer"])
        twin.world.timer.close_relay()
        twin.world.timer.is_welded = True
        assert bundle.timer is not None
        with pytest.raises(NoAnswer, match="own switch"):
            await bundle.timer.prepare()
        await bundle.aclose()


@pytest.mark.virtual
async def test_an_unplugged_one_is_lost_and_opens_by_itself() -> None:
    async with plugged("tasmota") as (bench, twin, timer, reports):
        timer.arm(SLICE_S)
        await asyncio.sleep(0.5)
        bench.unplug("timer")
        await asyncio.sleep(0.01)
        assert isinstance(reports[-1], Disconnected)
        assert isinstance(reports[-1].problem, LinkLost)
        assert not timer.cancel()
        assert twin.is_on
        await asyncio.sleep(SLICE_S)
        assert not twin.is_on
        with pytest.raises(PortMissing):
            await connect(bench.urls["timer"])


@pytest.mark.parametrize("url", ["mqtt://broker?driver=tasmota", "mqtt://broker/a/+?driver=shelly2"])
async def test_an_address_without_a_plug_is_told(url: str) -> None:
    with pytest.raises(UsageError, match="names no plug"):
        await connect(url)


async def test_a_plug_is_not_reached_by_a_serial_port() -> None:
    with pytest.raises(UsageError, match="mqtt://"):
        await connect("serial:///dev/ttyUSB0/plug?driver=tasmota")


@pytest.mark.parametrize("name", ["tasmota", "shelly2", "zigbee2mqtt"])
async def test_at_a_real_broker(name: str, tmp_path: Path) -> None:
    with ServedBroker(tmp_path) as address:
        async with Bench(devices={"timer": name}) as bench:
            twin = bench.twins[name]
            assert isinstance(twin, PlugTwin)
            async with at_broker(twin, bench, address):
                bundle = await connect(f"{address}/plug?driver={name}")
                assert bundle.timer is not None
                readings: list[Report] = []
                bundle.timer.subscribe(readings.append)
                await bundle.timer.prepare()
                bundle.timer.arm(1.0)
                async with asyncio.timeout(5):
                    while not (readings and closed(readings)):  # noqa: ASYNC110 - it comes from another end
                        await asyncio.sleep(0.01)
                    while closed(readings):  # noqa: ASYNC110 - the same
                        await asyncio.sleep(0.01)
                await bundle.aclose()


async def test_over_http() -> None:
    async with Bench(devices={"timer": "shelly1"}) as bench:
        twin = bench.twins["shelly1"]
        assert isinstance(twin, PlugTwin)
        async with at_http(twin, bench) as url:
            bundle = await connect(f"{url}?driver=shelly1")
            assert bundle.timer is not None
            await bundle.timer.prepare()
            bundle.timer.arm(60.0)
            async with asyncio.timeout(5):
                while not twin.is_on:  # noqa: ASYNC110 - it comes from another end
                    await asyncio.sleep(0.01)
            await bundle.aclose()
            async with asyncio.timeout(5):
                while twin.is_on:  # noqa: ASYNC110 - the same
                    await asyncio.sleep(0.01)
        with pytest.raises(PortMissing):
            await connect(f"{url}?driver=shelly1")


@pytest.mark.parametrize(
    ("subscription", "topic", "heard"),
    [("a/+", "a/b", True), ("a/+", "a/b/c", False), ("a/b", "a/b", True), ("a/b", "a/c", False)],
)
def test_filters(subscription: str, topic: str, heard: bool) -> None:
    assert is_heard(subscription, topic) is heard
