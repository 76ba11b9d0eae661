"""Waveshare Modbus relay boards: RTU over RS-485 or TCP, or Modbus TCP. Pure.

9600 8N1, address 1 unless changed. ``05`` writes a coil: FF00 closes and 0000 opens; at coil 0x0200 + channel it is a *flash*: the
value is a time in tenths of a second, after which the board opens the relay by itself. A Modbus library may refuse such values,
so frames are made here. ``01`` reads the coils. That a new flash begins the time anew is what a public integration's fake board
does; on a real board nobody has said so.
Source: the maker's wiki, Modbus_RTU_Relay and Modbus_POE_ETH_Relay.
"""

from __future__ import annotations

import struct
from typing import Final, Protocol

from firmware_protocol.vendors.relay import RelayEvent, RelayHeard, RelayRefusal, RelayState

BAUD: Final = 9_600
READ_COILS, WRITE_COIL, REFUSED = 0x01, 0x05, 0x80
FLASH_ON: Final = 0x0200
TENTHS_MAX: Final = 0x7FFF
"""The longest flash that a public integration allows: 3,276.7 s."""
CHANNELS: Final = 8
"""Coils that are read."""
_REFUSALS: Final = {
    1: "it does not know this command",
    2: "it has no such channel",
    3: "it does not take this value",
    4: "it failed to do it",
}
_PDU: Final = struct.Struct(">BHH")
_REST_MAX: Final = 512


class Framing(Protocol):
    """How a Modbus message travels."""

    def wrap(self, pdu: bytes) -> bytes:
        """Return a message as it is sent."""

    def receive(self, data: bytes) -> list[bytes]:
        """Return the messages that ``data`` completes."""


def crc16(data: bytes) -> int:
    """Return Modbus' CRC-16 (reflected 0x8005, init 0xFFFF)."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0xA001 if crc & 1 else 0)
    return crc


class Rtu:
    """Address, message, checksum; an answer's length follows from its function, since gaps in time are not seen here."""

    def __init__(self, address: int = 1) -> None:
        self._address = address
        self._rest = bytearray()

    def wrap(self, pdu: bytes) -> bytes:
        """Return a message as it is sent."""
        body = bytes((self._address,)) + pdu
        return body + crc16(body).to_bytes(2, "little")

    def receive(self, data: bytes) -> list[bytes]:
        """Return the messages that ``data`` completes; what is none is skipped, a byte at a time."""
        self._rest += data
        pdus: list[bytes] = []
        while len(self._rest) >= 3:
            size = self._size()
            if size is not None and len(self._rest) < size:
                break
            frame = bytes(self._rest[: size or 1])
            if size is not None and crc16(frame[:-2]) == int.from_bytes(frame[-2:], "little"):
                pdus.append(frame[1:-2])
            else:
                frame = frame[:1]
            del self._rest[: len(frame)]
        return pdus

    def _size(self) -> int | None:
        """Return how long the answer that seems to begin here is; None where none does."""
        address, function, count = self._rest[:3]
        if address != self._address:
            return None
        if function == WRITE_COIL:
            return 8
        if function & REFUSED:
            return 5
        return 5 + count if function == READ_COILS else None


class Tcp:
    """Modbus TCP: a header with a number, the length and the unit; no checksum."""

    _HEAD: Final = struct.Struct(">HHHB")

    def __init__(self, unit: int = 1) -> None:
        self._unit = unit
        self._number = 0
        self._rest = bytearray()

    def wrap(self, pdu: bytes) -> bytes:
        """Return a message as it is sent."""
        self._number = (self._number + 1) % 0x10000
        return self._HEAD.pack(self._number, 0, len(pdu) + 1, self._unit) + pdu

    def receive(self, data: bytes) -> list[bytes]:
        """Return the messages that ``data`` completes; a header that makes no sense costs one byte."""
        self._rest += data
        pdus: list[bytes] = []
        while len(self._rest) >= self._HEAD.size:
            _, protocol, length, unit = self._HEAD.unpack_from(self._rest)
            if protocol != 0 or not 2 < length <= _REST_MAX:
                del self._rest[0]
                continue
            if len(self._rest) < self._HEAD.size + length - 1:
                break
            if unit == self._unit:
                pdus.append(bytes(self._rest[self._HEAD.size : self._HEAD.size + length - 1]))
            del self._rest[: self._HEAD.size + length - 1]
        return pdus


class WaveshareCodec:
    """One channel, from 1, of one board."""

    duration_max_s = TENTHS_MAX / 10
    opens_by_itself = True
    answers_commands = True
    may_interrupt = True

    def __init__(self, channel: int, framing: Framing) -> None:
        self._coil = channel - 1
        self._framing = framing

    def close(self, duration_s: float) -> bytes:
        """Return the flash that closes it for ``duration_s``."""
        return self._write(FLASH_ON + self._coil, min(max(int(duration_s * 10 + 1e-6), 1), TENTHS_MAX))

    def open(self) -> bytes:
        """Return the command that opens it."""
        return self._write(self._coil, 0)

    def ask(self) -> bytes:
        """Return the question for all coils."""
        return self._framing.wrap(_PDU.pack(READ_COILS, 0, CHANNELS))

    def receive(self, data: bytes) -> list[RelayEvent]:
        """Return what ``data`` completes."""
        return [event for pdu in self._framing.receive(data) if (event := self._read(pdu)) is not None]

    def _write(self, coil: int, value: int) -> bytes:
        return self._framing.wrap(_PDU.pack(WRITE_COIL, coil, value))

    def _read(self, pdu: bytes) -> RelayEvent | None:
        function = pdu[0]
        if function & REFUSED:
            return RelayRefusal(_REFUSALS.get(pdu[1], f"error {pdu[1]}"))
        if function == WRITE_COIL:
            return RelayHeard()
        byte = 2 + self._coil // 8
        if function != READ_COILS or len(pdu) <= byte:
            return None
        return RelayState(bool(pdu[byte] >> self._coil % 8 & 1))
