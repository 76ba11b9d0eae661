"""The use case of all front ends: run one program, or one point freely, on real or simulated devices, and leave a record.

In this order: load and refuse, see who else drives the devices and what a crash has left, connect (which moves and claims
nothing), ask (hardware only), plan, run, record, close.
"""

from __future__ import annotations

import asyncio
import dataclasses
import gc
import uuid
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from functools import partial
from typing import Any

from massctl.app.admission import SIMULATED, Admission, Asking, Screen, admit
from massctl.app.bench import Bench, load_bench
from massctl.app.bus import EventBus
from massctl.app.connect import Connections
from massctl.app.control import ControlServer, SessionControl
from massctl.app.ownership import refuse_if_owned
from massctl.app.pedals import timer_inputs
from massctl.app.preflight import Ask
from massctl.app.recovery import recover
from massctl.app.request import RunRequest
from massctl.app.selftest.gate import Gate
from massctl.app.settings import load_settings
from massctl.app.signals import StopSignals
from massctl.app.subject import Subject, load_subject
from massctl.app.unhandled import UnhandledErrors
from massctl.devices.capabilities import InputKind, Report
from massctl.errors import ExitCode, Interrupted, MassctlError
from massctl.history.store import SessionWriter
from massctl.session.commands import KEYBOARD, Key
from massctl.session.events import Event, Pressed, SessionEnded, Tick
from massctl.session.runner import SessionDevices, SessionRunner

OnEvent = Callable[[Event], None]
OnReady = Callable[[SessionControl], object]
OnReport = Callable[[Report], object]

SIMULATED_PERSON = "simulated person"
"""The origin of the presses of the bench's person."""
OF_THE_BENCH = frozenset({SIMULATED_PERSON, "button"})
"""Origins that are not somebody real: a simulated timer's button is pressed by a fault."""
YOURS_NOW = "You have the keys now: the simulated person holds the tool, and presses nothing any more."

_EXIT_CODES = {
    "completed": ExitCode.DONE,
    "person": ExitCode.DONE,
    "link lost": ExitCode.CONNECTION,
    "safety": ExitCode.SAFETY,
    "interrupted": ExitCode.INTERRUPTED,
}


def exit_code(summary: SessionEnded) -> ExitCode:
    """Return how a command that ran this session ends."""
    return _EXIT_CODES[summary.ended_by]


def run_blocking(
    request: RunRequest,
    *,
    on_event: OnEvent,
    on_ready: OnReady,
    ask: Ask | None = None,
    screen: Screen | None = None,
    is_attended: bool = True,
) -> SessionEnded:
    """Do ``run_session`` in an event loop of its own, on real time or, for a simulated run, on the time that it asks for."""
    loop_factory = load_bench().loop_factory(request.speed) if request.is_simulated else None
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        session = run_session(
            request, on_event=on_event, on_ready=on_ready, ask=ask, screen=screen, is_attended=is_attended
        )
        return runner.run(session)


async def run_session(
    request: RunRequest,
    *,
    on_event: OnEvent,
    on_ready: OnReady,
    ask: Ask | None = None,
    screen: Screen | None = None,
    is_attended: bool = True,
    on_report: OnReport | None = None,
) -> SessionEnded:
    """Run what ``request`` asks for, to its summary, which also is the last event.

    Args:
        request: What to run, on what.
        on_event: Told every event in the loop, outside the safety path; when it raises, it is told no more.
        on_ready: Given the session when it begins: keys and the emergency stop.
        ask: Shows the page before a run on hardware; nothing is claimed yet, so it may take its time, and may block the loop.
        screen: Asks the health questions that are open, the same way; without it they are answered before.
        is_attended: Whether somebody can press keys; without, every stop ends the session.
        on_report: Told every reading of the devices, after it was judged, in the read callback: it may only queue it.

    Raises:
        MassctlError: What was asked cannot be run: a bad program, a rule, a device; nothing has run.
        Interrupted: A signal came before anything ran.
    """
    interruption = _Interruption()
    with StopSignals(interruption.stop):
        try:
            subject = load_subject(request)
            if not request.is_simulated:
                await refuse_if_owned(frozenset(request.urls.values()))
            aftermath = await recover(is_simulated=request.is_simulated)
            async with AsyncExitStack() as stack:
                bench = await _open_bench(request, stack)
                urls = request.urls or (bench.urls if bench else {})
                connections = await stack.enter_async_context(Connections(urls, record=request.record))
                devices = await connections.open()
                admission = None
                if not request.is_simulated and not connections.are_simulated():
                    asking = Asking(ask, screen)
                    gate = await stack.enter_async_context(Gate())
                    if devices.massager is not None and devices.massager.capabilities.is_controllable:
                        await gate.begin()
                    admission = await admit(subject, aftermath, asking, partial(subject.plan, request, devices))
                    await gate.pass_through()
                session = _Session.prepare(
                    request, subject, connections, devices, admission, is_attended=is_attended, on_report=on_report
                )
                session.watch(on_event, bench)
                interruption.session = session.runner
                on_ready(session.runner)
                return await session.run()
        except asyncio.CancelledError:
            if interruption.is_whole_reason():
                raise Interrupted(interruption.origin) from None
            raise


class _Interruption:
    """Where a signal goes: to the session as an emergency stop, or, before there is one, to the task as a cancellation."""

    def __init__(self) -> None:
        self.session: SessionControl | None = None
        self.origin = ""
        self._task = asyncio.current_task()

    def stop(self, origin: str) -> None:
        if self.session is not None:
            self.session.emergency_stop(origin)
        elif self._task is not None:
            self.origin = origin
            self._task.cancel()

    def is_whole_reason(self) -> bool:
        """Whether the cancellation that just arrived is this one's and nobody else's."""
        return bool(self.origin) and self._task is not None and self._task.uncancel() == 0


class _Session:
    """One session with its record, its watchers and its control socket."""

    def __init__(self, runner: SessionRunner, bus: EventBus, writer: SessionWriter, greeting: dict[str, Any]) -> None:
        self.runner = runner
        self._bus = bus
        self._writer = writer
        self._greeting = greeting
        self._has_taken_over = False
        """Whether somebody real has pressed a key: from then on the simulated person presses none."""

    @classmethod
    def prepare(
        cls,
        request: RunRequest,
        subject: Subject,
        connections: Connections,
        devices: SessionDevices,
        admission: Admission | None,
        *,
        is_attended: bool,
        on_report: OnReport | None = None,
    ) -> _Session:
        """Make the plan and all that watches it; without an admission nobody is touched: the devices are simulated."""
        is_simulated = admission is None
        plan = subject.plan(request, devices, admission.allowance if admission else None)
        person = {"person": admission.person_key} if admission else {}
        inputs, problem = _timer_inputs()
        said = (SIMULATED,) if is_simulated else ()
        plan = dataclasses.replace(plan, warnings=(*said, *problem, *plan.warnings))
        session_id = uuid.uuid4().hex[:12]
        bus = EventBus()
        loop = asyncio.get_running_loop()
        writer = SessionWriter(
            session_id,
            is_simulated=is_simulated,
            request=request.to_json() | person,
            on_problem=bus.warn,
            on_death=lambda error: loop.call_soon_threadsafe(runner.die, error),
        )

        def emit(event: Event) -> None:
            writer.append(event)
            bus.publish(event)

        runner = SessionRunner(
            plan,
            devices,
            emit,
            session_id=session_id,
            is_simulated=is_simulated,
            reconnect=connections.open,
            resettable=is_attended,
            device_warnings=connections.warnings,
            on_report=on_report,
            inputs=inputs,
        )
        greeting = {
            "session_id": session_id,
            "program": plan.program_id,
            "is_simulated": is_simulated,
            "urls": sorted(connections.urls),
        }
        return cls(runner, bus, writer, greeting)

    def watch(self, on_event: OnEvent, bench: Bench | None) -> None:
        self._bus.subscribe("the display", on_event, self.runner.fail)
        if bench is not None:
            bench.attach(self._press_for_person)
            self._bus.subscribe("the simulated person", partial(self._show, bench))

    async def run(self) -> SessionEnded:
        self._writer.start()
        try:
            async with ControlServer(self.runner, self._bus, self._greeting, self.runner.die):
                with _loaded_uncollected(), UnhandledErrors(self.runner.die):
                    return await self.runner.run()
        finally:
            await self._writer.aclose()
            self._bus.deliver()

    def _press_for_person(self, key: str) -> None:
        if not self._has_taken_over:
            self.runner.press(dataclasses.replace(KEYBOARD[key], origin=SIMULATED_PERSON))

    def _show(self, bench: Bench, event: Event) -> None:
        """Show the simulated person what a person acts on; ticks only move figures. It gives way to a real one."""
        if isinstance(event, Pressed) and event.origin not in OF_THE_BENCH and not self._has_taken_over:
            self._has_taken_over = True
            if bench.with_person:
                self._bus.warn(YOURS_NOW)
        if not isinstance(event, Tick):
            bench.see(event.to_json())


@contextmanager
def _loaded_uncollected() -> Iterator[None]:
    """Keep what is loaded when a session begins out of garbage collection: walking it would delay a stop by some 25 ms.

    Nothing is collected first: that would hold up the other sessions of this process as long.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _timer_inputs() -> tuple[dict[InputKind, Key | None], tuple[str, ...]]:
    """Return what the timer's pedal and button mean here, and what is wrong with the settings that should say so."""
    try:
        return timer_inputs(load_settings().pedal), ()
    except MassctlError as problem:
        return {}, (f"The timer's pedal and button mean what they always do. {problem.what}",)


async def _open_bench(request: RunRequest, stack: AsyncExitStack) -> Bench | None:
    if not request.is_simulated:
        return None
    bench = load_bench()(seed=request.seed, link=request.link, with_person=request.with_person, faults=request.faults)
    return await stack.enter_async_context(bench)
