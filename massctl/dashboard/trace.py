"""The newest stretch of a reading, in columns of a fixed time: the lowest and the highest value in each. Pure.

The columns lie on a fixed grid of time, so that a chart scrolls by whole columns and its old part never flickers.
"""

from __future__ import annotations

from collections import deque
from typing import Final, NamedTuple

COLUMN_S: Final = 0.1
"""Time of one column: a chart of 100 cells, two columns each, shows 20 s (design value)."""
COLUMNS_KEPT: Final = 600
HOLD_S: Final = 0.5
"""A gap shorter than this is bridged: a slow sensor; a longer one is shown as a gap: its reading is stale (F35)."""


class Column(NamedTuple):
    """The extremes of one stretch of time."""

    low: float
    high: float


class Trace:
    """Takes readings in their order of time; a clock that went back begins anew."""

    def __init__(self) -> None:
        self._columns: deque[Column | None] = deque(maxlen=COLUMNS_KEPT)
        self._newest = -1
        """The number of the newest column, since time 0."""
        self._last: float | None = None
        self.changes = 0
        """Counts the readings that were taken."""

    def add(self, at_s: float, value: float) -> None:
        """Take a reading; what is no number is a gap."""
        if value != value or abs(value) == float("inf"):  # noqa: PLR0124 - NaN is what differs from itself
            return
        number = int(at_s / COLUMN_S)
        self.changes += 1
        if number < self._newest or self._newest < 0:
            self._columns.clear()
            self._newest, self._last = number - 1, None
        self._fill(number)
        newest = self._columns[-1]
        self._columns[-1] = Column(value, value) if newest is None else _wider(newest, value)
        self._last = value

    def _fill(self, number: int) -> None:
        missing = number - self._newest
        if missing <= 0:
            return
        is_short = (missing - 1) * COLUMN_S <= HOLD_S and self._last is not None
        bridge = Column(self._last, self._last) if is_short and self._last is not None else None
        self._columns.extend([bridge] * min(missing - 1, COLUMNS_KEPT))
        self._columns.append(None)
        self._newest = number

    def columns(self, count: int) -> list[Column | None]:
        """Return the newest ``count`` columns, the newest last; None for a gap."""
        kept = list(self._columns)[-count:] if count < len(self._columns) else list(self._columns)
        return [*([None] * (count - len(kept))), *kept]


def _wider(column: Column, value: float) -> Column:
    return Column(min(column.low, value), max(column.high, value))
