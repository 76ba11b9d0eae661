"""The end of a session: it is left once the motor is seen to stand, and never quietly over one that moves (F54)."""

from __future__ import annotations

import asyncio

import pytest

from massctl.body.terms import Mode
from massctl.programs.plan import Plan
from massctl.session import events
from massctl.session.commands import Key
from massctl.session.events import Phase
from tests.session.rig import Rig, rig
from tests.session.stage import percussion, plan

pytestmark = pytest.mark.virtual

SWEEP, PIN = plan(percussion()), plan(percussion(mode=Mode.PIN))


async def leave(stage: Rig, key: Key) -> None:
    """End the last step, and with it the session, over a motor that runs on; nobody sees it stand."""
    await stage.until_shorted()
    stage.press(key)
    took_s = await stage.until(lambda: bool(stage.of(events.StopSeen)), 3.0)
    assert took_s <= 1.6
    assert not stage.stop.is_confirmed
    assert "NOT CONFIRMED" in stage.ask


async def test_f54_finish_is_left_once_the_motor_is_seen_to_stand() -> None:
    async with rig(SWEEP, with_person=False) as stage:
        await stage.until_working()
        stage.press(Key.FINISH)
        assert stage.is_off
        ended = await stage.task
        assert (ended.ended_by, ended.rule) == ("person", None)
        assert stage.speed_ppm < 30.0
        assert not stage.of(events.StopSeen)


@pytest.mark.parametrize(
    ("steps", "key"), [(SWEEP, Key.FINISH), (PIN, Key.FINISH), (SWEEP, Key.SKIP)], ids=["sweep", "pin", "completed"]
)
async def test_f54_a_session_over_a_motor_that_runs_on_is_told_held_up_and_ends_for_safety(
    steps: Plan, key: Key
) -> None:
    async with rig(steps, with_person=False) as stage:
        await leave(stage, key)
        await asyncio.sleep(60.0)
        assert not stage.of(events.SessionEnded)
        assert stage.is_in(Phase.STOPPED)
        stage.press(Key.RELEASE)
        ended = await stage.task
        assert (ended.ended_by, ended.rule) == ("safety", "F54")
        assert ("F54", "stop") in stage.told()


@pytest.mark.parametrize("steps", [SWEEP, PIN], ids=["sweep", "pin"])
async def test_f54_an_unseen_last_stop_that_nobody_answers_ends_after_two_minutes(steps: Plan) -> None:
    async with rig(steps, with_person=False) as stage:
        await leave(stage, Key.FINISH)
        began_s = stage.now_s
        ended = await stage.task
        assert stage.now_s - began_s == pytest.approx(120.0, abs=1.0)
        assert (ended.ended_by, ended.rule) == ("safety", "F54")


async def test_f54_a_signal_does_not_wait_for_an_answer() -> None:
    async with rig(PIN, with_person=False) as stage:
        await leave(stage, Key.FINISH)
        stage.runner.emergency_stop("SIGTERM")
        began_s = stage.now_s
        assert (await stage.task).rule == "F54"
        assert stage.now_s - began_s < 4.0


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
        await stage.until_shorted()
        began_s = stage.now_s
        stage.press(Key.FINISH)
        ended = await stage.task
        assert stage.now_s - began_s < 3.0
        assert ended.rule == "F54"


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
