"""Opening the dashboard in this terminal, and leaving it with nothing running behind it, whatever ends it (F42)."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Final

from massctl.errors import ExitCode

if TYPE_CHECKING:
    from massctl.app.request import RunRequest
    from massctl.dashboard.app import MassctlApp

FAREWELL_S: Final = 2.0
"""After a signal: how long the display may take to leave once the session has stopped (design value)."""
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def start(*, is_simulated: bool = False, request: RunRequest | None = None) -> int:
    """Show the dashboard until it is left; return the exit code."""
    os.environ.setdefault("TEXTUAL_DISABLE_KITTY_KEY", "1")  # keys come as bytes that every terminal sends alike
    os.environ.setdefault("ESCDELAY", "50")
    from massctl.dashboard.app import MassctlApp  # noqa: PLC0415 - Textual reads both when it is loaded

    app = MassctlApp(is_simulated=is_simulated, request=request)
    with _stopping(app):
        try:
            code = app.run()
        finally:
            if app.session is not None:
                app.session.background.emergency_stop("display")
            if app.measurement is not None:
                app.measurement.stop()
            if unconfirmed := _join(app):
                sys.stderr.write(f"massctl: {unconfirmed}\n")  # the page that told it is gone
    if app.problem is not None:
        raise app.problem
    return int(ExitCode.DONE) if code is None else code


@contextmanager
def _stopping(app: MassctlApp) -> Iterator[None]:
    """While open, SIGINT, SIGTERM and SIGHUP stop the session and end the dashboard."""

    def stop(number: int, _frame: FrameType | None) -> None:
        app.leave_by(signal.Signals(number).name)
        threading.Thread(target=_leave_anyway, args=(app,), name="last resort", daemon=True).start()

    before = {number: signal.signal(number, stop) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave_anyway(app: MassctlApp) -> None:
    """End the process where the display cannot: a terminal that is gone may hold it up for ever. The motor comes first."""
    _join(app)
    time.sleep(FAREWELL_S)
    os._exit(int(ExitCode.INTERRUPTED))


def _join(app: MassctlApp) -> str:
    """Wait, for a bounded time, until what runs has stopped; return what is to be told where a measured device may not stand."""
    session, measurement = app.session, app.measurement
    if session is not None:
        session.background.join()
    if measurement is None:
        return ""
    from massctl.app.selftest.one_device import NOT_CONFIRMED  # noqa: PLC0415 - a fifth of a second before the first screen

    return "" if measurement.join() and measurement.look() != NOT_CONFIRMED else NOT_CONFIRMED
