"""Drivers and twins over what carries them in earnest: pseudo-terminals and TCP, in real time."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from massctl.devices import connect
from massctl.devices.capabilities import DeviceLimits, MotorReading
from sims.bench import Bench


@pytest.mark.parametrize(
    ("device_id", "link"), [("waveshare", "pty"), ("waveshare", "tcp"), ("sr201", "pty"), ("lcus", "pty")]
)
async def test_a_relay_is_closed_and_opened_over_its_wire(device_id: str, link: Any) -> None:
    async with Bench(link=link, devices={"timer": device_id}, with_person=False) as bench:
        assert bench.urls["timer"].startswith("tcp:" if link == "tcp" or device_id == "sr201" else "serial:")
        bundle = await connect(bench.urls["timer"])
        assert bundle.timer is not None
        await bundle.timer.prepare()
        bundle.timer.arm(2.0)
        await asyncio.sleep(0.1)
        assert bench.world.timer.is_relay_closed
        assert bundle.timer.cancel()
        await asyncio.sleep(0.1)
        assert not bench.world.timer.is_relay_closed
        await bundle.aclose()


async def test_a_vesc_is_started_and_stopped_over_a_pty() -> None:
    async with Bench(link="pty", devices={"massager": "vesc"}, with_person=False) as bench:
        bundle = await connect(bench.urls["massager"])
        gun = bundle.massager
        assert gun is not None
        readings: list[MotorReading] = []
        gun.subscribe(lambda report: readings.append(report) if isinstance(report, MotorReading) else None)
        await gun.prepare(DeviceLimits(2400, 60.0, 60.0))
        await gun.arm()
        gun.set_speed(1500, 6000)
        for _ in range(5):
            gun.renew()
            await asyncio.sleep(0.2)
        assert (readings[-1].measured_ppm or 0.0) > 500.0
        assert gun.stop()
        await asyncio.sleep(0.1)
        assert not bench.world.massager.is_ramping
        assert bench.world.massager.commanded_ppm == 0
        await bundle.aclose()
