"""How far the session is: a bar over the whole width, the step, and about how long it still takes."""

from __future__ import annotations

from massctl.dashboard.lines import Line, line
from massctl.dashboard.view import DashboardView
from massctl.dashboard.widgets.session_lines import SessionLines


def progress_line(view: DashboardView, width: int) -> list[Line]:
    """Return the bar in one line."""
    session = view.session
    if session.started is None:
        return [line(("connecting …", "quiet"))]
    fraction = min(max(session.progress, 0.0), 1.0)
    left_s = max(session.started.about_s * (1 - fraction), 0.0)
    place = f"step {view.step.number:2} of {view.step.of}" if view.step else "at the start"
    label = f" {place} · {fraction:4.0%} · about {-(-left_s // 60):2.0f} min left"
    room = max(width - len(label), 4)
    lit = round(fraction * room)
    tone = "simulated" if view.session.is_simulated else "ask"
    return [line(("━" * lit, tone), ("─" * (room - lit), "faint"), (label, "quiet"))]


class Progress(SessionLines):
    """Shows how far the session is."""

    def see(self, view: DashboardView) -> None:
        """Show the newest."""
        self.show(progress_line(view, self.size.width))
