"""A session behind a face: one that draws no more is not trusted with a motor that runs (F42)."""

from __future__ import annotations

import time

import pytest

from massctl.app import background
from massctl.app.background import BackgroundSession
from massctl.app.request import RunRequest
from massctl.session.events import Event, Intervention, SessionEnded, Tick


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "FROZEN_S", 0.3)


def began() -> BackgroundSession:
    session = BackgroundSession(RunRequest(program="racket-warm-up", is_simulated=True, speed=20.0))
    session.start()
    return session


def watched_until_the_motor_runs(session: BackgroundSession) -> list[Event]:
    seen: list[Event] = []
    give_up_s = time.perf_counter() + 20.0
    while not any(isinstance(event, Tick) and event.speed_set_ppm > 0 for event in seen):
        assert time.perf_counter() < give_up_s
        seen += session.fetch().events
        time.sleep(0.02)
    return seen


def test_F42_a_face_that_freezes_while_the_motor_runs_stops_it() -> None:
    session = began()
    watched_until_the_motor_runs(session)
    assert session.join(20.0), "nobody looked any more, and it went on"
    assert session.ended is not None
    assert (session.ended.ended_by, session.ended.rule) == ("interrupted", "F42")
    told = [event for event in session.fetch().events if isinstance(event, Intervention)]
    assert [event.text for event in told if event.rule == "F42"] == ["Emergency stop (display)."]


def test_a_face_that_looks_now_and_then_is_left_alone() -> None:
    session = began()
    watched_until_the_motor_runs(session)
    until_s = time.perf_counter() + 0.7
    seen: list[Event] = []
    while time.perf_counter() < until_s:
        seen += session.fetch().events
        time.sleep(0.05)
    assert not [event for event in seen if isinstance(event, Intervention) and event.rule == "F42"]
    assert not [event for event in seen if isinstance(event, SessionEnded)]
    session.emergency_stop("display")
    assert session.join(20.0)
