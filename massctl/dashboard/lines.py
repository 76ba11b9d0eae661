"""Lines of text with tones, and the widget that shows them: what pure code has worded, laid on the screen without flicker.

A tone says what a piece of text means (``good``, ``caution``, ``danger``, ``ask``, ``quiet``, ``faint``, ``shade``, ``simulated``),
with ``bold``, ``blink``, or ``on`` for the tone as ground: ``bold on danger``. The theme says how that looks.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

if TYPE_CHECKING:
    from massctl.dashboard.paint import Paint


class Span(NamedTuple):
    """A piece of text in one tone."""

    text: str
    tone: str = ""


Line = tuple[Span, ...]
BLANK: Line = ()


def line(*parts: str | tuple[str, str]) -> Line:
    """Return a line of plain texts and (text, tone) pairs, without the empty ones."""
    spans = (Span(part) if isinstance(part, str) else Span(*part) for part in parts)
    return tuple(span for span in spans if span.text)


def width_of(pieces: Line) -> int:
    """Return how many cells a line takes."""
    return sum(cell_len(span.text) for span in pieces)


def ends(left: Line, right: Line, width: int) -> Line:
    """Return ``left`` and ``right`` at the two ends of ``width`` cells; ``left`` is cut where both do not fit."""
    room = width - width_of(right)
    kept = cut(left, max(room - 1, 0))
    return (*kept, Span(" " * max(room - width_of(kept), 0)), *right)


def cut(pieces: Line, width: int) -> Line:
    """Return ``pieces``, ended with '…' where they are wider than ``width``."""
    if width_of(pieces) <= width:
        return pieces
    kept: list[Span] = []
    room = max(width - 1, 0)
    for span in pieces:
        size = cell_len(span.text)
        if size >= room:
            kept.append(Span(set_cell_size(span.text, room).rstrip() + "…", span.tone))
            break
        kept.append(span)
        room -= size
    return tuple(kept)


def bar(text: str, width: int, tone: str) -> Line:
    """Return ``text`` on a ground that fills ``width``."""
    return (Span(set_cell_size(f" {text}", width), tone),)


def wrapped(text: str, width: int, most: int, tone: str = "") -> list[Line]:
    """Return ``text`` in at most ``most`` lines, broken between words."""
    if not text or most <= 0:
        return []
    return [(Span(row, tone),) for row in textwrap.wrap(text, max(width, 8), max_lines=most, placeholder=" …")]


def whole(text: str, width: int, tone: str = "") -> list[Line]:
    """Return ``text`` in as many lines as it needs: for what scrolls."""
    return [(Span(row, tone),) for row in textwrap.wrap(text, max(width, 8))]


def fitted(rows: Sequence[Line], height: int) -> list[Line]:
    """Return exactly ``height`` lines: nothing below them jumps."""
    return [*rows[:height], *([BLANK] * (height - len(rows)))]


class Lines(Widget):
    """Shows lines; only those that have changed are drawn again."""

    can_focus = False
    DEFAULT_CSS: ClassVar[str] = "Lines { height: auto; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id, classes=classes)
        self._rows: tuple[Line, ...] = ()
        self._strips: list[Strip | None] = []

    @property
    def rows(self) -> tuple[Line, ...]:
        """What is shown."""
        return self._rows

    def show(self, rows: Sequence[Line]) -> None:
        """Show ``rows`` from now on."""
        before, self._rows = self._rows, tuple(rows)
        if len(before) != len(self._rows):
            self._strips = [None] * len(self._rows)
            self.refresh(layout=True)
            return
        changed = [y for y, (old, new) in enumerate(zip(before, self._rows, strict=True)) if old != new]
        for y in changed:
            self._strips[y] = None
        if changed:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))

    def repaint(self) -> None:
        """Draw everything again: the theme or the size has changed."""
        self._strips = [None] * len(self._rows)
        self.refresh()

    def notify_style_update(self) -> None:
        """Take the new theme."""
        super().notify_style_update()
        self.repaint()

    def on_resize(self) -> None:
        """Fit the lines to the new width."""
        self.repaint()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the height that the lines need."""
        return len(self._rows)

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        paint: Paint = self.app.paint  # type: ignore[attr-defined]
        width = self.size.width
        if y >= len(self._rows):
            return Strip.blank(width, paint("").rich)
        strip = self._strips[y]
        if strip is None or strip.cell_length != width:
            strip = strip_of(self._rows[y], width, paint)
            self._strips[y] = strip
        return strip


def strip_of(pieces: Line, width: int, paint: Paint) -> Strip:
    """Return a line as Textual draws it, exactly ``width`` cells wide."""
    return Strip([Segment(span.text, paint(span.tone).rich) for span in pieces]).adjust_cell_length(
        width, paint("").rich
    )
