"""The commands of the palette: looks, cues, pages. What they do is the application's; nothing here touches a session."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Final

from textual.app import SystemCommand

from massctl.app.settings import CueStyle
from massctl.dashboard.screens import PAGES
from massctl.dashboard.themes import THEMES

if TYPE_CHECKING:
    from massctl.dashboard.app import MassctlApp

CADENCES_S: Final = (10, 15, 30, 60)
_THEME_WORDS: Final = {
    "massctl-dark": "dark",
    "massctl-light": "light",
    "massctl-contrast": "high contrast",
    "massctl-colour-blind": "for any colour vision",
}
_CUE_WORDS: Final = {
    CueStyle.BELL: "the terminal's bell",
    CueStyle.TONES: "sound, as tones",
    CueStyle.SPEECH: "speech, a voice speaks",
    CueStyle.SILENT: "silent, no sound",
}


def commands(app: MassctlApp) -> Iterator[SystemCommand]:
    """Yield what the palette offers."""
    if app.session is None:
        for entry in PAGES:
            yield SystemCommand(entry.title, "open this page", partial(app.action_page, entry.name))
    for theme in THEMES:
        words = _THEME_WORDS[theme.name]
        yield SystemCommand(f"Colours: {words}", "change the colours", partial(app.change_theme, theme.name))
    yield SystemCommand("Large figures", "time and cue as large as they go, or everything again", app.action_large)
    for style, words in _CUE_WORDS.items():
        yield SystemCommand(f"Cues: {words}", "how a session tells what to do", partial(app.change_cues, style))
    for seconds in CADENCES_S:
        yield SystemCommand(
            f"Time left: every {seconds} s", "how often it is told", partial(app.change_cadence, seconds)
        )
    if app.session is None:
        yield SystemCommand("Pedals and buttons", "what a foot pedal and the timer's button mean", app.action_pedal)
        yield SystemCommand("Stop everything", "whatever massctl can reach, as x does", app.action_stop_all)
        yield SystemCommand("Quit", "leave the dashboard", app.action_leave)
