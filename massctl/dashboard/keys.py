"""What a key means while a session runs: the keys of F42 and of ``massctl run``, and those that a pedal is mapped to. Pure.

A key is a name: ``enter``, ``space``, ``escape``, a character, or Textual's own name of anything else (``f1``, ``ctrl+p``).
Mouse, focus, paste and resize never come here. What is not a session's key is the face's: ``route`` returns None for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from massctl.faces.keyboard import press_of
from massctl.session.commands import Key, Press

STOPS_EVERYWHERE: Final = frozenset({"escape", "ctrl+c", "ctrl+z", "ctrl+backslash", "ctrl+q"})
"""They stop above a text field, too: none of them writes a letter."""
FACE_KEYS: Final = frozenset({"?"})
"""Printable keys that a face keeps for itself."""
_NAMED: Final = frozenset({"enter", "space"})


def name_of(key: str, character: str | None) -> str:
    """Return the name of a key of Textual's: its character where it writes one, else Textual's name."""
    if character is not None and len(character) == 1 and character.isprintable() and character != " ":
        return character
    return "enter" if key in {"ctrl+j", "ctrl+m"} else key


def route(name: str, mapped: Mapping[str, Press], *, is_typing: bool = False) -> Press | None:
    """Return what a key tells the running session; None for a key that is the face's.

    Args:
        name: the key.
        mapped: keys that a pedal sends, and what they mean.
        is_typing: whether a text field takes letters; the motor is off then.
    """
    if name in STOPS_EVERYWHERE:
        return Press(Key.STOP)
    if is_typing:
        return None
    if name in mapped:
        return mapped[name]
    if name in FACE_KEYS:
        return None
    if len(name) == 1 or name in _NAMED:
        return press_of(name)
    return None
