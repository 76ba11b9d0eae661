"""VESC motor controllers: packets over UART or USB serial. Pure.

115200 8N1. A packet is ``02 len payload crc 03``, or ``03 lenHi lenLo …`` for 256 bytes and more; CRC-16/XMODEM over the payload.
Everything is big-endian. Speeds are electrical revolutions a minute: mechanical ones times the motor's pole pairs.
The controller switches its motor off by itself when no set-point has come for its time-out (1 s unless changed); questions do
not count. Source: the controller's own firmware, vedderb/bldc (comm/packet.c, comm/commands.c, datatypes.h).
"""

from __future__ import annotations

import binascii
import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

BAUD: Final = 115_200
PAYLOAD_MAX: Final = 512
TIMEOUT_S: Final = 1.0
"""The controller's own default."""
_SHORT, _LONG, _END = 2, 3, 3
_LENGTHS: Final = {_SHORT: (2, 1, 255), _LONG: (3, 255, PAYLOAD_MAX)}
"""By first byte: bytes of the head, and the lengths that it is accepted with (a third head, of 24 bits, is never short enough)."""
_CRC: Final = struct.Struct(">H")


class Id(IntEnum):
    """First byte of a payload, of those that massctl or its twin knows."""

    FW_VERSION = 0
    GET_VALUES = 4
    SET_DUTY = 5
    SET_CURRENT = 6
    SET_RPM = 8
    ALIVE = 30


FAULTS: Final = {
    1: "its supply voltage is too high",
    2: "its supply voltage is too low",
    3: "its driver chip reports a fault",
    4: "its current was too high",
    5: "its transistors are too hot",
    6: "the motor is too hot",
}
"""Fault codes in words; 0 is none."""


def packet(payload: bytes) -> bytes:
    """Return ``payload`` as it goes over the wire. Raises ValueError for one that is empty or too long."""
    if not 0 < len(payload) <= PAYLOAD_MAX:
        raise ValueError(f"a payload has 1 to {PAYLOAD_MAX} bytes, not {len(payload)}")
    is_short = len(payload) < 256
    head = bytes((_SHORT if is_short else _LONG,)) + len(payload).to_bytes(1 if is_short else 2, "big")
    return head + payload + _CRC.pack(binascii.crc_hqx(payload, 0)) + bytes((_END,))


class PacketReader:
    """Finds whole packets in a stream; what is none is skipped, a byte at a time, and memory is bounded."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self.skipped = 0
        """Bytes that belonged to no packet."""

    def receive(self, data: bytes) -> list[bytes]:
        """Return the payloads that ``data`` completes."""
        self._rest += data
        payloads: list[bytes] = []
        while self._rest:
            found = self._first()
            if found is None:
                break
            payload, size = found
            if payload is not None:
                payloads.append(payload)
            else:
                self.skipped += size
            del self._rest[:size]
        return payloads

    def _first(self) -> tuple[bytes | None, int] | None:
        """Return the packet that begins here and its size, or no packet and a byte to skip; None: more bytes are needed."""
        rest = self._rest
        if rest[0] not in _LENGTHS:
            return None, 1
        head, shortest, longest = _LENGTHS[rest[0]]
        if len(rest) < head:
            return None
        length = int.from_bytes(rest[1:head], "big")
        if not shortest <= length <= longest:
            return None, 1
        size = head + length + 3
        if len(rest) < size:
            return None
        payload = bytes(rest[head : head + length])
        if rest[size - 1] != _END or _CRC.unpack_from(rest, size - 3)[0] != binascii.crc_hqx(payload, 0):
            return None, 1
        return payload, size


def ask_firmware() -> bytes:
    """Return the question for the firmware's version."""
    return packet(bytes((Id.FW_VERSION,)))


def ask_values() -> bytes:
    """Return the question for the telemetry."""
    return packet(bytes((Id.GET_VALUES,)))


def set_rpm(erpm: int) -> bytes:
    """Return the set-point of a speed, in electrical revolutions a minute."""
    return packet(struct.pack(">Bi", Id.SET_RPM, erpm))


def set_current(current_ma: int) -> bytes:
    """Return the set-point of a motor current; 0 lets the motor coast."""
    return packet(struct.pack(">Bi", Id.SET_CURRENT, current_ma))


@dataclass(frozen=True, slots=True)
class Firmware:
    """Which firmware answers."""

    major: int
    minor: int
    hardware: str
    """'' where it does not tell."""


@dataclass(frozen=True, slots=True)
class Values:
    """The telemetry."""

    fet_c: float
    motor_c: float
    motor_a: float
    input_a: float
    duty: float
    """−1 to 1."""
    erpm: int
    input_v: float
    fault: int
    has_timed_out: bool | None
    """Whether no set-point has come for its time-out; None where the firmware does not tell."""
    is_killed: bool | None
    """Whether its kill switch is on; None where the firmware does not tell."""


@dataclass(frozen=True, slots=True)
class Other:
    """A whole packet that is none of these, or too short for what it says it is."""

    payload: bytes


VescEvent = Firmware | Values | Other

_VALUES: Final = struct.Struct(">hhiiiihih4iiiB")
"""From byte 1 to the fault code in byte 53: what every firmware since 2.x sends."""
_STATUS_AT: Final = 73
_TIMED_OUT, _KILLED = 1, 2


class VescCodec:
    """The host's side."""

    def __init__(self) -> None:
        self._packets = PacketReader()

    def receive(self, data: bytes) -> list[VescEvent]:
        """Return what ``data`` completes."""
        return [read(payload) for payload in self._packets.receive(data)]


def read(payload: bytes) -> VescEvent:
    """Read one payload, which is not empty; what a longer or newer one has behind what is known is left alone."""
    if payload[0] == Id.FW_VERSION and len(payload) >= 3:
        hardware = payload[3:].partition(b"\0")[0].decode("ascii", "replace")
        return Firmware(payload[1], payload[2], hardware)
    if payload[0] == Id.GET_VALUES and len(payload) >= 1 + _VALUES.size:
        return _read_values(payload)
    return Other(payload)


def _read_values(payload: bytes) -> Values:
    values = _VALUES.unpack_from(payload, 1)
    fet, motor, motor_a, input_a, _d, _q, duty, erpm, input_v = values[:9]
    status = payload[_STATUS_AT] if len(payload) > _STATUS_AT else None
    return Values(
        fet_c=fet / 10,
        motor_c=motor / 10,
        motor_a=motor_a / 100,
        input_a=input_a / 100,
        duty=duty / 1000,
        erpm=erpm,
        input_v=input_v / 10,
        fault=values[-1],
        has_timed_out=None if status is None else bool(status & _TIMED_OUT),
        is_killed=None if status is None else bool(status & _KILLED),
    )


# The controller's side, for its twin.


def write_firmware(firmware: Firmware) -> bytes:
    """Return the answer to ``ask_firmware``."""
    return packet(bytes((Id.FW_VERSION, firmware.major, firmware.minor)) + firmware.hardware.encode("ascii") + b"\0")


def write_values(values: Values, length: int = _STATUS_AT + 1) -> bytes:
    """Return the answer to ``ask_values``, cut or filled up to ``length`` bytes of payload."""
    known = _VALUES.pack(
        round(values.fet_c * 10),
        round(values.motor_c * 10),
        round(values.motor_a * 100),
        round(values.input_a * 100),
        0,
        round(values.motor_a * 100),
        round(values.duty * 1000),
        values.erpm,
        round(values.input_v * 10),
        *(0,) * 6,
        values.fault,
    )
    payload = bytearray((Id.GET_VALUES, *known)).ljust(max(length, _STATUS_AT + 1), b"\0")
    payload[_STATUS_AT] = (_TIMED_OUT if values.has_timed_out else 0) | (_KILLED if values.is_killed else 0)
    return packet(bytes(payload[:length]))


def read_set_point(payload: bytes) -> tuple[Id, int] | None:
    """Return which set-point a host has sent, and its raw number; None for anything else."""
    if len(payload) != 5 or payload[0] not in (Id.SET_DUTY, Id.SET_CURRENT, Id.SET_RPM):
        return None
    return Id(payload[0]), int.from_bytes(payload[1:], "big", signed=True)
