from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from massctl.devices.clockmap import ClockMap

WRAP_US = 1 << 32


def test_before_the_first_ping_a_reading_is_as_old_as_its_arrival() -> None:
    clock = ClockMap()
    assert clock.at_s(123_456, received_s=7.0) == 7.0
    assert clock.round_trip_s is None


def test_a_ping_maps_device_time_through_the_middle_of_its_round_trip() -> None:
    clock = ClockMap()
    clock.observe(sent_s=10.0, received_s=10.2, device_us=5_000_000)
    assert clock.at_s(5_500_000, received_s=11.0) == pytest.approx(10.6)
    assert clock.round_trip_s == pytest.approx(0.2)


def test_a_reading_is_never_newer_than_its_arrival() -> None:
    clock = ClockMap()
    clock.observe(sent_s=10.0, received_s=10.2, device_us=5_000_000)
    assert clock.at_s(5_500_000, received_s=10.5) == 10.5


def test_a_delayed_reading_shows_its_true_age() -> None:
    clock = ClockMap()
    clock.observe(sent_s=10.0, received_s=10.0, device_us=0)
    assert clock.at_s(1_000_000, received_s=13.0) == pytest.approx(11.0)


def test_the_smallest_round_trip_decides() -> None:
    clock = ClockMap()
    clock.observe(sent_s=10.0, received_s=10.01, device_us=0)
    clock.observe(sent_s=11.0, received_s=11.5, device_us=1_255_000)
    assert clock.at_s(2_000_000, received_s=20.0) == pytest.approx(12.005)


def test_an_old_ping_gives_way_when_drift_outweighs_it() -> None:
    clock = ClockMap()
    clock.observe(sent_s=0.0, received_s=0.010, device_us=5_000)
    for second in range(1, 601):
        clock.observe(second, second + 0.012, round((second + 0.006) * 1e6 * 1.0001))
    assert clock.at_s(round(600.5 * 1e6 * 1.0001), received_s=700.0) == pytest.approx(600.5, abs=0.006)


def test_the_wrap_of_the_device_clock_is_no_jump() -> None:
    clock = ClockMap()
    clock.observe(sent_s=0.0, received_s=0.002, device_us=WRAP_US - 1_000_000)
    assert clock.at_s(500_000, received_s=2.0) == pytest.approx(1.501)
    clock.observe(sent_s=3.0, received_s=3.002, device_us=2_000_000)
    assert clock.at_s(2_500_000, received_s=9.0) == pytest.approx(3.501)


def test_a_device_that_started_anew_is_mapped_anew() -> None:
    clock = ClockMap()
    clock.observe(sent_s=0.0, received_s=0.001, device_us=3_000_000_000)
    clock.observe(sent_s=5.0, received_s=5.2, device_us=1_000_000)
    assert clock.at_s(2_000_000, received_s=9.0) == pytest.approx(6.1)


@given(
    start_us=st.integers(0, WRAP_US - 1),
    drift_ppm=st.floats(-100, 100),
    seed=st.integers(0, 1 << 32),
)
def test_the_error_stays_within_half_the_best_round_trip_plus_drift(start_us: int, drift_ppm: float, seed: int) -> None:
    rng = random.Random(seed)
    clock = ClockMap()
    true_s = 0.0
    for _ in range(60):
        true_s += rng.uniform(0.5, 60.0)
        there_s, back_s = rng.uniform(0.0005, 0.05), rng.uniform(0.0005, 0.05)

        def device_us(at_s: float) -> int:
            return (start_us + round(at_s * 1e6 * (1 + drift_ppm / 1e6))) % WRAP_US

        clock.observe(true_s - there_s, true_s + back_s, device_us(true_s))
        reading_s = true_s + back_s + 0.01
        mapped_s = clock.at_s(device_us(reading_s), received_s=reading_s + 1.0)
        assert abs(mapped_s - reading_s) <= 0.05 + 0.01 + 1e-3
