"""The first page: what can be done with a program or point of the shelf: pick how, start it, keep it, build one of one's own."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.widgets import OptionList

from massctl.app.settings import change_settings, with_favourite
from massctl.dashboard.dialogs import Read
from massctl.dashboard.library_words import KEYS
from massctl.dashboard.listing import key_of
from massctl.dashboard.picks import Picks
from massctl.dashboard.shelf_page import ShelfPage
from massctl.errors import MassctlError

if TYPE_CHECKING:
    from massctl.app.request import RunRequest
    from massctl.programs.draft import Draft
    from massctl.programs.program import Program

TOLD_S = 2.0
"""So long is told what the list shows as well: it lies over the card."""


class LibraryScreen(ShelfPage):
    """Enter starts what is at hand."""

    page_title = "Programs"
    page_name = "library"
    key_words = "Enter start · / find · w where · s side · i time · a again · ? all keys"
    keys = KEYS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "again", "again", show=False),
        Binding("s", "side", "side", show=False),
        Binding("i", "minutes", "minutes", show=False),
        Binding("p", "partner", "partner", show=False),
        Binding("f", "favourite", "favourite", show=False),
        Binding("u", "instead", "instead", show=False),
        Binding("l", "find_points", "find the points", show=False),
        Binding("g", "free_run", "massager here", show=False),
        Binding("n", "build", "new program", show=False),
        Binding("e", "change", "change", show=False),
        Binding("delete", "delete", "delete", show=False),
        Binding("z", "bring_back", "bring back", show=False),
    ]

    def __init__(self, key: str = "") -> None:
        super().__init__(key)
        self._deleted: Draft | None = None
        """The program of one's own that was deleted last."""
        self._was_welcomed = False

    def on_screen_resume(self) -> None:
        """Read again: a session, the person or the settings may have changed."""
        if self.is_ready:
            self.read()

    def after_reading(self) -> None:
        """Welcome whoever is new."""
        is_known = self.shelf.settings.is_set_up or self.shelf.problems or self.massctl.is_simulated
        if is_known or self._was_welcomed:
            return
        from massctl.dashboard.first_start import FirstStartScreen  # noqa: PLC0415 - once

        self._was_welcomed = True
        if self.massctl.session is None and self.is_current:
            self.app.push_screen(FirstStartScreen())

    # --- picks and favourites ------------------------------------------------------------------------------------------------

    def action_side(self) -> None:
        """Both sides, only right, only left."""
        self._pick(self.picks.with_next_side())

    def action_minutes(self) -> None:
        """I have five minutes, ten, fifteen."""
        self._pick(self.picks.with_next_minutes())

    @work
    async def action_partner(self) -> None:
        """A partner holds the tool, or no longer."""
        from massctl.dashboard.journeys import PARTNER_ROWS  # noqa: PLC0415 - seldom

        if self.picks.is_held_by_partner:
            self._pick(replace(self.picks, is_held_by_partner=False))
        elif await self.app.push_screen_wait(Read("A partner holds the tool", PARTNER_ROWS)):
            self._pick(replace(self.picks, is_held_by_partner=True))

    def _pick(self, picks: Picks) -> None:
        self.picks = picks
        self.show_card()

    def _program_at_hand(self) -> Program | None:
        """Return the program at hand; say so where there is none."""
        program = self.chosen.program
        if program is None:
            self.notify("That key is for programs: choose one first.", markup=False)
        return program

    def action_favourite(self) -> None:
        """Make it a favourite, or no longer."""
        program = self._program_at_hand()
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
        words = f"{program.title}: {'a favourite' if is_favourite else 'no favourite any more'}."
        self.notify(words, timeout=TOLD_S, markup=False)
        self.show_list()

    # --- starting ------------------------------------------------------------------------------------------------------------

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Start what is chosen."""
        self.key = event.option.id or ""
        self._start()

    def _start(self) -> None:
        one = self.chosen
        if one.is_again:
            self.action_again()
        elif one.point_id:
            self.action_free_run()
        elif one.program is not None:
            seen = self.shelf.outlook(one.program, self.picks)
            if seen is None or seen.is_possible:
                self._begin(one.program)
            else:
                self.action_instead()

    def action_again(self) -> None:
        """The same as last time."""
        if self.shelf.last is None:
            self.notify("There is no session to repeat yet: choose a program and press Enter.", markup=False)
            return
        self._start_session(self.shelf.last)

    def _start_session(self, request: RunRequest) -> None:
        self.show_all()
        self.massctl.start_session(request)

    @work
    async def _begin(self, program: Program) -> None:
        from massctl.dashboard.journeys import request_for  # noqa: PLC0415 - the first page comes without it

        request = await request_for(self, program, self.shelf.choices(self.picks))
        if request is not None:
            self._start_session(request)

    @work
    async def action_instead(self) -> None:
        """What can be done instead of what is blocked."""
        from massctl.dashboard.journeys import choose_instead  # noqa: PLC0415 - seldom

        program = self._program_at_hand()
        if program is None:
            return
        seen = self.shelf.outlook(program, self.picks)
        if seen is None or seen.problem is None:
            self.notify("Nothing blocks this one: Enter starts it.", markup=False)
            return
        other = await choose_instead(self, seen.problem, self.shelf.instead_of(program, self.picks))
        if other is not None:
            self.key = key_of(other)
            self.show_all()

    @work
    async def action_find_points(self) -> None:
        """Show where the points are, one after the other; what is out of reach gets another tool."""
        from massctl.dashboard.find_point import find_points  # noqa: PLC0415 - seldom

        program, point_id, _ = self.chosen
        names = program.point_ids if program is not None else (point_id,) if point_id else ()
        if not names:
            self.notify("Nothing is pressed here: there is no point to find.", markup=False)
            return
        unreachable = await find_points(self.app, names, self.picks.side)
        if unreachable is not None and program is not None:
            self._pick(replace(self.picks, unreachable=unreachable))

    def action_free_run(self) -> None:
        """Just the massager, on one point."""
        from massctl.dashboard.free_run import FreeRunScreen  # noqa: PLC0415 - seldom

        self.app.push_screen(FreeRunScreen(self.chosen.point_id, self.picks.side))

    # --- programs of one's own -----------------------------------------------------------------------------------------------

    def action_build(self) -> None:
        """A new program of one's own; it begins with the highlighted point."""
        from massctl.dashboard.builder import BuilderScreen  # noqa: PLC0415 - seldom

        self.app.push_screen(BuilderScreen(point_id=self.chosen.point_id))

    def action_change(self) -> None:
        """Change a program of one's own, or a copy of a shipped one."""
        from massctl.dashboard.builder import BuilderScreen  # noqa: PLC0415 - seldom

        program = self._program_at_hand()
        if program is not None:
            self.app.push_screen(BuilderScreen(program=program, is_own=program.id in self.shelf.own_ids))

    @work(exclusive=True, group="own")
    async def action_delete(self) -> None:
        """Delete a program of one's own."""
        from massctl.app.own_programs import delete_own  # noqa: PLC0415 - seldom

        program = self._program_at_hand()
        if program is None:
            return
        try:
            self._deleted = await asyncio.to_thread(delete_own, program.id)
        except MassctlError as problem:
            self.massctl.tell(problem)
            return
        self.notify(f"{program.title} is deleted; z brings it back.", markup=False)
        self.read()

    @work(exclusive=True, group="own")
    async def action_bring_back(self) -> None:
        """Bring back what was deleted last."""
        from massctl.app.own_programs import save_draft  # noqa: PLC0415 - seldom

        if self._deleted is None:
            self.notify("Nothing was deleted here.", markup=False)
            return
        try:
            program = await asyncio.to_thread(save_draft, self._deleted)
        except MassctlError as problem:
            self.massctl.tell(problem)
            return
        self._deleted, self.key = None, key_of(program)
        self.read()
