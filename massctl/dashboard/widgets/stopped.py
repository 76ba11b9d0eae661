"""After a stop: one statement of what happened, whether the motor is off, and the two steps that a person takes to go on."""

from __future__ import annotations

from typing import Final

from massctl.dashboard.lines import BLANK, Line, bar, cut, fitted, line, wrapped
from massctl.dashboard.view import DashboardView
from massctl.dashboard.widgets.session_lines import SessionLines
from massctl.faces.digits import large
from massctl.session.asks import motor_off
from massctl.session.events import SeenBy, StopSeen

ROOMY: Final = 66
"""From this width on everything is said in whole words."""
LARGE_WIDTH: Final = 58
"""The large word needs it."""
LARGE_LINES: Final = 7
"""Lines beside motor and reset from which on the large word has room, with two of the reason."""
GAPS: Final = 5
"""Lines that set the parts off from each other."""


def stopped_lines(view: DashboardView, width: int, height: int) -> list[Line]:
    """Return the whole statement, the full width, in exactly ``height`` lines.

    Where there is little room the large word goes, and the end of a long reason; what the motor does, and how to go on, stay.
    """
    motor = _motor(view, width) if view.session.has_motor else []
    steps = _reset(view, width) if view.session.is_resettable else _asked(view, width)
    room = height - len(motor) - len(steps)
    is_large = width >= LARGE_WIDTH and room >= LARGE_LINES
    words = large(view.session.stopped_word) if is_large else [view.session.stopped_word]
    reason = _reason(view, width, min(max(room - len(words), 0), 3))
    spare = room - len(words) - len(reason)
    rule, gap = ([bar("", width, "on danger")], [BLANK]) if spare >= GAPS else ([], [])
    rows = [*rule, *(bar(f"  {row}", width, "bold on danger") for row in words), *rule, *reason, *rule, *gap]
    rows += [*motor, *gap, *steps]
    return fitted([cut(row, width) for row in rows], height)


def _reason(view: DashboardView, width: int, most: int) -> list[Line]:
    rows = wrapped(view.session.stopped_because, width - 6, most)
    return [bar(f"  {row[0].text}", width, "bold on danger") for row in rows]


def _motor(view: DashboardView, width: int) -> list[Line]:
    stop = view.session.stop
    if stop is None:
        return [bar("  Motor off: waiting for confirmation …", width, "bold on caution")]
    words, tone = motor_words(stop)
    return [bar(f"  {row[0].text}", width, tone) for row in wrapped(words, width - 6, 3)]


def motor_words(stop: StopSeen) -> tuple[str, str]:
    """Return whether the motor is off, in words that say what to do with one's hands where it is not known (F54), and a tone."""
    words = f"Motor off: {motor_off(stop)}"
    if stop.seen_by is SeenBy.ACKNOWLEDGED:
        return words, "bold on caution"
    return words, "bold on good" if stop.is_confirmed else "bold blink on danger"


def _reset(view: DashboardView, width: int) -> list[Line]:
    released = view.session.is_released
    first, second = ("quiet", "bold ask") if released else ("bold ask", "quiet")
    is_roomy = width >= ROOMY
    lift = "Lift the tool off your body, then press " if is_roomy else "Lift it off, then press "
    finish = " to go on, or q to finish the session here" if is_roomy else " to go on, or q"
    return [
        line((f"  {'✓' if released else '1'}  {lift}", first), (" l ", f"{first} reverse")),
        line(("  2  Then press ", second), (" c ", f"{second} reverse"), (finish, second)),
    ]


def _asked(view: DashboardView, width: int) -> list[Line]:
    return [line(("  ", ""), *row) for row in wrapped(view.session.ask, width - 6, 3, "bold ask")]


class Stopped(SessionLines):
    """Covers the session after a stop."""

    def see(self, view: DashboardView) -> None:
        """Show what happened and how to go on."""
        self.show(stopped_lines(view, self.size.width, self.size.height))
