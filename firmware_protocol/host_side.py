"""The host's end of a link: one set-up command outstanding, speeds superseded, STOP before everything. No bytes, no clock."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from firmware_protocol.codes import (
    ACK_TIMEOUT_S,
    COMMAND_SENDS_MAX,
    STOP_AGAIN_AFTER_S,
    STOP_EVERY_S,
    STOP_GIVE_UP_S,
    MotorFlag,
    Result,
)
from firmware_protocol.commands import (
    Arm,
    ClearFault,
    Command,
    GetFeature,
    Hello,
    Ping,
    Renew,
    SetSpeed,
    Stop,
    TimerArm,
    TimerCancel,
)
from firmware_protocol.device_clock import DeviceClock
from firmware_protocol.errors import LocalProtocolError, RemoteProtocolError
from firmware_protocol.events import (
    CommandAcknowledged,
    CommandDropped,
    CommandRefused,
    CommandTimedOut,
    Event,
    StopAcknowledged,
    StopTimedOut,
)
from firmware_protocol.framing import DELIMITER, Frame
from firmware_protocol.messages import FIRST_REPORT_TYPE, Message, decode_payload, encode
from firmware_protocol.reports import Ack, Fault, Feature, Identity, MotorTelemetry, Pong, Stopped
from firmware_protocol.states import (
    COMMAND,
    MOTOR,
    STOP,
    CommandInput,
    CommandState,
    MotorInput,
    MotorState,
    StopInput,
    StopState,
    next_state,
)

QUEUE_MAX: Final = 300
"""Set-up commands that may wait: a whole feature dictionary and some."""
_PINGS_MAX: Final = 8
_ARMED: Final = MotorFlag.ARMED.value
"""A plain integer: this is looked at in every motor telemetry, and arithmetic on flag classes is slow."""
_UNREPEATED_TIMEOUT_S: Final = ACK_TIMEOUT_S * COMMAND_SENDS_MAX


@dataclass(slots=True)
class _Pending:
    """A command on its way; ``data`` is its frame, stamped with the epoch of the moment it was asked for."""

    command: Command
    sequence: int
    data: bytes
    state: CommandState = CommandState.QUEUED
    sends: int = 0
    sent_s: float = 0.0

    def move(self, change: CommandInput) -> None:
        """Walk the table."""
        self.state = next_state(COMMAND, self.state, change) or self.state


class HostSide:
    """What a Connection does in the HOST role."""

    def __init__(self, write: Callable[[bytes], bool], discard: Callable[[], None], ping_every_s: float | None) -> None:
        self.epoch = 0
        self.motor = MotorState.OFF
        self.clock = DeviceClock()
        self._write = write
        self._discard = discard
        self._ping_every_s = ping_every_s
        self._next_ping_s: float | None = None
        self._pings: dict[int, _Pending] = {}
        self._echo = 0
        self._sequence = 0
        self._setup_sequence = 0
        self._queue: deque[_Pending] = deque()
        self._outstanding: _Pending | None = None
        self._unrepeated: dict[type[Command], _Pending] = {}
        self._stop_state = StopState.QUIET
        self._stop: _Pending | None = None
        self._stop_began_s = 0.0
        self._events: list[Event] = []
        self._events_due_s = 0.0

    @property
    def is_armed(self) -> bool:
        """Whether the device has let us arm its motor, as far as we know."""
        return self.motor is MotorState.STANDING or self.motor is MotorState.RUNNING

    @property
    def is_stopping(self) -> bool:
        """Whether a STOP waits for its acknowledgement."""
        return self._stop_state is StopState.REPEATING

    def send(self, message: Message, now_s: float) -> int | None:
        """Send or queue a command; its sequence, or None when a STOP on its way swallowed it."""
        if not isinstance(message, Command):
            raise LocalProtocolError(f"a host does not send {type(message).__name__}")
        if self._next_ping_s is None and self._ping_every_s is not None:
            self._next_ping_s = now_s + self._ping_every_s
        match message:
            case Stop():
                return self._send_stop(message, now_s)
            case SetSpeed() | Renew() | TimerArm():
                return self._send_unrepeated(message, now_s)
            case Ping(echo):
                return self._send_ping(echo, now_s)
        return self._enqueue(message, now_s)

    def receive(self, frame: Frame, now_s: float) -> list[Event]:
        """Take one frame; raises RemoteProtocolError for a malformed one."""
        if frame.type < FIRST_REPORT_TYPE:
            raise RemoteProtocolError(f"a host received the command 0x{frame.type:02X}")
        self.epoch = frame.epoch
        message = decode_payload(frame.type, frame.payload)
        match message:
            case MotorTelemetry():
                if self.is_armed and not message.flags & _ARMED:
                    self._move(MotorInput.SWITCH_OFF)
                return [message]
            case Ack():
                return [message, *self._acknowledged(message, now_s)]
            case Identity() | Feature():
                return [message, *self._answered(message, now_s)]
            case Pong(echo, time_us):
                if (ping := self._pings.pop(echo, None)) is not None:
                    self.clock.note_round_trip(ping.sent_s, now_s, time_us)
                    return [message, self._ended(ping, Result.OK, now_s)]
            case Stopped():
                self._move(MotorInput.SWITCH_OFF)
            case Fault(_, faults):
                self._move(MotorInput.FAULT if faults else MotorInput.CLEAR)
        return [message]  # type: ignore[list-item] # commands were turned away by their type above

    def tick(self, now_s: float) -> list[Event]:
        """Repeat and give up what is due, and ping."""
        events, self._events = self._events, []
        events += self._tick_stop(now_s)
        events += self._tick_outstanding(now_s)
        for kind, pending in list(self._unrepeated.items()):
            if now_s >= pending.sent_s + _UNREPEATED_TIMEOUT_S:
                del self._unrepeated[kind]
                events.append(CommandTimedOut(pending.command, pending.sequence))
        if self._next_ping_s is not None and now_s >= self._next_ping_s:
            self._send_ping(self._echo, now_s)
        return events

    def next_deadline_s(self) -> float | None:
        """Return when ``tick`` has something to do; None for never."""
        if self._events:
            return self._events_due_s
        deadlines = [pending.sent_s + _UNREPEATED_TIMEOUT_S for pending in self._unrepeated.values()]
        if self._outstanding is not None:
            deadlines.append(self._outstanding.sent_s + ACK_TIMEOUT_S)
        if self._stop is not None:
            deadlines.append(self._next_stop_s(self._stop))
        if self._next_ping_s is not None:
            deadlines.append(self._next_ping_s)
        return min(deadlines, default=None)

    def link_lost(self, now_s: float) -> list[Event]:
        """Give up everything on its way."""
        self._drop(self._take_all(), now_s)
        events, self._events = self._events, []
        if self._stop is not None:
            events.append(StopTimedOut(self._stop.sequence))
            self._end_stop(StopInput.GIVE_UP)
        self._move(MotorInput.SWITCH_OFF)
        self._next_ping_s = None
        return events

    # STOP.

    def _send_stop(self, message: Stop, now_s: float) -> int:
        """Overtake everything. A delimiter goes first: what was cut off before must not swallow the STOP."""
        if self._stop is None:
            sequence = self._next_sequence()
            self._stop = _Pending(message, sequence, DELIMITER + encode(message, sequence, self.epoch))
            self._stop_began_s = now_s
        self._stop_state = next_state(STOP, self._stop_state, StopInput.STOP) or self._stop_state
        self._drop(self._take_all(), now_s)
        self._move(MotorInput.SWITCH_OFF)
        self._discard()
        self._transmit(self._stop, now_s)
        return self._stop.sequence

    def _next_stop_s(self, stop: _Pending) -> float:
        """Return when to repeat it: by the clock of the first, however often somebody has pressed in between."""
        for after_s in STOP_AGAIN_AFTER_S:
            if stop.sent_s < self._stop_began_s + after_s:
                return self._stop_began_s + after_s
        return stop.sent_s + STOP_EVERY_S

    def _tick_stop(self, now_s: float) -> list[Event]:
        stop = self._stop
        if stop is None:
            return []
        if now_s >= self._stop_began_s + STOP_GIVE_UP_S:
            self._end_stop(StopInput.GIVE_UP)
            self._pump(now_s)
            return [StopTimedOut(stop.sequence)]
        if now_s >= self._next_stop_s(stop):
            self._transmit(stop, now_s)
        return []

    def _end_stop(self, change: StopInput) -> None:
        self._stop = None
        self._stop_state = next_state(STOP, self._stop_state, change) or self._stop_state

    # Commands.

    def _send_unrepeated(self, message: SetSpeed | Renew | TimerArm, now_s: float) -> int | None:
        if self.is_stopping:
            return None
        sequence = self._next_sequence()
        pending = _Pending(message, sequence, encode(message, sequence, self.epoch))
        if (superseded := self._unrepeated.pop(type(message), None)) is not None:
            self._drop([superseded], now_s)
        self._unrepeated[type(message)] = pending
        self._transmit(pending, now_s)
        return sequence

    def _send_ping(self, echo: int, now_s: float) -> int:
        """Ping; an answer is told, a missing one is not."""
        sequence = self._next_sequence()
        ping = _Pending(Ping(echo), sequence, encode(Ping(echo), sequence, self.epoch))
        self._transmit(ping, now_s)
        self._pings[echo] = ping
        if len(self._pings) > _PINGS_MAX:
            del self._pings[next(iter(self._pings))]
        self._echo = (echo + 1) % (1 << 32)
        if self._ping_every_s is not None:
            self._next_ping_s = now_s + self._ping_every_s
        return sequence

    def _enqueue(self, message: Command, now_s: float) -> int:
        """Queue a set-up command. These count their own sequence, so that two in a row never look like one repeated."""
        if len(self._queue) >= QUEUE_MAX:
            raise LocalProtocolError(f"more than {QUEUE_MAX} commands wait for an answer")
        sequence = self._setup_sequence
        pending = _Pending(message, sequence, encode(message, sequence, self.epoch))
        self._setup_sequence = (sequence + 1) % 256
        if isinstance(message, TimerCancel):
            self._queue.appendleft(pending)
        else:
            self._queue.append(pending)
        self._pump(now_s)
        return sequence

    def _pump(self, now_s: float) -> None:
        """Transmit the next set-up command, when none is outstanding and no STOP waits."""
        if self._outstanding is None and self._queue and not self.is_stopping:
            self._outstanding = self._queue.popleft()
            self._transmit(self._outstanding, now_s)

    def _transmit(self, pending: _Pending, now_s: float) -> None:
        self._write(pending.data)
        pending.sends += 1
        pending.sent_s = now_s
        pending.move(CommandInput.TRANSMIT)

    def _tick_outstanding(self, now_s: float) -> list[Event]:
        pending = self._outstanding
        if pending is None or now_s < pending.sent_s + ACK_TIMEOUT_S:
            return []
        if pending.sends < COMMAND_SENDS_MAX:
            self._transmit(pending, now_s)
            return []
        pending.move(CommandInput.GIVE_UP)
        self._outstanding = None
        self._pump(now_s)
        return [CommandTimedOut(pending.command, pending.sequence)]

    def _take_all(self) -> list[_Pending]:
        """Forget all commands on their way, and return them."""
        waiting = [*self._unrepeated.values(), *self._queue]
        if self._outstanding is not None:
            waiting.insert(0, self._outstanding)
        self._outstanding = None
        self._queue.clear()
        self._unrepeated.clear()
        return waiting

    def _drop(self, waiting: list[_Pending], now_s: float) -> None:
        """Report commands as dropped, at the next ``tick``: ``send`` returns no events."""
        if waiting and not self._events:
            self._events_due_s = now_s
        for pending in waiting:
            pending.move(CommandInput.DROP)
            self._events.append(CommandDropped(pending.command, pending.sequence))

    # Answers.

    def _acknowledged(self, ack: Ack, now_s: float) -> list[Event]:
        stop = self._stop
        if ack.command == Stop.TYPE:
            if stop is None or ack.sequence != stop.sequence:
                return []
            self._end_stop(StopInput.ACKNOWLEDGE)
            self._pump(now_s)
            return [StopAcknowledged(stop.sequence, now_s - self._stop_began_s)]
        for kind, pending in self._unrepeated.items():
            if (kind.TYPE, pending.sequence) == (ack.command, ack.sequence):
                del self._unrepeated[kind]
                return [self._ended(pending, ack.result, now_s)]
        pending_setup = self._outstanding
        if pending_setup is not None and (pending_setup.command.TYPE, pending_setup.sequence) == (
            ack.command,
            ack.sequence,
        ):
            return self._finish(pending_setup, ack.result, now_s)
        return []

    def _answered(self, message: Identity | Feature, now_s: float) -> list[Event]:
        pending = self._outstanding
        if pending is None:
            return []
        is_answer = (
            isinstance(pending.command, Hello)
            if isinstance(message, Identity)
            else isinstance(pending.command, GetFeature) and pending.command.index == message.index
        )
        return self._finish(pending, Result.OK, now_s) if is_answer else []

    def _finish(self, pending: _Pending, result: int, now_s: float) -> list[Event]:
        self._outstanding = None
        event = self._ended(pending, result, now_s)
        self._pump(now_s)
        return [event]

    def _ended(self, pending: _Pending, result: int, now_s: float) -> Event:
        pending.move(CommandInput.ANSWER)
        if result != Result.OK:
            return CommandRefused(pending.command, pending.sequence, result)
        self._mirror(pending.command)
        return CommandAcknowledged(pending.command, pending.sequence, now_s - pending.sent_s)

    def _mirror(self, command: Command) -> None:
        match command:
            case Arm():
                self._move(MotorInput.ARM)
            case SetSpeed(speed_ppm):
                self._move(MotorInput.RUN if speed_ppm else MotorInput.STAND)
            case ClearFault():
                self._move(MotorInput.CLEAR)

    def _move(self, change: MotorInput) -> None:
        self.motor = next_state(MOTOR, self.motor, change) or self.motor

    def _next_sequence(self) -> int:
        sequence = self._sequence
        self._sequence = (sequence + 1) % 256
        return sequence
