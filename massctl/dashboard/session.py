"""The session screen: what runs, in figures large enough for two metres; it shows what comes and holds no session logic."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Static

from massctl.app.background import Batch
from massctl.app.request import RunRequest
from massctl.dashboard.page import Page
from massctl.faces.session_view import SessionView


class SessionScreen(Page):
    """One session, from its first question to its summary."""

    page_title = "Session"

    def __init__(self, request: RunRequest) -> None:
        super().__init__()
        self.request = request
        self.view = SessionView()

    def body(self) -> ComposeResult:
        """Lay out the session."""
        yield Static(id="ask")

    def see(self, batch: Batch) -> None:
        """Take in what has happened and show it."""
        for event in batch.events:
            self.view.see(event)
        self.query_one("#ask", Static).update(f"{self.view.phase} {self.view.ask} {self.view.tick}")
