from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from firmware_protocol.codes import FaultBit, StopCause
from massctl.devices import DeviceBundle, connect
from massctl.devices.capabilities import (
    CommandRefused,
    DeviceLimits,
    Disconnected,
    Massager,
    MotorReading,
    PowerReading,
    Report,
    StopAcknowledged,
)
from massctl.devices.massager import fault_text
from massctl.errors import LinkLost, NoAnswer, PeerRefused
from tests.devices.twin import Twin

pytestmark = pytest.mark.virtual
LIMITS = DeviceLimits(speed_max_ppm=2000, force_max_n=60.0, run_max_s=120.0)


class Rig:
    """A massager, and what it reported."""

    def __init__(self, bundle: DeviceBundle) -> None:
        assert bundle.massager is not None
        self.bundle = bundle
        self.gun: Massager = bundle.massager
        self.reports: list[Report] = []
        self.gun.subscribe(self.reports.append)

    @property
    def motor(self) -> MotorReading:
        return next(report for report in reversed(self.reports) if isinstance(report, MotorReading))

    async def run(self, speed_ppm: int = 1800) -> None:
        await self.gun.prepare(LIMITS)
        await self.gun.arm()
        self.gun.set_speed(speed_ppm, 600)
        await asyncio.sleep(0.1)

    async def renew(self, for_s: float) -> None:
        for _ in range(round(for_s / 0.25)):
            self.gun.renew()
            await asyncio.sleep(0.25)


@pytest_asyncio.fixture
async def rig(served: str) -> AsyncIterator[Rig]:
    bundle = await connect(served, {"massager"})
    yield Rig(bundle)
    await bundle.aclose()


async def test_F43_preparing_claims_stops_and_sets_the_limits(rig: Rig, twin: Twin) -> None:
    await rig.gun.prepare(LIMITS)
    assert [off.cause for off in twin.offs[:2]] == [StopCause.CLAIM_CHANGED, StopCause.HOST_STOP]
    assert twin.state.is_claimed
    assert not twin.state.is_armed
    limits = twin.state.limits
    assert (limits.speed_max_ppm, limits.force_max_mn, limits.run_max_s) == (2000, 60_000, 120)


async def test_preparing_a_motor_that_keeps_turning_is_refused(rig: Rig, twin: Twin) -> None:
    twin.coasting_ppm = 900
    with pytest.raises(NoAnswer, match="did not come to a standstill within 2 s"):
        await rig.gun.prepare(LIMITS)


async def test_preparing_waits_for_a_motor_that_runs_out(rig: Rig, twin: Twin) -> None:
    twin.coasting_ppm = 900
    loop = asyncio.get_running_loop()
    began_s = loop.time()
    loop.call_later(1.0, twin.stand)
    await rig.gun.prepare(LIMITS)
    assert 1.0 <= loop.time() - began_s < 2.0


async def test_arming_narrows_the_limits_once_the_motor_stands(rig: Rig, twin: Twin) -> None:
    await rig.run()
    rig.gun.stop()
    await asyncio.sleep(0.05)
    twin.coast(900)
    asyncio.get_running_loop().call_later(0.5, twin.stand)
    await rig.gun.arm(DeviceLimits(speed_max_ppm=1500, force_max_n=22.5, run_max_s=30.2))
    limits = twin.state.limits
    assert (limits.speed_max_ppm, limits.force_max_mn, limits.run_max_s) == (1500, 22_500, 31)
    assert twin.state.is_armed


async def test_arming_a_motor_that_does_not_stop_turning_is_refused(rig: Rig, twin: Twin) -> None:
    await rig.gun.prepare(LIMITS)
    twin.coast(900)
    with pytest.raises(PeerRefused, match="the motor is on"):
        await rig.gun.arm(DeviceLimits(speed_max_ppm=1500, force_max_n=22.5, run_max_s=30.0))


async def test_the_motor_runs_as_long_as_its_lease_is_renewed(rig: Rig, twin: Twin) -> None:
    await rig.run()
    await rig.renew(for_s=10.0)
    assert twin.commanded_ppm == 1800
    assert rig.motor.measured_ppm == 1800
    assert rig.motor.is_armed
    assert rig.motor.fault is None


async def test_the_link_never_renews_by_itself(rig: Rig, twin: Twin) -> None:
    await rig.run()
    await asyncio.sleep(1.2)
    assert not twin.is_running
    assert rig.motor.fault == "it stopped by itself: nothing renewed its lease"


async def test_a_stop_is_acknowledged_and_the_motor_can_be_armed_again(rig: Rig, twin: Twin) -> None:
    await rig.run()
    rig.gun.stop()
    rig.gun.stop()
    await asyncio.sleep(0.05)
    assert not twin.is_running
    assert sum(isinstance(report, StopAcknowledged) for report in rig.reports) == 2, "of prepare, and of both stops"
    await rig.gun.arm()
    rig.gun.set_speed(1500, 600)
    await asyncio.sleep(0.1)
    assert twin.commanded_ppm == 1500
    assert rig.motor.fault is None


async def test_arming_right_behind_a_stop_waits_for_its_acknowledgement(rig: Rig, twin: Twin) -> None:
    await rig.run()
    rig.gun.stop()
    await rig.gun.arm()
    assert twin.state.is_armed


async def test_a_stop_swallows_the_speeds_behind_it(rig: Rig, twin: Twin) -> None:
    await rig.run()
    rig.gun.stop()
    rig.gun.set_speed(2000, 600)
    rig.gun.renew()
    await asyncio.sleep(0.2)
    assert not twin.is_running


async def test_a_stop_while_arming_ends_the_arming_with_its_reason(rig: Rig, twin: Twin) -> None:
    await rig.gun.prepare(LIMITS)
    async with asyncio.TaskGroup() as group:
        arming = group.create_task(_outcome(rig.gun), name="arming")
        await asyncio.sleep(0)
        rig.gun.stop()
    assert "overtaken by a stop" in arming.result()
    assert not twin.state.is_armed


async def _outcome(gun: Massager) -> str:
    try:
        await gun.arm()
    except NoAnswer as error:
        return str(error)
    return "armed"


async def test_a_fault_is_told_in_words_and_not_cleared_by_arming_but_by_clearing(rig: Rig, twin: Twin) -> None:
    await rig.run()
    twin.latch(FaultBit.STALLED)
    await asyncio.sleep(0.1)
    assert rig.motor.fault == "the motor stalled"
    assert not rig.motor.is_armed
    with pytest.raises(PeerRefused, match="a fault is latched"):
        await rig.gun.arm()
    await rig.gun.clear_faults()
    await asyncio.sleep(0.1)
    assert rig.motor.fault is None
    await rig.gun.arm()
    await asyncio.sleep(0.1)
    assert rig.motor.is_armed


async def test_a_fault_whose_cause_is_still_there_refuses_to_arm(rig: Rig, twin: Twin) -> None:
    await rig.run()
    twin.state.present_faults = int(FaultBit.MOTOR_HOT)
    twin.latch(FaultBit.MOTOR_HOT)
    await asyncio.sleep(0.1)
    with pytest.raises(PeerRefused, match="a fault is latched"):
        await rig.gun.clear_faults()
    with pytest.raises(PeerRefused, match="a fault is latched"):
        await rig.gun.arm()


def test_a_fault_of_a_later_version_is_a_fault() -> None:
    assert fault_text(1 << 30) == "a fault unknown to this version (bits 0x40000000)"
    assert fault_text(int(FaultBit.STALLED | FaultBit.MOTOR_HOT)) == "the motor stalled; the motor is too hot"


async def test_somebody_elses_stop_is_told(rig: Rig, served: str, twin: Twin) -> None:
    from massctl.devices import send_stop  # noqa: PLC0415 - only here

    await rig.run()
    await send_stop(served)
    await asyncio.sleep(0.1)
    assert not twin.is_running
    assert rig.motor.fault == "another program stopped it"


async def test_a_refused_command_is_reported_with_its_reason(rig: Rig) -> None:
    await rig.gun.prepare(LIMITS)
    rig.gun.set_speed(1800, 600)
    await asyncio.sleep(0.05)
    refusals = [report for report in rig.reports if isinstance(report, CommandRefused)]
    assert [(refusal.command, refusal.reason) for refusal in refusals] == [("SetSpeed", "the motor is not armed")]


async def test_a_second_controller_is_refused_while_the_first_is_alive(rig: Rig, served: str) -> None:
    await rig.gun.prepare(LIMITS)
    other = await connect(served, {"massager"})
    assert other.massager is not None
    loop = asyncio.get_running_loop()
    start_s = loop.time()
    with pytest.raises(PeerRefused, match="under the control of another program") as refusal:
        await other.massager.prepare(LIMITS)
    assert loop.time() - start_s < 5.0
    assert "massctl stop" in refusal.value.remedy
    await other.aclose()
    await rig.gun.arm()


async def test_the_claim_of_a_controller_that_is_gone_is_waited_out(served: str, twin: Twin) -> None:
    first = await connect(served, {"massager"})
    assert first.massager is not None
    await first.massager.prepare(LIMITS)
    twin.forget_link_loss()
    second = await connect(served, {"massager"})
    assert second.massager is not None
    first_link = first.massager._link  # type: ignore[attr-defined]
    await first_link._stream.aclose()
    await second.massager.prepare(LIMITS)
    assert twin.state.is_claimed
    await second.aclose()
    await first.aclose()


async def test_battery_and_temperature_are_reported_and_what_is_not_fitted_is_none(rig: Rig) -> None:
    await rig.gun.prepare(LIMITS)
    await asyncio.sleep(1.0)
    power = next(report for report in rig.reports if isinstance(report, PowerReading))
    assert (power.battery_percent, power.load_percent) == (80, 40)
    assert power.motor_temperature_c == pytest.approx(31.5)
    assert power.skin_temperature_c is None


async def test_a_lost_link_is_reported_once_with_its_cause_and_fails_who_waits(rig: Rig, twin: Twin) -> None:
    await rig.run()
    twin.is_mute = True
    rig.gun.stop()
    problem = LinkLost("memory://twin", "unplugged while in use.")
    asyncio.get_running_loop().call_later(0.1, lambda: twin.plug.lose(problem))
    with pytest.raises(LinkLost, match="unplugged"):
        await rig.gun.arm()
    losses = [report for report in rig.reports if isinstance(report, Disconnected)]
    assert [loss.problem for loss in losses] == [problem]
    with pytest.raises(LinkLost, match="unplugged"):
        await rig.gun.prepare(LIMITS)
    rig.gun.set_speed(1800, 600)
    rig.gun.renew()
    rig.gun.stop()
    await rig.bundle.aclose()
    assert len([report for report in rig.reports if isinstance(report, Disconnected)]) == 1


async def test_the_time_of_the_last_frame_stands_still_when_the_device_falls_silent(rig: Rig, twin: Twin) -> None:
    await rig.run()
    twin.is_mute = True
    await asyncio.sleep(0.01)
    before_s = rig.gun.last_frame_at_s
    await asyncio.sleep(0.8)
    assert rig.gun.last_frame_at_s == before_s
    assert asyncio.get_running_loop().time() - before_s >= 0.75
    assert math.isfinite(before_s)


async def test_closing_stops_the_motor_and_releases_the_claim(rig: Rig, twin: Twin) -> None:
    await rig.run()
    await rig.bundle.aclose()
    await rig.bundle.aclose()
    assert not twin.is_running
    assert not twin.state.is_claimed


async def test_closing_is_bounded_when_the_device_does_not_answer(rig: Rig, twin: Twin) -> None:
    await rig.run()
    twin.is_mute = True
    loop = asyncio.get_running_loop()
    start_s = loop.time()
    await rig.bundle.aclose()
    assert loop.time() - start_s < 1.0


async def test_a_subscriber_that_fails_stops_the_motor(rig: Rig, twin: Twin) -> None:
    await rig.run()
    failures: list[str] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _loop, context: failures.append(str(context["exception"])))

    def fail(report: Report) -> None:
        raise RuntimeError("a bug in the session")

    rig.gun.subscribe(fail)
    await asyncio.sleep(0.1)
    assert not twin.is_running
    assert "a bug in the session" in failures


async def test_readings_carry_the_devices_time_and_are_never_newer_than_their_arrival(rig: Rig) -> None:
    await rig.run()
    await rig.renew(for_s=3.0)
    readings = [report for report in rig.reports if isinstance(report, MotorReading)]
    assert len(readings) > 50
    for reading in readings:
        assert reading.at_s <= reading.received_at_s
        assert reading.at_s == pytest.approx(reading.received_at_s, abs=0.02)
