"""What all faces say of a device that is measured: what a person has to do before it, and its figures. Pure."""

from __future__ import annotations

from massctl.app.selftest.measure import RUN_S, RUNS
from massctl.app.selftest.measure_timer import SLICE_S, STARTS
from massctl.app.selftest.measured import Figure

_OF_ITSELF = frozenset({"lease", "lapsed", "renewed"})
"""Figures of what a device does: without one, it did not."""


def massager_go_ahead() -> str:
    """Return what a person has to know and to do before a massager is measured."""
    return (
        f"The massager will start {RUNS + 1} times, for {RUN_S:g} s each, and massctl measures how it stops. Hold its head in the "
        "air, touching nothing and nobody, its own switch within reach."
    )


def timer_go_ahead() -> str:
    """Return what a person has to know and to do before a timer is measured."""
    return (
        f"Its relay will close {STARTS} times, for up to {2 * SLICE_S:g} s each: WHAT IT FEEDS WILL RUN. Pull the plug of what it "
        "feeds, or hold its head in the air, touching nothing and nobody, its own switch within reach."
    )


def figure_words(figure: Figure) -> tuple[str, str, str]:
    """Return a figure as a row: what, the worst, and what is allowed."""
    allowed = _ms(figure.allowed_s) if figure.allowed_s is not None else ""
    missing = "it did not" if figure.id in _OF_ITSELF else "not measured"
    return figure.what, _ms(figure.took_s) if figure.took_s is not None else missing, allowed


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"
