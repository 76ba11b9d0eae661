"""One simulated device as its links see it: the protocol's DEVICE role on one side, the world's hardware on the other.

Bytes come and go by call; time is passed in. Several links (TCP clients) share one ``DeviceState``.

Not modelled: a serial line's speed, and a microcontroller's own clock (device time is the bench's time).
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from firmware_protocol import Connection, DeviceState, Role
from firmware_protocol.codes import Function
from firmware_protocol.events import Event
from firmware_protocol.messages import Message
from sims.devices import FUNCTIONS, device_name, features
from sims.grid import STEP_S
from sims.line import Line

_SLACK_S: Final = 1e-6
"""Rounding of the grid: a report due within this is due now."""


class Hardware(Protocol):
    """What a board drives and reads."""

    def obey(self, board: Board, event: Event, now_s: float) -> None:
        """Do what the firmware asks of the hardware."""

    def report(self, board: Board, function: Function, now_s: float) -> Message:
        """Return the telemetry of one function, now."""

    def power_up(self, board: Board, now_s: float) -> None:
        """Be as after switching on: everything off."""


class Link:
    """One client of a board."""

    def __init__(self, board: Board, write: Callable[[bytes], None]) -> None:
        self.connection = Connection(Role.DEVICE, device=board.state)
        self.write = write
        self.due_s: dict[Function, float] = {}
        """Streaming functions and when their next report is due."""
        self.period_s: dict[Function, float] = {}


class Board:
    """One device on the bench."""

    def __init__(self, role: str, rate_hz: int, hardware: Hardware, boot_id: int = 1, seed: int = 1) -> None:
        self.role = role
        self._rate_hz = rate_hz
        self.functions = FUNCTIONS[role]
        self.state = DeviceState(device_name(role), features(role, rate_hz), boot_id=boot_id)
        self.is_hung = False
        """Fault: the firmware hangs. It reads nothing, sends nothing, keeps no lease; the hardware stays as it was."""
        self.clock_gain = 0.0
        """Fault: its clock runs fast by this share (slow, if negative)."""
        self._rate_most_hz: float | None = None
        self.line = Line(random.Random(f"{seed}:{role}:line"))
        """The way to its clients."""
        self.links: list[Link] = []
        self.streaming: frozenset[Function] = frozenset()
        """Functions whose telemetry somebody reads."""
        self._hardware = hardware
        self._due_s = math.inf
        """When the next report is due, to any link."""
        self._dark_until_s = -math.inf
        self.renewed_at_s: float | None = None
        """When a renewal last extended the lease."""

    def attach(self, write: Callable[[bytes], None]) -> Link:
        """Take a new client, whose bytes go to ``write``."""
        link = Link(self, write)
        self.links.append(link)
        return link

    def detach(self, link: Link, now_s: float) -> None:
        """Lose a client; knowing that it is gone is knowing that nobody controls (a pty tells no such thing)."""
        if link in self.links:
            self.links.remove(link)
            self._obey(link.connection.link_lost(now_s), now_s)
            self._set_rates(now_s)
            self._flush(now_s)

    def forget(self, link: Link) -> None:
        """Drop a client without learning that it is gone, as when a cable is pulled: its claim and lease run on."""
        if link in self.links:
            self.links.remove(link)
            self._set_rates(0.0)

    def receive(self, link: Link, data: bytes, now_s: float) -> None:
        """Take bytes of one client, as they come off the line."""
        if self.line.is_straight:
            self._take(link, data, now_s)
        else:
            self.line.carry(data, now_s, lambda piece, at_s: self._take(link, piece, at_s), is_from_host=True)

    def _take(self, link: Link, data: bytes, now_s: float) -> None:
        if self._is_dead(now_s) or link not in self.links:
            return
        lease_s = self.state.lease_deadline_s
        self._obey(link.connection.receive_data(data, now_s), now_s)
        if self.state.lease_deadline_s not in {lease_s, None}:
            self.renewed_at_s = now_s
        self._flush(now_s)

    def _is_dead(self, now_s: float) -> bool:
        return self.is_hung or now_s < self._dark_until_s

    def reboot(self, now_s: float, dark_s: float) -> None:
        """Start the firmware anew: everything off and forgotten, and deaf and silent for ``dark_s``; the links stay."""
        self._hardware.power_up(self, now_s)
        self.state = DeviceState(self.state.name, self.state.features, boot_id=self.state.boot_id + 1)
        self.state.time_offset_us = -round((now_s + dark_s) * 1e6)
        for link in self.links:
            link.connection = Connection(Role.DEVICE, device=self.state)
        self.line.clear()
        self._dark_until_s = now_s + dark_s
        self._set_rates(now_s)

    def limit_rate(self, most_hz: float | None, now_s: float) -> None:
        """Send telemetry no more often than this; None is as often as asked."""
        self._rate_most_hz = most_hz
        self._set_rates(now_s)

    def pretend(self, role: str) -> None:
        """Answer from now on as another device would; who asked before is not told."""
        self.state.name, self.state.features = device_name(role), features(role, self._rate_hz)

    def notify(self, message: Message, now_s: float) -> None:
        """Send ``message`` to every client."""
        for link in self.links:
            link.connection.send(message, now_s)

    def act(self, events: Sequence[Event], now_s: float) -> None:
        """Carry out what ``DeviceState`` decided on a finding of the hardware."""
        self._obey(events, now_s)

    def step(self, now_s: float) -> None:
        """Let deadlines pass and send what is due."""
        if not self.line.is_straight:
            self.line.step(now_s)
        if self._is_dead(now_s):
            return
        if self.clock_gain:
            self.state.time_offset_us += round(self.clock_gain * STEP_S * 1e6)
        events = self.state.tick(now_s)
        if events:
            self._obey(events, now_s)
        if now_s >= self._due_s - _SLACK_S:
            self._report(now_s)
        elif events:
            self._flush(now_s)

    def _obey(self, events: Sequence[Event], now_s: float) -> None:
        if events:
            for event in events:
                self._hardware.obey(self, event, now_s)
            self._set_rates(now_s)

    def _set_rates(self, now_s: float) -> None:
        """Read anew who wants what; a claim, an arming or a stream command may have changed it."""
        for link in self.links:
            for function in self.functions:
                rate_hz: float = link.connection.stream_hz(function)
                if self._rate_most_hz is not None:
                    rate_hz = min(rate_hz, self._rate_most_hz)
                if rate_hz == 0:
                    link.period_s.pop(function, None)
                    link.due_s.pop(function, None)
                elif link.period_s.get(function) != 1.0 / rate_hz:
                    link.period_s[function] = 1.0 / rate_hz
                    link.due_s[function] = now_s
        self.streaming = frozenset(function for link in self.links for function in link.due_s)
        self._due_s = min((due_s for link in self.links for due_s in link.due_s.values()), default=math.inf)

    def _report(self, now_s: float) -> None:
        """Send every link what is due for it; one message a function, whoever reads it."""
        made: dict[Function, Message] = {}
        next_s = math.inf
        for link in self.links:
            for function, due_s in link.due_s.items():
                if due_s <= now_s + _SLACK_S:
                    due_s = max(due_s + link.period_s[function], now_s)  # noqa: PLW2901 - the next one's
                    link.due_s[function] = due_s
                    if function not in made:
                        made[function] = self._hardware.report(self, function, now_s)
                    link.connection.send(made[function], now_s)
                next_s = min(next_s, due_s)
        self._due_s = next_s
        self._flush(now_s)

    def _flush(self, now_s: float) -> None:
        for link in self.links:
            if data := link.connection.data_to_send():
                self._send(link, data, now_s)

    def _send(self, link: Link, data: bytes, now_s: float) -> None:
        if self.line.is_straight:
            link.write(data)
        else:
            self.line.carry(data, now_s, lambda piece, _at_s: link.write(piece), is_from_host=False)
