"""A corded wand behind a relay: on and off, truthfully."""

from __future__ import annotations

import asyncio

import pytest

from massctl.devices import connect, send_stop
from massctl.devices.capabilities import (
    BehindRelay,
    DeviceLimits,
    LinkLoss,
    Massager,
    MotorReading,
    Report,
    Timer,
)
from massctl.devices.vendors.wand import WandMassager
from massctl.errors import ConnectionProblem, UsageError
from sims.bench import Bench, default_bench

pytestmark = pytest.mark.virtual
LIMITS = DeviceLimits(2400, 60.0, 60.0)


class Rig:
    """A wand in a relay's socket, and what both reported."""

    def __init__(self, wand: Massager, timer: Timer) -> None:
        assert isinstance(wand, WandMassager)
        assert isinstance(wand, BehindRelay)
        self.wand = wand
        self.timer = wand.through(timer)
        self.reports: list[Report] = []
        self.wand.subscribe(self.reports.append)
        self.timer.subscribe(lambda _report: None)

    async def prepare(self) -> None:
        await self.wand.prepare(LIMITS)
        await self.timer.prepare()
        await self.wand.arm(LIMITS)

    async def run(self, seconds: float) -> None:
        self.timer.arm(2.0)
        self.wand.set_speed(1700, 600)
        for _ in range(round(seconds / 0.5)):
            self.wand.renew()
            self.timer.arm(2.0)
            await asyncio.sleep(0.5)

    @property
    def newest(self) -> MotorReading:
        return next(each for each in reversed(self.reports) if isinstance(each, MotorReading))

    async def aclose(self) -> None:
        await self.wand.aclose()
        await self.timer.aclose()


async def rig(timer_url: str = "sim://waveshare", wand_url: str = "sim://wand?rate=1700") -> Rig:
    wand, timer = (await connect(wand_url)).massager, (await connect(timer_url)).timer
    assert wand is not None
    assert timer is not None
    return Rig(wand, timer)


@pytest.mark.parametrize("timer_url", ["sim://waveshare", "sim://sr201", "sim://lcus", "sim://lcus?answers=none"])
async def test_a_speed_switches_it_on_and_zero_off(timer_url: str) -> None:
    wand = await rig(timer_url)
    await wand.prepare()
    await wand.run(3.0)
    motor = default_bench().world.motor
    assert motor.speed_ppm == pytest.approx(1700, rel=0.05)
    wand.wand.set_speed(0, 600)
    await asyncio.sleep(1.0)
    assert motor.speed_ppm == 0.0
    await wand.aclose()


async def test_nothing_runs_before_a_speed_was_set_whatever_the_timer_is_told() -> None:
    wand = await rig()
    await wand.prepare()
    for _ in range(4):
        wand.timer.arm(2.0)
        await asyncio.sleep(0.5)
    assert default_bench().world.motor.speed_ppm == 0.0
    assert not default_bench().world.timer.is_relay_closed
    await wand.aclose()


async def test_what_is_told_of_the_motor_is_what_is_read_of_the_relay() -> None:
    wand = await rig()
    await wand.prepare()
    await asyncio.sleep(0.5)
    assert (wand.newest.commanded_ppm, wand.newest.is_armed) == (0, False)
    await wand.run(1.0)
    assert (wand.newest.commanded_ppm, wand.newest.ramped_ppm, wand.newest.is_armed) == (1700, 1700, True)
    assert wand.newest.measured_ppm is None
    default_bench().world.timer.open_relay()
    await asyncio.sleep(0.3)
    assert (wand.newest.commanded_ppm, wand.newest.is_armed) == (0, False)
    await wand.aclose()


async def test_F54_a_stop_is_told_by_the_relay_that_is_read_open_and_by_nothing_else() -> None:
    wand = await rig()
    await wand.prepare()
    await wand.run(1.0)
    default_bench().world.timer.is_welded = True
    assert wand.wand.stop()
    await asyncio.sleep(1.0)
    assert wand.newest.commanded_ppm == 1700
    default_bench().world.timer.is_welded = False
    await asyncio.sleep(0.5)
    assert wand.newest.commanded_ppm == 0
    assert all(isinstance(each, MotorReading) for each in wand.reports)
    await wand.aclose()


@pytest.mark.parametrize(
    ("timer_url", "lease_s", "on_link_loss", "is_monitored"),
    [
        ("sim://waveshare", 2.0, LinkLoss.STOPS, True),
        ("sim://lcus", None, LinkLoss.KEEPS_RUNNING, True),
        ("sim://lcus?answers=none", None, LinkLoss.KEEPS_RUNNING, False),
    ],
)
async def test_F33_its_lease_is_its_relays(
    timer_url: str, lease_s: float | None, on_link_loss: LinkLoss, is_monitored: bool
) -> None:
    wand = await rig(timer_url)
    able = wand.wand.capabilities
    assert (able.lease_s, able.on_link_loss, able.is_monitored) == (lease_s, on_link_loss, is_monitored)
    assert able.levels_ppm == (1700,)
    assert not able.confirms_speed
    assert able.is_controllable
    assert able.is_behind_relay
    assert wand.wand.last_frame_at_s == wand.timer.last_frame_at_s
    wand.timer.buzz(1.0)
    await wand.wand.clear_faults()
    await wand.aclose()


async def test_F17_that_it_starts_at_once_is_said() -> None:
    bundle = await connect("wand://?rate=1700")
    assert "no soft start is possible" in bundle.warnings[0]
    assert bundle.massager is not None
    assert bundle.massager.name == "corded wand"
    await bundle.aclose()


async def test_a_wand_of_the_ladders_brings_its_rate_its_heads_and_its_note() -> None:
    bundle = await connect("wand://?gun=purewave-cm7")
    assert bundle.massager is not None
    assert bundle.massager.capabilities.levels_ppm == (3700,)
    assert "cone" in bundle.massager.capabilities.heads
    assert "no program runs it" in bundle.warnings[1]
    await bundle.aclose()


async def test_without_its_relay_it_can_do_nothing() -> None:
    bundle = await connect("wand://?rate=1700")
    wand = bundle.massager
    assert wand is not None
    wand.set_speed(1700, 600)
    assert not wand.stop()
    assert wand.last_frame_at_s == float("inf")
    await bundle.aclose()
    with pytest.raises(ConnectionProblem, match="the relay that feeds it stops it"):
        await send_stop("wand://?rate=1700")


async def test_a_timer_without_a_relay_is_refused() -> None:
    async with Bench() as bench:
        timer = (await connect(bench.urls["timer"])).timer
        wand = (await connect("wand://?rate=1700")).massager
        assert timer is not None
        assert isinstance(wand, WandMassager)
        object.__setattr__(timer.capabilities, "has_relay", False)
        with pytest.raises(ConnectionProblem, match="no relay that could feed a wand"):
            wand.through(timer)
        await timer.aclose()


async def test_closing_it_while_it_runs_switches_it_off() -> None:
    wand = await rig()
    await wand.prepare()
    await wand.run(1.0)
    await wand.wand.aclose()
    await asyncio.sleep(0.1)
    assert not default_bench().world.timer.is_relay_closed
    await wand.timer.aclose()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("wand://", "rate is missing"),
        ("wand://?gun=theragun-pro", "rate is missing"),
        ("wand://?rate=90", "rate is a number from 500 to 6000"),
        ("wand://?rate=1700&relay=yes", "no option 'relay'"),
    ],
)
async def test_a_mistyped_address_is_refused_with_what_is_possible(url: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        await connect(url)
