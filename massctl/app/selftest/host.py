"""``python -m massctl.app.selftest.host JSON``: a host to be broken; one session of production code that presses its own keys.

The JSON names the massager's address and what goes wrong: ``full_after_s``: from then on no file takes another byte, as on a full
disk; ``jump_s``: the wall clock is set by so much a moment after the start. ``host_trials`` does the rest from outside.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
from datetime import datetime, timedelta
from typing import Any, Final

from massctl import clock
from massctl.app.control import SessionControl
from massctl.app.request import RunRequest
from massctl.app.run import exit_code, run_session
from massctl.body.terms import Side
from massctl.errors import MassctlError
from massctl.programs.choices import Choices
from massctl.session.commands import Key, Press
from massctl.session.events import Event, Phase, PhaseChanged

PRESS_AFTER_S: Final = 0.6
"""A start is taken half a second after it is asked for (F53)."""
JUMP_AFTER_S: Final = 1.0
_ASKING: Final = frozenset({Phase.WAITING, Phase.RATING, Phase.PAUSED})


class _Person:
    """Presses Enter whenever something is asked."""

    def __init__(self, full_after_s: float | None) -> None:
        self._full_after_s = full_after_s
        self._control: SessionControl | None = None

    def begin(self, control: SessionControl) -> None:
        self._control = control
        if self._full_after_s is not None:
            asyncio.get_running_loop().call_later(self._full_after_s, _fill_disk)

    def see(self, event: Event) -> None:
        if isinstance(event, PhaseChanged) and event.phase in _ASKING and self._control is not None:
            press = Press(Key.GO_ON, origin="self-test")
            asyncio.get_running_loop().call_later(PRESS_AFTER_S, self._control.press, press)


def _fill_disk() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))


def _set_wall_clock(by_s: float) -> None:
    """Let the wall clock jump, as far as massctl reads it: at one place (decision D7)."""
    right = clock.wall_now
    jumps_at = right() + timedelta(seconds=JUMP_AFTER_S)

    def wrong() -> datetime:
        now = right()
        return now + timedelta(seconds=by_s) if now >= jumps_at else now

    clock.wall_now = wrong


def main() -> int:
    """Run the session; return its exit code."""
    wanted: dict[str, Any] = json.loads(sys.argv[1])
    if "jump_s" in wanted:
        _set_wall_clock(wanted["jump_s"])
    person = _Person(wanted.get("full_after_s"))
    request = RunRequest(point="GMAX", choices=Choices(side=Side.LEFT), massager=wanted["massager"])
    try:
        session = run_session(request, on_event=person.see, on_ready=person.begin, is_attended=False)
        return int(exit_code(asyncio.run(session)))
    except MassctlError as error:
        sys.stderr.write(f"massctl: {error}\n")
        return int(error.exit_code)


if __name__ == "__main__":
    sys.exit(main())
