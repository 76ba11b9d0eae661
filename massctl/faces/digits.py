"""Large figures, read from two metres away: five lines high, drawn with blocks. Pure."""

from __future__ import annotations

HEIGHT = 5

_GLYPHS = {
    "0": ("███", "█ █", "█ █", "█ █", "███"),
    "1": (" █ ", "██ ", " █ ", " █ ", "███"),
    "2": ("███", "  █", "███", "█  ", "███"),
    "3": ("███", "  █", " ██", "  █", "███"),
    "4": ("█ █", "█ █", "███", "  █", "  █"),
    "5": ("███", "█  ", "███", "  █", "███"),
    "6": ("███", "█  ", "███", "█ █", "███"),
    "7": ("███", "  █", "  █", "  █", "  █"),
    "8": ("███", "█ █", "███", "█ █", "███"),
    "9": ("███", "█ █", "███", "  █", "███"),
    ":": (" ", "█", " ", "█", " "),
    "S": ("███", "█  ", "███", "  █", "███"),
    "T": ("███", " █ ", " █ ", " █ ", " █ "),
    "O": ("███", "█ █", "█ █", "█ █", "███"),
    "P": ("███", "█ █", "███", "█  ", "█  "),
    "E": ("███", "█  ", "██ ", "█  ", "███"),
    "L": ("█  ", "█  ", "█  ", "█  ", "███"),
    "I": ("█", "█", "█", "█", "█"),
    "F": ("███", "█  ", "██ ", "█  ", "█  "),
    "A": (" █ ", "█ █", "███", "█ █", "█ █"),
    "G": ("███", "█  ", "█ █", "█ █", "███"),
    "H": ("█ █", "█ █", "███", "█ █", "█ █"),
    "N": ("█  █", "██ █", "█ ██", "█  █", "█  █"),
    "R": ("██ ", "█ █", "██ ", "█ █", "█ █"),
    "Y": ("█ █", "█ █", " █ ", " █ ", " █ "),
    "D": ("██ ", "█ █", "█ █", "█ █", "██ "),
    "–": ("  ", "  ", "██", "  ", "  "),
    " ": (" ", " ", " ", " ", " "),
}


def large(text: str) -> list[str]:
    """Return ``text`` (figures, colon, dash, STOPPED, a cue) as five lines; a dot is two cells wide, so that it looks square."""
    glyphs = [_GLYPHS[character] for character in text]
    return ["  ".join("".join(dot * 2 for dot in glyph[row]) for glyph in glyphs) for row in range(HEIGHT)]


def minutes(seconds: float) -> str:
    """Return a time as ``m:ss``, counted down to 0:00; part of a second counts as a whole one."""
    whole = max(0, -int(-seconds // 1))
    return f"{whole // 60}:{whole % 60:02d}"


def whole_minutes(seconds: float) -> str:
    """Return a length as a person says it: ``12 min``, at least one."""
    return f"{max(1, round(seconds / 60))} min"
