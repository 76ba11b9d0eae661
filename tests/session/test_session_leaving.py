"""F54 at the end of a session: it does not end quietly over a motor that moves."""

from __future__ import annotations

import asyncio

import pytest

from massctl.body.terms import Mode
from massctl.session import events
from massctl.session.commands import Key
from massctl.session.events import Phase
from tests.session.rig import Rig, rig
from tests.session.stage import percussion, plan

pytestmark = pytest.mark.virtual
PIN = plan(percussion(mode=Mode.PIN))


async def break_and_finish(stage: Rig) -> None:
    await stage.until_working()
    stage.bench.world.motor.is_shorted = True
    await asyncio.sleep(1.0)
    stage.press(Key.FINISH)
    await stage.until(lambda: any(not seen.is_confirmed for seen in stage.of(events.StopSeen)), 4.0)
    assert "NOT CONFIRMED" in stage.of(events.PhaseChanged)[-1].ask


async def test_f54_a_finished_session_over_a_moving_motor_stops_again_and_waits_for_an_answer() -> None:
    async with rig(PIN, with_person=False) as stage:
        await break_and_finish(stage)
        await asyncio.sleep(30.0)
        assert not stage.of(events.SessionEnded)
        assert stage.is_in(Phase.STOPPED)
        stage.press(Key.RELEASE)
        await stage.until(lambda: bool(stage.of(events.SessionEnded)), 2.0)
        ended = stage.of(events.SessionEnded)[0]
        assert (ended.ended_by, ended.rule) == ("safety", "F54")
        assert ("F54", "stop") in stage.told()


async def test_f54_without_an_answer_it_ends_after_two_minutes() -> None:
    async with rig(PIN, with_person=False) as stage:
        await break_and_finish(stage)
        await stage.until(lambda: bool(stage.of(events.SessionEnded)), 125.0)


async def test_f54_a_signal_does_not_wait_for_an_answer() -> None:
    async with rig(PIN, with_person=False) as stage:
        await break_and_finish(stage)
        stage.runner.emergency_stop("SIGTERM")
        await stage.until(lambda: bool(stage.of(events.SessionEnded)), 4.0)
        assert stage.of(events.SessionEnded)[0].rule == "F54"
