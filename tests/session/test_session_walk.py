"""The walk through a plan on the bench: clocks, doses, ratings, rests, keys, timers, tools. All times are virtual."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest

from massctl.body.atlas import Atlas
from massctl.body.terms import End, Mode, Side, Tool
from massctl.errors import Blocked
from massctl.programs.plan import Plan
from massctl.session import asks, events
from massctl.session.commands import Key
from massctl.session.events import Phase
from massctl.session.runner import SessionDevices, SessionRunner
from massctl.session.snapshot import Snapshot
from tests.session.rig import rig
from tests.session.stage import manual, percussion, plan, question

pytestmark = pytest.mark.virtual


async def test_a_sweep_and_a_pin_with_a_person_complete_with_the_planned_dose() -> None:
    steps = plan(percussion(), percussion(mode=Mode.PIN), question(Mode.MOVE, End.DONE))
    async with rig(steps) as stage:
        summary = await stage.task
    assert (summary.ended_by, summary.rule, summary.interventions) == ("completed", None, ())
    sweep, pin, _ = stage.of(events.StepEnded)
    assert sweep.work_s == pytest.approx(60.0, abs=0.5)
    assert sweep.contact_s == pytest.approx(60.0, abs=3.0)
    assert pin.in_band_s == pytest.approx(30.0, abs=1.5)
    assert summary.points[0].dose_s == pytest.approx(sweep.contact_s + pin.contact_s, abs=0.1)
    assert summary.steps_done == 3
    assert stage.events[-1] is summary
    assert isinstance(stage.events[0], events.SessionStarted)


async def test_every_start_is_soft_every_step_ends_standing_and_the_relay_follows() -> None:
    steps = plan(percussion(maximum_s=12.0), percussion(maximum_s=12.0, side=Side.RIGHT))
    async with rig(steps) as stage:
        fastest, last_ppm, closed_while_still = 0.0, 0.0, 0
        while not stage.task.done():
            speed_ppm = stage.speed_ppm
            fastest = max(fastest, (speed_ppm - last_ppm) / 0.1)
            last_ppm = speed_ppm
            timer = stage.bench.world.timer
            is_idle = stage.is_in(Phase.WAITING) or stage.is_in(Phase.RATING)
            closed_while_still += timer.is_relay_closed and is_idle
            assert not (is_idle and speed_ppm > 30.0)
            await asyncio.sleep(0.1)
    assert fastest <= 700.0
    assert closed_while_still == 0


async def test_the_timer_is_armed_in_slices_and_never_beyond_the_step() -> None:
    async with rig(plan(percussion(maximum_s=20.0)), with_person=False) as stage:
        await stage.until_working()
        left = []
        while stage.is_in(Phase.WORKING):
            tick = stage.of(events.Tick)[-1]
            left.append(tick.timer_remaining_s or 0.0)
            await asyncio.sleep(0.2)
        assert max(left) <= 2.0
        assert min(left[2:]) > 0.5
        await stage.task
        assert not stage.bench.world.timer.is_relay_closed


async def test_a_start_goes_to_1800_ppm_at_most_and_above_it_only_later() -> None:
    async with rig(plan(percussion("GMAX", speed_ppm=2200, force_band_n=(15.0, 30.0))), with_person=False) as stage:
        await stage.until_working(20.0)
        snapshot = stage.runner._core.snapshot
        assert snapshot.set_ppm <= 1800
        await stage.until(lambda: snapshot.set_ppm > 1800, 10.0)
        assert snapshot.set_ppm == 2200


async def test_a_pins_clock_shows_time_in_band_and_its_contact_is_bounded_by_f13() -> None:
    pin = percussion(mode=Mode.PIN, maximum_s=45.0)
    async with rig(plan(pin), with_person=False) as stage:
        await stage.until_working(aim_n=5.0)
        while stage.is_in(Phase.WORKING):
            stage.press(Key.EXTEND)
            await asyncio.sleep(5.0)
        await stage.until(lambda: bool(stage.of(events.StepEnded)), 90.0)
        step = stage.of(events.StepEnded)[-1]
        assert step.in_band_s < 5.0
        assert step.contact_s == pytest.approx(60.0, abs=0.6)
        assert step.contact_s <= 60.0
        assert stage.told() == []
        assert step.outcome == "time"


async def test_a_pin_felt_softer_ends_at_its_minimum_and_not_before() -> None:
    pin = percussion("GMED", Mode.PIN, maximum_s=45.0, minimum_s=30.0, force_band_n=(8.0, 28.0), end=End.RELEASE)
    async with rig(plan(pin), with_person=False) as stage:
        await stage.until_working(aim_n=16.0)
        stage.press(Key.SOFTER)
        assert stage.of(events.PhaseChanged)[-1].ask == asks.softer(30.0), "who pressed it sees that it was heard"
        await stage.until(lambda: not stage.runner._core.conductor.is_at_work, 60.0)
        tick = stage.of(events.Tick)[-1]
        assert tick.clock_s == pytest.approx(27.5, abs=1.5)
        await stage.until(lambda: bool(stage.of(events.StepEnded)), 120.0)
        assert stage.of(events.StepEnded)[-1].outcome == "softer"


async def test_a_pin_ends_when_discomfort_has_fallen_by_two() -> None:
    async with rig(plan(manual(maximum_s=60.0)), with_person=False, roles=("timer",)) as stage:
        while not stage.is_in(Phase.WORKING):
            stage.press(Key.GO_ON)
            await asyncio.sleep(0.1)
        stage.press(Key.DISCOMFORT, 6)
        await asyncio.sleep(10.0)
        stage.press(Key.DISCOMFORT, 4)
        await asyncio.sleep(10.0)
        assert stage.is_in(Phase.WORKING)
        await stage.until_phase(Phase.RATING, 15.0)
        assert stage.asked()[-1].startswith("Keep the pressure")
        stage.press(Key.DISCOMFORT, 3)
        await stage.until_phase(Phase.RESTING, 1.0)
        took_s = await stage.until_phase(Phase.RATING, 15.0)
        assert took_s == pytest.approx(10.0, abs=0.2)
        stage.press(Key.DISCOMFORT, 1)
        await stage.until(lambda: bool(stage.of(events.StepEnded)), 0.1)
        step = stage.of(events.StepEnded)[-1]
        assert (step.outcome, step.discomfort_before, step.discomfort_after) == ("eased", 6, 1)


async def test_passes_have_20_s_of_rest_between_them_that_no_key_shortens() -> None:
    first = manual(maximum_s=30.0, passes=2)
    second = dataclasses.replace(first, pass_number=2, rest_before_s=20.0)
    steps = Plan("test", "Test", (first, dataclasses.replace(second, number=2)))
    async with rig(steps, with_person=False, roles=("timer",)) as stage:
        while not stage.is_in(Phase.RESTING):
            stage.press(Key.GO_ON)
            await asyncio.sleep(0.1)
        began_s = stage.now_s
        while stage.is_in(Phase.RESTING):
            stage.press(Key.GO_ON)
            await asyncio.sleep(0.1)
        assert stage.now_s - began_s == pytest.approx(20.0, abs=0.3)
        assert stage.is_in(Phase.WAITING)


@pytest.mark.parametrize("passes", [2, 3])
async def test_F21_after_two_passes_without_a_fall_the_point_is_over(passes: int) -> None:
    first = manual(maximum_s=30.0, passes=passes)
    pins = [
        dataclasses.replace(first, pass_number=n, side=side, rest_before_s=20.0 * (n > 1))
        for n in range(1, passes + 1)
        for side in (Side.LEFT, Side.RIGHT)
    ]
    steps = [dataclasses.replace(step, number=n) for n, step in enumerate([*pins, question()], 1)]
    async with rig(Plan("test", "Test", tuple(steps)), with_person=False, roles=("timer",)) as stage:
        rated = set()
        while not stage.of(events.StepStarted) or stage.of(events.StepStarted)[-1].mode != "check":
            number = stage.runner._core.conductor.step.number
            if stage.is_in(Phase.RATING) or (stage.is_in(Phase.WORKING) and number not in rated):
                rated.add(number)
                stage.press(Key.DISCOMFORT, 5)
            elif stage.is_in(Phase.WAITING):
                stage.press(Key.GO_ON)
            await asyncio.sleep(0.6)
        ends = [(step.number, step.outcome) for step in stage.of(events.StepEnded)]
        assert ends == [(1, "time"), (2, "time"), (3, "not responding"), (4, "not responding")]
        assert ("F21", "warn") in stage.told()


async def test_F21_a_single_rating_compares_with_nothing() -> None:
    pins = [manual(maximum_s=30.0, passes=2, pass_number=n, number=n, rest_before_s=20.0 * (n > 1)) for n in (1, 2)]
    async with rig(Plan("test", "Test", (*pins, question(number=3))), with_person=False, roles=("timer",)) as stage:
        answered = False
        while not stage.of(events.StepStarted) or stage.of(events.StepStarted)[-1].mode != "check":
            if stage.is_in(Phase.RATING) and stage.asked()[-1].startswith("Keep the pressure") and not answered:
                answered = True
                stage.press(Key.DISCOMFORT, 5)
            elif stage.is_in(Phase.WAITING) or stage.is_in(Phase.RATING):
                stage.press(Key.GO_ON)
            await asyncio.sleep(0.6)
        assert answered
        assert [step.outcome for step in stage.of(events.StepEnded)] == ["time", "time"]


async def test_f12_an_empty_hand_is_slowed_after_5_s_and_paused_after_20() -> None:
    async with rig(plan(percussion()), with_person=False) as stage:
        await stage.until_working()
        stage.pusher.aim_n = 0.0
        await stage.until(lambda: not stage.runner._core.snapshot.is_touching(stage.now_s), 3.0)
        first_s = await stage.until(lambda: ("F12", "backoff") in stage.told(), 10.0)
        then_s = await stage.until_phase(Phase.PAUSED, 30.0)
        assert first_s == pytest.approx(5.0, abs=0.1)
        assert first_s + then_s == pytest.approx(20.0, abs=0.2)


async def test_f20_a_rating_of_8_pauses_and_the_resume_is_gentler() -> None:
    async with rig(plan(percussion("GMAX", speed_ppm=1800, force_band_n=(15.0, 30.0))), with_person=False) as stage:
        await stage.until_working(20.0)
        stage.press(Key.DISCOMFORT, 8)
        assert stage.is_in(Phase.PAUSED)
        await asyncio.sleep(3.0)
        stage.press(Key.GO_ON)
        await stage.until_phase(Phase.WORKING, 10.0)
        await asyncio.sleep(4.0)
        assert stage.runner._core.snapshot.set_ppm == 1440
        for _ in range(3):
            stage.press(Key.FASTER)
        assert stage.runner._core.snapshot.set_ppm == 1740
        for _ in range(3):
            stage.press(Key.FASTER)
        assert stage.runner._core.snapshot.set_ppm == 1800


async def test_f23_silence_is_asked_about_and_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Snapshot, "count_silence", _count_steady_push)
    async with rig(plan(percussion(maximum_s=120.0)), with_person=False) as stage:
        await stage.until_working()
        snapshot = stage.runner._core.snapshot
        snapshot.silent_on_s = 59.0
        await stage.until(lambda: ("F23", "warn") in stage.told(), 5.0)
        took_s = await stage.until_phase(Phase.STOPPED, 30.0)
        assert took_s == pytest.approx(20.0, abs=0.2)
        assert stage.told()[-1] == ("F23", "stop")


def _count_steady_push(snapshot: Snapshot, dt_s: float) -> None:
    """Count as if the push never changed: the simulated hand is never that steady."""
    snapshot.silent_on_s += dt_s if snapshot.is_motor_on else 0.0


async def test_back_extend_skip_trim_swap_and_finish_each_do_their_part() -> None:
    steps = plan(percussion(), percussion(side=Side.RIGHT), percussion("GMAX"), question())
    async with rig(steps, with_person=False) as stage:
        await stage.until_working()
        await asyncio.sleep(5.0)
        stage.press(Key.TRIM)
        await stage.until(lambda: bool(stage.of(events.StepEnded)), 10.0)
        assert stage.of(events.StepEnded)[-1].outcome == "trimmed"
        stage.press(Key.BACK)
        assert stage.of(events.StepStarted)[-1].side == "L"
        stage.press(Key.SKIP)
        stage.press(Key.SKIP)
        assert [step.outcome for step in stage.of(events.StepEnded)] == ["trimmed", "skipped", "skipped", "skipped"]
        stage.press(Key.SWAP)
        started = stage.of(events.StepStarted)[-1]
        assert (started.point, started.tool, started.speed_ppm) == ("GMAX", "ball", None)
        assert started.substitution
        stage.press(Key.GO_ON)
        await asyncio.sleep(10.0)
        assert stage.speed_ppm == 0.0
        stage.press(Key.FINISH)
        summary = await stage.task
        assert (summary.ended_by, summary.rule) == ("person", None)
        gmax = summary.points[-1]
        assert gmax.tools == ("ball",)
        assert gmax.dose_s == pytest.approx(10.0, abs=0.2)
        assert gmax.mean_force_n is None


async def test_a_dose_adds_up_over_back_and_resume() -> None:
    pin = percussion(mode=Mode.PIN)
    async with rig(plan(pin, question()), with_person=False) as stage:
        await stage.until_working()
        await asyncio.sleep(25.0)
        stage.press(Key.SKIP)
        stage.press(Key.BACK)
        await stage.until_working()
        await asyncio.sleep(25.0)
        stage.press(Key.PAUSE)
        await asyncio.sleep(5.0)
        stage.press(Key.SKIP)
        stage.press(Key.BACK)
        await stage.until_working()
        await stage.until(lambda: not stage.is_in(Phase.WORKING), 30.0)
        total_s = (
            sum(step.contact_s for step in stage.of(events.StepEnded)) + stage.runner._core.conductor.work.contact_s
        )
        assert total_s <= 60.5


async def test_f46_a_free_run_ends_by_itself_after_two_minutes() -> None:
    steps = plan(percussion("GMAX", maximum_s=600.0, force_band_n=(15.0, 30.0)), is_free_run=True)
    async with rig(steps, with_person=False) as stage:
        await stage.until_working(20.0)
        summary = await asyncio.wait_for(stage.task, 150.0)
        assert summary.percussion_s <= 120.1
        assert ("F46", "pause") in stage.told()


async def test_a_scan_picks_the_most_tender_points_and_works_on_them() -> None:
    points = ["UTRAP", "LEVS", "SUPRA", "RHOM", "MTRAP", "INFRA"]
    candidates = tuple(manual(point, side=side, maximum_s=30.0) for point in points for side in (Side.LEFT, Side.RIGHT))
    auto = [manual(tool=Tool.ANY) for _ in range(4)]
    auto = [dataclasses.replace(step, point=None, side=None) for step in auto]
    steps = plan(
        question(Mode.SCAN, End.ALL_RATED, candidates=candidates), question(Mode.PLAN, End.CONFIRMED), *auto, question()
    )
    async with rig(steps, with_person=False, roles=("timer",)) as stage:
        await stage.until_phase(Phase.WAITING)
        await asyncio.sleep(0.6)
        stage.press(Key.GO_ON)
        for step in candidates:
            await asyncio.sleep(0.2)
            assert step.point is not None
            stage.press(Key.DISCOMFORT, points.index(step.point.id) + (step.side is Side.LEFT))
        await stage.until_phase(Phase.WAITING, 2.0)
        assert "Infraspinatus left" in stage.asked()[-1]
        stage.press(Key.GO_ON)
        conductor = stage.runner._core.conductor
        worked = [step.point.id for step in conductor.steps if step.point is not None]
        assert worked == ["INFRA", "INFRA", "MTRAP", "MTRAP", "RHOM", "RHOM", "SUPRA", "SUPRA"]
        assert [step.number for step in conductor.steps] == list(range(1, len(conductor.steps) + 1))


async def test_a_plan_that_the_linter_would_refuse_is_refused_before_anything_moves() -> None:
    bad = [
        ("F2", percussion("SUBOCC", speed_ppm=1500)),
        ("F2", percussion("TRIC", Mode.PIN)),
        ("F13", percussion(mode=Mode.PIN, maximum_s=61.0)),
    ]
    for rule, step in bad:
        with pytest.raises(Blocked) as caught:
            SessionRunner(plan(step), _NO_DEVICES, lambda event: None, session_id="x", is_simulated=True)
        assert caught.value.rule_id == rule
    assert Atlas.load().point("TRIC").sweep_only


_NO_DEVICES = SessionDevices()
