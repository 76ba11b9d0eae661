"""Discomfort 0–10 as dots and a figure, the ratings before it, and where they go."""

from __future__ import annotations

from typing import Final

from massctl.dashboard.lines import Line, line, width_of
from massctl.dashboard.view import DashboardView
from massctl.dashboard.widgets.session_lines import SessionLines
from massctl.session.feelings import CORRECTION_S

HEIGHT: Final = 1
LABEL: Final = 11
SHOWN: Final = 6
NOT_RATED: Final = "not rated: press 0–9"
CORRECT: Final = "   mistyped? type the right one now"
CORRECT_SHORT: Final = "  wrong? retype"
"""Where there is no room for the other: in place of the dots."""
_TRENDS: Final = {-1: ("▼ falling", "good"), 0: ("", ""), 1: ("▲ rising", "caution")}


def discomfort_lines(view: DashboardView, width: int) -> list[Line]:
    """Return the rating now and the ones before it, in one line, or in two where they do not fit into one."""
    value = view.session.discomfort
    if value is None and _may_correct(view):
        value = view.ratings[-1].value  # given a moment ago, before this step: it can be corrected still
    lit = value or 0
    tone = "good" if lit <= 3 else "caution" if lit <= 6 else "danger"
    label = line((f"{'discomfort':<{LABEL}}", "quiet"))
    dots = line(("●" * lit, tone), ("○" * (10 - lit), "faint"), " ")
    figure = line((NOT_RATED if value is None else f"{value:2} of 10", "bold" if value is not None else "quiet"))
    behind = _behind(view)
    if width_of((*label, *dots, *figure, *behind)) <= width:
        return [line(*label, *dots, *figure, *behind)]
    if _may_correct(view):
        return [line(*label, *figure, (CORRECT_SHORT, "caution"))]
    is_wide = width_of((*label, *dots, *figure)) <= width
    return [line(*label, *(dots if is_wide else ()), *figure), line(" " * (LABEL - 3), *behind)]


def _behind(view: DashboardView) -> Line:
    """Return how to correct a rating just given; else the ratings before it, and where they go."""
    if _may_correct(view):
        return line((CORRECT, "caution"))
    earlier = list(map(str, view.here))
    is_rated = view.session.discomfort is not None
    before = " → ".join(earlier[-SHOWN:]) if len(earlier) > is_rated else ""
    before = before if is_rated or not before else f"before {before}"
    word, tone = _TRENDS[view.trend]
    return line((f"   {before}" if before else "", "quiet"), (f"  {word}" if word else "", tone))


def _may_correct(view: DashboardView) -> bool:
    """Return whether another figure would correct the last one still (F20); in a scan it would be the next point's."""
    tick = view.session.tick
    if tick is None or not view.ratings or view.session.is_scanning:
        return False
    age_s: float = tick.at_s - view.ratings[-1].at_s
    return 0.0 <= age_s < CORRECTION_S


class Discomfort(SessionLines):
    """Shows the discomfort."""

    def see(self, view: DashboardView) -> None:
        """Show the newest rating."""
        self.show(discomfort_lines(view, self.size.width))
