"""The first start: what have you, in which unit do you think, the health questions, a tour. Every step can be skipped."""

from __future__ import annotations

import asyncio
from typing import ClassVar, Final, NamedTuple

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from massctl.app.devices import remembered
from massctl.app.persons import FIRST_NAME, Persons, new_person
from massctl.app.settings import DEFAULTS, Settings, change_settings, load_settings
from massctl.body.screening import Topic
from massctl.dashboard.at_hand import ask_heads, ask_tools, ask_units, settings_words
from massctl.dashboard.dialogs import Choose, Item, content_of
from massctl.dashboard.journeys import manual_gun
from massctl.dashboard.lines import BLANK, Line, Lines, line, whole
from massctl.dashboard.page import Page
from massctl.dashboard.screening import ask_topics
from massctl.dashboard.tour import tour
from massctl.dashboard.two_panes import TEXT_WIDTH
from massctl.errors import MassctlError


class Step(NamedTuple):
    """One step of the first start."""

    id: str
    title: str
    text: str


STEPS: Final = (
    Step("devices", "Which massager have you?", "One with Bluetooth or a cable, one without a link, or none: all three work."),
    Step("tools", "Which tools have you?", "Ball, roller, cane: what you lack is replaced in every program. Hands always count."),
    Step("heads", "Which heads have you?", "The head decides how much pressure the same push makes."),
    Step("units", "Units", "Newtons, kg/cm² or kilopascals: how push and pressure are shown to you."),
    Step("health", "Health questions", "Asked once, and again after 90 days. They decide what is left out and "
         "what is made gentler. Nothing runs on hardware without them."),
    Step("tour", "A two-minute tour", "The session screen on the simulated bench: nothing real moves."),
    Step("done", "To the programs", "Everything here can be changed later: 3 Devices, 4 Person."),
)  # fmt: skip
_WAYS: Final = (
    Item("add", "One with Bluetooth or a cable: find it now"),
    Item("manual", "One without Bluetooth: massctl tells level and time, I switch it"),
    Item("none", "None: ball, roller, cane or hand"),
)


_LEFT: Final = 30
"""Columns of the steps."""


class FirstStartScreen(Page):
    """A list of steps; Enter does the one at hand, n skips it, Esc skips all."""

    page_title = "Welcome"
    key_words = "Enter do this · n skip it · Esc skip all"
    DEFAULT_CSS: ClassVar[str] = """
    FirstStartScreen OptionList, FirstStartScreen OptionList:focus {
        width: 30; height: 1fr; border: none; padding: 1 0 0 1; background: $background;
    }
    FirstStartScreen VerticalScroll { width: 1fr; padding: 1 1 0 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "skip", "skip", show=False),
        Binding("escape", "leave", "skip all", show=False),
        Binding("1,2,3,4,5,6", "stay", "stay", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.done: dict[str, str] = {}
        """What was answered, by step."""
        self.settings: Settings = DEFAULTS

    def right_keys(self) -> str:
        """Return nothing more: the pages come afterwards."""
        return "q quit"

    def body(self) -> ComposeResult:
        """Yield the steps and their text."""
        with Horizontal():
            yield OptionList(*(Option(content_of(self._line(step)), id=step.id) for step in STEPS))
            with VerticalScroll(can_focus=False):
                yield Lines(id="text")

    def on_mount(self) -> None:
        """Begin with the first step."""
        options = self.query_one(OptionList)
        options.focus()
        options.highlighted = 0
        self._read()

    def on_resize(self) -> None:
        """Fit the text to the new width."""
        self._show()

    def on_option_list_option_highlighted(self) -> None:
        """Show the step at hand."""
        self._show()

    @work(group="read", exclusive=True)
    async def _read(self) -> None:
        try:
            self.settings = await asyncio.to_thread(load_settings)
            devices = await asyncio.to_thread(remembered)
        except MassctlError as problem:
            self.massctl.tell(problem)
            return
        names = await asyncio.to_thread(lambda: Persons().names)
        if self.is_gone:
            return
        known = {
            "devices": ", ".join(device.name for device in devices),
            "tools": settings_words(self.settings)[0] if self.settings.tools is not None else "",
            "heads": settings_words(self.settings)[1] if self.settings.heads is not None else "",
            "health": f"answered: {', '.join(names)}" if names else "",
        }
        for step_id, words in known.items():
            if words:
                self._tick(step_id, words)
        while self.step.id in self.done:
            self.action_skip()

    @property
    def step(self) -> Step:
        """The step at hand."""
        return STEPS[self.query_one(OptionList).highlighted or 0]

    def _line(self, step: Step) -> Line:
        is_done = step.id in self.done
        return line(("✓ " if is_done else "  ", "ask"), step.title)

    def _show(self) -> None:
        width = min(max(self.app.size.width - _LEFT - 5, 24), TEXT_WIDTH)
        self.query_one("#text", Lines).show(self.words(width))

    def words(self, width: int) -> list[Line]:
        """Return the text of the step at hand."""
        step = self.step
        welcome = whole(_WELCOME, width, "quiet") if step is STEPS[0] else []
        rows = [line(("Welcome to massctl.", "bold")), *welcome, BLANK]
        rows += [line((step.title, "bold")), *whole(step.text, width)]
        if step.id in self.done:
            rows += [BLANK, *whole(f"✓ {self.done[step.id]}", width, "good")]
        return [*rows, BLANK, line(("Enter does this, n skips it.", "ask"))]

    def _tick(self, step_id: str, words: str) -> None:
        self.done[step_id] = words
        index = next(number for number, step in enumerate(STEPS) if step.id == step_id)
        self.query_one(OptionList).replace_option_prompt_at_index(index, content_of(self._line(STEPS[index])))
        self._show()

    def action_skip(self) -> None:
        """Go to the next step; behind the last one, leave."""
        options = self.query_one(OptionList)
        at = options.highlighted or 0
        if at + 1 >= len(STEPS):
            self.action_leave()
        else:
            options.highlighted = at + 1

    def on_option_list_option_selected(self) -> None:
        """Do the step at hand."""
        self._do(self.step.id)

    @work(group="step", exclusive=True)
    async def _do(self, step_id: str) -> None:
        words = await self._words_of(step_id)
        if words and self.is_attached:
            self._tick(step_id, words)
            self.action_skip()

    async def _words_of(self, step_id: str) -> str:
        """Do a step; return what came of it, '' where it was left."""
        match step_id:
            case "devices":
                return await self._devices()
            case "tools":
                return self._taken(await ask_tools(self, self.settings), 0)
            case "heads":
                return self._taken(await ask_heads(self, self.settings), 1)
            case "units":
                return self._taken(await ask_units(self), 2)
            case "health":
                return await self._health()
            case "tour":
                return "seen; 6 Help has it again" if await tour(self) else ""
        self.action_leave()
        return ""

    def _taken(self, settings: Settings | None, place: int) -> str:
        """Keep what was set; return it in words."""
        self.settings = settings or self.settings
        return settings_words(settings)[place] if settings is not None else ""

    async def _devices(self) -> str:
        chosen = await self.app.push_screen_wait(Choose("Which massager have you?", _WAYS))
        if chosen == "manual":
            return "my gun, without a link" if await manual_gun(self) else ""
        if chosen == "add":
            self.massctl.action_page("devices")
            self.massctl.notify(
                "s looks for it, a takes an address; then Esc goes on with the first questions.", markup=False
            )
        return "none: the clock guides you" if chosen == "none" else ""

    async def _health(self) -> str:
        try:
            person = await asyncio.to_thread(lambda: Persons().current()) or new_person(FIRST_NAME)
            answered = await ask_topics(self.massctl, person, tuple(Topic))
            if answered is None:
                return ""
            await asyncio.to_thread(lambda: Persons().save(answered))
        except MassctlError as problem:
            self.massctl.tell(problem)
            return ""
        return "answered; 4 Person shows what follows"

    @work(group="leave", exclusive=True)
    async def action_leave(self) -> None:
        """Leave; it does not come again by itself."""
        await self._keep()
        if self.is_current:
            self.app.pop_screen()

    async def _keep(self) -> None:
        try:
            await asyncio.to_thread(lambda: change_settings(is_set_up=True))
        except MassctlError as problem:
            self.massctl.tell(problem)

    def action_stay(self) -> None:
        """Say how to leave."""
        self.notify("Esc leaves to the programs.", markup=False)


_WELCOME: Final = (
    "It guides release sessions with a massager, a ball, a roller, a cane or your hands, and stops whenever in doubt. It is not a "
    "medical device. A few questions first; each can be skipped."
)
