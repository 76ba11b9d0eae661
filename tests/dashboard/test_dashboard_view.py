"""What the dashboard knows of a session: clocks that wait, trends, links, steps."""

from __future__ import annotations

import pytest

from massctl.dashboard.view import DashboardView
from massctl.session.events import CueKind, DiscomfortRated, Phase, StepEnded
from tests.dashboard.events_of import at_work, force, motor, phase, started, step, tick


@pytest.mark.parametrize(("push_n", "waits"), [(19.9, True), (20.0, False), (30.0, False), (30.1, True), (None, True)])
def test_the_clock_of_a_pin_waits_outside_its_band(push_n: float | None, waits: bool) -> None:
    assert at_work(push_n).clock_waits is waits


def test_the_clock_of_a_sweep_never_waits() -> None:
    assert not at_work(3.0, mode="sweep").clock_waits


def test_the_clock_waits_for_nobody_in_a_pause() -> None:
    view = at_work(3.0)
    view.see(phase(Phase.PAUSED))
    assert not view.clock_waits


def test_a_tick_of_the_step_before_is_not_shown_as_this_ones() -> None:
    view = at_work()
    view.see(step(number=3))
    view.see(tick(number=2))
    assert view.tick is None


def test_a_push_that_went_stale_is_forgotten() -> None:
    view = at_work(25.0)
    view.see(tick(force_n=None))
    assert view.force_n is None


def test_a_cue_counts_only_while_the_tool_is_on_the_body() -> None:
    view = at_work(5.0, CueKind.PRESS_HARDER)
    assert view.cue is CueKind.PRESS_HARDER
    view.see(phase(Phase.RESTING))
    assert view.cue is None


@pytest.mark.parametrize(("values", "trend"), [((5,), 0), ((5, 4), -1), ((3, 3, 3), 0), ((2, 6), 1), ((8, 2, 3, 3), 1)])
def test_the_trend_of_discomfort_looks_at_the_last_three_ratings(values: tuple[int, ...], trend: int) -> None:
    view = at_work()
    for number, value in enumerate(values):
        view.see(DiscomfortRated(at_s=20.0 + number, value=value))
    assert view.trend == trend


def test_a_mistyped_rating_is_taken_back() -> None:
    view = at_work()
    view.see(DiscomfortRated(at_s=20.0, value=8))
    view.see(DiscomfortRated(at_s=21.0, value=3, corrects=8))
    assert [rating.value for rating in view.ratings] == [3]


def test_the_steps_that_are_over_are_kept_with_their_outcome() -> None:
    view = at_work()
    view.see(ended_step())
    assert [(one.number, one.outcome) for one in view.done] == [(2, "softer")]


def ended_step() -> StepEnded:
    return StepEnded(
        at_s=50.0,
        number=2,
        label="Gluteus maximus left",
        point="GMAX",
        side="L",
        mode="pin",
        tool="perc",
        outcome="softer",
        work_s=40.0,
        contact_s=40.0,
        in_band_s=35.0,
        over_band_s=0.0,
        mean_force_n=24.0,
        mean_speed_ppm=1800.0,
        discomfort_before=5,
        discomfort_after=3,
    )


def listened(hz: float, seconds: float) -> DashboardView:
    view = DashboardView()
    view.see(started())
    for number in range(int(hz * seconds)):
        view.hear(force(number / hz, 1.0))
        view.hear(motor(number / hz, 0.0))
    return view


def test_a_link_that_keeps_its_rate_is_good() -> None:
    view = listened(50, 3)
    assert view.links["sensor"].quality(view.now_s) == "good"
    assert view.links["sensor"].rate_hz(view.now_s) == pytest.approx(50, abs=1)


@pytest.mark.parametrize(("kept", "quality"), [(0.6, "weak"), (0.2, "poor")])
def test_a_link_that_loses_readings_is_told_so(kept: float, quality: str) -> None:
    view = listened(50, 3)
    for number in range(int(50 * kept * 2)):
        view.hear(force(3 + number / (50 * kept), 1.0))
    assert view.links["sensor"].quality(view.now_s) == quality


def test_a_silent_link_is_told_so_though_nothing_else_is_heard_either() -> None:
    view = listened(50, 3)
    for number in range(10):
        view.see(tick(at_s=3.0 + 0.2 * number))
    assert view.links["sensor"].quality(view.now_s) == "silent"


def test_a_link_is_not_judged_before_its_rate_is_known() -> None:
    view = listened(50, 0.5)
    assert view.links["sensor"].quality(view.now_s) == ""
