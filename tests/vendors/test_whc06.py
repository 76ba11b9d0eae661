"""WH-C06: driver and twin over broadcasts alone, through bleak."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import cast

import pytest
import pytest_asyncio

from firmware_protocol.vendors import whc06 as wire
from massctl.body.limits import SENSOR_PUBLISHED_MIN_HZ, sensor_can_see
from massctl.devices import connect
from massctl.devices.capabilities import ForceReading, Report
from massctl.devices.vendors.whc06 import WHC06
from massctl.errors import NoAnswer, PeerRefused, UsageError
from massctl.transports.gatt import Advertisement
from sims.bench import Bench
from sims.vendors.whc06 import WHC06Twin

pytestmark = pytest.mark.virtual


@dataclass
class Stage:
    bench: Bench
    twin: WHC06Twin
    reports: list[Report] = field(default_factory=list)

    @property
    def readings(self) -> list[ForceReading]:
        return [report for report in self.reports if isinstance(report, ForceReading)]


@pytest_asyncio.fixture
async def stage() -> AsyncIterator[Stage]:
    async with Bench(devices={"sensor": "whc06"}, with_person=False) as bench:
        yield Stage(bench, cast(WHC06Twin, bench.twins["whc06"]))


async def opened(stage: Stage, options: str = "") -> WHC06:
    bundle = await connect(f"sim://whc06{options}", {"sensor"})
    assert any("manual tools only" in warning for warning in bundle.warnings)
    scale = cast(WHC06, bundle.sensor)
    scale.subscribe(stage.reports.append)
    return scale


async def test_a_push_is_read_in_newtons_whatever_the_display_shows(stage: Stage) -> None:
    stage.twin.sampler._zero_n = 0.0
    scale = await opened(stage)
    stage.bench.world.forced_n = 25.0
    for unit in wire.Unit:
        stage.twin.unit = unit
        await asyncio.sleep(4.0)
        assert stage.readings[-1].mean_n == pytest.approx(stage.bench.world.contact.force_n, rel=0.1)
    await scale.aclose()


async def test_it_reads_a_few_times_a_second_until_it_is_closed(stage: Stage) -> None:
    scale = await opened(stage)
    await asyncio.sleep(4.0)
    await scale.aclose()
    await scale.aclose()
    heard = len(stage.readings)
    assert 12 <= heard <= 20
    await asyncio.sleep(2.0)
    assert len(stage.readings) == heard


async def test_F35_no_speed_is_visible_at_its_rate(stage: Stage) -> None:
    scale = await opened(stage)
    capabilities = scale.capabilities
    assert capabilities.published_hz < SENSOR_PUBLISHED_MIN_HZ
    assert not any(sensor_can_see(speed_ppm, capabilities.rate_hz) for speed_ppm in range(1000, 3000, 10))
    assert capabilities.silent_after_s == 10.0
    await scale.aclose()


async def test_its_zero_is_made_of_stable_readings(stage: Stage) -> None:
    stage.twin.sampler._zero_n = 6.0
    scale = await opened(stage)
    await asyncio.sleep(2.0)
    assert stage.readings[-1].mean_n == pytest.approx(6.0, abs=0.5)
    await scale.tare()
    await asyncio.sleep(2.0)
    assert stage.readings[-1].mean_n == pytest.approx(0.0, abs=0.3)
    await scale.aclose()


async def test_a_load_that_does_not_rest_is_no_zero(stage: Stage) -> None:
    scale = await opened(stage)
    shaking = asyncio.get_running_loop()

    def shake(force_n: float = 20.0) -> None:
        stage.twin._recent_kg.extend((force_n, 0.0, force_n, 0.0, force_n))
        if not scale._watch:
            return
        shaking.call_later(0.01, shake)

    shake()
    with pytest.raises(NoAnswer, match="did not become stable"):
        await scale.tare()
    await scale.aclose()
    await asyncio.sleep(0.1)


async def test_an_inverted_one_turns_its_sign(stage: Stage) -> None:
    scale = await opened(stage, "?sign=inverted")
    stage.bench.world.forced_n = 25.0
    await asyncio.sleep(4.0)
    assert stage.readings[-1].mean_n < -15.0
    await scale.aclose()


async def test_one_that_is_off_is_not_heard(stage: Stage) -> None:
    stage.twin.is_on = False
    with pytest.raises(NoAnswer, match="no broadcast was heard within 10 s"):
        await connect("sim://whc06")


async def test_another_layout_is_refused_and_not_guessed_at(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "encode", lambda _weight: bytes(14) + b"\x99")
    with pytest.raises(PeerRefused, match="0x99 are none of a WH-C06"):
        await connect("sim://whc06")


async def test_a_wrong_option_is_refused(stage: Stage) -> None:
    with pytest.raises(UsageError, match="sign is one of normal, inverted"):
        await connect("sim://whc06?sign=up")


def heard(name: str = wire.NAME, company: int = wire.COMPANY_ID, data: bytes = bytes(14) + b"\x11") -> Advertisement:
    return Advertisement("C2:00:00:00:00:01", name, -60, 1.0, manufacturer_data={company: data})


async def test_others_under_the_same_company_or_name_are_not_it() -> None:
    scale, reports = WHC06("ble://scale", 1), list[Report]()
    scale.subscribe(reports.append)
    for other in (heard(name="TomTom"), heard(company=0x4C), heard(data=b"\x00")):
        scale.hear(other)
    assert reports == []
    scale.hear(heard())
    assert len(reports) == 1


async def test_a_load_beyond_its_scale_is_saturated() -> None:
    scale, reports = WHC06("ble://scale", 1), list[Report]()
    scale.subscribe(reports.append)
    scale.hear(heard(data=wire.encode(wire.Weight(305.0, wire.Unit.KG, is_stable=True))))
    assert [report.is_saturated for report in reports if isinstance(report, ForceReading)] == [True]
