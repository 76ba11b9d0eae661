"""Trials of faults that massctl's own machine has: a host in a process of its own, the bench in this one, a pty between, real time.

Killed, stopped and continued, a slow and a full disk, a wall clock that is set, a terminal that is closed. All at once, in seconds.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import signal
import sqlite3
import sys
import termios
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from massctl.app.bench import Bench, load_bench
from massctl.app.selftest.expected import GRID_S, LEASE_S
from massctl.app.selftest.trial import Outcome
from massctl.errors import ExitCode, MassctlError
from massctl.history.reading import History

PHASE: Final = "dwelling"
"""The motor runs; a fault of the host cares about nothing else."""
SIGNAL_S: Final = 0.200
"""F42: the drive is off within this of a signal, or of a terminal that is closed."""
START_S: Final = 30.0
"""A host on a busy machine runs its motor by then (design value)."""
END_S: Final = 15.0
"""And has ended by itself so long after its fault."""
STOPPED_S: Final = 2.4
BUSY_S: Final = 1.0
FULL_AFTER_S: Final = 1.0
_STEP_S: Final = 0.01


@dataclass(slots=True)
class _Host:
    """One host on one bench."""

    bench: Bench
    process: asyncio.subprocess.Process
    folder: Path
    terminal: int

    def signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            self.process.send_signal(number)

    def close_terminal(self) -> None:
        if self.terminal >= 0:
            os.close(self.terminal)
            self.terminal = -1

    @property
    def record(self) -> Path:
        return self.folder / "data" / "history.sqlite"

    @property
    def is_driven(self) -> bool:
        drives = self.bench.evidence().drives
        return bool(drives) and drives[-1][1] is None

    async def until_driven(self) -> None:
        async with asyncio.timeout(START_S):
            while not self.is_driven:
                if self.process.returncode is not None:
                    _, said = await self.process.communicate()
                    raise ChildProcessError(said.decode(errors="replace").strip())
                await asyncio.sleep(_STEP_S)


Act = Callable[[_Host], Awaitable[float]]
"""Breaks a host, and returns from when on the motor had to go off, by the bench's clock."""


async def _signalled(host: _Host, number: signal.Signals) -> float:
    await host.until_driven()
    at_s = host.bench.evidence().now_s
    host.signal(number)
    return at_s


async def _killed(host: _Host) -> float:
    return await _signalled(host, signal.SIGKILL)


async def _terminated(host: _Host) -> float:
    return await _signalled(host, signal.SIGTERM)


async def _stopped(host: _Host) -> float:
    at_s = await _signalled(host, signal.SIGSTOP)
    await asyncio.sleep(STOPPED_S)
    host.signal(signal.SIGCONT)
    return at_s


async def _hung_up(host: _Host) -> float:
    await host.until_driven()
    at_s = host.bench.evidence().now_s
    host.close_terminal()
    return at_s


async def _slowed(host: _Host) -> float:
    """Keep the record from being written for a while; the stop comes in the midst of it."""
    with closing(sqlite3.connect(host.record, isolation_level=None, timeout=5.0)) as lock:
        lock.execute("BEGIN IMMEDIATE")
        await asyncio.sleep(BUSY_S)
        at_s = await _signalled(host, signal.SIGTERM)
        await asyncio.sleep(SIGNAL_S)
        lock.rollback()
    return at_s


async def _filled(host: _Host) -> float:
    await asyncio.sleep(FULL_AFTER_S)
    return await _signalled(host, signal.SIGTERM)


@dataclass(frozen=True, slots=True)
class HostFault:
    """One fault of the host, and what must come of it."""

    act: Act
    within_s: float
    codes: frozenset[int]
    rules: frozenset[str]
    """Of which one is the first that stops; empty where the process cannot tell any more."""
    has_summary: bool = True
    options: Mapping[str, float] = field(default_factory=dict)


_BY_SIGNAL: Final[dict[str, Any]] = {
    "within_s": SIGNAL_S + GRID_S,
    "codes": frozenset({int(ExitCode.INTERRUPTED)}),
    "rules": frozenset({"F42"}),
}
HOST_FAULTS: Final[dict[str, HostFault]] = {
    "host-killed": HostFault(_killed, LEASE_S, frozenset({-signal.SIGKILL}), frozenset(), has_summary=False),
    "host-stopped": HostFault(
        _stopped,
        LEASE_S,
        frozenset({int(ExitCode.SAFETY), int(ExitCode.CONNECTION)}),
        frozenset({"F33", "F34", "F44"}),
    ),
    "host-slow-disk": HostFault(_slowed, **_BY_SIGNAL),
    "host-full-disk": HostFault(_filled, **_BY_SIGNAL, has_summary=False, options={"full_after_s": FULL_AFTER_S}),
    "host-clock-jump": HostFault(_terminated, **_BY_SIGNAL, options={"jump_s": 3600.0}),
    "host-terminal-closed": HostFault(_hung_up, **_BY_SIGNAL),
}
"""By the names of the bench's catalogue."""


def examine_hosts(names: Iterable[str], folder: Path) -> tuple[Outcome, ...]:
    """Run the trials side by side; the records go below ``folder``. Never raises for what the hosts do."""

    async def all_of_them() -> tuple[Outcome, ...]:
        return tuple(await asyncio.gather(*(_examine(name, folder / name) for name in names)))

    return asyncio.run(all_of_them())


async def _examine(name: str, folder: Path) -> Outcome:
    fault = HOST_FAULTS[name]
    try:
        async with _host(folder, fault.options) as host:
            await host.until_driven()
            await asyncio.sleep(0.5)
            began_s = await fault.act(host)
            async with asyncio.timeout(END_S):
                _, said = await host.process.communicate()
            await asyncio.sleep(max(0.0, began_s + fault.within_s + 0.2 - host.bench.evidence().now_s))
            driven_s = _driven_s(host, began_s)
            return _judged(name, fault, host, driven_s, said.decode(errors="replace"))
    except TimeoutError:
        return Outcome(name, PHASE, ("the host did not run its motor, or did not end",))
    except (OSError, sqlite3.Error, MassctlError) as error:
        return Outcome(name, PHASE, (f"the trial itself failed: {error!r}",))


@asynccontextmanager
async def _host(folder: Path, options: Mapping[str, float]) -> AsyncIterator[_Host]:
    """Give a host on a bench of its own, with a terminal of its own; killed at the end, whatever happened."""
    own = {}
    for kind in ("DATA", "CONFIG", "RUNTIME"):
        place = folder / kind.lower()
        place.mkdir(mode=0o700, parents=True)
        own[f"MASSCTL_{kind}_DIR"] = str(place)
    async with load_bench()(seed=1, link="pty", with_person=False) as bench:
        terminal, far_end = os.openpty()
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "massctl.app.selftest.host",
                json.dumps({"massager": bench.urls["massager"], **options}),
                stdin=far_end,
                stdout=far_end,
                stderr=asyncio.subprocess.PIPE,
                env={**os.environ, **own},
                start_new_session=True,
                preexec_fn=_take_terminal,
            )
        finally:
            os.close(far_end)
        host = _Host(bench, process, folder, terminal)
        try:
            yield host
        finally:
            host.signal(signal.SIGKILL)
            await process.wait()
            host.close_terminal()


def _take_terminal() -> None:
    """Make standard input this process's controlling terminal: closing its other end then is a terminal that is closed."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _driven_s(host: _Host, began_s: float) -> float:
    evidence = host.bench.evidence()
    ends = [evidence.now_s if until_s is None else until_s for _, until_s in evidence.drives]
    return max([end_s - began_s for end_s in ends if end_s > began_s], default=0.0)


def _judged(name: str, fault: HostFault, host: _Host, driven_s: float, said: str) -> Outcome:
    problems = []
    if driven_s > fault.within_s:
        problems.append(f"the motor was driven for {driven_s:.2f} s with the fault, at most {fault.within_s:.2f} s")
    if host.is_driven:
        problems.append("the motor is still driven at the end")
    if "Traceback" in said:
        problems.append(f"a traceback was shown: {said.splitlines()[-1]}")
    code = host.process.returncode or 0
    if code not in fault.codes:
        problems.append(f"the exit code is {code}")
    history = History(host.record)
    record = history.session("last")
    events = list(history.events(record.session_id))
    stops = [event["rule"] for event in events if event["event"] == "intervention" and event["level"] == "stop"]
    first = stops[0] if stops else ""
    if not events or events[0]["event"] != "session_started" or len(events) != record.events:
        problems.append("the record is not whole")
    if any(later["at_s"] < earlier["at_s"] - 0.01 for earlier, later in pairwise(events)):
        problems.append("the record's time runs backwards")
    if fault.has_summary:
        problems += _problems_of_summary(fault, record.summary, first, events)
    reason = str((record.summary or {}).get("reason", ""))
    return Outcome(
        name,
        PHASE,
        tuple(problems),
        first or ("F33" if fault.within_s == LEASE_S else "F42"),
        round(driven_s, 3),
        round(fault.within_s, 3),
        record.ended_by,
        code,
        reason,
        acted=tuple(dict.fromkeys(stops)),
    )


def _problems_of_summary(
    fault: HostFault, summary: Mapping[str, Any] | None, first: str, events: list[dict[str, Any]]
) -> list[str]:
    if summary is None:
        return ["there is no summary"]
    problems = []
    if first not in fault.rules:
        problems.append(f"stopped by {first or 'nothing'}, expected {' or '.join(sorted(fault.rules))}")
    if not summary["reason"] or not summary["rule"]:
        problems.append("the summary names no reason or no rule")
    if not any("lift" in str(event.get("ask", "")).lower() for event in events):
        problems.append("no next step was named after the stop")
    return problems
