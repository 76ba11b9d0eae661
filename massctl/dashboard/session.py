"""The session screen: what runs, in figures large enough for two metres. It lays out and shows; it holds no session logic."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, Vertical

from massctl.app.background import Batch
from massctl.app.request import RunRequest
from massctl.body.terms import Side
from massctl.dashboard.notice import NoticeScreen
from massctl.dashboard.page import Page
from massctl.dashboard.view import UNTIMED, DashboardView
from massctl.dashboard.widgets.ask import Ask
from massctl.dashboard.widgets.brief import Brief
from massctl.dashboard.widgets.chart import Chart
from massctl.dashboard.widgets.clock import Clock
from massctl.dashboard.widgets.discomfort import Discomfort
from massctl.dashboard.widgets.gauge import Gauge, full_scale
from massctl.dashboard.widgets.key_list import AT_REST_KEYS, KeyList
from massctl.dashboard.widgets.links import Links
from massctl.dashboard.widgets.notes import Notes
from massctl.dashboard.widgets.opening import OpeningLines
from massctl.dashboard.widgets.place import Place
from massctl.dashboard.widgets.progress import Progress
from massctl.dashboard.widgets.readings import Readings
from massctl.dashboard.widgets.session_lines import SessionLines
from massctl.dashboard.widgets.stopped import Stopped
from massctl.dashboard.widgets.timeline import Timeline
from massctl.faces.now import keys_now, keys_that_fit
from massctl.session.commands import Key
from massctl.session.events import Phase, SessionStarted

SPEED_ROOM = 1.3
"""The chart of speed ends this much above the planned speed (design value)."""
AT_REST = frozenset({Phase.WAITING, Phase.PAUSED})
"""The phases in which keys that no session knows may be the screen's: the motor is off."""
WIDE, HIGH = 110, 32
"""A terminal of this size gets two columns (design value)."""
NARROW, SHORT, LOW = 64, 20, 24
"""Below the first two the session is told in a few lines; below the third without its chart (design values)."""
_SLOW: tuple[type[SessionLines], ...] = (Place, Clock, Ask, Readings, Timeline, Discomfort, Links, Notes, Progress)


class SessionScreen(Page):
    """One session, from its first question to its end."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "keys", "Keys", show=False),
        Binding("f", "find_point", "Find the point", show=False),
        Binding("h", "change_head", "Change the head", show=False),
    ]

    def __init__(self, request: RunRequest, *, is_large: bool = False) -> None:
        super().__init__()
        self._is_large = is_large
        self.HORIZONTAL_BREAKPOINTS = [(0, "-slim"), (NARROW, "-narrow"), (WIDE, "-wide")]
        self.VERTICAL_BREAKPOINTS = [(0, "-tiny"), (SHORT, "-short"), (LOW, "-low"), (HIGH, "-high")]
        self.request = request
        self.view = DashboardView()
        self._words: tuple[str, bool] | None = None

    @property
    def is_simulated(self) -> bool:
        """Whether nothing real moves in this session, wherever it was started from (F51)."""
        started = self.view.session.started
        return self.request.is_simulated or (started is not None and started.is_simulated)

    def body(self) -> ComposeResult:
        """Lay out the session; what covers it after a stop, and the list of keys, lie beside it, hidden."""
        yield Progress(id="progress")
        with Container(id="session"):
            with Vertical(id="main"):
                yield Ask(id="ask")
                yield OpeningLines(id="opening")
                with Horizontal(id="head"):
                    yield Place(id="place")
                    yield Clock(id="clock")
                yield Gauge(id="gauge")
                yield Chart("good", id="force")
                yield Readings(id="readings")
                yield Chart("ask", id="speed")
            with Vertical(id="side"):
                yield Timeline(id="timeline")
                yield Discomfort(id="discomfort")
                yield Links(id="links")
                yield Notes(id="notes")
        yield Brief(id="brief")
        yield Stopped(id="stopped")
        yield KeyList(id="keylist")

    def on_mount(self) -> None:
        """Begin with what is known: nothing yet."""
        super().on_mount()
        self.view.session.units = self.massctl.settings.units
        self.show_large(is_large=self._is_large)
        self._arrange()

    def right_keys(self) -> str:
        """Return what stands at the right of the key line: no other page is reached from a session."""
        return "? hides keys" if self.view.session.shows_keys else "? keys"

    @property
    def _is_small(self) -> bool:
        return self.app.size.width < NARROW or self.app.size.height < SHORT

    # --- what comes ----------------------------------------------------------------------------------------------------------

    def see(self, batch: Batch) -> None:
        """Take in what has happened and show it."""
        was_halted = self.view.session.is_halted
        for event in batch.events:
            self.view.see(event)
            if isinstance(event, SessionStarted):
                self.tell_title(event.title)
        for report in batch.reports:
            self.view.hear(report)
        if self.view.session.is_halted and not was_halted:
            self.view.session.shows_keys = False  # a stop is told above everything
        if batch.events:
            self._arrange()
            self._show()
        if batch.reports or batch.events:
            self._show_fast()

    def _arrange(self) -> None:
        """Cover the session after a stop, or with the keys; hide what this step has no use for."""
        session = self.view.session
        shows_keys, step = session.shows_keys, session.step
        wanted = {
            "-halted": session.is_halted and not shows_keys,
            "-keys": shows_keys,
            "-opening": step is None,
            "-untimed": step is not None and step.mode in UNTIMED,
            "-no-force": session.band_n is None,
            "-no-speed": step is None or step.speed_ppm is None,
        }
        if any(self.has_class(name) != is_wanted for name, is_wanted in wanted.items()):
            for name, is_wanted in wanted.items():
                self.set_class(is_wanted, name)
            self.call_after_refresh(self._refit)  # what comes to sight has no size before
        words = keys_that_fit(self._keys_of(), self.app.size.width - len(self.right_keys()) - 3)
        if (words, shows_keys) != self._words:
            self._words = (words, shows_keys)
            self.tell_keys(words)

    def _keys_of(self) -> str:
        """Return the keys that do something now, the session's and this screen's."""
        own = "".join(f" · {name} {text}" for name, text in AT_REST_KEYS.items() if self.has_use_for(name))
        return keys_now(self.view.session) + own

    def _show(self) -> None:
        if self.has_class("-halted"):
            self.query_one(Stopped).see(self.view)
            return
        if self.has_class("-keys"):
            self.query_one(KeyList).see(self.view)
            return
        if self._is_small:
            self.query_one(Brief).see(self.view)
            return
        if self.view.step is None:
            self.query_one(OpeningLines).see(self.view)
        for kind in _SLOW:
            self.query_one(kind).see(self.view)

    def _show_fast(self) -> None:
        """Show what changes with every reading."""
        step = self.view.step
        if self.has_class("-halted") or self.has_class("-keys"):
            return
        if self._is_small:
            self.query_one(Brief).see(self.view)
            return
        if step is None:
            self.query_one(OpeningLines).see(self.view)
            return
        self.query_one(Gauge).see(self.view)
        band, push = self.view.session.band_n, self.view.session.push
        if band is not None:
            self.query_one("#force", Chart).plot(self.view.force, band, full_scale(band), push.name, push.edge)
        if step.speed_ppm is not None:
            planned = float(step.speed_ppm)
            self.query_one("#speed", Chart).plot(self.view.speed, (planned, planned), planned * SPEED_ROOM, "/min")

    # --- what a person does here ---------------------------------------------------------------------------------------------

    def action_keys(self) -> None:
        """Show or hide the list of keys."""
        self.view.session.shows_keys = not self.view.session.shows_keys
        self._arrange()
        self.call_after_refresh(self._refit)

    def has_use_for(self, name: str) -> bool:
        """Return whether a key is this screen's just now and not the session's; any thread may ask."""
        step = self.view.step
        session = self.view.session
        if name == "?" or step is None or not (session.phase in AT_REST or session.is_scanning):
            return name == "?"
        return (name == "f" and step.point is not None) or (name == "h" and step.head is not None)

    def action_find_point(self) -> None:
        """Show where the point at hand is, close up, while the motor is off.

        Out of reach, another tool takes its place; a scan passes it over.
        """
        from massctl.dashboard.find_point import FindPointScreen  # noqa: PLC0415 - seldom

        step, session, is_scanning = self.view.step, self.massctl.session, self.view.session.is_scanning
        if step is None or step.point is None or session is None:
            return

        def answered(answer: str | None) -> None:
            if answer == "unreachable":
                session.press(Key.GO_ON if is_scanning else Key.SWAP)

        self.app.push_screen(FindPointScreen(step.point, Side(step.side) if step.side else None), answered)

    def action_change_head(self) -> None:
        """Ask for the head of the step at hand, and wait until it is fitted; the motor is off."""
        step = self.view.step
        if step is not None and step.head is not None:
            words = "Motor off. Take your time; Enter when it sits firmly. The next Enter starts the step."
            self.app.push_screen(NoticeScreen(f"Fit the {step.head} head.", words))

    def show_large(self, *, is_large: bool) -> None:
        """Show time and cue alone, as large as they go; or everything again."""
        self._is_large = is_large
        self.set_class(is_large, "-large")
        self.query_one(Clock).scale = 2 if is_large else 1
        self.query_one(Gauge).is_large = is_large
        self.call_after_refresh(self._refit)

    def on_resize(self) -> None:
        """Fit everything to the new size."""
        super().on_resize()
        self._arrange()
        self.call_after_refresh(self._refit)

    def _refit(self) -> None:
        """Show everything at its new size; the screen may have been left while that was being found."""
        if not self.is_gone:
            self._show()
            self._show_fast()
