"""Draws the body in braille dots: a pure function from geometry, marks and a size to rows of cells. No terminal, no colours.

A cell has a character and the name of its tint; which colour a tint has is the theme's. Tints differ in their pattern of dots as
well, so that nothing is told by colour alone: a forbidden region is thin, a zone where pain is felt is full.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from massctl.body.figure import Ellipse, Figure, View, sign_of
from massctl.body.terms import Side
from massctl.dashboard.body_raster import Frame, Grid, Scale, regions_of

_LINES_FROM: Final = 0.45
"""Dots a unit from which on the lines between regions are drawn; in a smaller picture they would be most of it."""
_HEAT_RADIUS: Final = 5.5
"""How far around a rated point the heat reaches, in the figure's units."""
_DOTS: Final = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Bit of each dot of a braille cell, by row and column (Unicode, block U+2800)."""


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
class Spot:
    """One point on one side, as it is to be drawn."""

    point_id: str
    side: Side
    is_by_hand: bool = False
    """No massager here."""
    is_barred: bool = False
    """Nothing here for this person: no massager, no pressure."""
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
    scale = Scale.fitting(frame, columns, rows)
    grid, names = regions_of(frame, columns, rows)
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


def _tints(scale: Scale, view: View, marks: Marks) -> list[list[Tint | None]]:
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

    scale: Scale
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
    view: View, scale: Scale, columns: int, rows: int, marks: Marks
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
    if spot.is_barred:
        return Cell("×", Tint.FORBIDDEN, ground)
    if spot.is_faint:
        return Cell("·", Tint.POINT_OTHER, ground)
    return Cell("◦", Tint.POINT_BY_HAND, ground) if spot.is_by_hand else Cell("•", Tint.POINT, ground)
