from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocol.vendors import vesc
from firmware_protocol.vendors.vesc import Firmware, Other, PacketReader, Values, VescCodec, packet, read
from tests.vendors.golden import check_device_side, host_frames

VALUES = Values(31.2, 35.0, 1.35, 0.6, 0.42, 7003, 24.6, 0, has_timed_out=False, is_killed=False)


def test_the_golden_conversation_is_read_and_written() -> None:
    check_device_side("vesc", VescCodec())
    for does, data in host_frames("vesc"):
        name, _, number = does.partition(" ")
        assert getattr(vesc, name)(*([int(number)] if number else [])) == data


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (vesc.ask_firmware(), "020100000003"),
        (vesc.ask_values(), "020104408403"),
        (vesc.set_rpm(7000), "02050800001b58065903"),
        (vesc.set_rpm(0), "02050800000000022d03"),
        (vesc.set_current(0), "02050600000000cd8503"),
        (packet(bytes((vesc.Id.ALIVE,))), "02011ef3ff03"),
    ],
)
def test_frames_are_those_computed_from_the_firmwares_own_rules(data: bytes, expected: str) -> None:
    assert data.hex() == expected


@pytest.mark.parametrize("length", [1, 2, 254, 255, 256, 511, 512])
def test_payloads_of_every_allowed_length_come_back(length: int) -> None:
    payload = bytes(index % 251 for index in range(length))
    data = packet(payload)
    assert data[0] == (2 if length < 256 else 3)
    assert PacketReader().receive(data) == [payload]
    reader = PacketReader()
    assert [each for byte in data for each in reader.receive(bytes([byte]))] == [payload]


@pytest.mark.parametrize("length", [0, 513])
def test_a_payload_that_no_packet_carries_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="1 to 512 bytes"):
        packet(bytes(length))


@pytest.mark.parametrize(
    "bad",
    [
        bytes.fromhex("020104408503"),  # checksum
        bytes.fromhex("020104408404"),  # last byte
        bytes.fromhex("0200000003"),  # empty
        bytes.fromhex("03000104408403"),  # a long head where a short one would do
        bytes.fromhex("03ffff"),  # too long
        bytes.fromhex("04000001"),  # 24 bits of length: never short enough
        b"\xff\x00\x01",
    ],
)
def test_what_is_no_packet_is_skipped_and_the_next_one_found(bad: bytes) -> None:
    reader = PacketReader()
    assert reader.receive(bad + vesc.ask_values()) == [b"\x04"]
    assert reader.skipped == len(bad)


def test_a_16_bit_head_is_taken_from_255_bytes_on() -> None:
    payload = bytes(255)
    long_head = b"\x03\x00\xff" + packet(payload)[2:]
    assert PacketReader().receive(long_head) == [payload]


def test_a_cut_packet_waits_for_its_rest_and_then_gives_way() -> None:
    reader = PacketReader()
    frame = vesc.write_values(VALUES)
    assert reader.receive(frame[:30]) == []
    answers = reader.receive(frame * 2)
    assert frame[2:-3] in answers


@pytest.mark.parametrize("length", [54, 55, 58, 73])
def test_telemetry_of_older_firmware_is_read_by_its_length(length: int) -> None:
    (event,) = VescCodec().receive(vesc.write_values(VALUES, length))
    assert isinstance(event, Values)
    assert event.erpm == 7003
    assert event.has_timed_out is None
    assert event.is_killed is None


@pytest.mark.parametrize("length", [74, 75, 200])
def test_telemetry_of_newer_firmware_is_read_as_far_as_it_is_known(length: int) -> None:
    (event,) = VescCodec().receive(vesc.write_values(VALUES, length))
    assert event == VALUES


def test_telemetry_without_a_fault_code_is_no_telemetry() -> None:
    (event,) = VescCodec().receive(vesc.write_values(VALUES, 53))
    assert isinstance(event, Other)


@pytest.mark.parametrize(
    ("bits", "timed_out", "killed"), [(0, False, False), (1, True, False), (2, False, True), (3, True, True)]
)
def test_the_status_bits_are_told_apart(bits: int, timed_out: bool, killed: bool) -> None:
    payload = bytearray(PacketReader().receive(vesc.write_values(VALUES))[0])
    payload[73] = bits
    event = read(bytes(payload))
    assert isinstance(event, Values)
    assert (event.has_timed_out, event.is_killed) == (timed_out, killed)


@pytest.mark.parametrize(
    ("payload", "event"),
    [
        (b"\x00\x06\x05", Firmware(6, 5, "")),
        (b"\x00\x03\x26HW\x00uuid", Firmware(3, 38, "HW")),
        (b"\x00\x06\x05\xff\xfe", Firmware(6, 5, "��")),
        (b"\x00\x06", Other(b"\x00\x06")),
        (b"\x63", Other(b"\x63")),
    ],
)
def test_firmware_and_unknown_answers(payload: bytes, event: vesc.VescEvent) -> None:
    assert read(payload) == event


@pytest.mark.parametrize(
    ("data", "point"),
    [
        (vesc.set_rpm(-7000), (vesc.Id.SET_RPM, -7000)),
        (vesc.set_current(0), (vesc.Id.SET_CURRENT, 0)),
        (packet(struct.pack(">Bi", vesc.Id.SET_DUTY, 50_000)), (vesc.Id.SET_DUTY, 50_000)),
        (vesc.ask_values(), None),
        (packet(bytes((22, 0, 0, 0, 0))), None),
    ],
)
def test_a_set_point_is_told_from_other_packets(data: bytes, point: tuple[vesc.Id, int] | None) -> None:
    (payload,) = PacketReader().receive(data)
    assert vesc.read_set_point(payload) == point


@given(st.lists(st.binary(max_size=200), max_size=10))
def test_hostile_bytes_raise_nothing_and_a_whole_packet_is_found_behind_them(chunks: list[bytes]) -> None:
    codec = VescCodec()
    for chunk in chunks:
        for event in codec.receive(chunk):
            assert isinstance(event, Firmware | Values | Other)
    found = codec.receive(vesc.write_firmware(Firmware(6, 5, "X")) * 60)
    assert Firmware(6, 5, "X") in found


@given(st.binary(min_size=1, max_size=512))
def test_every_payload_goes_through_the_wire_unchanged(payload: bytes) -> None:
    assert PacketReader().receive(packet(payload)) == [payload]
