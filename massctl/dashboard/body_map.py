"""The body map: front and back with their points, picked by arrow keys or mouse. How it is drawn stands in ``body_drawing``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from massctl.body.figure import Figure, View, sign_of
from massctl.body.terms import Side
from massctl.dashboard.body_drawing import Cell, Marks, Picture, Tint, draw
from massctl.dashboard.body_raster import Frame

TWO_VIEWS_FROM: Final = 34
"""Columns from which on front and back stand side by side."""
_GAP: Final = 2
_CLICK_REACH: Final = 3.0
"""How far beside a point a click still means it, in cells of equal height and width."""
_COMPONENTS: Final[dict[Tint, str]] = {tint: f"body-map--{tint}" for tint in Tint if tint is not Tint.NOTHING}

Key = tuple[str, Side]


@dataclass(frozen=True, slots=True)
class _Panel:
    """One picture, and from which column on it stands."""

    view: View
    left: int
    width: int
    picture: Picture


class BodyMap(Widget, can_focus=True):
    """Front and back of the body; one of the points is selected."""

    DEFAULT_CSS = """
    BodyMap { width: 1fr; height: 1fr; min-height: 12; }
    BodyMap .body-map--body { color: $quiet; background: $shade; }
    BodyMap .body-map--forbidden { color: $error 60%; background: $error 12%; }
    BodyMap .body-map--zone { color: $accent; background: $accent 25%; }
    BodyMap .body-map--heat-low { color: $warning; background: $warning 20%; text-style: bold; }
    BodyMap .body-map--heat-middle { color: $warning 50%; background: $error 30%; text-style: bold; }
    BodyMap .body-map--heat-high { color: $error; background: $error 30%; text-style: bold; }
    BodyMap .body-map--point { color: $foreground; text-style: bold; }
    BodyMap .body-map--point-by-hand { color: $success; text-style: bold; }
    BodyMap .body-map--point-other { color: $quiet; }
    BodyMap .body-map--selected { color: $background; background: $foreground; text-style: bold; }
    BodyMap .body-map--caption { color: $quiet; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {*_COMPONENTS.values(), "body-map--caption"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(0, -1)", "point", show=False),
        Binding("down", "move(0, 1)", "point", show=False),
        Binding("left", "move(-1, 0)", "point", show=False),
        Binding("right", "move(1, 0)", "point", show=False),
        Binding("enter", "choose", "choose", show=False),
        Binding("z", "zoom", "close-up", show=False),
    ]

    marks: reactive[Marks] = reactive(Marks(), init=False)
    """What is drawn; whoever owns the map sets it."""
    is_close_up: reactive[bool] = reactive(False, init=False)

    @dataclass
    class Moved(Message):
        """Another point is selected."""

        point_id: str
        side: Side

    @dataclass
    class Chosen(Message):
        """The selected point is wanted."""

        point_id: str
        side: Side

    def __init__(
        self,
        marks: Marks | None = None,
        *,
        is_close_up: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's word
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._panels: tuple[_Panel, ...] | None = None
        self._strips: list[Strip] | None = None
        self.set_reactive(BodyMap.marks, marks or Marks())
        self.set_reactive(BodyMap.is_close_up, is_close_up)

    def watch_marks(self) -> None:
        """Draw anew."""
        self._forget()

    def watch_is_close_up(self) -> None:
        """Draw anew."""
        self._forget()

    def on_resize(self) -> None:
        """Draw anew."""
        self._forget()

    def notify_style_update(self) -> None:
        """Draw anew: the theme has other colours."""
        super().notify_style_update()
        self._strips = None

    def render_line(self, y: int) -> Strip:
        """Return one row of the picture."""
        if self._strips is None:
            self._strips = self._drawn()
        return self._strips[y] if y < len(self._strips) else Strip.blank(self.size.width)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Ask for all there is."""
        return container.height

    def action_move(self, across: int, down: int) -> None:
        """Select the nearest point in a direction."""
        here = self._places().get(self.marks.selected) if self.marks.selected else None
        found = _nearest(self._places(), here, across, down)
        if found is not None:
            self._select(found)

    def action_choose(self) -> None:
        """Say that the selected point is wanted."""
        if self.marks.selected is not None:
            self.post_message(self.Chosen(*self.marks.selected))

    def action_zoom(self) -> None:
        """Go near the selected point, or back to the whole body."""
        self.is_close_up = not self.is_close_up and self.marks.selected is not None

    def on_click(self, event: events.Click) -> None:
        """Select the point that was clicked on; a second click on it wants it."""
        places = self._places()
        near = min(places, key=lambda key: _distance(places[key], (event.x, event.y)), default=None)
        if near is None or _distance(places[near], (event.x, event.y)) > _CLICK_REACH:
            return
        if near == self.marks.selected:
            self.action_choose()
        else:
            self._select(near)

    def _select(self, key: Key) -> None:
        self.marks = replace(self.marks, selected=key)
        self.post_message(self.Moved(*key))

    def _forget(self) -> None:
        self._panels = self._strips = None
        self.refresh()

    def _places(self) -> dict[Key, tuple[int, int]]:
        """Return where on the widget each point lies."""
        return {
            key: (panel.left + column, row)
            for panel in self._pictures()
            for key, (column, row) in panel.picture.spots.items()
        }

    def _pictures(self) -> tuple[_Panel, ...]:
        if self._panels is None:
            self._panels = tuple(self._draw_panels(self.size.width, self.size.height - 1))
        return self._panels

    def _draw_panels(self, width: int, height: int) -> list[_Panel]:
        if width < 1 or height < 1:
            return []
        selected = self.marks.selected
        place = Figure.load().points.get(selected[0]) if selected else None
        if self.is_close_up and place is not None and selected is not None:
            frame = Frame.around(place.view, sign_of(place.view, selected[1]) * place.x, place.y)
            return [_Panel(place.view, 0, width, draw(frame, width, height, self.marks))]
        if width < TWO_VIEWS_FROM:
            view = place.view if place is not None else View.FRONT
            return [_Panel(view, 0, width, draw(Frame(view), width, height, self.marks))]
        each = (width - _GAP) // 2
        return [
            _Panel(view, left, each, draw(Frame(view), each, height, self.marks))
            for view, left in ((View.FRONT, 0), (View.BACK, each + _GAP))
        ]

    def _drawn(self) -> list[Strip]:
        panels = self._pictures()
        styles = {tint: self.get_component_rich_style(name) for tint, name in _COMPONENTS.items()}
        base = self.rich_style
        strips = []
        for row in range(max(self.size.height - 1, 0)):
            segments: list[Segment] = []
            for number, panel in enumerate(panels):
                segments += [Segment(" " * _GAP, base)] if number else []
                segments += [Segment(cell.character, _style(cell, styles, base)) for cell in panel.picture.rows[row]]
            strips.append(Strip(Segment.simplify(segments)).adjust_cell_length(self.size.width, base))
        return [*strips, self._caption(panels, base)]

    def _caption(self, panels: tuple[_Panel, ...], base: Style) -> Strip:
        """Return the last row: which view it is, and where the person's right and left are."""
        style = base + Style(color=self.get_component_rich_style("body-map--caption").color)
        text = (" " * _GAP).join(_words(panel.view, panel.width).center(panel.width) for panel in panels)
        return Strip([Segment(text, style)]).adjust_cell_length(self.size.width, base)


def _words(view: View, width: int) -> str:
    words = "right · front · left" if view is View.FRONT else "left · back · right"
    return words if len(words) <= width else words.replace("right", "R").replace("left", "L")


def _style(cell: Cell, styles: dict[Tint, Style], base: Style) -> Style:
    if cell.tint is Tint.NOTHING:
        return base
    style = styles[cell.tint]
    if cell.tint is Tint.SELECTED:
        return style
    ground = styles[cell.ground].bgcolor if cell.ground is not Tint.NOTHING else base.bgcolor
    return style + Style(bgcolor=ground)


def _distance(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Return a distance in columns; a row is two of them high."""
    return float(((here[0] - there[0]) ** 2 + (2 * (here[1] - there[1])) ** 2) ** 0.5)


def _nearest(places: dict[Key, tuple[int, int]], here: tuple[int, int] | None, across: int, down: int) -> Key | None:
    """Return the nearest point in a direction: what lies straight ahead counts as nearer than what lies beside."""
    if here is None:
        return min(places, key=lambda key: (places[key][1], places[key][0]), default=None)

    def cost(place: tuple[int, int]) -> float | None:
        ahead = (place[0] - here[0]) * across + 2 * (place[1] - here[1]) * down
        beside = abs((place[0] - here[0]) * down) + abs(2 * (place[1] - here[1]) * across)
        return ahead + 2.0 * beside if ahead > 0 and beside <= 2.5 * ahead else None

    costs = {key: found for key, place in places.items() if (found := cost(place)) is not None}
    return min(costs, key=lambda key: costs[key], default=None)
