"""The whole session in a few lines, for a terminal with no room for more: what counts for safety is never pushed out.

Whether the motor runs, where, the time left, the push and what to do with it, what is asked, discomfort, the newest note.
"""

from __future__ import annotations

from typing import Final

from massctl.dashboard.lines import Line, bar, cut, ends, fitted, line, wrapped
from massctl.dashboard.view import UNTIMED, DashboardView
from massctl.dashboard.widgets.ask import state_line
from massctl.dashboard.widgets.clock import clock_lines
from massctl.dashboard.widgets.discomfort import discomfort_lines
from massctl.dashboard.widgets.gauge import bare_line, cue_word
from massctl.dashboard.widgets.notes import note_lines
from massctl.dashboard.widgets.opening import opening_lines
from massctl.dashboard.widgets.session_lines import SessionLines
from massctl.faces.digits import minutes
from massctl.faces.now import asked_now
from massctl.faces.words import headline
from massctl.session.events import StepStarted

LARGE_FROM: Final = 13
"""From this height on the time left stands in large figures."""
ASKED_LINES: Final = 3


def brief_lines(view: DashboardView, width: int, height: int) -> list[Line]:
    """Return the session in exactly ``height`` lines."""
    step = view.step
    rows = [state_line(view, width)]
    if step is None:
        return fitted([*rows, *opening_lines(view, width, height - 1)], height)
    is_roomy = height >= LARGE_FROM
    rows += [*_place(view, step, width, is_large=is_roomy), *_push(view, width, has_bar=is_roomy or view.is_at_work)]
    standing = view.session.started.standing_warnings if view.session.started is not None else ()
    room = max(height - len(rows) - 1 - bool(standing), 1)
    rows += wrapped(asked_now(view.session) or step.pose, width, min(room, ASKED_LINES), "bold")
    rows += discomfort_lines(view, width)[:1]
    kept = len(standing) + (
        view.is_at_work and any(note.rule for note in view.session.notes)
    )  # what a rule did is told first
    rows += _care(step, width, height - len(rows) - kept, is_roomy=is_roomy)
    rows += note_lines(view, width, max(height - len(rows), 0))
    return [cut(row, width) for row in fitted(rows, height)]


def _place(view: DashboardView, step: StepStarted, width: int, *, is_large: bool) -> list[Line]:
    is_timed = step.mode not in UNTIMED
    if is_timed and not is_large:
        left_s = view.tick.remaining_s if view.tick is not None else step.maximum_s
        tone = "bold caution" if view.clock_waits else "bold good" if view.is_at_work else "bold"
        left = f" {'‖ ' if view.clock_waits else ''}{minutes(left_s)}"
        return [ends(_name(step, width - len(left) - 1), line((left, tone)), width)]
    return [_name(step, width), *(clock_lines(view, width) if is_timed else [])]


def _name(step: StepStarted, width: int) -> Line:
    return line((headline(step.point_name, step.side, step.mode, width), "bold"))


def _care(step: StepStarted, width: int, room: int, *, is_roomy: bool) -> list[Line]:
    """Return what to take care of, and with more room the pose."""
    cautions = wrapped(step.cautions, width - 2, min(room, 4 if is_roomy else 1), "caution")
    rows = [line(("  " if place else "! ", "bold caution"), *row) for place, row in enumerate(cautions)]
    return [*wrapped(step.pose, width, min(room - len(rows), 2)), *rows] if is_roomy else rows


def _push(view: DashboardView, width: int, *, has_bar: bool) -> list[Line]:
    """Return the word of the cue over the full width with the push beside it, and the bar below it; one line without a band."""
    band, unit = view.session.band_n, view.session.push
    if band is None:
        bare = bare_line(view, width)
        return [bare] if bare else []
    word, tone = cue_word(view)
    reading = "–" if view.force_n is None else unit.figure(view.force_n)
    right = f"{reading} {unit.name} of {unit.band(band)} "
    told = f"{word.strip():<{max(width - len(right) - 1, 0)}}{right}"
    return [bar(told, width, tone or "quiet"), *([bare_line(view, width)] if has_bar else [])]


class Brief(SessionLines):
    """Shows the session in a few lines."""

    def see(self, view: DashboardView) -> None:
        """Show the newest."""
        self.show(brief_lines(view, *self.size))
