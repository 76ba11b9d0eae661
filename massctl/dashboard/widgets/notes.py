"""What happened: interventions with their rule as they come, links, warnings; the newest at the bottom."""

from __future__ import annotations

from typing import Final

from massctl.dashboard.lines import Line, fitted, line, wrapped
from massctl.dashboard.view import DashboardView
from massctl.dashboard.widgets.session_lines import SessionLines
from massctl.faces.digits import minutes
from massctl.faces.session_view import Note
from massctl.rules import Level

_TONES: Final = {
    Level.WARN: "caution",
    Level.BACKOFF: "caution",
    Level.PAUSE: "bold caution",
    Level.BLOCK: "bold danger",
    Level.STOP: "bold danger",
}


def note_lines(view: DashboardView, width: int, height: int) -> list[Line]:
    """Return the newest notes that fit whole, in exactly ``height`` lines; the newest one always, cut if it must be."""
    shown: list[Line] = []
    for note in reversed(view.session.notes):
        rows = _note(note, width, min(height, 3))
        if shown and len(shown) + len(rows) > height:
            break
        shown = [*rows, *shown]
    return fitted(shown, height)


def _note(note: Note, width: int, most: int) -> list[Line]:
    tone = _TONES.get(note.level, "") if note.level else ""
    when = f"{minutes(note.at_s):>5} "
    rule = f"[{note.rule}] " if note.rule else ""
    rows = wrapped(rule + note.text, width - len(when), most, tone)
    return [line((when if number == 0 else " " * len(when), "quiet"), *row) for number, row in enumerate(rows)]


class Notes(SessionLines):
    """Shows what happened."""

    def see(self, view: DashboardView) -> None:
        """Show the newest notes that there is room for."""
        self.show(note_lines(view, self.size.width, self.size.height))
