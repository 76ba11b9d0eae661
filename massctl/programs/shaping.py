"""Narrows planned steps to the person: number of points, time a muscle, length of the session (F7, F19, F27). Pure."""

from __future__ import annotations

from collections.abc import Sequence

from massctl.body.allowance import PINS, Allowance
from massctl.body.terms import Mode, Tool
from massctl.errors import Blocked, UsageError
from massctl.programs.dose import within_muscle_time, within_points
from massctl.programs.fitting import fit_to_minutes
from massctl.programs.plan import PlannedStep


def pin_tools_of(step: PlannedStep) -> frozenset[Tool] | None:
    """Return the only tools that may do ``step`` in place of another (F18); None is all."""
    return step.pin_tools if step.mode in PINS else None


def for_person(steps: Sequence[PlannedStep], allowance: Allowance) -> list[PlannedStep]:
    """Return the steps within the person's number of points and time a muscle; without a scan nothing fills a pin."""
    has_scan = any(step.candidates for step in steps)
    kept = [step for step in steps if has_scan or step.mode is not Mode.PIN or step.point is not None]
    if allowance.points_max is not None and allowance.points_max.points_max is not None:
        kept = within_points(kept, allowance.points_max.points_max)
    most_s = muscle_max_s(allowance)
    return within_muscle_time(kept, most_s) if most_s is not None else kept


def fit_to_person(
    steps: Sequence[PlannedStep], minutes: float | None, allowance: Allowance
) -> tuple[list[PlannedStep], list[str]]:
    """Return the steps that fit into the person's session and the ``minutes`` that there are, and what was done, in words.

    Raises:
        Blocked: nothing of it fits into what the person may have.
        UsageError: nothing of it fits into ``minutes``.
    """
    longest = allowance.session_max
    most_s = session_max_s(allowance)
    if longest is None or most_s is None or (minutes is not None and minutes * 60.0 <= most_s):
        return (list(steps), []) if minutes is None else fit_to_minutes(steps, minutes)
    try:
        return fit_to_minutes(steps, most_s / 60.0)
    except UsageError as problem:
        raise Blocked(longest.rule, f"It is too long: {longest.because}.", "Choose a shorter program.") from problem


def session_max_s(allowance: Allowance) -> float | None:
    """Return the longest session for the person, in seconds (F7); None without such a limit."""
    return allowance.session_max.session_max_s if allowance.session_max else None


def muscle_max_s(allowance: Allowance) -> float | None:
    """Return the longest work on a muscle and side, in seconds (F19); None without such a limit."""
    return allowance.muscle_max.muscle_max_s if allowance.muscle_max else None
