"""The programs, to pick one and run it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from massctl.dashboard.page import Page
from massctl.programs.catalogue import Catalogue


class LibraryScreen(Page):
    """Lists the programs; Enter runs one."""

    page_title = "Programs"
    key_words = "↑↓ choose · Enter run"

    def body(self) -> ComposeResult:
        """Yield the list."""
        programs = Catalogue.load().programs()
        yield OptionList(*(Option(f"{each.id:<18} {each.title}", id=each.id) for each in programs))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Run what was chosen."""
        if event.option.id is not None:
            self.massctl.run_program(event.option.id)
