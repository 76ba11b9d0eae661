"""From the bytes of a terminal to the keys of a session. Pure: bytes and times in, names of keys out.

Mouse, focus, paste, arrows and function keys arrive as escape sequences and are no keys (F42). Escape itself is the first byte
of those, so it counts once nothing has followed it for ``ESCAPE_WAIT_S``. In doubt a byte counts as the emergency stop.
"""

from __future__ import annotations

from massctl.session.commands import KEYBOARD, Key, Press

ESCAPE_WAIT_S = 0.05
"""How long after an escape byte the rest of a sequence may come (design value; terminals send them in one piece)."""
PASTE_WAIT_S = 1.0
"""A paste that does not end is over after this silence: the stop key must never stay dead (design value)."""
SEQUENCE_MAX = 64
"""Bytes of the longest sequence that is waited for (design value)."""

_ESC = 0x1B
_PASTE_BEGINS, _PASTE_ENDS = b"\x1b[200~", b"\x1b[201~"
_BELL = 0x07
_STOPS = frozenset({_ESC, 0x03, 0x1A, 0x1C})
"""Bytes that are the stop key, or may be its beginning."""
_STOPS_ALONE = _STOPS - {_ESC} | set(b"xX")
"""A piece of nothing but these is a finger's, even in a paste: one that never ends would keep the stop key dead."""
_UNREADABLE = "\N{REPLACEMENT CHARACTER}"
_NAMES = {0x0D: "enter", 0x0A: "enter", 0x20: "space", 0x03: "escape", 0x1A: "escape", 0x1C: "escape"}
"""Ctrl-C is a stop where it comes as a byte. Ctrl-Z and Ctrl-\\ would suspend or kill what holds the motor: they stop it, too."""


class KeyDecoder:
    """Turns what a terminal sends into key names: ``enter``, ``space``, ``escape``, or the character."""

    def __init__(self) -> None:
        self._waiting = bytearray()
        self._in_paste = False
        self._fed_at_s = 0.0

    @property
    def is_waiting(self) -> bool:
        """Whether an unfinished sequence waits; call ``expire`` after ``ESCAPE_WAIT_S``."""
        return bool(self._waiting)

    def feed(self, data: bytes, now_s: float) -> list[str]:
        """Take bytes; return the keys that are certain."""
        if self._in_paste and now_s - self._fed_at_s > PASTE_WAIT_S:
            self._in_paste = False
        self._fed_at_s = now_s
        if self._in_paste and data and _STOPS_ALONE.issuperset(data):
            self._waiting.clear()
            return [_NAMES.get(data[0]) or chr(data[0])]  # the paste goes on: what is left of it must start nothing
        self._waiting += data
        keys: list[str] = []
        while self._waiting and (taken := self._take(keys)):
            del self._waiting[:taken]
        return keys

    def expire(self) -> list[str]:
        """Give up waiting for the rest of a sequence: a lone escape is the key."""
        waiting, self._waiting = bytes(self._waiting), bytearray()
        if not waiting or (self._in_paste and waiting != b"\x1b"):
            return []
        if waiting[0] == _ESC:
            return ["escape"] if len(waiting) <= 2 or waiting[-1] == _ESC else []
        return [_UNREADABLE]

    def _take(self, keys: list[str]) -> int:
        """Look at the first thing that waits; return its length, 0 when it is not complete."""
        if self._waiting[0] == _ESC:
            return self._take_sequence(keys)
        if self._in_paste:
            before = self._waiting.find(_ESC)
            return before if before > 0 else len(self._waiting)
        length = _character_length(bytes(self._waiting))
        if length:
            name = _name(bytes(self._waiting[:length]))
            keys += [name] if name else []
        return length

    def _take_sequence(self, keys: list[str]) -> int:
        data = bytes(self._waiting)
        if len(data) == 1:
            return 0
        if data[1:2] not in (b"[", b"O", b"]", b"P", b"_", b"^"):
            if not self._in_paste:
                keys.append("escape")
            return 1
        length = _sequence_length(data)
        if data[:length] == _PASTE_BEGINS:
            self._in_paste = True
        elif data[:length] == _PASTE_ENDS:
            self._in_paste = False
        return length


def press_of(name: str) -> Press:
    """Return what a key tells the session: what it is mapped to, or a pause (F42)."""
    return KEYBOARD.get(name) or KEYBOARD.get(name.lower()) or Press(Key.PAUSE)


def _name(character: bytes) -> str | None:
    if character[0] in _NAMES:
        return _NAMES[character[0]]
    text = character.decode("utf-8", "replace")
    return text if text.isprintable() else None


def _character_length(data: bytes) -> int:
    """Return the length of the UTF-8 character that ``data`` begins with; 0 when its end has not come.

    A broken character is cut off before the next byte that begins one: it must not swallow the stop key.
    """
    wanted = 4 if data[0] >= 0xF0 else 3 if data[0] >= 0xE0 else 2 if data[0] >= 0xC0 else 1
    for place in range(1, wanted):
        if place == len(data):
            return 0
        if data[place] & 0xC0 != 0x80:
            return place
    return wanted


def _sequence_length(data: bytes) -> int:
    """Return the length of the escape sequence that ``data`` begins with; 0 when its end has not come.

    Behind it more may have come in the same piece: that is not of the sequence. One that never ends is given up.
    """
    length = _ended_at(data)
    return length or (len(data) if len(data) > SEQUENCE_MAX else 0)


def _ended_at(data: bytes) -> int:
    """Return where a sequence ends; a broken one before the next stop: no sequence may swallow that. 0 while it goes on."""
    is_mouse = data.startswith(b"\x1b[M")  # a report of the old kind: three bytes follow
    if is_mouse or data[1:2] == b"O":
        whole = 6 if is_mouse else 3
        cut = next((place for place in range(2, min(whole, len(data))) if data[place] in _STOPS), 0)
        return cut or (whole if len(data) >= whole else 0)
    is_string = data[1:2] != b"["
    for place, byte in enumerate(data[2:], 2):
        if is_string and data[place : place + 2] == b"\x1b\\":
            return place + 2
        if byte in _STOPS:
            return 0 if is_string and place + 1 == len(data) and byte == _ESC else place
        if byte == _BELL if is_string else 0x40 <= byte <= 0x7E:
            return place + 1
    return 0
