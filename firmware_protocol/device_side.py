"""One link of a device: answers commands, remembers what it answered, keeps this link's streams. No bytes, no physics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from firmware_protocol.codes import (
    ARMED_TELEMETRY_HZ,
    PAYLOAD_MAX,
    VERSION_MAX,
    VERSION_MIN,
    Function,
    Key,
    Result,
    StopCause,
)
from firmware_protocol.commands import (
    Arm,
    Buzz,
    Calibrate,
    Claim,
    ClearFault,
    Command,
    GetFeature,
    Hello,
    Ping,
    Release,
    Renew,
    SetLimits,
    SetSpeed,
    Stop,
    Stream,
    Tare,
    TimerArm,
    TimerCancel,
)
from firmware_protocol.device import DeviceState, Outcome
from firmware_protocol.errors import LocalProtocolError, RemoteProtocolError
from firmware_protocol.events import (
    CalibrateSensor,
    DeviceEvent,
    Event,
    FrameRejected,
    SoundBuzzer,
    StreamChanged,
    TareSensor,
)
from firmware_protocol.framing import Frame
from firmware_protocol.messages import FIRST_REPORT_TYPE, Message, Unknown, decode_payload, encode
from firmware_protocol.reports import Ack, Identity, Pong, Report

ANSWER_ROOM: Final = 1024
"""Bytes of a link's buffer that telemetry leaves free: a peer that reads too slowly still gets its answers, STOP's first."""
_NoCommand = Unknown | Report
_OnState = SetSpeed | Renew | TimerArm | TimerCancel | Arm | SetLimits | ClearFault | Claim | Release
_OnHardware = Stream | Tare | Calibrate | Buzz
_SUPERSEDED: Final = (SetSpeed, Renew, TimerArm)
"""Commands that a host never retransmits: each is done anew."""


class DeviceSide:
    """What a Connection does in the DEVICE role."""

    def __init__(self, device: DeviceState, write: Callable[[bytes, int], bool]) -> None:
        self.device = device
        self._write = write
        self._sequence = 0
        self._version = 0
        self._last_setup: Frame | None = None
        self._last_result = Result.OK
        self._last_stop_sequence: int | None = None
        self._stop_epoch = 0
        self._streams_hz: dict[int, int] = {}
        self._seen_stops = device.notices.stops
        self._seen_faults = device.notices.faults
        self._features = device.features.entries()

    @property
    def epoch(self) -> int:
        """The device's epoch."""
        return self.device.epoch

    def stream_hz(self, function: int) -> int:
        """Return the rate at which this link wants ``function``'s telemetry; an armed owner gets the motor's in any case."""
        asked_hz = self._streams_hz.get(function, 0)
        if function == Function.MOTOR and self.device.is_armed and self.device.is_owner(self):
            return max(asked_hz, ARMED_TELEMETRY_HZ)
        return asked_hz

    def send(self, message: Message, now_s: float) -> int | None:
        """Send a report; None when the link's buffer is full and it was dropped."""
        if message.TYPE < FIRST_REPORT_TYPE:
            raise LocalProtocolError(f"a device does not send {type(message).__name__}")
        self.send_notices()
        return self._send(message, ANSWER_ROOM)

    def send_notices(self) -> None:
        """Send what changed for everybody since this link last looked: faults first, then why it switched off."""
        notices = self.device.notices
        if notices.faults != self._seen_faults and notices.fault is not None and self._send(notices.fault) is not None:
            self._seen_faults = notices.faults
        if (
            notices.stops != self._seen_stops
            and notices.stopped is not None
            and self._send(notices.stopped) is not None
        ):
            self._seen_stops = notices.stops

    def receive(self, frame: Frame, now_s: float) -> list[DeviceEvent]:
        """Do what a frame asks for and answer it; what has run out runs out first."""
        events = self.device.tick(now_s)
        self.send_notices()
        if frame.type >= FIRST_REPORT_TYPE:
            return [*events, FrameRejected(RemoteProtocolError(f"a device received the report 0x{frame.type:02X}"))]
        self.device.keep_claim(self, now_s)
        try:
            message = decode_payload(frame.type, frame.payload)
        except RemoteProtocolError as error:
            self._ack(frame, Result.MALFORMED)
            return [*events, FrameRejected(error.afresh())]
        if isinstance(message, _NoCommand):
            self._ack(frame, Result.UNSUPPORTED)
        else:
            events += self._obey(message, frame, now_s)
            self.send_notices()
        return events

    def tick(self, now_s: float) -> list[Event]:
        """Let the device's deadlines pass."""
        return list(self.device.tick(now_s))

    def next_deadline_s(self) -> float | None:
        """Return when ``tick`` has something to do."""
        return self.device.next_deadline_s()

    def link_lost(self, now_s: float) -> list[Event]:
        """End what belonged to this link."""
        self._streams_hz.clear()
        return list(self.device.lose_link(self, now_s))

    def _obey(self, message: Command, frame: Frame, now_s: float) -> list[DeviceEvent]:
        match message:
            case Stop():
                return self._stop(message, frame, now_s)
            case Hello():
                self._send(self._identity(message))
                return self._greet()
            case GetFeature(index):
                self._last_setup = None
                if index < len(self._features):
                    self._send(self._features[index])
                else:
                    self._ack(frame, Result.OUT_OF_RANGE)
                return []
            case Ping(echo):
                self._send(Pong(echo, self.device.time_us(now_s)))
                return []
        if isinstance(message, _SUPERSEDED):
            result, events = self._do(message, frame.epoch, now_s)
            self._ack(frame, result)
            return events
        if frame == self._last_setup:
            self._ack(frame, self._last_result)
            return []
        result, events = self._do(message, frame.epoch, now_s)
        self._last_setup, self._last_result = frame, result
        self._ack(frame, result)
        return events

    def _stop(self, message: Stop, frame: Frame, now_s: float) -> list[DeviceEvent]:
        """Switch off; the repetitions of one STOP raise the epoch once, unless something has raised or armed since."""
        is_repetition = (
            frame.sequence == self._last_stop_sequence
            and self.device.epoch == self._stop_epoch
            and not self.device.has_output
        )
        self._last_setup = None
        events: list[DeviceEvent] = []
        if not is_repetition:
            events = self.device.switch_off(StopCause.HOST_STOP, now_s, message.reason)
            self._last_stop_sequence, self._stop_epoch = frame.sequence, self.device.epoch
        self._ack(frame, Result.OK)
        return events

    def _greet(self) -> list[DeviceEvent]:
        """Forget what a host before may have left on this link: repetitions and streams; tell latched faults again."""
        self._last_setup = None
        self._last_stop_sequence = None
        if self.device.faults:
            self._seen_faults = self.device.notices.faults - 1
        ended = [StreamChanged(function, 0) for function, rate_hz in self._streams_hz.items() if rate_hz]
        self._streams_hz.clear()
        return [*ended]

    def _identity(self, hello: Hello) -> Identity:
        version = min(hello.version_max, VERSION_MAX)
        self._version = version if version >= max(hello.version_min, VERSION_MIN) else 0
        device = self.device
        return Identity(
            self._version,
            VERSION_MIN,
            VERSION_MAX,
            device.features.function_bits,
            len(self._features),
            PAYLOAD_MAX,
            device.boot_id,
            device.name,
        )

    def _do(self, message: _OnState | _OnHardware, epoch: int, now_s: float) -> Outcome:
        device = self.device
        match message:
            case SetSpeed():
                return device.set_speed(self, epoch, message, now_s)
            case Renew(counter):
                return device.renew(self, epoch, counter, now_s)
            case TimerArm(duration_ms):
                return device.arm_relay(self, epoch, duration_ms, now_s)
            case TimerCancel():
                return device.cancel_relay(self)
            case Arm():
                return device.arm(self, epoch, message, now_s)
            case SetLimits():
                return device.set_limits(self, message)
            case ClearFault():
                return device.clear_fault(self, epoch, now_s)
            case Claim(token):
                return device.claim(self, token, now_s) if self._version else (Result.NO_VERSION, [])
            case Release():
                return device.release(self, now_s)
        return self._do_with_hardware(message)

    def _do_with_hardware(self, message: _OnHardware) -> Outcome:
        """Commands that leave the shared state as it is: streams of this link, sensor, buzzer."""
        device = self.device
        match message:
            case Stream():
                return self._set_stream(message)
            case Tare():
                result = device.check_sensor_command(self)
                return result, [TareSensor()] if result is Result.OK else []
            case Calibrate(reference_mn):
                result = device.check_sensor_command(self)
                if result is Result.OK and reference_mn <= 0:
                    result = Result.OUT_OF_RANGE
                return result, [CalibrateSensor(reference_mn)] if result is Result.OK else []
        result = device.check_buzzer(self)
        return result, [SoundBuzzer(message.duration_ms)] if result is Result.OK else []

    def _set_stream(self, message: Stream) -> Outcome:
        device = self.device
        known = {function.value for function in Function}
        if message.function not in known & device.features.functions:
            return Result.UNSUPPORTED, []
        if message.rate_hz > device.features.number(Function(message.function), Key.STREAM_MAX_HZ):
            return Result.OUT_OF_RANGE, []
        self._streams_hz[message.function] = message.rate_hz
        return Result.OK, [StreamChanged(message.function, message.rate_hz)]

    def _ack(self, frame: Frame, result: Result) -> None:
        self._send(Ack(frame.type, frame.sequence, result))

    def _send(self, message: Message, room: int = 0) -> int | None:
        """Send if it fits and leaves ``room`` in the link's buffer."""
        sequence = self._sequence
        if not self._write(encode(message, sequence, self.device.epoch), room):
            return None
        self._sequence = (sequence + 1) % 256
        return sequence
