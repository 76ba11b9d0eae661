"""Where the band of a push lies on a bar, drawn with characters. Pure."""

from __future__ import annotations


def cell(value: float, full: float, width: int) -> int:
    """Return the cell of ``value`` on a bar from 0 to ``full`` over ``width`` cells."""
    return round(min(max(value / full, 0.0), 1.0) * width)


def bracket(band: tuple[float, float], full: float, width: int, told: str, *, room: int = 0) -> str:
    """Return the bracket below a band, and ``told`` in it, or beside it where it has no room in it.

    Args:
        band: what it lies below.
        full: the end of the bar.
        width: cells of the bar.
        told: the band in words.
        room: cells that may be filled, where there are more than the bar has.
    """
    low, high = (cell(edge, full, width) for edge in band)
    room, label = max(room, width), f" {told} "
    inner = max(high - low - 2, 0)
    if len(label) <= inner:
        drawn = f"{' ' * low}╰{label.center(inner, '─')}╯"
    elif low + inner + 2 + len(label) <= room or len(label) > low:
        drawn = f"{' ' * low}╰{'─' * inner}╯{label}"
    else:
        drawn = f"{label:>{low}}╰{'─' * inner}╯"
    return drawn[:room].ljust(room)
