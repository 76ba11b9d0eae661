"""One trial: a whole session of production code on the bench, in virtual time, with one fault in one phase, and the verdict."""

from __future__ import annotations

import asyncio
import dataclasses
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from massctl.app.bench import Bench, Evidence, Span, load_bench
from massctl.app.control import SessionControl
from massctl.app.request import RunRequest
from massctl.app.run import exit_code, run_session
from massctl.app.selftest.expected import Expected
from massctl.errors import ExitCode, MassctlError
from massctl.history.reading import History
from massctl.rules import Level
from massctl.session.commands import KEYBOARD, Key, Press
from massctl.session.events import Event, Intervention, LinkChanged, Phase, PhaseChanged, SessionEnded, StopSeen, Tick

PHASES: Final = ("connecting", "positioning", "armed", "ramping", "dwelling", "paused", "stopping", "resting")
PROGRAM: Final = Path(__file__).parent / "session.toml"
LONG_PROGRAM: Final = Path(__file__).parent / "sweep.toml"
"""For faults whose rule is due after a minute and more."""
_EXIT_CODES: Final = {"F34": ExitCode.CONNECTION, "F42": ExitCode.DONE}
"""Of a stop by these rules; by any other it is a safety stop."""
NOT_REACHED_S: Final = 90.0
"""A phase that has not come by then does not come."""
TO_MOTOR_S: Final = {"connecting": 20.0, "positioning": 5.0, "paused": 7.0, "resting": 25.0}
"""In these phases the motor is off; so long later it runs, if it may."""
ACT_AFTER_S: Final = 1.5
"""So long after work has begun the trial pauses or ends the step, where its phase needs that."""
FRESH_S: Final = 1.0
"""A motor that started less than this before the fault counts as just started."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one trial."""

    fault: str
    phase: str
    problems: tuple[str, ...]
    """What was not as it must be; empty is passed."""
    rule: str = ""
    """The first reason of the stop; '' where none."""
    driven_s: float = 0.0
    """How long the motor was driven with the fault."""
    limit_s: float | None = None
    """How long it might be; None where it might go on."""
    ended_by: str = ""
    exit_code: int = 0
    text: str = ""
    """What the person was told at the end."""
    acted: tuple[str, ...] = ()
    """All rules that did something, in order: slowed down, paused, stopped."""

    @property
    def is_passed(self) -> bool:
        """Whether all was as it must be."""
        return not self.problems


class Trial:
    """One fault in one phase; run once."""

    def __init__(
        self, fault: str, phase: str, expected: Expected, *, faults: tuple[str, ...] | None = None, seed: int = 1
    ) -> None:
        self.fault = fault
        self.phase = phase
        self._expected = expected
        self._faults = (f"{fault}@{phase}",) if faults is None else faults
        self._seed = seed
        self.events: list[Event] = []
        self._control: SessionControl | None = None
        self._bench: Bench | None = None
        self._has_acted = False
        self._is_reached = True
        self.summary: SessionEnded | None = None
        self.refusal: MassctlError | None = None
        self.crash: BaseException | None = None
        self.evidence: Evidence | None = None
        self._fault_s: float | None = None

    def run(self) -> Outcome:
        """Run it in a virtual event loop of its own. Never raises for what the session does."""
        with asyncio.Runner(loop_factory=load_bench().loop_factory(None)) as runner:
            runner.run(self._run())
        return self._judged()

    async def _run(self) -> None:
        bench = load_bench()(seed=self._seed, link="memory", with_person=True, faults=self._faults)
        async with bench, asyncio.TaskGroup() as group:
            self._bench = bench
            end = group.create_task(self._end_in_time(), name="end of the trial")
            try:
                self.summary = await self._session(bench)
            except MassctlError as refusal:
                self.refusal = refusal
            except Exception as crash:  # noqa: BLE001 - whatever it is, it is the finding of this trial
                self.crash = crash
            end.cancel()
            self.evidence = bench.evidence(self.fault)
            self._fault_s = self._began_s()

    async def _session(self, bench: Bench) -> SessionEnded:
        urls: dict[str, Any] = {role: bench.urls[role] for role in ("massager", "sensor", "timer")}
        program = LONG_PROGRAM if self._expected.is_long else PROGRAM
        request = RunRequest(program=str(program), **urls)
        return await run_session(request, on_event=self._see, on_ready=self._begin, is_attended=False)

    def _begin(self, control: SessionControl) -> None:
        self._control = control
        if self._bench is not None:
            self._bench.attach(lambda key: control.press(dataclasses.replace(KEYBOARD[key], origin="simulated person")))

    def _see(self, event: Event) -> None:
        self.events.append(event)
        if self._bench is not None:
            self._bench.see(event.to_json())
        if isinstance(event, Tick) and event.phase is Phase.WORKING and event.contact_s >= ACT_AFTER_S:
            self._act()

    def _act(self) -> None:
        """Bring the session into the phase that the fault waits for."""
        keys = {"paused": Key.PAUSE, "stopping": Key.TRIM, "resting": Key.SKIP}
        if not self._has_acted and self.phase in keys and self._control is not None:
            self._has_acted = True
            self._control.press(Press(keys[self.phase], origin="self-test"))

    async def _end_in_time(self) -> None:
        """End the session when enough has been seen, or when its phase does not come."""
        assert self._bench is not None
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        while (fault_s := self._began_s()) is None:
            if loop.time() - began_s > NOT_REACHED_S:
                self._is_reached = False
                break
            await asyncio.sleep(0.2)
        else:
            await asyncio.sleep(max(0.0, fault_s + self._window_s() - loop.time()))
        if self._control is not None:
            self._control.press(Press(Key.FINISH, origin="self-test"))

    def _began_s(self) -> float | None:
        """Return when the fault began, None while it has not."""
        return None if self._bench is None else self._bench.evidence(self.fault).fault_began_s

    def _window_s(self) -> float:
        """Return how long to watch: behind a fault with the motor off the session has to get to its motor again."""
        return self._expected.window_s + TO_MOTOR_S.get(self.phase, 0.0)

    # The verdict.

    def _judged(self) -> Outcome:
        driven_s, limit_s = self._driven()
        problems = [*self._problems_of_motor(driven_s, limit_s)]
        if self.crash is not None:
            problems.append(f"an internal error: {self.crash!r}")
        elif self.refusal is not None:
            problems += self._problems_of_refusal(self.refusal)
        elif self.summary is not None:
            problems += self._problems_of_session(self.summary)
        code = exit_code(self.summary) if self.summary else self.refusal.exit_code if self.refusal else 1
        text = self.summary.reason if self.summary else str(self.refusal or self.crash)
        return Outcome(
            self.fault,
            self.phase,
            tuple(problems),
            self._first_stop() or "",
            round(driven_s, 3),
            None if math.isinf(limit_s) else round(limit_s, 3),
            self.summary.ended_by if self.summary else "refused" if self.refusal else "crashed",
            int(code),
            text,
            self._acted(),
        )

    def _acted(self) -> tuple[str, ...]:
        """Return the rules that did more than warn, since the fault or because of it."""
        told = (event for event in self.events if isinstance(event, Intervention) and event.level is not Level.WARN)
        return tuple(dict.fromkeys(event.rule for event in told))

    def _driven(self) -> tuple[float, float]:
        """Return the longest time that the motor was driven with the fault, and its limit; the worst pair of all starts."""
        evidence, expected, fault_s = self.evidence, self._expected, self._fault_s
        if evidence is None or fault_s is None:
            return 0.0, expected.within_s
        within_s = expected.within_s + expected.more_s.get(self.phase, 0.0)
        pairs = [(0.0, within_s)]
        for from_s, until_s in evidence.drives:
            end_s = evidence.now_s if until_s is None else until_s
            if end_s > fault_s and not (expected.is_passing and from_s > fault_s):
                fresh_s = expected.after_start_s if from_s > fault_s - FRESH_S else 0.0
                pairs.append((end_s - max(from_s, fault_s), within_s + fresh_s))
        return max(pairs, key=lambda pair: pair[0] - pair[1] if math.isfinite(pair[1]) else pair[0] - 1e6)

    def _problems_of_motor(self, driven_s: float, limit_s: float) -> list[str]:
        evidence, problems = self.evidence, []
        if evidence is None or self._fault_s is None or not self._is_reached:
            return ["the phase was not reached"]
        if driven_s > limit_s + 1e-6 and not self._expected.is_unstoppable:
            problems.append(f"the motor was driven for {driven_s:.2f} s with the fault, at most {limit_s:.2f} s")
        unwanted_s = max((_length(span, evidence.now_s) for span in evidence.unwanted), default=0.0)
        if unwanted_s > self._expected.unwanted_s + 1e-6:
            problems.append(f"the motor was driven for {unwanted_s:.2f} s after it was switched off")
        is_on = bool(evidence.drives) and evidence.drives[-1][1] is None
        if is_on and not self._expected.is_unstoppable:
            problems.append("the motor is still driven at the end")
        if is_on and not self._says_not_confirmed():
            problems.append("the motor is still driven, and nobody was told so")
        return problems

    def _says_not_confirmed(self) -> bool:
        return any(isinstance(event, StopSeen) and not event.is_confirmed for event in self.events)

    def _problems_of_refusal(self, refusal: MassctlError) -> list[str]:
        problems = []
        if not refusal.remedy:
            problems.append(f"the refusal names no next step: {refusal}")
        if self.phase != "connecting":
            problems.append(f"the session was refused behind its beginning: {refusal}")
        return problems

    def _problems_of_session(self, summary: SessionEnded) -> list[str]:
        problems = []
        first = self._first_stop()
        if first is not None and first not in self._expected.rules:
            problems.append(f"stopped by {first}, expected {' or '.join(sorted(self._expected.rules)) or 'nothing'}")
        code = _EXIT_CODES.get(first or "", ExitCode.SAFETY)
        if first is not None and exit_code(summary) is not code:
            problems.append(f"stopped by {first}, and the exit code is {exit_code(summary)}")
        if first is not None and summary.rule != first:
            problems.append(f"the first reason was {first}, the summary says {summary.rule}")
        if summary.ended_by in {"safety", "link lost"} and not (summary.reason and summary.rule):
            problems.append("the summary names no reason or no rule")
        if summary.ended_by == "interrupted":
            problems.append(f"interrupted: {summary.reason}")
        must = self._expected.must if self.phase not in self._expected.spared else frozenset()
        if must and not must.intersection(self._acted()):
            problems.append(f"none of {' or '.join(sorted(must))} has acted")
        if first is not None and not self._names_next_step():
            problems.append("no next step was named after the stop")
        return problems + self._problems_of_record(summary)

    def _first_stop(self) -> str | None:
        """Return the rule that stopped first; a link that came back again has closed its case."""
        first: str | None = None
        for event in self.events:
            if isinstance(event, LinkChanged) and event.state == "back":
                first = None if first == "F34" else first
            elif isinstance(event, Intervention) and event.level in {Level.STOP, Level.BLOCK}:
                first = first or event.rule
        return first

    def _names_next_step(self) -> bool:
        """Return whether what was said after the stop tells what to do with one's hands."""
        said = " ".join(event.ask for event in self.events if isinstance(event, PhaseChanged)).lower()
        told = " ".join(event.text for event in self.events if isinstance(event, Intervention)).lower()
        return any(word in f"{said} {told}" for word in ("lift", "press", "check", "connect", "switch"))

    def _problems_of_record(self, summary: SessionEnded) -> list[str]:
        record = History().session(summary.session_id)
        told = [event.kind for event in self.events if not isinstance(event, Tick)]
        kept = [event["event"] for event in History().events(summary.session_id) if event["event"] != "reading"]
        if record.summary is None or told != kept:
            return [f"the record is not whole: {len(kept)} of {len(told)} events"]
        return []


def _length(span: Span, now_s: float) -> float:
    return (now_s if span[1] is None else span[1]) - span[0]
