"""Opening the dashboard in this terminal, and leaving it with nothing running behind it."""

from __future__ import annotations

from massctl.app.request import RunRequest
from massctl.dashboard.app import MassctlApp
from massctl.errors import ExitCode


def start(*, is_simulated: bool = False, request: RunRequest | None = None) -> int:
    """Show the dashboard until it is left; return the exit code."""
    app = MassctlApp(is_simulated=is_simulated, request=request)
    try:
        code = app.run()
    finally:
        if app.session is not None:
            app.session.emergency_stop("the dashboard")
            app.session.join()
    return int(ExitCode.DONE) if code is None else code
