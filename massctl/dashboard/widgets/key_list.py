"""Every key of a session, as '?' shows it."""

from __future__ import annotations

from typing import Final

from massctl.dashboard.lines import Line, cut, fitted, line, width_of
from massctl.dashboard.view import DashboardView
from massctl.dashboard.widgets.ask import state_line
from massctl.dashboard.widgets.links import link_lines
from massctl.dashboard.widgets.session_lines import SessionLines
from massctl.faces.words import KEYS
from massctl.session.commands import Key

ROOMY: Final = 16
WHOLE: Final = 30
"""Cells of a column from which on names and texts have room."""
AT_REST_KEYS: Final = {"f": "find the point", "h": "change the head"}
"""What these keys do while the motor is off."""
AFTER_A_STOP = frozenset({Key.STOP, Key.FINISH, Key.RELEASE, Key.CONFIRM})


def key_lines(view: DashboardView, width: int, height: int) -> list[Line]:
    """Return the phase, which the list would hide, and all keys in two columns; after a stop those that then do something.

    Where there is room, the devices stand below them: at 80×24 the session has one line for these. In a very low terminal the keys
    that are needed most come first, and the last ones have no room.
    """
    column = max((width - 2) // 2, 18)
    is_roomy = height >= ROOMY
    known = [(name, text) for name, key, text in KEYS if not view.session.is_halted or key in AFTER_A_STOP]
    known += [] if view.session.is_halted else [(f"{name} (off)", text) for name, text in AT_REST_KEYS.items()]
    label = "{:>7}  " if column >= WHOLE else "{:>6} "
    cells = [cut(line((label.format(name), "bold ask"), text), column) for name, text in known]
    rows: list[Line] = [state_line(view, width), *([()] if is_roomy else [])]
    half = min(-(-len(cells) // 2), max(height - len(rows) - 1, 1))
    for left, right in zip(cells[:half], [*cells[half : 2 * half], ()], strict=False):
        rows.append(line(*left, " " * (column - width_of(left)), *right))
    rows += [()] if is_roomy else []
    rows.append(line(("any other key of letters and figures pauses", "quiet")))
    rows += [(), *link_lines(view, height - len(rows) - 1)] if len(rows) + 2 <= height else []
    return fitted(rows, height)


class KeyList(SessionLines):
    """Shows the keys."""

    def see(self, view: DashboardView) -> None:
        """Show the keys that do something now."""
        self.show(key_lines(view, *self.size))
