"""Looking through the shelf: the field, the list, the card and the map of what is at hand. Nothing is started or changed here."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from massctl.app.lookup import By, spelt
from massctl.dashboard.dialogs import Choose, content_of
from massctl.dashboard.find_field import FindField
from massctl.dashboard.library_card import card_of, nothing_found
from massctl.dashboard.library_words import ASKED, by_items
from massctl.dashboard.lines import Line
from massctl.dashboard.listing import AGAIN, Chosen, Listing, chosen, listing
from massctl.dashboard.picks import Picks
from massctl.dashboard.shelf import Shelf, look_ahead, read_shelf
from massctl.dashboard.two_panes import TwoPanes
from massctl.errors import MassctlError

MAP_FROM = 116
"""Columns from which on the body map stands beside the card."""
_MAP_WIDTH = 40


class ShelfPage(TwoPanes):
    """Lists programs and points, and shows the one at hand as it would be."""

    DEFAULT_CSS: ClassVar[str] = """
    ShelfPage #find { height: 1; border: none; padding: 0 1; background: $shade; }
    ShelfPage #map { width: 40; display: none; padding: 0 1; }
    ShelfPage.-wide #map { display: block; }
    """
    wide_from = MAP_FROM
    left_widths = (36, 44)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "find", "find", show=False),
        Binding("escape", "clear", "back", show=False),
        Binding("w", "by('hurts')", "where it hurts", show=False),
        Binding("c", "by('cause')", "cause", show=False),
        Binding("m", "by('muscle')", "muscle", show=False),
        Binding("t", "by('tool')", "tool", show=False),
        Binding("tab", "focus_next", "next", show=False),
    ]

    def __init__(self, key: str = "") -> None:
        super().__init__()
        self.shelf = Shelf()
        self.picks = Picks()
        self.key = key
        """The row at hand; see ``listing``."""
        self._listing = Listing()

    def body(self) -> ComposeResult:
        """Yield the field above the panes."""
        yield FindField()
        yield from super().body()

    def begin(self) -> None:
        """Read what there is to show."""
        self.read()

    @property
    def is_ready(self) -> bool:
        """Whether there is a list: before, no key has a meaning."""
        return bool(self.shelf.programs)

    def show(self) -> None:
        """Show list and card."""
        self.show_list()

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
    async def read(self) -> None:
        """Read the shelf, show it, and then what a look ahead at its programs needs."""
        is_simulated = self.massctl.is_simulated
        shelf = await asyncio.to_thread(read_shelf, is_simulated=is_simulated)
        if self.is_gone:
            return
        if self.shelf.programs and shelf.last != self.shelf.last:
            self.key = AGAIN  # who comes back from a session finds it at hand
        self.shelf = replace(shelf, ahead=self.shelf.ahead)
        self.show_list()
        ahead, problems = await asyncio.to_thread(look_ahead, is_simulated=is_simulated)
        if self.is_gone:
            return
        self.shelf = replace(self.shelf, ahead=ahead, problems=(*shelf.problems, *problems))  # a favourite may be new
        for problem in self.shelf.problems:
            self.massctl.tell(problem)
        self.show_card()
        self.after_reading()

    def after_reading(self) -> None:
        """Go on: everything has been read."""

    # --- list and card -------------------------------------------------------------------------------------------------------

    @property
    def field(self) -> FindField:
        """What is looked for."""
        return self.query_one(FindField)

    @property
    def _list(self) -> OptionList:
        return self.query_one("#list", OptionList)

    @property
    def chosen(self) -> Chosen:
        """What the row at hand stands for."""
        return chosen(self.key, self.shelf)

    def show_list(self) -> None:
        """Show what fits the search; the row at hand stays so where it is still there."""
        if not self.shelf.programs:
            return
        try:
            self._listing = listing(self.shelf, self.field.search, self.left_width - 5)
        except MassctlError as problem:
            self.massctl.tell(problem)
            return
        key, options = self._listing.key_near(self.key), self._list
        options.clear_options()
        options.add_options(
            Option(content_of(row.words), id=row.key or None, disabled=not row.key) for row in self._listing.rows
        )
        if key:
            options.highlighted = options.get_option_index(key)
        else:
            self.key = ""
            self.show_card()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show what is highlighted."""
        self.key = event.option.id or ""
        self.show_card()
        self.card_to_top()

    @property
    def card_width(self) -> int:
        """How wide the card is: the map stands beside it where there is room."""
        return super().card_width - (_MAP_WIDTH if self.is_wide else 0)

    def show_card(self) -> None:
        """Show the card, and on the map what it is about."""
        super().show_card()
        self._show_map()

    def card(self, width: int) -> list[Line]:
        """Return the card of what is chosen."""
        search = self.field.search
        if not self.key:
            return [] if search.is_empty else nothing_found(search.text or search.word, self._meant, width)
        return card_of(self.chosen, self.shelf, self.picks_of(self.chosen), width, self._listing.red_flags)

    def picks_of(self, one: Chosen) -> Picks:
        """Return what is picked for a row: for the last session, what was picked then."""
        return Picks.of(self.shelf.last.choices) if one.is_again and self.shelf.last is not None else self.picks

    def _show_map(self) -> None:
        if not self.query("#map") or self.shelf.ahead is None:
            return
        from massctl.dashboard.body_map import BodyMap  # noqa: PLC0415 - loaded by now
        from massctl.dashboard.map_marks import marks_for_point, marks_for_program  # noqa: PLC0415 - the same

        one, allowance = self.chosen, self.shelf.ahead.person.allowance
        body_map = self.query_one("#map", BodyMap)
        if one.point_id:
            body_map.marks = marks_for_point(one.point_id, self.picks_of(one).side, allowance)
        elif one.program is not None:
            body_map.marks = marks_for_program(one.program, allowance)

    # --- finding -------------------------------------------------------------------------------------------------------------

    def on_find_field_searched(self) -> None:
        """Show what fits, the best at hand."""
        self.key = ""
        self.show_list()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to what was found; take the words that were meant where nothing was."""
        event.stop()
        if not self.key and self._meant:
            self.field.value = self._meant
        else:
            self.set_focus(self._list)

    @property
    def _meant(self) -> str:
        return spelt(self.shelf.programs, self.field.search.text)

    def action_find(self) -> None:
        """Type words."""
        self.set_focus(self.field)

    def action_clear(self) -> None:
        """Leave the field; then show everything again."""
        if not (self.field.has_focus and self.field.value):
            self.show_all()
        self.set_focus(self._list)

    def show_all(self) -> None:
        """Look for nothing."""
        self.field.clear_search()
        self.show_list()

    @work
    async def action_by(self, kind: str) -> None:
        """Choose a place, a cause, a muscle or a tool."""
        by = By(kind)
        word = await self.app.push_screen_wait(Choose(ASKED[by], by_items(by)))
        if word is not None:
            self.field.look_by(by, word)
            self.key = ""
            self.show_list()
