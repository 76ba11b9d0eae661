from __future__ import annotations

import asyncio
import math
from typing import cast

import pytest

from massctl.devices import connect, probe
from massctl.devices.capabilities import Disconnected, ForceReading, ForceSensor, Report
from massctl.errors import ConnectionProblem, LinkLost, NoAnswer, PeerSilent, UsageError
from sims.bench import Bench, default_bench
from sims.vendors.mark10 import Mark10Twin


class Gauge:
    """A connected gauge and what it reported."""

    def __init__(self, sensor: ForceSensor) -> None:
        self.sensor = sensor
        self.reports: list[Report] = []
        sensor.subscribe(self.reports.append)

    @property
    def newest(self) -> ForceReading:
        return next(each for each in reversed(self.reports) if isinstance(each, ForceReading))


async def opened(url: str) -> Gauge:
    sensor = (await connect(url, {"sensor"})).sensor
    assert sensor is not None
    gauge = Gauge(sensor)
    await sensor.prepare()
    return gauge


@pytest.mark.virtual
@pytest.mark.parametrize("unit", ["lbF", "N", "kgF", "ozF", "gF"])
async def test_a_push_reads_as_compression_whatever_unit_its_display_has(unit: str) -> None:
    async with Bench(devices={"sensor": "mark10"}) as bench:
        cast(Mark10Twin, bench.twins["mark10"]).unit = unit
        gauge = await opened(bench.urls["sensor"])
        await gauge.sensor.tare()
        bench.world.forced_n = 20.0
        await asyncio.sleep(2.0)
        assert gauge.newest.mean_n == pytest.approx(bench.world.contact.force_n, abs=0.5)
        assert gauge.newest.mean_n > 10.0
        await gauge.sensor.aclose()


@pytest.mark.virtual
async def test_an_inverted_polarity_is_turned_back_by_the_address() -> None:
    async with Bench(devices={"sensor": "mark10"}) as bench:
        gauge = await opened(f"{bench.urls['sensor']}?sign=inverted")
        bench.world.forced_n = 20.0
        await asyncio.sleep(2.0)
        assert gauge.newest.mean_n < -10.0
        await gauge.sensor.aclose()


@pytest.mark.virtual
async def test_a_tare_is_done_by_the_gauge_itself() -> None:
    async with Bench(devices={"sensor": "mark10"}) as bench:
        gauge = await opened(bench.urls["sensor"])
        cast(Mark10Twin, bench.twins["mark10"]).sampler._zero_n = 5.0
        await asyncio.sleep(1.0)
        assert gauge.newest.mean_n == pytest.approx(5.0, abs=0.5)
        await gauge.sensor.tare()
        await asyncio.sleep(1.0)
        assert gauge.newest.mean_n == pytest.approx(0.0, abs=0.2)
        await gauge.sensor.aclose()


@pytest.mark.virtual
async def test_it_says_that_it_is_polled_and_how_often() -> None:
    gauge = await opened("sim://mark10")
    assert gauge.sensor.capabilities.is_polled
    assert gauge.sensor.capabilities.rate_hz == pytest.approx(50.0)
    await asyncio.sleep(1.0)
    gauge.reports.clear()
    await asyncio.sleep(1.0)
    assert len(gauge.reports) == pytest.approx(50, abs=2)
    await gauge.sensor.aclose()
    assert default_bench().twins.keys() == {"mark10"}


@pytest.mark.virtual
async def test_a_hung_gauge_falls_silent_and_is_asked_on_until_it_answers_again() -> None:
    async with Bench(devices={"sensor": "mark10"}) as bench:
        gauge = await opened(bench.urls["sensor"])
        bench.hang("sensor")
        await asyncio.sleep(2.0)
        silent_s = asyncio.get_running_loop().time() - gauge.sensor.last_frame_at_s
        assert silent_s > 1.9
        bench.hang("sensor", is_hung=False)
        await asyncio.sleep(1.0)
        assert asyncio.get_running_loop().time() - gauge.sensor.last_frame_at_s < 0.1
        await gauge.sensor.aclose()


@pytest.mark.virtual
async def test_a_pulled_plug_is_reported_once_and_ends_a_tare() -> None:
    async with Bench(devices={"sensor": "mark10"}) as bench:
        gauge = await opened(bench.urls["sensor"])
        bench.unplug("sensor")
        with pytest.raises(LinkLost):
            await gauge.sensor.tare()
        await asyncio.sleep(1.0)
        assert sum(isinstance(each, Disconnected) for each in gauge.reports) == 1
        await gauge.sensor.aclose()
        await gauge.sensor.aclose()


@pytest.mark.virtual
async def test_a_gauge_that_will_not_become_zero_is_told() -> None:
    async with Bench(devices={"sensor": "mark10"}) as bench:
        gauge = await opened(bench.urls["sensor"])
        bench.world.forced_n = 20.0
        await asyncio.sleep(1.0)
        cast(Mark10Twin, bench.twins["mark10"]).sampler.tare = lambda: None  # type: ignore[method-assign]
        with pytest.raises(NoAnswer, match="did not become zero"):
            await gauge.sensor.tare()
        await gauge.sensor.aclose()


@pytest.mark.virtual
async def test_a_silent_port_is_given_up_with_the_reason() -> None:
    async with Bench(devices={"sensor": "mark10"}) as bench:
        bench.hang("sensor")
        with pytest.raises(PeerSilent, match="nothing came within 4 s of opening"):
            await connect(bench.urls["sensor"])


@pytest.mark.virtual
async def test_another_kind_of_device_at_the_port_is_told_apart_from_silence() -> None:
    async with Bench(devices={"sensor": "mark10"}) as bench:
        twin = cast(Mark10Twin, bench.twins["mark10"])
        twin.take = lambda link, data, now_s: b"\x00\x81hello\r\n"  # type: ignore[method-assign]
        with pytest.raises(PeerSilent, match="bytes came within 4 s of opening, but no reading"):
            await connect(bench.urls["sensor"])
        twin.take = lambda link, data, now_s: b"*10\r\n"  # type: ignore[method-assign]
        with pytest.raises(PeerSilent, match="does not know this command"):
            await connect(bench.urls["sensor"])


@pytest.mark.virtual
async def test_probing_tells_what_it_is() -> None:
    report = await probe("sim://mark10")
    assert report.identity.name == "Mark-10 Series 4/5 force gauge"
    assert report.identity.is_simulated
    assert report.sensor is not None
    assert report.massager is None


@pytest.mark.virtual
async def test_an_assumed_capacity_is_said_and_a_named_one_is_used() -> None:
    bundle = await connect("sim://mark10")
    assert "capacity" in bundle.warnings[0]
    await bundle.aclose()
    bundle = await connect("sim://mark10?max=25")
    assert bundle.warnings == ()
    assert bundle.sensor is not None
    gauge = Gauge(bundle.sensor)
    default_bench().world.forced_n = 40.0
    await asyncio.sleep(2.0)
    assert gauge.newest.is_saturated
    assert math.isfinite(gauge.newest.mean_n)
    await bundle.aclose()


@pytest.mark.virtual
@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sim://mark10?sing=inverted", "did you mean sign"),
        ("sim://mark10?sign=up", "sign is one of normal, inverted"),
        ("sim://mark10?max=big", "max is a number from 1 to 10000"),
        ("sim://mark10?rate=0", "rate is a number"),
        ("sim://mark10?driver=vesc", "is the address of a mark10"),
        ("sim://mark10?max=1&max=2", "given twice"),
        ("serial:///dev/null?driver=mark11", "Did you mean mark10"),
    ],
)
async def test_a_mistyped_address_is_refused_with_what_is_possible(url: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        await connect(url)


@pytest.mark.virtual
async def test_a_gauge_is_no_massager() -> None:
    with pytest.raises(ConnectionProblem, match="is no massager: it carries sensor"):
        await connect("sim://mark10", {"massager"})


@pytest.mark.parametrize("link", ["pty", "tcp"])
async def test_it_is_read_over_a_pty_and_over_tcp_with_the_right_sign(link: str) -> None:
    async with Bench(link=link, devices={"sensor": "mark10"}) as bench:  # type: ignore[arg-type]
        assert bench.urls["sensor"].endswith("?driver=mark10")
        gauge = await opened(bench.urls["sensor"])
        bench.world.forced_n = 20.0
        pushed = asyncio.Event()
        gauge.sensor.subscribe(lambda report: pushed.set() if getattr(report, "mean_n", 0.0) > 3.0 else None)
        async with asyncio.timeout(5.0):
            await pushed.wait()
        await gauge.sensor.aclose()
