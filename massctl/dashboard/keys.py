"""What a key means while a session runs: the keys of F42 and of ``massctl run``, and those that a pedal is mapped to. Pure.

A key is a name: ``enter``, ``space``, ``escape``, a character, or Textual's own name of anything else (``f1``, ``ctrl+p``).
Mouse, focus, paste and resize never come here. What is not a session's key is the face's: ``route`` returns None for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from massctl.app.pedals import TREAD, check_command
from massctl.errors import UsageError
from massctl.faces.keyboard import press_of
from massctl.session.commands import KEYBOARD, Key, Press

STOPS_EVERYWHERE: Final = frozenset({"escape", "ctrl+c", "ctrl+z", "ctrl+backslash", "ctrl+q"})
"""They stop above a text field, too: none of them writes a letter."""
FACE_KEYS: Final = frozenset({"?"})
"""Printable keys that a face keeps for itself."""
REPEAT_S: Final = 0.7
"""A key that comes again so soon may be held down: keyboards begin to repeat after 0.25–0.66 s."""
HELD_S: Final = 1.5
HELD_TIMES: Final = 5
"""A pedal held this long is the emergency stop (F42; as long as the timer hardware's; design value)."""
_NAMED: Final = frozenset({"enter", "space"})
ALWAYS_STOP: Final = frozenset(name for name, press in KEYBOARD.items() if press.key is Key.STOP) | STOPS_EVERYWHERE
"""They stop wherever no letters are written, a capital one as well; nothing else can be made of them."""
SPACE_COMMANDS: Final = (TREAD, Key.PAUSE.value, Key.STOP.value)
"""What a pedal that sends space can be made to mean: that key takes the motor off (F42)."""


class Tread(Enum):
    """What one tread on a keyboard-like pedal is."""

    FIRST = "first"
    """It pauses what runs, or goes on."""
    AGAIN = "again"
    """So soon after the last that the key may be held: it pauses what runs, and starts nothing."""
    HELD = "held"
    """The emergency stop."""


class Treads:
    """Tells treads apart by their times: a keyboard-like pedal sends no release, and repeats while it is held."""

    def __init__(self) -> None:
        self._first_s = 0.0
        self._last_s: float | None = None
        self._times = 0

    def tread(self, now_s: float) -> Tread:
        """Take one arrival of the key."""
        is_again = self._last_s is not None and now_s - self._last_s < REPEAT_S
        self._last_s = now_s
        if not is_again:
            self._first_s, self._times = now_s, 1
            return Tread.FIRST
        self._times += 1
        is_held = now_s - self._first_s >= HELD_S and self._times >= HELD_TIMES
        return Tread.HELD if is_held else Tread.AGAIN


def name_of(key: str, character: str | None) -> str:
    """Return the name of a key of Textual's: its character where it writes one, else Textual's name."""
    if character is not None and len(character) == 1 and character.isprintable() and character != " ":
        return character
    return "enter" if key in {"ctrl+j", "ctrl+m"} else key


class Above(Enum):
    """What lies above a session's screen; the motor is off then."""

    NOTHING = "nothing"
    DIALOG = "dialog"
    """It has keys of its own; only the stop keys, and a pedal's, pass it."""
    FIELD = "field"
    """It takes letters."""


def route(name: str, mapped: Mapping[str, str], above: Above = Above.NOTHING) -> Press | str | None:
    """Return what a key tells the running session, ``TREAD`` for a tread; None for a key that is the face's.

    Args:
        name: the key.
        mapped: keys that a pedal sends, and the commands that they mean; already checked. A letter among them is a letter where
            a text field takes letters: what is typed there must start nothing.
        above: what lies above the session's screen.
    """
    if name in STOPS_EVERYWHERE or (above is Above.DIALOG and name.lower() in ALWAYS_STOP):
        return Press(Key.STOP)
    if name in mapped and not (above is Above.FIELD and len(name) == 1 and mapped[name] != Key.STOP):
        command = mapped[name]
        return TREAD if command == TREAD else Press(Key(command), origin="pedal")
    if above is not Above.NOTHING or name in FACE_KEYS:
        return None
    if len(name) == 1 or name in _NAMED:
        return press_of(name)
    return None


def check_pedal(pedal: Mapping[str, str]) -> dict[str, str]:
    """Return the keys of a pedal and their commands. Raises UsageError for what is no command, or would take a stop key away."""
    for name, command in pedal.items():
        if name.lower() in ALWAYS_STOP:
            raise UsageError(f"The pedal cannot have the key '{name}': it always stops [F42].", "Map another key.")
        check_command(name, command)
        if name == "space" and command not in SPACE_COMMANDS:
            raise UsageError(
                f"The pedal key 'space' cannot mean '{command}': space takes the motor off [F42].",
                f"Map another key, or choose one of: {', '.join(SPACE_COMMANDS)}.",
            )
    return dict(pedal)
