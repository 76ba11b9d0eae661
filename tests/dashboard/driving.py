"""Driving the dashboard in a test: keys in, text out, waiting for what is to be seen, never for a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from unittest.mock import patch

from textual import events
from textual._compositor import Compositor
from textual._context import visible_screen_stack
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.css.types import CSSLocation
from textual.pilot import Pilot
from textual.screen import Screen

from massctl.app.request import RunRequest
from massctl.body.terms import Side
from massctl.dashboard.app import MassctlApp
from massctl.programs.choices import Choices

WAIT_S = 10.0
CHARACTERS = {"space": " ", "enter": "\r", "question_mark": "?", "full_stop": "."}


def text_of(app: MassctlApp) -> str:
    """Return what is on the screen, a line a row."""
    strips = app.screen._compositor.render_strips(app.size)
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


def free_run(**changes: Any) -> RunRequest:
    """Return a simulated free run in which the test presses the keys."""
    values: dict[str, Any] = {
        "point": "GMAX",
        "choices": Choices(side=Side.LEFT),
        "is_simulated": True,
        "with_person": False,
        "speed": 10.0,
    }
    return RunRequest(**values | changes)


class Blind:
    """In place of painting for a terminal that is not there: a third of a test's time. What is seen is drawn when looked at."""

    def __init__(self) -> None:
        self.paints = 0
        """How often something would have been painted: in between, the screen is as it was."""

    @contextmanager
    def instead_of_painting(self) -> Iterator[None]:
        """Stand for ``Compositor.render_update``."""

        def counted(compositor: Compositor, screen_stack: list[Screen[object]] | None = None, **_: object) -> None:
            visible_screen_stack.set(screen_stack or [])
            compositor._dirty_regions.clear()
            self.paints += 1

        with patch.object(Compositor, "render_update", counted):
            yield


_RULES: dict[tuple[object, ...], list[RuleSet]] = {}
_parse = Stylesheet._parse_rules


def _parsed_once(stylesheet: Stylesheet, css: str, read_from: CSSLocation, *given: Any, **named: Any) -> list[RuleSet]:
    """Stand for ``Stylesheet._parse_rules``: each application would parse the same rules again."""
    key = (css, read_from, given, tuple(named.items()), tuple(stylesheet._variables.items()))
    if key not in _RULES:
        _RULES[key] = _parse(stylesheet, css, read_from, *given, **named)
    return _RULES[key]


class Driver:
    """Types and looks."""

    def __init__(self, app: MassctlApp, pilot: Pilot[int], blind: Blind | None = None) -> None:
        self.app = app
        self.pilot = pilot
        self._blind = blind
        self._seen: tuple[int, str] = (-1, "")

    @property
    def text(self) -> str:
        """What is on the screen."""
        return text_of(self.app)

    async def type(self, *keys: str) -> None:
        """Press keys, one after the other.

        Not by the pilot: it waits until the process idles, which one with a session in it never does.
        """
        for key in keys:
            self.hits(key)
            await asyncio.sleep(0.01)

    def hits(self, *keys: str) -> None:
        """Press keys at once, as a terminal hands over what was pasted or typed fast."""
        for key in keys:
            self.app.post_message(events.Key(key, key if len(key) == 1 else CHARACTERS.get(key)))

    async def until(self, condition: Callable[[], bool], what: str = "") -> None:
        """Wait until ``condition`` holds."""
        until_s = time.perf_counter() + WAIT_S
        while not condition():
            assert time.perf_counter() < until_s, f"{what or 'it'} never came:\n{self.text}"
            await asyncio.sleep(0.02)

    async def sees(self, *words: str) -> str:
        """Wait until all ``words`` are on the screen; return the screen."""
        await self.until(lambda: all(word in self._look() for word in words), f"{words}")
        return self._look()

    async def misses(self, words: str) -> None:
        """Wait until ``words`` are not on the screen any more."""
        await self.until(lambda: words not in self._look(), f"the end of {words!r}")

    def _look(self) -> str:
        """Return what is on the screen; it is drawn again only where something has changed."""
        if self._blind is None:
            return self.text
        if self._seen[0] != self._blind.paints:
            self._seen = (self._blind.paints, self.text)
        return self._seen[1]

    async def sleeps(self, session_s: float, speed: float = 10.0) -> None:
        """Let so much time of the session pass."""
        await asyncio.sleep(session_s / speed)

    async def starts(self) -> None:
        """Bring a fresh free run to the point where the motor works."""
        await self.sees("Hold the head in the air")
        await self.type("enter")
        await self.sees("RATE IT")
        await self.type("4")
        await self.sees("READY", "Place the head")
        await self.sleeps(0.7)
        await self.type("enter")
        await self.sees("RUNNING")


@asynccontextmanager
async def dashboard(
    request: RunRequest | None = None, *, size: tuple[int, int] = (80, 24), is_simulated: bool = True
) -> AsyncIterator[Driver]:
    """Open the dashboard without a terminal; a session that still runs at the end is stopped."""
    async with opened(MassctlApp(is_simulated=is_simulated, request=request), size) as person:
        try:
            yield person
        finally:
            session = person.app.session
            if session is not None:
                session.background.emergency_stop("SIGTERM")
                session.background.join()
                session.close()
                person.app.session = None


@asynccontextmanager
async def opened(app: MassctlApp, size: tuple[int, int]) -> AsyncIterator[Driver]:
    """Open an application without a terminal, as cheaply as it goes."""
    blind = Blind()
    with blind.instead_of_painting(), patch.object(Stylesheet, "_parse_rules", _parsed_once):
        async with app.run_test(size=size, notifications=True) as pilot:
            yield Driver(app, pilot, blind)
