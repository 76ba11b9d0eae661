"""The words that displays, plain lines and summaries share: what a mode, tool, cue or key is called. Pure."""

from __future__ import annotations

from massctl.body.terms import MODE_WORDS, SIDE_WORDS
from massctl.session.commands import Key
from massctl.session.events import CueKind, Phase

TOOLS = {
    "perc": "massager",
    "ball": "ball",
    "roller": "roller",
    "roller_stick": "roller stick",
    "cane": "cane",
    "hand": "hand",
    "hand_pro": "a clinician's hand",
    "algometer": "algometer",
    "any": "ball, cane or hand",
    "ui": "",
}

MODES = MODE_WORDS
SIDES = SIDE_WORDS

PHASES = {
    Phase.CONNECTING: "CONNECTING",
    Phase.WAITING: "READY",
    Phase.RAMPING: "SOFT START",
    Phase.WORKING: "RUNNING",
    Phase.RATING: "RATE IT",
    Phase.RESTING: "REST",
    Phase.PAUSED: "PAUSED",
    Phase.STOPPED: "STOPPED",
    Phase.RECONNECTING: "RECONNECTING",
    Phase.DONE: "DONE",
}

SOFT_STOP = "SOFT STOP"
"""What RAMPING is called when it comes after the work."""

STARTING, STOPPING = "STARTING", "STOPPING"
"""What both are called where the motor has no soft start, and so no soft stop."""

ZEROING = "ZEROING"
"""What RESTING is called while the force sensor is set to zero."""

BY_HAND = "GO"
"""What WORKING is called where no motor runs."""

CUES = {
    CueKind.PRESS_HARDER: ("▲ PRESS HARDER", "yellow"),
    CueKind.GOOD: ("● GOOD", "green"),
    CueKind.STAY_GENTLE: ("◆ STAY GENTLE", "cyan"),
    CueKind.EASE_OFF: ("▼ EASE OFF", "red"),
    CueKind.LIFT_OFF: ("▼▼ LIFT OFF", "red"),
    CueKind.ANSWER: ("ARE YOU THERE?", "magenta"),
}

OUTCOMES = {
    "done": "done",
    "softer": "felt softer",
    "eased": "discomfort eased",
    "time": "full time",
    "skipped": "skipped",
    "trimmed": "shortened",
    "swapped": "other tool",
    "stopped": "stopped",
    "not responding": "no response",
}

ORIGINS = {
    "keyboard": "your key",
    "socket": "massctl stop",
    "SIGINT": "Ctrl-C",
    "SIGHUP": "the terminal was closed",
    "SIGTERM": "the system asked for it",
    "SIGTSTP": "it was to be suspended",
    "display": "the display has ended",
    "parent death": "the program that started it is gone",
}
"""Who pressed stop, as a person says it."""

ENDINGS = {
    "completed": "Completed.",
    "person": "Ended by you.",
    "safety": "Stopped for safety.",
    "link lost": "Ended: the link was lost.",
    "interrupted": "Interrupted.",
}

KEYS: tuple[tuple[str, Key, str], ...] = (
    ("Enter", Key.GO_ON, "go on, start, resume"),
    ("space", Key.PAUSE, "pause: motor off now"),
    ("Esc, x", Key.STOP, "EMERGENCY STOP"),
    ("r", Key.SOFTER, "it felt softer"),
    ("0–9", Key.DISCOMFORT, "discomfort (9: 9 or 10)"),
    ("s", Key.SHARP, "a sharp pain"),
    ("n", Key.NUMB, "numb, tingling, electric"),
    ("d", Key.DIZZY, "dizzy"),
    ("v", Key.NAUSEA, "nausea"),
    ("+", Key.FASTER, "faster, up to the plan"),
    ("-", Key.SLOWER, "slower"),
    ("e", Key.EXTEND, "longer on this point"),
    ("t", Key.TRIM, "enough of this point"),
    ("k", Key.SKIP, "skip this point"),
    ("w", Key.SWAP, "use another tool here"),
    ("b", Key.BACK, "back one step"),
    ("q", Key.FINISH, "finish the session here"),
    ("l", Key.RELEASE, "after a stop: lifted off"),
    ("c", Key.CONFIRM, "then: continue"),
)
"""Every key, as '?' shows it; any other printable key pauses (F42)."""


def counted(number: int, noun: str) -> str:
    """Return ``1 step``, ``2 steps``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def plainly(text: str) -> str:
    """Return what a rule said as a person says it: who pressed stop by their own name, and everything on one line."""
    for origin, words in ORIGINS.items():
        text = text.replace(f"({origin})", f"({words})")
    return " ".join(text.split())


def headline(point_name: str | None, side: str | None, mode: str, width: int | None = None) -> str:
    """Return what a step works on: the point and side, or what the step is; the side stays where ``width`` cuts the name."""
    if point_name is None:
        return MODES.get(mode, mode).capitalize()[:width]
    label = f"{point_name} {SIDES.get(side, '')}".rstrip()
    return label if width is None else label_in(label, width)


def label_in(label: str, width: int) -> str:
    """Return a step's label in at most ``width`` cells: the end of the name is cut, never the side."""
    if len(label) <= width:
        return label
    end = next((f" {side}" for side in SIDES.values() if side and label.endswith(f" {side}")), "")
    return f"{label[: max(width - len(end) - 1, 0)].rstrip()}…{end}"
