"""Theragun: driver and twin against each other; nothing is set without the experiment, and nothing before a valid version frame."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import TypeVar, cast

import pytest
import pytest_asyncio

from firmware_protocol.vendors import theragun as wire
from massctl.devices.capabilities import (
    DeviceLimits,
    LinkLoss,
    MotorReading,
    Report,
    StopAcknowledged,
)
from massctl.devices.radio_gun import DID_NOT_MOVE
from massctl.devices.vendors.theragun import Theragun
from massctl.errors import NoAnswer, PeerRefused, WrongDevice
from sims.bench import Bench
from sims.vendors.theragun import TheragunTwin
from tests.vendors.gatt_links import DirectLink

pytestmark = pytest.mark.virtual
LIMITS = DeviceLimits(2400, 60.0, 120.0)
ReportT = TypeVar("ReportT")


@dataclass
class Stage:
    bench: Bench
    twin: TheragunTwin
    reports: list[Report] = field(default_factory=list)
    guns: list[Theragun] = field(default_factory=list)

    def of(self, kind: type[ReportT]) -> list[ReportT]:
        return [report for report in self.reports if isinstance(report, kind)]

    @property
    def motor(self) -> MotorReading:
        return self.of(MotorReading)[-1]

    def speeds(self) -> list[int]:
        requests = map(wire.decode_request, self.twin.writes)
        return [request.speed_rpm for request in requests if isinstance(request, wire.SpeedRequest)]

    def gun(self, *, is_experiment: bool) -> Theragun:
        link = DirectLink(self.twin)
        gun = Theragun(link, link.url, is_experiment=is_experiment)
        gun.subscribe(self.reports.append)
        self.guns.append(gun)
        return gun

    async def ready(self, *, is_experiment: bool) -> Theragun:
        gun = self.gun(is_experiment=is_experiment)
        await gun.identify()
        await gun.prepare(LIMITS)
        await gun.arm()
        return gun


@pytest_asyncio.fixture
async def stage() -> AsyncIterator[Stage]:
    async with Bench(devices={"massager": "theragun"}, with_person=False) as bench:
        stage = Stage(bench, cast(TheragunTwin, bench.twins["theragun"]))
        yield stage
        for gun in stage.guns:
            await gun.aclose()


async def test_in_the_experiment_a_speed_is_set_and_seen(stage: Stage) -> None:
    gun = await stage.ready(is_experiment=True)
    assert gun.capabilities.is_controllable
    assert gun.capabilities.on_link_loss is LinkLoss.UNKNOWN
    gun.set_speed(1800, 600)
    await asyncio.sleep(2.0)
    assert stage.motor.measured_ppm == pytest.approx(1800, abs=40)
    assert stage.motor.commanded_ppm == 1800
    assert stage.motor.fault is None
    gun.stop()
    await asyncio.sleep(1.3)
    assert stage.motor.measured_ppm == 0
    assert stage.of(StopAcknowledged)


async def test_its_speed_stays_within_range_and_limits(stage: Stage) -> None:
    gun = await stage.ready(is_experiment=True)
    for speed_ppm in (1749, 5000):
        gun.set_speed(speed_ppm, 600)
    await asyncio.sleep(0.1)
    assert stage.speeds()[-2:] == [0, 2400]


async def test_without_the_experiment_no_speed_is_ever_written(stage: Stage) -> None:
    stage.twin.turn_to(2000)
    gun = await stage.ready(is_experiment=False)
    gun.set_speed(1800, 600)
    assert not gun.stop()
    await asyncio.sleep(1.0)
    await gun.aclose()
    assert stage.speeds() == []
    assert stage.bench.world.motor.speed_ppm > 1900
    assert not gun.capabilities.is_controllable


async def test_without_the_experiment_its_status_is_shown(stage: Stage) -> None:
    await stage.ready(is_experiment=False)
    stage.twin.turn_to(2000)
    await asyncio.sleep(2.0)
    assert stage.motor.measured_ppm == pytest.approx(2000, abs=40)
    stage.twin.turn_to(0)
    await asyncio.sleep(1.5)
    assert stage.motor.measured_ppm == 0


async def test_a_gun_that_does_not_obey_has_a_fault(stage: Stage) -> None:
    stage.twin.is_obedient = False
    gun = await stage.ready(is_experiment=True)
    gun.set_speed(1800, 600)
    await asyncio.sleep(1.6)
    assert stage.motor.fault == DID_NOT_MOVE


async def test_F43_preparing_stops_a_gun_that_runs_already(stage: Stage) -> None:
    stage.twin.turn_to(2000)
    await asyncio.sleep(2.0)
    await stage.ready(is_experiment=True)
    assert stage.bench.world.motor.speed_ppm < 30
    assert stage.motor.measured_ppm == 0


async def test_F43_a_gun_that_does_not_stop_is_not_prepared(stage: Stage) -> None:
    stage.twin.turn_to(2000)
    stage.twin.is_obedient = False
    gun = stage.gun(is_experiment=True)
    await gun.identify()
    await asyncio.sleep(1.0)
    with pytest.raises(NoAnswer, match="STOP was not acknowledged"):
        await gun.prepare(LIMITS)


async def test_another_name_is_refused_before_anything_is_written(stage: Stage) -> None:
    for name in ("CTS500", "Pro 2", ""):
        stage.twin.name = name
        with pytest.raises(WrongDevice, match="no Theragun"):
            stage.gun(is_experiment=True)
    assert stage.twin.writes == []


async def test_a_name_without_a_version_frame_gets_nothing_but_the_question(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(_uuid: str, data: bytes, _now_s: float) -> None:
        stage.twin.writes.append(data)
        stage.twin.notify(
            wire.NOTIFY, bytes.fromhex("05 AA 00 00 00 AF")
        )  # a scale's frame, on the same characteristic

    monkeypatch.setattr(stage.twin, "on_write", answer)
    with pytest.raises(WrongDevice, match="told no version"):
        await stage.gun(is_experiment=True).identify()
    assert stage.twin.writes == [wire.encode_request(wire.VersionRequest())]


@pytest.mark.parametrize(("version", "is_new_enough"), [((2, 1, 5), False), ((2, 1, 6), True), ((3, 0, 0), True)])
async def test_an_old_firmware_is_not_experimented_with(
    stage: Stage, version: tuple[int, int, int], is_new_enough: bool
) -> None:
    stage.twin.version = wire.Version(*version)
    gun = stage.gun(is_experiment=True)
    if is_new_enough:
        await gun.identify()
    else:
        with pytest.raises(PeerRefused, match=r"2\.1\.5 is older than the 2\.1\.6"):
            await gun.identify()


async def test_an_old_firmware_is_still_read(stage: Stage) -> None:
    stage.twin.version = wire.Version(1, 0, 0)
    assert str(await stage.gun(is_experiment=False).identify()) == "1.0.0"


async def test_the_twin_ignores_what_it_does_not_know(stage: Stage) -> None:
    gun = await stage.ready(is_experiment=True)
    await gun._link.write(wire.WRITE, bytes.fromhex("AA 04 01 03"))
    await asyncio.sleep(0.5)
    assert stage.bench.world.motor.speed_ppm == 0


async def test_a_gun_that_says_that_it_does_not_run_stands_whatever_speed_it_shows(stage: Stage) -> None:
    await stage.ready(is_experiment=True)
    stage.twin.notify(wire.NOTIFY, wire.encode_report(wire.Status(is_running=False, speed_rpm=1800)))
    await asyncio.sleep(0)
    assert stage.motor.measured_ppm == 0


async def test_garbage_from_the_gun_is_no_status(stage: Stage) -> None:
    await stage.ready(is_experiment=True)
    before = len(stage.of(MotorReading))
    stage.twin.notify(wire.NOTIFY, b"\xbb\x00\x10")
    await asyncio.sleep(0)
    assert len(stage.of(MotorReading)) == before
