"""What a person can tell a running session, whatever they press it on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Key(StrEnum):
    """One meaning each; front ends map keys, pedals and buttons to these."""

    GO_ON = "go_on"
    PAUSE = "pause"
    STOP = "stop"
    SOFTER = "softer"
    """Felt softer: ends a pin from its minimum on."""
    DISCOMFORT = "discomfort"
    SHARP = "sharp"
    NUMB = "numb"
    DIZZY = "dizzy"
    NAUSEA = "nausea"
    BACK = "back"
    EXTEND = "extend"
    FASTER = "faster"
    SLOWER = "slower"
    SKIP = "skip"
    SWAP = "swap"
    """Do this step with a manual tool instead."""
    TRIM = "trim"
    """End this step's time now and keep its record (a shorter session)."""
    FINISH = "finish"
    """End the session here; not an emergency."""
    RELEASE = "release"
    """First half of the two-step reset after a stop: 'the tool is off my body'."""
    CONFIRM = "confirm"
    """Second half of the reset."""


@dataclass(frozen=True, slots=True)
class Press:
    """One command of a person."""

    key: Key
    value: int | None = None
    """The rating 0–10, for DISCOMFORT."""
    origin: str = "keyboard"
    """keyboard, pedal, button, SIGTERM, socket, …: recorded with the event."""


KEYBOARD: dict[str, Press] = {
    "enter": Press(Key.GO_ON),
    "space": Press(Key.PAUSE),
    "escape": Press(Key.STOP),
    "x": Press(Key.STOP),
    "r": Press(Key.SOFTER),
    "s": Press(Key.SHARP),
    "n": Press(Key.NUMB),
    "d": Press(Key.DIZZY),
    "v": Press(Key.NAUSEA),
    "b": Press(Key.BACK),
    "e": Press(Key.EXTEND),
    "+": Press(Key.FASTER),
    "-": Press(Key.SLOWER),
    "k": Press(Key.SKIP),
    "w": Press(Key.SWAP),
    "t": Press(Key.TRIM),
    "q": Press(Key.FINISH),
    "l": Press(Key.RELEASE),
    "c": Press(Key.CONFIRM),
} | {str(n): Press(Key.DISCOMFORT, 10 if n == 9 else n) for n in range(10)}
"""The keys, the same in every front end (9 is '9 or 10' and counts as 10, the safer reading)."""
