"""Both roles joined by a link that loses, delays, cuts and turns one-way: what is dangerous must not happen."""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_protocol import Connection, DeviceState, Role
from firmware_protocol.events import Event, FrameRejected, RunMotor, StopAcknowledged, StopTimedOut, SwitchOff
from firmware_protocol.messages import Arm, Claim, Hello, MotorTelemetry, Renew, SetSpeed, Stop, Stream
from tests.firmware_protocol.bench_device import TOKEN, new_device, only

TICK_S = 0.01
LEASE_S = 1.0


@dataclass
class Wire:
    """One direction: keeps the order; delays, loses and damages as told."""

    noise: random.Random
    delay_s: float = 0.0
    loss: float = 0.0
    """Share of writes that vanish."""
    damage: float = 0.0
    """Share of writes with one byte changed."""
    under_way: deque[tuple[float, bytes]] = field(default_factory=deque)

    def put(self, data: bytes, now_s: float) -> None:
        if not data or self.noise.random() < self.loss:
            return
        if self.noise.random() < self.damage:
            at = self.noise.randrange(len(data))
            data = data[:at] + bytes([data[at] ^ self.noise.randrange(1, 256)]) + data[at + 1 :]
        self.under_way.append((now_s + self.delay_s, data))

    def arrived(self, now_s: float) -> bytes:
        parts = []
        while self.under_way and self.under_way[0][0] <= now_s:
            parts.append(self.under_way.popleft()[1])
        return b"".join(parts)


class BadLink:
    """A host that renews whenever it sees telemetry, as a careless one would, and a device, joined by two bad wires."""

    def __init__(self, seed: int = 1) -> None:
        noise = random.Random(seed)
        self.up, self.down = Wire(noise), Wire(noise)
        self.device: DeviceState = new_device()
        self.host = Connection(Role.HOST)
        self.end = Connection(Role.DEVICE, self.device)
        self.now_s = 0.0
        self.ticks = 0
        self.is_renewing = True
        self.newest_renewed_sent_s = 0.0
        self.events: list[Event] = []
        self.device_events: list[Event] = []
        self.sent_s: dict[int, float] = {}

    def run(self, duration_s: float) -> None:
        """Let both ends work for a while."""
        for _ in range(round(duration_s / TICK_S)):
            self.ticks += 1
            self.now_s = self.ticks * TICK_S
            self._work()
            assert self._is_within_its_lease()

    def _work(self) -> None:
        now_s = self.now_s
        self.device_events += self.end.receive_data(self.up.arrived(now_s), now_s) + self.end.tick(now_s)
        if self.ticks % 5 == 0 and self.end.stream_hz(1):
            counter = self.device.number_telemetry(now_s)
            self.sent_s[counter] = now_s
            self.end.send(
                MotorTelemetry(self.device.time_us(now_s), counter, 0, 0, None, self.device.motor_flags()), now_s
            )
        self.down.put(self.end.data_to_send(), now_s)
        events = self.host.receive_data(self.down.arrived(now_s), now_s) + self.host.tick(now_s)
        self.events += events
        for telemetry in only(MotorTelemetry, events)[-1:]:
            if self.is_renewing:
                self.host.send(Renew(telemetry.counter), now_s)
                self.newest_renewed_sent_s = max(self.newest_renewed_sent_s, self.sent_s[telemetry.counter])
        self.up.put(self.host.data_to_send(), now_s)

    def _is_within_its_lease(self) -> bool:
        """Whether the motor is off, or armed no longer than a lease after telemetry that the host has answered."""
        return not self.device.is_armed or self.now_s < max(self.newest_renewed_sent_s, self.armed_s) + LEASE_S + TICK_S

    armed_s = 0.0

    def start_motor(self) -> None:
        """Claim, arm and run, on a good link."""
        for message in (Stop(), Hello(), Claim(TOKEN), Stream(1, 20), Arm(1000), SetSpeed(1800, 600)):
            self.host.send(message, self.now_s)
            self.armed_s = self.now_s + 0.1
            self.run(0.05)
        assert self.device.commanded_ppm == 1800


def test_on_a_good_link_renewals_keep_the_motor_running() -> None:
    link = BadLink()
    link.start_motor()
    link.run(10)
    assert link.device.is_armed


@pytest.mark.parametrize("direction", ["up", "down"])
def test_a_link_that_turns_one_way_stops_the_motor_within_its_lease(direction: str) -> None:
    link = BadLink()
    link.start_motor()
    link.run(2)
    getattr(link, direction).loss = 1.0
    link.run(LEASE_S + 2 * TICK_S)
    assert not link.device.is_armed
    assert only(SwitchOff, link.device_events)


def test_a_link_slower_than_the_lease_cannot_hold_the_motor() -> None:
    link = BadLink()
    link.start_motor()
    link.up.delay_s = link.down.delay_s = 0.6
    link.run(1.3)
    assert not link.device.is_armed


def test_a_link_slower_than_the_claim_is_no_control() -> None:
    link = BadLink()
    link.start_motor()
    link.up.delay_s = 5.0
    link.run(20)
    assert not link.device.is_armed


def test_a_queue_of_renewals_let_loose_at_once_holds_the_motor_no_longer() -> None:
    link = BadLink()
    link.start_motor()
    link.up.delay_s = 0.7
    link.run(0.7)
    link.is_renewing = False
    link.up.under_way = deque((link.now_s, data) for _, data in link.up.under_way)
    link.up.delay_s = 0.0
    link.run(1.1)
    assert not link.device.is_armed


@settings(max_examples=30)
@given(st.integers(0, 2**32), st.floats(0, 0.9), st.floats(0, 0.5), st.floats(0, 0.3), st.floats(0, 0.3))
def test_whatever_the_link_does_the_motor_stays_within_its_lease_and_stops_when_told(
    seed: int, loss: float, damage: float, up_s: float, down_s: float
) -> None:
    link = BadLink(seed)
    link.start_motor()
    for wire, delay_s in ((link.up, up_s), (link.down, down_s)):
        wire.loss, wire.damage, wire.delay_s = loss, damage, delay_s
    link.run(3)
    link.is_renewing = False
    link.host.send(Stop(), link.now_s)
    before = len(link.device_events)
    link.run(5.2)
    assert not link.device.is_armed
    assert any(isinstance(event, StopAcknowledged | StopTimedOut) for event in link.events)
    assert not link.host.is_stopping
    assert only(RunMotor, link.device_events[before:]) == [] or link.device.commanded_ppm == 0


@settings(max_examples=20)
@given(st.integers(0, 2**32))
def test_damage_is_noticed_and_never_obeyed(seed: int) -> None:
    link = BadLink(seed)
    link.start_motor()
    link.up.damage = link.down.damage = 0.5
    link.run(3)
    assert {event.speed_ppm for event in only(RunMotor, link.device_events)} == {1800}
    assert only(FrameRejected, link.device_events)
