"""32 sessions in one process over loopback TCP: how late their checks come, and what they cost, beside an idle loop's timer.

Each session is whole: massager, sensor and timer on three links, force at 50 Hz, its record in SQLite, its control socket. The
benches and the idle loop are processes of their own. All sessions start at once, so that their beats fall together; who holds
the tool is the bench's own hand, and keys are pressed here as soon as they are asked for.
A check's lateness is that of the 50 ms beat that makes it, against the runner's own schedule: the beat is wrapped from outside.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from unittest import mock

from massctl.app.control import SessionControl
from massctl.app.request import RunRequest
from massctl.app.run import run_session
from massctl.body.terms import Side
from massctl.programs.choices import Choices
from massctl.session.commands import Key, Press
from massctl.session.core import SessionCore
from massctl.session.events import Event, Intervention, Phase, PhaseChanged, SessionEnded, StopSeen, Tick
from tests.bench.fleet_peer import Lateness
from tests.bench.scratch import scratch_folders
from tests.bench.table import Line, percentile

SESSIONS: Final = 32
SECONDS: Final = 60.0
SETTLE_S: Final = 12.0
"""Connecting, the zero of the sensors and the first press lie before what is measured."""
PROGRAM: Final = "desk-shoulders"
LATE_MAX_S: Final = 0.050
ENDING_S: Final = 20.0


@contextmanager
def _peer(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.bench.fleet_peer", *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


class _Person:
    """Goes on whenever asked, and counts what is seen."""

    def __init__(self) -> None:
        self.session: SessionControl | None = None
        self.phases: Counter[Phase] = Counter()
        self.rules: Counter[str] = Counter()

    def begin(self, session: SessionControl) -> None:
        self.session = session

    def see(self, event: Event) -> None:
        match event:
            case Tick(phase=phase):
                self.phases[phase] += 1
            case Intervention(rule=rule):
                self.rules[rule] += 1
            case PhaseChanged(phase=Phase.WAITING | Phase.RATING | Phase.PAUSED):
                self.press(Key.GO_ON)
            case StopSeen():
                self.press(Key.RELEASE, Key.CONFIRM)

    def press(self, *keys: Key) -> None:
        if self.session is not None:
            for key in keys:
                self.session.press(Press(key))


class _Beats:
    """Times every beat of every session."""

    def __init__(self) -> None:
        self.is_counting = False
        self._by_session: dict[SessionCore, Lateness] = {}
        self._beat: Callable[[SessionCore, float], None] = SessionCore.beat

    def beat(self, core: SessionCore, now_s: float) -> None:
        if self.is_counting:
            self._by_session.setdefault(core, Lateness()).note(now_s)
        self._beat(core, now_s)

    @property
    def late_s(self) -> list[float]:
        return [late_s for lateness in self._by_session.values() for late_s in lateness.late_s]


@dataclass(slots=True)
class _Outcome:
    late_s: list[float]
    cpu_s: float
    wall_s: float
    idle_s: list[float]
    """Lateness of the idle loop's timer: median, 99 %, worst."""
    running_share: float
    """Of all ticks, those with the motor running."""
    rules: Counter[str]
    endings: Counter[str]


def _request(urls: dict[str, str]) -> RunRequest:
    return RunRequest(program=PROGRAM, choices=Choices(side=Side.BOTH), **urls)  # type: ignore[arg-type] # three addresses


async def _run(all_urls: list[dict[str, str]]) -> _Outcome:
    people, beats = [_Person() for _ in all_urls], _Beats()

    def timed_beat(core: SessionCore, now_s: float) -> None:
        beats.beat(core, now_s)

    with mock.patch.object(SessionCore, "beat", timed_beat):
        async with asyncio.TaskGroup() as group:
            sessions = [
                group.create_task(run_session(_request(urls), on_event=person.see, on_ready=person.begin))
                for urls, person in zip(all_urls, people, strict=True)
            ]
            await asyncio.sleep(SETTLE_S)
            with _peer("idle") as idle:
                for person in people:
                    person.phases.clear()
                beats.is_counting, cpu_s, wall_s = True, time.process_time(), time.perf_counter()
                await asyncio.sleep(SECONDS)
                beats.is_counting, cpu_s, wall_s = (
                    False,
                    time.process_time() - cpu_s,
                    time.perf_counter() - wall_s,
                )
                idle_s: list[float] = json.loads(await asyncio.to_thread(lambda: idle.communicate("")[0]))
            for person in people:
                person.press(Key.FINISH)
            async with asyncio.timeout(ENDING_S):
                summaries: list[SessionEnded] = await asyncio.gather(*sessions)
    phases: Counter[Any] = sum((person.phases for person in people), Counter())
    running = phases[Phase.WORKING] + phases[Phase.RAMPING]
    return _Outcome(
        late_s=beats.late_s,
        cpu_s=cpu_s,
        wall_s=wall_s,
        idle_s=idle_s,
        running_share=running / max(1, phases.total()),
        rules=sum((person.rules for person in people), Counter()),
        endings=Counter(summary.ended_by for summary in summaries),
    )


def _lines(outcome: _Outcome) -> list[Line]:
    late_s, (idle_50, idle_99, idle_worst) = outcome.late_s, outcome.idle_s
    if outcome.endings != {"person": SESSIONS}:
        raise RuntimeError(f"the sessions ended otherwise than by the person: {outcome.endings}, rules {outcome.rules}")
    worst_s, cores = max(late_s), outcome.cpu_s / outcome.wall_s
    return [
        Line(
            f"{SESSIONS} sessions in one process: the latest of {len(late_s):,} checks",
            f"{worst_s * 1e3:.1f} ms (median {percentile(late_s, 50) * 1e3:.1f}, p99 {percentile(late_s, 99) * 1e3:.1f} ms)",
            f"idle loop's 50 ms timer: {idle_worst * 1e3:.1f} ms (median {idle_50 * 1e3:.1f}, p99 {idle_99 * 1e3:.1f} ms)",
            f"at most {LATE_MAX_S * 1e3:.0f} ms",
            worst_s <= LATE_MAX_S,
        ),
        Line(
            f"… and their processor time, motor running {outcome.running_share:.0%} of the time",
            f"{cores:.2f} cores over {outcome.wall_s:.0f} s",
            "idle loop: 0 cores",
            "below 1 core",
            cores < 1,
        ),
    ]


def measure() -> list[Line]:
    """Run the fleet."""
    with scratch_folders(), _peer("benches", str(SESSIONS)) as benches:
        assert benches.stdout is not None
        all_urls: list[dict[str, str]] = json.loads(benches.stdout.readline())
        return _lines(asyncio.run(_run(all_urls)))
