"""The body as it is drawn: outline, regions, points and zones as plain geometry, read once from the shipped data.

Data and look-ups only: how it becomes a picture is a front end's business. Coordinates are those of ``profiles/body_map.toml``:
x from the middle (negative at the viewer's left), y from the top of the head down.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Final

from massctl.body.data import read_toml
from massctl.body.terms import Side

HALF_WIDTH: Final = 46.0
HEIGHT: Final = 207.0
"""What a figure needs of room, in its own units."""

Polygon = tuple[tuple[float, float], ...]


class View(StrEnum):
    """From where the figure is looked at."""

    FRONT = "front"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a point lies on the half that is written down."""

    view: View
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Ellipse:
    """A zone in which pain is felt, on the half that is written down."""

    view: View
    x: float
    y: float
    half_width: float
    half_height: float


@dataclass(frozen=True, slots=True)
class Figure:
    """Both views of the body."""

    outlines: dict[View, tuple[Polygon, ...]]
    regions: dict[View, dict[str, tuple[Polygon, ...]]]
    """By region id; later ones lie over earlier ones."""
    points: dict[str, Place]
    zones: dict[str, tuple[Ellipse, ...]]
    """By the atlas's word for the place where pain is felt."""

    @staticmethod
    def load() -> Figure:
        """Return the shipped figure (one object, read once)."""
        return _shipped()


def sign_of(view: View, side: Side) -> int:
    """Return 1 where ``side`` of the person is at the viewer's right, -1 where it is at the left: a front view looks at you."""
    is_right_of_viewer = (side is Side.LEFT) is (view is View.FRONT)
    return 1 if is_right_of_viewer else -1


def side_at(view: View, x: float) -> Side:
    """Return the person's side at ``x`` of a view."""
    return Side.LEFT if (x >= 0) is (view is View.FRONT) else Side.RIGHT


@cache
def _shipped() -> Figure:
    raw = read_toml("body_map.toml")
    return Figure(
        outlines={view: _polygons(raw["outline"][view]) for view in View},
        regions={
            view: {name: _polygons(shapes[view]) for name, shapes in raw["regions"].items() if view in shapes}
            for view in View
        },
        points={name: Place(View(view), x, y) for name, (view, x, y) in raw["points"].items()},
        zones={name: tuple(Ellipse(View(row[0]), *row[1:]) for row in rows) for name, rows in raw["zones"].items()},
    )


def _polygons(shapes: list[Any]) -> tuple[Polygon, ...]:
    return tuple(tuple((float(x), float(y)) for x, y in shape) for shape in shapes)
