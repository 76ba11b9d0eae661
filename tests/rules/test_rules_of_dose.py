"""F13–F16, F46 and the session's side of F7 and F19: what a spot, a muscle, a session have had, and what then ends."""

from __future__ import annotations

import pytest

from massctl.body.terms import Mode, Side
from massctl.rules import Level
from massctl.session.commands import Key
from massctl.session.dose import spot_of
from massctl.session.events import Phase, StepEnded, StepStarted
from tests.rules.scenes import acted, assert_logged, at_work, off
from tests.session.paper import PaperSession
from tests.session.stage import manual, percussion

BEAT_S = 0.05


def ended(session: PaperSession) -> list[str]:
    """Return how the steps so far ended."""
    return [event.outcome for event in session.events if isinstance(event, StepEnded)]


def steps_begun(session: PaperSession) -> int:
    """Return how many steps have come up."""
    return sum(isinstance(event, StepStarted) for event in session.events)


def with_contact(session: PaperSession, contact_s: float) -> None:
    """Let the step at hand have had so much contact already, by ways that only a limit behind the conductor can see."""
    doses, step = session.core.snapshot.doses, session.core.conductor.step
    doses.by_spot_s[spot_of(step)] = contact_s


# ---------------------------------------------------------------- F13


def test_F13_just_below_60_s_of_percussion_on_one_spot_nothing_happens() -> None:
    session = at_work(percussion(mode=Mode.PIN, maximum_s=60.0))
    with_contact(session, 50.0)
    session.run(5.0)
    assert session.by("F13") == []
    assert session.phase is Phase.WORKING


@pytest.mark.parametrize("mode", [Mode.PIN, Mode.KNEAD])
def test_F13_at_the_threshold_of_60_s_the_motor_is_off_and_the_step_is_over(mode: Mode) -> None:
    session = at_work(percussion("GMAX", mode, speed_ppm=1700, maximum_s=60.0), percussion())
    with_contact(session, 60.0 - 0.5 * BEAT_S)
    session.beat()
    assert session.by("F13")[-1].level is Level.PAUSE
    assert off(session)
    assert steps_begun(session) == 2


def test_F13_at_the_threshold_no_key_gets_past_it() -> None:
    session = at_work(percussion("GMED", Mode.PIN, speed_ppm=1700, maximum_s=30.0), percussion())
    for _ in range(8):
        session.press(Key.EXTEND)
    session.until(lambda: session.phase is Phase.RATING)
    contact_s = session.core.snapshot.doses.spot_s(session.core.conductor.steps[0])
    assert 55.0 < contact_s <= 60.0


def test_F13_just_below_90_s_a_manual_tool_goes_on() -> None:
    session = at_work(manual(maximum_s=90.0), percussion())
    with_contact(session, 85.0)
    session.run(4.5)
    assert session.phase is Phase.WORKING


def test_F13_at_the_threshold_of_90_s_a_manual_tool_ends() -> None:
    session = at_work(manual(maximum_s=90.0), percussion())
    with_contact(session, 90.0 - 0.5 * BEAT_S)
    session.beat()
    assert session.by("F13")[-1].level is Level.PAUSE
    assert ended(session) == ["time"]


def test_F13_recovers_with_the_next_step_which_starts_by_a_press() -> None:
    session = at_work(percussion(mode=Mode.PIN, maximum_s=60.0), percussion("GMAX", speed_ppm=1700))
    with_contact(session, 60.0)
    session.beat()
    session.run(2.0)
    assert off(session)
    session.work()
    assert session.core.conductor.step.label.startswith("Gluteus maximus")
    assert session.paper.speed_ppm == 1700


def test_F13_in_time_the_motor_is_off_within_one_beat_of_the_60_s() -> None:
    session = at_work(percussion(mode=Mode.PIN, maximum_s=60.0), percussion())
    with_contact(session, 60.0 - 0.5 * BEAT_S)
    at_s = session.core.at_s()
    session.beat()
    assert_logged(session, "F13", Level.PAUSE, at_s, BEAT_S)
    assert off(session)


# ---------------------------------------------------------------- F14


def on_muscle(session: PaperSession, contact_s: float) -> None:
    """Let the muscle of the step at hand have had so much contact in earlier steps."""
    step = session.core.conductor.step
    assert step.point is not None
    session.core.snapshot.doses.by_muscle_s[step.point.muscle, Side.LEFT] = contact_s


def test_F14_just_below_300_s_on_a_muscle_nothing_happens() -> None:
    session = at_work()
    on_muscle(session, 290.0)
    session.run(9.5)
    assert session.by("F14") == []


def test_F14_at_the_threshold_the_step_is_over_and_the_other_side_is_not() -> None:
    session = at_work(percussion(), percussion(side=Side.RIGHT))
    on_muscle(session, 300.0 - 0.5 * BEAT_S)
    session.beat()
    assert session.by("F14")[-1].level is Level.PAUSE
    assert off(session)
    session.work()
    session.run(5.0)
    assert len(session.by("F14")) == 1


def test_F14_recovers_on_another_muscle() -> None:
    session = at_work(percussion(), percussion("GMAX", speed_ppm=1700))
    on_muscle(session, 300.0)
    session.beat()
    session.work()
    assert session.paper.speed_ppm == 1700


# ---------------------------------------------------------------- F15


def test_F15_just_below_20_minutes_of_percussion_nothing_happens() -> None:
    session = at_work()
    session.core.snapshot.doses.percussion_s = 1190.0
    session.run(9.5)
    assert session.by("F15") == []


def test_F15_at_the_threshold_every_percussion_step_ends_at_once() -> None:
    session = at_work(percussion(), percussion("GMAX", speed_ppm=1700), manual())
    session.core.snapshot.doses.percussion_s = 1200.0
    session.beat()
    assert off(session)
    session.until(lambda: session.phase is Phase.WAITING)
    session.run(1.0)
    session.press(Key.GO_ON)
    session.run(0.2)
    assert off(session)
    assert len(session.by("F15")) == 2
    assert session.paper.speeds[-1] == 1700, "the second step has never set a speed"


def test_F15_recovers_for_what_needs_no_motor() -> None:
    session = at_work(percussion(), manual())
    session.core.snapshot.doses.percussion_s = 1200.0
    session.beat()
    session.work()
    session.run(10.0)
    assert session.phase is Phase.WORKING
    assert len(session.by("F15")) == 1


def test_F15_in_time_the_motor_is_off_within_one_beat_of_the_20_minutes() -> None:
    session = at_work()
    session.core.snapshot.doses.percussion_s = 1200.0 - 0.5 * BEAT_S
    at_s = session.core.at_s()
    session.beat()
    assert_logged(session, "F15", Level.PAUSE, at_s, BEAT_S)
    assert off(session)


# ---------------------------------------------------------------- F16


def pinned(count: int) -> PaperSession:
    """Return a session at a pin of UTRAP with so many other points pinned before."""
    session = at_work(percussion(), percussion(mode=Mode.PIN), percussion())
    session.core.snapshot.doses.pinned_points.update(f"point {number}" for number in range(count))
    session.press(Key.PAUSE)
    session.run(2.0)
    session.press(Key.SKIP)
    session.run(1.0)
    session.press(Key.GO_ON)
    session.run(1.0)
    return session


def test_F16_just_below_an_eighth_point_is_pinned() -> None:
    session = pinned(7)
    assert session.by("F16") == []
    assert session.paper.speed_ppm > 0


def test_F16_at_the_threshold_a_ninth_point_is_not_pinned() -> None:
    session = pinned(8)
    assert session.by("F16")[-1].level is Level.PAUSE
    assert off(session)


def test_F16_recovers_for_a_point_that_was_pinned_before_and_for_a_sweep() -> None:
    session = pinned(8)
    session.work()
    assert session.core.conductor.step.mode is Mode.SWEEP
    assert session.paper.speed_ppm > 0
    session = at_work(percussion(), percussion(mode=Mode.PIN))
    session.press(Key.PAUSE)
    session.run(2.0)
    session.core.snapshot.doses.pinned_points.update({"UTRAP", *(f"point {number}" for number in range(7))})
    session.press(Key.SKIP)
    session.work()
    assert session.by("F16") == []


# ---------------------------------------------------------------- F46


def free_run() -> PaperSession:
    """Return a free run at work."""
    return at_work(percussion(maximum_s=200.0), changes={"is_free_run": True})


def test_F46_just_below_two_minutes_of_motor_on_time_it_runs() -> None:
    session = free_run()
    session.core.snapshot.doses.motor_on_s = 110.0
    session.run(9.5)
    assert session.by("F46") == []
    assert session.phase is Phase.WORKING


def test_F46_at_the_threshold_it_ends_with_or_without_contact() -> None:
    session = free_run()
    session.push_n = 0.0
    session.core.snapshot.doses.motor_on_s = 118.0
    assert acted(session, "F46", Level.PAUSE, 3.0) <= 2.1
    assert off(session)
    assert session.core.conductor.is_over


def test_F46_recovers_in_a_new_run_only() -> None:
    session = free_run()
    session.core.snapshot.doses.motor_on_s = 120.0
    session.beat()
    session.press(Key.GO_ON)
    session.press(Key.BACK)
    session.run(1.0)
    assert off(session)
    assert free_run().paper.speed_ppm > 0


def test_F16_at_the_threshold_a_ninth_point_is_not_pinned_behind_a_coasting_motor() -> None:
    session = at_work(percussion(), percussion(mode=Mode.PIN), percussion())
    session.core.snapshot.doses.pinned_points.update(f"point {number}" for number in range(8))
    session.press(Key.SKIP)
    session.run(1.0)
    session.press(Key.GO_ON)
    session.run(1.0)
    assert session.by("F16")[-1].level is Level.PAUSE
    assert off(session)
