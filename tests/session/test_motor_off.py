"""Every way to take the motor off, on the bench: at once, watched until it stands, and never left or spoken of unseen."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from firmware_protocol.codes import Input
from massctl.body.terms import Mode
from massctl.devices.capabilities import StopReason
from massctl.session import events
from massctl.session.commands import Key
from massctl.session.events import Phase
from massctl.session.snapshot import Drive
from tests.session.rig import Rig, rig
from tests.session.stage import percussion, plan, question

pytestmark = pytest.mark.virtual

SWEEP = plan(percussion())
TWO = plan(percussion(maximum_s=12.0), percussion("GMAX", maximum_s=20.0))


async def until_soft_stop(stage: Rig, below_ppm: float = 3000.0) -> None:
    conductor = stage.runner._core.conductor
    await stage.until(lambda: conductor.wanted is Drive.SOFT_STOP and stage.speed_ppm < below_ppm, 40.0)


# --- pauses ----------------------------------------------------------------------------------------------------------------


async def test_f54_a_pause_that_is_not_seen_to_stop_the_motor_is_a_stop_within_1_5_s() -> None:
    async with rig(SWEEP, with_person=False) as stage:
        await stage.until_shorted()
        stage.press(Key.PAUSE)
        took_s = await stage.until_phase(Phase.STOPPED, 3.0)
        assert took_s <= 1.6
        assert ("F54", "stop") in stage.told()
        assert "NOT CONFIRMED" in stage.ask


async def test_f54_a_pause_does_not_claim_a_motor_that_nobody_has_seen_to_stand() -> None:
    async with rig(SWEEP, with_person=False) as stage:
        await stage.until_working()
        stage.press(Key.PAUSE)
        assert "motor is off" not in stage.ask


async def test_f42_space_in_a_soft_stop_takes_the_motor_off_at_once() -> None:
    async with rig(TWO, with_person=False) as stage:
        await stage.until_working()
        await until_soft_stop(stage)
        stage.press(Key.PAUSE)
        assert stage.is_off
        took_s = await stage.until(lambda: stage.speed_ppm < 30.0, 1.5)
        assert took_s < 1.0
        await stage.until_phase(Phase.WAITING, 2.0)
        assert stage.of(events.StepStarted)[-1].point == "GMAX"


async def test_f42_space_right_after_enter_is_a_pause_and_no_stop() -> None:
    async with rig(SWEEP, with_person=False) as stage:
        await stage.until_working()
        stage.press(Key.PAUSE)
        await asyncio.sleep(2.0)
        stage.press(Key.GO_ON)
        stage.press(Key.PAUSE)
        await asyncio.sleep(1.0)
        assert stage.is_in(Phase.PAUSED)
        assert stage.told() == []
        assert stage.speed_ppm == 0.0


# --- the pedal -------------------------------------------------------------------------------------------------------------


async def test_f42_a_tread_takes_the_motor_off_as_the_pedal_goes_down() -> None:
    async with rig(SWEEP, with_person=False) as stage:
        await stage.until_working()
        stage.bench.world.timer.tread(stage.now_s, Input.PEDAL, hold_s=0.3)
        took_s = await stage.until(lambda: stage.is_off, 1.0)
        assert took_s < 0.1
        await asyncio.sleep(3.0)
        assert stage.runner.phase is Phase.PAUSED, stage.told()


async def test_f33_the_right_to_run_that_comes_behind_a_pause_is_given_back() -> None:
    async with rig(SWEEP, with_person=False) as stage:
        await stage.until_working()
        stage.press(Key.PAUSE)
        await asyncio.sleep(1.0)
        core = stage.runner._core
        massager: Any = core.drive.devices.massager
        told: list[StopReason] = []

        def noted(reason: StopReason) -> bool:
            told.append(reason)
            return True

        massager.stop = noted
        core.armed(core.drive.starts)
        assert len(told) == 1


async def test_f53_a_tread_that_began_over_a_running_motor_starts_nothing() -> None:
    async with rig(TWO, with_person=False) as stage:
        await stage.until_working()
        await until_soft_stop(stage, below_ppm=500.0)
        stage.bench.world.timer.tread(stage.now_s, Input.PEDAL)
        await asyncio.sleep(5.0)
        assert stage.is_in(Phase.WAITING)
        assert stage.speed_ppm == 0.0
        stage.bench.world.timer.tread(stage.now_s, Input.PEDAL)
        await stage.until_phase(Phase.WORKING, 10.0)


async def test_a_double_tread_pauses_and_the_step_ends_as_softer_when_it_goes_on() -> None:
    pin = percussion(mode=Mode.PIN, maximum_s=50.0, minimum_s=30.0)
    async with rig(plan(pin, question()), with_person=False) as stage:
        await stage.until_working()
        await asyncio.sleep(35.0)
        stage.bench.world.timer.tread(stage.now_s, Input.PEDAL, times=2)
        await asyncio.sleep(2.0)
        assert stage.is_in(Phase.PAUSED)
        stage.press(Key.GO_ON)
        await stage.until_phase(Phase.RATING, 5.0)
        stage.press(Key.SKIP)
        assert stage.of(events.StepEnded)[-1].work_s < 42.0
        assert stage.runner._core.conductor.index == 1


async def test_f53_enter_right_behind_an_unasked_change_starts_nothing() -> None:
    async with rig(TWO, with_person=False) as stage:
        await stage.until_working()
        await stage.until(lambda: stage.is_in(Phase.WAITING), 40.0)
        stage.press(Key.GO_ON)
        assert stage.is_in(Phase.WAITING)
        await asyncio.sleep(0.6)
        stage.press(Key.GO_ON)
        assert stage.is_in(Phase.RAMPING)


# --- a motor that starts again --------------------------------------------------------------------------------------------


async def test_f54_a_stopped_motor_that_moves_again_is_stopped_again_and_told() -> None:
    async with rig(SWEEP, with_person=False) as stage:
        await stage.until_working()
        stage.press(Key.STOP)
        await stage.until(lambda: bool(stage.of(events.StopSeen)), 2.0)
        assert stage.stop.is_confirmed
        await asyncio.sleep(1.0)
        written: list[float] = []
        massager: Any = stage.runner._core.drive.devices.massager
        stop = massager.stop

        def noted(reason: StopReason) -> bool:
            written.append(stage.now_s)
            return bool(stop(reason))

        massager.stop = noted
        for _ in range(100):
            stage.bench.world.motor.speed_ppm = 1500.0
            await asyncio.sleep(0.01)
        assert len(written) >= 2
        assert (stage.stop.rule, stage.stop.is_confirmed) == ("F54", False)
        assert "NOT CONFIRMED" in stage.ask
        await asyncio.sleep(1.0)
        assert stage.stop.is_confirmed


# --- what a stop's record says ---------------------------------------------------------------------------------------------


async def test_f54_a_stop_on_a_dead_link_is_not_said_to_be_written() -> None:
    async with rig(SWEEP, with_person=False) as stage:
        await stage.until_working()
        stage.bench.unplug("massager")
        await stage.until(lambda: bool(stage.of(events.StopSeen)), 4.0)
        assert stage.stop.written_s is None


async def test_f54_a_lost_sensor_does_not_hide_that_the_motor_was_seen_to_stand() -> None:
    async with rig(SWEEP, with_person=False) as stage:
        await stage.until_working()
        stage.bench.unplug("sensor")
        ended = await stage.task
        assert (ended.ended_by, ended.rule) == ("link lost", "F34")
        assert stage.stop.is_confirmed
        assert not any("NOT CONFIRMED" in ask for ask in stage.asked())
