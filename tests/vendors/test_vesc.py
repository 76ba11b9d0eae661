from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import cast

import pytest
import pytest_asyncio

from firmware_protocol.vendors import vesc
from massctl.devices import connect, send_stop
from massctl.devices.bundle import DeviceBundle
from massctl.devices.capabilities import (
    DeviceLimits,
    Disconnected,
    LinkLoss,
    Massager,
    MotorReading,
    PowerReading,
    Report,
    StopAcknowledged,
)
from massctl.errors import LinkLost, NoAnswer, PeerRefused, PeerSilent, UsageError
from sims.bench import Bench
from sims.vendors.vesc import VescTwin

pytestmark = pytest.mark.virtual
LIMITS = DeviceLimits(speed_max_ppm=2400, force_max_n=60.0, run_max_s=120.0)
OPTIONS = "?pole_pairs=7&gear=3"


class Rig:
    """A VESC twin on the bench, its driver, and what the driver reported."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.twin = cast(VescTwin, bench.twins["vesc"])
        self.reports: list[Report] = []
        self.bundle: DeviceBundle | None = None

    async def connect(self, options: str = OPTIONS) -> Massager:
        self.bundle = await connect(self.bench.urls["massager"] + options)
        assert self.bundle.massager is not None
        self.bundle.massager.subscribe(self.reports.append)
        return self.bundle.massager

    async def running(self, speed_ppm: int = 1800, options: str = OPTIONS) -> Massager:
        gun = await self.connect(options)
        await gun.prepare(LIMITS)
        await gun.arm(LIMITS)
        gun.set_speed(speed_ppm, 600)
        await self.renewing(gun, speed_ppm / 600 + 1.0)
        return gun

    async def renewing(self, gun: Massager, seconds: float) -> None:
        for _ in range(round(seconds / 0.25)):
            gun.renew()
            await asyncio.sleep(0.25)

    @property
    def newest(self) -> MotorReading:
        return next(each for each in reversed(self.reports) if isinstance(each, MotorReading))

    def of(self, kind: type[Report]) -> list[Report]:
        return [each for each in self.reports if isinstance(each, kind)]


@pytest_asyncio.fixture
async def rig() -> AsyncIterator[Rig]:
    async with Bench(devices={"massager": "vesc"}, with_person=False) as bench:
        rig = Rig(bench)
        yield rig
        if rig.bundle is not None:
            await rig.bundle.aclose()
            await rig.bundle.aclose()


async def test_it_says_its_firmware_and_what_it_can_do(rig: Rig) -> None:
    gun = await rig.connect("?pole_pairs=7&gear=3&gun=theragun-pro&max=2200")
    assert rig.bundle is not None
    assert (rig.bundle.identity.model, rig.bundle.identity.firmware) == ("60_MK6", "6.05")
    assert rig.bundle.warnings == ()
    capabilities = gun.capabilities
    assert (capabilities.speed_min_ppm, capabilities.speed_max_ppm) == (1750, 2200)
    assert "ball" in capabilities.heads
    assert capabilities.confirms_speed
    assert capabilities.lease_s == 1.0
    assert capabilities.on_link_loss is LinkLoss.STOPS


async def test_connecting_sets_nothing(rig: Rig) -> None:
    await rig.connect()
    await asyncio.sleep(2.0)
    assert rig.twin.set_points == 0


async def test_F17_it_starts_softly_and_reaches_the_speed_in_percussions(rig: Rig) -> None:
    gun = await rig.connect()
    await gun.prepare(LIMITS)
    await gun.arm(LIMITS)
    gun.set_speed(1800, 600)
    await rig.renewing(gun, 1.5)
    assert rig.newest.ramped_ppm == pytest.approx(900, abs=160)
    assert rig.bench.world.motor.speed_ppm < 1000
    await rig.renewing(gun, 3.0)
    assert rig.newest.measured_ppm == pytest.approx(1800, rel=0.02)
    assert rig.bench.world.motor.speed_ppm == pytest.approx(1800, rel=0.02)
    assert rig.newest.commanded_ppm == rig.newest.ramped_ppm == 1800
    assert rig.newest.is_armed
    assert rig.newest.fault is None


async def test_the_limit_of_the_step_is_held_whatever_is_set(rig: Rig) -> None:
    gun = await rig.connect()
    await gun.prepare(LIMITS)
    await gun.arm(DeviceLimits(1500, 60.0, 60.0))
    gun.set_speed(2400, 600)
    await rig.renewing(gun, 5.0)
    assert rig.newest.measured_ppm == pytest.approx(1500, rel=0.02)


async def test_F33_nothing_is_sent_between_renewals_and_the_motor_stops_by_its_own_time_out(rig: Rig) -> None:
    gun = await rig.running()
    await asyncio.sleep(0.01)
    set_points = rig.twin.set_points
    await asyncio.sleep(0.6)
    assert rig.twin.set_points == set_points, "telemetry is asked for, no set-point is sent"
    assert rig.bench.world.motor.speed_ppm > 1500
    await asyncio.sleep(1.2)
    assert rig.bench.world.motor.speed_ppm < 300
    await asyncio.sleep(1.0)
    assert rig.newest.fault == "it stopped by itself: nothing renewed its lease"
    assert not rig.newest.is_armed
    gun.renew()
    gun.set_speed(1800, 600)
    await rig.renewing(gun, 2.0)
    assert rig.bench.world.motor.speed_ppm == 0.0, "nothing starts it again without being armed"


async def test_F33_a_late_renewal_does_not_start_a_motor_whose_firmware_tells_no_time_out(rig: Rig) -> None:
    rig.twin.values_length = 54
    gun = await rig.running()
    assert "try it once" in cast(DeviceBundle, rig.bundle).warnings[0]
    await asyncio.sleep(1.5)
    gun.renew()
    await asyncio.sleep(1.0)
    assert rig.bench.world.motor.speed_ppm == 0.0
    assert rig.newest.fault == "it stopped by itself: nothing renewed its lease"


async def test_a_stop_lets_it_coast_at_once_and_is_acknowledged_by_telemetry(rig: Rig) -> None:
    gun = await rig.running()
    rig.reports.clear()
    assert gun.stop()
    assert not rig.of(StopAcknowledged)
    await asyncio.sleep(0.15)
    assert len(rig.of(StopAcknowledged)) == 1
    assert rig.bench.world.massager.ramped_ppm == 0
    await asyncio.sleep(1.0)
    assert rig.newest.measured_ppm == 0.0
    gun.renew()
    gun.set_speed(1800, 600)
    await asyncio.sleep(0.5)
    assert rig.bench.world.motor.speed_ppm == 0.0


async def test_F42_a_stop_that_nobody_hears_is_repeated_until_it_is_heard(rig: Rig) -> None:
    gun = await rig.running()
    rig.bench.hang("massager")
    rig.reports.clear()
    gun.stop()
    await asyncio.sleep(0.6)
    assert not rig.of(StopAcknowledged)
    rig.bench.hang("massager", is_hung=False)
    await asyncio.sleep(0.4)
    assert rig.of(StopAcknowledged)
    await asyncio.sleep(1.0)
    assert rig.bench.world.motor.speed_ppm == 0.0


async def test_a_soft_stop_ramps_down_and_ends_in_coasting(rig: Rig) -> None:
    gun = await rig.running()
    gun.set_speed(0, 600)
    await rig.renewing(gun, 1.5)
    assert 600 < rig.bench.world.motor.speed_ppm < 1300
    await rig.renewing(gun, 2.5)
    assert rig.bench.world.motor.speed_ppm == 0.0
    assert rig.newest.ramped_ppm == 0


async def test_F38_a_jammed_head_is_seen_in_the_measured_speed(rig: Rig) -> None:
    gun = await rig.running()
    rig.bench.world.motor.is_jammed = True
    await rig.renewing(gun, 0.5)
    assert rig.newest.measured_ppm == 0.0
    assert rig.newest.ramped_ppm == 1800


async def test_too_much_current_for_too_long_switches_it_off_with_the_reason(rig: Rig) -> None:
    gun = await rig.running(options=OPTIONS + "&current=5")
    rig.bench.world.motor.is_jammed = True
    await rig.renewing(gun, 1.0)
    assert rig.newest.fault == "the motor draws 9 A, more than 5 A"
    assert not rig.newest.is_armed
    await gun.clear_faults()
    await asyncio.sleep(0.2)
    assert rig.newest.fault is None


async def test_too_much_duty_for_too_long_switches_it_off_with_the_reason(rig: Rig) -> None:
    gun = await rig.running(options=OPTIONS + "&duty=0.3")
    await rig.renewing(gun, 1.0)
    assert rig.newest.fault is not None
    assert "more than 30%" in rig.newest.fault
    await asyncio.sleep(1.0)
    assert rig.bench.world.motor.speed_ppm == 0.0


@pytest.mark.parametrize(("code", "words"), [(6, "the motor is too hot"), (4, "current was too high"), (25, "code 25")])
async def test_its_own_faults_are_told_in_words_and_keep_it_from_being_armed(rig: Rig, code: int, words: str) -> None:
    gun = await rig.connect()
    await gun.prepare(LIMITS)
    rig.twin.fault, rig.twin._fault_until_s = code, 1e9
    await asyncio.sleep(0.2)
    assert rig.newest.fault is not None
    assert words in rig.newest.fault
    with pytest.raises(PeerRefused, match="does not run"):
        await gun.arm(LIMITS)


async def test_a_hot_motor_is_switched_off_by_the_controller_and_told(rig: Rig) -> None:
    gun = await rig.running()
    rig.bench.world.motor.temperature_c = 90.0
    await rig.renewing(gun, 1.0)
    assert any(isinstance(each, MotorReading) and each.fault == "the motor is too hot" for each in rig.reports)
    assert rig.bench.world.motor.speed_ppm < 1000
    power = [each for each in rig.reports if isinstance(each, PowerReading)]
    assert power[-1].motor_temperature_c == pytest.approx(90.0, abs=2.0)


async def test_its_kill_switch_is_told(rig: Rig) -> None:
    await rig.connect()
    rig.twin.is_killed = True
    await asyncio.sleep(0.2)
    assert rig.newest.fault == "its kill switch is on"


async def test_F33_a_controller_whose_time_out_is_off_is_refused_before_it_may_run(rig: Rig) -> None:
    rig.twin.timeout_s = 0.0
    gun = await rig.connect()
    with pytest.raises(NoAnswer, match="its own time-out, which stops the motor") as refusal:
        await gun.prepare(LIMITS)
    assert "1,000 ms" in refusal.value.remedy


async def test_F33_a_controller_with_too_long_a_time_out_is_refused(rig: Rig) -> None:
    rig.twin.timeout_s = 10.0
    await asyncio.sleep(11.0)
    gun = await rig.connect()
    with pytest.raises(NoAnswer, match="its own time-out"):
        await gun.prepare(LIMITS)


async def test_an_owner_who_says_that_there_is_no_time_out_is_taken_at_their_word_and_told(rig: Rig) -> None:
    rig.twin.timeout_s = 0.0
    gun = await rig.connect(OPTIONS + "&lease_ms=0")
    assert gun.capabilities.lease_s is None
    assert gun.capabilities.on_link_loss is LinkLoss.KEEPS_RUNNING
    assert "runs on when the link is lost" in cast(DeviceBundle, rig.bundle).warnings[0]
    await gun.prepare(LIMITS)


async def test_a_motor_that_turns_is_waited_for_and_refused_when_it_does_not_stand(rig: Rig) -> None:
    gun = await rig.connect()
    rig.bench.world.motor.is_shorted = True
    rig.twin._set_s = 1e9
    rig.bench.world.massager.run(1800, 1200)
    await asyncio.sleep(0.5)
    with pytest.raises(NoAnswer, match="did not come to a standstill"):
        await gun.prepare(LIMITS)


async def test_an_unknown_firmware_is_told(rig: Rig) -> None:
    rig.twin.firmware = vesc.Firmware(9, 1, "")
    await rig.connect()
    assert "firmware 9.01 is not known" in cast(DeviceBundle, rig.bundle).warnings[0]


async def test_a_pulled_plug_is_told_once_and_nothing_is_written_any_more(rig: Rig) -> None:
    gun = await rig.running()
    rig.bench.unplug("massager")
    await asyncio.sleep(0.1)
    assert len(rig.of(Disconnected)) == 1
    assert not gun.stop()
    await asyncio.sleep(2.0)
    assert rig.bench.world.motor.speed_ppm == 0.0, "by its own time-out"
    with pytest.raises(LinkLost, match="unplugged"):
        await gun.arm(LIMITS)


async def test_a_wait_ends_with_the_link(rig: Rig) -> None:
    gun = await rig.connect()
    asyncio.get_running_loop().call_later(0.5, rig.bench.unplug, "massager")
    with pytest.raises(LinkLost, match="unplugged"):
        await gun.prepare(LIMITS)


async def test_nobody_and_a_stranger_are_told_apart(rig: Rig) -> None:
    rig.bench.hang("massager")
    with pytest.raises(PeerSilent, match="nothing came"):
        await rig.connect()
    rig.bench.hang("massager", is_hung=False)
    rig.twin.take = lambda link, data, now_s: b"12.0 N\r\n"  # type: ignore[method-assign]
    with pytest.raises(PeerSilent, match="no packet of a VESC"):
        await rig.connect()


async def test_massctl_stop_stops_it_without_a_session(rig: Rig) -> None:
    rig.bench.world.massager.run(1800, 1200)
    rig.twin._set_s = rig.bench.catch_up() + 100.0
    assert await send_stop(rig.bench.urls["massager"] + OPTIONS) < 0.5
    await asyncio.sleep(1.5)
    assert rig.bench.world.motor.speed_ppm == 0.0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("?pole_pairs=7.5", "whole number"),
        ("?pole_pairs=0", "from 1 to 50"),
        ("?pole_pairs=7&min=2400&max=1200", "above max"),
        ("?pole_pairs=7&lease_ms=100", "lease_ms is the controller's time-out"),
        ("?pole_pairs=7&gun=theragan-pro", "no speed ladder"),
        ("?polepairs=7", "did you mean pole_pairs"),
    ],
)
async def test_a_mistyped_address_is_refused_with_what_is_possible(rig: Rig, options: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        await rig.connect(options)


async def test_the_pole_pairs_of_real_hardware_are_never_guessed() -> None:
    with pytest.raises(UsageError, match="pole_pairs is missing"):
        await connect("serial:///dev/null?driver=vesc")
