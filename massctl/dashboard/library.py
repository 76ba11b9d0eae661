"""The first page: programs and points by where it hurts, by cause, muscle, tool or words; what each would be; start from here."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from massctl.app.lookup import By, Search
from massctl.app.settings import change_settings, with_favourite
from massctl.body.atlas import Atlas
from massctl.body.terms import Side
from massctl.dashboard.dialogs import Choose, Item, Read, content_of
from massctl.dashboard.library_words import ASKED, KEYS, by_items, words_for
from massctl.dashboard.lines import BLANK, Line, line, wrapped
from massctl.dashboard.shelf import AGAIN, Picks, Row, Shelf, listing, look_ahead, read_shelf
from massctl.dashboard.two_panes import TwoPanes
from massctl.errors import MassctlError

if TYPE_CHECKING:
    from massctl.app.outlook import Outlook
    from massctl.app.request import RunRequest
    from massctl.body.allowance import Allowance
    from massctl.programs.program import Program

_Value = TypeVar("_Value")
LEAVING = frozenset({"ctrl+c", "ctrl+q"})
KEY_APART_S = 0.02
"""Between two kept keys that are given: as fast as a person types, slow enough for one to act before the next (design value)."""
MAP_FROM = 116
"""Columns from which on the body map stands beside the card."""
_MAP_WIDTH = 40
FIND = "/ type where it hurts, a muscle, a tool, a name …"
_MINUTES: tuple[int | None, ...] = (None, 5, 10, 15)
_SIDES: tuple[Side | None, ...] = (None, Side.RIGHT, Side.LEFT)
SIDE_ITEMS = (Item("R", "Right"), Item("L", "Left"), Item("LR", "Both, left first"))


class Find(Input):
    """The field for words; Enter goes to the list at once, so that the next key is the list's."""

    async def action_submit(self) -> None:
        """Go to what was found."""
        self.screen.set_focus(self.screen.query_one("#list"))


class LibraryScreen(TwoPanes):
    """Lists programs and points; shows the one at hand as it would be; Enter starts it."""

    page_title = "Programs"
    page_name = "library"
    key_words = "Enter start · / find · w where · s side · i time · a again · ? all keys"
    DEFAULT_CSS: ClassVar[str] = """
    LibraryScreen #find { height: 1; border: none; padding: 0 1; background: $shade; }
    LibraryScreen #map { width: 40; display: none; padding: 0 1; }
    LibraryScreen.-wide #map { display: block; }
    """
    wide_from = MAP_FROM
    left_widths = (36, 44)
    keys = KEYS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "find", "find", show=False),
        Binding("escape", "clear", "back", show=False),
        Binding("a", "again", "again", show=False),
        Binding("w", "by('hurts')", "where it hurts", show=False),
        Binding("c", "by('cause')", "cause", show=False),
        Binding("m", "by('muscle')", "muscle", show=False),
        Binding("t", "by('tool')", "tool", show=False),
        Binding("s", "side", "side", show=False),
        Binding("i", "minutes", "minutes", show=False),
        Binding("p", "partner", "partner", show=False),
        Binding("f", "favourite", "favourite", show=False),
        Binding("u", "instead", "instead", show=False),
        Binding("l", "find_points", "find the points", show=False),
        Binding("g", "free_run", "massager here", show=False),
        Binding("n", "build", "new program", show=False),
        Binding("e", "change", "change", show=False),
        Binding("tab", "focus_next", "next", show=False),
    ]

    def __init__(self, key: str = "") -> None:
        super().__init__()
        self.shelf = Shelf()
        self.search = Search()
        self.picks = Picks()
        self._key = key
        """What is highlighted: ``program:ID``, ``point:ID``, ``again``."""
        self._red_flags: tuple[str, ...] = ()
        self._was_welcomed = False
        self._held: deque[events.Key] = deque()
        """Keys that were typed before there was a list; they are given in their order once there is."""
        self._given: events.Key | None = None
        """The kept key that is being given."""
        self._returns = False

    def body(self) -> ComposeResult:
        """Yield the field above the panes."""
        yield Find(placeholder=FIND, id="find", select_on_focus=False)
        yield from super().body()

    def begin(self) -> None:
        """Read what there is to show."""
        self._read()

    def hold(self, key: events.Key) -> bool:
        """Keep what is typed before there is a list, and what is typed behind that; what leaves is not kept."""
        has_list = bool(self.shelf.programs) and self._given is None
        if has_list or key is self._given or key.key in LEAVING:
            return False
        self._held.append(key)
        return True

    @work
    async def _give_held(self) -> None:
        """Give the kept keys one after the other: what one leads to (the field, a dialog) has come before the next."""
        while self._held and self.massctl.session is None:
            self._given = self._held.popleft()
            self.app.post_message(self._given)
            await asyncio.sleep(KEY_APART_S)
        self._given = None
        self._held.clear()

    def show(self) -> None:
        """Show list and card."""
        self._show_list()

    def on_screen_resume(self) -> None:
        """Read again: a session, the person or the settings may have changed."""
        if self._returns and self.massctl.session is None:
            self._returns, self._key = False, AGAIN
        if self.shelf.programs:
            self._read()

    def fit(self) -> None:
        """Take the width; the map comes where there is room for it."""
        super().fit()
        self.set_class(self.is_wide, "-wide")
        if self.is_wide and not self.query("#map"):
            from massctl.dashboard.body_map import BodyMap  # noqa: PLC0415 - the first frame comes without it

            body_map = BodyMap(id="map")
            body_map.can_focus = False
            self.query_one("#panes").mount(body_map)

    @work(exclusive=True, group="shelf")
    async def _read(self) -> None:
        is_simulated = self.massctl.is_simulated
        shelf = await asyncio.to_thread(read_shelf, is_simulated=is_simulated)
        if self.is_gone:
            return
        self.shelf = replace(shelf, ahead=self.shelf.ahead)
        self._show_list()
        if self._held and self._given is None:
            self._give_held()
        ahead, problems = await asyncio.to_thread(look_ahead, is_simulated=is_simulated)
        if self.is_gone:
            return
        self.shelf = replace(shelf, ahead=ahead, problems=(*shelf.problems, *problems))
        for problem in self.shelf.problems:
            self.massctl.tell(problem)
        self.show_card()
        if not (
            self.shelf.settings.is_set_up or self.shelf.problems or self.massctl.is_simulated or self._was_welcomed
        ):
            from massctl.dashboard.first_start import FirstStartScreen  # noqa: PLC0415 - once

            self._was_welcomed = True
            if self.massctl.session is None and self.is_current:
                self.app.push_screen(FirstStartScreen())

    # --- the list ------------------------------------------------------------------------------------------------------------

    def _show_list(self) -> None:
        if not self.shelf.programs:
            return
        options = self.query_one("#list", OptionList)
        width = self.left_width - 5
        try:
            found = listing(self.shelf, self.search, width)
        except MassctlError as problem:
            self.massctl.tell(problem)
            return
        self._red_flags = found.red_flags
        kept = self._key
        options.clear_options()
        options.add_options(self._option(row) for row in found.rows)
        keys = [row.key for row in found.rows]
        key = kept if kept and kept in keys else found.first_key
        if key:
            options.highlighted = keys.index(key)
        else:
            self._key = ""
            self.show_card()

    def _option(self, row: Row) -> Option:
        return Option(content_of(row.words), id=row.key or None, disabled=not row.key)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show what is highlighted."""
        self._key = event.option.id or ""
        self.show_card()
        self.card_to_top()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Start what is chosen."""
        self._key = event.option.id or ""
        self._start()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look for the words while they are typed."""
        self.search = replace(self.search, text=event.value)
        self._show_list()

    # --- the card ------------------------------------------------------------------------------------------------------------

    @property
    def program(self) -> Program | None:
        """The highlighted program."""
        kind, _, name = self._key.partition(":")
        if kind == "program":
            return self.shelf.program(name)
        last = self.shelf.last
        return self.shelf.program(last.program) if kind == AGAIN and last is not None and last.program else None

    @property
    def point_id(self) -> str:
        """The highlighted point; '' where none is."""
        kind, _, name = self._key.partition(":")
        return name if kind == "point" else ""

    @property
    def allowance(self) -> Allowance | None:
        """What the person may have; None while it is not known, or nobody is touched."""
        return self.shelf.ahead.person.allowance if self.shelf.ahead is not None else None

    def seen(self, program: Program) -> Outlook | None:
        """Return what a program would be; None while what it needs is being read."""
        from massctl.app.outlook import outlook  # noqa: PLC0415 - the first frame comes without it

        ahead = self.shelf.ahead
        return outlook(program, self.shelf.choices(self.picks), ahead.at_hand, ahead.person) if ahead else None

    @property
    def card_width(self) -> int:
        """How wide the card is: the map stands beside it where there is room."""
        return super().card_width - (_MAP_WIDTH if self.is_wide else 0)

    def show_card(self) -> None:
        """Show the card, and on the map what it is about."""
        super().show_card()
        self._show_map()

    def card(self, width: int) -> list[Line]:
        """Return the card of the program or point at hand."""
        program, ahead = self.program, self.shelf.ahead
        if (program is not None or self.point_id) and ahead is None:
            return [
                line((program.title if program is not None else self.point_id, "bold")),
                line(("reading …", "quiet")),
            ]
        from massctl.dashboard.program_card import point_card, program_card  # noqa: PLC0415 - loaded by now

        if program is not None and ahead is not None:
            seen = self.seen(program)
            assert seen is not None, "what it needs has been read"
            flags = self._red_flags
            rows = program_card(seen, self.picks, self.shelf.settings, ahead.person, width, red_flags=flags)
            if self._key == AGAIN:
                rows = [line(("Enter runs this as you did last time.", "ask")), BLANK, *rows]
            return rows
        if self.point_id:
            point = Atlas.load().point(self.point_id)
            keys = wrapped("Enter or g: the massager here · l: help me find it · n: a program of it", width, 2, "ask")
            return [*keys, BLANK, *point_card(point, self.allowance, self.shelf.settings, width)]
        text = f"Nothing fits '{self.search.text or self.search.word}'. Esc shows all again, w lists where it can hurt."
        return wrapped(text, width, 3) if not self.search.is_empty else []

    def _show_map(self) -> None:
        if not self.query("#map") or self.shelf.ahead is None:
            return
        from massctl.dashboard.body_map import BodyMap  # noqa: PLC0415 - loaded by now
        from massctl.dashboard.map_marks import marks_for_point, marks_for_program  # noqa: PLC0415 - the same

        program, allowance = self.program, self.allowance
        body_map = self.query_one("#map", BodyMap)
        if self.point_id:
            body_map.marks = marks_for_point(self.point_id, self.picks.side, allowance)
        elif program is not None:
            body_map.marks = marks_for_program(program, allowance)

    # --- finding -------------------------------------------------------------------------------------------------------------

    def action_find(self) -> None:
        """Type words."""
        self.set_focus(self.query_one("#find", Input))

    def action_clear(self) -> None:
        """Leave the field; then show everything again."""
        options = self.query_one("#list", OptionList)
        field = self.query_one("#find", Input)
        if field.has_focus and field.value:
            self.set_focus(options)
            return
        self.search = Search()
        with field.prevent(Input.Changed):
            field.value = ""
        field.placeholder = FIND
        self.set_focus(options)
        self._show_list()

    @work
    async def action_by(self, kind: str) -> None:
        """Choose a place, a cause, a muscle or a tool."""
        by = By(kind)
        word = await self.app.push_screen_wait(Choose(ASKED[by], by_items(by)))
        if word is None:
            return
        self.search = Search(by, word)
        field = self.query_one("#find", Input)
        with field.prevent(Input.Changed):
            field.value = ""
        field.placeholder = f"{ASKED[by]} {words_for(by, word)} — / narrows it, Esc shows all again"
        self._show_list()

    # --- picks ---------------------------------------------------------------------------------------------------------------

    def action_side(self) -> None:
        """Both sides, only right, only left."""
        self.picks = replace(self.picks, side=_next(_SIDES, self.picks.side))
        self.show_card()

    def action_minutes(self) -> None:
        """I have five minutes, ten, fifteen."""
        self.picks = replace(self.picks, minutes=_next(_MINUTES, self.picks.minutes))
        self.show_card()

    @work
    async def action_partner(self) -> None:
        """A partner holds the tool, or no longer."""
        from massctl.dashboard.journeys import PARTNER_ROWS  # noqa: PLC0415 - seldom

        if self.picks.is_held_by_partner:
            self.picks = replace(self.picks, is_held_by_partner=False)
        elif await self.app.push_screen_wait(Read("A partner holds the tool", PARTNER_ROWS)):
            self.picks = replace(self.picks, is_held_by_partner=True)
        self.show_card()

    def action_favourite(self) -> None:
        """Make it a favourite, or no longer."""
        program = self.program
        if program is None:
            return
        is_favourite = program.id not in self.shelf.settings.favourites
        try:
            starred = with_favourite(self.shelf.settings, program.id, is_favourite=is_favourite)
            settings = change_settings(favourites=starred.favourites)
        except MassctlError as problem:
            self.massctl.tell(problem)
            return
        self.shelf = replace(self.shelf, settings=settings)
        self.notify(f"{program.title}: {'a favourite' if is_favourite else 'no favourite any more'}.", markup=False)
        self._show_list()

    # --- starting ------------------------------------------------------------------------------------------------------------

    def _start(self) -> None:
        if self._key == AGAIN:
            self.action_again()
        elif self.point_id:
            self.action_free_run()
        elif self.program is not None:
            self._start_program(self.program)

    def action_again(self) -> None:
        """The same as last time."""
        last = self.shelf.last
        if last is None:
            self.notify("There is no session to repeat yet: choose a program and press Enter.", markup=False)
            return
        self._start_session(last)

    def _start_session(self, request: RunRequest) -> None:
        """Start; when the person comes back, the list begins with the same again."""
        self.action_clear()
        self._returns = True
        self.massctl.start_session(request)

    def _start_program(self, program: Program) -> None:
        seen = self.seen(program)
        if seen is None or seen.is_possible:
            self._begin(program)
        else:
            self.action_instead()

    @work
    async def _begin(self, program: Program) -> None:
        from massctl.dashboard.journeys import devices_for  # noqa: PLC0415 - the first page comes without it

        choices = self.shelf.choices(self.picks)
        if program.needs_side and choices.side is None:
            side = await self.app.push_screen_wait(Choose("This program works on the side you choose", SIDE_ITEMS))
            if side is None:
                return
            choices = replace(choices, side=Side(side))
        request = await devices_for(self, program, choices)
        if request is not None:
            self._start_session(request)

    @work
    async def action_instead(self) -> None:
        """What can be done instead of what is blocked."""
        program = self.program
        if program is None:
            return
        seen, ahead = self.seen(program), self.shelf.ahead
        if seen is None or ahead is None or seen.is_possible:
            self.notify("Nothing blocks this one: Enter starts it.", markup=False)
            return
        from massctl.app.outlook import instead_of  # noqa: PLC0415 - loaded by now

        choices = self.shelf.choices(self.picks)
        others = instead_of(program, self.shelf.programs, choices, ahead.at_hand, ahead.person)
        if not others:
            said = f"{seen.problem} Nothing else is possible now."
            await self.app.push_screen_wait(Read("Not now", [], said))
            return
        items = (
            Item(other.id, f"{other.title}  ({max(1, round(other.computed_total_s / 60))} min)") for other in others
        )
        chosen = await self.app.push_screen_wait(Choose("You can do this instead", items, said=str(seen.problem)))
        if chosen is not None:
            self._key = f"program:{chosen}"
            self.action_clear()

    @work
    async def action_find_points(self) -> None:
        """Show where the points are, one after the other; what is out of reach gets another tool."""
        from massctl.dashboard.find_point import find_points  # noqa: PLC0415 - seldom

        program = self.program
        names = (self.point_id,) if self.point_id else program.point_ids if program is not None else ()
        unreachable = await find_points(self.app, names, self.picks.side)
        if unreachable is not None and not self.point_id:
            self.picks = replace(self.picks, unreachable=unreachable)
            self.show_card()

    def action_free_run(self) -> None:
        """Just the massager, on one point."""
        from massctl.dashboard.free_run import FreeRunScreen  # noqa: PLC0415 - seldom

        self.app.push_screen(FreeRunScreen(self.point_id, self.picks.side))

    def action_build(self) -> None:
        """A new program of one's own; it begins with the highlighted point."""
        from massctl.dashboard.builder import BuilderScreen  # noqa: PLC0415 - seldom

        self.app.push_screen(BuilderScreen(point_id=self.point_id))

    def action_change(self) -> None:
        """Change a program of one's own, or a copy of a shipped one."""
        from massctl.dashboard.builder import BuilderScreen  # noqa: PLC0415 - seldom

        if self.program is not None:
            self.app.push_screen(BuilderScreen(program=self.program, is_own=self.program.id in self.shelf.own_ids))


def _next(values: tuple[_Value, ...], value: _Value) -> _Value:
    return values[(values.index(value) + 1) % len(values)] if value in values else values[0]
