"""From bleak's callback that a device is gone to the session that knows it, and to the relay that has opened.

What runs is a whole session of production code on the bench by radio: massager, sensor and timer are our boards over the Nordic
UART Service and the real bleak; the timer's relay lies in the massager's supply. Whenever the motor has worked for a while its
Bluetooth link is broken; the session stops, connects again, and the simulated person goes on. The first moment is the backend's own
notice, before bleak calls anybody; the second is the session's intervention (F34); the third is the relay that opens on
the bench, after the command has gone through bleak and over the radio to the timer.
Session time runs ``SPEED`` times as fast as real time; the moments are read from the real clock.

Beside it: bleak with nothing above it, whose callback writes the command that opens the relay to another device at once.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final
from unittest import mock

from massctl.app.control import SessionControl
from massctl.app.request import RunRequest
from massctl.app.run import run_session
from massctl.body.terms import Side as BodySide
from massctl.programs.choices import Choices
from massctl.session.commands import KEYBOARD
from massctl.session.events import Event, Intervention, Phase, Tick
from sims.bench import Bench
from sims.loop import SimulatedTimeLoop
from sims.radio.backend import SimulatedClient
from sims.timer import TimerBox
from tests.bench.ble_sides import Bare, connected, now_s
from tests.bench.scratch import scratch_folders
from tests.bench.table import Line, percentile

LOSSES: Final = 20
SPEED: Final = 3.0
WORK_S: Final = 1.0
"""Session time of work before each loss."""
PROGRAM: Final = "racket-warm-up"
LIMIT_S: Final = 0.005


class _Losses:
    """The moments of each loss."""

    def __init__(self) -> None:
        self.bench: Bench | None = None
        self.noticed_s: list[float] = []
        self.opened_s: list[float] = []
        self._callback_s: float | None = None
        self._worked_s = 0.0
        self._last_s: float | None = None

    def callback(self) -> None:
        """The backend has noticed."""
        self._callback_s = now_s()

    def opened(self) -> None:
        """The relay opens."""
        if self._callback_s is not None and len(self.opened_s) < len(self.noticed_s):
            self.opened_s.append(now_s() - self._callback_s)

    def see(self, event: Event) -> None:
        match event:
            case Intervention(rule="F34") if self._callback_s is not None:
                self.noticed_s.append(now_s() - self._callback_s)
            case Tick(phase=Phase.WORKING, at_s=at_s):
                self._worked_s += 0.0 if self._last_s is None else at_s - self._last_s
                self._last_s = at_s
                self._break_perhaps()
            case _:
                self._last_s = None

    def _break_perhaps(self) -> None:
        assert self.bench is not None
        is_relay_closed = self.bench.world.timer.is_relay_closed
        if self._worked_s >= WORK_S and is_relay_closed and len(self.noticed_s) < LOSSES:
            self._worked_s = 0.0
            asyncio.get_running_loop().call_soon(self.bench.station("massager").drop)


async def _session(losses: _Losses) -> None:
    async with Bench(link="ble", relay_feeds_motor=True) as bench:
        losses.bench = bench

        def see(event: Event) -> None:
            losses.see(event)
            bench.see(event.to_json())

        def begin(control: SessionControl) -> None:
            bench.attach(lambda key: control.press(KEYBOARD[key]))

        urls: dict[str, Any] = {role: bench.urls[role] for role in ("massager", "sensor", "timer")}
        request = RunRequest(program=PROGRAM, choices=Choices(side=BodySide.RIGHT), **urls)
        await run_session(request, on_event=see, on_ready=begin, is_attended=False)


async def _sessions() -> _Losses:
    losses = _Losses()
    noticed, opened = SimulatedClient._disconnected, TimerBox.open_relay

    def notice(client: SimulatedClient, reason: int) -> None:
        losses.callback()
        noticed(client, reason)

    def open_relay(timer: TimerBox) -> None:
        if timer.is_relay_closed:
            losses.opened()
        opened(timer)

    with (
        mock.patch.object(SimulatedClient, "_disconnected", notice),
        mock.patch.object(TimerBox, "open_relay", open_relay),
    ):
        while len(losses.noticed_s) < LOSSES:
            await _session(losses)
    return losses


async def _bare() -> list[float]:
    """Return how long bare bleak takes from the callback to a write that has reached another device."""
    took_s: list[float] = []
    for _ in range(LOSSES):
        async with connected(Bare, 2, "bare") as ((_, gun), (relay, relay_side)), asyncio.TaskGroup() as group:
            assert isinstance(gun, Bare)
            assert isinstance(relay_side, Bare)
            command = relay_side.command
            lost_s: list[float] = []
            opened: asyncio.Future[float] = asyncio.get_running_loop().create_future()

            def lost(lost_s: list[float] = lost_s, command: Any = command, group: asyncio.TaskGroup = group) -> None:
                lost_s.append(now_s())
                group.create_task(command())

            gun.on_lost = lost
            relay.on_written = lambda _, opened=opened: opened.set_result(now_s())  # type: ignore[misc]
            gun.drop()
            took_s.append(await opened - lost_s[0])
    return took_s


def loss_lines() -> list[Line]:
    """Measure lost links."""
    with scratch_folders(), asyncio.Runner(loop_factory=lambda: SimulatedTimeLoop(SPEED)) as runner:
        losses = runner.run(_sessions())
    with asyncio.Runner() as runner:
        bare_s = runner.run(_bare())
    if len(losses.opened_s) != len(losses.noticed_s):
        raise RuntimeError(
            f"{len(losses.noticed_s)} losses were noticed, and the relay opened {len(losses.opened_s)} times"
        )
    beside = f"bare bleak, a write to another device: {max(bare_s) * 1e3:.2f} ms (median {percentile(bare_s, 50) * 1e3:.2f} ms)"
    return [
        Line(
            f"Bluetooth: a lost link, from bleak's notice to {what}, worst of {len(took_s)}",
            f"{max(took_s) * 1e3:.2f} ms (median {percentile(took_s, 50) * 1e3:.2f} ms)",
            beside,
            f"within {LIMIT_S * 1e3:g} ms",
            max(took_s) <= LIMIT_S,
        )
        for what, took_s in (("the session that knows it", losses.noticed_s), ("the opened relay", losses.opened_s))
    ]
