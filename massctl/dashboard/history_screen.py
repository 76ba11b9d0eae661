"""The history page: what was done, each session whole; the same again; and a session logged that was done without massctl."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from massctl.app.request import RunRequest
from massctl.dashboard.dialogs import Read, content_of
from massctl.dashboard.lines import BLANK, Line, Lines, ends, line, wrapped
from massctl.dashboard.page import Page
from massctl.dashboard.view import DashboardView
from massctl.dashboard.widgets.outcome import outcome_lines
from massctl.errors import MassctlError
from massctl.faces.digits import minutes
from massctl.faces.stored import summary_from_json
from massctl.history.reading import History, SessionRecord
from massctl.session.events import Pressed

LIMIT = 200
KEYS: tuple[tuple[str, str], ...] = (
    ("Enter", "the same again"),
    ("a", "log a session done without massctl"),
    ("m", "show simulated sessions, or not"),
    ("Esc", "back to the programs"),
)
_ENDED = {"completed": "done", "person": "by you", "safety": "safety", "link lost": "link", "interrupted": "cut off"}


class HistoryScreen(Page):
    """Sessions at the left, the newest first; the one at hand at the right."""

    page_title = "History"
    page_name = "history"
    key_words = "Enter the same again · a log one by hand · m simulated · ? all keys"
    DEFAULT_CSS: ClassVar[str] = """
    HistoryScreen OptionList, HistoryScreen OptionList:focus {
        width: 34; height: 1fr; border: none; padding: 0 0 0 1; background: $background;
        scrollbar-size-vertical: 1; scrollbar-color: $quiet; scrollbar-background: $shade;
    }
    HistoryScreen VerticalScroll { width: 1fr; padding: 0 1 0 2; scrollbar-size-vertical: 1;
        scrollbar-color: $quiet; scrollbar-background: $shade; }
    HistoryScreen.-wide OptionList { width: 46; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "log", "log one", show=False),
        Binding("m", "simulated", "simulated", show=False),
        Binding("escape", "app.page('library')", "programs", show=False),
        Binding("question_mark", "keys", "keys", show=False),
        Binding("pagedown,j", "card(1)", "read on", show=False),
        Binding("pageup,J", "card(-1)", "read back", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.records: tuple[SessionRecord, ...] = ()
        self.shows_simulated = True
        self._pressed: dict[str, tuple[Pressed, ...]] = {}
        self._id = ""

    def body(self) -> ComposeResult:
        """Yield the list and the card."""
        with Horizontal():
            yield OptionList()
            with VerticalScroll(can_focus=False):
                yield Lines(id="card")

    def on_mount(self) -> None:
        """Read the record."""
        super().on_mount()
        self._fit()
        self.query_one(OptionList).focus()
        self._read()

    def on_screen_resume(self) -> None:
        """Read again: a session may be new."""
        self._read()

    def on_resize(self) -> None:
        """Fit everything to the new size."""
        super().on_resize()
        self._fit()
        self._show()

    def _fit(self) -> None:
        self.set_class(self.app.size.width >= 110, "-wide")

    @work(group="read", exclusive=True)
    async def _read(self, session_id: str = "") -> None:
        try:
            self.records = await asyncio.to_thread(lambda: History().sessions(LIMIT))
        except MassctlError as problem:
            self.massctl.tell(problem)
        self._id = session_id or self._id
        if not self.is_gone:
            self._show()

    @property
    def shown(self) -> tuple[SessionRecord, ...]:
        """The sessions in the list."""
        return tuple(each for each in self.records if self.shows_simulated or not each.is_simulated)

    @property
    def record(self) -> SessionRecord | None:
        """The session at hand."""
        return next((each for each in self.shown if each.session_id == self._id), None)

    def _show(self) -> None:
        options = self.query_one(OptionList)
        width = (46 if self.has_class("-wide") else 34) - 4
        ids = [each.session_id for each in self.shown]
        kept = self._id
        options.clear_options()
        options.add_options(Option(content_of(_row(each, width)), id=each.session_id) for each in self.shown)
        self._id = kept if kept in ids else ids[0] if ids else ""
        if ids:
            options.highlighted = ids.index(self._id)
        self._show_card()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the session at hand."""
        self._id = event.option.id or ""
        self._show_card()
        self._look(self._id)
        self.query_one(VerticalScroll).scroll_home(animate=False)

    def on_option_list_option_selected(self) -> None:
        """The same again."""
        record = self.record
        if record is None:
            return
        if record.is_by_hand or not (record.request.get("program") or record.request.get("point")):
            self.notify("That one was done without massctl: choose a program with 1.", markup=False)
            return
        try:
            self.massctl.start_session(RunRequest.from_json(record.request))
        except MassctlError as problem:
            self.massctl.tell(problem)

    @work(group="look", exclusive=True)
    async def _look(self, session_id: str) -> None:
        """Read which keys were pressed in a session: a symptom among them has its advice."""
        if session_id in self._pressed:
            return
        try:
            events = await asyncio.to_thread(lambda: tuple(History().events(session_id)))
        except MassctlError as problem:
            self.massctl.tell(problem)
            return
        found = (event for event in events if event.get("event") == Pressed.kind)
        self._pressed[session_id] = tuple(
            Pressed(at_s=each["at_s"], key=each["key"], origin=each["origin"]) for each in found
        )
        if not self.is_gone:
            self._show_card()

    def _show_card(self) -> None:
        width = max(self.app.size.width - (46 if self.has_class("-wide") else 34) - 5, 40)
        self.query_one("#card", Lines).show(self.card(width))

    def card(self, width: int) -> list[Line]:
        """Return the session at hand."""
        record = self.record
        if record is None:
            return _empty(width, has_hidden=bool(self.records))
        rows: list[Line] = [line((record.title or record.program or "a session", "bold"))]
        kind = (
            "simulated" if record.is_simulated else "done without massctl, told afterwards" if record.is_by_hand else ""
        )
        rows.append(line((f"{record.started_at.astimezone():%A, %d %B %Y, %H:%M}", "quiet"), (f"  {kind}", "caution")))
        rows.append(BLANK)
        if record.summary is None:
            text = "It is still running." if record.ended_by == "running" else "It was cut off: its process died."
            return [*rows, *wrapped(text, width, 2, "danger")]
        view = DashboardView()
        for event in (*self._pressed.get(record.session_id, ()), summary_from_json(record.summary)):
            view.see(event)
        return [*rows, *outcome_lines(view, width), BLANK, line((f"massctl history show {record.session_id}", "quiet"))]

    def action_simulated(self) -> None:
        """Show simulated sessions, or not."""
        self.shows_simulated = not self.shows_simulated
        self._show()

    @work(group="log", exclusive=True)
    async def action_log(self) -> None:
        """Log a session that was done without massctl."""
        from massctl.dashboard.log_by_hand import ask_and_log  # noqa: PLC0415 - seldom

        session_id = await ask_and_log(self)
        if session_id:
            self.notify("Logged: it is in the list, marked as told.", markup=False)
            self._read(session_id)

    def action_card(self, by: int) -> None:
        """Read on in the card, or back."""
        box = self.query_one(VerticalScroll)
        box.scroll_relative(y=by * max(box.size.height - 2, 1), animate=False)

    def action_keys(self) -> None:
        """Show every key of this page."""
        self.app.push_screen(Read("Keys of this page", [line((f"{key:<7}", "ask"), words) for key, words in KEYS]))


def _row(record: SessionRecord, width: int) -> Line:
    mark = "~" if record.is_simulated else "✎" if record.is_by_hand else " "
    lasted = minutes(record.summary["duration_s"]) if record.summary else _ENDED.get(record.ended_by, record.ended_by)
    when = f"{record.started_at.astimezone():%d %b}"
    return ends(line(f"{mark}{when} {record.title or record.program or 'a session'}"), line(lasted), width)


def _empty(width: int, *, has_hidden: bool) -> list[Line]:
    if has_hidden:
        return wrapped("Only simulated sessions are on record: m shows them.", width, 2, "ask")
    return [
        *wrapped("No session is on record yet.", width, 1, "bold"),
        BLANK,
        *wrapped(
            "1 goes to the programs: Enter starts one. a logs a session that was done without massctl.", width, 3, "ask"
        ),
    ]
