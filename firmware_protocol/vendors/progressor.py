"""Tindeq Progressor and its clones: commands of one byte, answers and weights as tag, length, value.

Documented by its maker (https://tindeq.com/progressor_api/); its own client and those of others agree. On the original 0x74
reads a calibration table, on a clone (https://github.com/crimpdeq/crimpdeq-firmware) it resets the calibration: an opcode of the
calibration is no ``Command`` here, so that none can be encoded. All numbers are little-endian; weights are in kilograms, pull
positive, and times a 32-bit count of microseconds that wraps every 71.6 minutes.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from firmware_protocol.errors import RemoteProtocolError

SERVICE: Final = "7e4e1701-1ea6-40c9-9dcc-13d34ffead57"
DATA: Final = "7e4e1702-1ea6-40c9-9dcc-13d34ffead57"
CONTROL: Final = "7e4e1703-1ea6-40c9-9dcc-13d34ffead57"

NAME_PREFIX: Final = "progressor"
"""Of the advertised name, in any case of letters."""
RATE_HZ: Final = 80.0
"""Samples a second; several arrive together."""
WRAP_US: Final = 1 << 32


class Command(IntEnum):
    """What may be sent. None of 0x69–0x6A and 0x71–0x76 is here: they change the calibration, on one make or another."""

    TARE = 0x64
    """Only while streaming."""
    START = 0x65
    STOP = 0x66
    FIRMWARE = 0x6B
    BATTERY = 0x6F
    """Only while not streaming: an answer does not say which question it is for."""
    IDENTITY = 0x70


class Tag(IntEnum):
    """What a notification carries."""

    ANSWER = 0
    WEIGHTS = 1
    PEAK_RATE = 2
    PEAK_RATE_SERIES = 3
    LOW_POWER = 4


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to the one question that is open."""

    value: bytes

    @property
    def battery_mv(self) -> int:
        """As the answer to BATTERY. Raises RemoteProtocolError."""
        if len(self.value) != 4:
            raise RemoteProtocolError(f"a battery's voltage has 4 bytes, not {len(self.value)}")
        return int.from_bytes(self.value, "little")

    @property
    def identity(self) -> str:
        """As the answer to IDENTITY: hexadecimal, highest byte first, without leading zeros."""
        return self.value[::-1].lstrip(b"\0").hex().upper()

    @property
    def text(self) -> str:
        """As the answer to FIRMWARE."""
        return self.value.decode("ascii", "replace").rstrip("\0")


@dataclass(frozen=True, slots=True)
class Sample:
    """One conversion."""

    weight_kg: float
    """Pull positive; not a number where the device sends none."""
    time_us: int
    """Wraps at ``WRAP_US``."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Conversions, the oldest first."""

    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class LowPower:
    """The battery is nearly empty: the device will switch off."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A notification that is of no use here: peak rates, and what newer firmware adds."""

    tag: int


Notification = Answer | Weights | LowPower | Unread
_SAMPLE: Final = struct.Struct("<fI")


def is_name(name: str) -> bool:
    """Return whether an advertised name is one of these."""
    return name.casefold().startswith(NAME_PREFIX)


def encode_command(command: Command) -> bytes:
    """Return the one byte of ``command``."""
    return bytes((Command(command),))


def decode_command(data: bytes) -> int | None:
    """Return the opcode that a host sends, as the device reads it: more bytes are parameters. None for nothing."""
    return data[0] if data else None


def encode_notification(notification: Notification) -> bytes:
    """Return tag, length and value of what a device notifies."""
    match notification:
        case Answer(value):
            return bytes((Tag.ANSWER, len(value))) + value
        case Weights(samples):
            value = b"".join(_SAMPLE.pack(sample.weight_kg, sample.time_us % WRAP_US) for sample in samples)
            return bytes((Tag.WEIGHTS, len(value))) + value
        case LowPower():
            return bytes((Tag.LOW_POWER, 0))
    return bytes((notification.tag, 0))


def decode_notification(data: bytes) -> Notification:
    """Read a notification of ``DATA``; bytes behind its stated length are not looked at. Raises RemoteProtocolError."""
    if len(data) < 2 or len(data) < 2 + data[1]:
        raise RemoteProtocolError(f"a notification of {len(data)} bytes is cut off")
    tag, value = data[0], data[2 : 2 + data[1]]
    match tag:
        case Tag.ANSWER:
            return Answer(value)
        case Tag.WEIGHTS:
            if not value or len(value) % _SAMPLE.size:
                raise RemoteProtocolError(f"{len(value)} bytes of weights are no whole number of samples")
            return Weights(tuple(Sample(*fields) for fields in _SAMPLE.iter_unpack(value)))
        case Tag.LOW_POWER:
            return LowPower()
    return Unread(tag)


class SampleClock:
    """Unwraps the device's count of microseconds; a count that runs backwards means that it began anew."""

    def __init__(self) -> None:
        self._last_us: int | None = None
        self._unwrapped_us = 0

    def unwrapped_us(self, time_us: int) -> int | None:
        """Return microseconds since the first sample, of one that follows it; None where the count has begun anew."""
        step_us = 0 if self._last_us is None else (time_us - self._last_us) % WRAP_US
        self._last_us = time_us
        if step_us >= WRAP_US // 2:
            self._unwrapped_us = 0
            return None
        self._unwrapped_us += step_us
        return self._unwrapped_us
