"""'I have five minutes': shortens a plan to the time there is.

Steps are shortened first, all by the same share, pins never below 30 s; if that is not enough, whole parts are left out:
breathing, then moves, then points from the end. The check, the order, both sides of a point and one full pin stay. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from massctl.body import limits
from massctl.body.terms import MODE_WORDS, Mode
from massctl.errors import UsageError
from massctl.programs.plan import PlannedStep

_SHORTEST_S = {Mode.SWEEP: 20.0, Mode.KNEAD: 20.0, Mode.MOVE: 30.0, Mode.BREATHE: 60.0}
"""What is left of a step at least; modes that are not listed are not shortened, pins to 30 s."""
_PINS = frozenset({Mode.PIN, Mode.PINCH})
_EXTRAS = (Mode.BREATHE, Mode.MOVE)
"""Left out first, in this order."""


def fit_to_minutes(steps: Sequence[PlannedStep], minutes: float) -> tuple[list[PlannedStep], list[str]]:
    """Return the steps that fit, and what was done, in words.

    Raises:
        UsageError: not even the shortest form fits; the remedy names the least time.
    """
    budget_s = minutes * 60.0
    if _length(steps) <= budget_s:
        return list(steps), []
    kept, gone = list(steps), []
    while sum(map(_shortest_s, kept)) > budget_s:
        part = _least_important(kept)
        if not part:
            least = -(-sum(map(_shortest_s, kept)) // 60)
            raise UsageError(f"{minutes:g} minutes are too short for this program.", f"Give it at least {least:g}.")
        gone.append(_name(part[0]))
        kept = [step for step in kept if step not in part]
    shortened = _shorten(kept, budget_s)
    said = [f"left out for {minutes:g} minutes: {', '.join(gone)}"] if gone else []
    if _length(shortened) < _length(kept):
        said.append(f"steps shortened for {minutes:g} minutes, pins to 30 s at least")
    return shortened, said


def _length(steps: Sequence[PlannedStep]) -> float:
    return sum(step.maximum_s + step.rest_before_s for step in steps)


def _shortest_s(step: PlannedStep) -> float:
    floor = limits.PIN_MIN_S if step.mode in _PINS else _SHORTEST_S.get(step.mode, step.maximum_s)
    return min(step.maximum_s, floor) + step.rest_before_s


def _shorten(steps: Sequence[PlannedStep], budget_s: float) -> list[PlannedStep]:
    shortest = sum(map(_shortest_s, steps))
    spare = _length(steps) - shortest
    share = min(1.0, (budget_s - shortest) / spare) if spare else 1.0
    return [_shortened(step, share) for step in steps]


def _shortened(step: PlannedStep, share: float) -> PlannedStep:
    floor = _shortest_s(step) - step.rest_before_s
    maximum_s = float(int(floor + (step.maximum_s - floor) * share))
    return replace(step, maximum_s=maximum_s, minimum_s=min(step.minimum_s, maximum_s))


def _least_important(steps: Sequence[PlannedStep]) -> list[PlannedStep]:
    """Return the next part to leave out: a program step without a point, or all steps of one point; empty when none may go."""
    work = [step for step in steps if step.mode in _PINS or step.mode in _SHORTEST_S or step.mode is Mode.RAMP]
    for mode in _EXTRAS:
        extras = [step for step in work if step.mode is mode]
        if extras and len(work) > len(extras[-1:]):
            return extras[-1:]
    parts = list(dict.fromkeys(_part(step) for step in work))
    kept_pin = next((_part(step) for step in work if step.mode in _PINS), None)
    for part in reversed(parts):
        if len(parts) > 1 and part != kept_pin:
            return [step for step in work if _part(step) == part]
    return _all_but_a_pin(work)


def _all_but_a_pin(work: Sequence[PlannedStep]) -> list[PlannedStep]:
    """Return the sweep or the further pins of the one point left; empty when only its pin is left."""
    others = [step for step in work if step.mode not in _PINS] if any(step.mode in _PINS for step in work) else []
    further = [step for step in work if step.mode in _PINS and step.pass_number > 1]
    return further or others


def _part(step: PlannedStep) -> str:
    """Return what goes together: all that is done on one point, or one step without a point."""
    return step.point.id if step.point else f"step {step.program_step}"


def _name(step: PlannedStep) -> str:
    return step.point.short_name if step.point else f"{MODE_WORDS[step.mode]} (step {step.program_step})"
