"""What the widgets of a session have in common: they show lines of a view."""

from __future__ import annotations

from abc import abstractmethod

from massctl.dashboard.lines import Lines
from massctl.dashboard.view import DashboardView


class SessionLines(Lines):
    """Lines that are made from the view of a session."""

    @abstractmethod
    def see(self, view: DashboardView) -> None:
        """Show what ``view`` knows now."""
