"""A host and a device joined without a transport, for the tests of this room."""

from __future__ import annotations

from typing import TypeVar

from firmware_protocol import Connection, DeviceState, FeatureSet, Role
from firmware_protocol.codes import Function, Key, Result
from firmware_protocol.events import Event
from firmware_protocol.features import FeatureValue
from firmware_protocol.framing import FrameSplitter
from firmware_protocol.messages import (
    Ack,
    Arm,
    Claim,
    Hello,
    Message,
    MotorTelemetry,
    SetSpeed,
    Stop,
    Stream,
    Unknown,
    decode,
    encode,
)
from firmware_protocol.reports import Report
from firmware_protocol.states import MotorState

EventT = TypeVar("EventT")
FEATURES: dict[int, dict[int, FeatureValue]] = {
    Function.MOTOR: {
        Key.SPEED_MIN_PPM: 1200,
        Key.SPEED_MAX_PPM: 2400,
        Key.RAMP_MAX_PPM_PER_S: 600,
        Key.STREAM_MAX_HZ: 50,
        Key.RUN_MAX_S: 300,
    },
    Function.FORCE: {Key.FORCE_MAX_MN: 100_000, Key.STREAM_MAX_HZ: 50},
    Function.TIMER: {Key.DURATION_MAX_MS: 600_000, Key.HAS_RELAY: 1, Key.HAS_BUZZER: 1, Key.STREAM_MAX_HZ: 10},
}
TOKEN = 0x600DCAFE
RIVAL = 0x0BADCAFE


def new_device() -> DeviceState:
    """Return a device that carries motor, force sensor and timer."""
    return DeviceState("test device", FeatureSet(FEATURES))


def only(kind: type[EventT], events: list[Event]) -> list[EventT]:
    """Return the events of one kind."""
    return [event for event in events if isinstance(event, kind)]


def messages_in(data: bytes) -> list[Message | Unknown]:
    """Return the messages that ``data`` carries."""
    return [decode(piece).message for piece in FrameSplitter().feed(data)]


class RawLink:
    """A link whose host end is bare: the test chooses sequence and epoch of every frame."""

    def __init__(self, device: DeviceState) -> None:
        self.connection = Connection(Role.DEVICE, device)
        self.events: list[Event] = []
        self.sequence = 0

    def put(
        self, message: Message, now_s: float, *, epoch: int | None = None, sequence: int | None = None
    ) -> list[Message | Unknown]:
        """Send a frame to the device and return what it answers; the present epoch unless another is given."""
        if sequence is None:
            sequence = self.sequence
            self.sequence = (sequence + 1) % 256
        data = encode(message, sequence, self.connection.epoch if epoch is None else epoch)
        self.events = self.connection.receive_data(data, now_s)
        return messages_in(self.connection.data_to_send())

    def result(
        self, message: Message, now_s: float, *, epoch: int | None = None, sequence: int | None = None
    ) -> Result:
        """Send a frame and return the result in its Ack."""
        acks = [
            answer for answer in self.put(message, now_s, epoch=epoch, sequence=sequence) if isinstance(answer, Ack)
        ]
        assert len(acks) == 1
        return Result(acks[0].result)

    def claimed(self, now_s: float = 0.0, token: int = TOKEN) -> RawLink:
        """Agree on a version and claim."""
        self.put(Hello(), now_s)
        assert self.result(Claim(token), now_s) is Result.OK
        return self


def armed_link(lease_ms: int = 1000, now_s: float = 0.0) -> RawLink:
    """Return the owner's link of a device that is armed."""
    link = RawLink(new_device()).claimed(now_s)
    assert link.result(Arm(lease_ms), now_s) is Result.OK
    return link


def running_link(lease_ms: int = 1000, now_s: float = 0.0) -> RawLink:
    """Return the owner's link of a device whose motor runs."""
    link = armed_link(lease_ms, now_s)
    assert link.result(SetSpeed(1800, 600), now_s) is Result.OK
    return link


def motor(link: RawLink) -> MotorState:
    """Return the motor's state; a call, so that a type checker does not take the last one for granted."""
    return link.connection.device.motor


class Pair:
    """Both ends of one link and the time they share; bytes move only in ``shuttle``."""

    def __init__(self, device: DeviceState | None = None) -> None:
        self.device = device or new_device()
        self.host = Connection(Role.HOST, ping_every_s=None)
        self.end = Connection(Role.DEVICE, self.device)
        self.now_s = 0.0
        self.host_events: list[Event] = []
        self.device_events: list[Event] = []

    def shuttle(self) -> None:
        """Carry bytes until nobody has more to say."""
        while True:
            up = self.host.data_to_send()
            self.device_events += self.end.receive_data(up, self.now_s)
            down = self.end.data_to_send()
            self.host_events += self.host.receive_data(down, self.now_s)
            if not up and not down:
                return

    def say(self, *messages: Message) -> list[Event]:
        """Send from the host, carry, and return what the host then heard."""
        self.host_events = []
        for message in messages:
            self.host.send(message, self.now_s)
            self.shuttle()
        return self.host_events

    def pass_time(self, duration_s: float) -> list[Event]:
        """Let time pass at both ends, in steps of 10 ms, and carry; return what the host heard."""
        self.host_events = []
        end_s = self.now_s + duration_s
        while self.now_s < end_s - 1e-9:
            self.now_s = min(end_s, self.now_s + 0.01)
            self.host_events += self.host.tick(self.now_s)
            self.device_events += self.end.tick(self.now_s)
            self.shuttle()
        return self.host_events

    def telemetry(self, commanded_ppm: int = 0) -> MotorTelemetry:
        """Let the device send motor telemetry, and return it."""
        counter = self.device.number_telemetry(self.now_s)
        message = MotorTelemetry(
            self.device.time_us(self.now_s),
            counter,
            commanded_ppm,
            commanded_ppm,
            commanded_ppm,
            self.device.motor_flags(),
        )
        self.end.send(message, self.now_s)
        self.shuttle()
        return message


def new_host(*, ping_every_s: float | None = None) -> Connection:
    """Return a host that pings only when asked."""
    return Connection(Role.HOST, ping_every_s=ping_every_s)


def armed_pair() -> Pair:
    """Return a pair whose host has claimed and armed."""
    pair = Pair()
    pair.say(Stop(), Hello(), Claim(TOKEN), Stream(1, 50), Arm())
    assert pair.host.is_armed
    return pair


def hear(host: Connection, message: Report, now_s: float, epoch: int = 0) -> list[object]:
    """Let the host receive a report."""
    return list(host.receive_data(encode(message, 0, epoch), now_s))
