"""The body page: front and back with all points, where the pain of each is felt, what is forbidden, and the last scan."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType

from massctl.app.outlook import NOBODY, PersonToday, person_today
from massctl.app.persons import Persons
from massctl.app.settings import DEFAULTS, Settings, load_settings
from massctl.body.allowance import Allowance
from massctl.body.terms import Side
from massctl.dashboard.dialogs import Choose, Item
from massctl.dashboard.lines import BLANK, Line, line, whole, wrapped
from massctl.dashboard.map_marks import Ratings
from massctl.dashboard.point_card import point_card
from massctl.dashboard.point_page import PointPage
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


class BodyScreen(PointPage):
    """The body map with the card of the selected point."""

    page_title = "Body"
    page_name = "body"
    keys = KEYS
    key_words = "arrows choose · Enter use it · s side · z closer · h scan · ? all keys"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("h", "heat", "tenderness", show=False),
        Binding("g", "free_run", "massager here", show=False),
        Binding("n", "build", "new program", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(*_FIRST)
        self.known = Known()
        self._shows_heat = True

    def on_screen_resume(self) -> None:
        """Read again: a scan or the person may be new."""
        self._read()

    @work(exclusive=True, group="known")
    async def _read(self) -> None:
        self.known = await asyncio.to_thread(read_known, is_simulated=self.massctl.is_simulated)
        if self.is_gone:
            return
        for problem in self.known.problems:
            self.massctl.tell(problem)
        self.show()

    def begin(self) -> None:
        """Show the map; read the rest."""
        self.show()
        self._read()

    @property
    def allowance(self) -> Allowance | None:
        """What the person may have."""
        return self.known.person.allowance

    @property
    def ratings(self) -> Ratings:
        """The last scan, where it is wished."""
        return self.known.ratings if self._shows_heat else {}

    def card(self, width: int) -> list[Line]:
        """Return the card of the selected point."""
        rating = self.known.ratings.get(self.selected)
        rows = point_card(self.point, self.allowance, self.known.settings, width, rating=rating)
        rows.insert(1, line((SIDES[self.selected[1].value] or "in the middle", "ask")))
        names = [program.title for program in self._programs()]
        rows += [BLANK, *wrapped(f"In: {'; '.join(names)}" if names else "In no program.", width, 6, "quiet")]
        return [*rows, BLANK, *_legend(width, has_scan=bool(self.known.ratings))]

    def _programs(self) -> list[Program]:
        return [program for program in self.known.programs if self.selected[0] in program.point_ids]

    @work
    async def on_body_map_chosen(self) -> None:
        """Ask what to do with the selected point."""
        items = [
            Item("run", "Just run the massager here"),
            Item("find", "Help me find it"),
            Item("build", "A new program of my own with it"),
            *(Item(f"program:{program.id}", f"Program: {program.title}") for program in self._programs()),
        ]
        title = f"{self.point.name}, {SIDES[self.selected[1].value]}"
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

    def action_heat(self) -> None:
        """Show or hide the last scan."""
        if not self.known.ratings:
            text = "No scan is on record yet: the program 'Cluster hunt' makes one."
            self.notify(text, markup=False)
            return
        self._shows_heat = not self._shows_heat
        self.show()

    def action_free_run(self) -> None:
        """Just the massager, here."""
        from massctl.dashboard.free_run import FreeRunScreen  # noqa: PLC0415 - seldom

        self.app.push_screen(FreeRunScreen(*self.selected))

    def action_build(self) -> None:
        """Begin a program with it."""
        from massctl.dashboard.builder import BuilderScreen  # noqa: PLC0415 - seldom

        self.app.push_screen(BuilderScreen(point_id=self.selected[0]))


def _legend(width: int, *, has_scan: bool) -> list[Line]:
    scan = "digits: tenderness in the last scan" if has_scan else "no scan yet"
    text = (
        f"• massager possible · ◦ by hand only · × nothing, for you · fine net: no massager, ever or for you · {scan}"
    )
    return whole(text, width, "quiet")
