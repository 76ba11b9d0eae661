"""Progressor on the wire: published and computed vectors, the wrap of its clock, and the opcodes that are never sent."""

from __future__ import annotations

import contextlib
import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocol.errors import RemoteProtocolError
from firmware_protocol.vendors import progressor
from firmware_protocol.vendors.progressor import Answer, Command, LowPower, Sample, SampleClock, Unread, Weights

CALIBRATION = {0x69, 0x6A, *range(0x71, 0x77)}
FLOATS = st.floats(width=32, allow_nan=False)


@pytest.mark.parametrize(("command", "data"), [(Command.START, "65"), (Command.TARE, "64"), (Command.STOP, "66")])
def test_a_command_is_one_byte(command: Command, data: str) -> None:
    assert progressor.encode_command(command) == bytes.fromhex(data)
    assert progressor.decode_command(bytes.fromhex(data)) == command


def test_no_opcode_of_the_calibration_can_be_encoded() -> None:
    assert not CALIBRATION & set(Command)
    for opcode in CALIBRATION:
        with pytest.raises(ValueError, match="is not a valid Command"):
            progressor.encode_command(opcode)


def test_the_device_reads_the_first_byte_of_a_command() -> None:
    assert progressor.decode_command(bytes.fromhex("6500")) == Command.START
    assert progressor.decode_command(b"") is None


def test_weights_are_the_computed_packet() -> None:
    weights = Weights((Sample(10.0, 1000), Sample(12.5, 13500)))
    data = bytes.fromhex("01 10 00 00 20 41 E8 03 00 00 00 00 48 41 BC 34 00 00")
    assert progressor.encode_notification(weights) == data
    assert progressor.decode_notification(data) == weights


def test_hangtimes_samples_are_read() -> None:
    """From that project's own test: (10 kg, 1000 µs) and (12.5 kg, 500000 µs)."""
    data = bytes((1, 16)) + struct.pack("<fIfI", 10.0, 1000, 12.5, 500_000)
    assert progressor.decode_notification(data) == Weights((Sample(10.0, 1000), Sample(12.5, 500_000)))


def test_a_battery_is_read_as_computed() -> None:
    answer = progressor.decode_notification(bytes.fromhex("00 04 93 0F 00 00"))
    assert isinstance(answer, Answer)
    assert answer.battery_mv == 3987


@pytest.mark.parametrize("length", [0, 3, 5])
def test_a_battery_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(RemoteProtocolError, match="4 bytes"):
        Answer(bytes(length)).battery_mv  # noqa: B018 - the property raises


def test_an_identity_is_read_as_published() -> None:
    answer = progressor.decode_notification(bytes.fromhex("00 03 01 02 03"))
    assert isinstance(answer, Answer)
    assert answer.identity == "030201"
    assert Answer(bytes.fromhex("0102030000")).identity == "030201"


def test_a_firmware_version_is_text() -> None:
    assert Answer(b"1.2.3\0").text == "1.2.3"
    assert Answer(b"1.\xff").text == "1.\N{REPLACEMENT CHARACTER}"


@given(st.lists(st.builds(Sample, FLOATS, st.integers(0, 2**32 - 1)), min_size=1, max_size=31))
def test_weights_go_round(samples: list[Sample]) -> None:
    weights = Weights(tuple(samples))
    assert progressor.decode_notification(progressor.encode_notification(weights)) == weights


@pytest.mark.parametrize("notification", [Answer(b""), Answer(b"x" * 255), LowPower(), Unread(2), Unread(200)])
def test_other_notifications_go_round(notification: progressor.Notification) -> None:
    assert progressor.decode_notification(progressor.encode_notification(notification)) == notification


def test_a_weight_that_is_no_number_stays_none() -> None:
    """The session judges it (F35); a codec does not make a 0 of it."""
    data = bytes((1, 8)) + struct.pack("<fI", math.nan, 5)
    weights = progressor.decode_notification(data)
    assert isinstance(weights, Weights)
    assert math.isnan(weights.samples[0].weight_kg)


def test_a_time_is_unsigned_and_wraps_when_encoded() -> None:
    data = progressor.encode_notification(Weights((Sample(1.0, 2**32 - 1), Sample(1.0, 2**32 + 5))))
    weights = progressor.decode_notification(data)
    assert isinstance(weights, Weights)
    assert [sample.time_us for sample in weights.samples] == [2**32 - 1, 5]


@pytest.mark.parametrize("data", ["", "01", "01 10", "00 04 93 0F 00", "04 01"])
def test_a_notification_that_is_cut_off_is_refused(data: str) -> None:
    with pytest.raises(RemoteProtocolError, match="cut off"):
        progressor.decode_notification(bytes.fromhex(data))


@pytest.mark.parametrize("length", [0, 1, 4, 7, 9, 15])
def test_weights_that_are_no_whole_samples_are_refused(length: int) -> None:
    with pytest.raises(RemoteProtocolError, match="whole number of samples"):
        progressor.decode_notification(bytes((1, length)) + bytes(length))


def test_bytes_behind_the_stated_length_are_not_looked_at() -> None:
    data = bytes.fromhex("01 08 00 00 20 41 E8 03 00 00") + b"\xff\xff"
    assert progressor.decode_notification(data) == Weights((Sample(10.0, 1000),))


@given(st.binary(max_size=60))
def test_hostile_bytes_are_read_or_refused(data: bytes) -> None:
    progressor.decode_command(data)
    with contextlib.suppress(RemoteProtocolError):
        notification = progressor.decode_notification(data)
        if isinstance(notification, Answer):
            assert notification.identity == notification.identity.upper()
            assert isinstance(notification.text, str)


def test_the_clock_runs_on_over_its_wrap() -> None:
    clock = SampleClock()
    assert clock.unwrapped_us(2**32 - 12_500) == 0
    assert clock.unwrapped_us(0) == 12_500
    assert clock.unwrapped_us(12_500) == 25_000


def test_the_clock_runs_on_where_a_signed_count_would_break() -> None:
    """At 35.8 minutes: PyTindeq's trap."""
    clock = SampleClock()
    clock.unwrapped_us(2**31 - 12_500)
    assert clock.unwrapped_us(2**31) == 12_500


def test_a_clock_that_runs_backwards_has_begun_anew() -> None:
    clock = SampleClock()
    clock.unwrapped_us(1_000_000)
    assert clock.unwrapped_us(1_012_500) == 12_500
    assert clock.unwrapped_us(0) is None
    assert clock.unwrapped_us(12_500) == 12_500


@given(st.integers(0, 2**32 - 1), st.lists(st.integers(0, 2**31 - 1), max_size=20))
def test_a_clock_never_runs_backwards(start_us: int, steps: list[int]) -> None:
    clock, true_us = SampleClock(), 0
    clock.unwrapped_us(start_us)
    for step_us in steps:
        true_us += step_us
        assert clock.unwrapped_us((start_us + true_us) % 2**32) == true_us


@pytest.mark.parametrize(
    ("name", "is_one"), [("Progressor_1234", True), ("progressor", True), ("My Progressor", False), ("", False)]
)
def test_it_is_known_by_its_name(name: str, is_one: bool) -> None:
    assert progressor.is_name(name) is is_one
