r"""The keyboard of the terminal that massctl runs in, as key presses; the terminal is restored whatever happens.

Each key arrives at once and unechoed. Ctrl-C stays a signal. Ctrl-S, Ctrl-Z and Ctrl-\ are switched off: they would freeze,
suspend or kill the process that holds the motor.
"""

from __future__ import annotations

import asyncio
import os
import sys
import termios
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any

from massctl.faces.keyboard import ESCAPE_WAIT_S, KeyDecoder

_PASTE_ON, _PASTE_OFF = "\x1b[?2004h", "\x1b[?2004l"
_LOCAL_FLAGS = 3
_INPUT_FLAGS = 0
_CONTROL_CHARACTERS = 6


class TerminalKeys:
    """Delivers keys in the event loop between ``start`` and the end of the ``with`` block."""

    def __init__(
        self, on_key: Callable[[str], None], on_closed: Callable[[], None], descriptor: int | None = None
    ) -> None:
        self._on_key = on_key
        self._on_closed = on_closed
        self._descriptor = sys.stdin.fileno() if descriptor is None else descriptor
        self._decoder = KeyDecoder()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._before: list[Any] | None = None
        self._expiry: asyncio.TimerHandle | None = None

    def __enter__(self) -> TerminalKeys:
        self._before = termios.tcgetattr(self._descriptor)
        mode = termios.tcgetattr(self._descriptor)
        mode[_INPUT_FLAGS] &= ~(termios.IXON | termios.IXOFF)
        mode[_LOCAL_FLAGS] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
        characters = mode[_CONTROL_CHARACTERS]
        characters[termios.VMIN], characters[termios.VTIME] = 1, 0
        off = bytes([os.fpathconf(self._descriptor, "PC_VDISABLE")])
        characters[termios.VSUSP] = characters[termios.VQUIT] = off
        termios.tcsetattr(self._descriptor, termios.TCSAFLUSH, mode)  # flush: what was typed before starts no motor
        self._say(_PASTE_ON)
        return self

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to deliver keys in ``loop``."""
        self._loop = loop
        loop.add_reader(self._descriptor, self._read)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop_reading()
        if self._before is not None:
            with suppress(termios.error):  # where the terminal is gone, its mode went with it
                termios.tcsetattr(self._descriptor, termios.TCSADRAIN, self._before)
            self._say(_PASTE_OFF)

    def _read(self) -> None:
        assert self._loop is not None
        try:
            data = os.read(self._descriptor, 1024)
        except OSError:
            data = b""
        if not data:
            self._stop_reading()
            self._on_closed()
            return
        if self._expiry is not None:
            self._expiry.cancel()
        self._deliver(self._decoder.feed(data, self._loop.time()))
        if self._decoder.is_waiting and self._loop is not None:
            self._expiry = self._loop.call_later(ESCAPE_WAIT_S, self._expire)

    def _expire(self) -> None:
        self._deliver(self._decoder.expire())

    def _deliver(self, keys: list[str]) -> None:
        for key in keys:
            self._on_key(key)

    def _stop_reading(self) -> None:
        if self._expiry is not None:
            self._expiry.cancel()
        if self._loop is not None and not self._loop.is_closed():
            self._loop.remove_reader(self._descriptor)
        self._loop = None

    def _say(self, sequence: str) -> None:
        if os.isatty(self._descriptor):
            with suppress(OSError):  # a terminal that is gone needs no telling
                os.write(self._descriptor, sequence.encode())
