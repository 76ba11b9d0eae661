"""Hosts to be killed: imports massctl once, then forks a session for every line of JSON on standard input.

A line names the massager's address, the folder of the records, a seed, and what goes wrong (``block_after_s``: then its event loop
stands still); the answer is the child's process id. The child runs a free run on production code, presses its own keys, now and
then pauses, and lives until it is killed or done.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
import time
from typing import Any

from massctl.app.control import SessionControl
from massctl.app.request import RunRequest
from massctl.app.run import run_session
from massctl.body.terms import Side
from massctl.programs.choices import Choices
from massctl.session.commands import Key, Press
from massctl.session.events import Event, Phase, PhaseChanged

BLOCKED_S = 2.5
"""How long a blocked event loop stands still."""


class Person:
    """Presses what is asked for, quickly; pauses now and then."""

    def __init__(self, seed: int, block_after_s: float | None) -> None:
        self._block_after_s = block_after_s
        self._rng = random.Random(seed)
        self._control: SessionControl | None = None

    def begin(self, control: SessionControl) -> None:
        self._control = control
        if self._block_after_s is not None:
            asyncio.get_running_loop().call_later(self._block_after_s, time.sleep, BLOCKED_S)

    def see(self, event: Event) -> None:
        if not isinstance(event, PhaseChanged):
            return
        if event.phase in {Phase.WAITING, Phase.RATING}:
            self._press(Key.GO_ON, self._rng.uniform(0.02, 0.2))
        elif event.phase is Phase.PAUSED:
            self._press(Key.GO_ON, self._rng.uniform(0.2, 2.0))
        elif event.phase is Phase.RAMPING and self._rng.random() < 0.7:
            self._press(Key.PAUSE, self._rng.uniform(0.1, 2.0))

    def _press(self, key: Key, after_s: float) -> None:
        assert self._control is not None
        asyncio.get_running_loop().call_later(after_s, self._control.press, Press(key, origin="test"))


def run_child(wanted: dict[str, Any]) -> None:
    for name in ("DATA", "CONFIG", "RUNTIME"):
        os.environ[f"MASSCTL_{name}_DIR"] = f"{wanted['folder']}/{name.lower()}"
    person = Person(wanted["seed"], wanted.get("block_after_s"))
    request = RunRequest(point="GMAX", choices=Choices(side=Side.LEFT), massager=wanted["massager"])
    asyncio.run(run_session(request, on_event=person.see, on_ready=person.begin))


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.dup2(os.open(os.devnull, os.O_RDWR), 0)
            try:
                run_child(json.loads(line))
            finally:
                os._exit(0)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
