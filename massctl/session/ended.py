"""How a session ended, in the words of ``SessionEnded``."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from massctl.errors import Blocked, ConnectionProblem, NoAnswer
from massctl.session.interlocks import Finding


@dataclass(frozen=True, slots=True)
class End:
    """Why a session is over."""

    ended_by: str
    """completed, person, safety, link lost, interrupted."""
    reason: str = ""
    rule: str | None = None

    @property
    def is_good(self) -> bool:
        """Whether nothing has gone wrong, as far as this says."""
        return self.ended_by in {"completed", "person", "interrupted"}


def end_of_trip(tripped: Finding | None) -> End | None:
    """Return the end that a latched stop makes of the session: the person's own stop is theirs, all others are safety's."""
    if tripped is None:
        return None
    if tripped.rule == "F34":
        return End("link lost", tripped.text, tripped.rule)
    return End("person" if tripped.rule == "F42" else "safety", tripped.text, tripped.rule)


def end_of_problem(problem: BaseException, tripped: End | None) -> End:
    """Return the end that an exception makes of the session; a rule that tripped before it is kept as the first reason."""
    if tripped is not None:
        return tripped
    if isinstance(problem, asyncio.CancelledError | KeyboardInterrupt | SystemExit):
        return End("interrupted", "Interrupted.", "F42")
    if isinstance(problem, ConnectionProblem | NoAnswer):
        return End("link lost", str(problem), "F34")
    if isinstance(problem, Blocked):
        return End("safety", str(problem), problem.rule_id)
    return End("safety", f"An internal error: {problem!r}.", "F33")
