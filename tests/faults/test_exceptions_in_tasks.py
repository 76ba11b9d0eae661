"""An exception in every task of a running session, and in all that calls foreign code: the motor is off within 200 ms (F33).

Tasks are discovered at run time, by name, through the loop's task factory: one that nobody has thought of fails the first test.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Coroutine, Generator
from typing import Any

import pytest

from massctl import paths
from massctl.app.bus import EventBus
from massctl.app.control import SessionControl
from massctl.app.request import RunRequest
from massctl.app.run import exit_code, run_session
from massctl.app.selftest.trial import PROGRAM
from massctl.errors import ExitCode
from massctl.history import store
from massctl.history.reading import History
from massctl.history.store import SessionWriter
from massctl.session.commands import KEYBOARD, Key, Press
from massctl.session.conductor import Conductor
from massctl.session.events import Event, Intervention, Phase, PhaseChanged, SessionEnded, StopSeen, Tick
from massctl.session.supervisor import Supervisor
from sims.bench import Bench

OFF_S = 0.200
"""The drive is taken away within this of an exception."""
GRID_S = 0.020
"""One step of the bench's clock."""
TASKS = {
    "session under test": "the runner and its watcher: everything that beats",
    "zero the force sensor": "asked for by the core",
    "arm the massager": "asked for by the core",
    "clear the faults": "asked for by the core, behind a reset",
    "reconnect": "asked for by the core, behind a lost link",
    "control client": "one reader of the control socket",
    "Connections._open_one": "one address, while connecting and while reconnecting",
    "DeviceBundle.aclose": "one address, while closing and while reconnecting",
}
"""All tasks of a session and what they do. A new one is added here, and to the journey below if that does not start it."""
OTHERS = {"watch the events", "plug in the sensor", "last stop", "BaseSelectorEventLoop._accept_connection2"}
"""The test's own task, the bench's, the one that is the stop, and asyncio's, that takes in a reader of the control socket."""


class BoomError(Exception):
    """What is injected."""


@dataclasses.dataclass
class Stage:
    """One session on the bench and what breaks in it."""

    at_start: str = ""
    """The task that fails as soon as it starts, once the motor has run or before."""
    in_work: Callable[[Stage], None] | None = None
    """Breaks something while the motor runs."""
    events: list[Event] = dataclasses.field(default_factory=list)
    seen: set[str] = dataclasses.field(default_factory=set)
    boom_s: float | None = None
    stops: int = 0
    summary: SessionEnded | None = None
    error: BaseException | None = None
    unhandled: list[str] = dataclasses.field(default_factory=list)
    on_event: Callable[[Event], None] = lambda _: None

    # --- the session -------------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        loop.set_task_factory(self._make_task)
        loop.set_exception_handler(lambda _, context: self.unhandled.append(str(context)))
        try:
            async with Bench(link="memory") as self.bench, asyncio.TaskGroup() as group:
                self.group = group
                group.create_task(self._session(), name="session under test")
        finally:
            loop.set_task_factory(None)
            loop.set_exception_handler(None)

    async def _session(self) -> None:
        urls: dict[str, Any] = {role: self.bench.urls[role] for role in ("massager", "sensor", "timer")}
        try:
            async with asyncio.timeout(600):
                self.summary = await run_session(
                    RunRequest(program=str(PROGRAM), **urls), on_event=self._see, on_ready=self._begin
                )
        except Exception as error:  # noqa: BLE001 - it is what is looked at
            self.error = error
        self.drives = self.bench.evidence().drives

    def _begin(self, control: SessionControl) -> None:
        self.control = control
        self.bench.attach(lambda key: control.press(KEYBOARD[key]))

    def _see(self, event: Event) -> None:
        self.events.append(event)
        self.bench.see(event.to_json())
        self.on_event(event)
        loop = asyncio.get_running_loop()
        if isinstance(event, Tick) and event.phase is Phase.WORKING and event.contact_s > 1.0:
            loop.call_soon(self._work)
        elif isinstance(event, PhaseChanged) and event.phase is Phase.STOPPED and self.stops == 2 and not self.boom_s:
            loop.call_later(2.0, self._press, Key.RELEASE)
            loop.call_later(2.5, self._press, Key.CONFIRM)

    def _press(self, key: Key) -> None:
        self.control.press(Press(key, origin="test"))

    def _work(self) -> None:
        """Go through all that starts tasks: a reader of events, a stop with its reset, a lost link, the end."""
        self.stops += 1
        if self.in_work is not None:
            if self.stops == 1:
                self.in_work(self)
        elif self.stops == 1:
            self.group.create_task(self.watch(), name="watch the events")
        elif self.stops == 2:
            self._press(Key.STOP)
        elif self.stops == 10:
            self.bench.unplug("sensor")
            asyncio.get_running_loop().call_later(0.3, self.bench.replug, "sensor")
        elif self.stops == 20:
            self._press(Key.FINISH)

    async def watch(self) -> None:
        (path,) = paths.runtime_dir().glob("*.sock")
        reader, writer = await asyncio.open_unix_connection(str(path))
        writer.write(b'{"command": "events"}\n')
        while await reader.readline():
            pass
        writer.close()

    # --- breaking tasks ----------------------------------------------------------------------------------------------------

    def _make_task(
        self, loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, Any] | Generator[Any, None, Any], **kind: Any
    ) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.Task(self._watched(work), loop=loop, **kind)
        return task

    async def _watched(self, work: Any) -> Any:
        task = asyncio.current_task()
        assert task is not None
        name = task.get_name()
        name = work.__qualname__ if name.startswith("Task-") else name
        self.seen.add(name)
        if name == self.at_start and self.boom_s is None and self.is_due(name):
            self.boom()
            work.close()
            raise BoomError(name)
        return await work

    def is_due(self, name: str) -> bool:
        """Of what happens while connecting too, the later time counts: behind a lost link."""
        return not name.startswith(("Connections", "DeviceBundle")) or self.stops >= 10

    def boom(self) -> None:
        self.boom_s = self.bench.catch_up()

    # --- the verdict -------------------------------------------------------------------------------------------------------

    def assert_stopped(self) -> None:
        assert self.boom_s is not None, "nothing was injected"
        late = [span for span in self.drives if span.until_s is None or span.until_s > self.boom_s + OFF_S + GRID_S]
        assert late == [], (self.boom_s, self.drives)
        assert self.unhandled == [], "a traceback would be on the screen"
        record = History().session("last")
        assert record.summary is not None, "the record is not whole"
        assert record.summary["rule"] == ("F34" if self.stops >= 10 else "F33"), "the first reason is kept"
        assert record.summary["reason"]
        told = [event for event in History().events(record.session_id) if event["event"] == "intervention"]
        assert any(event["rule"] == "F33" and event["level"] == "stop" for event in told)


async def staged(**changes: Any) -> Stage:
    stage = Stage(**changes)
    await stage.run()
    return stage


@pytest.mark.virtual
async def test_every_task_of_a_session_is_known() -> None:
    stage = await staged()
    assert stage.error is None
    assert stage.summary is not None
    assert stage.summary.ended_by == "person", stage.summary
    assert stage.seen - OTHERS == set(TASKS)


@pytest.mark.parametrize("name", sorted(set(TASKS) - {"session under test", "control client"}))
@pytest.mark.virtual
async def test_F33_a_task_that_breaks_takes_the_motor_off_within_200_ms_and_is_the_reason(name: str) -> None:
    stage = await staged(at_start=name)
    stage.assert_stopped()
    assert isinstance(stage.error, BoomError), stage.summary
    told = [event.text for event in stage.events if isinstance(event, Intervention)]
    assert f"An internal error: BoomError('{name}')" in told[-1]


def break_waiting(name: str) -> Callable[[Stage], None]:
    """Let the task of this name fail where it waits."""

    def act(stage: Stage) -> None:
        stage.boom()
        task = next(task for task in asyncio.all_tasks() if task.get_name() == name)
        waiter = task._fut_waiter  # type: ignore[attr-defined]
        waiter.set_exception(BoomError(name))

    return act


@pytest.mark.virtual
async def test_F33_the_beat_that_breaks_takes_the_motor_off_within_200_ms_and_is_the_reason() -> None:
    stage = await staged(in_work=break_waiting("session under test"))
    stage.assert_stopped()
    assert isinstance(stage.error, BoomError)


@pytest.mark.virtual
async def test_F33_a_reader_of_the_control_socket_that_breaks_takes_the_motor_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = Stage()

    async def broken(*_: object) -> None:
        stage.boom()
        raise BoomError("control client")

    monkeypatch.setattr("massctl.app.control.ControlServer._tell_events", broken)
    when_working(stage, lambda: void(stage.group.create_task(stage.watch(), name="watch the events")))
    await stage.run()
    stage.assert_stopped()
    assert isinstance(stage.error, BoomError)


# --- foreign code that is called, and callbacks ----------------------------------------------------------------------------


def raising(stage: Stage) -> Callable[..., Any]:
    def broken(*_: object, **__: object) -> Any:
        if stage.boom_s is None:
            stage.boom()
        raise BoomError("injected")

    return broken


def void(_: object) -> None:
    """Take a result, and do nothing with it."""


def when_working(stage: Stage, act: Callable[[], None]) -> Stage:
    stage.in_work = lambda _: act()
    return stage


@pytest.mark.virtual
async def test_F33_a_display_that_raises_stops_and_says_so() -> None:
    stage = Stage()

    def broken(event: Event) -> None:
        if isinstance(event, Tick) and event.phase is Phase.WORKING and event.contact_s > 1.0:
            stage.boom()
            raise BoomError("display")

    stage.on_event = broken
    await stage.run()
    stage.assert_stopped()
    assert stage.summary is not None
    assert exit_code(stage.summary) is ExitCode.SAFETY
    assert "the display failed" in stage.summary.reason


@pytest.mark.virtual
async def test_F33_a_record_that_raises_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage()
    append = SessionWriter.append

    def broken(self: SessionWriter, event: Event) -> None:
        append(self, event)
        if isinstance(event, Tick) and event.phase is Phase.WORKING and event.contact_s > 1.0 and not stage.boom_s:
            stage.boom()
            raise BoomError("record")

    monkeypatch.setattr(SessionWriter, "append", broken)
    await stage.run()
    stage.assert_stopped()
    assert isinstance(stage.error, BoomError)


@pytest.mark.virtual
async def test_F33_a_record_that_always_raises_stops_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage()
    when_working(stage, lambda: monkeypatch.setattr(SessionWriter, "append", raising(stage)))
    await stage.run()
    assert isinstance(stage.error, BoomError)
    assert stage.boom_s is not None
    assert all(span.until_s is not None and span.until_s <= stage.boom_s + OFF_S + GRID_S for span in stage.drives)
    assert stage.unhandled == []


def test_F33_the_thread_of_the_record_that_dies_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage()
    commit = store._commit

    def broken(*arguments: Any) -> None:
        if stage.boom_s is not None:
            raise BoomError("thread")
        commit(*arguments)

    monkeypatch.setattr(store, "_commit", broken)
    when_working(stage, stage.boom)
    with asyncio.Runner(loop_factory=Bench.loop_factory(4.0)) as runner:  # a thread does not wait for virtual time
        runner.run(stage.run())
    assert isinstance(stage.error, BoomError)
    assert stage.boom_s is not None
    assert all(span.until_s is not None and span.until_s <= stage.boom_s + 4 * OFF_S for span in stage.drives)
    assert stage.unhandled == []
    assert any(event.kind == "intervention" for event in stage.events)


@pytest.mark.parametrize(
    ("where", "what"),
    [
        (Supervisor, "check"),
        (Conductor, "count"),
        (Conductor, "advance"),
        (Conductor, "tick"),
        (EventBus, "publish"),
        (EventBus, "deliver"),
    ],
    ids=lambda each: getattr(each, "__name__", each),
)
@pytest.mark.virtual
async def test_F33_a_fault_in_a_beat_a_reading_or_a_callback_stops(
    monkeypatch: pytest.MonkeyPatch, where: type[object], what: str
) -> None:
    stage = Stage()
    right = getattr(where, what)

    def broken(*arguments: Any, **more: Any) -> Any:
        if stage.boom_s is None:
            stage.boom()
            raise BoomError(what)
        return right(*arguments, **more)

    when_working(stage, lambda: monkeypatch.setattr(where, what, broken))
    await stage.run()
    stage.assert_stopped()
    assert isinstance(stage.error, BoomError)


@pytest.mark.parametrize("later", ["call_soon", "call_later"])
@pytest.mark.virtual
async def test_F33_a_callback_of_the_loop_that_raises_stops(later: str) -> None:
    stage = Stage()

    def broken() -> None:
        stage.boom()
        raise BoomError("callback")

    def act() -> None:
        loop = asyncio.get_running_loop()
        if later == "call_soon":
            loop.call_soon(broken)
        else:
            loop.call_later(0.01, broken)

    await when_working(stage, act).run()
    stage.assert_stopped()
    assert isinstance(stage.error, BoomError)


@pytest.mark.virtual
async def test_a_stop_on_top_of_a_broken_program_is_seen_and_the_first_reason_is_kept() -> None:
    stage = await staged(in_work=break_waiting("session under test"))
    seen = [event for event in stage.events if isinstance(event, StopSeen)]
    assert seen[-1].is_confirmed
    assert seen[-1].rule == "F33"
