"""Hypervolt 2: driver and twin against each other at the edges, on the bench's physics."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import TypeVar, cast

import pytest
import pytest_asyncio

from firmware_protocol.vendors import hypervolt2 as wire
from massctl.devices.capabilities import (
    DeviceLimits,
    Disconnected,
    LinkLoss,
    MotorReading,
    PowerReading,
    Report,
    StopAcknowledged,
    StopReason,
)
from massctl.devices.ladders import ladder
from massctl.devices.radio_gun import DID_NOT_MOVE
from massctl.devices.vendors.hypervolt2 import Hypervolt2
from massctl.errors import ConnectionProblem, NoAnswer, PeerRefused
from sims.bench import Bench
from sims.vendors.hypervolt2 import Hypervolt2Twin
from tests.vendors.gatt_links import DirectLink

pytestmark = pytest.mark.virtual
LIMITS = DeviceLimits(2400, 60.0, 120.0)
LEVEL_1, LEVEL_2, LEVEL_3 = ladder("hypervolt2").levels_ppm
ReportT = TypeVar("ReportT")


@dataclass
class Stage:
    """A gun on a bench, its driver, and what that has reported."""

    bench: Bench
    twin: Hypervolt2Twin
    link: DirectLink
    gun: Hypervolt2
    reports: list[Report] = field(default_factory=list)

    def of(self, kind: type[ReportT]) -> list[ReportT]:
        return [report for report in self.reports if isinstance(report, kind)]

    @property
    def motor(self) -> MotorReading:
        return self.of(MotorReading)[-1]

    async def ready(self) -> None:
        self.gun.subscribe(self.reports.append)
        await self.gun.log_in(wire.parse_address(self.link.address))
        await self.gun.prepare(LIMITS)
        await self.gun.arm()

    async def run(self, speed_ppm: int, seconds: float = 1.4) -> None:
        self.gun.set_speed(speed_ppm, 600)
        await asyncio.sleep(seconds)


@pytest_asyncio.fixture
async def stage() -> AsyncIterator[Stage]:
    async with Bench(devices={"massager": "hypervolt2"}, with_person=False) as bench:
        twin = cast(Hypervolt2Twin, bench.twins["hypervolt2"])
        link = DirectLink(twin)
        gun = Hypervolt2(link, link.url, ladder("hypervolt2"))
        yield Stage(bench, twin, link, gun)
        await gun.aclose()


async def test_each_level_is_set_and_confirmed_by_the_guns_own_word(stage: Stage) -> None:
    await stage.ready()
    for level, speed_ppm in enumerate((LEVEL_1, LEVEL_2), 1):
        await stage.run(speed_ppm)
        assert stage.twin.level == level
        assert (stage.motor.measured_ppm, stage.motor.commanded_ppm) == (speed_ppm, speed_ppm)
        assert stage.motor.fault is None
        assert stage.motor.is_armed


async def test_a_speed_between_two_levels_gets_the_slower_one(stage: Stage) -> None:
    await stage.ready()
    await stage.run(LEVEL_2 - 1)
    assert stage.twin.level == 1


async def test_a_speed_below_the_slowest_level_stands(stage: Stage) -> None:
    await stage.ready()
    await stage.run(LEVEL_1 - 1)
    assert stage.twin.level == 0


async def test_no_level_above_the_limits_is_set(stage: Stage) -> None:
    await stage.ready()
    await stage.run(LEVEL_3)
    assert stage.twin.level == 2


async def test_the_level_is_unknown_until_the_gun_has_told_one(stage: Stage) -> None:
    await stage.ready()
    assert all(reading.measured_ppm is None for reading in stage.of(MotorReading))
    await stage.run(LEVEL_1)
    assert stage.motor.measured_ppm == LEVEL_1


async def test_F43_preparing_stops_a_gun_that_runs_already(stage: Stage) -> None:
    stage.twin.set_level(2)
    await asyncio.sleep(2.0)
    await stage.ready()
    assert stage.bench.world.motor.speed_ppm == 0
    assert stage.motor.measured_ppm == 0


async def test_F43_preparing_fails_where_the_gun_goes_on(stage: Stage) -> None:
    stage.twin.set_level(2)
    await asyncio.sleep(2.0)
    stage.twin.is_charging = True  # its firmware ignores all levels from now on
    stage.bench.world.motor.is_shorted = True
    await stage.gun.log_in(wire.parse_address(stage.link.address))
    stage.twin.notify(wire.SPEED, wire.encode_state(wire.State(2, 1)))
    with pytest.raises(NoAnswer, match="not seen to stand"):
        await stage.gun.prepare(LIMITS)


async def test_identifying_sets_nothing(stage: Stage) -> None:
    stage.twin.set_level(1)
    await stage.gun.log_in(wire.parse_address(stage.link.address))
    assert await stage.gun.text(wire.MODEL_NUMBER) == "HV200"
    await stage.gun.aclose()
    assert stage.twin.writes == []
    assert stage.twin.level == 1


async def test_on_the_charger_it_acknowledges_and_has_a_fault(stage: Stage) -> None:
    stage.twin.set_up({"charging": "yes"})
    await stage.ready()
    await stage.run(LEVEL_1, 1.4)
    assert stage.motor.fault is None
    await asyncio.sleep(0.2)
    assert stage.motor.fault == DID_NOT_MOVE
    assert stage.twin.writes[-1] == b"\x01"
    stage.gun.stop()
    await asyncio.sleep(0.1)
    assert stage.of(StopAcknowledged)
    assert not stage.motor.measured_ppm


async def test_behind_a_fault_nothing_is_set_until_it_is_cleared(stage: Stage) -> None:
    stage.twin.is_charging = True
    await stage.ready()
    await stage.run(LEVEL_1, 1.6)
    stage.gun.stop()
    await stage.gun.arm()
    await stage.run(LEVEL_1)
    assert stage.twin.writes[-1] == b"\x00"
    stage.twin.is_charging = False
    await stage.gun.clear_faults()
    await stage.run(LEVEL_1)
    assert stage.motor.fault is None
    assert stage.motor.measured_ppm == LEVEL_1


async def test_a_level_that_is_not_reached_from_another_names_both(stage: Stage) -> None:
    await stage.ready()
    await stage.run(LEVEL_1)
    stage.twin.is_charging = True
    await stage.run(LEVEL_2, 1.6)
    assert stage.motor.fault == f"the gun acknowledged {LEVEL_2} PPM but stayed at {LEVEL_1} PPM"


async def test_a_stop_overtakes_acknowledges_and_is_seen(stage: Stage) -> None:
    await stage.ready()
    await stage.run(LEVEL_1)
    stage.reports.clear()
    assert stage.gun.stop(StopReason.PERSON)
    assert stage.gun.stop(StopReason.PERSON)
    await asyncio.sleep(0.04)
    assert len(stage.of(StopAcknowledged)) == 1
    assert stage.motor.measured_ppm == LEVEL_1  # acknowledged is not standing
    await asyncio.sleep(1.2)
    assert stage.motor.measured_ppm == 0
    assert stage.bench.world.motor.speed_ppm == 0


async def test_behind_a_stop_no_speed_is_set_before_it_is_armed_again(stage: Stage) -> None:
    await stage.ready()
    await stage.run(LEVEL_1)
    stage.gun.stop()
    await stage.run(LEVEL_1)
    assert stage.twin.writes[-1] == b"\x00"
    assert not stage.motor.is_armed
    await stage.gun.arm()
    await stage.run(LEVEL_1)
    assert stage.motor.measured_ppm == LEVEL_1


async def test_a_stop_overtakes_what_is_still_unsent(stage: Stage) -> None:
    await stage.ready()
    stage.twin.writes.clear()
    for speed_ppm in (LEVEL_1, LEVEL_2, LEVEL_1):
        stage.gun.set_speed(speed_ppm, 600)
    stage.gun.stop()
    await asyncio.sleep(0.3)
    assert set(stage.twin.writes) == {b"\x00"}


async def test_F42_an_unacknowledged_stop_is_written_three_times(stage: Stage) -> None:
    await stage.ready()
    await stage.run(LEVEL_1)
    stage.link.is_mute = True
    written: list[float] = []
    loop = asyncio.get_running_loop()
    began_s = loop.time()
    post = stage.link.post

    def note(characteristic: str, data: bytes, *, with_response: bool = False) -> None:
        written.append(round(loop.time() - began_s, 3))
        post(characteristic, data, with_response=with_response)

    stage.link.post = note  # type: ignore[method-assign]
    stage.gun.stop()
    await asyncio.sleep(0.3)
    assert written == [0.0, 0.05, 0.15]


async def test_an_answer_from_before_the_stop_acknowledges_nothing(stage: Stage) -> None:
    await stage.ready()
    await stage.run(LEVEL_1)
    stage.reports.clear()
    stage.gun._is_stopping, stage.gun._stop_question = True, 99
    stage.gun._answered(98)
    assert stage.of(StopAcknowledged) == []
    stage.gun._answered(99)
    assert len(stage.of(StopAcknowledged)) == 1


async def test_a_start_that_was_stopped_before_it_was_told_counts_as_turning_meanwhile(stage: Stage) -> None:
    await stage.ready()
    await stage.run(LEVEL_1)
    await stage.run(0)
    assert stage.motor.measured_ppm == 0
    await stage.run(LEVEL_1, 0.05)
    stage.gun.stop()
    await asyncio.sleep(0.3)
    assert stage.motor.measured_ppm == LEVEL_1
    await asyncio.sleep(1.5)
    assert stage.motor.measured_ppm == 0


async def test_a_load_told_meanwhile_does_not_make_a_stopped_start_sure(stage: Stage) -> None:
    await stage.ready()
    await stage.run(LEVEL_1, 0.05)
    stage.gun.stop()
    stage.twin.notify(wire.SPEED, wire.encode_state(wire.State(0, 1)))
    await asyncio.sleep(0.1)
    assert stage.motor.measured_ppm == LEVEL_1
    await asyncio.sleep(1.8)
    assert stage.motor.measured_ppm == 0


async def test_setting_the_level_that_it_has_is_no_fault(stage: Stage) -> None:
    await stage.ready()
    await stage.run(LEVEL_1)
    await stage.run(LEVEL_1, 2.0)
    assert stage.motor.fault is None
    assert stage.motor.measured_ppm == LEVEL_1


async def test_going_there_and_back_is_confirmed_by_what_is_told_of_it(stage: Stage) -> None:
    await stage.ready()
    await stage.run(LEVEL_1)
    stage.twin.is_charging = True  # its firmware ignores all levels from now on
    stage.gun.set_speed(LEVEL_2, 600)
    await stage.run(LEVEL_1, 1.6)
    assert stage.motor.fault == f"the gun acknowledged {LEVEL_1} PPM but stayed at {LEVEL_1} PPM"


async def test_its_own_button_shows_as_another_command(stage: Stage) -> None:
    await stage.ready()
    await stage.run(LEVEL_1)
    stage.twin.press_button()
    await asyncio.sleep(1.0)
    assert (stage.motor.commanded_ppm, stage.motor.measured_ppm) == (LEVEL_2, LEVEL_2)
    stage.twin.press_button()
    stage.twin.press_button()
    await asyncio.sleep(1.5)
    assert (stage.motor.commanded_ppm, stage.motor.measured_ppm) == (0, 0)


async def test_it_is_asked_every_250_ms_and_each_answer_is_a_reading(stage: Stage) -> None:
    await stage.ready()
    stage.reports.clear()
    await asyncio.sleep(2.0)
    assert 7 <= len(stage.of(MotorReading)) <= 9
    assert asyncio.get_running_loop().time() - stage.gun.last_frame_at_s < 0.3


async def test_a_mute_link_grows_old(stage: Stage) -> None:
    await stage.ready()
    await stage.run(LEVEL_1)
    stage.link.is_mute = True
    await asyncio.sleep(1.0)
    assert asyncio.get_running_loop().time() - stage.gun.last_frame_at_s > 0.75


async def test_a_lost_link_is_told_and_the_gun_keeps_running(stage: Stage) -> None:
    await stage.ready()
    await stage.run(LEVEL_1)
    stage.link.lose()
    assert len(stage.of(Disconnected)) == 1
    assert not stage.gun.stop()
    stage.gun.set_speed(0, 600)
    await asyncio.sleep(3.0)
    assert stage.bench.world.motor.speed_ppm > 1000
    assert stage.gun.capabilities.on_link_loss is LinkLoss.KEEPS_RUNNING
    for call in (stage.gun.arm(), stage.gun.clear_faults()):
        with pytest.raises(ConnectionProblem):
            await call


async def test_closing_stops_it_first(stage: Stage) -> None:
    await stage.ready()
    await stage.run(LEVEL_1)
    await stage.gun.aclose()
    await stage.gun.aclose()
    assert stage.link.is_closed
    assert stage.twin.level == 0


async def test_a_wrong_address_is_answered_by_silence_and_nothing_moves(stage: Stage) -> None:
    stage.gun.subscribe(stage.reports.append)
    await stage.gun.log_in(bytes(6))
    await stage.gun.prepare(LIMITS)
    await stage.gun.arm()
    await stage.run(LEVEL_1, 1.6)
    assert not stage.twin.is_logged_in
    assert stage.motor.fault == DID_NOT_MOVE
    assert stage.bench.world.motor.speed_ppm == 0


async def test_every_read_of_the_login_is_a_new_challenge(stage: Stage) -> None:
    first = await stage.link.read(wire.LOGIN)
    await stage.link.read(wire.LOGIN)
    await stage.link.write(wire.LOGIN, wire.reply(wire.parse_address(stage.link.address), first))
    assert not stage.twin.is_logged_in


async def test_what_is_no_challenge_is_refused(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage.twin, "on_read", lambda _uuid, _now_s: b"\x02\x00\x00\x00")
    with pytest.raises(PeerRefused, match="no challenge"):
        await stage.gun.log_in(bytes(6))


async def test_the_gun_ignores_levels_that_it_has_not(stage: Stage) -> None:
    await stage.ready()
    for data in (b"\x04", b"\x05", b"", b"\x01\x01"):
        await stage.link.write(wire.SPEED, data)
    await asyncio.sleep(2.0)
    assert stage.twin.level == 0
    assert stage.motor.commanded_ppm == 0


async def test_a_state_that_was_never_seen_confirms_nothing(stage: Stage) -> None:
    stage.twin.is_charging = True
    await stage.ready()
    stage.gun.set_speed(LEVEL_1, 600)
    for data in (b"\x01", b"\x01\x00\x00", b"\x07\x00"):
        stage.twin.notify(wire.SPEED, data)
    stage.twin.notify(wire.TELEMETRY, b"\x00")
    await asyncio.sleep(1.6)
    assert stage.motor.fault == DID_NOT_MOVE


async def test_a_new_load_at_the_old_level_confirms_nothing(stage: Stage) -> None:
    stage.twin.is_charging = True
    await stage.ready()
    stage.gun.set_speed(LEVEL_1, 600)
    await asyncio.sleep(0.1)
    stage.twin.notify(wire.SPEED, wire.encode_state(wire.State(0, 1)))
    await asyncio.sleep(1.5)
    assert stage.motor.fault == DID_NOT_MOVE


async def test_telemetry_becomes_charge_heat_and_load(stage: Stage) -> None:
    await stage.ready()
    stage.bench.world.forced_n = 20.0
    await stage.run(LEVEL_1, 4.0)
    power = stage.of(PowerReading)[-1]
    assert power.battery_percent == pytest.approx(stage.bench.world.motor.battery.percent, abs=2)
    assert power.motor_temperature_c == pytest.approx(stage.bench.world.motor.temperature_c, abs=1)
    assert power.load_percent == pytest.approx(200 / 3)
    assert not power.is_charging


@pytest.mark.parametrize(("cells_v", "percent"), [(9.0, 0.0), (20.0, 100.0)])
async def test_a_voltage_beyond_the_pack_is_empty_or_full(stage: Stage, cells_v: float, percent: float) -> None:
    await stage.ready()
    stage.twin.notify(wire.TELEMETRY, wire.encode_telemetry(wire.Telemetry(0, cells_v, 25)))
    await asyncio.sleep(0)
    assert stage.of(PowerReading)[-1].battery_percent == percent
