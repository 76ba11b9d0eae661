"""Faults in the midst of a session: of the device, its links, its zero, another program, and this one. The motor is off first."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from firmware_protocol.codes import FaultBit
from massctl.errors import PeerRefused
from massctl.session import events
from massctl.session.commands import Key
from massctl.session.errands import KEEPS_FAULT
from massctl.session.events import Phase
from tests.session.rig import Rig, replug, rig
from tests.session.stage import percussion, plan

pytestmark = pytest.mark.virtual

SWEEP = plan(percussion())


async def test_f33_a_fault_latched_while_waiting_stops_and_only_the_reset_clears_it() -> None:
    async with rig(SWEEP, with_person=False) as stage:
        await stage.until_working()
        stage.press(Key.PAUSE)
        await asyncio.sleep(2.0)
        board = stage.bench.world.boards["massager"]
        board.act(board.state.latch(FaultBit.MOTOR_DRIVER, stage.now_s), stage.now_s)
        await stage.until_phase(Phase.STOPPED, 0.3)
        assert stage.told() == [("F33", "stop")]
        await stage.until(lambda: bool(stage.of(events.StopSeen)), 2.0)
        stage.press(Key.GO_ON)
        await asyncio.sleep(1.0)
        assert board.state.faults
        stage.press(Key.RELEASE)
        stage.press(Key.CONFIRM)
        await asyncio.sleep(1.0)
        assert not board.state.faults
        assert stage.is_in(Phase.WAITING)
        stage.press(Key.GO_ON)
        await stage.until_phase(Phase.WORKING, 10.0)


async def test_f33_a_fault_whose_cause_is_still_there_stops_again_behind_the_reset() -> None:
    async with rig(SWEEP, with_person=False) as stage:
        await stage.until_working()
        stage.press(Key.PAUSE)
        await asyncio.sleep(2.0)
        board, stops = stage.bench.world.boards["massager"], stage.told
        board.state.present_faults = int(FaultBit.MOTOR_DRIVER)
        board.act(board.state.latch(FaultBit.MOTOR_DRIVER, stage.now_s), stage.now_s)
        await stage.until(lambda: bool(stage.of(events.StopSeen)), 3.0)
        massager: Any = stage.runner._core.drive.devices.massager

        async def refuse() -> None:
            raise PeerRefused("test://gun", "a fault is latched.")

        massager.clear_faults = refuse
        stage.press(Key.RELEASE)
        stage.press(Key.CONFIRM)
        await asyncio.sleep(0.5)
        assert stage.is_in(Phase.STOPPED)
        assert stops() == [("F33", "stop"), ("F33", "stop")]
        assert stage.of(events.Intervention)[-1].text == f"{KEEPS_FAULT} It said: a fault is latched."


async def test_f33_a_fault_while_a_press_is_taken_stops_the_motor() -> None:
    stages: list[Rig] = []

    async def session_with_a_fault() -> None:
        async with rig(SWEEP, with_person=False) as stage:
            stages.append(stage)
            await stage.until_working()
            broken = [True]

            def fail(event: events.Event) -> None:
                if isinstance(event, events.Pressed) and broken:
                    broken.clear()
                    raise OSError

            stage.on_event = fail
            stage.press(Key.PAUSE)
            assert stage.is_off
            await asyncio.sleep(5.0)

    with pytest.raises(ExceptionGroup) as caught:
        await session_with_a_fault()
    assert caught.group_contains(OSError)
    assert stages[0].speed_ppm == 0.0
    assert isinstance(stages[0].events[-1], events.SessionEnded)


async def test_f36_a_sensor_that_was_unplugged_is_zeroed_again_before_anything_runs() -> None:
    async with rig(SWEEP, with_person=False) as stage:
        stage.runner._relinking.reconnect = replug(stage, "sensor", after_s=1.0)
        await stage.until_working()
        stage.bench.unplug("sensor")
        await stage.until_phase(Phase.RECONNECTING, 2.0)
        stage.pusher.aim_n = 0.0
        await stage.until_phase(Phase.WAITING, 20.0)
        assert "in the air" in stage.ask
        await asyncio.sleep(0.6)
        stage.press(Key.GO_ON)
        await stage.until_phase(Phase.PAUSED, 10.0)
        assert stage.speed_ppm == 0.0
        await asyncio.sleep(0.6)
        stage.press(Key.GO_ON)
        stage.pusher.aim_n = 11.0
        await stage.until_phase(Phase.WORKING, 10.0)


async def test_f36_a_sensor_lost_while_it_is_zeroed_is_asked_for_its_zero_again() -> None:
    async with rig(SWEEP, with_person=False) as stage:
        stage.runner._relinking.reconnect = replug(stage, "sensor", after_s=1.0)
        await stage.until_phase(Phase.WAITING)
        stage.bench.unplug("sensor")
        await stage.until_phase(Phase.RECONNECTING, 2.0)
        await stage.until(lambda: not stage.is_in(Phase.RECONNECTING), 20.0)
        assert stage.is_in(Phase.WAITING)
        assert "in the air" in stage.ask


async def test_f36_a_zero_that_is_answered_behind_a_stop_asks_nothing() -> None:
    async with rig(SWEEP, with_person=False) as stage:
        await stage.until_phase(Phase.WAITING)
        await asyncio.sleep(0.6)
        stage.press(Key.GO_ON)
        stage.press(Key.STOP)
        stage.runner._core.zeroed("No answer.")
        assert stage.is_in(Phase.STOPPED)


async def test_f45_a_device_under_another_programs_control_is_neither_stopped_again_nor_said_to_be() -> None:
    stages: list[Rig] = []

    async def refused_session() -> None:
        async with rig(SWEEP, with_person=False) as stage:
            stages.append(stage)
            massager: Any = stage.runner._core.drive.devices.massager

            async def refuse(limits: object) -> None:
                raise PeerRefused("test://gun", "is under the control of another program.")

            massager.prepare = refuse
            await asyncio.sleep(5.0)

    with pytest.raises(ExceptionGroup) as caught:
        await refused_session()
    assert caught.group_contains(PeerRefused)
    assert not stages[0].of(events.StopSeen)


async def test_f36_a_load_at_the_zero_is_asked_about_again_and_blocks_at_the_third_try() -> None:
    async with rig(plan(percussion()), with_person=False) as stage:
        gauge = stage.bench.world.gauge
        for _ in range(3):
            await stage.until_phase(Phase.WAITING, 10.0)
            await asyncio.sleep(0.6)
            stage.press(Key.GO_ON)
            await asyncio.sleep(1.0)
            stage.pusher.aim_n = 10.0
            await asyncio.sleep(4.0)
            stage.pusher.aim_n = 0.0
            await asyncio.sleep(1.0)
        summary = await asyncio.wait_for(stage.task, 10.0)
        assert (summary.ended_by, summary.rule) == ("safety", "F36")
        assert ("F36", "block") in stage.told()
        assert gauge.is_tared
