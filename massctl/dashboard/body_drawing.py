"""Draws the body in braille dots: a pure function from geometry, marks and a size to rows of cells. No terminal, no colours.

A cell has a character and the name of its tint; which colour a tint has is the theme's. Tints differ in their pattern of dots as
well, so that nothing is told by colour alone: a forbidden region is thin, a zone where pain is felt is full.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Final

from massctl.body.figure import HALF_WIDTH, HEIGHT, Ellipse, Figure, Polygon, View, sign_of
from massctl.body.terms import Side

_CURVE_STEPS: Final = 6
"""Straight pieces for each stretch of an outline: enough at 200 dots of height."""
_LINES_FROM: Final = 0.45
"""Dots a unit from which on the lines between regions are drawn; in a smaller picture they would be most of it."""
_HEAT_RADIUS: Final = 5.5
"""How far around a rated point the heat reaches, in the figure's units."""
_DOTS: Final = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Bit of each dot of a braille cell, by row and column (Unicode, block U+2800)."""

Grid = tuple[bytes, ...]
"""One byte a dot: 0 is outside the body, else 1 + the number of the region."""


class Tint(StrEnum):
    """What a cell shows; the theme gives each a colour."""

    NOTHING = "nothing"
    BODY = "body"
    FORBIDDEN = "forbidden"
    ZONE = "zone"
    HEAT_LOW = "heat-low"
    HEAT_MIDDLE = "heat-middle"
    HEAT_HIGH = "heat-high"
    POINT = "point"
    POINT_BY_HAND = "point-by-hand"
    POINT_OTHER = "point-other"
    SELECTED = "selected"


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
class Spot:
    """One point on one side, as it is to be drawn."""

    point_id: str
    side: Side
    is_by_hand: bool = False
    """No massager here."""
    is_faint: bool = False
    """Not among those looked for."""
    rating: int | None = None
    """Tenderness 0–10 of the last scan."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What is drawn on the body."""

    spots: tuple[Spot, ...] = ()
    selected: tuple[str, Side] | None = None
    zones: frozenset[str] = frozenset()
    """Where the selected point's pain is felt."""
    forbidden: frozenset[str] = frozenset()
    """Ids of regions that are not to be worked on."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One character of the picture."""

    character: str = " "
    tint: Tint = Tint.NOTHING
    ground: Tint = Tint.NOTHING
    """What lies beneath; nothing at the body's rim, so that its curve stays smooth."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn view: its cells, and where each spot came to lie."""

    rows: tuple[tuple[Cell, ...], ...]
    spots: Mapping[tuple[str, Side], tuple[int, int]] = field(default_factory=dict)
    """Column and row of each spot that is in the frame."""

    @property
    def text(self) -> str:
        """The characters alone, a line each."""
        return "\n".join("".join(cell.character for cell in row).rstrip() for row in self.rows)


def draw(frame: Frame, columns: int, rows: int, marks: Marks) -> Picture:
    """Return the picture of ``frame`` in ``columns`` by ``rows`` cells, undistorted where a cell is twice as high as wide."""
    scale = _Scale.fitting(frame, columns, rows)
    grid, names = _regions(frame, columns, rows)
    tints = _tints(scale, frame.view, marks)
    has_lines = scale.per_unit >= _LINES_FROM
    cells = [
        [_cell(grid, tints, names, marks.forbidden, (column, row), has_lines=has_lines) for column in range(columns)]
        for row in range(rows)
    ]
    places = _place_spots(frame.view, scale, columns, rows, marks)
    for spot in marks.spots:
        place = places.get((spot.point_id, spot.side))
        if place is not None:
            ground = cells[place[1]][place[0]].ground
            is_selected = marks.selected == (spot.point_id, spot.side)
            cells[place[1]][place[0]] = _spot_cell(spot, ground, is_selected=is_selected)
    return Picture(tuple(map(tuple, cells)), places)


@dataclass(frozen=True, slots=True)
class _Scale:
    """From the figure's units to dots."""

    per_unit: float
    left: float
    top: float
    width: int
    height: int

    @staticmethod
    def fitting(frame: Frame, columns: int, rows: int) -> _Scale:
        width, height = columns * 2, rows * 4
        per_unit = min(width / (frame.right - frame.left), height / (frame.bottom - frame.top))
        left = (frame.left + frame.right) / 2 - width / 2 / per_unit
        top = (frame.top + frame.bottom) / 2 - height / 2 / per_unit
        return _Scale(per_unit, left, top, width, height)

    def dot(self, x: float, y: float) -> tuple[int, int]:
        return int((x - self.left) * self.per_unit), int((y - self.top) * self.per_unit)


@lru_cache(maxsize=32)
def _regions(frame: Frame, columns: int, rows: int) -> tuple[Grid, tuple[str, ...]]:
    """Return for each dot which region it belongs to, and the regions' names; the same for every mark, so kept."""
    figure, scale = Figure.load(), _Scale.fitting(frame, columns, rows)
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


def _fill(dots: list[bytearray], polygon: Polygon, scale: _Scale, value: int, *, is_smooth: bool) -> None:
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


def _tints(scale: _Scale, view: View, marks: Marks) -> list[list[Tint | None]]:
    """Return for each dot the tint that lies over its region; None where the region's own shows."""
    over = _Overlay(scale, [[None] * scale.width for _ in range(scale.height)])
    side = marks.selected[1] if marks.selected is not None else None
    signs = (sign_of(view, side),) if side in (Side.LEFT, Side.RIGHT) else (1, -1)
    for ellipse in (each for zone in marks.zones for each in Figure.load().zones.get(zone, ())):
        if ellipse.view is view:
            over.paint(ellipse, signs, Tint.ZONE)
    for spot in marks.spots:
        place = Figure.load().points.get(spot.point_id)
        if spot.rating is not None and place is not None and place.view is view:
            around = Ellipse(view, place.x, place.y, _HEAT_RADIUS, _HEAT_RADIUS)
            over.paint(around, (sign_of(view, spot.side),), heat_of(spot.rating))
    return over.tints


def heat_of(rating: int) -> Tint:
    """Return how hot a tenderness is: up to 3, the target of 4–6, and above it."""
    return Tint.HEAT_LOW if rating <= 3 else Tint.HEAT_MIDDLE if rating <= 6 else Tint.HEAT_HIGH


@dataclass(frozen=True, slots=True)
class _Overlay:
    """What lies over the regions."""

    scale: _Scale
    tints: list[list[Tint | None]]

    def paint(self, ellipse: Ellipse, signs: tuple[int, ...], tint: Tint) -> None:
        """Paint an ellipse, on one half of the body or on both."""
        scale = self.scale
        for sign in signs:
            middle_x, middle_y = sign * ellipse.x, ellipse.y
            left, top = scale.dot(middle_x - ellipse.half_width, middle_y - ellipse.half_height)
            right, bottom = scale.dot(middle_x + ellipse.half_width, middle_y + ellipse.half_height)
            for row in range(max(0, top), min(scale.height, bottom + 1)):
                for column in range(max(0, left), min(scale.width, right + 1)):
                    x, y = scale.left + (column + 0.5) / scale.per_unit, scale.top + (row + 0.5) / scale.per_unit
                    if ((x - middle_x) / ellipse.half_width) ** 2 + ((y - middle_y) / ellipse.half_height) ** 2 <= 1:
                        self.tints[row][column] = tint


def _cell(
    grid: Grid,
    tints: list[list[Tint | None]],
    names: tuple[str, ...],
    forbidden: frozenset[str],
    place: tuple[int, int],
    *,
    has_lines: bool,
) -> Cell:
    column, row = place
    bits = 0
    seen: dict[Tint, int] = {}
    for below in range(4):
        for beside in range(2):
            y, x = row * 4 + below, column * 2 + beside
            region = grid[y][x]
            if not region:
                continue
            is_forbidden = region > 1 and names[region - 2] in forbidden
            tint = tints[y][x] or (Tint.FORBIDDEN if is_forbidden else Tint.BODY)
            seen[tint] = seen.get(tint, 0) + 1
            if _is_lit(grid, x, y, tint, has_lines=has_lines):
                bits |= _DOTS[below][beside]
    if not seen:
        return Cell()
    tint = max(seen, key=lambda tint: (tint not in (Tint.BODY, Tint.FORBIDDEN), seen[tint]))
    return Cell(chr(0x2800 + bits), tint, tint if sum(seen.values()) == 8 else Tint.NOTHING)


def _is_lit(grid: Grid, x: int, y: int, tint: Tint, *, has_lines: bool) -> bool:
    """Return whether a dot inside the body is drawn: a zone or heat is full, the body lighter, a forbidden region a fine net."""
    here = grid[y][x]
    is_rim = any(not there for there in _around(grid, x, y))
    if tint is Tint.FORBIDDEN:
        return is_rim or (x + y) % 4 == 0
    if tint is not Tint.BODY:
        return True
    if not is_rim and x % 2 == 1 and y % 2 == 1:
        return False
    right = grid[y][x + 1] if x + 1 < len(grid[0]) else here
    below = grid[y + 1][x] if y + 1 < len(grid) else here
    return is_rim or not has_lines or not (right not in (0, here) or below not in (0, here))


def _around(grid: Grid, x: int, y: int) -> Iterator[int]:
    if x + 1 < len(grid[0]):
        yield grid[y][x + 1]
    if x > 0:
        yield grid[y][x - 1]
    if y + 1 < len(grid):
        yield grid[y + 1][x]
    if y > 0:
        yield grid[y - 1][x]


def _place_spots(
    view: View, scale: _Scale, columns: int, rows: int, marks: Marks
) -> dict[tuple[str, Side], tuple[int, int]]:
    """Give each spot of this view a cell of its own, the selected one first; one that is crowded out lies beside its place."""
    taken: dict[tuple[int, int], tuple[str, Side]] = {}
    for spot in sorted(marks.spots, key=lambda spot: (marks.selected != (spot.point_id, spot.side), spot.is_faint)):
        place = Figure.load().points.get(spot.point_id)
        if place is None or place.view is not view:
            continue
        x, y = scale.dot(sign_of(view, spot.side) * place.x, place.y)
        wished = (x // 2, y // 4)
        if not (0 <= wished[0] < columns and 0 <= wished[1] < rows):
            continue
        free = (
            cell for cell in _nearby(wished) if cell not in taken and 0 <= cell[0] < columns and 0 <= cell[1] < rows
        )
        cell = next(free, None)
        if cell is not None:
            taken[cell] = (spot.point_id, spot.side)
    return {key: cell for cell, key in taken.items()}


def _nearby(cell: tuple[int, int]) -> Iterator[tuple[int, int]]:
    column, row = cell
    yield cell
    for across, down in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1)):
        yield column + across, row + down


def _spot_cell(spot: Spot, ground: Tint, *, is_selected: bool) -> Cell:
    if spot.rating is not None:
        character = "X" if spot.rating >= 10 else str(spot.rating)
        return Cell(character, Tint.SELECTED if is_selected else heat_of(spot.rating), ground)
    if is_selected:
        return Cell("◉", Tint.SELECTED, ground)
    if spot.is_faint:
        return Cell("·", Tint.POINT_OTHER, ground)
    return Cell("◦", Tint.POINT_BY_HAND, ground) if spot.is_by_hand else Cell("•", Tint.POINT, ground)
