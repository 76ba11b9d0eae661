"""The body as a raster of dots: which dot of a picture belongs to which region. Pure geometry, no marks and no characters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from massctl.body.figure import HALF_WIDTH, HEIGHT, Figure, Polygon, View

_CURVE_STEPS: Final = 6
"""Straight pieces for each stretch of an outline: enough at 200 dots of height."""
Grid = tuple[bytes, ...]
"""One byte a dot: 0 is outside the body, else 1 + the number of the region."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A part of one view, in the figure's units."""

    view: View
    left: float = -HALF_WIDTH
    top: float = -1.0
    right: float = HALF_WIDTH
    bottom: float = HEIGHT

    @staticmethod
    def around(view: View, x: float, y: float, half_height: float = 30.0) -> Frame:
        """Return a close-up, as wide as it is high."""
        return Frame(view, x - half_height, y - half_height, x + half_height, y + half_height)


@dataclass(frozen=True, slots=True)
class Scale:
    """From the figure's units to dots."""

    per_unit: float
    left: float
    top: float
    width: int
    height: int

    @staticmethod
    def fitting(frame: Frame, columns: int, rows: int) -> Scale:
        """Return the scale that shows all of a frame, in the middle."""
        width, height = columns * 2, rows * 4
        per_unit = min(width / (frame.right - frame.left), height / (frame.bottom - frame.top))
        left = (frame.left + frame.right) / 2 - width / 2 / per_unit
        top = (frame.top + frame.bottom) / 2 - height / 2 / per_unit
        return Scale(per_unit, left, top, width, height)

    def dot(self, x: float, y: float) -> tuple[int, int]:
        """Return the column and row of the dot at a place."""
        return int((x - self.left) * self.per_unit), int((y - self.top) * self.per_unit)


@lru_cache(maxsize=32)
def regions_of(frame: Frame, columns: int, rows: int) -> tuple[Grid, tuple[str, ...]]:
    """Return for each dot which region it belongs to, and the regions' names; the same for every mark, so kept."""
    figure, scale = Figure.load(), Scale.fitting(frame, columns, rows)
    inside = [bytearray(scale.width) for _ in range(scale.height)]
    for outline in figure.outlines[frame.view]:
        _fill(inside, outline, scale, 1, is_smooth=True)
    painted = [bytearray(row) for row in inside]
    names = tuple(figure.regions[frame.view])
    for number, name in enumerate(names):
        for polygon in figure.regions[frame.view][name]:
            _fill(painted, polygon, scale, number + 2, is_smooth=False)
    clipped = (
        bytes(colour if body else 0 for colour, body in zip(colours, bodies, strict=True))
        for colours, bodies in zip(painted, inside, strict=True)
    )
    return tuple(clipped), names


def _fill(dots: list[bytearray], polygon: Polygon, scale: Scale, value: int, *, is_smooth: bool) -> None:
    """Fill a polygon and its mirror image, row by row."""
    corners = _smooth(polygon) if is_smooth else polygon
    for mirror in (1, -1):
        shape = [((mirror * x - scale.left) * scale.per_unit, (y - scale.top) * scale.per_unit) for x, y in corners]
        _fill_rows(dots, shape, value)


def _fill_rows(dots: list[bytearray], shape: list[tuple[float, float]], value: int) -> None:
    height, width = len(dots), len(dots[0])
    first = max(0, int(min(y for _, y in shape)))
    last = min(height - 1, int(max(y for _, y in shape)))
    edges = list(zip(shape, shape[1:] + shape[:1], strict=True))
    for row in range(first, last + 1):
        middle = row + 0.5
        crossings = sorted(
            x0 + (middle - y0) * (x1 - x0) / (y1 - y0)
            for (x0, y0), (x1, y1) in edges
            if (y0 <= middle < y1) or (y1 <= middle < y0)
        )
        for start, end in zip(crossings[::2], crossings[1::2], strict=False):
            begin, stop = max(0, round(start)), min(width, round(end))
            if stop > begin:
                dots[row][begin:stop] = bytes([value]) * (stop - begin)


def _smooth(polygon: Polygon) -> list[tuple[float, float]]:
    """Return the half outline as a curve through its corners (Catmull–Rom); the line in the middle stays straight."""
    before = [(-polygon[0][0], polygon[1][1]), *polygon]
    line: list[tuple[float, float]] = []
    for index in range(1, len(before) - 1):
        p0, p1, p2 = before[index - 1], before[index], before[index + 1]
        p3 = before[index + 2] if index + 2 < len(before) else p2
        line += [_between(p0, p1, p2, p3, step / _CURVE_STEPS) for step in range(_CURVE_STEPS)]
    return [(max(x, 0.0), y) for x, y in [*line, polygon[-1]]]


def _between(
    p0: tuple[float, float], p1: tuple[float, float], p2: tuple[float, float], p3: tuple[float, float], t: float
) -> tuple[float, float]:
    def one(a: float, b: float, c: float, d: float) -> float:
        return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))

    return one(p0[0], p1[0], p2[0], p3[0]), one(p0[1], p1[1], p2[1], p3[1])
