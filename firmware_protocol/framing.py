"""Frames: zero-terminated, COBS-stuffed, CRC-checked. Knows nothing of what is in them.

A frame is ``COBS(type, sequence, epoch, payload, crc) 00``. The CRC is CRC-16/IBM-3740 over everything before it, high byte
first, so that the CRC over the whole body is zero.
"""

from __future__ import annotations

from binascii import crc_hqx
from typing import Final, NamedTuple

from cobs import cobs

from firmware_protocol.codes import PAYLOAD_MAX
from firmware_protocol.errors import LocalProtocolError, RemoteProtocolError

DELIMITER: Final = b"\x00"
HEAD_SIZE: Final = 3
"""Type, sequence, epoch."""
CRC_SIZE: Final = 2
BODY_MAX: Final = HEAD_SIZE + PAYLOAD_MAX + CRC_SIZE
STUFFED_MAX: Final = BODY_MAX + 1
"""Bytes between two delimiters: COBS adds one byte to bodies below 255."""
FRAME_MAX: Final = STUFFED_MAX + 1
_CRC_START: Final = 0xFFFF
_build: Final = tuple.__new__
"""Builds a named tuple in half the time of calling its class."""


class Frame(NamedTuple):
    """One frame that arrived whole."""

    type: int
    sequence: int
    epoch: int
    payload: bytes


def encode_frame(message_type: int, sequence: int, epoch: int, payload: bytes) -> bytes:
    """Return the frame with its closing delimiter; raises LocalProtocolError for a payload that is too long."""
    if len(payload) > PAYLOAD_MAX:
        raise LocalProtocolError(f"a payload of {len(payload)} bytes is longer than {PAYLOAD_MAX}")
    body = bytes((message_type, sequence, epoch)) + payload
    stuffed: bytes = cobs.encode(body + crc_hqx(body, _CRC_START).to_bytes(2, "big"))
    return stuffed + DELIMITER


def decode_frame(stuffed: bytes) -> Frame:
    """Read what stood between two delimiters; raises RemoteProtocolError, and nothing else, when it is no frame."""
    body = unstuffed(stuffed)
    return _build(Frame, (body[0], body[1], body[2], body[HEAD_SIZE:-CRC_SIZE]))


def unstuffed(stuffed: bytes) -> bytes:
    """Return the body, checksum included, of what stood between two delimiters; raises as ``decode_frame`` does."""
    if len(stuffed) > STUFFED_MAX:
        raise RemoteProtocolError(f"a frame is longer than {FRAME_MAX} bytes")
    try:
        body: bytes = cobs.decode(stuffed)
    except cobs.DecodeError as error:
        raise RemoteProtocolError("a frame is not COBS") from error
    if len(body) < HEAD_SIZE + CRC_SIZE:
        raise RemoteProtocolError(f"a frame of {len(body)} bytes is too short")
    if crc_hqx(body, _CRC_START):
        raise RemoteProtocolError("a frame's checksum is wrong")
    return body


class FrameSplitter:
    """Cuts a stream of bytes at its delimiters, however they arrive; holds at most one frame and a byte."""

    def __init__(self) -> None:
        self._tail = b""

    def feed(self, data: bytes) -> list[bytes]:
        """Return what ``data`` completed, without delimiters; of something overlong only its beginning, which is no frame."""
        pieces = (self._tail + data).split(DELIMITER) if self._tail else data.split(DELIMITER)
        self._tail = pieces.pop()[: STUFFED_MAX + 1]
        return list(filter(None, pieces))

    @property
    def held_bytes(self) -> int:
        """Bytes of the frame that is not complete yet; at most ``STUFFED_MAX + 1``."""
        return len(self._tail)
