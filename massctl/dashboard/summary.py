"""How a session went, and what comes next: the same again, or back to the programs."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from massctl.app.request import RunRequest
from massctl.dashboard.lines import Lines
from massctl.dashboard.page import Page
from massctl.dashboard.view import DashboardView
from massctl.dashboard.widgets.outcome import outcome_lines


class SummaryScreen(Page):
    """Shows the summary of the session that was just left."""

    key_words = "a again · Enter or q back to the programs · ↑↓ scroll"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "again", "Again"),
        Binding("enter,escape,q", "back", "Back"),
    ]

    def __init__(self, view: DashboardView, request: RunRequest) -> None:
        super().__init__()
        self._view = view
        self._request = request
        started = view.session.started
        self._title = started.title if started is not None else ""

    @property
    def is_simulated(self) -> bool:
        """Whether nothing real moves in this session, wherever it was started from (F51)."""
        started = self._view.session.started
        return self._request.is_simulated or (started is not None and started.is_simulated)

    def body(self) -> ComposeResult:
        """Lay out the summary."""
        with VerticalScroll(id="summary"):
            yield Lines(id="outcome")

    def on_mount(self) -> None:
        """Show it."""
        super().on_mount()
        self.tell_title(self._title)
        self.query_one("#summary").focus()
        self.call_after_refresh(self._show)

    def on_resize(self) -> None:
        """Fit it to the new width."""
        super().on_resize()
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        if self.is_gone:
            return
        lines = self.query_one("#outcome", Lines)
        lines.show(outcome_lines(self._view, max(lines.size.width, 24)))

    def action_again(self) -> None:
        """Run the same again."""
        self.massctl.start_session(self._request, in_place=True)

    def action_back(self) -> None:
        """Go back to where the session was started."""
        self.massctl.back_to_pages()
