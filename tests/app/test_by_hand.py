"""A session done without massctl: recorded as told, found in history, counted by no rule that wants guidance."""

from __future__ import annotations

from datetime import timedelta

import pytest

from massctl import clock
from massctl.app.by_hand import LOGGED, Told, log_by_hand
from massctl.body.terms import Side, Tool
from massctl.errors import UsageError
from massctl.history.reading import History
from tests.app.screened import save_healthy


def test_a_program_done_by_hand_is_on_record_as_told() -> None:
    session_id = log_by_hand(Told(10, program="desk-shoulders", discomfort_before=6, discomfort_after=3))
    record = History().session(session_id)
    assert record.is_by_hand
    assert not record.is_simulated
    assert record.program == "desk-shoulders"
    assert record.ended_by == "completed"
    assert record.summary is not None
    assert record.summary["duration_s"] == 600.0
    assert {point["outcomes"][0] for point in record.summary["points"]} == {LOGGED}
    assert sum(point["dose_s"] for point in record.summary["points"]) == pytest.approx(600.0, abs=1)


def test_points_and_one_side_can_be_told() -> None:
    record = History().session(log_by_hand(Told(4, points=("gmax", "PIRI"), side=Side.LEFT, tool=Tool.BALL)))
    assert record.summary is not None
    assert [(point["point"], point["side"], point["dose_s"]) for point in record.summary["points"]] == [
        ("GMAX", "L", 120.0),
        ("PIRI", "L", 120.0),
    ]


def test_it_makes_nobody_less_of_a_beginner_and_is_not_repeated() -> None:
    person = save_healthy("ann")
    log_by_hand(Told(10, program="desk-shoulders"))
    assert History().worked_sessions(person.key) == 0
    assert History().last_request() is None


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (Told(10), "what was worked on"),
        (Told(10, program="tech-neck", points=("GMAX",)), "what was worked on"),
        (Told(0, program="tech-neck"), "0 minutes"),
        (Told(500, program="tech-neck"), "500 minutes"),
        (Told(10, program="tech-nek"), "Did you mean tech-neck"),
        (Told(10, points=("GMAXX",)), "Did you mean GMAX"),
        (Told(10, program="tech-neck", discomfort_before=11), "rating of 11"),
        (Told(10, program="tech-neck", started_at=clock.wall_now()), "not over yet"),
        (Told(10, program="tech-neck", started_at=clock.wall_now() - timedelta(days=60)), "31 days"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_recorded(told: Told, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        log_by_hand(told)
    assert History().sessions() == ()
