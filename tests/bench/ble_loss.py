"""From bleak's callback that a device is gone to the session that knows it, and to the relay that has opened.

What runs is a whole session of production code in real time: massager, sensor and timer are our boards behind the Nordic UART
Service and the real bleak, on a simulated radio in a process of its own, so that what is measured shares its loop with no
simulation. The timer's relay lies in the massager's supply. Whenever the motor has run for a second its Bluetooth link is broken;
the session stops, connects again and is told to go on. The first moment is the backend's own notice, before bleak calls anybody;
the second is when the session has judged it (F34) and its commands are posted; the third is the relay that has opened in the other
process, after its command has gone through bleak, HCI, a socket and the timer's firmware. All processes read one clock.

Beside it, in the same run and on the same radio: bleak with nothing above it, whose callback writes as much to the timer at once.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from typing import Any, Final
from unittest import mock
from urllib.parse import urlsplit

from bleak import BleakClient, BleakScanner

from massctl.app.control import SessionControl
from massctl.app.request import RunRequest
from massctl.app.run import run_session
from massctl.body.terms import Side
from massctl.devices.capabilities import Disconnected, Report
from massctl.programs.choices import Choices
from massctl.session.commands import Key, Press
from massctl.session.events import Event, Phase, PhaseChanged
from massctl.transports.nus import TO_DEVICE
from sims.radio.backend import SimulatedClient, SimulatedScanner
from sims.radio.hci import open_remote
from tests.bench.ble_sides import now_s
from tests.bench.scratch import scratch_folders
from tests.bench.table import Line, percentile

LOSSES: Final = 20
PROGRAM: Final = "racket-warm-up"
LIMIT_S: Final = 0.005
JUNK: Final = b"\x05" * 12
"""As long as the command that opens the relay, and none."""
SETTLE_S: Final = 0.3
KEY_S: Final = 0.7
"""A person's time to press; for half a second after a stop no start is taken."""


class _Peer:
    """The other process, and what it says."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._stdin, self._stdout = process.stdin, process.stdout
        found = json.loads(self._stdout.readline())
        self.urls: dict[str, str] = found["urls"]
        self.addresses: dict[str, str] = found["addresses"]
        self.said: list[tuple[str, float]] = []
        self._rest = b""

    def drop(self) -> None:
        self._stdin.write("drop\n")
        self._stdin.flush()

    def listen(self) -> None:
        """Collect what it says from now on, in this loop."""
        asyncio.get_running_loop().add_reader(self._stdout, self._read)

    def _read(self) -> None:
        *lines, self._rest = (self._rest + os.read(self._stdout.fileno(), 65_536)).split(b"\n")
        self.said += [tuple(json.loads(line)) for line in lines]

    def first(self, what: str, after_s: float) -> float | None:
        """Return when it first said so after this moment."""
        return next((at_s for said, at_s in self.said if said == what and at_s >= after_s), None)


@contextmanager
def _peer() -> Iterator[_Peer]:
    command = [sys.executable, "-m", "tests.bench.ble_peer"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield _Peer(process)
        finally:
            process.kill()


class _Losses:
    """The moments of each loss in a session, whose keys are pressed as soon as they are asked for."""

    def __init__(self) -> None:
        self.noticed: list[tuple[float, float]] = []
        """Of each: when the backend knew, and when the session told."""
        self.last_callback_s = 0.0
        self._session: SessionControl | None = None

    def begin(self, session: SessionControl) -> None:
        self._session = session

    def see(self, event: Event) -> None:
        match event:
            case PhaseChanged(phase=Phase.WAITING | Phase.RATING | Phase.PAUSED):
                self._press(Key.FINISH if len(self.noticed) >= LOSSES else Key.GO_ON)

    def report(self, report: Report) -> None:
        """Take a report that the session has just judged."""
        if isinstance(report, Disconnected) and len(self.noticed) < LOSSES:
            self.noticed.append((self.last_callback_s, now_s()))

    def _press(self, key: Key) -> None:
        def press() -> None:
            if self._session is not None:
                self._session.press(Press(key))

        asyncio.get_running_loop().call_later(KEY_S, press)


async def _sessions(peer: _Peer) -> _Losses:
    losses = _Losses()
    noticed = SimulatedClient._disconnected

    def notice(client: SimulatedClient, reason: int) -> None:
        losses.last_callback_s = now_s()
        noticed(client, reason)

    peer.listen()
    urls: dict[str, Any] = peer.urls
    with mock.patch.object(SimulatedClient, "_disconnected", notice):
        while len(losses.noticed) < LOSSES:
            request = RunRequest(program=PROGRAM, choices=Choices(side=Side.RIGHT), **urls)
            await run_session(
                request, on_event=losses.see, on_ready=losses.begin, on_report=losses.report, is_attended=False
            )
    await asyncio.sleep(SETTLE_S)
    return losses


async def _bare(peer: _Peer) -> list[float]:
    """Return how long bare bleak takes from its callback to a write that has reached the timer."""
    place = urlsplit(peer.urls["massager"])
    peer.listen()
    took_s: list[float] = []
    async with AsyncExitStack() as stack:
        remote = await open_remote("", place.hostname or "", place.port or 0)
        stack.push_async_callback(remote.aclose)
        options: dict[str, Any] = {"radio": remote.central}

        async def open_client(role: str, on_lost: Callable[[BleakClient], None] | None = None) -> BleakClient:
            address = peer.addresses[role]
            device = await BleakScanner.find_device_by_address(address, backend=SimulatedScanner, **options)
            assert device is not None
            client = BleakClient(device, on_lost, backend=SimulatedClient, **options)
            await client.connect()
            return client

        timer = await open_client("timer")
        stack.push_async_callback(timer.disconnect)
        group = await stack.enter_async_context(asyncio.TaskGroup())
        lost_s = 0.0

        def lost(_client: BleakClient) -> None:
            nonlocal lost_s
            lost_s = now_s()
            group.create_task(timer.write_gatt_char(TO_DEVICE, JUNK, response=False))

        for _ in range(LOSSES):
            await open_client("massager", lost)
            peer.drop()
            await asyncio.sleep(SETTLE_S)
            reached_s = peer.first("reached", lost_s)
            assert reached_s is not None
            took_s.append(reached_s - lost_s)
    return took_s


def loss_lines() -> list[Line]:
    """Measure lost links."""
    with scratch_folders(), _peer() as peer, asyncio.Runner() as runner:
        losses = runner.run(_sessions(peer))
    with _peer() as bare_peer, asyncio.Runner() as runner:
        bare_s = runner.run(_bare(bare_peer))
    opened = [(callback_s, peer.first("opened", callback_s)) for callback_s, _ in losses.noticed]
    opened_s = [at_s - callback_s for callback_s, at_s in opened if at_s is not None]
    if len(opened_s) != len(losses.noticed) or len({at_s for _, at_s in opened}) != len(opened):
        raise RuntimeError(f"{len(losses.noticed)} losses were noticed, and the relay did not open for each: {opened}")
    beside = (
        f"bare bleak, a write at the timer: {max(bare_s) * 1e3:.2f} ms (median {percentile(bare_s, 50) * 1e3:.2f} ms)"
    )
    return [
        Line(
            f"Bluetooth: a lost link, from bleak's notice to {what}, worst of {len(took_s)}",
            f"{max(took_s) * 1e3:.2f} ms (median {percentile(took_s, 50) * 1e3:.2f} ms)",
            beside,
            f"within {LIMIT_S * 1e3:g} ms",
            max(took_s) <= LIMIT_S,
        )
        for what, took_s in (
            ("the session's stop", [told_s - callback_s for callback_s, told_s in losses.noticed]),
            ("the opened relay", opened_s),
        )
    ]
