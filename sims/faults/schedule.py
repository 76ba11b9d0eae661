"""Begins and ends faults on the bench's clock: it looks at what the bench sees of the session, and at its journal."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, Final

from sims.faults.effects import Site
from sims.faults.timing import Moment, Timed
from sims.journal import Entry

_OF_PHASE: Final = {
    "waiting": Moment.POSITIONING,
    "ramping": Moment.RAMPING,
    "working": Moment.DWELLING,
    "paused": Moment.PAUSED,
    "resting": Moment.RESTING,
}


class _Course:
    """One fault: not yet, going on, or over."""

    def __init__(self, timed: Timed) -> None:
        self.timed = timed
        self.due_s = math.inf
        self.began_s: float | None = None
        self.is_over = False


class Schedule:
    """The faults of one bench; each begins once."""

    def __init__(self, faults: Iterable[Timed], site: Site) -> None:
        self._courses = [_Course(timed) for timed in faults]
        self._site = site
        self._is_in_step = False
        self._phase = ""

    def began_s(self, name: str) -> float | None:
        """Return when the fault ``name`` began, None while it has not."""
        return next((course.began_s for course in self._courses if course.timed.fault.name == name), None)

    def start(self, now_s: float) -> None:
        """Begin the time; faults of the first moment begin at once."""
        self._reach(Moment.CONNECTING, now_s)

    def see(self, event: dict[str, Any], now_s: float) -> None:
        """Look at an event of the session, in its JSON form."""
        if event.get("event") == "step_started":
            self._is_in_step = True
        elif event.get("event") == "phase" and self._is_in_step:
            before, self._phase = self._phase, str(event["phase"])
            is_down = self._phase == "ramping" and before in {"working", "ramping"}
            moment = Moment.STOPPING if is_down else _OF_PHASE.get(self._phase)
            if moment is not None:
                self._reach(moment, now_s)

    def hear(self, entry: Entry) -> None:
        """Look at an entry of the bench's journal, as it is written."""
        if entry.what.startswith("armed"):
            self._reach(Moment.ARMED, entry.at_s)
        elif entry.what == "head moves":
            self._reach(Moment.RUNNING, entry.at_s)

    def step(self, now_s: float) -> None:
        """Begin and end what is due."""
        for course in self._courses:
            if course.is_over or now_s < course.due_s - 1e-9:
                continue
            if course.began_s is None:
                self._begin(course, now_s)
            else:
                self._end(course, now_s)

    def _reach(self, moment: Moment, now_s: float) -> None:
        for course in self._courses:
            if course.timed.moment is moment and course.due_s == math.inf and course.began_s is None:
                course.due_s = now_s + course.timed.after_s
                if course.timed.after_s == 0.0:
                    self._site.soon(self._begin_due)

    def _begin_due(self) -> None:
        self.step(self._site.world.now_s)

    def _begin(self, course: _Course, now_s: float) -> None:
        timed = course.timed
        course.began_s = now_s
        course.due_s = now_s + timed.duration_s if timed.duration_s is not None else math.inf
        self._site.world.log.note(now_s, timed.role, f"FAULT {timed.fault.name}: {timed.fault.sentence}")
        if timed.fault.effect is not None:
            timed.fault.effect.begin(self._site, timed.role)

    def _end(self, course: _Course, now_s: float) -> None:
        timed = course.timed
        course.is_over = True
        self._site.world.log.note(now_s, timed.role, f"FAULT {timed.fault.name} is over")
        if timed.fault.effect is not None:
            timed.fault.effect.end(self._site, timed.role)
