"""Heart rate on the wire: the standard's fields in all combinations, and every way of being cut off."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocol.errors import LocalProtocolError, RemoteProtocolError
from firmware_protocol.vendors import heart_rate
from firmware_protocol.vendors.heart_rate import Measurement

INTERVALS = st.lists(st.integers(0, 0xFFFF).map(lambda ticks: ticks / 1024), max_size=8).map(tuple)
MEASUREMENTS = st.builds(
    Measurement,
    rate_bpm=st.none() | st.integers(1, 255),
    has_contact=st.none() | st.booleans(),
    energy_kj=st.none() | st.integers(0, 0xFFFF),
    intervals_s=INTERVALS,
)


def test_a_measurement_is_read_as_computed() -> None:
    measurement = Measurement(72, has_contact=True, intervals_s=(853 / 1024, 870 / 1024))
    data = bytes.fromhex("16 48 55 03 66 03")
    assert heart_rate.decode(data) == measurement
    assert heart_rate.encode(measurement) == data


@given(MEASUREMENTS, st.booleans())
def test_a_measurement_goes_round(measurement: Measurement, is_wide: bool) -> None:
    assert heart_rate.decode(heart_rate.encode(measurement, is_wide=is_wide)) == measurement


@pytest.mark.parametrize(
    ("data", "rate_bpm"), [("00 48", 72), ("01 48 00", 72), ("01 2C 01", 300), ("00 00", None), ("01 00 00", None)]
)
def test_a_rate_is_one_byte_or_two_and_zero_is_no_reading(data: str, rate_bpm: int | None) -> None:
    assert heart_rate.decode(bytes.fromhex(data)) == Measurement(rate_bpm)


@pytest.mark.parametrize(("flags", "has_contact"), [(0x00, None), (0x02, None), (0x04, False), (0x06, True)])
def test_contact_is_known_only_where_the_sensor_can_tell(flags: int, has_contact: bool | None) -> None:
    assert heart_rate.decode(bytes((flags, 60))).has_contact is has_contact


def test_energy_stands_between_rate_and_intervals() -> None:
    data = bytes.fromhex("18 3C 0A 00 00 04")
    assert heart_rate.decode(data) == Measurement(60, energy_kj=10, intervals_s=(1.0,))


def test_intervals_may_be_announced_and_absent() -> None:
    assert heart_rate.decode(bytes.fromhex("10 3C")) == Measurement(60)


@given(MEASUREMENTS, st.booleans(), st.data())
def test_a_measurement_cut_off_is_refused_or_has_fewer_intervals(
    measurement: Measurement, is_wide: bool, data: st.DataObject
) -> None:
    whole = heart_rate.encode(measurement, is_wide=is_wide)
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    with contextlib.suppress(RemoteProtocolError):
        read = heart_rate.decode(cut)
        assert read.rate_bpm == measurement.rate_bpm
        assert read.energy_kj == measurement.energy_kj
        assert len(read.intervals_s) < len(measurement.intervals_s)


@pytest.mark.parametrize("data", ["", "00", "01", "01 48", "08 48", "08 48 01", "10 48 55", "18 48 01 00 55"])
def test_what_is_cut_off_is_refused(data: str) -> None:
    with pytest.raises(RemoteProtocolError):
        heart_rate.decode(bytes.fromhex(data))


def test_bytes_behind_a_measurement_without_intervals_are_not_looked_at() -> None:
    assert heart_rate.decode(bytes.fromhex("00 48 55 03 66")) == Measurement(72)


@pytest.mark.parametrize(("rate_bpm", "is_wide"), [(256, False), (0x10000, True), (-1, False)])
def test_a_rate_that_does_not_fit_is_not_encoded(rate_bpm: int, is_wide: bool) -> None:
    with pytest.raises(LocalProtocolError, match="does not fit"):
        heart_rate.encode(Measurement(rate_bpm), is_wide=is_wide)


@given(st.binary(max_size=40))
def test_hostile_bytes_are_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(RemoteProtocolError):
        measurement = heart_rate.decode(data)
        assert measurement.rate_bpm is None or 0 < measurement.rate_bpm < 0x10000
