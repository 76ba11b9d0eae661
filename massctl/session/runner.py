"""The runner: where a session meets the event loop. It lives here, waits here, and is left here with the motor standing.

Decisions are the core's, which is synchronous; the runner beats every 50 ms, lets others wait for answers (``errands``) and get
lost links back (``relinking``), and whatever ends the task, runs the stop sequence first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from massctl import clock
from massctl.devices.capabilities import HeartSensor, InputKind, Report
from massctl.errors import ConnectionProblem, MassctlError, NoAnswer, PeerRefused
from massctl.programs.plan import Plan
from massctl.rules import Level
from massctl.session import asks, links
from massctl.session.attended import INPUTS, INTERRUPTS, AttendedSession
from massctl.session.commands import Key, Press
from massctl.session.core import Ports
from massctl.session.drive import SessionDevices
from massctl.session.ended import End, end_of_problem, end_of_trip
from massctl.session.errands import Errands
from massctl.session.events import Event, Phase, SessionEnded, SessionStarted, Warned
from massctl.session.facts import Facts, facts_of
from massctl.session.heart import HeartWatch
from massctl.session.interlocks import Finding
from massctl.session.limits import admit, device_limits
from massctl.session.relinking import Relinking
from massctl.session.stop import uncancelled

__all__ = ["INTERRUPTS", "SessionDevices", "SessionRunner"]

CHECK_EVERY_S: Final = 0.050
HEART_S: Final = 3.0
"""A heart rate sensor gets this long to begin; what steers nothing must not hold up a session's end."""
TICK_EVERY: Final = 4
"""Beats between two ticks for displays."""


class SessionRunner:
    """Runs one plan, once, on its devices."""

    def __init__(
        self,
        plan: Plan,
        devices: SessionDevices,
        emit: Callable[[Event], None],
        *,
        session_id: str,
        is_simulated: bool,
        reconnect: links.Reconnect | None = None,
        resettable: bool = True,
        suspended_s: Callable[[], float] = clock.suspended_s,
        on_report: Callable[[Report], object] | None = None,
        device_warnings: tuple[str, ...] = (),
        inputs: Mapping[InputKind, Key | None] = MappingProxyType({}),
    ) -> None:
        facts = _facts(plan, devices)
        admit(plan, facts, is_attended=resettable)
        self.plan = plan
        self._emit = emit
        self._session_id = session_id
        self._is_simulated = is_simulated
        self._suspended_s = suspended_s
        self._on_report = on_report
        self._device_warnings = device_warnings
        self._core = AttendedSession(
            plan,
            devices,
            facts,
            Ports(
                self._now,
                self._tell_world,
                lambda start: self._errands.arm(start),  # noqa: PLW0108 - there are no errands before there is a core
                lambda: self._errands.zero(),  # noqa: PLW0108 - there are no errands before there is a core
                lambda: self._errands.clear_faults(),  # noqa: PLW0108 - there are no errands before there is a core
            ),
            is_resettable=resettable,
        )
        self._core.inputs = {**INPUTS, **inputs}
        self._errands = Errands(self._core, self._now)
        self._relinking = Relinking(self._core, reconnect, self._prepare, self._now, self._listen_beside)
        self._heart = HeartWatch()
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def phase(self) -> Phase:
        """Where the session is."""
        return self._core.snapshot.phase

    def press(self, press: Press) -> None:
        """Take a person's press; call in the loop's thread. What it does is done before this returns."""
        if self._loop is not None:
            self._core.press(press)
        elif press.key is Key.FINISH:
            self._core.end = self._core.end or End("person", "Finished by the person.")

    def emergency_stop(self, origin: str) -> None:
        """Stop at once, latched (F42); by an origin of ``INTERRUPTS`` the session ends as well."""
        if self._loop is not None:
            self._core.emergency_stop(origin)
        else:
            self._core.end = End("interrupted", f"Emergency stop ({origin}).", "F42")

    def die(self, problem: Exception) -> None:
        """Stop, and end: this program is broken somewhere; ``run`` raises ``problem`` once the motor stands (F33)."""
        self._core.is_abandoned = True
        if self._loop is not None:
            self._core.die(problem)
        else:
            self._core.bug = self._core.bug or problem
            self._core.end = self._core.end or End("safety", f"An internal error: {problem!r}.", "F33")

    def fail(self, why: str) -> None:
        """Stop, and end: a part of this program that the session needs has failed (F33)."""
        self._core.end = self._core.end or End("safety", why, "F33")
        self._core.is_abandoned = True
        if self._loop is not None:
            self._core.trip(Finding("F33", Level.STOP, why))

    async def run(self) -> SessionEnded:
        """Run the session to its end and return its summary.

        Raises:
            ConnectionProblem, NoAnswer: while preparing the devices, before anything ran.
            CancelledError: when cancelled, after the stop sequence (bounded) and the summary.
        """
        if self._loop is not None:
            raise RuntimeError("a session runs once")
        self._loop = asyncio.get_running_loop()
        self._core.snapshot.began_at_s = self._core.last_press_s = self._now()
        self._core.tell(self._started())
        self._core.conductor.say(self._now(), Phase.CONNECTING)
        self._core.flush()
        problem: BaseException | None = None
        try:
            await self._live()
        except BaseExceptionGroup as group:
            problem = group.exceptions[0]
        except BaseException as raised:  # noqa: BLE001 - the stop comes before anything else; then it is raised again
            problem = raised
        is_old_news = self._core.end is not None and isinstance(problem, ConnectionProblem | NoAnswer)
        ended: list[SessionEnded] = []
        await uncancelled(self._leave(problem, ended))
        if problem is not None and not is_old_news:  # a device that failed behind the end of a session is not its end
            raise problem
        if self._core.bug is not None:
            raise self._core.bug
        return ended[0]

    async def _live(self) -> None:
        await self._prepare(self._core.drive.devices)
        async with asyncio.TaskGroup() as group:
            self._errands.group = group
            self._listen_beside()
            if self._core.end is None:
                self._core.open(self._now())
            await self._beats(group)
            self._relinking.cancel()

    async def _prepare(self, devices: SessionDevices) -> None:
        """Listen; the driver's ``prepare`` stops first (F43), then claims, verifies idle and sets the firmware's own limits."""
        facts = _facts(self.plan, devices)
        for _, device in devices.named:
            device.subscribe(self._take)
        if devices.massager is not None:
            await devices.massager.prepare(device_limits(self.plan, facts))
        if devices.sensor is not None:
            await devices.sensor.prepare()
        if devices.timer is not None:
            await devices.timer.prepare()
        self._core.snapshot.facts = facts

    def _take(self, report: Report) -> None:
        """Let the core judge a report; who only watches is told afterwards, and no more once it fails."""
        self._core.take(report)
        if self._on_report is not None:
            try:
                self._on_report(report)
            except Exception:  # noqa: BLE001 - a watcher's fault never reaches the link that read this
                self._on_report = None

    def _listen_beside(self) -> None:
        """Begin to listen to what steers nothing, beside the session: nothing waits for it."""
        heart, group = self._core.drive.devices.heart, self._errands.group
        if heart is not None and group is not None:
            group.create_task(self._listen_to_heart(heart), name="heart rate")

    async def _listen_to_heart(self, heart: HeartSensor) -> None:
        """Listen to a heart rate sensor; one that fails is told, and the session goes on without it."""
        heart.subscribe(self._take_heart)
        problem = ""
        try:
            async with asyncio.timeout(HEART_S):
                await heart.prepare()
        except MassctlError as error:
            problem = str(error)
        except TimeoutError:
            problem = f"{heart.url}: no answer within {HEART_S:g} s."
        except Exception as error:  # noqa: BLE001 - what steers nothing ends nothing, even where its driver is broken
            problem = f"{heart.url}: {error!r}"
        if problem:
            self._core.tell(Warned(at_s=self._core.at_s(), text=f"No heart rate: {problem}"))

    def _take_heart(self, report: Report) -> None:
        event = self._heart.take(report, self._now(), self._core.at_s())
        if event is not None:
            self._core.tell(event)

    async def _beats(self, group: asyncio.TaskGroup) -> None:
        """Check every 50 ms until the session is over and the motor stands."""
        core, snapshot = self._core, self._core.snapshot
        next_s, number = self._now(), 0
        while core.end is None or not core.may_leave(self._now()):
            now_s = self._now()
            snapshot.suspended_s = self._suspended_s()
            links.watch(now_s, core.drive.devices, snapshot)
            core.beat(now_s)
            self._relinking.look(group)
            if number % TICK_EVERY == 0:
                tick = core.conductor.tick(now_s, core.drive.lease_left_s(now_s))
                rate_bpm = self._heart.rate_bpm(now_s)
                self._tell_world(tick if rate_bpm is None else replace(tick, heart_rate_bpm=rate_bpm))
            number += 1
            next_s = max(next_s + CHECK_EVERY_S, now_s)
            await asyncio.sleep(next_s - now_s)

    async def _leave(self, problem: BaseException | None, ended: list[SessionEnded]) -> None:
        """Tell the end; what broke the session off is stopped first, through a cancellation too."""
        core = self._core
        if problem is not None and not self._is_anothers(problem):
            end = core.end or end_of_problem(problem, end_of_trip(core.supervisor.tripped))
            own = end_of_problem(problem, None)
            finding = Finding(own.rule or "F42", Level.STOP, own.reason)
            core.stop.write(finding, self._now(), self._now)
            if core.supervisor.trip(finding).told:
                core.tell(core.intervention(finding))
            await core.stop.finish(core.tell, core.snapshot.began_at_s)
            core.end = end
        elif problem is not None:
            core.end = end_of_problem(problem, None)
        core.is_live = False
        core.conductor.abandon(self._now())
        core.flush()
        summary = core.recorder.ended(
            at_s=core.at_s(),
            session_id=self._session_id,
            is_simulated=self._is_simulated,
            end=core.last_end(),
            steps=len(core.conductor.steps),
        )
        ended.append(summary)
        self._tell_world(summary)

    def _tell_world(self, event: Event) -> None:
        """Tell an event to whoever records and shows it; where that fails, stop (F33)."""
        try:
            self._emit(event)
        except Exception as problem:  # noqa: BLE001 - a broken record or display must not leave the motor running
            self.die(problem)

    def _is_anothers(self, problem: BaseException) -> bool:
        """Return whether a device turned out to be under another program's control: nothing of ours runs there."""
        return isinstance(problem, PeerRefused) and not self._core.is_live

    def _started(self) -> SessionStarted:
        standing = (*asks.warnings(self.plan, self._core.snapshot.facts), *self._device_warnings)
        return SessionStarted(
            at_s=0.0,
            session_id=self._session_id,
            program=self.plan.program_id,
            title=self.plan.title,
            is_simulated=self._is_simulated,
            wall_time=clock.wall_now().isoformat(timespec="seconds"),
            steps=len(self.plan.steps),
            about_s=self.plan.about_s,
            devices={role: f"{device.name} ({device.url})" for role, device in self._core.drive.devices.all_named},
            warnings=(*self.plan.warnings, *standing),
            standing_warnings=standing,
        )

    def _now(self) -> float:
        if self._loop is None:
            raise RuntimeError("the session has not begun")
        return self._loop.time()


def _facts(plan: Plan, devices: SessionDevices) -> Facts:
    massager, sensor, timer = devices.massager, devices.sensor, devices.timer
    return facts_of(
        massager.capabilities if massager else None,
        sensor.capabilities if sensor else None,
        timer.capabilities if timer else None,
        is_free_run=plan.is_free_run,
        session_max_s=plan.session_max_s,
        muscle_max_s=plan.muscle_max_s,
    )
