from __future__ import annotations

import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocol import LocalProtocolError, RemoteProtocolError
from firmware_protocol.codes import NUMBERS_MAX, PAYLOAD_MAX, PAYLOAD_SHORT, TEXT_MAX
from firmware_protocol.framing import encode_frame
from firmware_protocol.messages import (
    COMMANDS,
    FIRST_REPORT_TYPE,
    REPORTS,
    Ack,
    Arm,
    Buzz,
    Calibrate,
    Claim,
    ClearFault,
    Fault,
    Feature,
    ForceTelemetry,
    GetFeature,
    Hello,
    Identity,
    InputEvent,
    Message,
    MotorTelemetry,
    Ping,
    Pong,
    PowerTelemetry,
    Release,
    Renew,
    SetLimits,
    SetSpeed,
    Stop,
    Stopped,
    Stream,
    Tare,
    TimerArm,
    TimerCancel,
    TimerTelemetry,
    Unknown,
    decode,
    decode_payload,
    encode,
)

u8 = st.integers(0, 0xFF)
u16 = st.integers(0, 0xFFFF)
u32 = st.integers(0, 0xFFFFFFFF)
i32 = st.integers(-(2**31), 2**31 - 1)
speed = st.none() | st.integers(0, 0xFFFE)
percent = st.none() | st.integers(0, 0xFE)
temperature = st.none() | st.integers(-32767, 32767)
text = st.text(st.characters(codec="utf-8"), max_size=TEXT_MAX).filter(lambda value: len(value.encode()) <= TEXT_MAX)
numbers = st.lists(u32, max_size=NUMBERS_MAX).map(tuple)

ANY: dict[type[Any], st.SearchStrategy[Any]] = {
    Hello: st.builds(Hello, u8, u8),
    GetFeature: st.builds(GetFeature, u8),
    Claim: st.builds(Claim, u32),
    Release: st.just(Release()),
    Ping: st.builds(Ping, u32),
    Stream: st.builds(Stream, u8, u16),
    Stop: st.builds(Stop, u8),
    SetLimits: st.builds(SetLimits, u16, u32, u16),
    Arm: st.builds(Arm, u16),
    SetSpeed: st.builds(SetSpeed, u16, u16),
    Renew: st.builds(Renew, u16),
    ClearFault: st.just(ClearFault()),
    Tare: st.just(Tare()),
    Calibrate: st.builds(Calibrate, i32),
    TimerArm: st.builds(TimerArm, u32),
    TimerCancel: st.just(TimerCancel()),
    Buzz: st.builds(Buzz, u16),
    Ack: st.builds(Ack, u8, u8, u8),
    Identity: st.builds(Identity, u8, u8, u8, u16, u8, u8, u32, text),
    Feature: st.builds(Feature, u8, u8, u8, u8, numbers | text),
    Pong: st.builds(Pong, u32, u32),
    MotorTelemetry: st.builds(MotorTelemetry, u32, u16, u16, u16, speed, u8),
    PowerTelemetry: st.builds(PowerTelemetry, u32, percent, percent, speed, temperature, temperature, u8),
    ForceTelemetry: st.builds(ForceTelemetry, u32, i32, i32, u8),
    TimerTelemetry: st.builds(TimerTelemetry, u32, u32, u8),
    InputEvent: st.builds(InputEvent, u32, u8, u8, st.booleans()),
    Fault: st.builds(Fault, u32, u32, u32),
    Stopped: st.builds(Stopped, u32, u8),
}
any_message = st.one_of(*ANY.values())

LONG = (Identity, Feature)
"""The only messages that may be longer than a BLE packet of the smallest MTU."""


def test_the_strategies_of_this_file_cover_every_message() -> None:
    assert set(ANY) == {*COMMANDS, *REPORTS}


def test_types_are_unique_and_tell_the_direction() -> None:
    types = [kind.TYPE for kind in (*COMMANDS, *REPORTS)]
    assert len(set(types)) == len(types)
    assert all(kind.TYPE < FIRST_REPORT_TYPE for kind in COMMANDS)
    assert all(FIRST_REPORT_TYPE <= kind.TYPE <= 0xFF for kind in REPORTS)


@given(any_message, u8, u8)
def test_every_message_comes_back_as_it_was(message: Message, sequence: int, epoch: int) -> None:
    stuffed = encode(message, sequence, epoch)[:-1]
    assert type(decode(stuffed).message) is type(message)
    assert decode(stuffed) == (sequence, epoch, message)


@given(any_message)
def test_every_time_critical_message_fits_the_smallest_ble_packet_whole(message: Message) -> None:
    frame = encode(message, 255, 255)
    if isinstance(message, LONG):
        assert len(message.encode()) <= PAYLOAD_MAX
    else:
        assert len(message.encode()) <= PAYLOAD_SHORT
        assert len(frame) <= 20


@given(any_message, st.binary(max_size=8))
def test_trailing_fields_of_a_later_version_are_skipped(message: Message, trailing: bytes) -> None:
    payload = message.encode()
    if len(payload) + len(trailing) <= PAYLOAD_MAX:
        assert decode_payload(message.TYPE, payload + trailing) == message


@given(any_message, st.data())
def test_a_payload_cut_short_is_the_remote_error(message: Message, data: st.DataObject) -> None:
    payload = message.encode()
    if payload and not isinstance(message, Stop):
        cut = data.draw(st.integers(0, len(payload) - 1))
        with pytest.raises(RemoteProtocolError):
            decode_payload(message.TYPE, payload[:cut])


def test_a_stop_without_its_reason_is_a_stop() -> None:
    assert decode_payload(Stop.TYPE, b"") == Stop()


@given(
    st.sampled_from(sorted({*range(256)} - {kind.TYPE for kind in (*COMMANDS, *REPORTS)})),
    st.binary(max_size=PAYLOAD_MAX),
)
def test_a_message_of_unknown_type_is_kept_as_unknown(message_type: int, payload: bytes) -> None:
    frame = encode_frame(message_type, 1, 2, payload)
    assert decode(frame[:-1]) == (1, 2, Unknown(message_type, payload))


@pytest.mark.parametrize(
    "message",
    [
        SetSpeed(-1, 600),
        SetSpeed(65536, 600),
        Arm(70_000),
        Claim(-5),
        Calibrate(2**31),
        ForceTelemetry(0, 2**31, 0, 0),
        MotorTelemetry(0, 65536, 0, 0, 0, 0),
        MotorTelemetry(0, 0, 0, 0, 0, None),  # type: ignore[arg-type]
        PowerTelemetry(None, 0, 0, 0, 0, 0, 0),  # type: ignore[arg-type]
        Feature(0, 1, 0, 1, "x" * (TEXT_MAX + 1)),
        Feature(0, 1, 0, 1, tuple(range(NUMBERS_MAX + 1))),
        Identity(1, 1, 1, 0, 0, 64, 0, "ü" * 25),
    ],
)
def test_a_value_out_of_its_range_is_the_local_error(message: Message) -> None:
    with pytest.raises(LocalProtocolError):
        encode(message, 0, 0)


def test_a_sequence_or_epoch_out_of_its_range_is_the_local_error() -> None:
    with pytest.raises(LocalProtocolError):
        encode(Tare(), 256, 0)
    with pytest.raises(LocalProtocolError):
        encode(Tare(), 0, -1)


@pytest.mark.parametrize(
    "payload",
    [
        b"\0\1\0\1\2\5abc",
        b"\0\1\0\1\2\1\xff",
        b"\0\1\0\1\2" + bytes([TEXT_MAX + 1]) + b"x" * (TEXT_MAX + 1),
        b"\0\1\0\1\1" + bytes([NUMBERS_MAX + 1]) + b"\0" * 52,
        b"\0\1\0\1\7\0",
    ],
    ids=["text cut off", "not UTF-8", "text too long", "too many numbers", "unknown kind"],
)
def test_a_feature_that_breaks_its_bounds_is_the_remote_error(payload: bytes) -> None:
    with pytest.raises(RemoteProtocolError):
        decode_payload(Feature.TYPE, payload)


def test_an_identity_without_its_name_is_the_remote_error() -> None:
    with pytest.raises(RemoteProtocolError):
        decode_payload(Identity.TYPE, struct.pack("<BBBHBBI", 1, 1, 1, 0, 0, 64, 0))


def test_messages_cannot_be_changed() -> None:
    for message in (SetSpeed(1800, 600), ForceTelemetry(0, 1, 2, 3)):
        with pytest.raises(AttributeError):
            message.speed_ppm = 2400  # type: ignore[misc, union-attr]


def test_flags_unknown_to_this_version_survive() -> None:
    assert decode(encode(Fault(0, 0x80000001, 1), 0, 0)[:-1]).message == Fault(0, 0x80000001, 1)
    telemetry = decode(encode(MotorTelemetry(0, 0, 0, 0, None, 0xF0), 0, 0)[:-1]).message
    assert isinstance(telemetry, MotorTelemetry)
    assert telemetry.flags == 0xF0
