"""The stop key where no session of this dashboard runs: it stops whatever massctl can reach, and says how that went (F42)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from massctl.app.stopping import StopOutcome, stop_everything
from massctl.dashboard.dialogs import Dialog
from massctl.dashboard.lines import Line, Lines, wrapped

WIDTH = 60
NOTHING = (
    "No session is running, and no device is remembered that massctl could stop. A gun without a link is stopped by its own "
    "switch only."
)


class StopAll(Dialog[bool]):
    """Stops at once; closing it leaves the stop to go on."""

    hint = "x stop again · Enter, Esc back"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "stop", "stop again", show=False),
        Binding("enter", "leave", "back", show=False),
    ]

    def __init__(self) -> None:
        super().__init__("Stop")

    def content(self) -> ComposeResult:
        """Yield the place for what came of it."""
        with VerticalScroll(can_focus=False):
            yield Lines(id="text")

    def on_mount(self) -> None:
        """Stop."""
        self.action_stop()

    def action_stop(self) -> None:
        """Stop, and once more if that is wished."""
        self.query_one("#text", Lines).show(wrapped("Stopping all that massctl can reach …", WIDTH, 2, "bold caution"))
        self.app.run_worker(self._stop(), group="stop all")

    async def _stop(self) -> None:
        rows = outcome_rows(await stop_everything(), WIDTH)
        if self in self.app.screen_stack:
            self.query_one("#text", Lines).show(rows)
        else:
            self.app.notify("\n".join("".join(span.text for span in row) for row in rows), timeout=10, markup=False)


def outcome_rows(outcomes: Sequence[StopOutcome], width: int) -> list[Line]:
    """Return how it went: what did not stop first, and how sure the rest is."""
    rows: list[Line] = []
    for each in sorted(outcomes, key=lambda one: (one.is_stopped, one.is_measured)):
        mark = "stopped" if each.is_stopped else "NOT STOPPED"
        tone = "bold danger" if not each.is_stopped else "good" if each.is_measured else "caution"
        rows += wrapped(f"{mark}  {each.what}: {each.text}", width, 8, tone)
    return rows or wrapped(NOTHING, width, 4)
