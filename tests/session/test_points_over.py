"""What a stop, a symptom or a rating leaves behind: points that are over stay over, gentleness stays, no reason is lost."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest

from massctl.body.terms import Mode, Side
from massctl.programs.plan import Plan, PlannedStep
from massctl.session.commands import Key
from massctl.session.events import Intervention, Phase, StepEnded, StepStarted
from massctl.session.snapshot import Snapshot
from tests.session.paper import PaperSession
from tests.session.rig import Rig, replug, rig
from tests.session.stage import manual, percussion, plan, question, snapshot

pytestmark = pytest.mark.virtual


def passes(*changes: dict[str, object], of: PlannedStep | None = None) -> Plan:
    """Return left and right of a pin in two passes, as the planner orders them (L1 R1 L2 R2), and a question."""
    pin = of or percussion(mode=Mode.PIN, passes=2)
    steps = [
        dataclasses.replace(pin, side=side, pass_number=number, rest_before_s=20.0 * (number > 1))
        for number in (1, 2)
        for side in (Side.LEFT, Side.RIGHT)
    ]
    numbered = [dataclasses.replace(step, number=n) for n, step in enumerate([*steps, question()], 1)]
    return Plan("test", "Test", tuple(numbered))


def at_hand(stage: Rig) -> tuple[str, str | None, int]:
    started = stage.of(StepStarted)[-1]
    return started.mode, started.side, started.pass_number


async def reset(stage: Rig) -> None:
    await stage.until(lambda: stage.runner._core.stop.is_settled, 5.0)
    stage.press(Key.RELEASE)
    stage.press(Key.CONFIRM)


async def walk_on(stage: Rig, until_s: float) -> None:
    """Press on whatever is asked."""
    while stage.now_s < until_s and not stage.task.done():
        if stage.runner.phase in {Phase.WAITING, Phase.RATING, Phase.PAUSED}:
            stage.press(Key.GO_ON)
        await asyncio.sleep(0.6)


@pytest.mark.parametrize("key", [Key.NUMB, Key.DIZZY, Key.NAUSEA])
async def test_F22_a_symptom_ends_every_pass_of_the_point_on_both_sides(key: Key) -> None:
    async with rig(passes(), with_person=False) as stage:
        await stage.until_working()
        stage.press(key)
        await reset(stage)
        assert at_hand(stage)[0] == "check"
        for _ in range(5):
            stage.press(Key.BACK)
            stage.press(Key.GO_ON)
            await asyncio.sleep(1.0)
        assert stage.speed_ppm < 30.0
        assert at_hand(stage)[0] == "check"


async def test_F22_the_second_sharp_pain_ends_this_side_only() -> None:
    async with rig(passes(), with_person=False) as stage:
        for _ in range(2):
            await stage.until_working()
            stage.press(Key.SHARP)
        assert at_hand(stage) == ("pin", "R", 1)
        stage.press(Key.BACK)
        assert at_hand(stage) == ("pin", "R", 1)
        stage.press(Key.SKIP)
        assert at_hand(stage) == ("pin", "R", 2)


async def test_F22_numb_said_at_the_next_point_ends_the_one_worked_on_too() -> None:
    steps = plan(percussion("GMAX"), percussion(), percussion("GMAX", side=Side.RIGHT), question())
    async with rig(steps, with_person=False) as stage:
        await stage.until_working()
        stage.press(Key.SKIP)
        await asyncio.sleep(1.0)
        stage.press(Key.NUMB)
        await reset(stage)
        assert at_hand(stage)[0] == "check"


async def test_F22_a_symptom_pressed_while_another_stop_is_latched_is_told_and_ends_the_point() -> None:
    async with rig(passes(), with_person=False) as stage:
        await stage.until_working()
        stage.press(Key.STOP)
        stage.press(Key.NUMB)
        await asyncio.sleep(0.06)
        assert stage.told() == [("F42", "stop"), ("F22", "stop")]
        await reset(stage)
        stage.press(Key.GO_ON)
        await asyncio.sleep(2.0)
        assert at_hand(stage)[0] == "check"
        assert stage.speed_ppm < 30.0
    assert stage.of(Intervention)[0].rule == "F42"


async def test_F42_a_later_stop_takes_back_the_first_half_of_the_reset() -> None:
    async with rig(passes(), with_person=False) as stage:
        await stage.until_working()
        stage.press(Key.STOP)
        await stage.until(lambda: stage.runner._core.stop.is_settled, 5.0)
        stage.press(Key.RELEASE)
        stage.press(Key.STOP)
        stage.press(Key.CONFIRM)
        assert stage.is_in(Phase.STOPPED)


@pytest.mark.parametrize(("key", "is_over"), [(Key.STOP, False), (Key.NUMB, True)])
async def test_F42_a_stop_during_reconnecting_outlives_the_reconnect(key: Key, *, is_over: bool) -> None:
    async with rig(plan(percussion(), question()), with_person=False) as stage:
        stage.runner._relinking.reconnect = replug(stage, "massager", 1.0)
        await stage.until_working()
        stage.bench.unplug("massager")
        await stage.until_phase(Phase.RECONNECTING, 3.0)
        stage.press(key)
        await stage.until_phase(Phase.STOPPED, 20.0)
        stage.press(Key.GO_ON)
        await asyncio.sleep(2.0)
        assert stage.is_in(Phase.STOPPED)
        assert stage.speed_ppm < 30.0
        assert stage.told()[0] == ("F34", "stop")
        assert stage.told()[1][0] == ("F22" if is_over else "F42")
        await reset(stage)
        assert (at_hand(stage)[0] == "check") is is_over


async def test_F22_a_sharp_pain_and_its_gentleness_survive_the_way_back() -> None:
    async with rig(plan(percussion("GMAX", speed_ppm=2000), question()), with_person=False) as stage:
        await stage.until_working(20.0)
        stage.press(Key.SHARP)
        stage.press(Key.SKIP)
        stage.press(Key.BACK)
        await stage.until_working(20.0)
        await asyncio.sleep(4.0)
        assert stage.runner._core.snapshot.set_ppm <= 0.7 * 2000


async def test_F10_a_back_off_survives_back_and_skip_and_only_plus_raises_it() -> None:
    async with rig(plan(percussion("GMAX", speed_ppm=2000), question()), with_person=False) as stage:
        await stage.until_working(20.0)
        await asyncio.sleep(4.0)
        stage.press(Key.DISCOMFORT, 7)
        snapshot = stage.runner._core.snapshot
        assert snapshot.set_ppm == 1600
        for key in (Key.SKIP, Key.BACK):
            stage.press(key)
        await stage.until_working(20.0)
        await asyncio.sleep(4.0)
        assert snapshot.set_ppm == 1600
        stage.press(Key.FASTER)
        assert snapshot.set_ppm == 1700


async def test_F20_a_rating_that_is_asked_for_makes_the_next_pass_gentler_and_counts() -> None:
    pin = percussion("GMAX", Mode.PIN, speed_ppm=2000, passes=2, maximum_s=30.0, force_band_n=(15.0, 45.0))
    async with rig(passes(of=pin), with_person=False) as stage:
        await stage.until_working(20.0)
        stage.press(Key.BACK)
        core = stage.runner._core
        core.conductor.enter(stage.now_s, 2)
        core.flush()
        await stage.until_phase(Phase.WAITING, 30.0)
        await stage.until_working(20.0)
        await stage.until_phase(Phase.RATING, 60.0)
        stage.press(Key.DISCOMFORT, 8)
        await asyncio.sleep(0.1)
        assert stage.told() == [("F20", "backoff")]
        await stage.until(lambda: len(stage.of(StepEnded)) > 1, 60.0)
        core.conductor.enter(stage.now_s, 2)
        await stage.until_working(20.0)
        await asyncio.sleep(4.0)
        assert core.snapshot.set_ppm <= 1600


async def test_F21_a_rise_in_the_asked_ratings_ends_the_point() -> None:
    async with rig(passes(of=manual(maximum_s=30.0, passes=2)), with_person=False, roles=("timer",)) as stage:
        while not (stage.is_in(Phase.WORKING) and at_hand(stage) == ("pin", "L", 2)):
            if stage.is_in(Phase.WAITING) or stage.is_in(Phase.RATING):
                stage.press(Key.GO_ON)
            await asyncio.sleep(0.6)
        stage.press(Key.DISCOMFORT, 3)
        await stage.until_phase(Phase.RATING, 60.0)
        stage.press(Key.DISCOMFORT, 6)
        await asyncio.sleep(0.1)
        assert ("F21", "pause") in stage.told()
        assert stage.of(StepEnded)[-1].outcome == "not responding"
        assert at_hand(stage) == ("pin", "R", 2)


async def test_F35_a_sweep_that_lost_its_sensor_cannot_be_raised_above_1800(monkeypatch: pytest.MonkeyPatch) -> None:
    async with rig(plan(percussion("GMAX", speed_ppm=2400), question()), with_person=False) as stage:
        await stage.until_working(20.0)
        await asyncio.sleep(5.0)
        monkeypatch.setattr(Snapshot, "take_force", lambda snapshot, reading: None)
        await asyncio.sleep(1.0)
        for _ in range(12):
            stage.press(Key.FASTER)
        await asyncio.sleep(1.0)
        assert stage.is_in(Phase.WORKING)
        assert stage.runner._core.snapshot.set_ppm <= 1800
        assert any("Going on without the sensor" in event.text for event in stage.of(Intervention))
        stage.press(Key.SKIP)
        assert not stage.runner._core.snapshot.is_sensorless


async def test_F35_a_sweep_on_the_shoulder_stops_without_its_sensor(monkeypatch: pytest.MonkeyPatch) -> None:
    async with rig(plan(percussion()), with_person=False) as stage:
        await stage.until_working()
        monkeypatch.setattr(Snapshot, "take_force", lambda snapshot, reading: None)
        await stage.until_phase(Phase.STOPPED, 1.0)
        assert stage.told()[-1] == ("F35", "stop")


async def test_F13_kneading_with_the_massager_ends_at_60_s_on_the_spot() -> None:
    async with rig(plan(percussion("GMAX", Mode.KNEAD, maximum_s=60.0), question()), with_person=False) as stage:
        await stage.until_working(20.0)
        for _ in range(6):
            stage.press(Key.EXTEND)
        await stage.until(lambda: bool(stage.of(StepEnded)), 90.0)
        assert stage.of(StepEnded)[-1].contact_s <= 60.2


async def test_F17_the_first_three_seconds_count_from_the_first_speed() -> None:
    async with rig(plan(percussion("GMAX", speed_ppm=2200)), with_person=False) as stage:
        snapshot, began_s = stage.runner._core.snapshot, None
        stage.pusher.aim_n = 0.0
        while snapshot.set_ppm <= 1800:
            if stage.runner.phase in {Phase.WAITING, Phase.RATING}:
                stage.press(Key.GO_ON)
            stage.pusher.aim_n = 20.0 if snapshot.set_ppm > 0 else 0.0
            began_s = stage.now_s if began_s is None and snapshot.set_ppm > 0 else began_s
            await asyncio.sleep(0.01)
        assert began_s is not None
        assert stage.now_s - began_s >= 3.0


async def test_a_press_of_minus_lowers_from_the_speed_that_is_set() -> None:
    async with rig(plan(percussion("GMAX", speed_ppm=2000)), with_person=False) as stage:
        await stage.until_working(20.0)
        await asyncio.sleep(4.0)
        snapshot = stage.runner._core.snapshot
        stage.press(Key.DISCOMFORT, 7)
        assert snapshot.set_ppm == 1600
        stage.press(Key.SLOWER)
        assert snapshot.set_ppm == 1500
        stage.press(Key.FASTER)
        assert snapshot.set_ppm == 1600
        for _ in range(20):
            stage.press(Key.SLOWER)
        assert snapshot.set_ppm == 1200


def test_F20_a_correction_of_a_rating_that_paused_nothing_asks_nothing() -> None:
    session = PaperSession(plan(percussion(maximum_s=200.0)))
    session.work()
    for value in (3, 4):
        session.press(Key.DISCOMFORT, value)
    session.run(1.0)
    assert session.phase is Phase.WORKING
    assert session.paper.speed_ppm > 0


def test_F21_a_correction_reopens_the_side_at_hand_and_what_has_no_point_reopens_nothing() -> None:
    state = snapshot(percussion())
    state.closed = {("UTRAP", Side.LEFT), ("UTRAP", Side.RIGHT), ("GMAX", Side.LEFT)}
    for nowhere in (None, question()):
        state.at_hand = nowhere
        state.reopen_point()
        assert len(state.closed) == 3
    state.at_hand = percussion()
    state.reopen_point()
    assert state.closed == {("UTRAP", Side.RIGHT), ("GMAX", Side.LEFT)}
