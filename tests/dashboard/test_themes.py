"""Colours by meaning: in every theme words can be read, and a shaded band is seen, with what stands on it."""

from __future__ import annotations

import pytest
from rich.style import Style
from textual.color import Color
from textual.theme import Theme

from massctl.dashboard.paint import Paint
from massctl.dashboard.themes import THEMES

WORDS, GRAPHICS = 4.5, 3.0
"""The least contrast of words, and of lines and large figures (WCAG 2.1, 1.4.3 and 1.4.11)."""
BAND, BAND_OF_HIGH_CONTRAST = 1.6, 2.5
"""The least contrast of a shaded band to its ground (design values)."""
MEANINGS = ("", "good", "caution", "danger", "ask", "quiet")

themes = pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)


def colours(style: Style) -> tuple[Color, Color]:
    """Return front and ground."""
    assert style.color is not None
    assert style.bgcolor is not None
    return Color.parse(style.color.name), Color.parse(style.bgcolor.name)


def luminance(colour: Color) -> float:
    """Return the relative luminance of WCAG 2.1."""
    parts = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour.rgb]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: Color, other: Color) -> float:
    """Return the contrast of WCAG 2.1."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@themes
@pytest.mark.parametrize("tone", [*MEANINGS, "on danger", "on good", "on caution", "on ask", "on simulated"])
def test_words_of_every_tone_can_be_read(theme: Theme, tone: str) -> None:
    assert contrast(*colours(Paint(theme)(tone).rich)) >= WORDS


@themes
@pytest.mark.parametrize("tone", MEANINGS)
def test_what_is_drawn_in_a_band_is_seen(theme: Theme, tone: str) -> None:
    assert contrast(*colours(Paint(theme)(f"{tone} on shade").rich)) >= GRAPHICS


@themes
def test_a_band_is_seen(theme: Theme) -> None:
    paint = Paint(theme)
    (_, ground), (_, band) = colours(paint("").rich), colours(paint("on shade").rich)
    assert contrast(ground, band) >= (BAND_OF_HIGH_CONTRAST if theme.name == "massctl-contrast" else BAND)


def test_a_tone_that_does_not_exist_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="purple"):
        Paint(THEMES[0])("bold purple")
