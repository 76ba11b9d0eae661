"""How a session ended, and what its summary gathers of its events."""

from __future__ import annotations

import asyncio

import pytest

from massctl.errors import Blocked, LinkLost
from massctl.rules import Level
from massctl.session.ended import End, end_of_problem, end_of_trip
from massctl.session.events import DiscomfortRated, HeartRate, Intervention, StepEnded
from massctl.session.interlocks import Finding
from massctl.session.summary import Recorder
from tests.session.stage import manual, percussion, plan


def ended_step(
    number: int, tool: str, dose_s: float, rated: tuple[int | None, int | None], outcome: str = "done"
) -> StepEnded:
    return StepEnded(
        at_s=0.0,
        number=number,
        label="Upper trapezius left",
        point="UTRAP",
        side="L",
        mode="sweep",
        tool=tool,
        outcome=outcome,
        work_s=dose_s,
        contact_s=dose_s,
        in_band_s=dose_s / 2,
        over_band_s=0.0,
        mean_force_n=10.0 * number,
        mean_speed_ppm=1600.0,
        discomfort_before=rated[0],
        discomfort_after=rated[1],
    )


def test_the_summary_gathers_what_each_point_had() -> None:
    recorder = Recorder(plan(percussion(), percussion(), manual()))
    recorder.take(ended_step(1, "perc", 60.0, (6, None)))
    recorder.take(ended_step(2, "perc", 30.0, (5, 3)))
    recorder.take(ended_step(3, "ball", 10.0, (None, 2), "skipped"))
    recorder.take(DiscomfortRated(at_s=0.0, value=9))
    recorder.take(DiscomfortRated(at_s=1.0, value=6, corrects=9))
    recorder.take(DiscomfortRated(at_s=9.0, value=2))
    recorder.take(Intervention(at_s=3.0, rule="F12", level=Level.BACKOFF, text="No contact."))
    summary = recorder.ended(at_s=200.0, session_id="s", is_simulated=True, end=End("person", "Enough."), steps=4)
    (point,) = summary.points
    assert (point.point, point.side, point.tools, point.dose_s) == ("UTRAP", "L", ("perc", "ball"), 100.0)
    assert (point.discomfort_before, point.discomfort_after) == (6, 2)
    assert point.mean_force_n == pytest.approx((10 * 60 + 20 * 30 + 30 * 10) / 100)
    assert (summary.percussion_s, summary.steps_done, summary.steps) == (90.0, 2, 4)
    assert (summary.discomfort_before, summary.discomfort_after) == (6, 2)
    assert summary.interventions[0]["rule"] == "F12"


def test_a_single_rating_has_no_after() -> None:
    recorder = Recorder(plan(percussion()))
    recorder.take(DiscomfortRated(at_s=0.0, value=4))
    summary = recorder.ended(at_s=1.0, session_id="s", is_simulated=True, end=End("completed"), steps=1)
    assert (summary.discomfort_before, summary.discomfort_after) == (4, None)


def test_the_summary_has_the_mean_heart_rate() -> None:
    recorder = Recorder(plan(percussion()))
    for at_s, rate in ((1.0, 60), (6.0, 80)):
        recorder.take(HeartRate(at_s=at_s, rate_bpm=rate, has_contact=True))

    summary = recorder.ended(at_s=9.0, session_id="x", is_simulated=True, end=End("completed"), steps=1)
    assert summary.heart_rate_mean_bpm == 70


@pytest.mark.parametrize(("rule", "ended_by"), [("F10", "safety"), ("F42", "person"), ("F34", "link lost")])
def test_a_latched_stop_says_who_ended_the_session(rule: str, ended_by: str) -> None:
    end = end_of_trip(Finding(rule, Level.STOP, "Said."))
    assert end is not None
    assert (end.ended_by, end.rule) == (ended_by, rule)


def test_an_exception_says_who_ended_the_session_and_a_first_reason_wins() -> None:
    assert end_of_problem(asyncio.CancelledError(), None).ended_by == "interrupted"
    assert end_of_problem(LinkLost("test://gun", "gone"), None).ended_by == "link lost"
    assert end_of_problem(Blocked("F36", "no zero"), None).rule == "F36"
    assert end_of_problem(ZeroDivisionError(), None).rule == "F33"
    first = End("safety", "Too much.", "F10")
    assert end_of_problem(asyncio.CancelledError(), first) is first


def test_how_tender_the_points_of_a_scan_are_is_no_before_and_after() -> None:
    recorder = Recorder(plan(percussion()))
    recorder.take(DiscomfortRated(at_s=0.0, value=4))
    recorder.take(DiscomfortRated(at_s=1.0, value=8, point="INFRA", side="R"))
    recorder.take(DiscomfortRated(at_s=2.0, value=2, point="INFRA", side="L"))
    summary = recorder.ended(at_s=9.0, session_id="s", is_simulated=True, end=End("person", "Enough."), steps=1)
    assert (summary.discomfort_before, summary.discomfort_after) == (4, None)
