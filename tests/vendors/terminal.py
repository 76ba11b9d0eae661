"""A whole program on a bench of twins: the production session, the bench's person at its keys, virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from massctl.app.control import SessionControl
from massctl.app.request import RunRequest
from massctl.app.run import run_session
from massctl.body.terms import Side
from massctl.programs.choices import Choices
from massctl.session.commands import KEYBOARD
from massctl.session.events import Event, Intervention, Phase, SessionEnded, SessionStarted, StopSeen, Tick
from sims.bench import Bench


class Terminal:
    """Runs a program on a bench that it knows by addresses only; the bench's person watches and presses its keys."""

    def __init__(self, bench: Bench) -> None:
        self.events: list[Event] = []
        self.at_work: Callable[[], None] | None = None
        """Called once, when the motor works."""
        self._bench = bench
        self._session: SessionControl | None = None

    async def run(self, program: str, urls: dict[str, Any], **options: Any) -> SessionEnded:
        options.setdefault("choices", Choices(side=Side.RIGHT))
        request = RunRequest(program=program, **urls, **options)
        return await run_session(request, on_event=self._see, on_ready=self._ready)

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def rules(self) -> list[str]:
        return [event.rule for event in self.of(Intervention)]

    @property
    def started(self) -> SessionStarted:
        (event,) = self.of(SessionStarted)
        assert isinstance(event, SessionStarted)
        return event

    @property
    def stops(self) -> list[StopSeen]:
        return self.of(StopSeen)

    def press(self, key: str) -> None:
        assert self._session is not None
        self._session.press(KEYBOARD[key])

    def _ready(self, session: SessionControl) -> None:
        self._session = session
        self._bench.attach(self.press)

    def _see(self, event: Event) -> None:
        self.events.append(event)
        if not isinstance(event, Tick):
            self._bench.see(event.to_json())
        elif self.at_work is not None and event.phase is Phase.WORKING and self._bench.world.motor.speed_ppm > 1000:
            act, self.at_work = self.at_work, None
            asyncio.get_running_loop().call_soon(act)
