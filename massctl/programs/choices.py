"""What a person chooses before a run; the plan is made from it."""

from __future__ import annotations

from dataclasses import dataclass

from massctl.body.terms import Side, Tool


@dataclass(frozen=True, slots=True)
class Choices:
    """Side, time, tools and heads; None means nobody asked, and the program decides."""

    side: Side | None = None
    """LEFT, RIGHT or LEFT_THEN_RIGHT; one side alone narrows every step to it."""
    minutes: float | None = None
    """'I have five minutes': the plan is shortened to fit."""
    tools: frozenset[Tool] | None = None
    """Manual tools at hand; hands always are."""
    heads: frozenset[str] | None = None
    """Heads of the massager at hand."""
    unreachable: frozenset[str] = frozenset()
    """Ids of points that the person cannot reach with the massager or a hand."""
