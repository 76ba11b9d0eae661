"""The stop sequence, the motor's drive and the way back of a lost link, each by itself."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest

from massctl.devices.capabilities import StopReason, TimerCapabilities, TimerReading
from massctl.errors import LinkLost, NoAnswer, UsageError
from massctl.rules import Level
from massctl.session import links
from massctl.session.drive import MotorDrive, SessionDevices
from massctl.session.facts import facts_of
from massctl.session.interlocks import Finding
from massctl.session.snapshot import Drive, Snapshot
from massctl.session.stop import StopSequence, uncancelled
from tests.session.stage import MASSAGER, facts, percussion, running, snapshot, turn

BOX = TimerCapabilities(60.0)
STOP = Finding("F10", Level.STOP, "Too much.")


@dataclass
class Told:
    """A device that writes down what it is told."""

    name: str = "told"
    url: str = "test://told"
    last_frame_at_s: float = 0.0
    capabilities: Any = BOX
    told: list[Any] = field(default_factory=list)
    is_broken: bool = False

    def stop(self, reason: StopReason) -> bool:
        self.told.append("stop")
        if self.is_broken:
            raise RuntimeError
        return True

    def set_speed(self, speed_ppm: int, ramp_ppm_per_s: int) -> None:
        self.told.append((speed_ppm, ramp_ppm_per_s))

    def renew(self) -> None:
        self.told.append("renew")

    def arm(self, duration_s: float) -> None:
        self.told.append(("arm", duration_s))

    def cancel(self) -> bool:
        self.told.append("cancel")
        return True


def driven(state: Snapshot, *, is_broken: bool = False) -> tuple[MotorDrive, Told, Told]:
    gun, box = Told(is_broken=is_broken), Told()
    return MotorDrive(state, SessionDevices(massager=cast(Any, gun), timer=cast(Any, box))), gun, box


def arming() -> Snapshot:
    state = running()
    state.want(Drive.ARMING, 0, 0.0)
    return state


def test_off_takes_command_and_power_away_even_if_one_of_them_raises() -> None:
    state = running()
    drive, gun, box = driven(state, is_broken=True)
    assert not drive.off(1.0, StopReason.PERSON)
    assert (gun.told, box.told) == (["stop"], ["cancel"])
    assert (state.drive, state.set_ppm, state.has_start_press) == (Drive.OFF, 0, False)


def test_a_renewal_goes_out_every_250_ms_and_only_while_the_motor_runs() -> None:
    state = arming()
    drive, gun, _ = driven(state)
    drive.run(0.0, 1600)
    for number in range(1, 41):
        drive.renew(number * 0.05, lambda: 10.0)
    assert gun.told.count("renew") == 1 + 8
    drive.off(3.0, StopReason.PERSON)
    before = len(gun.told)
    drive.renew(4.0, lambda: 10.0)
    assert len(gun.told) == before


def test_a_speed_that_is_set_is_not_set_again_and_ramps_by_600_at_most() -> None:
    drive, gun, _ = driven(running(known=facts(ramp_ppm_per_s=2000), speed_ppm=1700))
    drive.run(0.0, 1700)
    drive.run(0.1, 1600)
    drive.soft_stop(0.2)
    assert [told for told in gun.told if told != "renew"] == [(1600, 600), (0, 600)]


@pytest.mark.parametrize(("left_s", "armed_s"), [(100.0, 2.0), (1.3, 1.3)])
def test_the_timer_is_armed_for_a_slice_or_what_is_left(left_s: float, armed_s: float) -> None:
    drive, _, box = driven(running())
    drive.arm_timer(0.0, left_s)
    assert box.told == [("arm", armed_s)]


def test_the_lease_that_is_left_counts_from_the_last_renewal() -> None:
    state = arming()
    drive, _, _ = driven(state)
    drive.run(10.0, 1500)
    assert drive.lease_left_s(10.4) == pytest.approx(0.6)
    assert drive.lease_left_s(12.0) == 0.0
    drive.off(12.0, StopReason.PERSON)
    assert drive.lease_left_s(12.0) is None


def test_nothing_to_command_is_no_fault() -> None:
    state = snapshot(percussion())
    state.want(Drive.RUN, 1700, 0.0)
    drive = MotorDrive(state, SessionDevices())
    drive.soft_stop(1.0)
    assert state.set_ppm == 0
    assert not drive.off(2.0, StopReason.PERSON)
    assert state.drive is Drive.OFF


def stopped(state: Snapshot) -> tuple[StopSequence, Told]:
    drive, gun, _ = driven(state)
    stop = StopSequence(state, drive)
    stop.write(STOP, 10.0, lambda: 10.0)
    return stop, gun


def test_f54_a_stop_is_seen_when_the_motor_reports_that_it_stands() -> None:
    state = running()
    stop, gun = stopped(state)
    assert gun.told == ["stop"]
    stop.acknowledged(10.02)
    turn(state, 10.3, 200.0)
    assert stop.advance(10.3, 0.3) is None
    turn(state, 10.4, 0.0)
    seen = stop.advance(10.4, 0.4)
    assert seen is not None
    assert (seen.rule, seen.is_confirmed, seen.written_s) == ("F10", True, 0.0)
    assert seen.acknowledged_s == pytest.approx(0.02)
    assert seen.standstill_s == pytest.approx(0.4)
    assert stop.is_settled
    assert stop.advance(10.5, 0.5) is None


def test_f54_a_reading_from_before_the_stop_confirms_nothing() -> None:
    state = running()
    turn(state, 9.9, 0.0)
    stop, _ = stopped(state)
    assert stop.advance(10.5, 0.5) is None


def test_f54_a_reading_on_a_lost_link_confirms_nothing() -> None:
    state = running()
    stop, _ = stopped(state)
    state.lost_device = "massager"
    turn(state, 10.3, 0.0)
    assert stop.advance(10.5, 0.5) is None
    state.lost_device = "sensor"
    seen = stop.advance(10.5, 0.5)
    assert seen is not None
    assert seen.is_confirmed


def test_f54_1_5_s_without_standstill_is_not_confirmed_and_stop_is_written_again_and_again() -> None:
    state = running()
    stop, gun = stopped(state)
    outcomes = []
    for number in range(1, 61):
        now_s = 10.0 + number * 0.05
        turn(state, now_s, 800.0)
        seen = stop.advance(now_s, now_s)
        if seen is not None:
            outcomes.append((now_s, seen.is_confirmed))
    assert [confirmed for _, confirmed in outcomes] == [False]
    assert outcomes[0][0] == pytest.approx(11.5, abs=0.051)
    assert stop.is_unseen
    assert gun.told.count("stop") >= 6
    turn(state, 13.1, 0.0)
    late = stop.advance(13.1, 3.1)
    assert late is not None
    assert late.is_confirmed


def test_f54_a_persons_answer_ends_the_repeating() -> None:
    state = running()
    stop, gun = stopped(state)
    stop.advance(11.6, 1.6)
    stop.answered()
    before = len(gun.told)
    assert stop.advance(20.0, 10.0) is None
    assert len(gun.told) == before
    assert stop.is_settled


def test_a_stop_without_a_massager_has_nothing_to_wait_for() -> None:
    state = Snapshot(facts_of(None, None, None))
    stop = StopSequence(state, MotorDrive(state, SessionDevices()))
    stop.write(STOP, 10.0, lambda: 10.0)
    seen = stop.advance(10.25, 0.25)
    assert seen is not None
    assert seen.is_confirmed


def test_a_relay_that_opened_is_what_confirms_the_stop_of_a_corded_wand() -> None:
    wand = replace(MASSAGER, is_controllable=False, is_behind_relay=True)
    state = Snapshot(facts_of(wand, None, TimerCapabilities(60.0)))
    drive, _, box = driven(state)
    stop = StopSequence(state, drive)
    stop.write(STOP, 10.0, lambda: 10.0)
    assert box.told == ["cancel"]
    state.timer = TimerReading(10.1, relay_closed=True, remaining_s=1.0)
    assert stop.advance(10.3, 0.3) is None
    state.timer = TimerReading(10.4, relay_closed=False, remaining_s=0.0)
    seen = stop.advance(10.4, 0.4)
    assert seen is not None
    assert seen.is_confirmed


@pytest.mark.virtual
async def test_a_cancellation_waits_for_the_stop_and_goes_on_then() -> None:
    done: list[str] = []

    async def stop() -> None:
        await asyncio.sleep(1.0)
        done.append("stopped")

    task = asyncio.get_running_loop().create_task(uncancelled(stop()))
    await asyncio.sleep(0.5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert done == ["stopped"]


async def test_work_that_fails_while_it_is_waited_for_raises_its_own_failure() -> None:
    async def fails() -> None:
        await asyncio.sleep(0)
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await uncancelled(fails())


async def test_work_that_is_cancelled_itself_ends_the_waiting() -> None:
    async def cancels() -> None:
        await asyncio.sleep(0)
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        await asyncio.sleep(1.0)

    with pytest.raises(asyncio.CancelledError):
        await uncancelled(cancels())


@pytest.mark.virtual
async def test_f34_a_link_is_tried_for_five_times_with_growing_waits() -> None:
    loop, tries = asyncio.get_running_loop(), []
    began_s = loop.time()

    async def reconnect() -> SessionDevices:
        tries.append(round(loop.time() - began_s, 3))
        problems = [LinkLost("test://gun", "gone"), UsageError("nothing"), NoAnswer("gun", "no answer", 1.0)]
        raise problems[len(tries) % 3]

    async def prepare(devices: SessionDevices) -> None:
        raise AssertionError

    told: list[tuple[str, str]] = []
    why = await links.regain(reconnect, prepare, lambda state, text: told.append((state, text)))
    assert why == told[-1][1]
    assert tries == [0.5, 1.5, 3.5, 7.5, 15.5]
    assert len(told) == 10


@pytest.mark.virtual
async def test_f34_a_try_that_hangs_is_given_up_and_the_next_may_succeed() -> None:
    devices, tries = SessionDevices(), []

    async def reconnect() -> SessionDevices:
        tries.append(1)
        if len(tries) == 1:
            await asyncio.sleep(1e6)
        return devices

    async def prepare(found: SessionDevices) -> None:
        assert found is devices

    assert await links.regain(reconnect, prepare, lambda state, text: None) is devices
    assert len(tries) == 2
