"""The colours: dark, light, high contrast, and one that does without telling red from green. Nothing is said by colour alone.

What a screen draws takes its colours from here by meaning (``good``, ``caution``, ``danger``, …), never by name of a colour.
Words have a contrast of 4.5 to the ground at least, lines and figures on a shaded band 3 (WCAG 2.1), and the band itself is seen.
"""

from __future__ import annotations

from typing import Final

from textual.theme import Theme

DEFAULT: Final = "massctl-dark"
VARIABLES: Final = {"quiet": "#8b959e", "simulated": "#8a2a8a", "shade": "#313b45"}
"""What our stylesheet names and a theme of Textual's own lacks."""


def _theme(
    name: str,
    *,
    dark: bool,
    ground: str,
    text: str,
    surface: str,
    shade: str,
    good: str,
    caution: str,
    danger: str,
    ask: str,
    quiet: str,
) -> Theme:
    return Theme(
        name=name,
        dark=dark,
        primary=ask,
        secondary=quiet,
        accent=ask,
        background=ground,
        surface=ground,
        panel=surface,
        foreground=text,
        success=good,
        warning=caution,
        error=danger,
        variables={"quiet": quiet, "simulated": "#8a2a8a" if dark else "#c23bc2", "shade": shade},
    )


THEMES: Final = (
    _theme(
        DEFAULT,
        dark=True,
        ground="#101418",
        text="#e6e9ec",
        surface="#262d34",
        shade="#313b45",
        good="#4ec66b",
        caution="#e6b422",
        danger="#ef5350",
        ask="#39b5d8",
        quiet="#8b959e",
    ),
    _theme(
        "massctl-light",
        dark=False,
        ground="#fbfbf9",
        text="#16191c",
        surface="#dfe3e6",
        shade="#c0c9d0",
        good="#166b2f",
        caution="#7a5600",
        danger="#b3171d",
        ask="#0b5f8a",
        quiet="#5a636b",
    ),
    _theme(
        "massctl-contrast",
        dark=True,
        ground="#000000",
        text="#ffffff",
        surface="#3a3a3a",
        shade="#4e4e4e",
        good="#00ff66",
        caution="#ffe600",
        danger="#ff8080",
        ask="#00e5ff",
        quiet="#d0d0d0",
    ),
    _theme(
        "massctl-colour-blind",
        dark=True,
        ground="#101418",
        text="#e6e9ec",
        surface="#262d34",
        shade="#313b45",
        good="#56b4e9",
        caution="#f0e442",
        danger="#df6400",
        ask="#cc79a7",
        quiet="#8b959e",
    ),
)
"""The last takes the palette of Okabe and Ito (2008), made to be told apart with any common colour vision.

Its red is a little lighter here, to be read on the band.
"""
