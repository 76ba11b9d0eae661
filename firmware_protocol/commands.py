"""Messages from host to device: types 0x01 to 0x7F. Layouts are PROTOCOL.md's; bytes are written and read only here.

``encode`` gives the payload, ``decode`` reads one and ignores trailing bytes. Decoding a short payload raises
``struct.error`` and a bad text ``ValueError``; ``messages.py`` turns both into the one remote error.
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct
from typing import ClassVar, Self

from firmware_protocol.codes import LEASE_DEFAULT_MS, StopReason

_U8 = Struct("<B")
_U8_U8 = Struct("<BB")
_U16 = Struct("<H")
_U16_U16 = Struct("<HH")
_U32 = Struct("<I")
_I32 = Struct("<i")
_STREAM = Struct("<BH")
_LIMITS = Struct("<HIH")


@dataclass(frozen=True, slots=True)
class _Empty:
    """A message without payload."""

    def encode(self) -> bytes:
        return b""

    @classmethod
    def decode(cls, payload: bytes) -> Self:
        return cls()


@dataclass(frozen=True, slots=True)
class Hello:
    """Ask who is there and offer protocol versions; answered by Identity."""

    TYPE: ClassVar[int] = 0x01
    version_min: int = 1
    version_max: int = 1

    def encode(self) -> bytes:
        """Return the payload."""
        return _U8_U8.pack(self.version_min, self.version_max)

    @classmethod
    def decode(cls, payload: bytes) -> Self:
        """Read a payload."""
        return cls(*_U8_U8.unpack_from(payload))


@dataclass(frozen=True, slots=True)
class GetFeature:
    """Ask for one entry of the feature dictionary, 0 to Identity.feature_count - 1; answered by Feature."""

    TYPE: ClassVar[int] = 0x02
    index: int

    def encode(self) -> bytes:
        """Return the payload."""
        return _U8.pack(self.index)

    @classmethod
    def decode(cls, payload: bytes) -> Self:
        """Read a payload."""
        return cls(*_U8.unpack_from(payload))


@dataclass(frozen=True, slots=True)
class Claim:
    """Ask for sole control; the same non-zero token takes a claim over from a link that broke."""

    TYPE: ClassVar[int] = 0x03
    token: int

    def encode(self) -> bytes:
        """Return the payload."""
        return _U32.pack(self.token)

    @classmethod
    def decode(cls, payload: bytes) -> Self:
        """Read a payload."""
        return cls(*_U32.unpack_from(payload))


@dataclass(frozen=True, slots=True)
class Release(_Empty):
    """Give the claim back; everything is switched off."""

    TYPE: ClassVar[int] = 0x04


@dataclass(frozen=True, slots=True)
class Ping:
    """Ask for a sign of life and the device's time; keeps the claim; answered by Pong."""

    TYPE: ClassVar[int] = 0x05
    echo: int

    def encode(self) -> bytes:
        """Return the payload."""
        return _U32.pack(self.echo)

    @classmethod
    def decode(cls, payload: bytes) -> Self:
        """Read a payload."""
        return cls(*_U32.unpack_from(payload))


@dataclass(frozen=True, slots=True)
class Stream:
    """Set the rate of a function's telemetry on this link; 0 switches it off."""

    TYPE: ClassVar[int] = 0x06
    function: int
    rate_hz: int

    def encode(self) -> bytes:
        """Return the payload."""
        return _STREAM.pack(self.function, self.rate_hz)

    @classmethod
    def decode(cls, payload: bytes) -> Self:
        """Read a payload."""
        return cls(*_STREAM.unpack_from(payload))


@dataclass(frozen=True, slots=True)
class Stop:
    """Switch everything off, now; from anyone, at any time."""

    TYPE: ClassVar[int] = 0x10
    reason: int = StopReason.UNSPECIFIED

    def encode(self) -> bytes:
        """Return the payload."""
        return _U8.pack(self.reason)

    @classmethod
    def decode(cls, payload: bytes) -> Self:
        """Read a payload; a STOP without its reason is a STOP."""
        return cls(payload[0] if payload else StopReason.UNSPECIFIED)


@dataclass(frozen=True, slots=True)
class SetLimits:
    """Set what the firmware itself holds to; only while the motor is off."""

    TYPE: ClassVar[int] = 0x11
    speed_max_ppm: int
    force_max_mn: int
    run_max_s: int

    def encode(self) -> bytes:
        """Return the payload."""
        return _LIMITS.pack(self.speed_max_ppm, self.force_max_mn, self.run_max_s)

    @classmethod
    def decode(cls, payload: bytes) -> Self:
        """Read a payload."""
        return cls(*_LIMITS.unpack_from(payload))


@dataclass(frozen=True, slots=True)
class Arm:
    """Ask for the right to run, on a lease of ``lease_ms``."""

    TYPE: ClassVar[int] = 0x12
    lease_ms: int = LEASE_DEFAULT_MS

    def encode(self) -> bytes:
        """Return the payload."""
        return _U16.pack(self.lease_ms)

    @classmethod
    def decode(cls, payload: bytes) -> Self:
        """Read a payload."""
        return cls(*_U16.unpack_from(payload))


@dataclass(frozen=True, slots=True)
class SetSpeed:
    """Command a speed, 0 for standstill; never retransmitted, only superseded."""

    TYPE: ClassVar[int] = 0x13
    speed_ppm: int
    ramp_ppm_per_s: int

    def encode(self) -> bytes:
        """Return the payload."""
        return _U16_U16.pack(self.speed_ppm, self.ramp_ppm_per_s)

    @classmethod
    def decode(cls, payload: bytes) -> Self:
        """Read a payload."""
        return cls(*_U16_U16.unpack_from(payload))


@dataclass(frozen=True, slots=True)
class Renew:
    """Renew the lease, from when the device sent the motor telemetry of this counter; never retransmitted."""

    TYPE: ClassVar[int] = 0x14
    telemetry_counter: int

    def encode(self) -> bytes:
        """Return the payload."""
        return _U16.pack(self.telemetry_counter)

    @classmethod
    def decode(cls, payload: bytes) -> Self:
        """Read a payload."""
        return cls(*_U16.unpack_from(payload))


@dataclass(frozen=True, slots=True)
class ClearFault(_Empty):
    """Clear the latched faults whose cause is gone."""

    TYPE: ClassVar[int] = 0x15


@dataclass(frozen=True, slots=True)
class Tare(_Empty):
    """Make the present load of the force sensor zero; only while the motor is off."""

    TYPE: ClassVar[int] = 0x20


@dataclass(frozen=True, slots=True)
class Calibrate:
    """Set the force sensor's scale: the present load, after Tare, is ``reference_mn``; only while the motor is off."""

    TYPE: ClassVar[int] = 0x21
    reference_mn: int

    def encode(self) -> bytes:
        """Return the payload."""
        return _I32.pack(self.reference_mn)

    @classmethod
    def decode(cls, payload: bytes) -> Self:
        """Read a payload."""
        return cls(*_I32.unpack_from(payload))


@dataclass(frozen=True, slots=True)
class TimerArm:
    """Close the relay and count down from ``duration_ms``; again renews; never retransmitted, only superseded."""

    TYPE: ClassVar[int] = 0x30
    duration_ms: int

    def encode(self) -> bytes:
        """Return the payload."""
        return _U32.pack(self.duration_ms)

    @classmethod
    def decode(cls, payload: bytes) -> Self:
        """Read a payload."""
        return cls(*_U32.unpack_from(payload))


@dataclass(frozen=True, slots=True)
class TimerCancel(_Empty):
    """Open the relay now."""

    TYPE: ClassVar[int] = 0x31


@dataclass(frozen=True, slots=True)
class Buzz:
    """Sound the buzzer for ``duration_ms``; 0 silences it."""

    TYPE: ClassVar[int] = 0x32
    duration_ms: int

    def encode(self) -> bytes:
        """Return the payload."""
        return _U16.pack(self.duration_ms)

    @classmethod
    def decode(cls, payload: bytes) -> Self:
        """Read a payload."""
        return cls(*_U16.unpack_from(payload))


Command = (
    Hello
    | GetFeature
    | Claim
    | Release
    | Ping
    | Stream
    | Stop
    | SetLimits
    | Arm
    | SetSpeed
    | Renew
    | ClearFault
    | Tare
    | Calibrate
    | TimerArm
    | TimerCancel
    | Buzz
)
"""Any message from host to device."""
