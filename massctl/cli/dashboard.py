"""``massctl`` without a command: the dashboard."""

from __future__ import annotations


def open_dashboard(*, is_simulated: bool) -> int:
    """Open the dashboard; return the exit code."""
    from massctl.dashboard.start import start  # noqa: PLC0415 - textual is loaded only here

    return start(is_simulated=is_simulated)
