"""Every way to take the motor off, on the bench: at once, watched until it stands, and never left or spoken of unseen."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from firmware_protocol.codes import FaultBit, Input
from massctl.body.terms import Mode
from massctl.devices import connect
from massctl.devices.capabilities import Massager, StopReason, TimerCapabilities
from massctl.errors import PeerRefused
from massctl.session import events
from massctl.session.commands import Key
from massctl.session.events import Phase
from massctl.session.facts import facts_of
from massctl.session.runner import SessionDevices
from massctl.session.snapshot import Drive
from tests.session.rig import Rig, replug, rig
from tests.session.stage import manual, percussion, plan, question

pytestmark = pytest.mark.virtual

SWEEP = plan(percussion())
TWO = plan(percussion(maximum_s=12.0), percussion("GMAX", maximum_s=20.0))
BY_HAND = percussion("GMAX", speed_ppm=1700, head="ball", maximum_s=120.0)


async def until_soft_stop(stage: Rig, below_ppm: float = 3000.0) -> None:
    conductor = stage.runner._core.conductor
    await stage.until(lambda: conductor.wanted is Drive.SOFT_STOP and stage.speed_ppm < below_ppm, 40.0)


def asks_of(stage: Rig) -> str:
    return stage.of(events.PhaseChanged)[-1].ask


def is_off(stage: Rig) -> bool:
    return stage.runner._core.snapshot.drive is Drive.OFF


# --- the end of a session --------------------------------------------------------------------------------------------------


async def test_f54_finish_is_left_once_the_motor_is_seen_to_stand() -> None:
    async with rig(SWEEP, with_person=False) as stage:
        await stage.until_working()
        stage.press(Key.FINISH)
        assert is_off(stage)
        ended = await stage.task
        assert (ended.ended_by, ended.rule) == ("person", None)
        assert stage.speed_ppm < 30.0
        assert not stage.of(events.StopSeen)


@pytest.mark.parametrize("how", ["finish", "completed"])
async def test_f54_a_session_over_a_motor_that_runs_on_is_told_held_up_and_ends_for_safety(how: str) -> None:
    async with rig(TWO if how == "completed" else SWEEP, with_person=False) as stage:
        await stage.until_working()
        if how == "completed":
            stage.press(Key.SKIP)
            await stage.until_working()
        stage.bench.world.motor.is_shorted = True
        await asyncio.sleep(0.5)
        stage.press(Key.FINISH if how == "finish" else Key.SKIP)
        took_s = await stage.until(lambda: bool(stage.of(events.StopSeen)), 3.0)
        assert took_s <= 1.6
        assert not stage.stop.is_confirmed
        assert "NOT CONFIRMED" in asks_of(stage)
        await asyncio.sleep(60.0)
        assert not stage.task.done()
        stage.press(Key.RELEASE)
        ended = await stage.task
        assert (ended.ended_by, ended.rule) == ("safety", "F54")


async def test_f54_an_unseen_last_stop_that_nobody_answers_ends_after_two_minutes() -> None:
    async with rig(SWEEP, with_person=False) as stage:
        await stage.until_working()
        stage.bench.world.motor.is_shorted = True
        await asyncio.sleep(0.5)
        stage.press(Key.FINISH)
        began_s = stage.now_s
        ended = await stage.task
        assert stage.now_s - began_s == pytest.approx(121.5, abs=1.0)
        assert (ended.ended_by, ended.rule) == ("safety", "F54")


async def test_f34_a_link_that_is_lost_after_finish_is_how_the_session_ended() -> None:
    async with rig(SWEEP, with_person=False) as stage:
        await stage.until_working()
        stage.bench.hang("massager")
        await asyncio.sleep(0.2)
        stage.press(Key.FINISH)
        await stage.until(lambda: bool(stage.of(events.StopSeen)), 4.0)
        stage.press(Key.RELEASE)
        ended = await stage.task
        assert (ended.ended_by, ended.rule) == ("link lost", "F34")
        assert not stage.stop.is_confirmed


async def test_an_end_without_anybody_at_the_keys_does_not_wait_for_an_answer() -> None:
    async with rig(SWEEP, with_person=False, resettable=False) as stage:
        await stage.until_working()
        stage.bench.world.motor.is_shorted = True
        await asyncio.sleep(0.5)
        began_s = stage.now_s
        stage.press(Key.FINISH)
        ended = await stage.task
        assert stage.now_s - began_s < 3.0
        assert ended.rule == "F54"


# --- pauses ----------------------------------------------------------------------------------------------------------------


async def test_f54_a_pause_that_is_not_seen_to_stop_the_motor_is_a_stop_within_1_5_s() -> None:
    async with rig(SWEEP, with_person=False) as stage:
        await stage.until_working()
        stage.bench.world.motor.is_shorted = True
        await asyncio.sleep(0.5)
        stage.press(Key.PAUSE)
        took_s = await stage.until_phase(Phase.STOPPED, 3.0)
        assert took_s <= 1.6
        assert ("F54", "stop") in stage.told()
        assert "NOT CONFIRMED" in asks_of(stage)


async def test_f54_a_pause_does_not_claim_a_motor_that_nobody_has_seen_to_stand() -> None:
    async with rig(SWEEP, with_person=False) as stage:
        await stage.until_working()
        stage.press(Key.PAUSE)
        assert "motor is off" not in asks_of(stage)


async def test_f42_space_in_a_soft_stop_takes_the_motor_off_at_once() -> None:
    async with rig(TWO, with_person=False) as stage:
        await stage.until_working()
        await until_soft_stop(stage)
        stage.press(Key.PAUSE)
        assert is_off(stage)
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
        took_s = await stage.until(lambda: is_off(stage), 1.0)
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


# --- a motor that starts again, and a device's own faults ------------------------------------------------------------------


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
        assert "NOT CONFIRMED" in asks_of(stage)
        await asyncio.sleep(1.0)
        assert stage.stop.is_confirmed


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


# --- guns without a link ---------------------------------------------------------------------------------------------------


async def gun(url: str = "manual://?levels=1400,1700") -> Massager:
    massager = (await connect(url, ["massager"])).massager
    assert massager is not None
    return massager


async def until_hand_on(stage: Rig) -> None:
    await stage.until_phase(Phase.RATING)
    stage.press(Key.GO_ON)
    stage.press(Key.GO_ON)
    assert stage.runner._core.snapshot.is_hand_on
    await asyncio.sleep(5.0)


@pytest.mark.parametrize("key", [Key.PAUSE, Key.SKIP, Key.SWAP, Key.DISCOMFORT])
async def test_f42_a_gun_without_a_link_counts_as_running_until_a_person_says_it_is_off(key: Key) -> None:
    steps = plan(BY_HAND, BY_HAND, manual())
    devices = SessionDevices(massager=await gun())
    async with rig(steps, with_person=False, roles=(), devices=devices) as stage:
        await until_hand_on(stage)
        stage.press(key, 8 if key is Key.DISCOMFORT else None)
        await asyncio.sleep(0.6)
        snapshot = stage.runner._core.snapshot
        assert "witch it off now" in asks_of(stage)
        assert snapshot.is_hand_on
        assert snapshot.is_motor_on
        stage.press(Key.GO_ON)
        assert not snapshot.is_hand_on
        assert snapshot.phase in {Phase.PAUSED, Phase.WAITING}
        assert "witch it off now" not in asks_of(stage)


async def test_f23_nobody_who_says_that_a_gun_is_off_is_silence() -> None:
    devices = SessionDevices(massager=await gun())
    async with rig(plan(BY_HAND), with_person=False, roles=(), devices=devices) as stage:
        await until_hand_on(stage)
        stage.press(Key.PAUSE)
        await asyncio.sleep(81.0)
        assert ("F23", "stop") in stage.told()


async def test_f42_finish_over_a_gun_without_a_link_waits_for_the_word_that_it_is_off() -> None:
    devices = SessionDevices(massager=await gun())
    async with rig(plan(BY_HAND), with_person=False, roles=(), devices=devices) as stage:
        await until_hand_on(stage)
        stage.press(Key.FINISH)
        await asyncio.sleep(5.0)
        assert not stage.task.done()
        assert "witch it off now" in asks_of(stage)
        stage.press(Key.GO_ON)
        ended = await stage.task
        assert (ended.ended_by, ended.rule) == ("person", None)


@pytest.mark.parametrize(("url", "can_stop"), [("manual://?min=1500", False), ("manual://?min=1500&relay=yes", True)])
async def test_f54_a_relay_stops_a_gun_only_if_its_owner_has_declared_that_it_feeds_it(
    url: str, can_stop: bool
) -> None:
    facts = facts_of((await gun(url)).capabilities, None, TimerCapabilities(60.0))
    assert facts.can_stop is can_stop


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


# --- links, zeros, and faults of this program ------------------------------------------------------------------------------


async def test_f36_a_sensor_that_was_unplugged_is_zeroed_again_before_anything_runs() -> None:
    async with rig(SWEEP, with_person=False) as stage:
        stage.runner._relinking.reconnect = replug(stage, "sensor", after_s=1.0)
        await stage.until_working()
        stage.bench.unplug("sensor")
        await stage.until_phase(Phase.RECONNECTING, 2.0)
        stage.pusher.aim_n = 0.0
        await stage.until_phase(Phase.WAITING, 20.0)
        assert "in the air" in asks_of(stage)
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
        assert "in the air" in asks_of(stage)


async def test_f36_a_zero_that_is_answered_behind_a_stop_asks_nothing() -> None:
    async with rig(SWEEP, with_person=False) as stage:
        await stage.until_phase(Phase.WAITING)
        await asyncio.sleep(0.6)
        stage.press(Key.GO_ON)
        stage.press(Key.STOP)
        stage.runner._core.zeroed("No answer.")
        assert stage.is_in(Phase.STOPPED)


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
            assert is_off(stage)
            await asyncio.sleep(5.0)

    with pytest.raises(ExceptionGroup) as caught:
        await session_with_a_fault()
    assert caught.group_contains(OSError)
    assert stages[0].speed_ppm == 0.0
    assert isinstance(stages[0].events[-1], events.SessionEnded)


async def test_a_session_cancelled_three_times_still_ends_with_its_stop_and_its_summary() -> None:
    async with rig(SWEEP, with_person=False) as stage:
        await stage.until_working()
        for _ in range(3):
            stage.task.cancel()
            await asyncio.sleep(0.01)
        with pytest.raises(asyncio.CancelledError):
            await stage.task
        assert isinstance(stage.events[-1], events.SessionEnded)
        assert stage.stop.is_confirmed
        assert stage.speed_ppm < 30.0


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
