from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocol.device_clock import WRAP_US, DeviceClock


def test_before_the_first_answer_nothing_is_mapped() -> None:
    clock = DeviceClock()
    assert clock.host_s(123) is None
    assert clock.round_trip_s is None


def test_the_smallest_round_trip_decides() -> None:
    clock = DeviceClock()
    clock.note_round_trip(10.0, 10.100, 1_000_000)
    clock.note_round_trip(11.0, 11.002, 1_951_000)
    clock.note_round_trip(12.0, 12.300, 3_000_000)
    assert clock.round_trip_s == pytest.approx(0.002)
    assert clock.host_s(1_951_000) == pytest.approx(11.001)
    assert clock.host_s(2_951_000) == pytest.approx(12.001)


@given(st.integers(0, WRAP_US - 1), st.floats(-2000, 2000))
def test_times_are_mapped_across_the_wrap_half_a_wrap_each_way(reference_us: int, distance_s: float) -> None:
    clock = DeviceClock()
    clock.note_round_trip(5000.0, 5000.0, reference_us)
    time_us = (reference_us + round(distance_s * 1e6)) % WRAP_US
    assert clock.host_s(time_us) == pytest.approx(5000.0 + distance_s, abs=1e-5)


@given(st.floats(0, 0.05), st.floats(0, 0.05), st.integers(0, WRAP_US - 1))
def test_the_mapping_is_off_by_at_most_half_the_round_trip(up_s: float, down_s: float, time_us: int) -> None:
    clock = DeviceClock()
    clock.note_round_trip(100.0, 100.0 + up_s + down_s, time_us)
    mapped_s = clock.host_s(time_us)
    assert mapped_s is not None
    assert abs(mapped_s - (100.0 + up_s)) <= (up_s + down_s) / 2 + 1e-9


def test_old_round_trips_are_forgotten_so_that_drift_cannot_grow_old() -> None:
    clock = DeviceClock()
    clock.note_round_trip(0.0, 0.001, 0)
    for second in range(1, 66):
        clock.note_round_trip(second, second + 0.010, round(second * 1e6 * 1.0001) + 5000)
    assert clock.round_trip_s == pytest.approx(0.010)
    assert clock.host_s(round(65 * 1e6 * 1.0001) + 5000) == pytest.approx(65.005, abs=0.008)


def test_a_device_that_started_anew_is_mapped_anew_at_the_first_ping() -> None:
    clock = DeviceClock()
    clock.note_round_trip(100.0, 100.001, 90_000_000)
    clock.note_round_trip(101.0, 101.050, 200_000)
    assert clock.host_s(200_000) == pytest.approx(101.025)


def test_drift_and_slow_answers_are_not_taken_for_a_restart() -> None:
    clock = DeviceClock()
    clock.note_round_trip(100.0, 100.002, 50_000_000)
    clock.note_round_trip(110.0, 110.400, 60_380_000)
    clock.note_round_trip(120.0, 120.002, 70_004_000)
    assert clock.round_trip_s == pytest.approx(0.002)
    assert clock.host_s(50_000_000) == pytest.approx(100.001, abs=0.005)
