"""Measuring a massager with its head in the air, on the bench: figures, and what is said of a bad one."""

from __future__ import annotations

import asyncio

import pytest

from massctl.app.selftest.measure import Measurement, measure
from massctl.errors import NoAnswer, UsageError
from sims.entry import Bench

pytestmark = pytest.mark.virtual


async def measured(*faults: str) -> Measurement:
    async with Bench(faults=faults) as bench:
        found = await measure(bench.urls["massager"])
        await asyncio.sleep(0.05)
        assert not bench.world.motor.is_driven
        return found


async def test_a_good_massager_passes_with_its_figures() -> None:
    found = await measured()
    assert found.is_passed, found.problems
    assert found.stop_acknowledged_s <= 0.1
    assert found.standstill_s is not None
    assert 0.1 <= found.standstill_s <= 1.5
    assert found.lease_s is not None
    assert 0.8 <= found.lease_s <= 1.15
    assert found.lease_promised_s == 1.0
    assert found.to_json()["url"].startswith("sim://")


async def test_a_slow_link_is_told() -> None:
    with pytest.raises(NoAnswer) as refusal:
        await measured("link-delay@0")
    assert refusal.value.remedy


async def test_a_motor_that_does_not_start_is_told() -> None:
    with pytest.raises(NoAnswer, match="did not start"):
        await measured("motor-wont-start@0")


async def test_a_motor_that_does_not_stop_is_told() -> None:
    async with Bench(faults=("motor-wont-stop-bare@0",)) as bench:
        with pytest.raises(NoAnswer, match="standstill"):
            await measure(bench.urls["massager"])


async def test_a_gun_without_a_link_has_nothing_to_measure() -> None:
    with pytest.raises(UsageError, match="no motor that massctl can command"):
        await measure("manual://")
