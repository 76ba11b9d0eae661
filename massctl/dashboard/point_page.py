"""What the pages share that have the body map at the left, with one point selected. Layout and picking only."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from massctl.body.allowance import Allowance
from massctl.body.atlas import Atlas, Point
from massctl.body.terms import Side
from massctl.dashboard.body_map import BodyMap
from massctl.dashboard.map_marks import Ratings, marks_for_body, zones_of
from massctl.dashboard.two_panes import TwoPanes


class PointPage(TwoPanes):
    """Subclasses give ``card`` and ``allowance``."""

    wide_from = 116
    left_widths = (40, 72)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "side", "side", show=False),
        Binding("l", "find", "help me find it", show=False),
    ]

    def __init__(self, point_id: str, side: Side | None) -> None:
        super().__init__()
        sides = Atlas.load().point(point_id).sides
        self.selected = (point_id, side if side in sides else sides[0])

    @property
    def point(self) -> Point:
        """The point that is selected."""
        return Atlas.load().point(self.selected[0])

    @property
    def allowance(self) -> Allowance | None:
        """What the person may have; None while it is not known, or nobody is touched."""
        raise NotImplementedError

    @property
    def ratings(self) -> Ratings:
        """Tenderness to show on the map."""
        return {}

    def left(self) -> Widget:
        """Return the map."""
        return BodyMap(id="map", classes="left")

    def show(self) -> None:
        """Show map and card."""
        marks = marks_for_body(self.allowance, selected=self.selected, ratings=self.ratings)
        self.query_one(BodyMap).marks = marks
        self.show_card()
        self.card_to_top()

    def select(self, point_id: str, side: Side) -> None:
        """Take another point, or the other side."""
        self.selected = (point_id, side)
        body_map = self.query_one(BodyMap)
        body_map.marks = replace(body_map.marks, selected=self.selected, zones=zones_of(self.selected))
        self.show_card()
        self.card_to_top()

    def on_body_map_moved(self, event: BodyMap.Moved) -> None:
        """Take the point that is selected now."""
        self.select(event.point_id, event.side)

    def action_side(self) -> None:
        """Take the same point on the other side."""
        others = [side for side in self.point.sides if side is not self.selected[1]]
        if others:
            self.select(self.point.id, others[0])

    def action_find(self) -> None:
        """Show where it is."""
        from massctl.dashboard.find_point import FindPointScreen  # noqa: PLC0415 - seldom

        self.app.push_screen(FindPointScreen(*self.selected))
