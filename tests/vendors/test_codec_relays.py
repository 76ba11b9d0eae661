from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocol.vendors.lcus import LcusCodec, command
from firmware_protocol.vendors.relay import RelayCodec, RelayEvent, RelayHeard, RelayRefusal, RelayState
from firmware_protocol.vendors.sr201 import Sr201Codec
from firmware_protocol.vendors.waveshare import Rtu, Tcp, WaveshareCodec, crc16
from tests.vendors.golden import check_device_side, host_frames

CODECS: dict[str, Callable[[int], Any]] = {
    "waveshare": lambda channel: WaveshareCodec(channel, Rtu()),
    "sr201": Sr201Codec,
    "lcus": LcusCodec,
}


@pytest.mark.parametrize("device_id", CODECS)
def test_the_golden_conversation_is_read_and_written(device_id: str) -> None:
    codec: RelayCodec = CODECS[device_id](1)
    check_device_side(device_id, codec)
    for does, data in host_frames(device_id):
        name, _, seconds = does.partition(" ")
        assert getattr(codec, name)(*([float(seconds)] if seconds else [])) == data


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (WaveshareCodec(1, Rtu()).close(0.7), "0105020000078db0"),
        (WaveshareCodec(2, Rtu()).close(0.8), "0105020100089c74"),
        (WaveshareCodec(1, Rtu()).close(1200.0), "010502002ee0d05a"),
        (WaveshareCodec(1, Rtu()).close(5.0), "0105020000324da7"),
        (WaveshareCodec(1, Rtu()).open(), "010500000000cdca"),
        (WaveshareCodec(1, Rtu()).ask(), "0101000000083dcc"),
        (command(1, is_closed=True), "a00101a2"),
        (command(2, is_closed=False), "a00200a2"),
        (Sr201Codec(1).close(1200.0), b"11:1200".hex()),
    ],
)
def test_frames_are_the_published_ones(data: bytes, expected: str) -> None:
    assert data.hex() == expected


@pytest.mark.parametrize(
    ("codec", "seconds", "part"),
    [
        (WaveshareCodec(1, Rtu()), 0.0, b"\x02\x00\x00\x01"),
        (WaveshareCodec(1, Rtu()), 1.999, b"\x02\x00\x00\x13"),
        (WaveshareCodec(1, Rtu()), 1e9, b"\x02\x00\x7f\xff"),
        (Sr201Codec(3), 0.2, b"13:1"),
        (Sr201Codec(1), 2.9, b"11:2"),
        (Sr201Codec(1), 1e9, b"11:65535"),
    ],
)
def test_a_slice_is_rounded_down_and_never_nothing(codec: RelayCodec, seconds: float, part: bytes) -> None:
    assert part in codec.close(seconds)


@pytest.mark.parametrize("channel", [1, 4, 8])
@pytest.mark.parametrize("framing", [Rtu, Tcp])
def test_the_channel_of_the_address_is_read(channel: int, framing: Callable[[], Rtu | Tcp]) -> None:
    codec = WaveshareCodec(channel, framing())
    board = framing()
    closed, opened = bytes((1, 1, 1 << (channel - 1))), bytes((1, 1, 0xFF & ~(1 << (channel - 1))))
    assert codec.receive(board.wrap(closed) + board.wrap(opened)) == [
        RelayState(is_closed=True),
        RelayState(is_closed=False),
    ]
    digits = ["0"] * 8
    digits[channel - 1] = "1"
    assert Sr201Codec(channel).receive("".join(digits).encode()) == [RelayState(is_closed=True)]
    assert LcusCodec(channel).receive(b"CH%d: ON\r\n" % channel) == [RelayState(is_closed=True)]
    assert LcusCodec(channel).receive(b"CH9:ON\r\nhello\r\n") == []


@pytest.mark.parametrize(
    ("pdu", "events"),
    [
        (b"\x05\x02\x00\x00\x14", [RelayHeard()]),
        (b"\x85\x02", [RelayRefusal("it has no such channel")]),
        (b"\x81\x09", [RelayRefusal("error 9")]),
        (b"\x01\x01\x01", [RelayState(is_closed=True)]),
    ],
)
@pytest.mark.parametrize("framing", [Rtu, Tcp])
def test_modbus_answers_mean_the_same_by_rtu_and_by_tcp(
    pdu: bytes, events: list[RelayEvent], framing: Callable[[], Rtu | Tcp]
) -> None:
    data = framing().wrap(pdu)
    assert WaveshareCodec(1, framing()).receive(data) == events
    codec = WaveshareCodec(1, framing())
    assert [event for byte in data for event in codec.receive(bytes([byte]))] == events


def test_coils_that_are_not_told_are_no_state() -> None:
    assert WaveshareCodec(9, Rtu()).receive(Rtu().wrap(b"\x01\x01\x01")) == []
    assert WaveshareCodec(1, Tcp()).receive(Tcp().wrap(b"\x03\x02\x00\x00")) == []


@pytest.mark.parametrize(
    "noise",
    [
        b"\x01\x05\x02\x00\x00\x07\x8d\xb1",  # checksum
        b"\x02\x05\x02\x00\x00\x07\x8d\xb0",  # another board's
        b"\x01\x03\x02\x00",  # a function that was not asked for
        b"\xff\x00\x01",
    ],
)
def test_noise_before_an_answer_is_skipped(noise: bytes) -> None:
    codec = WaveshareCodec(1, Rtu())
    codec.receive(noise)
    answers = [event for _ in range(40) for event in codec.receive(Rtu().wrap(b"\x01\x01\x01"))]
    assert RelayState(is_closed=True) in answers


def test_a_tcp_header_that_makes_no_sense_is_skipped_and_another_units_answer_too() -> None:
    codec = WaveshareCodec(1, Tcp())
    assert codec.receive(b"\x00\x01\x00\x07\x00\x06\x01" + Tcp(2).wrap(b"\x01\x01\x01")) == []
    assert codec.receive(Tcp().wrap(b"\x01\x01\x01")) == [RelayState(is_closed=True)]


def test_modbus_tcp_numbers_its_questions() -> None:
    framing = Tcp()
    numbers = [int.from_bytes(framing.wrap(b"\x01")[:2], "big") for _ in range(0x10001)]
    assert numbers[0] == 1
    assert numbers[-1] == 1
    assert set(numbers) == set(range(0x10000))


def test_an_sr201_answer_is_eight_digits_in_a_row() -> None:
    codec = Sr201Codec(1)
    assert codec.receive(b"1000x") == []
    assert codec.receive(b"2000") == []
    assert codec.receive(b"0000") == [RelayState(is_closed=False)]


def test_the_checksum_is_modbus() -> None:
    assert crc16(b"123456789") == 0x4B37


@pytest.mark.parametrize("device_id", [*CODECS, "tcp"])
@given(chunks=st.lists(st.binary(max_size=200), max_size=8))
def test_hostile_bytes_raise_nothing(device_id: str, chunks: list[bytes]) -> None:
    codec = WaveshareCodec(1, Tcp()) if device_id == "tcp" else CODECS[device_id](1)
    for chunk in chunks:
        for event in codec.receive(chunk):
            assert isinstance(event, RelayState | RelayHeard | RelayRefusal)
