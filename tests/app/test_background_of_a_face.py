"""A session in a thread of its own: what a face is told, whatever the face and the session do."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from massctl.app import background
from massctl.app.background import BackgroundSession, Batch, PageAsked
from massctl.app.preflight import PreflightAnswers
from massctl.app.request import RunRequest
from massctl.body.terms import Side
from massctl.errors import UsageError
from massctl.programs.choices import Choices
from massctl.session.commands import Key, Press
from massctl.session.events import Event, PhaseChanged, SessionEnded, SessionStarted, Tick

WAIT_S = 20.0


def free_run() -> RunRequest:
    return RunRequest(point="GMAX", choices=Choices(side=Side.LEFT), is_simulated=True, with_person=False, speed=10.0)


class Face:
    """Fetches until it has seen what it waits for."""

    def __init__(self, request: RunRequest) -> None:
        self.session = BackgroundSession(request)
        self.events: list[Event] = []
        self.session.start()

    def until(self, condition: Callable[[Batch], bool]) -> Batch:
        until_s = time.perf_counter() + WAIT_S
        while True:
            batch = self.session.fetch()
            self.events += batch.events
            if condition(batch):
                return batch
            assert time.perf_counter() < until_s, f"it never came; last: {self.events[-3:]}"
            time.sleep(0.005)

    def until_it_begins(self) -> None:
        self.until(lambda _: any(isinstance(event, PhaseChanged) and event.ask for event in self.events))

    def until_it_is_over(self) -> None:
        self.until(lambda batch: batch.is_over)
        assert self.session.join(1.0)


def test_a_session_is_told_from_its_start_to_its_summary_which_is_the_last() -> None:
    face = Face(free_run())
    face.until_it_begins()
    face.session.press(Press(Key.FINISH))
    face.until_it_is_over()
    assert isinstance(face.events[0], SessionStarted)
    assert face.events[-1] is face.session.ended
    assert face.session.ended is not None
    assert face.session.ended.ended_by == "person"
    assert face.session.problem is None


def test_a_stop_from_another_thread_stops_and_is_told() -> None:
    face = Face(free_run())
    face.until_it_begins()
    other = threading.Thread(target=face.session.emergency_stop, args=("SIGTERM",))
    other.start()
    other.join()
    face.until_it_is_over()
    assert face.session.ended is not None
    assert face.session.ended.ended_by == "interrupted"


def test_a_thread_that_dies_is_told_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object, **__: object) -> SessionEnded:
        raise ZeroDivisionError("somewhere in a session")

    monkeypatch.setattr(background, "run_session", broken)
    face = Face(free_run())
    face.until_it_is_over()
    assert face.session.ended is None
    assert isinstance(face.session.problem, ZeroDivisionError)
    face.session.press(Press(Key.GO_ON))  # nothing takes it, and nothing breaks
    face.session.emergency_stop("SIGTERM")


def test_a_request_that_cannot_be_run_is_told_as_what_it_is() -> None:
    face = Face(RunRequest(program="desk-shuolders", is_simulated=True))
    face.until_it_is_over()
    assert isinstance(face.session.problem, UsageError)


def test_a_face_that_lags_loses_ticks_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "EVENTS_MAX", 1)
    monkeypatch.setattr(background, "REPORTS_MAX", 1)
    session = BackgroundSession(RunRequest(program="micro-break", is_simulated=True, speed=None))
    session.start()
    assert session.join(WAIT_S)
    events = session.fetch().events
    assert isinstance(events[0], SessionStarted)
    assert events[-1] is session.ended
    assert [event for event in events if isinstance(event, PhaseChanged)]
    assert not any(isinstance(event, Tick) for event in events)


def test_a_question_waits_is_answered_once_and_its_answer_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    async def asks(*_: object, ask: Callable[[object], object], **__: object) -> SessionEnded:
        asked.append(await ask("a page"))  # type: ignore[misc]
        raise UsageError("answered", "")

    monkeypatch.setattr(background, "run_session", asks)
    face = Face(free_run())
    question = face.until(lambda batch: batch.question is not None).question
    assert isinstance(question, PageAsked)
    assert face.session.fetch().question is question, "it stays until it is answered"
    answers = PreflightAnswers(accepts_disclaimer=True)
    face.session.answer(answers)
    face.session.answer(answers)
    face.until_it_is_over()
    assert asked == [answers]


def test_what_has_not_begun_is_called_off_by_a_stop_and_leaves_no_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    async def asks(*_: object, ask: Callable[[object], object], **__: object) -> SessionEnded:
        await ask("a page")  # type: ignore[misc]
        raise AssertionError

    monkeypatch.setattr(background, "run_session", asks)
    face = Face(free_run())
    face.until(lambda batch: batch.question is not None)
    assert not face.session.has_begun
    face.session.press(Press(Key.STOP))
    face.until_it_is_over()
    assert face.session.ended is None
    assert face.session.problem is None
    assert face.session.fetch().question is None
