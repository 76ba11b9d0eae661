"""Discomfort 0–10 as dots and a figure, the ratings before it, and where they go."""

from __future__ import annotations

from typing import Final

from massctl.dashboard.lines import Line, line
from massctl.dashboard.view import DashboardView
from massctl.dashboard.widgets.session_lines import SessionLines

HEIGHT: Final = 1
LABEL: Final = 11
SHOWN: Final = 6
_TRENDS: Final = {-1: ("▼ falling", "good"), 0: ("", ""), 1: ("▲ rising", "caution")}


def discomfort_lines(view: DashboardView) -> list[Line]:
    """Return the rating now and the ones before it, in one line."""
    value = view.session.discomfort
    lit = value or 0
    tone = "good" if lit <= 3 else "caution" if lit <= 6 else "danger"
    said = "not rated: press 0–9" if value is None else f"{value:2} of 10"
    earlier = [str(rating.value) for rating in view.ratings]
    before = " → ".join(earlier[-SHOWN:]) if len(earlier) > 1 else ""
    return [
        line(
            (f"{'discomfort':<{LABEL}}", "quiet"),
            ("●" * lit, tone),
            ("○" * (10 - lit), "faint"),
            (f" {said}", "bold" if value is not None else "quiet"),
            (f"   {before}" if before else "", "quiet"),
            (f"  {_TRENDS[view.trend][0]}", _TRENDS[view.trend][1]),
        )
    ]


class Discomfort(SessionLines):
    """Shows the discomfort."""

    def see(self, view: DashboardView) -> None:
        """Show the newest rating."""
        self.show(discomfort_lines(view))
