"""The push against its band: a bar, the figure, and in words what to do: PRESS HARDER, GOOD or EASE OFF."""

from __future__ import annotations

from typing import Final

from massctl.dashboard.lines import Line, bar, fitted, line
from massctl.dashboard.view import DashboardView
from massctl.dashboard.widgets.session_lines import SessionLines
from massctl.faces.bars import bracket, cell
from massctl.faces.digits import large
from massctl.faces.push import pressure_band_words
from massctl.faces.words import CUES
from massctl.session.events import CueKind

HEIGHT: Final = 2
LARGE_HEIGHT: Final = 3
LABEL: Final = 7
FIGURE: Final = 7
WORD: Final = 16
_EIGHTHS: Final = " ▏▎▍▌▋▊▉"
_TONES: Final = {
    CueKind.PRESS_HARDER: "caution",
    CueKind.GOOD: "good",
    CueKind.STAY_GENTLE: "ask",
    CueKind.EASE_OFF: "danger",
    CueKind.LIFT_OFF: "danger",
    CueKind.ANSWER: "ask",
}


def full_scale(band: tuple[float, float]) -> float:
    """Return the end of the scale: half as much again as the band allows (design value)."""
    return band[1] * 1.5


def gauge_lines(view: DashboardView, width: int) -> list[Line]:
    """Return the bar and the scale below it, in exactly two lines; other words where no push is measured."""
    band, unit = view.session.band_n, view.session.push
    if band is None:
        return fitted([_without_band(view)], HEIGHT)
    reading = f"{_figure(view):>{FIGURE}} {unit.name} "
    room = max(width - LABEL - len(reading) - WORD - 1, 8)
    word, ground = cue_word(view)
    return [
        line((f"{'push':<{LABEL}}", "quiet"), *_bar(view, band, room), (reading, "bold"), (f"{word:<{WORD}}", ground)),
        line(" " * LABEL, (bracket(band, full_scale(band), room, unit.band(band), room=width - LABEL), "quiet")),
    ]


def large_lines(view: DashboardView, width: int, height: int = LARGE_HEIGHT) -> list[Line]:
    """Return the word of the cue over the full width, with the push, in exactly ``height`` lines; as large as these allow."""
    band, unit = view.session.band_n, view.session.push
    if band is None:
        return fitted([_without_band(view)], height)
    word, tone = cue_word(view)
    tone = tone or "quiet"
    reading = f"{_figure(view):>{FIGURE}} {unit.name}  of {unit.band(band)} "
    drawn = _drawn(view.cue, width - 4)
    if drawn and len(drawn) + LARGE_HEIGHT <= height:
        rows = ["", *(f"  {row}" for row in drawn), "", f"{reading:>{width - 2}}"]
        return fitted([bar(text, width, tone) for text in rows], height)
    spaced = "   ".join(" ".join(part) for part in word.split())
    middle = f"  {spaced:<{max(width - len(reading) - 3, 0)}}{reading}"
    return fitted([bar(text, width, tone) for text in ("", middle, "")], height)


def _drawn(cue: CueKind | None, width: int) -> list[str]:
    """Return the word of a cue in large letters, in one row or in one for each of its words; nothing for no cue of the hands."""
    if cue is None or cue is CueKind.ANSWER:
        return []
    words = CUES[cue][0].split(" ", 1)[1]
    rows = large(words)
    if len(rows[0]) <= width:
        return rows
    return [row for word in words.split() for row in ("", *large(word))][1:]


def bare_line(view: DashboardView, width: int) -> Line:
    """Return the bar alone over the whole width; other words where no push is measured."""
    band = view.session.band_n
    return _without_band(view) if band is None else _bar(view, band, width)


def _bar(view: DashboardView, band: tuple[float, float], width: int) -> Line:
    tone = _TONES.get(view.cue, "quiet") if view.cue else "quiet"
    return band_bar(view.force_n or 0.0, band, full_scale(band), width, tone)


def _figure(view: DashboardView) -> str:
    return "–" if view.force_n is None else view.session.push.figure(view.force_n)


def cue_word(view: DashboardView) -> tuple[str, str]:
    """Return the word of the cue and its tone; an empty one where nothing is to be said."""
    if view.cue is None:
        return "", ""
    return f" {CUES[view.cue][0]} ", f"bold on {_TONES[view.cue]}"


def band_bar(value: float, band: tuple[float, float], full: float, width: int, tone: str) -> Line:
    """Return a bar from 0 to ``full`` lit up to ``value``, the band shaded behind it."""
    eighths = round(min(max(value / full, 0.0), 1.0) * width * 8)
    whole, part = divmod(eighths, 8)
    low, high = (cell(edge, full, width) for edge in band)
    cells = "█" * whole + (_EIGHTHS[part] if part else "")
    cells += "".join("▒" if low <= place < high else "·" for place in range(len(cells), width))
    parts = []
    for first, last, ground in ((0, low, ""), (low, high, " on shade"), (high, width, "")):
        lit = min(max(len(cells[:whole]) + (1 if part else 0) - first, 0), last - first)
        parts.append((cells[first : first + lit], f"{tone}{ground}"))
        parts.append((cells[first + lit : last], f"quiet{ground}" if ground else "faint"))
    return line(*parts)


def _without_band(view: DashboardView) -> Line:
    step = view.step
    pressure = step.pressure_band_kg_cm2 if step is not None else None
    if step is None or pressure is None:
        return ()
    limit = f", discomfort {step.discomfort_max} at most" if step.discomfort_max is not None else ""
    aim = pressure_band_words(pressure, step.contact_area_cm2, view.session.units)
    return line((f"{'press':<{LABEL}}", "quiet"), f"aim at {aim}{limit}")


class Gauge(SessionLines):
    """Shows the push against its band."""

    is_large = False

    def see(self, view: DashboardView) -> None:
        """Show the newest push."""
        width, height = self.size
        self.show(large_lines(view, width, max(height, LARGE_HEIGHT)) if self.is_large else gauge_lines(view, width))
