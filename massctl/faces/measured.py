"""How all faces word the figures of a device that was measured. Pure."""

from __future__ import annotations

from massctl.app.selftest.measured import Figure

_OF_ITSELF = frozenset({"lease", "lapsed", "renewed"})
"""Figures of what a device does: without one, it did not."""


def figure_words(figure: Figure) -> tuple[str, str, str]:
    """Return a figure as a row: what, the worst, and what is allowed."""
    allowed = _ms(figure.allowed_s) if figure.allowed_s is not None else ""
    missing = "it did not" if figure.id in _OF_ITSELF else "not measured"
    return figure.what, _ms(figure.took_s) if figure.took_s is not None else missing, allowed


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds >= 0.01 else f"{seconds * 1000:.1f} ms"
