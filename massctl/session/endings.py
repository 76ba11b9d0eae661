"""When a step ends: the article's rule for pins, time for the rest. Pure functions.

A pin ends from its minimum on (30 s) when it is felt softer or discomfort has fallen by two below its first rating, and always
at its maximum; a motor begins its soft stop early enough to stand at the maximum.
"""

from __future__ import annotations

from massctl.body.limits import PERCUSSION_PIN_MAX_S, PIN_MIN_S
from massctl.session.feelings import Feelings
from massctl.session.limits import Scope
from massctl.session.modes import TRAITS, Clock
from massctl.session.work import Work

EASED_BY = 2
"""Discomfort has to fall by this much below the first rating."""

SETTLE_S = 0.25
"""A motor stands a little later than its ramp says: the conductor ends a pin before the limit of F13, not at it."""


def ending(work: Work, scope: Scope, feelings: Feelings, spot_s: float, soft_stop_s: float) -> str | None:
    """Return how the step ends now (an outcome of ``StepEnded``), or None while it goes on.

    Args:
        work: what this visit has had.
        scope: the step's limits.
        feelings: ratings of the step.
        spot_s: what this spot has had over all visits (F13).
        soft_stop_s: how long the motor takes to stand.
    """
    traits = TRAITS[work.step.mode]
    if traits.clock is Clock.NONE:
        return None
    if traits.may_ease and work.clock_s + soft_stop_s >= minimum_s(work):
        if work.feels_softer:
            return "softer"
        if has_eased(feelings):
            return "eased"
    if work.clock_s + soft_stop_s >= work.maximum_s or spot_s + soft_stop_s + SETTLE_S >= scope.contact_max_s:
        return "time" if traits.may_ease else "done"
    return None


def minimum_s(work: Work) -> float:
    """Return from when on the step may be felt softer: 30 s, or all of it where it is shorter."""
    return min(max(work.step.minimum_s, PIN_MIN_S), work.maximum_s)


def has_eased(feelings: Feelings) -> bool:
    """Return whether discomfort has fallen by two below the step's first rating."""
    first, last = feelings.first, feelings.last
    return first is not None and last is not None and len(feelings.of_step) > 1 and last <= first - EASED_BY


def maximum_s(scope: Scope) -> float:
    """Return the step's maximum: the plan's, within F13."""
    return min(scope.step.maximum_s, scope.contact_max_s)


def extended_s(work: Work, scope: Scope, by_s: float) -> float:
    """Return the maximum after one press of 'extend': up to F13 where the tool stands, twice the plan for the rest."""
    most_s = scope.contact_max_s if scope.is_standing else max(2 * work.step.maximum_s, PERCUSSION_PIN_MAX_S)
    return max(work.maximum_s, min(work.maximum_s + by_s, most_s))
