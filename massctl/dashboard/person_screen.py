"""The person page: who is massaged, what was answered and what follows; hand over to another person; what is at hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from massctl.app.admission import real_sessions
from massctl.app.persons import FIRST_NAME, Persons, new_person, today, valid_name
from massctl.app.settings import DEFAULTS, Settings, load_settings
from massctl.body.allowance import Allowance
from massctl.body.person import Person
from massctl.body.person_rules import Facts, allowance_of
from massctl.body.screening import Topic
from massctl.dashboard.at_hand import ask_heads, ask_tools, ask_units
from massctl.dashboard.dialogs import Confirm, TypeLine, content_of
from massctl.dashboard.lines import BLANK, Line, line, whole
from massctl.dashboard.person_card import at_hand_rows, nobody_card, person_card
from massctl.dashboard.remedies import in_pages
from massctl.dashboard.screening import ask_topics
from massctl.dashboard.two_panes import TwoPanes
from massctl.errors import MassctlError

KEYS: tuple[tuple[str, str], ...] = (
    ("Enter", "hand over: sessions are planned for this person now"),
    ("s", "answer the health questions"),
    ("n", "a new person"),
    ("y", "take back what was said today, if it was a slip"),
    ("Del", "delete all answers of this person"),
    ("o", "which tools have you"),
    ("h", "which heads have you"),
    ("u", "units: N, kg/cm², kPa"),
    ("j J", "read on, back"),
    ("Esc", "back to the programs"),
)


@dataclass(frozen=True, slots=True)
class Seen:
    """One person, as far as the file could be read."""

    name: str
    person: Person | None
    allowance: Allowance
    said_today: frozenset[str] = frozenset()
    problem: MassctlError | None = None


def read_persons() -> tuple[tuple[Seen, ...], str | None]:
    """Return all persons, and who is the current one. Blocks: files."""
    persons, on = Persons(), today()
    seen = []
    for name in persons.names:
        try:
            person = persons.load(name)
        except MassctlError as problem:
            seen.append(Seen(name, None, Allowance(), problem=problem))
            continue
        allowance = allowance_of(Facts(person, on, real_sessions(person)))
        seen.append(Seen(name, person, allowance, persons.day(name, on).yes))
    return tuple(seen), persons.current_name


class PersonScreen(TwoPanes):
    """Persons at the left, the one at hand at the right."""

    page_title = "Person"
    page_name = "person"
    left_widths = (24, 24)
    keys = KEYS
    key_words = "Enter hand over · s health questions · n new · o tools · h heads · ? all keys"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "answer", "health questions", show=False),
        Binding("n", "new", "new person", show=False),
        Binding("y", "take_back", "take back", show=False),
        Binding("delete,backspace", "forget", "delete", show=False),
        Binding("o", "tools", "tools", show=False),
        Binding("h", "heads", "heads", show=False),
        Binding("u", "units", "units", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.persons: tuple[Seen, ...] = ()
        self.current: str | None = None
        self.settings: Settings = DEFAULTS
        self._name = ""

    @work(group="read", exclusive=True)
    async def _read(self, name: str = "") -> None:
        try:
            self.persons, self.current = await asyncio.to_thread(read_persons)
            self.settings = await asyncio.to_thread(load_settings)
        except MassctlError as problem:
            self.massctl.tell(problem)
        if self.is_gone:
            return
        self._name = name or self._name or self.current or ""
        options = self.query_one(OptionList)
        options.clear_options()
        for seen in self.persons:
            mark = "● " if seen.name == self.current else "○ "
            options.add_option(Option(content_of(line(mark, seen.name)), id=seen.name))
        names = [seen.name for seen in self.persons]
        if names:
            options.highlighted = names.index(self._name) if self._name in names else 0
        self.show_card()

    def begin(self) -> None:
        """Read the persons."""
        self._read()

    @property
    def seen(self) -> Seen | None:
        """The person at hand."""
        return next((seen for seen in self.persons if seen.name == self._name), None)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the person at hand."""
        self._name = event.option.id or ""
        self.show_card()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Hand over to this person."""
        name = event.option.id or ""
        if name != self.current:
            self._hand_over(name)

    def card(self, width: int) -> list[Line]:
        """Return the card of the person at hand."""
        rows: list[Line] = []
        if self.massctl.is_simulated:
            text = "On the simulated bench nobody is touched: these answers are not used there. [F51]"
            rows += [*whole(text, width, "caution"), BLANK]
        seen = self.seen
        if seen is None:
            rows += nobody_card(width)
        elif seen.person is None:
            rows += [line((seen.name, "bold")), *whole(f"✕ {in_pages(str(seen.problem))}", width, "danger")]
            rows += whole("s answers everything anew; the file is kept beside the new one.", width, "ask")
        else:
            is_current = seen.name == self.current
            rows += person_card(seen.person, seen.allowance, seen.said_today, today(), width, is_current=is_current)
        return [*rows, BLANK, *at_hand_rows(self.settings, width)]

    # --- persons -------------------------------------------------------------------------------------------------------------

    @work(group="person", exclusive=True)
    async def _hand_over(self, name: str) -> None:
        if await self._do(lambda: Persons().use(name)):
            self.notify(f"Handed over: sessions are planned for {name} now.", markup=False)
            self._read(name)

    @work(group="person", exclusive=True)
    async def action_answer(self) -> None:
        """Answer the health questions for the person at hand."""
        seen = self.seen
        if seen is None:
            await self._ask(new_person(FIRST_NAME))
        elif seen.person is None:
            await self._ask(await asyncio.to_thread(lambda: Persons().anew(seen.name)))
        else:
            await self._ask(seen.person)

    @work(group="person", exclusive=True)
    async def action_new(self) -> None:
        """Add a person, and ask the health questions."""
        said = "A name of your own choice; it stays on this machine and is in no record."
        name = await self.app.push_screen_wait(TypeLine("Who is it?", said=said, judge=self._no_name))
        if name is not None:
            await self._ask(new_person(name))

    def _no_name(self, name: str) -> str:
        try:
            plain = valid_name(name)
        except MassctlError as problem:
            return str(problem)
        return f"There is a person {plain!r} already." if plain in {seen.name for seen in self.persons} else ""

    async def _ask(self, person: Person) -> None:
        answered = await ask_topics(self.massctl, person, tuple(Topic))
        if answered is None:
            self.notify("Left in the middle: nothing was kept.", markup=False)
            return
        if await self._do(lambda: _keep(answered)):
            self.notify(f"Kept. Sessions are planned for {answered.name} now.", markup=False)
        self._read(answered.name)

    @work(group="person", exclusive=True)
    async def action_take_back(self) -> None:
        """Take back what was said today."""
        seen = self.seen
        if seen is None or not seen.said_today:
            self.notify("Nothing was said to be true today.", markup=False)
            return
        question = f"You said that this is true today: {'; '.join(sorted(seen.said_today))}. Was it a slip of the keys?"
        if await self.app.push_screen_wait(Confirm("Take it back?", question)):
            await self._do(lambda: Persons().forget_day(seen.name))
            self._read()

    @work(group="person", exclusive=True)
    async def action_forget(self) -> None:
        """Delete all answers of the person at hand."""
        seen = self.seen
        if seen is None:
            return
        said = "The record of sessions holds no names, and stays. This cannot be undone."
        if await self.app.push_screen_wait(Confirm(f"Delete all answers of {seen.name}?", said)):
            self._name = ""
            await self._do(lambda: Persons().forget(seen.name))
            self._read()

    async def _do(self, change: Callable[[], object]) -> bool:
        try:
            await asyncio.to_thread(change)
        except MassctlError as problem:
            self.massctl.tell(problem)
            return False
        return True

    # --- at hand -------------------------------------------------------------------------------------------------------------

    @work(group="person", exclusive=True)
    async def action_tools(self) -> None:
        """Which tools have you?"""
        self._take(await ask_tools(self, self.settings))

    @work(group="person", exclusive=True)
    async def action_heads(self) -> None:
        """Which heads have you?"""
        self._take(await ask_heads(self, self.settings))

    @work(group="person", exclusive=True)
    async def action_units(self) -> None:
        """In which unit do you think?"""
        self._take(await ask_units(self))

    def _take(self, settings: Settings | None) -> None:
        if settings is not None:
            self.settings = settings
            self.show_card()


def _keep(person: Person) -> None:
    """Keep the answers, and make this person the current one."""
    persons = Persons()
    persons.save(person)
    persons.use(person.name)
