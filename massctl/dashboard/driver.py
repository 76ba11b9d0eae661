"""The terminal below Textual, with an express lane: keys of a running session go to it from the thread that reads them.

Textual delivers a key when its loop is free, behind whatever is being drawn. A stop must not wait for that, nor for a terminal
that takes no output any more. So the reading thread decodes session keys itself, by the one decoder of all faces, and hands them
on at once; Textual gets everything else. Broken bytes never end the thread, and a terminal that is gone is a stop (F42).
"""

from __future__ import annotations

import asyncio
import os
import selectors
from codecs import getincrementaldecoder
from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from textual import events
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from massctl.dashboard.keys import STOPS_EVERYWHERE, name_of
from massctl.faces.keyboard import ESCAPE_WAIT_S, KeyDecoder

if TYPE_CHECKING:
    from massctl.dashboard.app import MassctlApp

LOOK_S: Final = 0.1
"""How often the thread looks whether it shall end (Textual's own value)."""


class ExpressLane:
    """Offers each key that the bytes of a terminal hold to ``take``; remembers which were taken. Pure but for ``take``."""

    def __init__(self, take: Callable[[str], bool]) -> None:
        self._take = take
        self._decoder = KeyDecoder()
        self._taken: Counter[str] = Counter()

    @property
    def is_waiting(self) -> bool:
        """Whether an escape byte waits for what may follow it."""
        return self._decoder.is_waiting

    def feed(self, data: bytes, now_s: float) -> None:
        """Take bytes."""
        self._offer(self._decoder.feed(data, now_s))

    def expire(self) -> None:
        """A lone escape byte was the key."""
        self._offer(self._decoder.expire())

    def was_taken(self, event: Message) -> bool:
        """Return whether Textual's ``event`` is a key that was taken here; each counts once."""
        if not isinstance(event, events.Key):
            return False
        name = _canonical(name_of(event.key, event.character))
        if not self._taken[name]:
            return False
        self._taken[name] -= 1
        return True

    def _offer(self, names: Iterable[str]) -> None:
        offered = [(_canonical(name), self._take(name)) for name in names]
        if not all(is_taken for _, is_taken in offered):
            self._taken.clear()  # of earlier pieces only: what Textual has not echoed by now it never will
        self._taken.update(name for name, is_taken in offered if is_taken)


def _canonical(name: str) -> str:
    return "escape" if name in STOPS_EVERYWHERE else name


class TextualParser:
    """Textual's own parser of what a terminal sends; bytes that it cannot take never end it."""

    def __init__(self) -> None:
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        self._parser = XTermParser()

    def feed(self, data: bytes) -> list[Message]:
        """Take bytes; return the messages in them."""
        text = self._decode(data)
        return self._guarded(self._parser.feed(text)) if text else []  # no text would mean the end to it

    def tick(self) -> list[Message]:
        """Return what has come to its end by silence: a lone escape."""
        return self._guarded(self._parser.tick())

    def _guarded(self, messages: Iterable[Message]) -> list[Message]:
        seen: list[Message] = []
        try:
            seen.extend(messages)
        except Exception:  # noqa: BLE001 - whatever a terminal sent that Textual did not expect: it begins anew
            self._parser = XTermParser()
        return seen


class MassctlDriver(LinuxDriver):
    """Textual's driver for Linux and macOS, with the express lane."""

    def __init__(self, app: MassctlApp, **settings: Any) -> None:
        super().__init__(app, **settings)
        self._massctl = app
        self._running = asyncio.get_running_loop()

    def _sigtstp_application(self, *arguments: Any) -> None:
        """Stop what runs instead of suspending what holds its motor; as Ctrl-Z does, which comes as a key (F42)."""
        session, measurement = self._massctl.session, self._massctl.measurement
        if session is None and measurement is None:
            super()._sigtstp_application(*arguments)
        if measurement is not None:
            measurement.stop()
        if session is not None:
            session.background.emergency_stop("SIGTSTP")

    def _sigcont_application(self, *arguments: Any) -> None:
        """Begin again only what was ended: behind a mere halt of the process the terminal is read already; draw it anew."""
        if self._must_signal_resume:
            super()._sigcont_application(*arguments)
        else:
            self._running.call_soon_threadsafe(self._massctl.refresh)

    def run_input_thread(self) -> None:
        """Read the terminal until the application ends."""
        lane = ExpressLane(self._massctl.take_key)
        parser = TextualParser()
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(ESCAPE_WAIT_S if lane.is_waiting else LOOK_S):
                    data = self._read()
                    if not data:
                        self._massctl.terminal_closed()
                        return
                    lane.feed(data, self._running.time())
                    self._deliver(lane, parser.feed(data))
                elif lane.is_waiting:
                    lane.expire()
                self._deliver(lane, parser.tick())

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, 4096)
        except OSError:
            return b""

    def _deliver(self, lane: ExpressLane, messages: Iterable[Message]) -> None:
        for message in messages:
            if not lane.was_taken(message):
                self.process_message(message)
