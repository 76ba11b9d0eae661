"""What happened: interventions with their rule as they come, links, warnings; the newest at the bottom."""

from __future__ import annotations

from typing import Final

from massctl.dashboard.lines import Line, fitted, line, wrapped
from massctl.dashboard.view import DashboardView
from massctl.dashboard.widgets.session_lines import SessionLines
from massctl.faces.digits import minutes
from massctl.faces.session_view import Note
from massctl.rules import Level

LOW: Final = 4
"""Below this height a warning gets one line."""
_TONES: Final = {
    Level.WARN: "caution",
    Level.BACKOFF: "caution",
    Level.PAUSE: "bold caution",
    Level.BLOCK: "bold danger",
    Level.STOP: "bold danger",
}


def note_lines(view: DashboardView, width: int, height: int) -> list[Line]:
    """Return the warnings that stay, and below them the newest notes that fit whole, in exactly ``height`` lines.

    The newest note is there as well, cut if it must be, where there is more than one line.
    """
    standing = view.session.started.standing_warnings if view.session.started is not None else ()
    most = 1 if height <= LOW else 3
    kept = [row for text in standing for row in _standing(text, width, most)][: max(height - 1, 1)]
    shown: list[Line] = []
    room = height - len(kept)
    for note in reversed(view.session.notes):
        if note.text in standing:
            continue
        rows = _note(note, width, min(room, 3))
        if shown and len(shown) + len(rows) > room:
            break
        shown = [*rows, *shown]
    return fitted([*kept, *shown], height)


def _standing(text: str, width: int, most: int) -> list[Line]:
    rows = wrapped(text, width - 2, most, "caution")
    return [line(("! " if place == 0 else "  ", "bold caution"), *row) for place, row in enumerate(rows)]


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
