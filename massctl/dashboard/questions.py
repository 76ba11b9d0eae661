"""Questions over a page: ticks, a day, yes or no; and the health questions that are asked with them, topic by topic (F8).

What is asked and what it means is ``body.screening``'s and ``app.admission``'s. Nothing runs while one of these is open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar, Final

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from massctl.app.persons import today
from massctl.body.atlas import Atlas
from massctl.body.person import EXPIRES_AFTER_DAYS, Answer, Person
from massctl.body.screening import TOPIC_OF, Ask, Item, Topic, ask_for

if TYPE_CHECKING:
    from massctl.dashboard.app import MassctlApp

GO_ON: Final = "go_on"
INTRODUCTION: Final = (
    "They decide what is left out and what is made gentler. The answers stay on this machine, in a file that only you can "
    f"read, and are asked again after {EXPIRES_AFTER_DAYS} days. If in doubt, say yes."
)


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


class TickScreen(ModalScreen[frozenset[int] | None]):
    """Asks which of some lines are true; dismissed with their places, None where it was called off.

    Args:
        title: the question.
        items: the lines.
        introduction: what to know first.
        ticked: those ticked at the start.
        is_choice: exactly one is true, and choosing it answers.
        none_words: what 'go on' says where nothing is ticked; '' where at least one tick is needed.
    """

    CSS_PATH = "questions.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "call_off", "Call off"),
        Binding("n", "none", "None of these"),
        Binding("space", "tick", "Tick"),
        Binding("g", "go_on", "Go on"),
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
    ) -> None:
        super().__init__()
        self._title = title
        self._items = tuple(items)
        self._introduction = introduction
        self.ticked = set(ticked)
        self._is_choice = is_choice
        self._none_words = none_words

    def compose(self) -> ComposeResult:
        """Lay the question out."""
        with Vertical(id="dialog"):
            yield Static(self._title, classes="title", markup=False)
            if self._introduction:
                yield Static(self._introduction, classes="introduction", markup=False)
            options = [Option(self._prompt(place)) for place in range(len(self._items))]
            if not self._is_choice:
                options.append(Option(self._go_on_prompt(), id=GO_ON))
            yield Ticks(*options, take=self._take)
            yield Static(self._help(), classes="help", markup=False)

    def _take(self, option: Option, place: int) -> None:
        """Tick a line, or go on."""
        if option.id == GO_ON:
            self.action_go_on()
        elif self._is_choice:
            self.dismiss(frozenset({place}))
        else:
            self._tick(place)

    def action_tick(self) -> None:
        """Tick the line at the cursor, or take the mark away."""
        self.query_one(OptionList).action_select()

    def action_none(self) -> None:
        """Say that none is true, and go on."""
        if self._none_words and not self._is_choice:
            self.dismiss(frozenset())

    def action_go_on(self) -> None:
        """Go on with what is ticked."""
        if self._is_choice or (not self.ticked and not self._none_words):
            self.app.bell()
        else:
            self.dismiss(frozenset(self.ticked))

    def action_call_off(self) -> None:
        """Give up."""
        self.dismiss(None)

    def _tick(self, place: int) -> None:
        self.ticked ^= {place}
        options = self.query_one(OptionList)
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
        if self._is_choice:
            return "↑↓ choose · Enter take it · Esc call off"
        none = " · n none of these" if self._none_words else ""
        return f"↑↓ move · Enter tick{none} · g go on · Esc call off"


class YesNoScreen(ModalScreen[bool | None]):
    """Asks something that is yes or no; dismissed with None where it was called off."""

    CSS_PATH = "questions.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes"),
        Binding("n", "answer(False)", "No"),
        Binding("escape", "call_off", "Call off"),
    ]

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """Lay the question out."""
        with Vertical(id="dialog"):
            yield Static(self._question, classes="title", markup=False)
            yield Static("y yes · n no · Esc call off", classes="help", markup=False)

    def action_answer(self, answer: bool) -> None:
        """Take the answer."""
        self.dismiss(answer)

    def action_call_off(self) -> None:
        """Give up."""
        self.dismiss(None)


class DayScreen(ModalScreen[str | None]):
    """Asks for a day that is past: dismissed with a date in ISO form, '' where it is not known, None where it was called off."""

    CSS_PATH = "questions.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "call_off", "Call off")]

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """Lay the question out."""
        with Vertical(id="dialog"):
            yield Static(self._question, classes="title", markup=False)
            yield Input(placeholder="2026-05-31, or how many days ago, or ?")
            yield Static("", classes="problem", markup=False)
            yield Static("Enter go on · ? not known · Esc call off", classes="help", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the day, or say what is wrong with it."""
        text = event.value.strip()
        day = day_of(text)
        if text == "?":
            self.dismiss("")
        elif day is None or day > today():
            self.query_one(".problem", Static).update("Please type a day that is past, such as 2026-05-31 or 12.")
        else:
            self.dismiss(day.isoformat())

    def action_call_off(self) -> None:
        """Give up."""
        self.dismiss(None)


def day_of(text: str) -> date | None:
    """Return the day that ``text`` names, as a date or a number of days ago; None where it names none."""
    try:
        return today() - timedelta(days=int(text)) if text.isdecimal() else date.fromisoformat(text)
    except (ValueError, OverflowError):
        return None


async def ask_topics(app: MassctlApp, person: Person, topics: Sequence[Topic]) -> Person | None:
    """Ask ``topics`` one after the other, from a worker; return the person with the answers, None where it was called off."""
    for number, topic in enumerate(topics, 1):
        answers = await _ask_topic(app, ask_for(topic), person, f"{number} of {len(topics)}")
        if answers is None:
            return None
        person = person.answered(topic, answers, today())
    return person


async def _ask_topic(app: MassctlApp, ask: Ask, person: Person, place: str) -> tuple[Answer, ...] | None:
    before = {answer.matter for answer in person.answers if TOPIC_OF[answer.matter] is ask.topic}
    screen = TickScreen(
        f"Health questions for {person.name}, {place}: {ask.question}",
        [f"{item.text} [{item.rule}]" for item in ask.items],
        introduction=INTRODUCTION if place.startswith("1 ") else "",
        ticked=() if ask.is_choice else (n for n, item in enumerate(ask.items) if item.matter in before),
        is_choice=ask.is_choice,
    )
    chosen = await app.push_screen_wait(screen)
    if chosen is None:
        return None
    answers = []
    for number in sorted(chosen):
        answer = await _details(app, ask.items[number])
        if answer is None:
            return None
        answers.append(answer)
    return tuple(answers)


async def _details(app: MassctlApp, item: Item) -> Answer | None:
    """Ask what one yes still needs: where, since when, and whether a clinician allowed it."""
    regions: tuple[str, ...] = ()
    since: date | None = None
    is_cleared = False
    if item.wants_regions:
        known = Atlas.load().regions()
        question = TickScreen(f"{item.text}: where? Both sides count.", [each.name for each in known], none_words="")
        places = await app.push_screen_wait(question)
        if places is None:
            return None
        regions = tuple(known[place].id for place in sorted(places))
    if item.wants_date:
        text = await app.push_screen_wait(DayScreen(f"{item.text}: when?"))
        if text is None:
            return None
        since = date.fromisoformat(text) if text else None
    if item.can_be_cleared:
        cleared = await app.push_screen_wait(
            YesNoScreen(f"{item.text}: has a physician said that massage with pressure is allowed all the same?")
        )
        if cleared is None:
            return None
        is_cleared = cleared
    return Answer(item.matter, regions, since, is_cleared)
