"""The application: pages, looks, and the one session that may run; every key of a running session passes here first.

It holds no driver and decides nothing about a session: it starts one in the background, carries keys there and shows what comes.
"""

from __future__ import annotations

import asyncio
import math
import os
import time
from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import events, work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.driver import Driver
from textual.screen import ModalScreen, Screen
from textual.widgets import Input

from massctl.app.settings import CueStyle, Settings, change_settings, load_settings
from massctl.dashboard import palette, themes
from massctl.dashboard.key_queue import KeyQueue
from massctl.dashboard.keys import REPEAT_S, Above, check_pedal, name_of
from massctl.dashboard.notice import NoticeScreen
from massctl.dashboard.paint import Paint
from massctl.dashboard.remedies import in_pages
from massctl.dashboard.screens import PAGES, make_page
from massctl.errors import ExitCode, MassctlError
from massctl.session.commands import Key

if TYPE_CHECKING:
    from massctl.app.background import Question
    from massctl.app.preflight import PreflightAnswers
    from massctl.app.request import RunRequest
    from massctl.app.selftest.background import BackgroundMeasurement
    from massctl.body.person import Person
    from massctl.dashboard.live import LiveSession
    from massctl.dashboard.session import SessionScreen
    from massctl.dashboard.sounds import Voice
    from massctl.programs.choices import Choices

YES: Final = "y"
"""The key that a measurement begins with, which may still be held down: it stops it only when it comes anew."""
SOON_S: Final = 1.0
"""Behind the last answer a session begins at once, unless it waits for the self-test."""
PROVING: Final = "The self-test runs first: it proves the stops, in some seconds [F52]. Esc calls it off."
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
        Binding("x", "stop_all", "Stop everything", show=False),
        Binding("f2", "large", "Large figures", show=False),
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
        self.settings = Settings()
        """What the person has set; the defaults where the file is wrong."""
        self.session: LiveSession | None = None
        """The session that runs; None between sessions."""
        self.shown: SessionScreen | None = None
        """Its screen."""
        self.measurement: BackgroundMeasurement | None = None
        """A device that is measured just now, and moves."""
        self.pedal: dict[str, str] = {}
        """Keys of a pedal, inputs of the timer, and the commands that they mean; checked."""
        self._first_request = request
        self._typed = KeyQueue(self)
        """Keys of pages and dialogs."""
        self._said_lacking = ""
        self._yes_s = -math.inf
        self._leaving = False
        self._asking: Question | None = None
        self.problem: BaseException | None = None
        """A fault of this program that ended a session or the dashboard; whoever opened it raises it."""

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
        return " · ".join([*(f"{entry.key} {entry.title}" for entry in PAGES), "x STOP everything", "q quit"])

    def on_mount(self) -> None:
        """Take the settings, show the first page, or begin the session that was asked for."""
        self._take_settings()
        if self._first_request is not None:
            self.start_session(self._first_request)
        else:
            self.push_screen(make_page(PAGES[0].name))
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

    def action_stop_all(self) -> None:
        """Stop whatever massctl can reach: a session of this dashboard takes its stop keys itself."""
        from massctl.dashboard.stop_all import StopAll  # noqa: PLC0415 - not before the first page

        if self.session is None:
            self.push_screen(StopAll())

    def back_to_pages(self) -> None:
        """Close the screen on top; below the session that the dashboard began with lies no page yet."""
        if len(self.screen_stack) > 2:  # Textual's own screen lies lowest
            self.pop_screen()
        else:
            self.switch_screen(make_page(PAGES[0].name))

    def tell(self, problem: MassctlError) -> None:
        """Show what went wrong and what helps, once at a time; nothing else happens."""
        remedy = f"\n→ {in_pages(problem.remedy)}" if problem.remedy else ""
        words = f"{problem.what}{remedy}"
        if all(words != told.message for told in self._notifications):
            self.notify(words, severity="error", timeout=10, markup=False)

    # --- looks and cues ------------------------------------------------------------------------------------------------------

    def _take_settings(self) -> None:
        try:
            self.settings = load_settings()
            self.pedal = check_pedal(self.settings.pedal)
        except MassctlError as problem:
            self.set_timer(FETCH_S, partial(self.tell, problem))  # once there is a page to tell it on
        if self.settings.theme in {theme.name for theme in themes.THEMES}:
            self.theme = self.settings.theme

    def change_theme(self, name: str) -> None:
        """Change the colours, from now on."""
        self.theme = name
        self._keep(theme=name)

    def change_cues(self, style: CueStyle) -> None:
        """Change how a session tells what to do, from now on; what this machine cannot do is said."""
        from massctl.dashboard.sounds import lacking  # noqa: PLC0415 - not before the first page

        self._keep(cues=style)
        self.notify(lacking(style) or f"Cues: {style.value}.", markup=False)

    def change_cadence(self, seconds: int) -> None:
        """Change how often the time left is told."""
        self._keep(cadence_s=seconds)

    def change_pedal(self, pedal: Mapping[str, str]) -> None:
        """Change what a pedal and the timer's buttons mean, from the next session on."""
        self.pedal = check_pedal(pedal)
        self._keep(pedal=self.pedal)

    @work
    async def action_pedal(self) -> None:
        """Show what a pedal and the timer's buttons mean; not while a session runs."""
        from massctl.dashboard.pedal import ask_pedal  # noqa: PLC0415 - seldom

        if self.session is None:
            await ask_pedal(self)

    def action_large(self) -> None:
        """Show time and cue of a session as large as they go, or everything again."""
        self._keep(large_figures=not self.settings.large_figures)
        if self.shown is not None:
            self.shown.show_large(is_large=self.settings.large_figures)

    def _keep(self, **changes: Any) -> None:
        try:
            self.settings = change_settings(**changes)
        except MassctlError as problem:
            self.tell(problem)
        if self.session is not None:
            self.session.resound(self.settings, self._voice())

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Return the commands of the palette."""
        return palette.commands(self)

    def action_command_palette(self) -> None:
        """Open the palette; a session's motor goes off first, because letters are typed there."""
        if self.session is not None:
            self.session.press(Key.PAUSE)
        super().action_command_palette()

    # --- the session ---------------------------------------------------------------------------------------------------------

    def run_program(self, program: str, choices: Choices | None = None) -> None:
        """Begin a session with ``program`` on the simulated bench, or on the devices that are remembered."""
        from massctl.app.request import RunRequest  # noqa: PLC0415 - not before the first page
        from massctl.programs.choices import Choices  # noqa: PLC0415 - the same

        request = RunRequest(program=program, choices=choices or Choices(), is_simulated=self.is_simulated)
        try:
            if not self.is_simulated:
                from massctl.app.devices import with_remembered  # noqa: PLC0415 - the same

                request = with_remembered(request)
        except MassctlError as problem:
            self.tell(problem)
        else:
            self.start_session(request)

    def start_session(self, request: RunRequest, *, in_place: bool = False) -> None:
        """Begin what ``request`` asks for and show it, under ``--sim`` on the bench; nothing happens where a session runs already.

        Args:
            request: what to run.
            in_place: whether its screen replaces the one on top.
        """
        from massctl.dashboard.live import LiveSession  # noqa: PLC0415 - not before the first page
        from massctl.dashboard.session import SessionScreen  # noqa: PLC0415 - the same
        from massctl.dashboard.sounds import lacking  # noqa: PLC0415 - the same

        if self.session is not None:
            return
        request = request.on_bench() if self.is_simulated else request
        self.session = LiveSession(request, self.settings, self.pedal, self._voice())
        self.shown = SessionScreen(request, is_large=self.settings.large_figures)
        if in_place:
            self.switch_screen(self.shown)
        else:
            self.push_screen(self.shown)
        self.session.start()
        self._said_lacking = ""
        self._say_lacking(lacking(self.settings.cues))

    def _say_lacking(self, words: str) -> None:
        """Say, once a session, why the cues that were chosen are not heard: no program, or no loudspeaker."""
        if words and not self._said_lacking:
            self._said_lacking = words
            self.notify(words, severity="warning", markup=False)

    def _voice(self) -> Voice:
        from massctl import paths  # noqa: PLC0415 - not before the first page
        from massctl.dashboard.sounds import Voice  # noqa: PLC0415 - the same

        return Voice(self.settings.cues, self.bell, paths.runtime_dir())

    def _fetch(self) -> None:
        session, shown = self.session, self.shown
        if session is None or shown is None or not shown.is_mounted:
            return  # what has happened waits: nothing of it may be missed
        was_halted = shown.view.session.is_halted
        batch = session.fetch()
        shown.see(batch)
        self._say_lacking(session.voice.problem)
        is_new_stop = shown.view.session.is_halted and not was_halted
        if (shown.view.is_at_work or is_new_stop) and isinstance(self.screen, ModalScreen):
            self.workers.cancel_node(self.screen)  # the palette may be searching
            self.pop_screen()  # the keys are the session's again, and a stop is told above everything
        if batch.question is not None and batch.question is not self._asking:
            self._asking = batch.question
            self._answer(session, batch.question)
        if batch.is_over:
            self._leave_session(session, shown)

    @work(group="questions", exclusive=True)
    async def _answer(self, session: LiveSession, question: Question) -> None:
        """Show what is asked before a run on hardware; to call it off ends the session before it began."""
        from massctl.app.background import PageAsked  # noqa: PLC0415 - not before the first page
        from massctl.dashboard.preflight import PreflightScreen  # noqa: PLC0415 - the same
        from massctl.dashboard.screening import ask_topics  # noqa: PLC0415 - the same

        answer: PreflightAnswers | Person | None
        if isinstance(question, PageAsked):
            answer = await self.push_screen_wait(PreflightScreen(question.page))
        else:
            answer = await ask_topics(self, question.person, question.topics)
        if answer is None:
            session.background.call_off()
            return
        session.background.answer(answer)
        if isinstance(question, PageAsked):
            await asyncio.sleep(SOON_S)
            if self.session is session and not session.background.has_begun:
                self.notify(PROVING, markup=False)

    def _leave_session(self, session: LiveSession, shown: SessionScreen) -> None:
        """Show how it went, or why it could not begin."""
        from massctl.dashboard.summary import SummaryScreen  # noqa: PLC0415 - not before the first page

        session.close()
        self.session = self.shown = self._asking = None
        self.workers.cancel_group(self, "questions")
        background = session.background
        if self._leaving:
            self.exit(int(ExitCode.INTERRUPTED))
            return
        while self.screen is not shown and len(self.screen_stack) > 1:
            self.pop_screen()
        if background.ended is not None:
            self.switch_screen(SummaryScreen(shown.view, session.request))
        else:
            self.back_to_pages()
        if isinstance(background.problem, MassctlError):
            self.push_screen(NoticeScreen(background.problem.what, in_pages(background.problem.remedy)))
        elif background.ended is None and background.problem is None:
            self.notify("Called off: nothing was started.", markup=False)
        elif background.problem is not None:
            self.problem = background.problem
            self.exit(1)

    # --- the end -------------------------------------------------------------------------------------------------------------

    def _fatal_error(self) -> None:
        """Leave after a fault of this program, in place of Textual's traceback over the terminal; see ``problem``."""
        self.problem = self.problem or self._exception
        self._close_messages_no_wait()

    def leave_by(self, origin: str) -> None:
        """Stop what runs, for a signal, and leave once it has stopped; may be called from any thread."""
        self._leaving = True
        if self.measurement is not None:
            self.measurement.stop()
        if self.session is not None:
            self.session.background.emergency_stop(origin)
        elif self._loop is not None:
            self._loop.call_soon_threadsafe(self.exit, int(ExitCode.INTERRUPTED))

    def terminal_closed(self) -> None:
        """Stop what runs: nobody sees it any more. Called from the thread that reads the terminal."""
        self.leave_by("SIGHUP")

    # --- keys ----------------------------------------------------------------------------------------------------------------

    def take_key(self, name: str) -> bool:
        """Give what runs a key; return whether it took it. Also called from the thread that reads the terminal."""
        is_held = name == YES and not self._is_new_yes(time.perf_counter())
        measurement, session, shown = self.measurement, self.session, self.shown
        if measurement is not None and not measurement.is_over and not is_held:
            measurement.stop()
            return True
        if session is None or shown is None:
            return False
        return session.take_key(name, self._above, is_face=shown.has_use_for(name))

    def _is_new_yes(self, now_s: float) -> bool:
        """Return whether a 'y' that comes now is pressed anew, and not held down since it was the go-ahead."""
        last_s, self._yes_s = self._yes_s, now_s
        return now_s - last_s >= REPEAT_S

    @property
    def _above(self) -> Above:
        """What lies above a session's screen; the palette takes letters before its field has the focus."""
        top = self.screen_stack[-1] if self.screen_stack else None
        if not isinstance(top, ModalScreen):
            return Above.NOTHING
        return Above.FIELD if isinstance(top, CommandPalette) or isinstance(top.focused, Input) else Above.DIALOG

    async def on_event(self, event: events.Event) -> None:
        """Give a running session its keys before any screen, dialog or binding sees them."""
        if isinstance(event, events.Key) and self.take_key(name_of(event.key, event.character)):
            self._typed.came(event)  # what runs may have begun while it waited
            event.stop()
            event.prevent_default()
            return
        if isinstance(event, events.Key) and not event.is_forwarded and self._typed.keeps(event):
            return
        await super().on_event(event)


def _driver() -> type[Driver] | None:
    """Return the driver with the express lane where Textual would take its own for a Unix terminal."""
    if os.name != "posix" or os.environ.get("TEXTUAL_DRIVER"):
        return None
    from massctl.dashboard.driver import MassctlDriver  # noqa: PLC0415 - termios is Unix's

    return MassctlDriver
