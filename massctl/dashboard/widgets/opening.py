"""Before the first step: what happens just now, what to do with one's hands, and what comes next."""

from __future__ import annotations

from typing import Final

from massctl.dashboard.lines import BLANK, Line, cut, fitted, line, wrapped
from massctl.dashboard.view import DashboardView, Opening
from massctl.dashboard.widgets.session_lines import SessionLines
from massctl.faces.words import counted
from massctl.session.events import Phase

_HANDS: Final = {
    Opening.CONNECTING: "Nothing to do yet.",
    Opening.CONSENT: "Keep one hand on the massager's own switch, all the time.",
    Opening.AIR: "Hold the massager in the air, its head touching nothing. The motor is off.",
    Opening.ZEROING: "Keep holding it still in the air, about four seconds. The motor is off.",
    Opening.RATING: "Put it down if you like: the motor is off.",
}
_TITLES: Final = {
    Opening.CONNECTING: "Connecting to the devices",
    Opening.CONSENT: "You watch this massager yourself?",
    Opening.AIR: "Set the force sensor to zero: Enter",
    Opening.ZEROING: "Setting the force sensor to zero",
    Opening.RATING: "Discomfort now? One figure, 0–9",
}


def opening_lines(view: DashboardView, width: int, height: int) -> list[Line]:
    """Return where the beginning is, in exactly ``height`` lines; where there is little room, only what counts now."""
    stage = view.opening
    now = line(("▶ ", "bold ask"), (_TITLES[stage], "bold"))
    hands = wrapped(_HANDS[stage], width - 2, 3, "ask")
    rows: list[Line] = [now, *(line("  ", *row) for row in hands)]
    if view.force_n is not None and stage in {Opening.AIR, Opening.ZEROING}:
        rows.append(line(("  it shows ", "quiet"), (view.session.push.reading(view.force_n), "bold")))
    after = [line(("○ ", "quiet"), (text, "")) for text in _coming(view)]
    before = [line(("✓ ", "good"), (text, "quiet")) for text in _behind(view)]
    if len(before) + len(rows) + len(after) + 4 <= height:
        rows = [*_title(view, width), BLANK, *before, *rows, *after]
    else:
        rows += after
    return fitted([cut(row, width) for row in rows], height)


def _title(view: DashboardView, width: int) -> list[Line]:
    started = view.session.started
    if started is None:
        return []
    about = f"{counted(started.steps, 'step')}, about {-(-started.about_s // 60):.0f} min"
    return [*wrapped(started.title, width, 1, "bold"), line((about, "quiet"))]


def _behind(view: DashboardView) -> list[str]:
    """Return what is done already."""
    started = view.session.started
    if started is None:
        return []
    return [
        f"Connected: {', '.join(started.devices) or 'no devices, the clock alone guides you'}",
        *(["The force sensor is set to zero"] if view.has_zeroed and view.opening is Opening.RATING else []),
    ]


def _coming(view: DashboardView) -> list[str]:
    """Return what comes next."""
    stage, started = view.opening, view.session.started
    if started is None:
        return []
    rating = (
        [] if stage is Opening.RATING or view.session.phase is Phase.DONE else ["Then: how strong is the discomfort?"]
    )
    return [*rating, f"Then step 1 of {started.steps}: Enter starts it"]


class OpeningLines(SessionLines):
    """Shows how a session begins."""

    def see(self, view: DashboardView) -> None:
        """Show where it is."""
        self.show(opening_lines(view, *self.size) if view.step is None else [])
