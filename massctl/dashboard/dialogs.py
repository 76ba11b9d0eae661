"""Small dialogs above a page: choose one, choose several, answer yes or no, type a line, read a text. Each says its keys.

Outside a session Esc leaves a dialog and nothing has happened; while a session runs, Esc is the stop key and never comes here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, Final, Generic, NamedTuple, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from massctl.dashboard.lines import Line, Lines
from massctl.dashboard.questions import LINE_MAX, Ticks
from massctl.dashboard.remedies import in_pages

Result = TypeVar("Result")
TYPED_FROM: Final = 12
"""Longer lists have a field to type in."""
_NOTHING: Final = "Nothing here has these words."


class Item(NamedTuple):
    """One thing to choose."""

    id: str
    words: str


class Dialog(ModalScreen[Result | None], Generic[Result]):
    """A box in the middle: a title, what there is to do, and the keys."""

    DEFAULT_CSS: ClassVar[str] = """
    Dialog { align: center middle; background: $background 60%; }
    Dialog > #box { width: 72; max-width: 94%; height: auto; max-height: 90%; background: $panel; padding: 1 2; }
    Dialog .title { text-style: bold; height: auto; margin-bottom: 1; }
    Dialog .said { height: auto; margin-bottom: 1; }
    Dialog .wrong { color: $error; height: auto; }
    Dialog .hint { color: $quiet; height: 1; margin-top: 1; }
    Dialog OptionList, Dialog OptionList:focus {
        height: auto; max-height: 12; border: none; background: $panel; padding: 0;
        scrollbar-size-vertical: 1; scrollbar-color: $quiet; scrollbar-background: $shade;
    }
    Dialog Input, Dialog Input:focus { border: none; height: 1; background: $background; padding: 0 1; }
    Dialog VerticalScroll { height: auto; max-height: 18; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "back", show=False)]

    def __init__(self, title: str, said: str = "") -> None:
        super().__init__()
        self._title = title
        self._said = said

    hint: ClassVar[str] = "Esc back"

    def compose(self) -> ComposeResult:
        """Lay the box out."""
        with Vertical(id="box"):
            yield Static(Content(self._title), classes="title")
            if self._said:
                yield Static(Content(self._said), classes="said")
            yield from self.content()
            yield Static(Content(self.hint), classes="hint")

    def content(self) -> ComposeResult:
        """Yield what there is to do."""
        yield from ()

    def action_leave(self) -> None:
        """Go back; nothing has happened."""
        self.dismiss(None)


class Choose(Dialog[str]):
    """One of several things; dismisses with its id. A long list is narrowed by typing."""

    hint = "↑↓ choose · Enter take · Esc back"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "go('cursor_up')", "up", show=False, priority=True),
        Binding("down", "go('cursor_down')", "down", show=False, priority=True),
        Binding("pageup", "go('page_up')", "up", show=False, priority=True),
        Binding("pagedown", "go('page_down')", "down", show=False, priority=True),
    ]

    def __init__(self, title: str, items: Iterable[Item], said: str = "") -> None:
        super().__init__(title, said)
        self.items = tuple(items)

    def content(self) -> ComposeResult:
        """Yield the list, and above a long one a field."""
        if len(self.items) > TYPED_FROM:
            yield Input(placeholder="type to narrow the list", max_length=LINE_MAX)
        yield OptionList(*(Option(Content(item.words), id=item.id) for item in self.items))

    def on_mount(self) -> None:
        """Begin at the first."""
        self.query_one(OptionList).highlighted = 0

    def on_input_changed(self, event: Input.Changed) -> None:
        """Keep what has each of the typed words."""
        words = event.value.lower().split()
        kept = [item for item in self.items if all(word in item.words.lower() for word in words)]
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(Option(Content(item.words), id=item.id) for item in kept)
        options.highlighted = 0 if kept else None
        if not kept:
            options.add_option(Option(Content(_NOTHING), disabled=True))

    def on_input_submitted(self) -> None:
        """Take what is highlighted."""
        self.query_one(OptionList).action_select()

    def action_go(self, where: str) -> None:
        """Go through the list, also from the field."""
        getattr(self.query_one(OptionList), f"action_{where}")()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take what was chosen."""
        self.dismiss(event.option.id)


class MarkList(Ticks):
    """Space marks, Enter is done; both in the list's own order, so that a quick Enter takes the mark before it along."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "select", "mark", show=False),
        Binding("enter", "screen.done", "done", show=False),
    ]


class ChooseSome(Dialog[frozenset[str]]):
    """Any number of things; dismisses with their ids."""

    hint = "↑↓ go · space mark · Enter done · Esc back"

    def __init__(self, title: str, items: Iterable[Item], chosen: Iterable[str] = (), said: str = "") -> None:
        super().__init__(title, said)
        self._items = tuple(items)
        self._chosen = set(chosen)

    def content(self) -> ComposeResult:
        """Yield the list."""
        yield MarkList(*(Option(self._words(place)) for place in range(len(self._items))), take=self._mark)

    def _words(self, place: int) -> Content:
        item = self._items[place]
        return Content(f"[{'x' if item.id in self._chosen else ' '}] {item.words}")

    def _mark(self, _: Option, place: int) -> None:
        self._chosen ^= {self._items[place].id}
        self.query_one(MarkList).replace_option_prompt_at_index(place, self._words(place))

    def action_done(self) -> None:
        """Take what is marked."""
        self.dismiss(frozenset(self._chosen))


class Confirm(Dialog[bool]):
    """A question; only y says yes."""

    hint = "y yes · n no"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "yes", show=False),
        Binding("n", "answer(False)", "no", show=False),
    ]

    def action_answer(self, is_yes: bool) -> None:
        """Take the answer."""
        self.dismiss(is_yes)


class TypeLine(Dialog[str]):
    """One line of text, judged before it is taken; dismisses with it."""

    hint = "Enter take · Esc back"

    def __init__(self, title: str, value: str = "", said: str = "", judge: Callable[[str], str] | None = None) -> None:
        super().__init__(title, said)
        self._value = value
        self._judge = judge

    def content(self) -> ComposeResult:
        """Yield the field, and the place for what is wrong."""
        yield Input(self._value, select_on_focus=True, max_length=LINE_MAX)
        yield Static("", classes="wrong", id="wrong")

    def on_input_changed(self) -> None:
        """What was said of the line before is over."""
        self.query_one("#wrong", Static).update("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the line, or say in one sentence what is wrong with it."""
        wrong = self._judge(event.value) if self._judge is not None else ""
        if wrong:
            self.query_one("#wrong", Static).update(Content(in_pages(wrong)))
        else:
            self.dismiss(event.value)


class Read(Dialog[bool]):
    """A text to read; Enter says that it was."""

    hint = "Enter go on · ↑↓ scroll · Esc back"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "done", "go on", show=False),
        Binding("up", "scroll(-1)", "up", show=False),
        Binding("down", "scroll(1)", "down", show=False),
    ]

    def __init__(self, title: str, rows: Sequence[Line], said: str = "") -> None:
        super().__init__(title, said)
        self._rows = rows

    def content(self) -> ComposeResult:
        """Yield the text."""
        with VerticalScroll(can_focus=False):
            yield Lines(id="text")

    def on_mount(self) -> None:
        """Show the text."""
        self.query_one("#text", Lines).show(self._rows)

    def action_done(self) -> None:
        """It was read."""
        self.dismiss(True)

    def action_scroll(self, by: int) -> None:
        """Go up or down in the text."""
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)


def content_of(words: Line) -> Content:
    """Return a line as a list shows it."""
    styles = {"quiet": "$quiet", "ask": "$accent", "bold": "bold", "caution": "$warning", "danger": "$error"}
    pieces = ((span.text, " ".join(styles.get(word, "") for word in span.tone.split())) for span in words)
    return Content.assemble(*pieces)
