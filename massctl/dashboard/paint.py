"""From tones to the colours of the theme at hand. Nothing else names a colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rich.style import Style
from textual.color import Color
from textual.theme import Theme

_COLOURS: Final = ("good", "caution", "danger", "ask", "quiet", "faint", "shade", "simulated", "text")
_MIDDLE_LUMINANCE: Final = 0.179
"""Where black and white have the same contrast to a ground: (L + 0.05)² = 1.05 × 0.05 (WCAG 2.1)."""


@dataclass(frozen=True, slots=True)
class Ink:
    """How one tone is drawn."""

    rich: Style


class Paint:
    """The tones in one theme."""

    def __init__(self, theme: Theme) -> None:
        ground = theme.background or "#000000"
        text = theme.foreground or "#ffffff"
        self._colours: dict[str, str] = {
            "good": theme.success or text,
            "caution": theme.warning or text,
            "danger": theme.error or text,
            "ask": theme.accent or text,
            "quiet": theme.variables.get("quiet", text),
            "shade": theme.variables.get("shade", ground),
            "simulated": theme.variables.get("simulated", "#8a2a8a"),
            "text": text,
            "ground": ground,
        }
        self._colours["faint"] = Color.parse(ground).blend(Color.parse(self._colours["quiet"]), 0.45).hex
        self._inks: dict[str, Ink] = {}

    def __call__(self, tone: str) -> Ink:
        """Return the ink of ``tone``; an unknown word in it is a programming error."""
        ink = self._inks.get(tone)
        if ink is None:
            ink = self._inks[tone] = self._mix(tone)
        return ink

    def colour(self, name: str) -> str:
        """Return the colour of one meaning as ``#rrggbb``."""
        return self._colours[name]

    def _mix(self, tone: str) -> Ink:
        front, back = self._colours["text"], self._colours["ground"]
        words = tone.split()
        if "on" in words:
            back = self._colours[words[words.index("on") + 1]]
            front = _readable(back)
        for place, word in enumerate(words):
            if word in _COLOURS and words[place - 1 : place] != ["on"]:
                front = self._colours[word]
        unknown = set(words) - {*_COLOURS, "on", "bold", "blink", "reverse"}
        if unknown:
            raise ValueError(f"no tone has {unknown}")
        return Ink(
            Style(
                color=front,
                bgcolor=back,
                bold="bold" in words,
                blink="blink" in words or None,
                reverse="reverse" in words,
            )
        )


def _readable(back: str) -> str:
    """Return black or white, whichever is read better on ``back``."""
    return "#000000" if _luminance(back) > _MIDDLE_LUMINANCE else "#ffffff"


def _luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2.1."""
    channels = (value / 255 for value in Color.parse(colour).rgb)
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
