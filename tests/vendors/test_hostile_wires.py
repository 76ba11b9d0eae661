"""Noise on the wire of every foreign device: no driver breaks, and work goes on behind it."""

from __future__ import annotations

import asyncio
import random
from typing import cast

import pytest

from massctl.devices import connect
from massctl.devices.capabilities import DeviceLimits, Disconnected, ForceReading, MotorReading, Report, TimerReading
from sims.bench import default_bench
from sims.vendors.twin import StreamTwin

pytestmark = pytest.mark.virtual
WIRED = {
    "vesc": MotorReading,
    "mark10": ForceReading,
    "wagner-fdx": ForceReading,
    "wagner-fpx": ForceReading,
    "sauter": ForceReading,
    "line": ForceReading,
    "waveshare": TimerReading,
    "sr201": TimerReading,
    "lcus": TimerReading,
}
NOISE_S = 3.0


@pytest.mark.parametrize("device_id", WIRED)
async def test_noise_breaks_no_driver_and_readings_go_on_behind_it(device_id: str) -> None:
    bundle = await connect(f"sim://{device_id}")
    device = bundle.massager or bundle.sensor or bundle.timer
    assert device is not None
    reports: list[Report] = []
    device.subscribe(reports.append)
    twin = cast(StreamTwin, default_bench().twins[device_id])
    rng = random.Random(device_id)
    for _ in range(round(NOISE_S / 0.01)):
        twin.say(rng.randbytes(rng.randrange(1, 40)))
        await asyncio.sleep(0.01)
    reports.clear()
    await asyncio.sleep(2.0)
    assert any(isinstance(report, WIRED[device_id]) for report in reports)
    assert not any(isinstance(report, Disconnected) for report in reports)
    await bundle.aclose()


@pytest.mark.parametrize("device_id", ["waveshare", "sr201", "lcus"])
async def test_a_relay_opens_through_noise(device_id: str) -> None:
    bundle = await connect(f"sim://{device_id}")
    assert bundle.timer is not None
    await bundle.timer.prepare()
    bundle.timer.arm(2.0)
    await asyncio.sleep(0.5)
    twin = cast(StreamTwin, default_bench().twins[device_id])
    rng = random.Random(device_id)
    for number in range(20):
        twin.say(rng.randbytes(20))
        if number == 10:
            bundle.timer.cancel()
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.5)
    assert not default_bench().world.timer.is_relay_closed
    await bundle.aclose()


async def test_a_vesc_stops_through_noise() -> None:
    bundle = await connect("sim://vesc")
    gun = bundle.massager
    assert gun is not None
    await gun.prepare(DeviceLimits(2400, 60.0, 60.0))
    await gun.arm()
    gun.set_speed(1800, 2000)
    twin = cast(StreamTwin, default_bench().twins["vesc"])
    rng = random.Random(1)
    for number in range(60):
        twin.say(rng.randbytes(30))
        if number % 10 == 0 and number < 40:
            gun.renew()
        if number == 45:
            assert default_bench().world.motor.speed_ppm > 100.0
            gun.stop()
        await asyncio.sleep(0.025)
    assert default_bench().world.massager.commanded_ppm == 0
    await bundle.aclose()
