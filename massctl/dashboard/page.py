"""What all screens share: the banner on top, the line of keys at the bottom, the body between. No session logic."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from massctl.dashboard.screens import PAGES

if TYPE_CHECKING:
    from massctl.dashboard.app import MassctlApp

SIMULATED = "SIMULATED · no real device moves"


class Banner(Static):
    """One line on top: what this is and, where nothing real moves, that it is a simulation (F51)."""


class KeyLine(Static):
    """One line at the bottom: the keys that do something here."""


class Page(Screen[None]):
    """A screen with banner, body and key line; subclasses give ``page_title``, ``key_words`` and ``body``."""

    page_title: ClassVar[str] = ""
    page_name: ClassVar[str] = ""
    """Its name among ``screens.PAGES``; such a page shows the others, and their keys, in its banner."""
    key_words: ClassVar[str] = ""
    """The keys of this page, as the key line shows them: ``Enter run · / search``."""
    _told_title = ""
    _told_keys = ""

    @property
    def massctl(self) -> MassctlApp:
        """The application, by its own type."""
        app: MassctlApp = self.app  # type: ignore[assignment]
        return app

    @property
    def is_simulated(self) -> bool:
        """Whether nothing real moves by what this page shows; a page of one session says it of that (F51)."""
        return self.massctl.is_simulated

    @property
    def is_gone(self) -> bool:
        """Whether the page was left while something was read for it: there is nothing to show any more."""
        return not self.is_attached or self not in self.app.screen_stack or not self.query("#body > *")

    @property
    def is_ready(self) -> bool:
        """Whether the page can tell what a key means; keys wait until it can."""
        return True

    def compose(self) -> ComposeResult:
        """Lay the page out."""
        yield Banner(id="banner")
        with Vertical(id="body"):
            yield from self.body()
        yield KeyLine(id="keys")

    def body(self) -> ComposeResult:
        """Yield the widgets between banner and key line."""
        yield from ()

    def on_mount(self) -> None:
        """Fill the two lines, with what was told last: Textual calls this behind a subclass's own, too."""
        if self.is_gone:  # the application leaves while the page comes: nothing was composed
            return
        self.tell_title(self._told_title or self.page_title)
        self.tell_keys(self._told_keys or self.key_words)

    def right_keys(self) -> str:
        """Return what stands at the right of the key line."""
        return "q quit" if self.page_name else self.massctl.shared_keys

    def tell_title(self, title: str) -> None:
        """Show ``title`` at the right of the banner; on one of the pages, all pages with their keys."""
        self._told_title = title
        banner = self.query_one("#banner", Banner)
        banner.set_class(self.is_simulated, "-simulated")
        name, width = SIMULATED if self.is_simulated else "massctl", self.app.size.width
        if not self.page_name:
            banner.update(Content(_ends(name, title, width)))
            return
        tabs, long = self._tabs(is_short=False)
        name = name if len(name) + long + 3 <= width else name.split(" ")[0]
        if len(name) + long + 3 > width:
            tabs, long = self._tabs(is_short=True)
        banner.update(Content.assemble(f"{name}{' ' * max(width - 2 - len(name) - long, 1)}", *tabs))

    def _tabs(self, *, is_short: bool) -> tuple[list[tuple[str, str]], int]:
        """Return the pages with their keys, and how many cells they take; short ones name only the page at hand."""
        tabs = []
        for entry in PAGES:
            is_here = entry.name == self.page_name
            tabs.append(
                (f" {entry.key} " if is_short and not is_here else f" {entry.key} {entry.title} ", "reverse" * is_here)
            )
        return tabs, sum(len(text) for text, _ in tabs)

    def tell_keys(self, words: str) -> None:
        """Show ``words`` in the key line, and what all pages share at its right."""
        self._told_keys = words
        right = self.right_keys()
        self.query_one("#keys", KeyLine).update(_ends(words, right, self.app.size.width))

    def on_resize(self) -> None:
        """Fit the two lines to the new width."""
        Page.on_mount(self)  # not a subclass's: that begins the page anew


def _ends(left: str, right: str, width: int) -> str:
    room = width - 2 - len(left) - len(right)
    return f"{left}{' ' * room}{right}" if room > 0 else left[: max(width - 2, 1)]
