"""Who controls a device, and what it says of itself: claims across links, the loser's silence, reasons, its own word first."""

from __future__ import annotations

import asyncio

import pytest

from firmware_protocol.codes import FaultBit, Function, StopCause
from firmware_protocol.commands import Stop, TimerCancel
from firmware_protocol.framing import FrameSplitter
from firmware_protocol.messages import decode
from massctl.devices import DeviceBundle, connect
from massctl.devices.capabilities import CommandRefused, DeviceLimits, Massager, MotorReading, Report, StopReason
from massctl.devices.link import new_token
from massctl.devices.manual import ManualMassager
from massctl.errors import PeerRefused
from tests.devices.twin import ALL, Twin

pytestmark = pytest.mark.virtual
LIMITS = DeviceLimits(speed_max_ppm=2000, force_max_n=60.0, run_max_s=120.0)


async def prepared(url: str, token: int | None = None) -> tuple[DeviceBundle, Massager]:
    """Connect a massager and prepare it."""
    bundle = await connect(url, {"massager"}, token=token)
    assert bundle.massager is not None
    await bundle.massager.prepare(LIMITS)
    return bundle, bundle.massager


async def running(url: str) -> tuple[DeviceBundle, Massager, list[Report]]:
    """Connect a massager and let it run; what it reports goes into the list."""
    bundle, gun = await prepared(url)
    reports: list[Report] = []
    gun.subscribe(reports.append)
    await gun.arm()
    gun.set_speed(1800, 600)
    await asyncio.sleep(0.23)
    return bundle, gun, reports


def commands_in(twin: Twin, kind: type[object]) -> list[object]:
    """Return the commands of one kind that the twin has heard, repetitions included."""
    messages = [decode(piece).message for piece in FrameSplitter().feed(b"".join(twin.heard))]
    return [message for message in messages if isinstance(message, kind)]


async def test_a_run_that_opens_a_lost_link_again_gets_its_device_back_at_once(served: str, twin: Twin) -> None:
    token = new_token()
    lost, _ = await prepared(served, token)
    loop = asyncio.get_running_loop()
    start_s = loop.time()
    again, gun = await prepared(served, token)
    assert loop.time() - start_s < 0.5, "its own old claim is not waited out"
    await gun.arm()
    assert twin.state.is_armed
    await again.aclose()
    await lost.aclose()


async def test_another_run_has_another_token(served: str, twin: Twin) -> None:
    owner, _ = await prepared(served)
    rival = await connect(served, {"massager"})
    assert rival.massager is not None
    with pytest.raises(PeerRefused, match="under the control of another program"):
        await rival.massager.prepare(LIMITS)
    await rival.aclose()
    await owner.aclose()


async def test_F45_a_mistaken_second_start_is_refused_and_stops_nothing(served: str, twin: Twin) -> None:
    bundle, gun, _ = await running(served)
    before = len(twin.offs)
    rival = await connect(served, {"massager"})
    assert rival.massager is not None

    async def renew() -> None:
        while True:
            await asyncio.sleep(0.2)
            gun.renew()

    async with asyncio.TaskGroup() as group:
        renewing = group.create_task(renew(), name="the owner's supervisor")
        with pytest.raises(PeerRefused) as refusal:
            await rival.massager.prepare(LIMITS)
        assert not rival.massager.stop(StopReason.START), "nothing is written to another's device"
        await rival.aclose()
        assert twin.state.is_armed
        assert len(twin.offs) == before
        renewing.cancel()
    assert f"massctl stop {served}" in str(refusal.value)
    await bundle.aclose()


async def test_F43_the_claim_of_a_host_that_is_gone_is_waited_out_and_its_device_stopped(
    served: str, twin: Twin
) -> None:
    bundle, dead, _ = await running(served)
    dead._link._timer.cancel()  # type: ignore[attr-defined]  # a dead process pings no more
    offs = len(twin.offs)
    _, gun = await prepared(served)
    causes = [off.cause for off in twin.offs[offs:]]
    assert causes[0] in {StopCause.LEASE_LAPSED, StopCause.CLAIM_LAPSED}
    assert causes[-1] is StopCause.HOST_STOP
    await gun.aclose()
    await bundle.aclose()


async def test_who_lost_the_claim_writes_no_more_stops(served: str, twin: Twin) -> None:
    owner, gun = await prepared(served)
    rival = await connect(served, {"massager"})
    assert rival.massager is not None
    with pytest.raises(PeerRefused):
        await rival.massager.prepare(LIMITS)
    await gun.arm()
    gun.set_speed(1800, 600)
    await asyncio.sleep(0.05)
    epoch = twin.state.epoch
    for _ in range(5):
        rival.massager.stop()
        await asyncio.sleep(0.1)
    await rival.aclose()
    assert (twin.state.epoch, twin.is_running) == (epoch, True)
    await owner.aclose()


@pytest.mark.parametrize(
    ("reason", "on_the_wire"),
    [(StopReason.PERSON, 1), (StopReason.SUPERVISOR, 2), (StopReason.START, 3), (StopReason.END, 4)],
)
async def test_a_stop_carries_its_reason(served: str, twin: Twin, reason: StopReason, on_the_wire: int) -> None:
    bundle, gun, _ = await running(served)
    gun.stop(reason)
    await asyncio.sleep(0.05)
    assert twin.offs[-1].host_reason == on_the_wire
    ManualMassager("manual://").stop(reason)
    await bundle.aclose()


async def test_preparing_is_a_start_and_closing_an_end(served: str, twin: Twin) -> None:
    bundle, _ = await prepared(served)
    assert [off.host_reason for off in twin.offs if off.cause is StopCause.HOST_STOP] == [3]
    await bundle.aclose()
    assert [off.host_reason for off in twin.offs if off.cause is StopCause.HOST_STOP] == [3, 4]


async def test_preparing_writes_one_stop_and_not_two(served: str, twin: Twin) -> None:
    bundle, gun = await prepared(served)
    assert commands_in(twin, Stop) == [Stop(3)]
    await gun.prepare(LIMITS)
    assert commands_in(twin, Stop) == [Stop(3), Stop(3)], "prepared again, it stops again"
    await bundle.aclose()


@pytest.mark.parametrize("role", ["sensor", "timer"])
async def test_F43_a_device_without_motor_is_switched_off_when_it_is_claimed_too(
    served: str, twin: Twin, role: str
) -> None:
    function = {"sensor": Function.FORCE, "timer": Function.TIMER}[role]
    twin.replace_functions({function: ALL[function]})
    bundle = await connect(served, {role})
    device = bundle.sensor or bundle.timer
    assert device is not None
    await device.prepare()
    assert [off.cause for off in twin.offs] == [StopCause.CLAIM_CHANGED, StopCause.HOST_STOP]
    await bundle.aclose()


async def test_the_devices_own_stop_is_told_at_once_and_no_refusal_hides_it(served: str, twin: Twin) -> None:
    bundle, gun, reports = await running(served)
    before = len(reports)
    twin._do(twin.state.switch_off(StopCause.LOCAL_STOP, asyncio.get_running_loop().time()))
    for _ in range(3):
        await asyncio.sleep(0.001)
        gun.renew()
        gun.set_speed(1900, 600)
    told = reports[before:]
    assert isinstance(told[0], MotorReading)
    assert (told[0].fault, told[0].is_armed) == ("its own stop button was pressed", False)
    await asyncio.sleep(0.2)
    assert not any(isinstance(report, CommandRefused) for report in reports)
    await bundle.aclose()


async def test_a_renewal_on_its_way_when_the_device_stopped_is_refused_behind_its_word(served: str, twin: Twin) -> None:
    bundle, gun, reports = await running(served)
    before = len(reports)
    gun.renew()
    twin._do(twin.state.switch_off(StopCause.LOCAL_STOP, asyncio.get_running_loop().time()))
    await asyncio.sleep(0.2)
    assert not any(isinstance(report, CommandRefused) for report in reports[before:])
    assert all(report.fault for report in reports[before:] if isinstance(report, MotorReading))
    await bundle.aclose()


async def test_a_fault_is_told_at_once_with_what_was_measured_before_and_when(served: str, twin: Twin) -> None:
    bundle, gun, reports = await running(served)
    last = next(report for report in reversed(reports) if isinstance(report, MotorReading))
    before = len(reports)
    twin.latch(FaultBit.STALLED)
    await asyncio.sleep(0.001)
    told = reports[before]
    assert isinstance(told, MotorReading)
    assert (told.fault, told.is_armed) == ("the motor stalled", False)
    assert (told.at_s, told.received_at_s, told.measured_ppm) == (last.at_s, last.received_at_s, last.measured_ppm)
    assert gun.capabilities.confirms_speed
    await bundle.aclose()


async def test_a_stop_of_ones_own_is_not_told_as_the_devices(served: str, twin: Twin) -> None:
    bundle, gun, reports = await running(served)
    gun.stop(StopReason.PERSON)
    await asyncio.sleep(0.2)
    assert not any(report.fault for report in reports if isinstance(report, MotorReading))
    await bundle.aclose()


async def test_a_relay_that_a_stop_opens_is_not_cancelled_behind_it(served: str, twin: Twin) -> None:
    bundle = await connect(served, {"massager", "timer"})
    assert bundle.massager is not None
    assert bundle.timer is not None
    await bundle.massager.prepare(LIMITS)
    await bundle.timer.prepare()
    bundle.timer.arm(30.0)
    await asyncio.sleep(0.05)
    twin.heard.clear()
    bundle.massager.stop()
    bundle.timer.cancel()
    await asyncio.sleep(0.1)
    assert commands_in(twin, TimerCancel) == []
    assert not twin.state.has_output
    bundle.timer.cancel()
    await asyncio.sleep(0.05)
    assert commands_in(twin, TimerCancel) == [TimerCancel()]
    await bundle.aclose()


async def test_closing_all_drivers_of_a_link_writes_one_stop(served: str, twin: Twin) -> None:
    bundle = await connect(served)
    assert bundle.massager is not None
    await bundle.massager.prepare(LIMITS)
    twin.heard.clear()
    await bundle.aclose()
    assert commands_in(twin, Stop) == [Stop(4)]
