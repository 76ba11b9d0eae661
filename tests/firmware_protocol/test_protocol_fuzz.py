"""Any bytes, whole or one at a time: they parse, or are the one remote error; memory stays bounded; nothing unsafe happens."""

from __future__ import annotations

import random
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_protocol import Connection, RemoteProtocolError, Role
from firmware_protocol.codes import PAYLOAD_MAX
from firmware_protocol.events import Armed, CloseRelay, Event, FrameRejected, RunMotor, SwitchOff
from firmware_protocol.framing import STUFFED_MAX, encode_frame
from firmware_protocol.messages import Arm, Hello, Ping, Pong, Stop, TimerArm, decode, encode
from tests.firmware_protocol.bench_device import RawLink, new_device, only
from tests.firmware_protocol.test_protocol_messages import any_message

byte = st.integers(0, 255)
garbage = st.binary(max_size=400)
random_frames = st.builds(encode_frame, byte, byte, byte, st.binary(max_size=PAYLOAD_MAX))
some_frames = st.builds(encode, any_message, byte, byte)
streams = st.lists(garbage | random_frames | some_frames, max_size=12).map(b"".join)


def ends() -> list[Connection]:
    """Return one connection of each role; the device is claimed, so that more of it can be reached."""
    return [Connection(Role.HOST), RawLink(new_device()).claimed().connection]


def held_bytes(connection: Connection) -> int:
    """Return how many bytes of an unfinished frame a connection holds."""
    return connection._splitter.held_bytes


@given(st.binary(max_size=STUFFED_MAX + 10))
def test_any_bytes_between_delimiters_decode_or_are_the_remote_error(stuffed: bytes) -> None:
    with suppress(RemoteProtocolError):
        assert decode(stuffed).sequence in range(256)


@given(byte, byte, byte, st.binary(max_size=PAYLOAD_MAX))
def test_any_payload_of_any_type_decodes_or_is_the_remote_error(
    kind: int, sequence: int, epoch: int, payload: bytes
) -> None:
    try:
        decoded = decode(encode_frame(kind, sequence, epoch, payload)[:-1])
    except RemoteProtocolError:
        return
    assert (decoded.sequence, decoded.epoch) == (sequence, epoch)


@given(streams)
def test_a_connection_survives_any_bytes_whole(data: bytes) -> None:
    for connection in ends():
        connection.receive_data(data, 1.0)
        assert held_bytes(connection) <= STUFFED_MAX + 1


@given(streams)
def test_bytes_whole_and_one_at_a_time_mean_the_same(data: bytes) -> None:
    for whole, single in zip(ends(), ends(), strict=True):
        at_once = whole.receive_data(data, 1.0)
        one_by_one = [event for value in data for event in single.receive_data(bytes([value]), 1.0)]
        assert [_seen(event) for event in at_once] == [_seen(event) for event in one_by_one]
        assert whole.data_to_send() == single.data_to_send()


def _seen(event: Event) -> object:
    """Return an event as it compares: errors by their reason."""
    return event.error.reason if isinstance(event, FrameRejected) else event


@given(streams, st.integers(1, 40))
def test_after_any_bytes_the_next_good_frame_is_found(data: bytes, size: int) -> None:
    host, device = ends()
    for connection, frame in ((host, encode(Pong(7, 8), 0, 0)), (device, encode(Stop(), 200, 0))):
        whole = data + b"\0" + frame
        events = [
            event for at in range(0, len(whole), size) for event in connection.receive_data(whole[at : at + size], 1.0)
        ]
        connection.tick(1.0)
        assert Pong(7, 8) in events or not connection.device.is_armed


@given(some_frames, st.data())
def test_a_mutated_frame_is_never_taken_for_another(frame: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(frame) - 2))
    mutated = bytearray(frame[:-1])
    mutated[at] ^= data.draw(st.integers(1, 255))
    for piece in bytes(mutated).split(b"\0"):
        with pytest.raises(RemoteProtocolError):
            decode(piece)


@given(st.lists(some_frames | random_frames, max_size=20), byte)
def test_nothing_an_unclaimed_stranger_says_starts_anything(frames: list[bytes], epoch: int) -> None:
    device = new_device()
    owner = RawLink(device).claimed()
    owner.connection.receive_data(encode(Arm(), 5, device.epoch), 0.0)
    stranger = Connection(Role.DEVICE, device)
    stranger.receive_data(encode(Hello(), 0, epoch), 0.0)
    events = [event for frame in frames for event in stranger.receive_data(frame, 0.1)]
    assert not any(isinstance(event, RunMotor | Armed | CloseRelay) for event in events)


@given(st.lists(some_frames, max_size=30))
def test_whatever_was_said_before_a_stop_switches_off(frames: list[bytes]) -> None:
    link = RawLink(new_device()).claimed()
    for frame in frames:
        link.connection.receive_data(frame, 0.0)
    link.put(Stop(), 0.1)
    assert not link.connection.device.has_output
    assert link.connection.device.commanded_ppm == 0


@settings(max_examples=20)
@given(st.integers(0, 2**32))
def test_noise_leaves_a_device_as_it_was(seed: int) -> None:
    noise = random.Random(seed)
    link = RawLink(new_device()).claimed()
    link.put(TimerArm(600_000), 0.0)
    events = [event for _ in range(40) for event in link.connection.receive_data(noise.randbytes(512), 0.5)]
    assert only(SwitchOff, events) == []
    assert link.connection.device.has_output
    link.connection.receive_data(b"\0", 1.0)
    assert link.put(Ping(3), 1.0)[-1] == Pong(3, 1_000_000)


def test_a_flood_of_good_frames_costs_bounded_memory() -> None:
    for connection in ends():
        flood = encode(Ping(1), 0, 0) * 5000 + encode(Pong(1, 2), 0, 0) * 5000
        connection.receive_data(flood, 1.0)
        assert len(connection.data_to_send()) <= 16_384
        assert held_bytes(connection) == 0
