"""The steps: how far the plan is, what was done, what comes next."""

from __future__ import annotations

from typing import Final

from massctl.dashboard.lines import Line, cut, ends, fitted, line
from massctl.dashboard.view import DashboardView, DoneStep
from massctl.dashboard.widgets.session_lines import SessionLines
from massctl.faces.words import OUTCOMES, label_in

_MARKS: Final = {"done": "✓", "softer": "✓", "eased": "✓", "time": "✓", "trimmed": "✓", "swapped": "⇄", "skipped": "–"}
_WORST: Final = "×"


def timeline_line(view: DashboardView, width: int) -> list[Line]:
    """Return what comes next, in one line."""
    step = view.step
    if step is None:
        return [()]
    return [cut(line((f"{'next':<7}", "quiet"), step.next_label or "the end"), width)]


def timeline_lines(view: DashboardView, width: int, height: int) -> list[Line]:
    """Return the newest steps that are over, the one at hand, and what comes next, one a line."""
    step = view.step
    if step is None or height <= 0:
        return fitted([], height)
    left = step.of - step.number - 1
    ahead = [line(("○ ", "quiet"), f"next: {step.next_label or 'the end'}")]
    ahead += [line((f"  and {left} more", "quiet"))] if left > 0 and step.next_label else []
    count = f"  {step.number} of {step.of}"
    at_hand = line(("▶ ", "bold ask"), (label_in(step.label, width - 2 - len(count)), "bold"), (count, "quiet"))
    room = max(height - len(ahead) - 1, 0)
    behind = [_behind(one, width) for one in (view.done[-room:] if room else [])]
    return fitted([cut(row, width) for row in (*behind, at_hand, *ahead)], height)


def _behind(one: DoneStep, width: int) -> Line:
    ended, tone = OUTCOMES.get(one.outcome, one.outcome), _tone(one.outcome)
    name = line((f"{_MARKS.get(one.outcome, _WORST)} ", tone), (label_in(one.label, width - 3 - len(ended)), "quiet"))
    return ends(name, line((ended, tone)), width)


def _tone(outcome: str) -> str:
    return "good" if _MARKS.get(outcome) == "✓" else "quiet" if outcome in _MARKS else "caution"


class Timeline(SessionLines):
    """Shows the steps."""

    def see(self, view: DashboardView) -> None:
        """Show them in one line, or as many as there is room for."""
        width, height = self.size
        self.show(timeline_line(view, width) if height <= 1 else timeline_lines(view, width, height))
