"""The page before a run on hardware: what massctl is, what must not be true today, and what must be (F1, F3, F7–F9, F19, F43)."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from massctl.app.preflight import PreflightAnswers, PreflightPage, Question
from massctl.dashboard.questions import Ticks

_ACCEPT = "accept"
_GO_ON = "go_on"


class PreflightScreen(ModalScreen[PreflightAnswers | None]):
    """Shows the page; dismissed with the answers, None where it was called off. What they mean is the application's business."""

    CSS_PATH = "questions.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "call_off", "Call off"),
        Binding("a", "accept", "Accept the notice"),
        Binding("n", "none", "None of this is true"),
        Binding("space", "tick", "Tick"),
        Binding("g", "go_on", "Go on"),
    ]

    def __init__(self, page: PreflightPage) -> None:
        super().__init__()
        self.page = page
        self._ticked: set[str] = set()

    def compose(self) -> ComposeResult:
        """Lay the page out."""
        page = self.page
        who = f" · {page.person}" if page.person else ""
        with Vertical(id="dialog"):
            yield Static(f"Before the start: {page.title}{who}", classes="title", markup=False)
            with VerticalScroll(classes="texts", can_focus=False):
                for note in page.notes:
                    yield Static(note, classes="caution", markup=False)
                for words in page.setup:
                    yield Static(f"· {words}", markup=False)
                if page.disclaimer:
                    yield Static(f"\n{page.disclaimer}", markup=False)
            yield Ticks(*self._options(), take=self._take)
            yield Static("", classes="problem", markup=False)
            accept = "a accept the notice · " if page.disclaimer else ""
            yield Static(
                f"↑↓ Enter tick · {accept}n none of this is true · g go on · Esc call off", classes="help", markup=False
            )

    def _options(self) -> list[Option | None]:
        page = self.page
        options: list[Option | None] = []
        if page.disclaimer:
            options += [Option(self._prompt(_ACCEPT, "I have read the notice above, and accept it"), id=_ACCEPT), None]
        if page.questions:
            options.append(Option(Text("Is any of this true for you today?", "bold"), disabled=True))
            options += [self._option(each) for each in page.questions] + [None]
        if page.confirmations:
            options.append(Option(Text("And this must be so:", "bold"), disabled=True))
            options += [self._option(each) for each in page.confirmations] + [None]
        return [*options, Option(self._go_on_prompt(), id=_GO_ON)]

    def _option(self, question: Question) -> Option:
        return Option(self._prompt(question.id, f"{question.text} [{question.rule}]"), id=question.id)

    def _prompt(self, tick: str, words: str) -> Text:
        return Text(f"[{'x' if tick in self._ticked else ' '}] {words}")

    def _go_on_prompt(self) -> Text:
        count = len(self._yes)
        words = "none of this is true" if not count else f"{count} of these {'is' if count == 1 else 'are'} true"
        return Text(f"Go on: {words}" if self.page.questions else "Go on", "bold")

    @property
    def _yes(self) -> frozenset[str]:
        return frozenset(each.id for each in self.page.questions if each.id in self._ticked)

    # --- what a person does --------------------------------------------------------------------------------------------------

    def _take(self, option: Option, _: int) -> None:
        """Tick a line, or go on."""
        if option.id == _GO_ON:
            self.action_go_on()
        elif option.id is not None:
            self._tick(option.id)

    def action_tick(self) -> None:
        """Tick the line at the cursor, or take the mark away."""
        self.query_one(OptionList).action_select()

    def action_accept(self) -> None:
        """Accept the notice, or take that back."""
        if self.page.disclaimer:
            self._tick(_ACCEPT)

    def action_none(self) -> None:
        """Say that nothing on the list is true, and go on; not behind a tick that says otherwise."""
        if self._yes:
            self._say("Something is ticked: take the marks away, or go on with g.")
        else:
            self.action_go_on()

    def action_go_on(self) -> None:
        """Give the answers, once what must be said is said."""
        missing = [each.text for each in self.page.confirmations if each.id not in self._ticked]
        if self.page.disclaimer and _ACCEPT not in self._ticked:
            self._say("Please read the notice and accept it first: a.")
        elif missing and not self._yes:
            self._say(f"Please confirm first: {missing[0]}.")
        else:
            confirmed = frozenset(each.id for each in self.page.confirmations if each.id in self._ticked)
            self.dismiss(PreflightAnswers(_ACCEPT in self._ticked, self._yes, confirmed))

    def action_call_off(self) -> None:
        """Give up: nothing runs."""
        self.dismiss(None)

    def _tick(self, tick: str) -> None:
        self._ticked ^= {tick}
        self._say("")
        options = self.query_one(OptionList)
        known = {_ACCEPT: "I have read the notice above, and accept it"}
        known |= {each.id: f"{each.text} [{each.rule}]" for each in (*self.page.questions, *self.page.confirmations)}
        options.replace_option_prompt(tick, self._prompt(tick, known[tick]))
        options.replace_option_prompt(_GO_ON, self._go_on_prompt())

    def _say(self, words: str) -> None:
        self.query_one(".problem", Static).update(words)
