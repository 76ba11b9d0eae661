"""Force truth through bytes and drivers: a sensor publishes the push under strokes within 5 %, or the plan refuses it (F35)."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

import pytest

from massctl.body import limits
from massctl.body.atlas import Atlas
from massctl.body.terms import Side
from massctl.devices import connect
from massctl.devices.capabilities import ForceReading, ForceSensorCapabilities, MassagerCapabilities, Report
from massctl.errors import Blocked, UsageError
from massctl.programs.planner import free_run_plan
from sims.bench import Bench
from sims.body import NOWHERE
from sims.holder import Doing, Feeling

PUSH_N = 15.0
SPEEDS_PPM = (1500, 1700, 1950, 2200, 2400, 2700)
"""25 to 45 strokes a second."""
SETTLE_S, WATCH_S = 2.0, 1.5


class Steady:
    """Holds the tool on the gauge."""

    def step(self, now_s: float, feeling: Feeling) -> Doing:
        return Doing(PUSH_N, "perc", NOWHERE, ())


class Seen(NamedTuple):
    capabilities: ForceSensorCapabilities
    worst_share: dict[int, float]
    """By the speed that was set: the largest error of a published mean, as a share of the true push."""


async def watch(bench: Bench, url: str) -> Seen:
    """Strike at each speed in turn, and compare every published mean with the true push."""
    bundle = await connect(url, frozenset({"sensor"}))
    assert bundle.sensor is not None
    readings: list[float] = []

    def take(report: Report) -> None:
        if isinstance(report, ForceReading):
            readings.append(report.mean_n)

    world = bench.world
    world.holder, world.hand.is_limp = Steady(), True
    try:
        bundle.sensor.subscribe(take)
        await bundle.sensor.prepare()
        await bundle.sensor.tare()
        worst: dict[int, float] = {}
        for speed_ppm in SPEEDS_PPM:
            world.hand.push_n = PUSH_N
            world.massager.run(speed_ppm, 5_000)
            await asyncio.sleep(SETTLE_S)
            assert world.motor.speed_ppm == pytest.approx(speed_ppm, rel=0.03)
            assert world.contact.ripple_n > 0.5 * PUSH_N
            readings.clear()
            await asyncio.sleep(WATCH_S)
            assert len(readings) >= WATCH_S * 0.8 * bundle.sensor.capabilities.published_hz
            worst[speed_ppm] = max(abs(mean_n - PUSH_N) for mean_n in readings) / PUSH_N
        return Seen(bundle.sensor.capabilities, worst)
    finally:
        await bundle.aclose()


def refusal(capabilities: ForceSensorCapabilities, speed_ppm: int) -> str:
    """Return why a gun of this one speed gets no percussion with this sensor; empty where it does."""
    gun = MassagerCapabilities(speed_ppm, speed_ppm, (speed_ppm,), is_controllable=False)
    try:
        free_run_plan(Atlas.load().point("GMAX"), Side.LEFT, gun, capabilities, None)
    except Blocked as problem:
        return problem.rule_id
    return ""


def sees(seen: Seen) -> set[int]:
    return {ppm for ppm in SPEEDS_PPM if limits.sensor_can_see(ppm, seen.capabilities.alias_rate_hz)}


def assert_right_or_refused(seen: Seen) -> None:
    """At each speed the published push is right, or a gun of that speed gets no percussion with this sensor, for F35."""
    publishes = seen.capabilities.published_hz >= limits.SENSOR_PUBLISHED_MIN_HZ
    for speed_ppm, share in seen.worst_share.items():
        if speed_ppm in sees(seen) and publishes:
            assert share <= 0.05, f"{speed_ppm} PPM"
        elif speed_ppm <= limits.SPEED_CEILING_PPM and speed_ppm >= 1700:  # GMAX's band
            assert refusal(seen.capabilities, speed_ppm) == "F35"


@pytest.mark.virtual
@pytest.mark.parametrize(
    ("per_second", "seen_ppm", "refused_ppm"),
    [(10, set(), set(SPEEDS_PPM)), (80, {1700, 1950, 2200}, {2400}), (500, set(SPEEDS_PPM), set())],
)
async def test_F35_a_board_that_prints_is_right_within_5_percent_or_refused(
    per_second: int, seen_ppm: set[int], refused_ppm: set[int]
) -> None:
    async with Bench(with_person=False, devices={"sensor": "line"}) as bench:
        seen = await watch(bench, f"{bench.urls['sensor']}?prints=newtons&per_second={per_second}&max=250")
    assert_right_or_refused(seen)
    assert sees(seen) >= seen_ppm
    assert not sees(seen) & refused_ppm
    assert (max(seen.worst_share.values()) > 0.05) is (per_second == 10)


@pytest.mark.virtual
async def test_F35_a_progressor_is_right_within_5_percent_or_refused_by_radio_too() -> None:
    async with Bench(with_person=False, devices={"sensor": "progressor"}) as bench:
        seen = await watch(bench, bench.urls["sensor"])
    assert_right_or_refused(seen)
    assert sees(seen) >= {1700, 1950, 2200}


@pytest.mark.virtual
async def test_F35_a_gauge_that_is_asked_is_refused_at_every_speed() -> None:
    async with Bench(with_person=False, devices={"sensor": "mark10"}) as bench:
        seen = await watch(bench, f"{bench.urls['sensor']}?max=250")
    assert seen.capabilities.is_polled
    assert sees(seen) == set()
    assert_right_or_refused(seen)


@pytest.mark.virtual
async def test_F35_a_gauge_that_is_asked_sees_every_speed_behind_a_low_pass_of_its_own() -> None:
    async with Bench(with_person=False, devices={"sensor": "mark10"}) as bench:
        for corner_hz in (5, 3):
            bundle = await connect(f"{bench.urls['sensor']}?max=250&low_pass_hz={corner_hz}", frozenset({"sensor"}))
            assert bundle.sensor is not None
            able = bundle.sensor.capabilities
            await bundle.aclose()
            assert all(limits.sensor_can_see(ppm, able.alias_rate_hz) for ppm in SPEEDS_PPM)
            assert refusal(able, 1950) == ""
        with pytest.raises(UsageError, match=r"low_pass_hz is a number from 0\.1 to 5"):
            await connect(f"{bench.urls['sensor']}?low_pass_hz=20", frozenset({"sensor"}))


@pytest.mark.virtual
@pytest.mark.parametrize("rate_hz", [10, 80, 500])
async def test_F35_our_own_board_is_right_within_5_percent_or_refused(rate_hz: int) -> None:
    async with Bench(with_person=False, rate_hz=rate_hz) as bench:
        seen = await watch(bench, bench.urls["sensor"])
    assert_right_or_refused(seen)
    assert bool(sees(seen)) is (rate_hz > 10)
