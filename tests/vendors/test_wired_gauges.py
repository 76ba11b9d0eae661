"""Wagner, Sauter and printing boards: driver and twin agree, each gauge's sign turned to compression positive."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any, cast

import pytest

from massctl.devices import connect
from massctl.devices.bundle import DeviceBundle
from massctl.devices.capabilities import ForceReading
from massctl.errors import NoAnswer, PeerRefused, PeerSilent, UsageError
from sims.bench import Bench, default_bench
from sims.vendors.gauge_twin import GaugeTwin
from sims.vendors.line import LineTwin
from sims.vendors.sauter import SauterTwin
from sims.vendors.wagner_fdx import WagnerFdxTwin

pytestmark = pytest.mark.virtual
HX711 = "sim://line?prints=hx711&kind=hx711&zero=84&n_per_unit=-0.00014184397"
GAUGES = [
    "sim://wagner-fdx?max=200",
    "sim://wagner-fpx?max=200",
    "sim://sauter?max=200",
    "sim://line?max=200",
    "sim://line?prints=newtons&per_second=500&max=200",
    "sim://line?prints=grams&per_second=10&max=200",
    HX711 + "&max=200",
    "sim://line?prints=fsr&kind=fsr&max=200",
]


class Listener:
    """An open gauge and its readings."""

    def __init__(self, bundle: DeviceBundle) -> None:
        assert bundle.sensor is not None
        self.bundle = bundle
        self.sensor = bundle.sensor
        self.readings: list[ForceReading] = []
        self.sensor.subscribe(lambda report: self.readings.append(report) if isinstance(report, ForceReading) else None)

    @property
    def newest(self) -> ForceReading:
        return self.readings[-1]


async def opened(url: str) -> Listener:
    listener = Listener(await connect(url, {"sensor"}))
    await listener.sensor.prepare()
    return listener


@pytest.mark.parametrize("url", GAUGES)
async def test_D5_a_push_is_positive_and_right_and_a_pull_negative(url: str) -> None:
    gauge = await opened(url)
    await asyncio.sleep(0.5)
    await gauge.sensor.tare()
    bench = default_bench()
    bench.world.forced_n = 20.0
    await asyncio.sleep(4.0)
    twin = next(each for each in bench.twins.values() if isinstance(each, GaugeTwin))
    assert gauge.newest.mean_n == pytest.approx(bench.world.contact.force_n, abs=1.5)
    assert gauge.newest.mean_n > 15.0
    twin.sampler._zero_n -= 40.0
    await asyncio.sleep(1.0)
    assert gauge.newest.mean_n < -10.0 or "fsr" in url
    await gauge.sensor.aclose()


@pytest.mark.parametrize("url", GAUGES)
async def test_F35_the_rate_that_is_told_is_the_rate_that_is_kept(url: str) -> None:
    gauge = await opened(url)
    capabilities = gauge.sensor.capabilities
    await asyncio.sleep(1.0)
    gauge.readings.clear()
    await asyncio.sleep(2.0)
    assert len(gauge.readings) == pytest.approx(2 * capabilities.published_hz, rel=0.06, abs=1)
    times = [each.at_s for each in gauge.readings]
    assert times == sorted(set(times))
    assert capabilities.is_polled == ("line" not in url)
    assert capabilities.is_estimated == ("fsr" in url)
    await gauge.sensor.aclose()


@pytest.mark.parametrize("url", GAUGES)
async def test_more_than_its_capacity_is_saturated(url: str) -> None:
    gauge = await opened(url.replace("max=200", "max=10"))
    default_bench().world.forced_n = 30.0
    await asyncio.sleep(3.0)
    assert gauge.newest.is_saturated
    with pytest.raises(NoAnswer):
        await gauge.sensor.tare() if "sauter" not in url else await _fails()
    await gauge.sensor.aclose()


async def _fails() -> None:
    raise NoAnswer("a sauter zeroes itself under load", "", 0.0)


async def test_an_overloaded_converter_is_saturated_without_a_number() -> None:
    gauge = await opened(HX711)
    cast(LineTwin, default_bench().twins["line"]).sampler._zero_n = 5000.0
    await asyncio.sleep(1.0)
    assert gauge.newest.is_saturated
    await gauge.sensor.aclose()


async def test_a_sauter_that_was_left_holding_its_peak_is_taken_out_of_it() -> None:
    gauge = await opened("sim://sauter")
    assert not cast(SauterTwin, default_bench().twins["sauter"]).holds_peak
    await gauge.sensor.aclose()


@pytest.mark.parametrize("unit", ["lbf", "kgf", "N", "ozf"])
async def test_an_fdx_is_read_in_whatever_unit_it_shows(unit: str) -> None:
    async with Bench(devices={"sensor": "wagner-fdx"}) as bench:
        cast(WagnerFdxTwin, bench.twins["wagner-fdx"]).unit = unit
        gauge = await opened(bench.urls["sensor"])
        bench.world.forced_n = 20.0
        await asyncio.sleep(4.0)
        assert gauge.newest.mean_n == pytest.approx(bench.world.contact.force_n, abs=1.5)
        await gauge.sensor.aclose()


async def test_a_sauters_unit_is_declared_by_its_address() -> None:
    async with Bench(devices={"sensor": "sauter"}) as bench:
        cast(SauterTwin, bench.twins["sauter"]).unit = "kgf"
        gauge = await opened(bench.urls["sensor"] + "?unit=kgf")
        bench.world.forced_n = 20.0
        await asyncio.sleep(4.0)
        assert gauge.newest.mean_n == pytest.approx(bench.world.contact.force_n, abs=1.5)
        await gauge.sensor.aclose()


async def test_a_board_that_prints_too_much_is_refused() -> None:
    async with Bench(devices={"sensor": "line"}) as bench:
        twin = cast(LineTwin, bench.twins["line"])
        twin.live = lambda now_s: twin.say(b"1.0 N\r\n" * 30)  # type: ignore[method-assign]
        with pytest.raises(PeerRefused, match="lines a second"):
            await connect(bench.urls["sensor"])


async def test_a_board_that_prints_no_unit_is_told_what_is_missing() -> None:
    async with Bench(devices={"sensor": "line"}) as bench:
        cast(LineTwin, bench.twins["line"]).prints = "hx711"
        with pytest.raises(PeerSilent, match="no unit that is known"):
            await connect(bench.urls["sensor"])


async def test_a_board_that_falls_silent_has_no_newer_frame() -> None:
    gauge = await opened("sim://line")
    default_bench().hang("line")
    await asyncio.sleep(2.0)
    assert asyncio.get_running_loop().time() - gauge.sensor.last_frame_at_s > 1.9
    with pytest.raises(NoAnswer, match="no reading came"):
        await gauge.sensor.tare()
    await gauge.sensor.aclose()


async def test_what_confidence_a_driver_has_is_told_when_it_connects() -> None:
    fpx, fdx = await connect("sim://wagner-fpx"), await connect("sim://wagner-fdx")
    assert "worked out by one person" in fpx.warnings[0]
    assert not any("person" in each for each in fdx.warnings)
    await fpx.aclose()
    await fdx.aclose()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sim://line?kind=hx711", "need a calibration"),
        ("sim://line?n_per_unit=0", "and not 0"),
        ("sim://line?kind=fsr&vcc=0", "vcc is a number from 1 to 12"),
        ("sim://line?unit=stone", "unit is one of"),
        ("sim://line?prints=poems", "prints neither"),
        ("sim://sauter?unit=psi", "unit is one of n, kn"),
        ("serial:///dev/null?driver=line&prints=grams", "no option 'prints'"),
    ],
)
async def test_a_mistyped_address_is_refused_with_what_is_possible(url: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        await connect(url)


async def test_an_uneven_line_is_spread_by_its_own_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Bench(devices={"sensor": "line"}) as bench:
        twin: Any = bench.twins["line"]
        held: list[bytes] = []

        def live(now_s: float) -> None:
            held.extend(twin.line(sample.force_n) for sample in twin.sampler.take())
            if len(held) >= 8:
                twin.say(b"".join(held))
                held.clear()

        monkeypatch.setattr(twin, "live", live)
        gauge = await opened(bench.urls["sensor"])
        await asyncio.sleep(1.0)
        times = [each.at_s for each in gauge.readings]
        gaps = [after - before for before, after in itertools.pairwise(times)]
        assert max(gaps) < 0.05
        assert min(gaps) > 0.0
        await gauge.sensor.aclose()
