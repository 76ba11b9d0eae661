"""A session in a thread of its own, for a face that draws: redraws, a slow terminal and a stuck one do not reach it.

Presses and the emergency stop go straight to the session's loop. Its events and readings wait here until the face fetches them,
bounded: what lags loses its oldest readings and ticks, a safety event never. Questions wait for the face's answer.

Threads share one interpreter lock. While a session runs it is handed over every ``SWITCH_S`` at most, so that a long redraw holds
up a reading by that and not by Python's 5 ms.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from massctl.app.bench import load_bench
from massctl.app.control import SessionControl
from massctl.app.preflight import PreflightAnswers, PreflightPage
from massctl.app.request import RunRequest
from massctl.app.run import run_session
from massctl.body.person import Person
from massctl.body.screening import Topic
from massctl.devices.capabilities import Report
from massctl.session.commands import Key, Press
from massctl.session.events import Event, Phase, PhaseChanged, SessionEnded, Tick

SWITCH_S: Final = 0.001
"""Between two hand-overs of the interpreter lock.

Measured beside a thread that draws: an over-force sample's worst way to STOP is 6–11 ms with it, 17–21 ms with Python's own 5 ms.
"""
EVENTS_MAX: Final = 2000
"""Events that wait for the face before ticks are dropped (design value)."""
REPORTS_MAX: Final = 4000
"""Readings that wait for the face: ten seconds of two devices at 200 a second (design value)."""
AT_WORK: Final = frozenset({Phase.RAMPING, Phase.WORKING})
FROZEN_S: Final = 3.0
"""A face that has not looked for so long shows what is not so any more: while the motor may run, it stops (design value)."""
LEAVE_S: Final = 15.0
"""How long the end of the program waits for the session's stop and record (design value)."""

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class PageAsked:
    """The page before a run on hardware waits for its answers."""

    page: PreflightPage


@dataclass(frozen=True, slots=True)
class TopicsAsked:
    """Health questions wait for their answers."""

    person: Person
    topics: tuple[Topic, ...]


Question = PageAsked | TopicsAsked


@dataclass(frozen=True, slots=True)
class Batch:
    """What has happened since the face last looked."""

    events: tuple[Event, ...] = ()
    reports: tuple[Report, ...] = ()
    question: Question | None = None
    """What is asked just now; it stays until it is answered."""
    is_over: bool = False
    """Whether the session has been left: nothing will come any more."""


class BackgroundSession:
    """Runs ``request`` in a thread; used once. Every method may be called from any thread and returns at once."""

    def __init__(self, request: RunRequest) -> None:
        self.request = request
        self.ended: SessionEnded | None = None
        """The summary, once there is one."""
        self.problem: BaseException | None = None
        """Why there is no summary; None also where it was called off."""
        self._events: deque[Event] = deque()
        self._reports: deque[Report] = deque(maxlen=REPORTS_MAX)
        self._question: Question | None = None
        self._answer: asyncio.Future[Any] | None = None
        self._control: SessionControl | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[SessionEnded] | None = None
        self._is_called_off = False
        self._phase = Phase.CONNECTING
        self._fetched_s: float | None = None
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="session")

    # --- the face's side -----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    @property
    def is_over(self) -> bool:
        """Whether the session has been left."""
        return self._over.is_set()

    @property
    def has_begun(self) -> bool:
        """Whether keys reach it: before that, it can only be called off."""
        return self._control is not None

    def fetch(self) -> Batch:
        """Return what has happened since the last call."""
        self._fetched_s = time.perf_counter()
        is_over = self._over.is_set()
        return Batch(tuple(_drained(self._events)), tuple(_drained(self._reports)), self._question, is_over)

    def press(self, press: Press) -> None:
        """Take one command of a person; the stop where nothing has begun calls it off."""
        if not self._do(lambda control: control.press(press)) and press.key is Key.STOP:
            self.call_off()

    def tread(self, origin: str, *, may_go_on: bool) -> None:
        """Take one tread on a pedal of a single button: motor off while it runs, else go on, where ``may_go_on``."""

        def act(control: SessionControl) -> None:
            if self._phase in AT_WORK:
                control.press(Press(Key.PAUSE, origin=origin))
            elif may_go_on and self._phase is not Phase.STOPPED:
                control.press(Press(Key.GO_ON, origin=origin))

        self._do(act)

    def emergency_stop(self, origin: str) -> None:
        """Stop now; where nothing has begun, call it off."""
        if not self._do(lambda control: control.emergency_stop(origin)):
            self.call_off()

    def call_off(self) -> None:
        """Give up what has not begun; a session that runs is stopped instead."""
        if self._do(lambda control: control.emergency_stop("the dashboard")):
            return
        with self._lock:
            self._is_called_off = True
            loop, task = self._loop, self._task
        if loop is not None and task is not None:
            with suppress(RuntimeError):  # it ended meanwhile
                loop.call_soon_threadsafe(task.cancel)

    def answer(self, answer: PreflightAnswers | Person) -> None:
        """Answer the question that waits; ignored where none does."""
        with self._lock:
            loop, waiting, self._question, self._answer = self._loop, self._answer, None, None
        if loop is not None and waiting is not None:
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(_settle, waiting, answer)

    def join(self, timeout_s: float = LEAVE_S) -> bool:
        """Wait until it has been left; return whether it has."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _do(self, act: Callable[[SessionControl], None]) -> bool:
        """Let ``act`` happen in the session's loop; return whether there is a session to take it."""
        with self._lock:
            loop, control = self._loop, self._control
        if loop is None or control is None:
            return False
        with suppress(RuntimeError):  # it ended meanwhile: the motor is off
            loop.call_soon_threadsafe(act, control)
        return True

    # --- the session's side --------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            factory = load_bench().loop_factory(self.request.speed) if self.request.is_simulated else None
            with _quick_switches(), asyncio.Runner(loop_factory=factory) as runner:
                self.ended = runner.run(self._session())
        except asyncio.CancelledError:
            pass
        except BaseException as problem:  # noqa: BLE001 - the face shows it; there is nobody else in this thread
            self.problem = problem
        finally:
            with self._lock:
                self._loop = self._control = self._task = self._question = None
            self._over.set()

    async def _session(self) -> SessionEnded:
        with self._lock:
            if self._is_called_off:  # before there was a task to cancel
                raise asyncio.CancelledError
            self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        return await run_session(
            self.request,
            on_event=self._see,
            on_ready=self._begin,
            ask=lambda page: self._ask(PageAsked(page)),
            screen=lambda person, topics: self._ask(TopicsAsked(person, topics)),
            on_report=self._reports.append,
        )

    def _begin(self, control: SessionControl) -> None:
        with self._lock:
            self._control = control

    def _see(self, event: Event) -> None:
        if isinstance(event, PhaseChanged):
            self._phase = event.phase
        if isinstance(event, Tick):
            self._watch_the_face(event)
        if len(self._events) >= EVENTS_MAX and isinstance(event, Tick):
            return
        self._events.append(event)

    def _watch_the_face(self, tick: Tick) -> None:
        """Stop a motor behind a face that draws no more: its person sees an old picture, and takes it for what is so (F42)."""
        control, fetched_s = self._control, self._fetched_s
        may_run = self._phase in AT_WORK or tick.speed_set_ppm > 0
        if control is None or fetched_s is None or not may_run:
            return
        if time.perf_counter() - fetched_s > FROZEN_S:
            self._fetched_s = None  # once: a face that looks again is watched again
            control.emergency_stop("display")

    async def _ask(self, question: Question) -> Any:
        with self._lock:
            self._answer = asyncio.get_running_loop().create_future()
            self._question = question
            waiting = self._answer
        return await waiting


def _settle(waiting: asyncio.Future[Any], answer: object) -> None:
    if not waiting.done():
        waiting.set_result(answer)


def _drained(waiting: deque[Answer]) -> Iterator[Answer]:
    for _ in range(len(waiting)):
        yield waiting.popleft()


@contextmanager
def _quick_switches() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_S)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
