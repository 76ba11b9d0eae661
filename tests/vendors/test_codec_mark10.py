from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocol.vendors.gauge import Complaint, Reading, Unreadable, read_value
from firmware_protocol.vendors.lines import LINE_MAX, LineReader
from firmware_protocol.vendors.mark10 import UNITS, Mark10Codec
from tests.vendors.golden import check_device_side, host_frames


def test_the_golden_conversation_is_read_and_written() -> None:
    check_device_side("mark10", Mark10Codec())
    for does, data in host_frames("mark10"):
        assert getattr(Mark10Codec, does) == data


@pytest.mark.parametrize(
    ("line", "force_n"),
    [
        (b"-18.78 lbF\r\n", -18.78 * 4.4482216152605),
        (b"4.285 N\r\n", 4.285),
        (b"  12.0kgF\r\n", 12.0 * 9.80665),
        (b"+.5 N\n", 0.5),
        (b"7. ozF\r", 7 * 0.27801385095378125),
        (b"250 mN\r\n", 0.25),
        (b"1500 gF\r\n", 14.709975),
    ],
)
def test_a_reading_is_in_newtons_with_the_gauges_own_sign(line: bytes, force_n: float) -> None:
    (event,) = Mark10Codec().receive(line)
    assert isinstance(event, Reading)
    assert event.force_n == pytest.approx(force_n)


@pytest.mark.parametrize(
    "line", [b"12.0", b"N", b"1,2 N", b"1e9 N", b"12.0 psi", b"nan N", b"12 N 3 N", b"\xff\xfe", b"1234567890 N"]
)
def test_what_is_no_reading_is_told_apart(line: bytes) -> None:
    assert Mark10Codec().receive(line + b"\r\n") == [Unreadable(line)]


@pytest.mark.parametrize(
    ("line", "words"), [(b"*10\r\n", "does not know"), (b"*42\r\n", "error 42"), (b"*\xff\r\n", "error")]
)
def test_its_own_complaint_is_told(line: bytes, words: str) -> None:
    (event,) = Mark10Codec().receive(line)
    assert isinstance(event, Complaint)
    assert words in event.text


def test_a_line_without_an_end_costs_bounded_memory_and_is_dropped_whole() -> None:
    lines = LineReader()
    assert lines.receive(b"x" * 10 * LINE_MAX) == []
    assert lines.receive(b" 4.0 N\r\n5.0 N\r\n") == [b"5.0 N"]
    assert lines.receive(b"\r\n\n\r") == []


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_hostile_bytes_raise_nothing_and_are_never_a_force_out_of_bounds(chunks: list[bytes]) -> None:
    codec = Mark10Codec()
    for chunk in chunks:
        for event in codec.receive(chunk):
            assert isinstance(event, Reading | Complaint | Unreadable)
            if isinstance(event, Reading):
                assert abs(event.force_n) <= 1e12


@given(st.binary(max_size=60))
def test_how_the_bytes_are_cut_changes_nothing(data: bytes) -> None:
    whole = Mark10Codec().receive(data)
    codec = Mark10Codec()
    assert [event for byte in data for event in codec.receive(bytes([byte]))] == whole


def test_a_unit_that_this_gauge_does_not_have_is_unreadable() -> None:
    assert read_value(b"1.0 tf", UNITS) == Unreadable(b"1.0 tf")
