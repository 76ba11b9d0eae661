"""All shipped programs with a simulated person in virtual time, beside an idle virtual loop that wakes up as often.

A whole run counts, from the request to the summary: catalogue, plan, connecting, 50 Hz of force, the record in SQLite. The programs
share the machine's cores, a worker process each; the figure for one core alone stands beside the total. How often a run's loop
turns is counted in a run of its own, so that counting does not slow what is measured.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Final

from massctl.app.request import RunRequest
from massctl.app.run import run_blocking, run_session
from massctl.body.terms import Side
from massctl.programs.catalogue import Catalogue
from massctl.programs.choices import Choices
from massctl.session.events import SessionEnded
from sims.loop import SimulatedTimeLoop
from tests.bench.scratch import scratch_folders
from tests.bench.table import Line

TIMES_MIN: Final = 200
COUNTED: Final = "desk-shoulders"
"""The program whose loop turns are counted."""


class _CountingLoop(SimulatedTimeLoop):
    """Counts its turns: each is a wake-up, for a timer or for a callback."""

    turns = 0

    def _run_once(self) -> None:
        self.turns += 1
        super()._run_once()  # type: ignore[misc] # asyncio's own: the one place where every turn passes


@dataclass(slots=True)
class _Run:
    """One program's run."""

    summary: SessionEnded
    wall_s: float


def _request(program: str) -> RunRequest:
    return RunRequest(program=program, choices=Choices(side=Side.BOTH), is_simulated=True, speed=None, link="memory")


def _ignore(_: object) -> None:
    """Take an event, or the session's control."""


def _run(program: str) -> _Run:
    began_s = time.perf_counter()
    summary = run_blocking(_request(program), on_event=_ignore, on_ready=_ignore)
    return _Run(summary, time.perf_counter() - began_s)


def _turns_per_s() -> float:
    """Return how often a run's loop turns in a simulated second."""
    loop = _CountingLoop(speed=None)
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        summary = runner.run(run_session(_request(COUNTED), on_event=_ignore, on_ready=_ignore))
    return loop.turns / summary.duration_s


def _idle_wall_s(seconds: float, turns_per_s: float) -> float:
    """Return how long a virtual loop takes over ``seconds`` in which only a timer wakes it."""
    loop = SimulatedTimeLoop(speed=None)

    def wake() -> None:
        if loop.time() < seconds:
            loop.call_at(loop.time() + 1 / turns_per_s, wake)
        else:
            loop.stop()

    began_s = time.perf_counter()
    loop.call_soon(wake)
    loop.run_forever()
    loop.close()
    return time.perf_counter() - began_s


def _line(runs: dict[str, _Run], wall_s: float, workers: int, idle_wall_s: float) -> Line:
    simulated_s = sum(run.summary.duration_s for run in runs.values())
    one_core_s = sum(run.wall_s for run in runs.values())
    others = [f"{name}: {run.summary.ended_by}" for name, run in runs.items() if run.summary.ended_by != "completed"]
    endings = f"not completed: {', '.join(others)}" if others else "all completed"
    return Line(
        f"{len(runs)} programs in virtual time, force at 50 Hz ({endings})",
        f"{simulated_s:,.0f} s in {wall_s:.0f} s on {workers} cores: {simulated_s / wall_s:.0f} times real time"
        f" ({simulated_s / one_core_s:.0f} times for each core)",
        f"idle virtual loop on one core, as many wake-ups: {simulated_s / idle_wall_s:,.0f} times",
        f"at least {TIMES_MIN} times",
        simulated_s >= TIMES_MIN * wall_s and not others,
    )


def measure() -> list[Line]:
    """Run every shipped program once, seed 1."""
    with scratch_folders():
        turns_per_s = _turns_per_s()
        programs = Catalogue.load().shipped_ids
        workers = os.cpu_count() or 1
        began_s = time.perf_counter()
        with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
            runs = dict(zip(programs, pool.map(_run, programs), strict=True))
        wall_s = time.perf_counter() - began_s
    simulated_s = sum(run.summary.duration_s for run in runs.values())
    return [_line(runs, wall_s, workers, _idle_wall_s(simulated_s, turns_per_s))]
