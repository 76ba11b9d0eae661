"""'Help me find the point': where it is, in words and close up; 'found it' or 'I can't reach it'. No clock runs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Literal

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from massctl.body.atlas import Atlas
from massctl.body.terms import Side
from massctl.dashboard.body_map import BodyMap
from massctl.dashboard.lines import BLANK, Line, Lines, wrapped
from massctl.dashboard.map_marks import drawn_points, marks_for_point
from massctl.faces.places import place
from massctl.faces.words import SIDES, TOOLS

if TYPE_CHECKING:
    from massctl.dashboard.app import MassctlApp

Answer = Literal["found", "unreachable"]


class FindPointScreen(ModalScreen[Answer | None]):
    """One point, close up; dismisses with 'found', 'unreachable', or None where the person went back."""

    DEFAULT_CSS: ClassVar[str] = """
    FindPointScreen { align: center middle; background: $background 60%; }
    FindPointScreen > Vertical { width: 96%; max-width: 112; height: 94%; max-height: 34; background: $panel; padding: 1 2; }
    FindPointScreen BodyMap { width: 36; height: 1fr; background: $panel; }
    FindPointScreen Lines { width: 1fr; padding: 0 0 0 2; background: $panel; }
    FindPointScreen .hint { height: 1; color: $quiet; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "answer('found')", "found it", show=False),
        Binding("u", "answer('unreachable')", "I can't reach it", show=False),
        Binding("z", "zoom", "closer", show=False),
        Binding("escape", "leave", "back", show=False),
    ]

    def __init__(self, point_id: str, side: Side | None = None, *, place_words: str = "") -> None:
        super().__init__()
        self.point = Atlas.load().point(point_id)
        self.side = side if side in self.point.sides else self.point.sides[0]
        self._place_words = place_words
        """Such as '2 of 5'."""

    def compose(self) -> ComposeResult:
        """Lay out the close-up and the words."""
        with Vertical():
            with Horizontal():
                body_map = BodyMap(marks_for_point(self.point.id, self.side, None), is_close_up=True)
                body_map.can_focus = False  # it is only looked at: Enter answers
                body_map.display = self.point.id in drawn_points()
                yield body_map
                yield Lines()
            hint = "Enter found it · u I can't reach it · z closer, whole body"
            yield Static(Content(f"{hint} · {self._escape}"), classes="hint")

    @property
    def _escape(self) -> str:
        """What Esc does: in a session it is the stop key, here too."""
        app: MassctlApp = self.app  # type: ignore[assignment]
        return "Esc back" if app.session is None else "Esc STOP"

    def on_mount(self) -> None:
        """Show the words."""
        self._show_words()

    def on_resize(self) -> None:
        """Fit the words to the new width."""
        self._show_words()

    def _show_words(self) -> None:
        width = max(min(int(self.app.size.width * 0.96), 112) - 46, 24)
        self.query_one(Lines).show(find_words(self.point.id, self.side, width, self._place_words))

    def action_answer(self, answer: Answer) -> None:
        """Take the answer."""
        self.dismiss(answer)

    def action_zoom(self) -> None:
        """Go closer, or look at the whole body."""
        self.query_one(BodyMap).action_zoom()

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)


def find_words(point_id: str, side: Side, width: int, place_words: str = "") -> list[Line]:
    """Return how to find a point, in words."""
    point = Atlas.load().point(point_id)
    words = SIDES.get(side.value, "")
    rows = wrapped(f"{point.name}, {words}" if words else point.name, width, 2, "bold")
    rows += wrapped(place_words, width, 1, "quiet")
    rows += [BLANK, *wrapped(f"{point.location}.", width, 5)]
    rows += [BLANK, *wrapped(point.pose, width, 5)]
    rows += wrapped(f"Mind: {point.cautions}" if point.cautions else "", width, 5, "caution")
    felt = ", ".join(map(place, point.referral))
    rows += [
        BLANK,
        *wrapped(f"You are there when pressing it hurts in the way you know, here or away from it: {felt}.", width, 5),
    ]
    rows += [BLANK, *wrapped("Take your time: no clock runs, and the motor is off.", width, 2, "ask")]
    tools = ", ".join(TOOLS[tool] for tool in point.alternative_tools)
    rows += wrapped(f"Out of reach? u: {tools} instead." if tools else "", width, 2, "quiet")
    return rows


async def find_points(app: App[int], names: Iterable[str], side: Side | None) -> frozenset[str] | None:
    """Show the points one after the other; return those out of reach, or None where the person went back from the first."""
    names = tuple(names)
    unreachable: set[str] = set()
    at = 0
    while at < len(names):
        said = f"{at + 1} of {len(names)}" if len(names) > 1 else ""
        answer = await app.push_screen_wait(FindPointScreen(names[at], side, place_words=said))
        if answer is None:
            if at == 0:
                return None
            at -= 1
            continue
        unreachable.discard(names[at])
        if answer == "unreachable":
            unreachable.add(names[at])
        at += 1
    return frozenset(unreachable)
