"""Gives keys to pages and dialogs one after the other: each once what the one before it led to has come. No key's meaning.

A terminal hands over many keys at once: what was typed while a list was still read, or a fast '/knee'. Textual would send all of
them to what has the focus at that moment. A running session's keys never come here: they pass first, and wait for nothing.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final

from textual import events
from textual.screen import Screen
from textual.worker import Worker

from massctl.dashboard.keys import ALWAYS_STOP, name_of
from massctl.dashboard.page import Page

if TYPE_CHECKING:
    from massctl.dashboard.app import MassctlApp

LEAVING: Final = frozenset({"ctrl+c", "ctrl+q"})
"""They wait for nothing either."""
STOP_ALL: Final = "x"
"""It waits for no page that is still read: nothing on one can be meant but the stop."""
_TURNS: Final = 40
"""Turns of the event loop that a key may take: two for each widget on its way up to the application, some for what it starts
(design value)."""
_LOOK_S: Final = 0.005
"""Between two looks at a screen that is coming."""
_FOCUS_LOOKS: Final = 200
"""So many looks a screen may take to place its focus; then keys go on all the same."""


class KeyQueue:
    """The keys that wait, in the order in which they were typed."""

    def __init__(self, app: MassctlApp) -> None:
        self._app = app
        self._waiting: deque[events.Key] = deque()
        self._given: events.Key | None = None
        """The key that comes back in its turn."""
        self._came = asyncio.Event()
        """Set while no key is on its way back."""
        self._is_busy = False
        self._worker: Worker[None] | None = None

    def came(self, key: events.Key) -> bool:
        """Take note of a key, whoever takes it; return whether it came in its turn."""
        if key is not self._given:
            return False
        self._given = None
        self._came.set()
        return True

    def keeps(self, key: events.Key) -> bool:
        """Return whether a key waits for its turn; it comes again then."""
        if self.came(key):
            return not self._app.screen_stack  # the application may have ended in between
        if key.key in LEAVING or self._app.session is not None:
            return False
        if key.key == STOP_ALL and self._is_page_coming:
            self._app.action_stop_all()
            return True
        waits = self._is_busy or not self._is_up
        if waits:
            self._waiting.append(key)
        if not self._is_busy:
            self._is_busy = True
            self._worker = self._app.run_worker(self._give, group="keys")
        return waits

    async def _give(self) -> None:
        """Give what waits; what is typed ahead of a session is not the session's, but for a stop."""
        try:
            self._came.set()
            await self._settled()
            while self._waiting and self._app.session is None:
                self._given = self._waiting.popleft()
                self._came.clear()
                self._app.post_message(self._given)
                await self._settled()
        finally:
            for name in (name_of(key.key, key.character) for key in self._waiting):
                if name.lower() in ALWAYS_STOP:
                    self._app.take_key(name)
            self._waiting.clear()
            self._given = None
            self._is_busy = False

    async def _settled(self) -> None:
        """Wait until the last key has been understood, and what it opened can take the next."""
        await self._came.wait()
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        while not self._is_up:  # noqa: ASYNC110 - Textual tells nobody else when a screen is up
            await asyncio.sleep(_LOOK_S)
        for _ in range(_FOCUS_LOOKS):
            if self._has_focus:
                return
            await asyncio.sleep(_LOOK_S)

    @property
    def _top(self) -> Screen[object] | None:
        stack = self._app.screen_stack
        return stack[-1] if stack else None

    @property
    def _is_up(self) -> bool:
        """Whether there is a screen that can tell what a key means; Textual's own, below the pages, cannot."""
        top = self._top
        if top is None or type(top) is Screen or not top.is_mounted:
            return False
        return not isinstance(top, Page) or top.is_ready

    @property
    def _is_page_coming(self) -> bool:
        """Whether a page is still read, and nothing typed before can have led to a field on it."""
        return isinstance(self._top, Page) and not self._is_up and not self._waiting and self._given is None

    @property
    def _has_focus(self) -> bool:
        top = self._top
        return top is None or top.focused is not None or not top.focus_chain
