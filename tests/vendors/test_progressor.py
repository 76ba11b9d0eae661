"""Progressor: driver and twin against each other: true force, true rate, the wrap of its clock, and nothing that spoils it."""

from __future__ import annotations

import asyncio
import itertools
import math
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import cast

import pytest
import pytest_asyncio

from firmware_protocol.vendors import progressor as wire
from massctl.devices.capabilities import Disconnected, ForceReading, Report
from massctl.devices.vendors.progressor import FORCE_MAX_N, Progressor
from massctl.errors import NoAnswer, PeerRefused
from sims.bench import Bench
from sims.vendors.progressor import SPOILING, ProgressorTwin
from tests.vendors.gatt_links import DirectLink

pytestmark = pytest.mark.virtual


@dataclass
class Stage:
    bench: Bench
    twin: ProgressorTwin
    link: DirectLink
    sensor: Progressor
    reports: list[Report] = field(default_factory=list)

    @property
    def readings(self) -> list[ForceReading]:
        return [report for report in self.reports if isinstance(report, ForceReading)]

    async def push(self, force_n: float, seconds: float = 3.0) -> ForceReading:
        self.bench.world.forced_n = force_n
        await asyncio.sleep(seconds)
        return self.readings[-1]


@pytest_asyncio.fixture
async def stage() -> AsyncIterator[Stage]:
    async with Bench(devices={"sensor": "progressor"}, with_person=False) as bench:
        twin = cast(ProgressorTwin, bench.twins["progressor"])
        link = DirectLink(twin)
        sensor = Progressor(link, link.url, 1, FORCE_MAX_N)
        stage = Stage(bench, twin, link, sensor)
        sensor.subscribe(stage.reports.append)
        yield stage
        await sensor.aclose()


async def test_a_push_is_read_in_newtons(stage: Stage) -> None:
    await stage.sensor.begin(asks_battery=False)
    await stage.sensor.prepare()
    await stage.sensor.tare()
    reading = await stage.push(20.0)
    assert reading.mean_n == pytest.approx(stage.bench.world.contact.force_n, rel=0.05)
    assert not reading.is_saturated


async def test_an_inverted_one_turns_its_sign(stage: Stage) -> None:
    sensor = Progressor(stage.link, stage.link.url, -1, FORCE_MAX_N)
    sensor.subscribe(stage.reports.append)
    await sensor.begin(asks_battery=False)
    assert (await stage.push(20.0)).mean_n < -15.0
    await sensor.aclose()


async def test_readings_come_soon_after_they_were_measured(stage: Stage) -> None:
    await stage.sensor.begin(asks_battery=False)
    stage.reports.clear()
    await asyncio.sleep(2.0)
    ages_s = [reading.received_at_s - reading.at_s for reading in stage.readings]
    assert min(ages_s) >= 0.0
    assert max(ages_s) < 0.15
    assert len(stage.readings) >= 40


async def test_its_true_rate_is_learnt(stage: Stage) -> None:
    stage.twin.sampler.rate_hz = 77.0
    await stage.sensor.begin(asks_battery=False)
    assert stage.sensor.capabilities.rate_hz == pytest.approx(77.0, rel=0.01)


async def test_a_faster_one_is_published_no_faster_than_it_is_read(stage: Stage) -> None:
    stage.twin.sampler.rate_hz = 400.0
    await stage.sensor.begin(asks_battery=False)
    stage.reports.clear()
    await asyncio.sleep(2.0)
    assert len(stage.readings) == pytest.approx(2 * stage.sensor.capabilities.published_hz, abs=15)


async def test_an_infinite_weight_spoils_no_later_reading(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await stage.sensor.begin(asks_battery=False)
    with monkeypatch.context() as patch:
        real = stage.twin._sample
        patch.setattr(stage.twin, "_sample", lambda sample: wire.Sample(math.inf, real(sample).time_us))
        await asyncio.sleep(0.5)
    assert math.isnan(stage.readings[-1].mean_n)
    await asyncio.sleep(1.0)
    assert math.isfinite(stage.readings[-1].mean_n)
    assert math.isfinite(stage.readings[-1].peak_n)


async def test_the_wrap_of_its_clock_is_no_gap(stage: Stage) -> None:
    stage.twin.began_us = wire.WRAP_US - 3_000_000
    await stage.sensor.begin(asks_battery=False)
    stage.reports.clear()
    await asyncio.sleep(4.0)
    times_s = [reading.at_s for reading in stage.readings]
    steps_s = [after - before for before, after in itertools.pairwise(times_s)]
    assert max(steps_s) < 0.06
    assert min(steps_s) > 0.0


async def test_a_clock_that_begins_anew_is_learnt_anew(stage: Stage) -> None:
    await stage.sensor.begin(asks_battery=False)
    await asyncio.sleep(2.0)
    stage.twin.began_us -= 2_000_000
    await asyncio.sleep(1.0)
    stage.reports.clear()
    await asyncio.sleep(1.0)
    assert stage.readings
    assert all(0.0 <= reading.received_at_s - reading.at_s < 0.2 for reading in stage.readings)


async def test_a_tare_makes_the_load_zero(stage: Stage) -> None:
    stage.twin.sampler._zero_n = 7.0
    await stage.sensor.begin(asks_battery=False)
    await asyncio.sleep(1.0)
    assert stage.readings[-1].mean_n == pytest.approx(7.0, abs=0.3)
    await stage.sensor.tare()
    await asyncio.sleep(1.0)
    assert stage.readings[-1].mean_n == pytest.approx(0.0, abs=0.3)


async def test_a_tare_that_does_not_hold_is_told(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.twin.sampler._zero_n = 7.0
    await stage.sensor.begin(asks_battery=False)
    monkeypatch.setattr(stage.twin.sampler, "tare", lambda: None)
    with pytest.raises(NoAnswer, match="tare was not finished"):
        await stage.sensor.tare()


async def test_a_tare_starts_the_stream_first(stage: Stage) -> None:
    await stage.sensor.begin(asks_battery=False)
    stage.sensor._is_streaming = stage.twin.is_streaming = False
    await stage.sensor.tare()
    assert stage.twin.opcodes == [wire.Command.START, wire.Command.START, wire.Command.TARE]


async def test_no_opcode_beyond_start_stop_and_tare_is_sent_by_default(stage: Stage) -> None:
    await stage.sensor.begin(asks_battery=False)
    await stage.sensor.prepare()
    await stage.sensor.tare()
    await stage.sensor.aclose()
    assert set(stage.twin.opcodes) == {wire.Command.START, wire.Command.TARE, wire.Command.STOP}
    assert not {0x69 <= opcode <= 0x76 for opcode in stage.twin.opcodes} - {False}


async def test_the_battery_is_asked_for_before_the_stream(stage: Stage) -> None:
    warnings = await stage.sensor.begin(asks_battery=True)
    assert warnings == ("Its battery has 3.99 V.",)
    assert stage.twin.opcodes == [wire.Command.STOP, wire.Command.BATTERY, wire.Command.START]


async def test_a_battery_that_makes_no_sense_is_refused(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage.twin, "on_write", lambda _uuid, _data, _now_s: stage.twin._say(wire.Answer(b"\x01")))
    with pytest.raises(PeerRefused, match="4 bytes"):
        await stage.sensor.begin(asks_battery=True)


@pytest.mark.parametrize("opcode", sorted(SPOILING))
async def test_the_twin_is_spoilt_by_what_the_driver_never_sends(stage: Stage, opcode: int) -> None:
    await stage.link.write(wire.CONTROL, bytes((opcode,)))
    assert stage.twin.sampler.scale != 1.0


async def test_a_device_without_a_stream_is_told(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage.twin, "on_write", lambda _uuid, _data, _now_s: None)
    with pytest.raises(NoAnswer, match="no stream"):
        await stage.sensor.begin(asks_battery=False)


async def test_a_clock_that_stands_is_refused(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage.twin, "_sample", lambda sample: wire.Sample(1.0, 7))
    with pytest.raises(PeerRefused, match="clock makes no sense"):
        await stage.sensor.begin(asks_battery=False)


async def test_a_number_that_is_none_reaches_the_session_as_none(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await stage.sensor.begin(asks_battery=False)
    real = stage.twin._sample
    monkeypatch.setattr(stage.twin, "_sample", lambda sample: wire.Sample(math.nan, real(sample).time_us))
    await asyncio.sleep(0.5)
    assert math.isnan(stage.readings[-1].mean_n)


async def test_garbage_is_no_sign_of_life(stage: Stage) -> None:
    await stage.sensor.begin(asks_battery=False)
    stage.twin.is_streaming = False
    await asyncio.sleep(0.5)
    heard_s = stage.sensor.last_frame_at_s
    for data in (b"\x01", b"\x01\x04\x00\x00\x00\x00"):
        stage.twin.notify(wire.DATA, data)
    await asyncio.sleep(0.1)
    assert stage.sensor.last_frame_at_s == heard_s
    stage.twin.notify(wire.DATA, wire.encode_notification(wire.LowPower()))
    await asyncio.sleep(0.1)
    assert stage.sensor.last_frame_at_s > heard_s


async def test_a_saturated_cell_says_so(stage: Stage) -> None:
    sensor = Progressor(stage.link, stage.link.url, 1, 10.0)
    sensor.subscribe(stage.reports.append)
    await sensor.begin(asks_battery=False)
    assert (await stage.push(20.0)).is_saturated
    await sensor.aclose()


async def test_a_lost_link_is_told_to_whoever_waits(stage: Stage) -> None:
    await stage.sensor.begin(asks_battery=False)
    stage.twin.is_streaming = False
    await asyncio.sleep(0.2)
    asyncio.get_running_loop().call_later(0.1, stage.link.lose)
    with pytest.raises(Exception, match="out of range"):
        await stage.sensor.prepare()
    assert [report for report in stage.reports if isinstance(report, Disconnected)]
    with pytest.raises(Exception, match="out of range"):
        await stage.sensor.tare()
