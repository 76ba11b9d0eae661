"""Messages from device to host: types 0x80 to 0xFF. Layouts are PROTOCOL.md's; bytes are written and read only here.

Telemetry is named tuples, which are built twice as fast as frozen dataclasses; the rest is frozen dataclasses. Flags stay
plain integers: unknown bits survive. Errors of ``decode`` are as in ``commands.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct
from typing import ClassVar, NamedTuple, Self

from firmware_protocol.codes import NUMBERS_MAX, TEXT_MAX

_ACK = Struct("<BBB")
_IDENTITY = Struct("<BBBHBBI")
_FEATURE = Struct("<BBBBBB")
_PONG = Struct("<II")
_MOTOR = Struct("<IHHHHB")
_POWER = Struct("<IBBHhhB")
_FORCE = Struct("<IiiB")
_TIMER = Struct("<IIB")
_INPUT = Struct("<IBBB")
_FAULT = Struct("<III")
_STOPPED = Struct("<IB")

_unpack_motor = _MOTOR.unpack_from
_unpack_force = _FORCE.unpack_from
_build = tuple.__new__
"""Bound here because telemetry is decoded hundreds of times a second; ``_build`` takes half the time of calling the class."""

_NO_SPEED = 0xFFFF
_NO_PERCENT = 0xFF
_NO_CURRENT = 0xFFFF
_NO_TEMPERATURE = -0x8000
_KIND_NUMBERS = 1
_KIND_TEXT = 2


def _packed_text(text: str) -> bytes:
    data = text.encode()
    if len(data) > TEXT_MAX:
        raise ValueError(f"a text of {len(data)} bytes is longer than {TEXT_MAX}")
    return bytes([len(data)]) + data


def _text_at(payload: bytes, offset: int) -> str:
    """Read a text with its length before it; raises ValueError when it is cut off or not UTF-8."""
    if offset >= len(payload):
        raise ValueError("a text is missing")
    end = offset + 1 + payload[offset]
    if payload[offset] > TEXT_MAX or end > len(payload):
        raise ValueError("a text is cut off or too long")
    return payload[offset + 1 : end].decode()


@dataclass(frozen=True, slots=True)
class Ack:
    """Answer to the command ``command`` (its type) that had ``sequence``; ``result`` as in ``codes.Result``."""

    TYPE: ClassVar[int] = 0x80
    command: int
    sequence: int
    result: int

    def encode(self) -> bytes:
        """Return the payload."""
        return _ACK.pack(self.command, self.sequence, self.result)

    @classmethod
    def decode(cls, payload: bytes) -> Self:
        """Read a payload."""
        return cls(*_ACK.unpack_from(payload))


@dataclass(frozen=True, slots=True)
class Identity:
    """Answer to Hello: who this is; ``version`` 0 when no version is common."""

    TYPE: ClassVar[int] = 0x81
    version: int
    version_min: int
    version_max: int
    functions: int
    """Bit ``1 << codes.Function`` for each function carried."""
    feature_count: int
    payload_max: int
    """Longest payload the device receives."""
    boot_id: int
    """Differs from one start of the device to the next."""
    name: str

    def encode(self) -> bytes:
        """Return the payload."""
        head = _IDENTITY.pack(
            self.version,
            self.version_min,
            self.version_max,
            self.functions,
            self.feature_count,
            self.payload_max,
            self.boot_id,
        )
        return head + _packed_text(self.name)

    @classmethod
    def decode(cls, payload: bytes) -> Self:
        """Read a payload."""
        version, lowest, highest, functions, feature_count, payload_max, boot_id = _IDENTITY.unpack_from(payload)
        name = _text_at(payload, _IDENTITY.size)
        return cls(version, lowest, highest, functions, feature_count, payload_max, boot_id, name)


@dataclass(frozen=True, slots=True)
class Feature:
    """Answer to GetFeature: one entry of the feature dictionary; ``value`` is numbers or a text."""

    TYPE: ClassVar[int] = 0x82
    index: int
    count: int
    function: int
    key: int
    value: tuple[int, ...] | str

    def encode(self) -> bytes:
        """Return the payload."""
        if isinstance(self.value, str):
            head = _FEATURE.pack(self.index, self.count, self.function, self.key, _KIND_TEXT, 0)
            return head[:-1] + _packed_text(self.value)
        if len(self.value) > NUMBERS_MAX:
            raise ValueError(f"{len(self.value)} numbers are more than {NUMBERS_MAX}")
        head = _FEATURE.pack(self.index, self.count, self.function, self.key, _KIND_NUMBERS, len(self.value))
        return head + Struct(f"<{len(self.value)}I").pack(*self.value)

    @classmethod
    def decode(cls, payload: bytes) -> Self:
        """Read a payload."""
        index, count, function, key, kind, length = _FEATURE.unpack_from(payload)
        if kind == _KIND_TEXT:
            return cls(index, count, function, key, _text_at(payload, _FEATURE.size - 1))
        if kind != _KIND_NUMBERS or length > NUMBERS_MAX:
            raise ValueError("a feature entry of unknown kind or too many numbers")
        return cls(index, count, function, key, Struct(f"<{length}I").unpack_from(payload, _FEATURE.size))


@dataclass(frozen=True, slots=True)
class Pong:
    """Answer to Ping, with the device's time."""

    TYPE: ClassVar[int] = 0x83
    echo: int
    time_us: int

    def encode(self) -> bytes:
        """Return the payload."""
        return _PONG.pack(self.echo, self.time_us)

    @classmethod
    def decode(cls, payload: bytes) -> Self:
        """Read a payload."""
        return cls(*_PONG.unpack_from(payload))


class _MotorTelemetry(NamedTuple):
    time_us: int
    counter: int
    commanded_ppm: int
    ramped_ppm: int
    measured_ppm: int | None
    flags: int


class MotorTelemetry(_MotorTelemetry):
    """The motor now; ``measured_ppm`` None where it is not measured; ``flags`` are ``codes.MotorFlag``."""

    __slots__ = ()
    TYPE: ClassVar[int] = 0x90

    def encode(self) -> bytes:
        """Return the payload."""
        if self[4] is None:
            return _MOTOR.pack(self[0], self[1], self[2], self[3], _NO_SPEED, self[5])
        return _MOTOR.pack(*self)

    @classmethod
    def decode(cls, payload: bytes) -> Self:
        """Read a payload."""
        values = _unpack_motor(payload)
        if values[4] == _NO_SPEED:
            values = (*values[:4], None, values[5])
        return _build(cls, values)


class _PowerTelemetry(NamedTuple):
    time_us: int
    load_percent: int | None
    battery_percent: int | None
    current_ma: int | None
    motor_temperature_dc: int | None
    skin_temperature_dc: int | None
    flags: int


class PowerTelemetry(_PowerTelemetry):
    """Load, battery, current and temperatures (tenths of a degree Celsius); None where not fitted; ``codes.PowerFlag``."""

    __slots__ = ()
    TYPE: ClassVar[int] = 0x91
    _ABSENT: ClassVar = (None, _NO_PERCENT, _NO_PERCENT, _NO_CURRENT, _NO_TEMPERATURE, _NO_TEMPERATURE, None)

    def encode(self) -> bytes:
        """Return the payload."""
        return _POWER.pack(*(none if value is None else value for value, none in zip(self, self._ABSENT, strict=True)))

    @classmethod
    def decode(cls, payload: bytes) -> Self:
        """Read a payload."""
        values = _POWER.unpack_from(payload)
        return cls._make(None if value == none else value for value, none in zip(values, cls._ABSENT, strict=True))


class _ForceTelemetry(NamedTuple):
    time_us: int
    mean_mn: int
    peak_mn: int
    flags: int


class ForceTelemetry(_ForceTelemetry):
    """Mean over whole strokes and low-passed peak in millinewtons, compression positive; ``codes.ForceFlag``."""

    __slots__ = ()
    TYPE: ClassVar[int] = 0x92

    def encode(self) -> bytes:
        """Return the payload."""
        return _FORCE.pack(*self)

    @classmethod
    def decode(cls, payload: bytes) -> Self:
        """Read a payload."""
        return _build(cls, _unpack_force(payload))


class _TimerTelemetry(NamedTuple):
    time_us: int
    remaining_ms: int
    flags: int


class TimerTelemetry(_TimerTelemetry):
    """The timer now; ``flags`` are ``codes.TimerFlag``."""

    __slots__ = ()
    TYPE: ClassVar[int] = 0x93

    def encode(self) -> bytes:
        """Return the payload."""
        return _TIMER.pack(*self)

    @classmethod
    def decode(cls, payload: bytes) -> Self:
        """Read a payload."""
        return _build(cls, _TIMER.unpack_from(payload))


@dataclass(frozen=True, slots=True)
class InputEvent:
    """A button or pedal (``codes.Input``) went down or up; ``counter`` counts all of them, so that a lost one shows."""

    TYPE: ClassVar[int] = 0xA0
    time_us: int
    counter: int
    input: int
    is_pressed: bool

    def encode(self) -> bytes:
        """Return the payload."""
        return _INPUT.pack(self.time_us, self.counter, self.input, self.is_pressed)

    @classmethod
    def decode(cls, payload: bytes) -> Self:
        """Read a payload; any number but 0 is pressed."""
        time_us, counter, source, is_pressed = _INPUT.unpack_from(payload)
        return cls(time_us, counter, source, bool(is_pressed))


@dataclass(frozen=True, slots=True)
class Fault:
    """The latched faults (``codes.FaultBit``) changed; ``first`` is the bit that came first, 0 bits mean none."""

    TYPE: ClassVar[int] = 0xA1
    time_us: int
    faults: int
    first: int

    def encode(self) -> bytes:
        """Return the payload."""
        return _FAULT.pack(self.time_us, self.faults, self.first)

    @classmethod
    def decode(cls, payload: bytes) -> Self:
        """Read a payload."""
        return cls(*_FAULT.unpack_from(payload))


@dataclass(frozen=True, slots=True)
class Stopped:
    """The device switched off and raised its epoch, for ``cause`` (``codes.StopCause``)."""

    TYPE: ClassVar[int] = 0xA2
    time_us: int
    cause: int

    def encode(self) -> bytes:
        """Return the payload."""
        return _STOPPED.pack(self.time_us, self.cause)

    @classmethod
    def decode(cls, payload: bytes) -> Self:
        """Read a payload."""
        return cls(*_STOPPED.unpack_from(payload))


Report = (
    Ack
    | Identity
    | Feature
    | Pong
    | MotorTelemetry
    | PowerTelemetry
    | ForceTelemetry
    | TimerTelemetry
    | InputEvent
    | Fault
    | Stopped
)
"""Any message from device to host."""
