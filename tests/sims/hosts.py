"""What the tests of the bench share: a host that drives a ``World`` by hand, byte by byte, without an event loop."""

from __future__ import annotations

from typing import TypeVar

from firmware_protocol import Connection, Role
from firmware_protocol.codes import Function
from firmware_protocol.commands import Arm, Claim, Command, Hello, Renew, SetLimits, SetSpeed, Stream
from firmware_protocol.events import Event
from firmware_protocol.reports import MotorTelemetry
from sims.board import Link
from sims.world import World

EventT = TypeVar("EventT")
RATES_HZ = {Function.MOTOR: 20, Function.POWER: 1, Function.FORCE: 50, Function.TIMER: 5}


class Host:
    """One controller of all devices of one world; renews the motor's lease as long as ``renews``."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.now_s = 0.0
        self.renews = True
        self.heard: list[tuple[str, Event]] = []
        self.wire = bytearray()
        """All bytes of all devices, in order."""
        self._in: dict[str, bytearray] = {}
        self._links: dict[str, tuple[Connection, Link]] = {}
        self._counter = 0
        self._renewed_s = 0.0
        for role, board in world.boards.items():
            self._in[role] = bytearray()
            self._links[role] = (Connection(Role.HOST), board.attach(self._in[role].extend))

    def send(self, role: str, *commands: Command) -> None:
        for command in commands:
            self._links[role][0].send(command, self.now_s)
            self.settle()

    def settle(self) -> None:
        """Let bytes go both ways until nobody has anything to say."""
        is_busy = True
        while is_busy:
            is_busy = False
            for role, (connection, link) in self._links.items():
                connection.tick(self.now_s)
                if data := connection.data_to_send():
                    is_busy = True
                    self.world.boards[role].receive(link, data, self.now_s)
                if data := bytes(self._in[role]):
                    is_busy = True
                    self._in[role].clear()
                    self.wire += data
                    self._hear(role, connection.receive_data(data, self.now_s))

    def _hear(self, role: str, events: list[Event]) -> None:
        for event in events:
            self.heard.append((role, event))
            if isinstance(event, MotorTelemetry):
                self._counter = event.counter

    def all_of(self, kind: type[EventT]) -> list[EventT]:
        return [event for _, event in self.heard if isinstance(event, kind)]

    def claim(self) -> None:
        for role, board in self.world.boards.items():
            self.send(role, Hello(), Claim(7), *(Stream(function, RATES_HZ[function]) for function in board.functions))

    def start(self, speed_ppm: int = 1800, *, role: str = "massager", force_max_n: float = 30.0) -> None:
        self.send(role, SetLimits(2400, round(force_max_n * 1000), 600))
        self.send(role, Arm(1000))
        self.send(role, SetSpeed(speed_ppm, 600))
        self._renewed_s = self.now_s

    def run(self, seconds: float, motor_role: str = "massager") -> None:
        for _ in range(round(seconds / 0.02)):
            self.now_s = round(self.now_s + 0.02, 6)
            self.world.advance_to(self.now_s)
            if self.renews and self._links[motor_role][0].is_armed and self.now_s - self._renewed_s >= 0.25:
                self._renewed_s = self.now_s
                self._links[motor_role][0].send(Renew(self._counter), self.now_s)
            self.settle()


def log_of(world: World) -> list[str]:
    return [f"{entry.device}: {entry.what}" for entry in world.log]
