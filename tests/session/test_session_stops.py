"""Stops of a whole session on the bench: what trips, how fast, what is told, and the way back. All times are virtual."""

from __future__ import annotations

import asyncio
import math

import pytest

from firmware_protocol.codes import Input
from massctl.body.terms import Mode
from massctl.devices.capabilities import ForceReading
from massctl.session import events
from massctl.session.commands import Key
from massctl.session.events import Phase, SessionEnded
from massctl.session.snapshot import Drive
from tests.session.rig import Rig, replug, rig
from tests.session.stage import percussion, plan

pytestmark = pytest.mark.virtual

SWEEP = plan(percussion())
PIN = plan(percussion(mode=Mode.PIN))


async def test_f10_over_force_stops_at_the_sample_and_the_motor_stands_within_1_5_s() -> None:
    async with rig(SWEEP, with_person=False) as stage:
        await stage.until_working()
        hand = stage.bench.world.hand
        stage.pusher.aim_n = hand.wanted_n = hand.push_n = 60.0  # a step: falling on the tool, not leaning on it
        took_s = await stage.until(lambda: stage.runner.phase is not Phase.WORKING, 1.0)
        assert took_s < 0.15
        assert stage.told() == [("F10", "stop")]
        await stage.until(lambda: bool(stage.of(events.StopSeen)), 2.0)
        assert stage.stop.rule == "F10"
        assert stage.stop.is_confirmed
        assert stage.stop.written_s == 0.0
        assert stage.stop.acknowledged_s is not None
        assert stage.stop.acknowledged_s <= 0.2
        assert stage.stop.standstill_s is not None
        assert stage.stop.standstill_s <= 1.5
        assert not stage.bench.world.timer.is_relay_closed


async def test_f42_an_emergency_stop_latches_and_only_two_keys_in_order_reset_it() -> None:
    async with rig(SWEEP, with_person=False) as stage:
        await stage.until_working()
        stage.press(Key.STOP)
        assert stage.is_in(Phase.STOPPED)
        await stage.until(lambda: bool(stage.of(events.StopSeen)), 2.0)
        for key in (Key.GO_ON, Key.CONFIRM, Key.SKIP, Key.FASTER, Key.BACK, Key.RELEASE, Key.GO_ON):
            stage.press(key)
            assert stage.is_in(Phase.STOPPED)
        await asyncio.sleep(1.0)
        assert stage.speed_ppm == 0.0
        stage.press(Key.CONFIRM)
        assert stage.is_in(Phase.WAITING)
        await asyncio.sleep(1.0)
        assert stage.speed_ppm == 0.0
        stage.press(Key.GO_ON)
        await stage.until_phase(Phase.WORKING)
        assert [rule for rule, _ in stage.told()] == ["F42"]


async def test_f42_pause_takes_the_motor_off_at_once_and_enter_starts_it_softly() -> None:
    async with rig(SWEEP, with_person=False) as stage:
        await stage.until_working()
        stage.press(Key.PAUSE)
        took_s = await stage.until(lambda: stage.speed_ppm == 0.0, 2.0)
        assert took_s < 1.0
        await asyncio.sleep(130.0)  # longer than a stop that nobody answers
        assert stage.is_in(Phase.PAUSED)
        stage.press(Key.GO_ON)
        await stage.until(lambda: stage.speed_ppm > 100.0, 2.0)
        assert stage.speed_ppm < 700.0
        await stage.until_phase(Phase.WORKING)


async def test_f42_a_held_pedal_is_the_emergency_stop_and_a_tread_pauses() -> None:
    async with rig(SWEEP, with_person=False) as stage:
        await stage.until_working()
        stage.bench.world.timer.tread(stage.now_s, Input.PEDAL)
        await stage.until_phase(Phase.PAUSED, 2.0)
        stage.bench.world.timer.tread(stage.now_s + 1.0, Input.PEDAL)
        await stage.until_phase(Phase.WORKING, 10.0)
        stage.bench.world.timer.tread(stage.now_s, Input.PEDAL, hold_s=1.0)
        await stage.until_phase(Phase.STOPPED, 2.0)
        assert stage.told()[-1] == ("F42", "stop")


async def test_f42_a_signal_stops_and_ends_the_session_by_itself() -> None:
    async with rig(SWEEP, with_person=False) as stage:
        await stage.until_working()
        stage.runner.emergency_stop("SIGTERM")
        ended = await stage.task
        assert (ended.ended_by, ended.rule) == ("interrupted", "F42")
        assert stage.stop.is_confirmed
        assert stage.speed_ppm == 0.0


async def test_f42_a_stop_with_the_motor_off_is_told_as_well() -> None:
    async with rig(SWEEP, with_person=False) as stage:
        await stage.until_phase(Phase.WAITING)
        stage.press(Key.STOP)
        await stage.until(lambda: bool(stage.of(events.StopSeen)), 1.0)
        assert stage.stop.is_confirmed
        stage.press(Key.FINISH)
        ended = await stage.task
        assert ended.ended_by == "person"


async def test_f42_a_stop_that_nobody_resets_ends_the_session_after_two_minutes() -> None:
    async with rig(SWEEP, with_person=False) as stage:
        await stage.until_working()
        stage.press(Key.NUMB)
        began_s = stage.now_s
        ended = await stage.task
        assert (ended.ended_by, ended.rule) == ("safety", "F22")
        assert stage.now_s - began_s == pytest.approx(120.0, abs=1.0)


async def test_f42_without_anybody_at_the_keys_a_stop_ends_the_session() -> None:
    async with rig(SWEEP, with_person=False, resettable=False) as stage:
        await stage.until_working()
        stage.press(Key.DIZZY)
        ended = await stage.task
        assert (ended.ended_by, ended.rule) == ("safety", "F22")


async def test_f22_after_the_reset_the_point_is_over() -> None:
    steps = plan(percussion(), percussion(mode=Mode.PIN), percussion("GMAX"))
    async with rig(steps, with_person=False) as stage:
        await stage.until_working()
        stage.press(Key.NUMB)
        await stage.until(lambda: bool(stage.of(events.StopSeen)), 2.0)
        stage.press(Key.RELEASE)
        stage.press(Key.CONFIRM)
        assert stage.of(events.StepStarted)[-1].point == "GMAX"
        assert stage.of(events.StepEnded)[-1].outcome == "stopped"


@pytest.mark.parametrize(("mode", "level"), [(Mode.PIN, "stop"), (Mode.SWEEP, "backoff")])
async def test_f35_a_frozen_sensor_stops_a_pin_and_slows_a_sweep(mode: Mode, level: str) -> None:
    async with rig(plan(percussion("GMAX", mode=mode, speed_ppm=2000)), with_person=False) as stage:
        await stage.until_working(20.0)
        await asyncio.sleep(4.0)
        stage.bench.world.gauge.is_stuck = True
        took_s = await stage.until(lambda: ("F35", level) in stage.told(), 5.0)
        assert took_s == pytest.approx(2.0, abs=0.15)
        await asyncio.sleep(2.0)
        assert stage.speed_ppm == pytest.approx(0.0 if level == "stop" else 1800.0, abs=150.0)


async def test_f38_a_jammed_motor_stops() -> None:
    async with rig(SWEEP, with_person=False) as stage:
        await stage.until_working()
        await asyncio.sleep(1.0)
        stage.bench.world.motor.is_jammed = True
        took_s = await stage.until_phase(Phase.STOPPED, 3.0)
        assert took_s < 0.6
        assert stage.told()[0] == ("F38", "stop")


async def test_f44_a_suspend_stops() -> None:
    slept_s = [0.0]
    async with rig(SWEEP, with_person=False, suspended_s=lambda: slept_s[0]) as stage:
        await stage.until_working()
        slept_s[0] = 0.4
        await asyncio.sleep(0.2)
        assert stage.is_in(Phase.WORKING)
        slept_s[0] = 3600.0
        await stage.until_phase(Phase.STOPPED, 0.1)
        assert stage.told() == [("F44", "stop")]


async def test_f34_a_pulled_cable_stops_the_motor_by_its_lease_and_resumes_slower_after_a_press() -> None:
    async with rig(SWEEP, with_person=False) as stage:
        stage.runner._relinking.reconnect = replug(stage, "massager", after_s=1.5)
        await stage.until_working()
        stage.bench.unplug("massager")
        await stage.until_phase(Phase.RECONNECTING, 0.9)
        assert stage.told() == [("F34", "stop")]
        await stage.until(lambda: stage.speed_ppm < 100.0, 1.6)
        await stage.until_phase(Phase.PAUSED, 10.0)
        await asyncio.sleep(0.3)
        assert stage.stop.is_confirmed
        assert "NOT CONFIRMED" not in stage.asked()[-1]
        states = [event.state for event in stage.of(events.LinkChanged)]
        assert (states[0], states[-1]) == ("lost", "back")
        await asyncio.sleep(2.0)
        assert stage.speed_ppm == 0.0
        stage.press(Key.GO_ON)
        await stage.until_phase(Phase.WORKING, 10.0)
        await asyncio.sleep(3.0)
        assert stage.runner._core.snapshot.set_ppm == 1200
        assert stage.of(events.Tick)[-1].speed_set_ppm == 1200


async def test_f34_a_link_that_does_not_come_back_ends_the_session_after_five_tries() -> None:
    async with rig(SWEEP, with_person=False) as stage:
        stage.runner._relinking.reconnect = stage.connect
        await stage.until_working()
        stage.bench.unplug("massager")
        began_s = stage.now_s
        ended = await stage.task
        assert (ended.ended_by, ended.rule) == ("link lost", "F34")
        assert stage.now_s - began_s >= 15.5
        told = [event.text for event in stage.of(events.LinkChanged) if event.text.startswith("try")]
        assert len(told) == 5
        assert any("NOT CONFIRMED" in ask for ask in stage.asked())
        assert not stage.stop.is_confirmed
        swept = stage.of(events.StepEnded)[-1]
        assert swept.work_s < 10.0


async def test_f34_a_hanging_firmware_is_a_lost_link() -> None:
    async with rig(SWEEP, with_person=False) as stage:
        await stage.until_working()
        stage.bench.hang("massager")
        ended = await stage.task
        assert ended.ended_by == "link lost"
        assert stage.told()[0] == ("F34", "stop")


async def test_f54_a_motor_that_does_not_stop_is_said_to_until_a_person_answers() -> None:
    async with rig(SWEEP, with_person=False) as stage:
        await stage.until_working()
        snapshot = stage.runner._core.snapshot
        motor = stage.bench.world.motor
        stage.press(Key.STOP)
        for _ in range(70):
            motor.speed_ppm = 900.0
            await asyncio.sleep(0.03)
        assert snapshot.drive is Drive.OFF
        assert not stage.stop.is_confirmed
        assert stage.stop.standstill_s is None
        assert any("NOT CONFIRMED" in ask for ask in stage.asked())


async def test_a_cancelled_session_stops_the_motor_before_the_cancellation_goes_on() -> None:
    async with rig(SWEEP, with_person=False) as stage:
        await stage.until_working()
        stage.task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await stage.task
        assert stage.speed_ppm == 0.0
        last = stage.events[-1]
        assert isinstance(last, SessionEnded)
        assert last.ended_by == "interrupted"
        assert stage.stop.is_confirmed


async def test_a_fault_of_this_program_stops_the_motor_and_is_raised() -> None:
    stages: list[Rig] = []

    def broken(now_s: float, snapshot: object) -> None:
        raise ZeroDivisionError

    async def session_with_a_fault() -> None:
        async with rig(SWEEP, with_person=False) as stage:
            stages.append(stage)
            await stage.until_working()
            stage.runner._core.supervisor.check = broken  # type: ignore[method-assign,assignment]
            await asyncio.sleep(5.0)

    with pytest.raises(ExceptionGroup) as caught:
        await session_with_a_fault()
    assert caught.group_contains(ZeroDivisionError)
    assert stages[0].speed_ppm == 0.0
    last = stages[0].events[-1]
    assert isinstance(last, SessionEnded)
    assert (last.ended_by, last.rule) == ("safety", "F33")


async def test_f42_a_stop_during_the_preparation_waits_for_its_reset_before_anything_begins() -> None:
    async with rig(SWEEP, with_person=False) as stage:
        await asyncio.sleep(0.01)
        assert stage.is_in(Phase.CONNECTING)
        stage.press(Key.STOP)
        await stage.until(lambda: bool(stage.of(events.StopSeen)), 5.0)
        await asyncio.sleep(2.0)
        assert stage.is_in(Phase.STOPPED)
        stage.press(Key.RELEASE)
        stage.press(Key.CONFIRM)
        assert stage.asked()[-1].startswith("Hold the head in the air")


async def test_a_reading_that_is_no_number_is_told_as_none() -> None:
    async with rig(SWEEP, with_person=False) as stage:
        await stage.until_working()
        snapshot = stage.runner._core.snapshot
        snapshot.take_force(ForceReading(stage.now_s, stage.now_s, math.nan, math.nan))
        assert stage.runner._core.conductor.tick(stage.now_s, None).force_n is None
