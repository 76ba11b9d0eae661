"""The phase, and what a person is asked to do now: the line to look at when nothing happens."""

from __future__ import annotations

from typing import Final

from massctl.dashboard.lines import Line, ends, fitted, line, wrapped
from massctl.dashboard.view import DashboardView
from massctl.dashboard.widgets.session_lines import SessionLines
from massctl.faces.motor import motor_state
from massctl.faces.words import HINTS
from massctl.session.events import CueKind, Phase

HEIGHT: Final = 2
ANSWER: Final = "Are you there? Press any key, or it stops."
STARTS: Final = "The motor comes up: hold the head lightly."
STOPS: Final = "The motor comes to rest: hold still."
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
    words = wrapped(words_of(view), width - len(badge) - 2, height, "bold")
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


def words_of(view: DashboardView) -> str:
    """Return what to do now; while the tool works and nothing is asked, how to work."""
    if view.cue is CueKind.ANSWER:
        return ANSWER
    step = view.step
    if view.session.ask or step is None:
        return view.session.ask
    if view.session.is_slowing:
        return STOPS
    if step.pose and step.instruction:
        return step.instruction
    if view.session.phase is Phase.RAMPING:
        return STARTS
    return HINTS.get(step.mode, "") if view.session.phase is Phase.WORKING else ""


class Ask(SessionLines):
    """Shows what is asked."""

    def see(self, view: DashboardView) -> None:
        """Show the phase and what is asked."""
        self.show(ask_lines(view, self.size.width))
