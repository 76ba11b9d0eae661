from __future__ import annotations

from binascii import crc_hqx

import pytest
from cobs import cobs
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocol import LocalProtocolError, RemoteProtocolError
from firmware_protocol.codes import PAYLOAD_MAX
from firmware_protocol.framing import FRAME_MAX, STUFFED_MAX, FrameSplitter, decode_frame, encode_frame

byte = st.integers(0, 255)
payloads = st.binary(max_size=PAYLOAD_MAX)
frames = st.builds(encode_frame, byte, byte, byte, payloads)
garbage = st.binary(max_size=300)


def split(data: bytes, splitter: FrameSplitter | None = None, size: int = 1) -> list[bytes]:
    """Feed ``data`` in pieces of ``size`` bytes."""
    splitter = splitter or FrameSplitter()
    return [stuffed for at in range(0, len(data), size) for stuffed in splitter.feed(data[at : at + size])]


def test_the_checksum_is_the_named_one() -> None:
    assert crc_hqx(b"123456789", 0xFFFF) == 0x29B1


@given(byte, byte, byte, payloads)
def test_a_frame_comes_back_and_holds_no_delimiter_inside(kind: int, sequence: int, epoch: int, payload: bytes) -> None:
    frame = encode_frame(kind, sequence, epoch, payload)
    assert frame.index(0) == len(frame) - 1
    assert len(frame) == 7 + len(payload) <= FRAME_MAX
    assert decode_frame(frame[:-1]) == (kind, sequence, epoch, payload)


@given(byte, byte, byte, payloads)
def test_the_checksum_over_a_whole_body_is_zero(kind: int, sequence: int, epoch: int, payload: bytes) -> None:
    assert crc_hqx(cobs.decode(encode_frame(kind, sequence, epoch, payload)[:-1]), 0xFFFF) == 0


def test_a_payload_over_the_bound_is_the_local_error() -> None:
    with pytest.raises(LocalProtocolError):
        encode_frame(1, 0, 0, bytes(PAYLOAD_MAX + 1))


@given(st.lists(frames, max_size=8), st.integers(1, 100))
def test_frames_are_found_whole_however_the_bytes_arrive(sent: list[bytes], size: int) -> None:
    assert split(b"".join(sent), size=size) == [frame[:-1] for frame in sent]


@given(frames, st.integers(1, 5))
def test_extra_delimiters_are_skipped_in_silence(frame: bytes, count: int) -> None:
    assert split(b"\0" * count + frame + b"\0" * count, size=3) == [frame[:-1]]


@given(garbage, frames, st.integers(1, 100))
def test_after_garbage_and_a_delimiter_the_next_good_frame_is_found(noise: bytes, frame: bytes, size: int) -> None:
    assert split(noise + b"\0" + frame, size=size)[-1] == frame[:-1]


@given(st.integers(STUFFED_MAX + 1, 5000), st.integers(1, 700))
def test_what_is_longer_than_a_frame_costs_no_memory_and_is_rejected(length: int, size: int) -> None:
    splitter = FrameSplitter()
    for at in range(0, length, size):
        assert splitter.feed(b"\x01" * min(size, length - at)) == []
        assert splitter.held_bytes <= STUFFED_MAX + 1
    (stuffed,) = splitter.feed(b"\0")
    with pytest.raises(RemoteProtocolError, match="longer than"):
        decode_frame(stuffed)
    assert splitter.held_bytes == 0


@given(frames, st.data())
def test_a_damaged_byte_is_noticed(frame: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(frame) - 2))
    flipped = data.draw(st.integers(1, 255))
    damaged = frame[:at] + bytes([frame[at] ^ flipped]) + frame[at + 1 : -1]
    for stuffed in damaged.split(b"\0"):
        with pytest.raises(RemoteProtocolError):
            decode_frame(stuffed)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_frame_or_the_remote_error(stuffed: bytes) -> None:
    try:
        frame = decode_frame(stuffed)
    except RemoteProtocolError:
        return
    assert len(frame.payload) <= PAYLOAD_MAX
