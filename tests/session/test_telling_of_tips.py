"""What events tell of the tip and of the way a motor starts: displays turn newtons into a pressure by it."""

from __future__ import annotations

import dataclasses

import pytest

from massctl.session.ended import End
from massctl.session.events import StepEnded, StepStarted, Tick
from massctl.session.facts import Facts
from massctl.session.summary import Recorder
from massctl.session.telling import step_ended, step_started
from massctl.session.work import Work
from tests.session.rig import rig
from tests.session.stage import facts, manual, percussion, plan


def told(known: Facts) -> StepStarted:
    return step_started(0.0, percussion(head_area_cm2=5.1), 1, 60.0, None, facts=known)


def test_a_step_tells_its_tip_and_whether_its_motor_starts_softly() -> None:
    assert (told(facts()).contact_area_cm2, told(facts()).has_soft_start) == (5.1, True)
    assert not told(facts(has_soft_start=False)).has_soft_start
    assert told(facts(is_controllable=False)).is_switched_by_hand
    assert not told(facts()).is_switched_by_hand
    assert step_started(0.0, manual(), 1, 60.0, None, facts=facts()).contact_area_cm2 is None


def _ended(area_cm2: float | None) -> StepEnded:
    work = dataclasses.replace(
        Work(percussion(head_area_cm2=area_cm2), 60.0), work_s=10.0, _force_ns=100.0, _force_s=10.0
    )
    return step_ended(10.0, work, "time", None, None)


def test_the_summary_of_a_point_names_its_tip_unless_there_were_several() -> None:
    for areas_cm2, expected in (((5.0, 5.0), 5.0), ((5.0, 2.0), None), ((None,), None)):
        recorder = Recorder(plan(percussion()))
        for area_cm2 in areas_cm2:
            recorder.take(_ended(area_cm2))
        summary = recorder.ended(at_s=1.0, session_id="a", is_simulated=True, end=End("completed"), steps=1)
        assert summary.points[0].contact_area_cm2 == expected


@pytest.mark.virtual
async def test_a_tick_tells_the_band_and_the_rating_of_its_own_step() -> None:
    async with rig(plan(percussion()), with_person=False) as stage:
        await stage.until_working()
        tick = stage.of(Tick)[-1]
        assert tick.force_band_n == (8.0, 14.0)
        assert tick.discomfort is None
