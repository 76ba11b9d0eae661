"""Adds up the dose of a plan or a program, and leaves out what would exceed a hard limit (F14, F15, F16). Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from massctl.body import limits
from massctl.body.terms import Mode, Side
from massctl.programs.plan import PlannedStep

STEP_MIN_S: Final = 5.0
"""A shorter step is not worth beginning: what a program file allows at least."""


def sides_counted(side: Side | None) -> tuple[Side, ...]:
    """Return the sides that a step's dose counts for; 'both at once' counts as both, the chosen side as itself."""
    if side in (Side.BOTH, Side.LEFT_THEN_RIGHT):
        return (Side.LEFT, Side.RIGHT)
    return (side,) if side else ()


def within_dose(steps: Sequence[PlannedStep]) -> tuple[list[PlannedStep], list[str]]:
    """Return the steps that stay within the hard limits of a session, and what was left out, with the rule."""
    tally = _Tally()
    kept, said = [], []
    for step in steps:
        if rule := tally.exceeded_by(step):
            said.append(f"{step.label} is left out: the session would exceed its hard limit [{rule}]")
        else:
            tally.add(step)
            kept.append(step)
    return kept, said


def within_muscle_time(steps: Sequence[PlannedStep], most_s: float) -> list[PlannedStep]:
    """Return the steps with no more than ``most_s`` on one muscle and side, with any tool (F19); what is less than 5 s goes."""
    used_s: defaultdict[tuple[str, Side], float] = defaultdict(float)
    kept = []
    for step in steps:
        if step.point is not None:
            left_s = min((most_s - used_s[key] for key in _muscles(step)), default=most_s)
            if left_s < STEP_MIN_S:
                continue
            maximum_s = min(step.maximum_s, left_s)
            step = replace(step, maximum_s=maximum_s, minimum_s=min(step.minimum_s, maximum_s))  # noqa: PLW2901 - narrowed
            for key in _muscles(step):
                used_s[key] += maximum_s
        kept.append(step)
    return kept


def within_points(steps: Sequence[PlannedStep], most: int) -> list[PlannedStep]:
    """Return the steps on the first ``most`` points, left and right counting once (F27); a pin that a scan fills is a point."""
    points: dict[str, None] = {}
    kept = []
    for step in steps:
        if step.point is not None or step.mode is Mode.PIN:
            if _pin(step) not in points and len(points) >= most:
                continue
            points[_pin(step)] = None
        kept.append(step)
    return kept


def percussion_s(steps: Iterable[PlannedStep]) -> float:
    """Return the seconds of percussion in some steps, at most."""
    return sum(step.maximum_s for step in steps if step.runs_motor)


class _Tally:
    """What a session adds up to so far."""

    def __init__(self) -> None:
        self._muscle_s: defaultdict[tuple[str, Side], float] = defaultdict(float)
        self._session_s = 0.0
        self._pins: set[str] = set()

    def exceeded_by(self, step: PlannedStep) -> str | None:
        """Return the rule that one more step would break."""
        if step.mode is Mode.PIN and len(self._pins | {_pin(step)}) > limits.PIN_POINTS_MAX:
            return "F16"
        if not step.runs_motor:
            return None
        if self._session_s + step.maximum_s > limits.SESSION_MAX_S:
            return "F15"
        if any(self._muscle_s[key] + step.maximum_s > limits.MUSCLE_MAX_S for key in _muscles(step)):
            return "F14"
        return None

    def add(self, step: PlannedStep) -> None:
        """Count a step."""
        if step.mode is Mode.PIN:
            self._pins.add(_pin(step))
        if step.runs_motor:
            self._session_s += step.maximum_s
            for key in _muscles(step):
                self._muscle_s[key] += step.maximum_s


def _pin(step: PlannedStep) -> str:
    return step.point.id if step.point else f"step {step.program_step}"


def _muscles(step: PlannedStep) -> list[tuple[str, Side]]:
    return [(step.point.muscle, side) for side in sides_counted(step.side)] if step.point else []
