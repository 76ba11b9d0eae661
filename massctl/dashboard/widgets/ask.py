"""The phase, and what a person is asked to do now: the line to look at when nothing happens."""

from __future__ import annotations

from typing import Final

from massctl.dashboard.lines import Line, ends, fitted, line, wrapped
from massctl.dashboard.view import DashboardView
from massctl.dashboard.widgets.session_lines import SessionLines
from massctl.faces.motor import motor_state
from massctl.faces.now import asked_now
from massctl.session.events import Phase

HEIGHT: Final = 2
_BADGES: Final = {
    Phase.WORKING: "bold on good",
    Phase.RAMPING: "bold on good",
    Phase.WAITING: "bold on ask",
    Phase.RATING: "bold on ask",
    Phase.PAUSED: "bold on caution",
    Phase.STOPPED: "bold on danger",
    Phase.RECONNECTING: "bold on danger",
}


def ask_lines(view: DashboardView, width: int, height: int = HEIGHT) -> list[Line]:
    """Return the badge of the phase and what to do, in exactly ``height`` lines."""
    badge = f" {view.session.badge} "
    words = wrapped(asked_now(view.session), width - len(badge) - 2, height, "bold")
    rows = [line((badge, badge_tone(view)), " ", *(words[0] if words else ()))]
    rows += [line(" " * (len(badge) + 1), *more) for more in words[1:]]
    return fitted(rows, height)


def badge_tone(view: DashboardView) -> str:
    """Return the tone of the badge of the phase."""
    return _BADGES.get(view.session.phase, "bold on quiet")


def state_line(view: DashboardView, width: int) -> Line:
    """Return the phase and whether the motor runs."""
    state = motor_state(view.session)
    tone = "bold good" if state.runs else "bold"
    words = f"motor {state.words}" if state.words else ""
    return ends(line((f" {view.session.badge} ", badge_tone(view))), line((words, tone)), width)


class Ask(SessionLines):
    """Shows what is asked."""

    def see(self, view: DashboardView) -> None:
        """Show the phase and what is asked."""
        self.show(ask_lines(view, self.size.width))
