"""Every key of a session, as '?' shows it."""

from __future__ import annotations

from massctl.dashboard.lines import Line, cut, fitted, line, width_of
from massctl.dashboard.view import DashboardView
from massctl.dashboard.widgets.ask import ask_lines
from massctl.dashboard.widgets.session_lines import SessionLines
from massctl.faces.words import KEYS
from massctl.session.commands import Key

AFTER_A_STOP = frozenset({Key.STOP, Key.FINISH, Key.RELEASE, Key.CONFIRM})


def key_lines(view: DashboardView, width: int, height: int) -> list[Line]:
    """Return the phase, which the list would hide, and all keys in two columns; after a stop those that then do something."""
    column = max((width - 2) // 2, 20)
    known = [(name, text) for name, key, text in KEYS if not view.session.is_halted or key in AFTER_A_STOP]
    cells = [cut(line((f"{name:>7}  ", "bold ask"), text), column) for name, text in known]
    half = -(-len(cells) // 2)
    rows: list[Line] = [*ask_lines(view, width, 1), ()]
    for left, right in zip(cells[:half], [*cells[half:], ()], strict=False):
        rows.append(line(*left, " " * (column - width_of(left)), *right))
    rows.append(())
    rows.append(line(("any other key of letters and figures pauses", "quiet")))
    return fitted(rows, height)


class KeyList(SessionLines):
    """Shows the keys."""

    def see(self, view: DashboardView) -> None:
        """Show the keys that do something now."""
        self.show(key_lines(view, *self.size))
