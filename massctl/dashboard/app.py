"""The application: pages, themes, and the one session that may run; every key of a running session passes here first.

It holds no driver and decides nothing about a session: it starts one in the background, carries keys there and shows what comes.
"""

from __future__ import annotations

from typing import ClassVar, Final

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from massctl.app.background import BackgroundSession, Batch
from massctl.app.request import RunRequest
from massctl.dashboard import keys, themes
from massctl.dashboard.paint import Paint
from massctl.dashboard.screens import PAGES, make_page
from massctl.errors import ExitCode, MassctlError
from massctl.programs.choices import Choices
from massctl.session.commands import Key, Press

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
        super().__init__()
        for theme in themes.THEMES:
            self.register_theme(theme)
        self.paint = Paint(themes.THEMES[0])
        """The colours of the theme at hand, by meaning."""
        self.theme = themes.DEFAULT
        self.is_simulated = is_simulated
        self.session: BackgroundSession | None = None
        """The session that runs; None between sessions."""
        self._first_request = request

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
        from massctl.dashboard.session import SessionScreen  # noqa: PLC0415 - the first page comes without it

        if self.session is not None:
            return
        self.session = BackgroundSession(request)
        self.push_screen(SessionScreen(request))
        self.session.start()

    def _fetch(self) -> None:
        from massctl.dashboard.session import SessionScreen  # noqa: PLC0415 - imported by now

        session = self.session
        if session is None:
            return
        batch: Batch = session.fetch()
        for screen in self.screen_stack:
            if isinstance(screen, SessionScreen):
                screen.see(batch)
        if batch.is_over:
            self.session = None

    # --- keys ----------------------------------------------------------------------------------------------------------------

    @property
    def is_typing(self) -> bool:
        """Whether a dialog above the session takes letters."""
        return isinstance(self.screen, ModalScreen)

    async def on_event(self, event: events.Event) -> None:
        """Give a running session its keys before any screen, dialog or binding sees them."""
        if isinstance(event, events.Key) and self._to_session(event):
            event.stop()
            event.prevent_default()
            return
        await super().on_event(event)

    def _to_session(self, event: events.Key) -> bool:
        session = self.session
        if session is None:
            return False
        press = keys.route(keys.name_of(event.key, event.character), {}, is_typing=self.is_typing)
        if press is None:
            return False
        if press.key is Key.STOP:
            session.emergency_stop(press.origin)
        else:
            session.press(Press(press.key, press.value, press.origin))
        return True
