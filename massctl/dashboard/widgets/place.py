"""Where to work: point and side, how, a short pose cue, and what to take care of."""

from __future__ import annotations

from typing import Final

from massctl.dashboard.lines import Line, fitted, line, wrapped
from massctl.dashboard.view import DashboardView
from massctl.dashboard.widgets.session_lines import SessionLines
from massctl.faces.words import MODES, TOOLS, headline
from massctl.session.asks import sentence
from massctl.session.events import StepStarted

HEIGHT: Final = 6


def place_lines(view: DashboardView, width: int, height: int = HEIGHT) -> list[Line]:
    """Return what the step at hand works on and how, in exactly ``height`` lines."""
    step = view.step
    if step is None:
        return fitted([], height)
    rows = [line((headline(step.point_name, step.side, step.mode, width), "bold"))]
    rows += wrapped(how(step), width, 1 if height <= HEIGHT else 2, "ask")
    at, is_low = view.session.candidate, height <= HEIGHT
    where = wrapped(sentence(at.location) if at is not None else "", width, 2 if is_low else 3)
    rows += where
    rows += wrapped(step.pose or step.instruction, width, (1 if where else 2) if is_low else 4)
    cautions = wrapped(step.cautions, width - 2, max(height - len(rows), 1), "caution")
    rows += [line(("  " if place else "! ", "bold caution"), *words) for place, words in enumerate(cautions)]
    return fitted(rows, height)


def how(step: StepStarted) -> str:
    """Return point, mode, tool, head and pass in one phrase: ``UTRAP · hold one spot · massager, ball head``."""
    parts = [step.point, MODES.get(step.mode, step.mode)] if step.point else []
    tool = TOOLS.get(step.tool, step.tool)
    head = f", {step.head} head" if step.head and step.tool == "perc" else ""
    parts += [tool + head] if tool else []
    parts += [f"pass {step.pass_number} of {step.passes}"] if step.passes > 1 else []
    return " · ".join(parts)


class Place(SessionLines):
    """Shows where to work."""

    def see(self, view: DashboardView) -> None:
        """Show the step at hand."""
        self.show(place_lines(view, self.size.width, max(self.size.height, HEIGHT)))
