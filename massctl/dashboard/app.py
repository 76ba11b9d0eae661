"""The application: pages, themes, and the one session that may run; every key of a running session passes here first.

It holds no driver and decides nothing about a session: it starts one in the background, carries keys there and shows what comes.
"""

from __future__ import annotations

import os
from typing import ClassVar, Final

from textual import events, work
from textual.app import App
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.screen import ModalScreen

from massctl.app.background import BackgroundSession, PageAsked, Question
from massctl.app.preflight import PreflightAnswers
from massctl.app.request import RunRequest
from massctl.body.person import Person
from massctl.dashboard import keys, themes
from massctl.dashboard.notice import NoticeScreen
from massctl.dashboard.paint import Paint
from massctl.dashboard.preflight import PreflightScreen
from massctl.dashboard.questions import ask_topics
from massctl.dashboard.screens import PAGES, make_page
from massctl.dashboard.session import SessionScreen
from massctl.dashboard.summary import SummaryScreen
from massctl.errors import ExitCode, MassctlError
from massctl.programs.choices import Choices

FETCH_S: Final = 0.05
"""Between two looks at the session: what is shown changes at most 20 times a second."""


class MassctlApp(App[int]):
    """The dashboard.

    Args:
        is_simulated: run everything on the simulated bench (F51).
        request: a session to begin with; without one, the first page.
    """

    CSS_PATH = "dashboard.tcss"
    TITLE = "massctl"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "leave", "Quit", show=False),
        Binding("ctrl+q,ctrl+c", "leave", "Quit", show=False, priority=True),
        *(Binding(entry.key, f"page('{entry.name}')", entry.title, show=False) for entry in PAGES),
    ]

    def __init__(self, *, is_simulated: bool = False, request: RunRequest | None = None) -> None:
        super().__init__(driver_class=_driver())
        for theme in themes.THEMES:
            self.register_theme(theme)
        self.paint = Paint(themes.THEMES[0])
        """The colours of the theme at hand, by meaning."""
        self.theme = themes.DEFAULT
        self.is_simulated = is_simulated
        self.session: BackgroundSession | None = None
        """The session that runs; None between sessions."""
        self._first_request = request
        self._leaving = False
        self._asking: Question | None = None
        self.problem: BaseException | None = None
        """A fault of this program that ended a session; whoever opened the dashboard raises it."""

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return the variables of our stylesheet for themes that are not ours."""
        return themes.VARIABLES

    def colour(self, meaning: str) -> str:
        """Return the colour of a meaning in the theme at hand: ``good``, ``caution``, ``danger``, ``ask``, ``quiet``, …."""
        return self.paint.colour(meaning)

    def watch_theme(self, name: str) -> None:
        """Take the colours of another theme."""
        self.paint = Paint(self.get_theme(name) or themes.THEMES[0])

    @property
    def shared_keys(self) -> str:
        """The keys that work on every page."""
        return " · ".join([*(f"{entry.key} {entry.title}" for entry in PAGES), "q quit"])

    def on_mount(self) -> None:
        """Show the first page, or begin the session that was asked for."""
        self.push_screen(make_page(PAGES[0].name))
        if self._first_request is not None:
            self.start_session(self._first_request)
        self.set_interval(FETCH_S, self._fetch)

    # --- pages ---------------------------------------------------------------------------------------------------------------

    def action_page(self, name: str) -> None:
        """Show another page; not while a session runs."""
        if self.session is None:
            self.switch_screen(make_page(name))

    def action_leave(self) -> None:
        """Leave the dashboard; not while a session runs."""
        if self.session is None:
            self.exit(int(ExitCode.DONE))

    def tell(self, problem: MassctlError) -> None:
        """Show what went wrong and what helps; nothing else happens."""
        remedy = f"\n→ {problem.remedy}" if problem.remedy else ""
        self.notify(f"{problem.what}{remedy}", severity="error", timeout=10, markup=False)

    # --- the session ---------------------------------------------------------------------------------------------------------

    def run_program(self, program: str, choices: Choices | None = None) -> None:
        """Begin a session with ``program`` on the simulated bench, or on the devices that are remembered."""
        self.start_session(RunRequest(program=program, choices=choices or Choices(), is_simulated=self.is_simulated))

    def start_session(self, request: RunRequest) -> None:
        """Begin what ``request`` asks for and show it; nothing happens where a session runs already."""
        if self.session is not None:
            return
        self.session = BackgroundSession(request)
        self.push_screen(SessionScreen(request))
        self.session.start()

    def _fetch(self) -> None:
        session = self.session
        if session is None:
            return
        batch = session.fetch()
        for screen in self.screen_stack:
            if isinstance(screen, SessionScreen):
                screen.see(batch)
        if batch.question is not None and batch.question is not self._asking:
            self._asking = batch.question
            self._answer(session, batch.question)
        if batch.is_over:
            self._leave_session(session)

    @work(group="questions", exclusive=True)
    async def _answer(self, session: BackgroundSession, question: Question) -> None:
        """Show what is asked before a run on hardware; to call it off ends the session before it began."""
        answer: PreflightAnswers | Person | None
        if isinstance(question, PageAsked):
            answer = await self.push_screen_wait(PreflightScreen(question.page))
        else:
            answer = await ask_topics(self, question.person, question.topics)
        if answer is None:
            session.call_off()
        else:
            session.answer(answer)

    def _leave_session(self, session: BackgroundSession) -> None:
        """Show how it went, or why it could not begin."""
        self.session = self._asking = None
        self.workers.cancel_group(self, "questions")
        if self._leaving:
            self.exit(int(ExitCode.INTERRUPTED))
            return
        while isinstance(self.screen, ModalScreen):
            self.pop_screen()
        shown = self.screen
        if isinstance(shown, SessionScreen) and session.ended is not None:
            self.switch_screen(SummaryScreen(shown.view, session.request))
        elif isinstance(shown, SessionScreen):
            self.pop_screen()
        if isinstance(session.problem, MassctlError):
            self.push_screen(NoticeScreen(session.problem.what, session.problem.remedy))
        elif session.problem is not None:
            self.problem = session.problem
            self.exit(1)

    # --- the end -------------------------------------------------------------------------------------------------------------

    def leave_by(self, origin: str) -> None:
        """Stop what runs, for a signal, and leave once it has stopped; may be called from any thread."""
        self._leaving = True
        if self.session is not None:
            self.session.emergency_stop(origin)
        elif self._loop is not None:
            self._loop.call_soon_threadsafe(self.exit, int(ExitCode.INTERRUPTED))

    def terminal_closed(self) -> None:
        """Stop what runs: nobody sees it any more. Called from the thread that reads the terminal."""
        self.leave_by("SIGHUP")

    # --- keys ----------------------------------------------------------------------------------------------------------------

    @property
    def is_typing(self) -> bool:
        """Whether a dialog above the session takes letters."""
        return isinstance(self.screen, ModalScreen)

    def take_key(self, name: str) -> bool:
        """Give a running session a key; return whether it took it. Called from the thread that reads the terminal."""
        session = self.session
        if session is None or not session.has_begun:
            return False
        press = keys.route(name, {}, is_typing=self.is_typing)
        if press is None:
            return False
        session.press(press)
        return True

    async def on_event(self, event: events.Event) -> None:
        """Give a running session its keys before any screen, dialog or binding sees them."""
        if isinstance(event, events.Key) and self.take_key(keys.name_of(event.key, event.character)):
            event.stop()
            event.prevent_default()
            return
        await super().on_event(event)


def _driver() -> type[Driver] | None:
    """Return the driver with the express lane where Textual would take its own for a Unix terminal."""
    if os.name != "posix" or os.environ.get("TEXTUAL_DRIVER"):
        return None
    from massctl.dashboard.driver import MassctlDriver  # noqa: PLC0415 - termios is Unix's

    return MassctlDriver
