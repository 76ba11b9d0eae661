"""Bars drawn with blocks, as rich text of an exact width: progress, force against its band, discomfort. Pure."""

from __future__ import annotations

from rich.text import Text

from massctl.faces.bars import bracket, cell

_EIGHTHS = " ▏▎▍▌▋▊▉"


def progress_bar(fraction: float, width: int, style: str) -> Text:
    """Return a thin bar, ``fraction`` (0–1, clamped) of it lit."""
    lit = round(min(max(fraction, 0.0), 1.0) * width)
    return Text.assemble(("━" * lit, style), ("─" * (width - lit), "grey30"))


def band_bar(value: float, band: tuple[float, float], full: float, width: int, style: str) -> Text:
    """Return a bar from 0 to ``full`` lit up to ``value``, the cells of ``band`` shaded behind it."""
    eighths = round(min(max(value / full, 0.0), 1.0) * width * 8)
    whole, part = divmod(eighths, 8)
    low, high = (cell(edge, full, width) for edge in band)
    bar = Text()
    for place in range(width):
        shade = "on grey30" if low <= place < high else ""
        if place < whole:
            bar.append("█", style)
        elif place == whole and part:
            bar.append(_EIGHTHS[part], f"{style} {shade}")
        else:
            bar.append("▒" if shade else "·", "grey50" if shade else "grey37")
    return bar


def band_scale(band: tuple[float, float], full: float, width: int, told: str) -> Text:
    """Return the line under ``band_bar``: a bracket below the band, and in it the band as it is told."""
    return Text(bracket(band, full, width, told), "grey62")


def dots(value: int | None, style: str) -> Text:
    """Return a rating 0–10 as ten dots; all empty when there is none."""
    lit = value or 0
    return Text.assemble(("●" * lit, style), ("○" * (10 - lit), "grey37"))


def trace(values: list[float | None], band: tuple[float, float], full: float, width: int) -> Text:
    """Return the newest ``width`` values as a row of bars, coloured by where they are to ``band``."""
    row = Text()
    newest = values[-width:]
    row.append(" " * (width - len(newest)))
    for value in newest:
        if value is None:
            row.append(" ")
            continue
        height = "▁▂▃▄▅▆▇█"[min(int(max(value, 0.0) / full * 8), 7)]
        row.append(height, "green" if band[0] <= value <= band[1] else "red" if value > band[1] else "grey50")
    return row
