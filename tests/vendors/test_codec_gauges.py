from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocol.vendors.gauge import (
    NEWTONS,
    Complaint,
    GaugeCodec,
    LineGauge,
    Reading,
    Saturated,
    Unreadable,
)
from firmware_protocol.vendors.line import ForceLines, Fsr, FsrLines, Scale, fsr_force_n, read_number
from firmware_protocol.vendors.sauter import SauterCodec
from firmware_protocol.vendors.wagner_fdx import WagnerFdxCodec
from firmware_protocol.vendors.wagner_fpx import WagnerFpxCodec
from tests.vendors.golden import check_device_side, host_frames

HX711 = Scale(84, -1 / 7050, is_hx711=True)
CODECS: dict[str, Callable[[], GaugeCodec]] = {
    "wagner-fdx": WagnerFdxCodec,
    "wagner-fpx": WagnerFpxCodec,
    "sauter": SauterCodec,
    "line": lambda: ForceLines(HX711),
}


@pytest.mark.parametrize("device_id", CODECS)
def test_the_golden_conversation_is_read_and_written(device_id: str) -> None:
    codec = CODECS[device_id]()
    check_device_side(device_id, codec)
    for does, data in host_frames(device_id):
        assert getattr(codec, does) == data


@pytest.mark.parametrize(
    ("codec", "line", "force_n"),
    [
        (WagnerFdxCodec(), b"- 23.02 lbf", -23.02 * NEWTONS["lbf"]),
        (WagnerFdxCodec(), b"18.14 kgf", 18.14 * NEWTONS["kgf"]),
        (WagnerFdxCodec(), b"0.5 gf", 0.5 * NEWTONS["gf"]),
        (WagnerFpxCodec(), b"-1.5 kgf", -1.5 * NEWTONS["kgf"]),
        (WagnerFpxCodec(), b"3.0 ozf", 3 * NEWTONS["ozf"]),
    ],
)
def test_lines_are_in_newtons_with_the_gauges_own_sign(codec: LineGauge, line: bytes, force_n: float) -> None:
    codec.asked()
    (event,) = codec.receive(line + b"\r\n")
    assert isinstance(event, Reading)
    assert event.force_n == pytest.approx(force_n)


@pytest.mark.parametrize("line", [b"23.02 fgf", b"gf", b"12", b"- - 3 lbf", b"3 gf"])
def test_a_unit_or_form_that_an_fpx_does_not_have_is_unreadable(line: bytes) -> None:
    assert WagnerFpxCodec().receive(line + b"\r\n") == [Unreadable(line)]


def test_the_base_of_line_gauges_reads_nothing_itself() -> None:
    with pytest.raises(NotImplementedError):
        LineGauge().receive(b"1 N\n")


@pytest.mark.parametrize(
    ("answer", "force_n"),
    [(b"0011.70", -11.70), (b"1021.15", 21.15), (b"1000000", 0.0), (b"012345.", -12345.0), (b"1.12345", 0.12345)],
)
def test_a_sauters_first_digit_is_its_sign(answer: bytes, force_n: float) -> None:
    (event,) = SauterCodec().receive(answer)
    assert isinstance(event, Reading)
    assert event.force_n == pytest.approx(force_n)


def test_a_sauters_unit_is_that_of_its_address() -> None:
    (event,) = SauterCodec("kgf").receive(b"1001.00")
    assert isinstance(event, Reading)
    assert event.force_n == pytest.approx(9.80665)


@pytest.mark.parametrize(
    "answer", [b"2011.70", b"0......", b"0 11.7", b"0-11.70", b"abcdefg", b"\xff\xff\xff\xff\xff\xff\xff"]
)
def test_what_is_no_answer_of_a_sauter_is_told_apart(answer: bytes) -> None:
    events = SauterCodec().receive(answer + b"7")
    assert not any(isinstance(event, Reading) for event in events[:1])


def test_a_sauters_line_ends_between_answers_are_skipped() -> None:
    events = SauterCodec().receive(b"0011.70\r\n\x001021.15\r")
    assert [type(event) for event in events] == [Reading, Reading]


def test_half_an_answer_does_not_shift_the_next_one() -> None:
    codec = SauterCodec()
    assert codec.receive(b"0011") == []
    codec.asked()
    (event,) = codec.receive(b"1021.15")
    assert event == Reading(21.15, "n")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"Reading: -0.1 g", (-0.1, "g")),
        (b"Reading: 1.2 lbs", (1.2, "lbs")),
        (b"0.52 N", (0.52, "N")),
        (b"1234567\t12.3", (1234567.0, "")),
        (b"HX711 reading: 0.1", (0.1, "")),
        (b"Force=3.4N;", (3.4, "N")),
        (b"-.5kg", (-0.5, "kg")),
        (b"5.", (5.0, "")),
        (b"5 apples", (5.0, "")),
        (b"+7 ", (7.0, "")),
        (b"3V3: 12", (12.0, "")),
        (b"1,25 N", None),
        (b"1e5", None),
        (b"12.3.4", None),
        (b"--5", None),
        (b"0x10", None),
        (b"abc", None),
        (b"", None),
    ],
)
def test_the_first_number_that_stands_by_itself_is_the_reading(line: bytes, expected: tuple[float, str] | None) -> None:
    assert read_number(line) == expected


@pytest.mark.parametrize(
    ("scale", "line", "force_n"),
    [
        (Scale(), b"100 g", 0.980665),
        (Scale(unit="kg"), b"1.5", 14.709975),
        (Scale(unit="kg"), b"1.5 N", 1.5),
        (Scale(zero=10.0, n_per_unit=0.5), b"14", 2.0),
        (Scale(zero=10.0, n_per_unit=0.5), b"14 g", 2.0),
        (HX711, b"1234567", -175.10),
        (HX711, b"8388606", -1189.86),
    ],
)
def test_a_printed_number_becomes_newtons(scale: Scale, line: bytes, force_n: float) -> None:
    (event,) = ForceLines(scale).receive(line + b"\n")
    assert isinstance(event, Reading)
    assert event.force_n == pytest.approx(force_n, abs=0.01)


@pytest.mark.parametrize("counts", [8388607, -8388608, 99999999, -99999999])
def test_counts_at_an_end_of_the_converter_are_saturated(counts: int) -> None:
    assert ForceLines(HX711).receive(f"{counts}\n".encode()) == [Saturated()]


@pytest.mark.parametrize(
    ("line", "words"),
    [(b"12.5\n", "no unit that is known"), (b"nan\n", "nan"), (b"force ovf g\n", "ovf"), (b"-inf\n", "inf")],
)
def test_a_number_without_a_meaning_is_complained_of(line: bytes, words: str) -> None:
    (event,) = ForceLines(Scale()).receive(line)
    assert isinstance(event, Complaint)
    assert words in event.text
    assert ForceLines(Scale()).receive(b"hello\n") == [Unreadable(b"hello")]


@pytest.mark.parametrize(("voltage_v", "force_n"), [(0.0, 0.0), (2.5, 1.25), (4.0, 5.0)])
def test_an_fsrs_voltage_becomes_newtons_by_its_guides_curve(voltage_v: float, force_n: float) -> None:
    assert fsr_force_n(Fsr(), voltage_v) == pytest.approx(force_n)


def test_the_kink_of_the_fsrs_curve_never_reads_less_for_more() -> None:
    forces_n = [fsr_force_n(Fsr(), 5.0 * step / 1000) for step in range(1000)]
    assert forces_n == sorted(forces_n)
    assert forces_n.count(12.5) > 1


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (b"512\n", Reading),
        (b"1023\n", Saturated),
        (b"0\n", Reading),
        (b"1024\n", Complaint),
        (b"-1\n", Complaint),
        (b"x\n", Unreadable),
    ],
)
def test_an_fsrs_counts_are_those_of_its_converter(line: bytes, kind: type) -> None:
    (event,) = FsrLines(Fsr()).receive(line + b"\n")
    assert isinstance(event, kind)


@pytest.mark.parametrize("make", [*CODECS.values(), lambda: FsrLines(Fsr()), lambda: ForceLines(Scale(unit="g"))])
@given(chunks=st.lists(st.binary(max_size=150), max_size=8))
def test_hostile_bytes_raise_nothing(make: Callable[[], GaugeCodec], chunks: list[bytes]) -> None:
    codec = make()
    for chunk in chunks:
        for event in codec.receive(chunk):
            assert isinstance(event, Reading | Saturated | Complaint | Unreadable)
            assert not isinstance(event, Reading) or abs(event.force_n) < 1e17
