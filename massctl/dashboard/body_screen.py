"""The body page: front and back with all points, where the pain of each is felt, what is forbidden, and the last scan."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll

from massctl.app.outlook import NOBODY, PersonToday, person_today
from massctl.app.persons import Persons
from massctl.app.settings import DEFAULTS, Settings, load_settings
from massctl.body.atlas import Atlas
from massctl.body.terms import Side
from massctl.dashboard.body_map import BodyMap
from massctl.dashboard.dialogs import Choose, Item, Read
from massctl.dashboard.lines import BLANK, Line, Lines, line, wrapped
from massctl.dashboard.map_marks import Ratings, marks_for_body, zones_of
from massctl.dashboard.page import Page
from massctl.dashboard.program_card import point_card
from massctl.errors import MassctlError
from massctl.faces.words import SIDES
from massctl.history.reading import History
from massctl.programs.catalogue import Catalogue
from massctl.programs.program import Program

_FIRST = ("UTRAP", Side.LEFT)
KEYS: tuple[tuple[str, str], ...] = (
    ("arrows", "the next point in that direction"),
    ("mouse", "click a point; click it again to use it"),
    ("Enter", "what to do with it"),
    ("s", "the same point on the other side"),
    ("z", "closer, and back to the whole body"),
    ("h", "show or hide the tenderness of the last scan"),
    ("g", "just run the massager here"),
    ("l", "help me find it"),
    ("n", "a new program with it"),
    ("Esc", "back to the programs"),
)


@dataclass(frozen=True, slots=True)
class Known:
    """What the page has read."""

    person: PersonToday = NOBODY
    settings: Settings = DEFAULTS
    ratings: Ratings = field(default_factory=dict)
    programs: tuple[Program, ...] = ()
    problems: tuple[MassctlError, ...] = ()


def read_known(*, is_simulated: bool) -> Known:
    """Read person, settings and the last scan; what cannot be read is said, and the rest is there. Blocks: files."""
    problems: list[MassctlError] = []
    settings, ratings = DEFAULTS, {}
    try:
        settings = load_settings()
        person = None if is_simulated else Persons().current()
        scan = History().last_scan(is_simulated=is_simulated, person_key=person.key if person else "")
        ratings = {(point, Side(side)): value for (point, side), value in scan.items() if side in ("L", "R")}
    except MassctlError as problem:
        problems.append(problem)
    someone = NOBODY if is_simulated else person_today()
    return Known(someone, settings, ratings, Catalogue.load().programs(), tuple(problems))


class BodyScreen(Page):
    """The body map with the card of the selected point."""

    page_title = "Body"
    page_name = "body"
    key_words = "arrows choose · Enter use it · s side · z closer · h scan · ? all keys"
    DEFAULT_CSS: ClassVar[str] = """
    BodyScreen BodyMap { width: 40; padding: 0 0 0 1; }
    BodyScreen VerticalScroll { width: 1fr; padding: 0 1 0 2; scrollbar-size-vertical: 1;
        scrollbar-color: $quiet; scrollbar-background: $shade; }
    BodyScreen.-wide BodyMap { width: 72; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "side", "side", show=False),
        Binding("h", "heat", "tenderness", show=False),
        Binding("g", "free_run", "massager here", show=False),
        Binding("l", "find", "help me find it", show=False),
        Binding("n", "build", "new program", show=False),
        Binding("escape", "app.page('library')", "programs", show=False),
        Binding("question_mark", "keys", "keys", show=False),
        Binding("pagedown,j", "card(1)", "read on", show=False),
        Binding("pageup,J", "card(-1)", "read back", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.known = Known()
        self.selected = _FIRST
        self._shows_heat = True

    def body(self) -> ComposeResult:
        """Yield the map and the card."""
        with Horizontal():
            yield BodyMap(id="map")
            with VerticalScroll(can_focus=False):
                yield Lines(id="card")

    def on_mount(self) -> None:
        """Show the map; read the rest."""
        super().on_mount()
        self._fit()
        self.query_one(BodyMap).focus()
        self._show()
        self._read()

    def on_screen_resume(self) -> None:
        """Read again: a scan or the person may be new."""
        self._read()

    def on_resize(self) -> None:
        """Fit everything to the new size."""
        super().on_resize()
        self._fit()
        self._show()

    def _fit(self) -> None:
        self.set_class(self.app.size.width >= 116, "-wide")

    @work(exclusive=True, group="known")
    async def _read(self) -> None:
        self.known = await asyncio.to_thread(read_known, is_simulated=self.massctl.is_simulated)
        if self.is_gone:
            return
        for problem in self.known.problems:
            self.massctl.tell(problem)
        self._show()

    def _show(self) -> None:
        ratings = self.known.ratings if self._shows_heat else {}
        allowance = self.known.person.allowance
        self.query_one(BodyMap).marks = marks_for_body(allowance, selected=self.selected, ratings=ratings)
        self._show_card()

    def _show_card(self) -> None:
        width = self.app.size.width - (72 if self.has_class("-wide") else 40) - 5
        self.query_one("#card", Lines).show(self.card(max(width, 24)))
        self.query_one(VerticalScroll).scroll_home(animate=False)

    def card(self, width: int) -> list[Line]:
        """Return the card of the selected point."""
        point_id, side = self.selected
        point = Atlas.load().point(point_id)
        rating = self.known.ratings.get(self.selected)
        rows = point_card(point, self.known.person.allowance, self.known.settings, width, rating=rating)
        rows.insert(1, line((SIDES[side.value] or "in the middle", "ask")))
        names = [program.title for program in self._programs()]
        rows += [BLANK, *wrapped(f"In: {'; '.join(names)}" if names else "In no program.", width, 6, "quiet")]
        return [*rows, BLANK, *_legend(width, has_scan=bool(self.known.ratings))]

    def _programs(self) -> list[Program]:
        return [program for program in self.known.programs if self.selected[0] in program.point_ids]

    def on_body_map_moved(self, event: BodyMap.Moved) -> None:
        """Show the point that is selected now."""
        self.selected = (event.point_id, event.side)
        body_map = self.query_one(BodyMap)
        body_map.marks = replace(body_map.marks, selected=self.selected, zones=zones_of(self.selected))
        self._show_card()

    @work
    async def on_body_map_chosen(self) -> None:
        """Ask what to do with the selected point."""
        items = [
            Item("run", "Just run the massager here"),
            Item("find", "Help me find it"),
            Item("build", "A new program of my own with it"),
            *(Item(f"program:{program.id}", f"Program: {program.title}") for program in self._programs()),
        ]
        title = f"{Atlas.load().point(self.selected[0]).name}, {SIDES[self.selected[1].value]}"
        chosen = await self.app.push_screen_wait(Choose(title, items))
        if chosen is None:
            return
        kind, _, name = chosen.partition(":")
        match kind:
            case "run":
                self.action_free_run()
            case "find":
                self.action_find()
            case "build":
                self.action_build()
            case _:
                from massctl.dashboard.library import LibraryScreen  # noqa: PLC0415 - a page knows others only on the way there

                self.app.switch_screen(LibraryScreen(f"program:{name}"))

    def action_side(self) -> None:
        """Select the same point on the other side."""
        point = Atlas.load().point(self.selected[0])
        others = [side for side in point.sides if side is not self.selected[1]]
        if others:
            self.selected = (point.id, others[0])
            self._show()

    def action_heat(self) -> None:
        """Show or hide the last scan."""
        if not self.known.ratings:
            text = "No scan is on record yet: the program 'Cluster hunt' makes one."
            self.notify(text, markup=False)
            return
        self._shows_heat = not self._shows_heat
        self._show()

    def action_free_run(self) -> None:
        """Just the massager, here."""
        from massctl.dashboard.free_run import FreeRunScreen  # noqa: PLC0415 - seldom

        self.app.push_screen(FreeRunScreen(*self.selected))

    def action_find(self) -> None:
        """Show where it is."""
        from massctl.dashboard.find_point import FindPointScreen  # noqa: PLC0415 - seldom

        self.app.push_screen(FindPointScreen(*self.selected))

    def action_build(self) -> None:
        """Begin a program with it."""
        from massctl.dashboard.builder import BuilderScreen  # noqa: PLC0415 - seldom

        self.app.push_screen(BuilderScreen(point_id=self.selected[0]))

    def action_card(self, by: int) -> None:
        """Read on in the card, or back."""
        box = self.query_one(VerticalScroll)
        box.scroll_relative(y=by * max(box.size.height - 2, 1), animate=False)

    def action_keys(self) -> None:
        """Show every key of this page."""
        rows = [line((f"{key:<8}", "ask"), words) for key, words in KEYS]
        self.app.push_screen(Read("Keys of this page", rows))


def _legend(width: int, *, has_scan: bool) -> list[Line]:
    scan = "digits: tenderness in the last scan" if has_scan else "no scan yet"
    text = f"• massager possible · ◦ by hand only · fine net: no massager, ever or for you · {scan}"
    return wrapped(text, width, 4, "quiet")
