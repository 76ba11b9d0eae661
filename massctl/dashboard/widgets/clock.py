"""The time left, in figures that are read from two metres away; a pin's clock says so when it waits outside the band."""

from __future__ import annotations

from typing import Final

from massctl.dashboard.lines import Line, fitted, line
from massctl.dashboard.view import UNTIMED, DashboardView
from massctl.dashboard.widgets.session_lines import SessionLines
from massctl.faces.digits import HEIGHT as FIGURES
from massctl.faces.digits import large, minutes
from massctl.session.events import CueKind

HEIGHT: Final = FIGURES + 1
WAITS: Final = "‖ waits for the band"
GENTLE: Final = "‖ below the band: that is fine"
"""At a discomfort of 3 or more nothing shall call for more push (F20)."""


def clock_lines(view: DashboardView, width: int, scale: int = 1) -> list[Line]:
    """Return the figures, flush right, and a caption below them; ``scale`` draws them so many times as large."""
    step, tick = view.step, view.tick
    height = FIGURES * scale + 1
    if step is None or step.mode in UNTIMED:
        return fitted([], height)
    shown_s = step.maximum_s if tick is None else tick.remaining_s
    figures = [row for drawn in large(minutes(shown_s)) for row in [_stretched(drawn, scale)] * scale]
    tone = "caution" if view.clock_waits else "good" if view.is_at_work else "quiet"
    caption, mark = _caption(view)
    return [line((row.rjust(width), f"bold {tone}")) for row in figures] + [line((caption.rjust(width), mark))]


def _caption(view: DashboardView) -> tuple[str, str]:
    if view.tick is None:
        return "planned", "quiet"
    if view.clock_waits:
        return (GENTLE, "quiet") if view.cue is CueKind.STAY_GENTLE else (WAITS, "bold caution")
    return f"left of {minutes(view.session.whole_s)}{' in the band' if view.counts_band else ''}", "quiet"


def _stretched(row: str, scale: int) -> str:
    return "".join(cell * scale for cell in row)


class Clock(SessionLines):
    """Shows the time left."""

    scale = 1

    def see(self, view: DashboardView) -> None:
        """Show the time left of the step at hand."""
        self.show(clock_lines(view, self.size.width, self.scale))
