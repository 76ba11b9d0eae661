"""Questions over a page: ticks, yes or no, a day. Each keeps its keys in sight, and reads on with the arrows where it is long.

Nothing runs while one of these is open. A key that is held down from one question to the next answers neither of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from enum import Enum
from typing import ClassVar, Final, Generic, TypeVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from massctl.app.persons import today

Result = TypeVar("Result")
GO_ON: Final = "go_on"
TICKED: Final = "Something is ticked: take the marks away, or go on with g."
READ_S: Final = 0.3
"""Nobody has read a question within this time (design value)."""
REPEAT_S: Final = 0.15
"""A key that comes again so soon is held down: keyboards repeat every 0.03–0.1 s (design value)."""
HURRIED: Final = "Please read it first, then answer."


SHORT: Final = 4
"""So many lines fit below any question; more of them take the height of the terminal, and scroll."""
LINE_MAX: Final = 200
"""Characters of a line that a person types; more is a slip of the clipboard."""


class Turn(Enum):
    """An answer that is none."""

    BACK = "back"
    """To the question before."""


class Ticks(OptionList):
    """Lines to tick. A tick is taken on the spot and not by message: a key typed right behind it must find it there."""

    def __init__(self, *options: Option | None, take: Callable[[Option, int], None]) -> None:
        super().__init__(*options, id="ticks")
        self._take = take

    def action_select(self) -> None:
        """Take the line at the cursor."""
        if self.highlighted is None:
            return
        option = self.get_option_at_index(self.highlighted)
        if not option.disabled:
            self._take(option, self.highlighted)


class Asking(ModalScreen[Result | None], Generic[Result]):
    """A question; dismissed with None where it was called off."""

    CSS_PATH = "questions.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "call_off", "Call off")]

    def __init__(self) -> None:
        super().__init__()
        self._shown_s = self._pressed_s = time.perf_counter()

    def on_screen_resume(self) -> None:
        """From now on it can be read."""
        self._shown_s = time.perf_counter()

    def is_hurried(self) -> bool:
        """Return whether an answer came sooner than the question can be read, or by a key held down; it counts for nothing then."""
        now_s = time.perf_counter()
        is_hurried = now_s - self._shown_s < READ_S or now_s - self._pressed_s < min(REPEAT_S, READ_S)
        self._pressed_s = now_s
        if is_hurried:
            self.say(HURRIED)
        return is_hurried

    def say(self, words: str) -> None:
        """Say what is wrong, or still missing; '' says nothing any more."""
        self.query_one(".problem", Static).update(words)

    def action_call_off(self) -> None:
        """Give up."""
        self.dismiss(None)


class TickScreen(Asking[frozenset[int] | Turn]):
    """Asks which of some lines are true; dismissed with their places.

    Args:
        title: the question.
        items: the lines.
        introduction: what to know first.
        ticked: those ticked at the start.
        is_choice: exactly one is true, and choosing it answers.
        none_words: what 'go on' says where nothing is ticked; '' where at least one tick is needed.
        can_go_back: whether there is a question before.
        leave_words: what Esc does.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "none", "None of these"),
        Binding("space", "tick", "Tick"),
        Binding("g", "go_on", "Go on"),
        Binding("b", "back", "Back"),
    ]

    def __init__(
        self,
        title: str,
        items: Sequence[str],
        *,
        introduction: str = "",
        ticked: Iterable[int] = (),
        is_choice: bool = False,
        none_words: str = "none of these is true",
        can_go_back: bool = False,
        leave_words: str = "call off",
    ) -> None:
        super().__init__()
        self._title = title
        self._items = tuple(items)
        self._introduction = introduction
        self.ticked = set(ticked)
        self._is_choice = is_choice
        self._none_words = none_words
        self._can_go_back = can_go_back
        self._leave_words = leave_words

    def compose(self) -> ComposeResult:
        """Lay the question out."""
        with Vertical(id="dialog", classes="tall" if len(self._items) > SHORT else ""):
            yield Static(self._title, classes="title", markup=False)
            if self._introduction:
                yield Static(self._introduction, classes="introduction", markup=False)
            options = [Option(self._prompt(place)) for place in range(len(self._items))]
            if not self._is_choice:
                options.append(Option(self._go_on_prompt(), id=GO_ON))
            yield Ticks(*options, take=self._take)
            yield Static("", classes="problem", markup=False)
            yield Static(self._help(), classes="help", markup=False)

    def on_mount(self) -> None:
        """Begin at what was chosen before."""
        if self._is_choice and self.ticked:
            self.query_one(Ticks).highlighted = min(self.ticked)

    def _take(self, option: Option, place: int) -> None:
        """Tick a line, or go on."""
        if option.id == GO_ON:
            self.action_go_on()
        elif not self._is_choice:
            self._tick(place)
        elif not self.is_hurried():
            self.dismiss(frozenset({place}))

    def action_tick(self) -> None:
        """Tick the line at the cursor, or take the mark away."""
        self.query_one(Ticks).action_select()

    def action_none(self) -> None:
        """Say that none is true, and go on; not behind a tick that says otherwise."""
        if self._is_choice or not self._none_words:
            return
        if self.ticked:
            self.say(TICKED)
        else:
            self.action_go_on()

    def action_go_on(self) -> None:
        """Go on with what is ticked."""
        if self._is_choice or self.is_hurried():
            return
        if self.ticked or self._none_words:
            self.dismiss(frozenset(self.ticked))
        else:
            self.say("Please tick one at least: space.")

    def action_back(self) -> None:
        """Go back to the question before."""
        if self._can_go_back:
            self.dismiss(Turn.BACK)

    def _tick(self, place: int) -> None:
        self.ticked ^= {place}
        self.say("")
        options = self.query_one(Ticks)
        options.replace_option_prompt_at_index(place, self._prompt(place))
        options.replace_option_prompt(GO_ON, self._go_on_prompt())

    def _prompt(self, place: int) -> Text:
        mark = "" if self._is_choice else "[x] " if place in self.ticked else "[ ] "
        return Text(mark + self._items[place])

    def _go_on_prompt(self) -> Text:
        count = len(self.ticked)
        words = f"{count} of these {'is' if count == 1 else 'are'} true" if count else self._none_words
        return Text(f"Go on: {words}" if words else "Go on", "bold")

    def _help(self) -> str:
        keys = ["↑↓ choose", "Enter take it"] if self._is_choice else ["↑↓ move", "Enter tick"]
        if not self._is_choice:
            keys += ["n none of these"] if self._none_words else []
            keys.append("g go on")
        keys += ["b back"] if self._can_go_back else []
        return " · ".join([*keys, f"Esc {self._leave_words}"])


class YesNoScreen(Asking[bool]):
    """Asks something that is yes or no."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes"),
        Binding("n", "answer(False)", "No"),
    ]

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """Lay the question out."""
        with Vertical(id="dialog"):
            yield Static(self._question, classes="title", markup=False)
            yield Static("", classes="problem", markup=False)
            yield Static("y yes · n no · Esc back", classes="help", markup=False)

    def action_answer(self, answer: bool) -> None:
        """Take the answer."""
        if not self.is_hurried():
            self.dismiss(answer)


class DayScreen(Asking[str]):
    """Asks for a day that is past: dismissed with a date in ISO form, '' where it is not known."""

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """Lay the question out."""
        with Vertical(id="dialog"):
            yield Static(self._question, classes="title", markup=False)
            yield Input(placeholder="2026-05-31, or how many days ago, or ?", max_length=LINE_MAX)
            yield Static("", classes="problem", markup=False)
            yield Static("Enter go on · ? not known · Esc back", classes="help", markup=False)

    def on_input_changed(self) -> None:
        """What was said of the line before is over."""
        self.say("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the day, or say what is wrong with it."""
        text = event.value.strip()
        if text == "?":
            self.dismiss("")
        elif wrong := no_past_day(text):
            self.say(wrong)
        else:
            day = day_of(text)
            assert day is not None, "it was judged"
            self.dismiss(day.isoformat())


def day_of(text: str) -> date | None:
    """Return the day that ``text`` names, as a date or a number of days ago; None where it names none."""
    try:
        return today() - timedelta(days=int(text)) if text.isdecimal() else date.fromisoformat(text)
    except (ValueError, OverflowError):
        return None


def no_past_day(text: str) -> str:
    """Return what is wrong with ``text`` as a day that is past, '' where it is one."""
    day = day_of(text)
    is_past = day is not None and day <= today()
    return "" if is_past else "Please type a day that is past, such as 2026-05-31, or 12 for twelve days ago."
