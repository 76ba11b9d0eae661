"""The filter of foreign gauges: the published push is right within 5 %, or the plan refuses sensor and speed (F35)."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from massctl.body import limits
from massctl.devices.capabilities import ForceReading
from massctl.devices.force_filter import GAP_S, ForceFilter, published_hz
from sims.grid import STEP_S
from sims.raw_sampler import RawSampler
from sims.tissue import BOUNCE

PUSH_N = 15.0
SETTLE_S = 1.5


class Struck:
    """A steady push and a stroke, sampled raw and filtered as a driver does it."""

    def __init__(self, rate_hz: float, *, phase: float = 0.0, zero_n: float = 0.0) -> None:
        self.sampler = RawSampler(rate_hz, random.Random(1), zero_n=zero_n)
        self.filter = ForceFilter(rate_hz, 500.0)
        self.now_s = 0.0
        self.strokes = phase

    def run(self, seconds: float, speed_ppm: float = 0.0, push_n: float = PUSH_N) -> list[ForceReading]:
        ripple_n = BOUNCE * push_n if speed_ppm else 0.0
        readings: list[ForceReading] = []
        for _ in range(round(seconds / STEP_S)):
            self.now_s += STEP_S
            before, self.strokes = self.strokes, self.strokes + speed_ppm / 60.0 * STEP_S
            self.sampler.sense(push_n, ripple_n, self.strokes, before)
            readings += self.filter.take_all(self.sampler.take(), self.now_s)
        return readings


def worst_share(rate_hz: float, speed_ppm: float) -> float:
    """Return the largest error of the published mean over all phases, as a share of the push."""
    worst = 0.0
    for phase in (0.0, 0.13, 0.29, 0.41):
        struck = Struck(rate_hz, phase=phase)
        struck.run(SETTLE_S, speed_ppm)
        worst = max(worst, *(abs(reading.mean_n - PUSH_N) / PUSH_N for reading in struck.run(1.2, speed_ppm)))
    return worst


SPEEDS = [*range(1500, 2701, 60), 1600, 1700, 1750, 1850, 2250]
"""25 to 45 Hz."""


@pytest.mark.parametrize("rate_hz", [10, 80, 500])
def test_F35_every_speed_is_published_within_5_percent_or_refused_with_this_sensor(rate_hz: int) -> None:
    seen = [speed_ppm for speed_ppm in SPEEDS if limits.sensor_can_see(speed_ppm, rate_hz)]
    wrong = {ppm: share for ppm in seen if (share := worst_share(rate_hz, ppm)) > 0.05}
    assert wrong == {}
    assert {10: not seen, 80: 0 < len(seen) < len(SPEEDS), 500: len(seen) == len(SPEEDS)}[rate_hz]


def test_F35_what_is_refused_at_80_samples_a_second_would_indeed_be_wrong() -> None:
    for speed_ppm in (1600, 2400):
        assert not limits.sensor_can_see(speed_ppm, 80)
        assert worst_share(80, speed_ppm) > 0.10


def test_F35_the_peak_never_reads_less_than_the_mean_and_follows_within_a_tenth_of_a_second() -> None:
    struck = Struck(80)
    struck.run(2.0, 1750, 8.0)
    readings = struck.run(0.5, 1750, 30.0)
    assert all(reading.peak_n >= reading.mean_n for reading in readings)
    assert next(reading.at_s for reading in readings if reading.peak_n > 25.0) < readings[0].at_s + 0.100


@pytest.mark.parametrize(("rate_hz", "at_least_hz"), [(10, 10), (50, 50), (80, 40), (250, 50), (500, 50)])
def test_F35_averaged_values_come_as_often_as_the_rate_allows(rate_hz: int, at_least_hz: float) -> None:
    assert published_hz(rate_hz) == at_least_hz
    struck = Struck(rate_hz)
    struck.run(1.0)
    assert len(struck.run(5.0)) == pytest.approx(at_least_hz * 5.0, abs=1)


def test_a_push_without_strokes_is_followed_within_a_fifth_of_a_second_at_80_samples() -> None:
    struck = Struck(80)
    struck.run(3.0, push_n=5.0)
    for step in range(50):  # an algometer, at 5 N a second
        readings = struck.run(STEP_S, push_n=5.0 + 0.1 * (step + 1))
    assert readings[-1].mean_n == pytest.approx(10.0, abs=0.75)


def test_a_sensor_that_repeats_itself_is_published_bit_for_bit_alike() -> None:
    struck = Struck(80)
    struck.run(2.0, 1750)
    struck.sampler.is_stuck = True
    readings = struck.run(3.0, 1750)[40:]
    assert len({reading.mean_n for reading in readings}) == 1
    assert len({reading.peak_n for reading in readings}) == 1


def test_nothing_is_published_that_was_not_measured() -> None:
    struck = Struck(80)
    last = struck.run(2.0)[-1]
    assert last.at_s == pytest.approx(struck.now_s, abs=0.03)
    assert struck.filter.take_all([], struck.now_s + 5.0) == []


def test_after_a_gap_it_begins_anew_and_publishes_only_full_averages() -> None:
    gauge = ForceFilter(80, 500.0)
    for number in range(80):
        gauge.take(number / 80, 10.0 + number % 2 * 0.01, number / 80)
    after_s = 1.0 + GAP_S + 0.1
    readings = [
        reading
        for number in range(80)
        if (reading := gauge.take(after_s + number / 80, 30.0 + number % 2 * 0.01, after_s + number / 80))
    ]
    assert readings[0].at_s >= after_s + 0.18
    assert readings[0].mean_n == pytest.approx(30.0, abs=0.1)


def test_a_saturated_sample_marks_the_reading() -> None:
    gauge = ForceFilter(500, 200.0)
    readings = [gauge.take(number / 500, 200.0 if number == 240 else 20.0, number / 500) for number in range(300)]
    published = [reading for reading in readings if reading is not None]
    assert [reading.is_saturated for reading in published if reading.at_s < 0.48].count(True) == 0
    assert published[-1].is_saturated


def test_a_device_without_a_number_is_published_as_no_number_at_once() -> None:
    gauge = ForceFilter(80, 500.0)
    reading = gauge.take(1.0, math.nan, 1.0)
    assert reading is not None
    assert math.isnan(reading.mean_n)


@pytest.mark.parametrize(("rate_hz", "most_n"), [(0.0, 100.0), (80.0, 0.0), (math.nan, 100.0)])
def test_a_filter_without_a_rate_or_a_full_scale_is_refused(rate_hz: float, most_n: float) -> None:
    with pytest.raises(ValueError, match="force filter"):
        ForceFilter(rate_hz, most_n)


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from([10.0, 73.5, 80.0, 300.0, 500.0]),
    st.lists(st.tuples(st.floats(0.1, 3.0), st.floats(-50.0, 300.0)), min_size=1, max_size=200),
)
def test_whatever_the_samples_and_their_times_a_mean_lies_among_them_and_is_as_new_as_the_newest(
    rate_hz: float, samples: list[tuple[float, float]]
) -> None:
    gauge, at_s = ForceFilter(rate_hz, 250.0), 0.0
    forces: list[float] = []
    for periods, force_n in samples:
        at_s += periods / rate_hz
        forces.append(force_n)
        reading = gauge.take(at_s, force_n, at_s + 0.01)
        if reading is not None:
            assert min(forces) - 1e-6 <= reading.mean_n <= max(forces) + 1e-6
            assert reading.peak_n >= reading.mean_n
            assert (reading.at_s, reading.received_at_s) == (at_s, at_s + 0.01)


def test_times_that_do_not_rise_begin_anew_and_never_publish_the_future() -> None:
    gauge = ForceFilter(80, 500.0)
    for number in range(80):
        gauge.take(number / 80, 10.0, number / 80)
    assert gauge.take(0.5, 20.0, 1.0) is None
