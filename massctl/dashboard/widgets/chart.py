"""The live chart: a trace in braille dots, two columns and four rows a cell, with its band shaded. Drawing is pure.

It is drawn 20 times a second, so it is drawn straight into strips, a cell at a time and a colour a row.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from massctl.dashboard.trace import COLUMN_S, Column, Trace

if TYPE_CHECKING:
    from massctl.dashboard.paint import Paint

AXIS: Final = 7
"""Cells of the figures at the left."""
WINDOW_FROM: Final = 3
"""Rows from which on the chart says how far back it goes, where nothing is drawn in that corner."""
_BLANK: Final = 0x2800
_DOTS: Final = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Bit of the dot in row 0–3 (downwards) and column 0–1 of a braille cell."""
_RUNS: Final = tuple(
    tuple(tuple(sum(_DOTS[row][column] for row in range(top, bottom + 1)) for bottom in range(4)) for top in range(4))
    for column in range(2)
)
"""Bits of a run of dots by column, first row and last row."""


def braille(columns: list[Column | None], full: float, height: int) -> list[list[int]]:
    """Return ``height`` rows of braille bits for ``columns``, drawn from 0 to ``full``; neighbours are joined."""
    rows = [[0] * ((len(columns) + 1) // 2) for _ in range(height)]
    lowest = height * 4 - 1
    scale = lowest / full
    before: tuple[int, int] | None = None
    for place, column in enumerate(columns):
        if column is None:
            before = None
            continue
        top = min(max(lowest - round(column.high * scale), 0), lowest)
        bottom = min(max(lowest - round(column.low * scale), 0), lowest)
        span = (top, bottom)
        if before is not None:  # join, so that a steep rise is a line and not two dots
            top, bottom = min(top, before[1]), max(bottom, before[0])
        before = span
        cell, runs = place >> 1, _RUNS[place & 1]
        for row in range(top >> 2, (bottom >> 2) + 1):
            first = top & 3 if row == top >> 2 else 0
            last = bottom & 3 if row == bottom >> 2 else 3
            rows[row][cell] |= runs[first][last]
    return rows


def shaded(band: tuple[float, float] | None, full: float, height: int) -> list[bool]:
    """Return which of ``height`` rows lie in ``band``: those whose middle does, and at least one."""
    if band is None:
        return [False] * height
    step = full / height
    middles = [full - (row + 0.5) * step for row in range(height)]
    inside = [band[0] <= middle <= band[1] for middle in middles]
    if not any(inside):
        inside[min(range(height), key=lambda row: abs(middles[row] - sum(band) / 2))] = True
    return inside


def whole(value: float) -> str:
    """Return a whole figure."""
    return f"{value:,.0f}"


def axis(
    band: tuple[float, float] | None, full: float, height: int, unit: str, told: Callable[[float], str] = whole
) -> list[str]:
    """Return the figures at the left, one a row: the band's edges where they are, the unit on top, 0 at the bottom.

    ``told`` words an edge in ``unit``.
    """
    labels = [""] * height
    if band is not None:
        for value in band:
            labels[min(max(int((1 - value / full) * height), 0), height - 1)] = told(value)
    labels[-1] = labels[-1] or "0"
    told_with_unit = f"{labels[0]} {unit}".strip()
    labels[0] = told_with_unit if len(told_with_unit) < AXIS else labels[0]
    return [label.rjust(AXIS - 1)[: AXIS - 1] + " " for label in labels]


class Chart(Widget):
    """Draws the newest part of a trace, as wide as it is."""

    can_focus = False
    DEFAULT_CSS: ClassVar[str] = "Chart { height: 5; }"

    def __init__(self, tone: str, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._tone = tone
        self._trace = Trace()
        self._band: tuple[float, float] | None = None
        self._full = 1.0
        self._drawn: tuple[object, ...] = ()
        self._rows: list[str] = []
        self._inside: list[bool] = []
        self._axis: list[str] = []

    def plot(
        self,
        trace: Trace,
        band: tuple[float, float] | None,
        full: float,
        unit: str,
        told: Callable[[float], str] = whole,
    ) -> None:
        """Draw ``trace`` from 0 to ``full`` with ``band`` shaded; nothing happens where nothing has changed.

        The figures at its left are what ``told`` makes of the band's edges, in ``unit``.
        """
        state = (trace.changes, band, full, unit, self.size)
        if state == self._drawn or not self.size.height or self.size.width <= AXIS:
            return
        if state[1:] != self._drawn[1:]:
            self._inside = shaded(band, full, self.size.height)
            self._axis = axis(band, full, self.size.height, unit, told)
        self._drawn = state
        columns = trace.columns((self.size.width - AXIS) * 2)
        drawn = braille(columns, full, self.size.height)
        self._rows = ["".join([chr(_BLANK + bits) for bits in row]) for row in drawn]
        window = f"← {len(columns) * COLUMN_S:.0f} s"
        if self.size.height >= WINDOW_FROM and not any(drawn[0][: len(window)]):
            self._rows[0] = window + self._rows[0][len(window) :]
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one row."""
        paint: Paint = self.app.paint  # type: ignore[attr-defined]
        width = self.size.width
        if y >= len(self._rows) or y >= len(self._axis):
            return Strip.blank(width, paint("").rich)
        return Strip(
            [Segment(self._axis[y], paint("quiet").rich), Segment(self._rows[y], self._style(paint, y))], width
        )

    def _style(self, paint: Paint, y: int) -> Style:
        return paint(f"{self._tone} on shade" if self._inside[y] else self._tone).rich
