"""What the pages share that have something to choose at the left and a card of it at the right. Layout only."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import OptionList

from massctl.dashboard.dialogs import Read
from massctl.dashboard.lines import BLANK, Line, Lines, line, wrapped
from massctl.dashboard.page import Page

_FRAME = 5
"""Cells that margins and the scroll bar of the card take."""
_CARD_MIN = 24
TEXT_WIDTH = 96
"""Longer lines are hard to read."""
_KEYS_WIDTH = 50
"""Of the line of shared keys: it fits the dialog of a small terminal."""


class TwoPanes(Page):
    """Subclasses give ``card``, and where it is not a list, ``left``; ``begin`` and ``show`` are told when to."""

    DEFAULT_CSS: ClassVar[str] = """
    TwoPanes OptionList, TwoPanes OptionList:focus {
        height: 1fr; border: none; padding: 0 0 0 1; background: $background;
        scrollbar-size-vertical: 1; scrollbar-color: $quiet; scrollbar-background: $shade;
    }
    TwoPanes .left { padding: 0 0 0 1; }
    TwoPanes #card-box {
        width: 1fr; height: 1fr; padding: 0 1 0 2;
        scrollbar-size-vertical: 1; scrollbar-color: $quiet; scrollbar-background: $shade;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "app.page('library')", "programs", show=False),
        Binding("question_mark", "keys", "keys", show=False),
        Binding("pagedown,j", "card(1)", "read on", show=False),
        Binding("pageup,J", "card(-1)", "read back", show=False),
    ]
    AUTO_FOCUS = ".left"
    wide_from: ClassVar[int] = 110
    """Columns from which on the left pane takes its second width."""
    left_widths: ClassVar[tuple[int, int]] = (38, 52)
    keys: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Every key of the page, as '?' lists them."""

    def left(self) -> Widget:
        """Return what there is to choose from."""
        return OptionList(id="list", classes="left")

    def card(self, width: int) -> list[Line]:
        """Return the card of what is chosen."""
        raise NotImplementedError

    def begin(self) -> None:
        """Read what there is to show."""

    def show(self) -> None:
        """Show everything anew: the page has another size."""
        self.show_card()

    def body(self) -> ComposeResult:
        """Yield the two panes."""
        with Horizontal(id="panes"):
            yield self.left()
            with VerticalScroll(id="card-box", can_focus=False):
                yield Lines(id="card")

    def on_mount(self) -> None:
        """Lay out, and read; Textual calls what ``Page`` does then, too."""
        if self.is_gone:
            return
        self.fit()
        self.set_focus(self.query_one(".left"))
        self.begin()

    def on_resize(self) -> None:
        """Fit everything to the new size."""
        if not self.is_gone:
            self.fit()
            self.show()

    @property
    def is_gone(self) -> bool:
        """Whether the page was left while something was read for it: one of its panes is not there any more."""
        return super().is_gone or not self.query(".left") or not self.query("#card")

    @property
    def is_wide(self) -> bool:
        """Whether there is much room."""
        return self.app.size.width >= self.wide_from

    @property
    def left_width(self) -> int:
        """How wide the left pane is."""
        return self.left_widths[self.is_wide]

    @property
    def card_width(self) -> int:
        """How wide the card is."""
        return max(self.app.size.width - self.left_width - _FRAME, _CARD_MIN)

    def fit(self) -> None:
        """Take the width of the page."""
        self.query_one(".left").styles.width = self.left_width

    def show_card(self) -> None:
        """Show the card of what is chosen."""
        self.query_one("#card", Lines).show(self.card(min(self.card_width, TEXT_WIDTH)))

    def card_to_top(self) -> None:
        """Begin the card at its beginning."""
        self.query_one("#card-box", VerticalScroll).scroll_home(animate=False)

    def action_card(self, by: int) -> None:
        """Read on in the card, or back."""
        box = self.query_one("#card-box", VerticalScroll)
        box.scroll_relative(y=by * max(box.size.height - 2, 1), animate=False)

    def action_keys(self) -> None:
        """Show every key of this page."""
        rows = [line((f"{key:<8}", "ask"), words) for key, words in self.keys]
        shared = wrapped(self.massctl.shared_keys, _KEYS_WIDTH, 3, "quiet")
        self.app.push_screen(Read("Keys of this page", [*rows, BLANK, *shared]))
