"""The page before a run on hardware: what massctl is, what must not be true today, and what must be (F1, F3, F7–F9, F19, F43)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static
from textual.widgets.option_list import Option

from massctl.app.preflight import PreflightAnswers, PreflightPage, is_refused
from massctl.dashboard.questions import GO_ON, TICKED, Asking, Ticks

_ACCEPT: Final = "accept"
_ACCEPTED: Final = "I have read the notice above, and accept it"


class PreflightScreen(Asking[PreflightAnswers]):
    """Shows the page; dismissed with the answers. What they mean is the application's business.

    All of it is one list, so that the arrows read everything, on any terminal; the questions come before what is only to know.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "accept", "Accept the notice"),
        Binding("n", "none", "None of this is true"),
        Binding("space", "tick", "Tick"),
        Binding("g", "go_on", "Go on"),
    ]

    def __init__(self, page: PreflightPage) -> None:
        super().__init__()
        self.page = page
        self._ticked: set[str] = set()
        self._is_told_of_more = False
        self._words = {_ACCEPT: _ACCEPTED}
        self._words |= {each.id: f"{each.text} [{each.rule}]" for each in (*page.questions, *page.confirmations)}

    def compose(self) -> ComposeResult:
        """Lay the page out."""
        page = self.page
        who = f" · {page.person}" if page.person else ""
        with Vertical(id="dialog", classes="tall"):
            yield Static(f"Before the start: {page.title}{who}", classes="title", markup=False)
            yield Ticks(*self._options(), take=self._take)
            yield Static("", classes="problem", markup=False)
            accept = "a accept the notice · " if page.disclaimer else ""
            yield Static(
                f"↑↓ read · Enter tick · {accept}n none of this is true · g go on · Esc call off",
                classes="help",
                markup=False,
            )

    def _options(self) -> Iterator[Option | None]:
        """Yield what to know first, what to answer, and what else was planned for this person."""
        page = self.page
        yield from (Option(Content.assemble((note, "$warning"))) for note in page.notes)
        if page.disclaimer:
            yield Option(page.disclaimer)
            yield self._option(_ACCEPT)
        yield from (Option(words) for words in page.setup)
        if page.questions:
            yield _heading("Is any of this true for you today?")
            yield from (self._option(each.id) for each in page.questions)
        if page.confirmations:
            yield _heading("And this must be so:")
            yield from (self._option(each.id) for each in page.confirmations)
        yield Option(self._go_on_prompt(), id=GO_ON)
        if page.changes:
            yield _heading("Planned for you:")
            yield from (Option(f"· {words}") for words in page.changes)

    def _option(self, tick: str) -> Option:
        return Option(self._prompt(tick), id=tick)

    def _prompt(self, tick: str) -> Text:
        return Text(f"[{'x' if tick in self._ticked else ' '}] {self._words[tick]}")

    def _go_on_prompt(self) -> Text:
        count = len(self._yes)
        words = "none of this is true" if not count else f"{count} of these {'is' if count == 1 else 'are'} true"
        return Text(f"Go on: {words}" if self.page.questions else "Go on", "bold")

    @property
    def _yes(self) -> frozenset[str]:
        return frozenset(each.id for each in self.page.questions if each.id in self._ticked)

    # --- what a person does --------------------------------------------------------------------------------------------------

    def _take(self, option: Option, _: int) -> None:
        """Tick a line, go on, or read on."""
        if option.id == GO_ON:
            self.action_go_on()
        elif option.id is not None:
            self._tick(option.id)
        else:
            self.query_one(Ticks).action_cursor_down()

    def action_tick(self) -> None:
        """Tick the line at the cursor, or take the mark away."""
        self.query_one(Ticks).action_select()

    def action_accept(self) -> None:
        """Accept the notice, or take that back."""
        if self.page.disclaimer:
            self._tick(_ACCEPT)

    def action_none(self) -> None:
        """Say that nothing on the list is true, and go on; not behind a tick that says otherwise."""
        options = self.query_one(Ticks)
        is_unread = options.max_scroll_y > 0 and options.scroll_offset.y == 0 and not self._is_told_of_more
        if self._yes:
            self.say(TICKED)
        elif is_unread and not self.is_hurried():
            self._is_told_of_more = True
            self.say("There is more below: ↓ reads on. n again says it of all of it.")
        elif not is_unread:
            self.action_go_on()

    def action_go_on(self) -> None:
        """Give the answers, once what must be said is said."""
        if self.is_hurried():
            return
        missing = [each for each in self.page.confirmations if each.id not in self._ticked]
        if self.page.disclaimer and _ACCEPT not in self._ticked:
            self._want(_ACCEPT, "Please read the notice and accept it first: a.")
        elif missing and not is_refused(self.page, self._yes):
            self._want(missing[0].id, f"Please confirm first: {missing[0].text}.")
        else:
            confirmed = frozenset(each.id for each in self.page.confirmations if each.id in self._ticked)
            self.dismiss(PreflightAnswers(_ACCEPT in self._ticked, self._yes, confirmed))

    def _want(self, tick: str, words: str) -> None:
        """Say what is still to be ticked, and go there."""
        self.say(words)
        options = self.query_one(Ticks)
        options.highlighted = options.get_option_index(tick)

    def _tick(self, tick: str) -> None:
        self._ticked ^= {tick}
        self.say("")
        options = self.query_one(Ticks)
        options.replace_option_prompt(tick, self._prompt(tick))
        options.replace_option_prompt(GO_ON, self._go_on_prompt())


def _heading(words: str) -> Option:
    return Option(Text(words, "bold"), disabled=True)
