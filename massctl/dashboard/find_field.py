"""The library's field for words, with the place, cause, muscle or tool that was chosen: together what is looked for."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from textual.message import Message
from textual.widgets import Input

from massctl.app.lookup import By, Search
from massctl.dashboard.library_words import ASKED, words_for

_FIND: Final = "/ type where it hurts, a muscle, a tool, a name …"


class FindField(Input):
    """Says ``Searched`` when words are typed."""

    class Searched(Message):
        """Other words stand there now."""

    def __init__(self) -> None:
        super().__init__(placeholder=_FIND, id="find", select_on_focus=False)
        self.search = Search()
        """What is looked for."""

    def clear_search(self) -> None:
        """Look for nothing: everything is shown again."""
        self._look_for(Search(), _FIND)

    def look_by(self, by: By, word: str) -> None:
        """Look for a word of one kind; what is typed narrows it."""
        said = f"{ASKED[by]} {words_for(by, word)} — / narrows it, Esc shows all again"
        self._look_for(Search(by, word), said)

    def _look_for(self, search: Search, placeholder: str) -> None:
        with self.prevent(Input.Changed):
            self.value = ""
        self.placeholder = placeholder
        self.search = search

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look for the words while they are typed."""
        event.stop()
        self.search = replace(self.search, text=event.value)
        self.post_message(self.Searched())
