"""One statement over a page, until it is read: why something cannot be done, and what helps."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static


class NoticeScreen(ModalScreen[None]):
    """Shows ``what`` and ``remedy``."""

    CSS_PATH = "questions.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,escape,space", "close", "Close")]

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__()
        self._what = what
        self._remedy = remedy

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with Vertical(id="dialog"):
            yield Static(self._what, classes="title", markup=False)
            if self._remedy:
                yield Static(f"→ {self._remedy}", markup=False)
            yield Static("Enter close", classes="help", markup=False)

    def action_close(self) -> None:
        """Close it."""
        self.dismiss(None)
