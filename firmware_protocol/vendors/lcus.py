"""LCUS-1/2/4/8 USB relays (CH340): four bytes over serial, 9600 8N1. Pure.

``A0 channel 1 sum`` closes, ``A0 channel 0 sum`` opens, and nothing answers. The board latches: it opens for nobody but who tells
it to. ``FF`` asks; some boards answer lines such as ``CH1:OFF``, others bytes of no known meaning, many nothing.
Sources: sellers' documents; labgrid's driver of its HID sister.
"""

from __future__ import annotations

import re
from typing import Final

from firmware_protocol.vendors.lines import LineReader
from firmware_protocol.vendors.relay import RelayEvent, RelayState

BAUD: Final = 9_600
ASK: Final = b"\xff"
START: Final = 0xA0
_STATE: Final = re.compile(rb"CH(\d):\s*(ON|OFF)\s*")


def command(channel: int, *, is_closed: bool) -> bytes:
    """Return the four bytes that set a channel."""
    body = bytes((START, channel, int(is_closed)))
    return body + bytes((sum(body) % 256,))


class LcusCodec:
    """One channel, from 1, of one board."""

    duration_max_s = 3_600.0
    opens_by_itself = False
    answers_commands = False
    may_interrupt = True

    def __init__(self, channel: int) -> None:
        self._channel = channel
        self._lines = LineReader()

    def close(self, duration_s: float) -> bytes:
        """Return the command that closes it, until it is opened."""
        return command(self._channel, is_closed=True)

    def open(self) -> bytes:
        """Return the command that opens it."""
        return command(self._channel, is_closed=False)

    def ask(self) -> bytes:
        """Return the question that some boards answer."""
        return ASK

    def receive(self, data: bytes) -> list[RelayEvent]:
        """Return what ``data`` completes."""
        found = (_STATE.fullmatch(line.strip()) for line in self._lines.receive(data))
        return [RelayState(each[2] == b"ON") for each in found if each is not None and int(each[1]) == self._channel]
