"""The history page: what was done, each session whole; the same again; and a session logged that was done without massctl."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from massctl.app.persons import names_by_key
from massctl.app.request import RunRequest
from massctl.dashboard.dialogs import content_of
from massctl.dashboard.lines import BLANK, Line, ends, line, whole
from massctl.dashboard.remedies import in_pages
from massctl.dashboard.two_panes import TwoPanes
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
    ("j J", "read on, back"),
    ("Esc", "back to the programs"),
)
_ENDED = {"completed": "done", "person": "by you", "safety": "safety", "link lost": "link", "interrupted": "cut off"}


class HistoryScreen(TwoPanes):
    """Sessions at the left, the newest first; the one at hand at the right."""

    page_title = "History"
    page_name = "history"
    left_widths = (34, 46)
    keys = KEYS
    key_words = "Enter the same again · a log one by hand · m simulated · ? all keys"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "log", "log one", show=False),
        Binding("m", "simulated", "simulated", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.records: tuple[SessionRecord, ...] = ()
        self.shows_simulated = True
        self._pressed: dict[str, tuple[Pressed, ...]] = {}
        self._problem: MassctlError | None = None
        """Why the record cannot be read."""
        self._names: dict[str, str] = {}
        """The persons of this machine by the word that stands for them in the record (F50)."""
        self._id = ""

    def on_screen_resume(self) -> None:
        """Read again: a session may be new."""
        self._read()

    @work(group="read", exclusive=True)
    async def _read(self, session_id: str = "") -> None:
        try:
            self._names = await asyncio.to_thread(names_by_key)
            self.records = await asyncio.to_thread(lambda: History().sessions(LIMIT))
            self._problem = None
        except MassctlError as problem:
            self._problem = problem
        self._id = session_id or self._id
        if not self.is_gone:
            self.show()

    @property
    def shown(self) -> tuple[SessionRecord, ...]:
        """The sessions in the list."""
        return tuple(each for each in self.records if self.shows_simulated or not each.is_simulated)

    @property
    def record(self) -> SessionRecord | None:
        """The session at hand."""
        return next((each for each in self.shown if each.session_id == self._id), None)

    def begin(self) -> None:
        """Read the record."""
        self._read()

    def show(self) -> None:
        """Show list and card."""
        options = self.query_one(OptionList)
        width = self.left_width - 4
        ids = [each.session_id for each in self.shown]
        kept = self._id
        options.clear_options()
        options.add_options(Option(content_of(_row(each, width)), id=each.session_id) for each in self.shown)
        self._id = kept if kept in ids else ids[0] if ids else ""
        if ids:
            options.highlighted = ids.index(self._id)
        self.show_card()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the session at hand."""
        self._id = event.option.id or ""
        self.show_card()
        self._look(self._id)
        self.card_to_top()

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
            self.show_card()

    def card(self, width: int) -> list[Line]:
        """Return the session at hand."""
        record = self.record
        if self._problem is not None:
            return whole(f"✕ {in_pages(str(self._problem))}", width, "danger")
        if record is None:
            return _empty(width, has_hidden=bool(self.records))
        rows = whole(record.title or record.program or "a session", width, "bold")
        rows += [
            line((f"{record.started_at.astimezone():%A, %d %B %Y, %H:%M}", "quiet")),
            *self._kind(record, width),
            BLANK,
        ]
        if record.summary is None:
            text = "It is still running." if record.ended_by == "running" else "It was cut off: its process died."
            return [*rows, *whole(text, width, "danger")]
        view = DashboardView()
        view.session.units = self.massctl.settings.units
        for event in (*self._pressed.get(record.session_id, ()), summary_from_json(record.summary)):
            view.see(event)
        return [*rows, *outcome_lines(view, width), BLANK, line((f"massctl history show {record.session_id}", "quiet"))]

    def _kind(self, record: SessionRecord, width: int) -> list[Line]:
        """Return whose session it was, and what it was where it was no session on hardware."""
        if record.is_simulated:
            return whole("simulated", width, "simulated")
        name = self._names.get(str(record.request.get("person", "")), "")
        words = ("done without massctl, told afterwards" if record.is_by_hand else "", f"for {name}" if name else "")
        return whole(", ".join(filter(None, words)), width, "caution")

    def action_simulated(self) -> None:
        """Show simulated sessions, or not."""
        self.shows_simulated = not self.shows_simulated
        self.show()

    @work(group="log", exclusive=True)
    async def action_log(self) -> None:
        """Log a session that was done without massctl."""
        from massctl.dashboard.log_by_hand import ask_and_log  # noqa: PLC0415 - seldom

        session_id = await ask_and_log(self)
        if session_id:
            self.notify("Logged: it is in the list, marked as told.", markup=False)
            self._read(session_id)


def _row(record: SessionRecord, width: int) -> Line:
    mark = "~" if record.is_simulated else "✎" if record.is_by_hand else " "
    lasted = minutes(record.summary["duration_s"]) if record.summary else _ENDED.get(record.ended_by, record.ended_by)
    when = f"{record.started_at.astimezone():%d %b}"
    return ends(line(f"{mark}{when} {record.title or record.program or 'a session'}"), line(lasted), width)


def _empty(width: int, *, has_hidden: bool) -> list[Line]:
    if has_hidden:
        return whole("Only simulated sessions are on record: m shows them.", width, "ask")
    return [
        *whole("No session is on record yet.", width, "bold"),
        BLANK,
        *whole(
            "1 goes to the programs: Enter starts one. a logs a session that was done without massctl.", width, "ask"
        ),
    ]
