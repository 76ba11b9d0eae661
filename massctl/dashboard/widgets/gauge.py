"""The push against its band: a bar, the figure, and in words what to do: PRESS HARDER, GOOD or EASE OFF."""

from __future__ import annotations

from typing import Final

from massctl.dashboard.lines import Line, bar, fitted, line
from massctl.dashboard.view import DashboardView
from massctl.dashboard.widgets.session_lines import SessionLines
from massctl.faces.words import CUES
from massctl.session.events import CueKind

HEIGHT: Final = 2
LARGE_HEIGHT: Final = 3
LABEL: Final = 7
READING: Final = 10
WORD: Final = 16
_EIGHTHS: Final = " ▏▎▍▌▋▊▉"
_TONES: Final = {
    CueKind.PRESS_HARDER: "caution",
    CueKind.GOOD: "good",
    CueKind.EASE_OFF: "danger",
    CueKind.LIFT_OFF: "danger",
    CueKind.ANSWER: "ask",
}


def full_scale(band: tuple[float, float]) -> float:
    """Return the end of the scale: half as much again as the band allows (design value)."""
    return band[1] * 1.5


def gauge_lines(view: DashboardView, width: int) -> list[Line]:
    """Return the bar and the scale below it, in exactly two lines; other words where no push is measured."""
    step = view.step
    if step is None:
        return fitted([], HEIGHT)
    band = step.force_band_n
    if band is None:
        return fitted([_without_band(view)], HEIGHT)
    room = max(width - LABEL - READING - WORD - 1, 8)
    force, tone = view.force_n, _TONES.get(view.cue, "quiet") if view.cue else "quiet"
    reading = f"{'–':>7} N " if force is None else f"{force:7.1f} N "
    word, ground = cue_word(view)
    bar = band_bar(force or 0.0, band, full_scale(band), room, tone)
    return [
        line((f"{'force':<{LABEL}}", "quiet"), *bar, (reading, "bold"), (f"{word:<{WORD}}", ground)),
        line(" " * LABEL, *band_scale(band, full_scale(band), room)),
    ]


def large_lines(view: DashboardView, width: int) -> list[Line]:
    """Return the word of the cue over the full width, spaced out, with the push beside it, in exactly three lines."""
    step = view.step
    if step is None or step.force_band_n is None:
        return fitted([()] if step is None else [_without_band(view)], LARGE_HEIGHT)
    word, tone = cue_word(view)
    reading = "–" if view.force_n is None else f"{view.force_n:.1f}"
    band = f"{step.force_band_n[0]:g}–{step.force_band_n[1]:g} N"
    spaced = "   ".join(" ".join(part) for part in word.split())
    middle = f"  {spaced:<{max(width - 24, 0)}}{reading:>7} N  of {band}"
    return [bar(text, width, tone or "quiet") for text in ("", middle, "")]


def cue_word(view: DashboardView) -> tuple[str, str]:
    """Return the word of the cue and its tone; an empty one where nothing is to be said."""
    if view.cue is None:
        return "", ""
    return f" {CUES[view.cue][0]} ", f"bold on {_TONES[view.cue]}"


def band_bar(value: float, band: tuple[float, float], full: float, width: int, tone: str) -> Line:
    """Return a bar from 0 to ``full`` lit up to ``value``, the band shaded behind it."""
    eighths = round(min(max(value / full, 0.0), 1.0) * width * 8)
    whole, part = divmod(eighths, 8)
    low, high = (_cell(edge, full, width) for edge in band)
    cells = "█" * whole + (_EIGHTHS[part] if part else "")
    cells += "".join("▒" if low <= cell < high else "·" for cell in range(len(cells), width))
    parts = []
    for first, last, ground in ((0, low, ""), (low, high, " on shade"), (high, width, "")):
        lit = min(max(len(cells[:whole]) + (1 if part else 0) - first, 0), last - first)
        parts.append((cells[first : first + lit], f"{tone}{ground}"))
        parts.append((cells[first + lit : last], f"quiet{ground}" if ground else "faint"))
    return line(*parts)


def band_scale(band: tuple[float, float], full: float, width: int) -> Line:
    """Return the bracket below the band, with its edges in newtons."""
    low, high = (_cell(edge, full, width) for edge in band)
    label = f" {band[0]:g}–{band[1]:g} N "
    inner = max(high - low - 2, 0)
    fits = len(label) <= inner
    bracket = "╰" + (label.center(inner, "─") if fits else "─" * inner) + "╯"
    return line((f"{' ' * low}{bracket}{'' if fits else label}"[:width].ljust(width), "quiet"))


def _without_band(view: DashboardView) -> Line:
    step = view.step
    pressure = step.pressure_band_kg_cm2 if step is not None else None
    if step is None or pressure is None:
        return ()
    limit = f", discomfort {step.discomfort_max} at most" if step.discomfort_max is not None else ""
    return line((f"{'press':<{LABEL}}", "quiet"), f"aim at {pressure[0]:g}–{pressure[1]:g} kg/cm²{limit}")


def _cell(value: float, full: float, width: int) -> int:
    return round(min(max(value / full, 0.0), 1.0) * width)


class Gauge(SessionLines):
    """Shows the push against its band."""

    is_large = False

    def see(self, view: DashboardView) -> None:
        """Show the newest push."""
        words = large_lines if self.is_large else gauge_lines
        self.show(words(view, self.size.width))
