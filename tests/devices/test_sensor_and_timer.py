from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from firmware_protocol.codes import ForceFlag, Input, TimerFlag
from massctl.devices import DeviceBundle, connect
from massctl.devices.capabilities import (
    CommandRefused,
    DeviceLimits,
    ForceReading,
    InputKind,
    InputPressed,
    Report,
    TimerReading,
)
from massctl.errors import NoAnswer, PeerRefused
from tests.devices.twin import Twin

pytestmark = pytest.mark.virtual


@pytest_asyncio.fixture
async def bundle(served: str) -> AsyncIterator[DeviceBundle]:
    connected = await connect(served)
    yield connected
    await connected.aclose()


def listen(bundle: DeviceBundle, role: str) -> list[Report]:
    reports: list[Report] = []
    getattr(bundle, role).subscribe(reports.append)
    return reports


def forces(reports: list[Report]) -> list[ForceReading]:
    return [report for report in reports if isinstance(report, ForceReading)]


async def test_force_comes_fifty_times_a_second_in_newtons(bundle: DeviceBundle) -> None:
    assert bundle.sensor is not None
    reports = listen(bundle, "sensor")
    await bundle.sensor.prepare()
    before = len(reports)
    await asyncio.sleep(1.0)
    assert len(reports) - before == pytest.approx(50, abs=2)
    newest = forces(reports)[-1]
    assert (newest.mean_n, newest.peak_n) == (5.0, 6.0)
    assert newest.is_calibrated
    assert not newest.is_saturated


async def test_pulling_reads_negative(bundle: DeviceBundle, twin: Twin) -> None:
    assert bundle.sensor is not None
    reports = listen(bundle, "sensor")
    twin.force_mn = -2_500
    await bundle.sensor.prepare()
    assert forces(reports)[-1].mean_n == -2.5


async def test_flags_of_the_sensor_become_words_of_the_reading(bundle: DeviceBundle, twin: Twin) -> None:
    assert bundle.sensor is not None
    reports = listen(bundle, "sensor")
    twin.force_flags = int(ForceFlag.SATURATED)
    await bundle.sensor.prepare()
    assert forces(reports)[-1].is_saturated
    assert not forces(reports)[-1].is_calibrated


async def test_a_broken_sensor_reads_no_number(bundle: DeviceBundle, twin: Twin) -> None:
    assert bundle.sensor is not None
    reports = listen(bundle, "sensor")
    twin.force_flags = int(ForceFlag.BROKEN)
    await bundle.sensor.prepare()
    assert math.isnan(forces(reports)[-1].mean_n)
    assert math.isnan(forces(reports)[-1].peak_n)


async def test_taring_waits_until_the_load_is_zero(bundle: DeviceBundle) -> None:
    assert bundle.sensor is not None
    reports = listen(bundle, "sensor")
    await bundle.sensor.prepare()
    await bundle.sensor.tare()
    await asyncio.sleep(0.05)
    assert forces(reports)[-1].mean_n == 0.0


async def test_taring_under_a_running_motor_is_refused(bundle: DeviceBundle) -> None:
    assert bundle.sensor is not None
    assert bundle.massager is not None
    await bundle.massager.prepare(DeviceLimits(2400, 60.0, 60.0))
    await bundle.sensor.prepare()
    await bundle.massager.arm()
    with pytest.raises(PeerRefused, match="the motor is on"):
        await bundle.sensor.tare()


async def test_a_tare_that_never_ends_is_given_up(bundle: DeviceBundle, twin: Twin) -> None:
    assert bundle.sensor is not None
    await bundle.sensor.prepare()
    twin.force_flags |= ForceFlag.TARING
    with pytest.raises(NoAnswer, match="the tare was not finished within 3 s"):
        await bundle.sensor.tare()


async def test_a_sensor_that_sends_nothing_is_given_up(bundle: DeviceBundle, twin: Twin) -> None:
    assert bundle.sensor is not None
    twin.is_still = True
    with pytest.raises(NoAnswer, match="no force reading arrived within 2 s"):
        await bundle.sensor.prepare()


async def test_preparing_all_three_claims_once(bundle: DeviceBundle, twin: Twin) -> None:
    assert bundle.massager is not None
    assert bundle.sensor is not None
    assert bundle.timer is not None
    await bundle.sensor.prepare()
    await bundle.timer.prepare()
    await bundle.massager.prepare(DeviceLimits(2400, 60.0, 60.0))
    await bundle.massager.arm()
    assert twin.state.is_armed


async def test_the_relay_closes_for_its_time_and_opens_by_itself(bundle: DeviceBundle) -> None:
    assert bundle.timer is not None
    reports = listen(bundle, "timer")
    await bundle.timer.prepare()
    bundle.timer.arm(2.0)
    await asyncio.sleep(0.5)
    reading = next(report for report in reversed(reports) if isinstance(report, TimerReading))
    assert reading.relay_closed
    assert reading.remaining_s == pytest.approx(1.6, abs=0.2)
    await asyncio.sleep(2.0)
    reading = next(report for report in reversed(reports) if isinstance(report, TimerReading))
    assert not reading.relay_closed
    assert reading.remaining_s == 0.0


async def test_arming_again_renews_and_cancelling_opens(bundle: DeviceBundle, twin: Twin) -> None:
    assert bundle.timer is not None
    await bundle.timer.prepare()
    for _ in range(6):
        bundle.timer.arm(1.0)
        await asyncio.sleep(0.5)
    assert twin.state.relay_remaining_ms(asyncio.get_running_loop().time()) > 0
    bundle.timer.cancel()
    await asyncio.sleep(0.05)
    assert twin.state.relay_remaining_ms(asyncio.get_running_loop().time()) == 0


async def test_longer_than_the_device_can_is_as_long_as_it_can(bundle: DeviceBundle, twin: Twin) -> None:
    assert bundle.timer is not None
    reports = listen(bundle, "timer")
    await bundle.timer.prepare()
    bundle.timer.arm(500.0)
    await asyncio.sleep(0.1)
    assert twin.state.relay_remaining_ms(asyncio.get_running_loop().time()) > 89_000
    assert not [report for report in reports if isinstance(report, CommandRefused)]


async def test_the_buzzer_sounds(bundle: DeviceBundle, twin: Twin) -> None:
    assert bundle.timer is not None
    await bundle.timer.prepare()
    bundle.timer.buzz(0.25)
    await asyncio.sleep(0.05)
    assert twin.buzzes == [250]


def pressed(reports: list[Report]) -> list[InputKind]:
    return [report.kind for report in reports if isinstance(report, InputPressed)]


async def test_button_and_pedal_presses_are_told_by_kind(bundle: DeviceBundle, twin: Twin) -> None:
    assert bundle.timer is not None
    reports = listen(bundle, "timer")
    twin.press(Input.BUTTON, is_pressed=True)
    await asyncio.sleep(0.1)
    twin.press(Input.BUTTON, is_pressed=False)
    assert pressed(reports) == [InputKind.BUTTON]
    twin.press(Input.PEDAL, is_pressed=True)
    await asyncio.sleep(0.1)
    twin.press(Input.PEDAL, is_pressed=False)
    await asyncio.sleep(0.5)
    assert pressed(reports) == [InputKind.BUTTON, InputKind.PEDAL_DOWN, InputKind.PEDAL]


async def test_a_held_pedal_is_told_while_it_is_down(bundle: DeviceBundle, twin: Twin) -> None:
    assert bundle.timer is not None
    reports = listen(bundle, "timer")
    twin.press(Input.PEDAL, is_pressed=True)
    await asyncio.sleep(0.7)
    assert pressed(reports) == [InputKind.PEDAL_DOWN, InputKind.PEDAL_HELD]


async def test_a_pedal_whose_event_was_lost_shows_in_the_next_reading(bundle: DeviceBundle, twin: Twin) -> None:
    assert bundle.timer is not None
    reports = listen(bundle, "timer")
    await bundle.timer.prepare()
    twin.pedal_flags = int(TimerFlag.PEDAL_DOWN)
    await asyncio.sleep(1.0)
    assert pressed(reports) == [InputKind.PEDAL_DOWN, InputKind.PEDAL_HELD]


async def test_closing_one_driver_of_a_shared_link_leaves_the_others_running(bundle: DeviceBundle, twin: Twin) -> None:
    assert bundle.massager is not None
    assert bundle.timer is not None
    await bundle.timer.prepare()
    await bundle.massager.prepare(DeviceLimits(2400, 60.0, 60.0))
    await bundle.massager.arm()
    bundle.massager.set_speed(1800, 600)
    bundle.timer.arm(30.0)
    await asyncio.sleep(0.1)
    await bundle.timer.aclose()
    await asyncio.sleep(0.1)
    assert twin.is_running
    assert twin.state.relay_remaining_ms(asyncio.get_running_loop().time()) == 0
