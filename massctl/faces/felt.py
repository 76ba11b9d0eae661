"""What a change of discomfort means, in words that promise nothing (F26). Pure."""

from __future__ import annotations

from typing import Final

RELIEF_POINTS: Final = 2
RELIEF_PART: Final = 0.3
"""F26: a fall of two points or 30 % is a change that people feel (Farrar 2001)."""


def felt(before: int | None, after: int | None) -> str:
    """Return what a change of discomfort means, in words; '' when one of the two is missing."""
    if before is None or after is None:
        return ""
    change = before - after
    if change >= RELIEF_POINTS or (before and change / before >= RELIEF_PART):
        return "less"
    return "more" if change <= -RELIEF_POINTS else "no clear change"
