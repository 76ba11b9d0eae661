"""The simulated force sensor: at 500 samples a second its mean is right, at 80 and 10 the stroke aliases into it (F35)."""

from __future__ import annotations

import random
import statistics

import pytest

from massctl.body import limits
from sims.gauge import BLOCK_S, DRIFT_N_PER_MIN, FULL_SCALE_N, STROKE, Gauge

PUSH_N = 15.0
RIPPLE_N = 10.0


def struck(gauge: Gauge, speed_ppm: float, seconds: float, phase: float = 0.0, push_n: float = PUSH_N) -> list[float]:
    """Publish for ``seconds`` under a steady push and stroke; return the means after settling."""
    strokes = phase
    means: list[float] = []
    for _ in range(round(seconds / BLOCK_S)):
        before, strokes = strokes, strokes + speed_ppm / 60.0 * BLOCK_S
        means.append(gauge.step(push_n, RIPPLE_N if speed_ppm else 0.0, strokes, before).mean_n)
    return means[60:] if gauge.rate_hz < 300 and seconds >= 2 else means[20:]


def tared(rate_hz: int, seed: int = 1) -> Gauge:
    gauge = Gauge(rate_hz, random.Random(seed))
    struck(gauge, 0, 0.5, push_n=0.0)
    gauge.tare()
    struck(gauge, 0, 1.3, push_n=0.0)
    assert gauge.is_tared
    return gauge


def test_the_stroke_has_mean_nothing_and_a_trough_of_one() -> None:
    assert statistics.mean(STROKE) == pytest.approx(0.0, abs=1e-9)
    assert min(STROKE) == pytest.approx(-1.0)
    assert max(STROKE) > 1.5


@pytest.mark.parametrize("speed_ppm", [1200, 1500, 1600, 1777, 2000, 2400])
def test_500_samples_a_second_publish_the_cycle_mean_within_5_percent(speed_ppm: float) -> None:
    means = struck(tared(500), speed_ppm, 10)
    assert all(abs(mean - PUSH_N) <= 0.05 * PUSH_N for mean in means)


def test_80_samples_a_second_are_wrong_at_1600_ppm_where_the_third_harmonic_folds_to_nothing() -> None:
    errors = [abs(statistics.mean(struck(tared(80), 1600, 5, phase=phase / 10)) - PUSH_N) for phase in range(10)]
    assert max(errors) > 0.10 * PUSH_N
    right = [abs(statistics.mean(struck(tared(500), 1600, 5, phase=phase / 10)) - PUSH_N) for phase in range(10)]
    assert max(right) < 0.02 * PUSH_N


@pytest.mark.parametrize("speed_ppm", [1280, 1500, 1700, 1900, 2200, 2260])
def test_F35_80_samples_a_second_publish_the_mean_within_5_percent_at_every_speed_that_a_plan_allows(
    speed_ppm: int,
) -> None:
    assert limits.sensor_can_see(speed_ppm, 80)
    for as_driven_ppm in (0.97 * speed_ppm, speed_ppm):
        means = struck(tared(80), as_driven_ppm, 6)
        assert all(abs(mean - PUSH_N) <= 0.05 * PUSH_N for mean in means)


def test_a_tare_behind_a_slow_converter_waits_until_its_averages_are_full() -> None:
    gauge = tared(80)
    struck(gauge, 0, 2, push_n=20.0)
    gauge.tare()
    assert abs(statistics.mean(struck(gauge, 0, 3, push_n=0.0))) < 0.05


def test_10_samples_a_second_see_a_stroke_of_1800_ppm_as_a_steady_push() -> None:
    errors = [abs(statistics.mean(struck(tared(10), 1800, 5, phase=phase / 10)) - PUSH_N) for phase in range(10)]
    assert max(errors) > 0.3 * PUSH_N


def test_the_low_passed_peak_lies_a_little_above_the_mean() -> None:
    gauge = tared(500)
    struck(gauge, 1800, 3)
    assert PUSH_N < gauge.published.peak_n < 1.25 * PUSH_N


def test_the_mean_follows_a_sudden_push_within_a_fifth_of_a_second() -> None:
    gauge = tared(500)
    means = [gauge.step(30.0, 0.0, 0.0, 0.0).mean_n for _ in range(10)]
    assert means[-1] == pytest.approx(30.0, abs=0.5)


def test_noise_never_lets_the_reading_stand_still() -> None:
    means = struck(tared(500), 0, 4, push_n=0.0)
    assert len(set(means)) > 0.9 * len(means)
    assert statistics.stdev(means) < 0.1


def test_an_untared_zero_is_off_and_a_tare_takes_it_away() -> None:
    gauge = Gauge(500, random.Random(5))
    off_n = abs(statistics.mean(struck(gauge, 0, 2, push_n=0.0)))
    assert off_n > 0.1
    gauge.tare()
    assert gauge.is_taring
    assert abs(statistics.mean(struck(gauge, 0, 2, push_n=0.0))) < 0.03


def test_the_zero_drifts_slowly() -> None:
    gauge = tared(10)
    later = struck(gauge, 0, 600, push_n=0.0)
    assert 0.0 < abs(statistics.mean(later[-100:])) <= 10 * DRIFT_N_PER_MIN + 0.05


def test_beyond_full_scale_it_saturates_and_says_so() -> None:
    gauge = tared(500)
    struck(gauge, 0, 1, push_n=FULL_SCALE_N + 50)
    assert gauge.published.is_saturated
    assert gauge.published.mean_n < FULL_SCALE_N + 1
    struck(gauge, 0, 1, push_n=10.0)
    assert not gauge.published.is_saturated


def test_stuck_it_repeats_itself_bit_for_bit() -> None:
    gauge = tared(500)
    struck(gauge, 0, 1)
    gauge.is_stuck = True
    assert len(set(struck(gauge, 1800, 3))) == 1


def test_a_saturated_amplifier_reads_full_scale_whatever_is_pressed() -> None:
    gauge = tared(500)
    gauge.is_saturated = True
    struck(gauge, 0, 1, push_n=5.0)
    assert gauge.published.is_saturated
    assert gauge.published.mean_n > FULL_SCALE_N - 2


def test_calibration_scales_and_needs_a_load() -> None:
    gauge = tared(500)
    assert not gauge.calibrate(10.0)
    assert gauge.scale == 1.0
    struck(gauge, 0, 1, push_n=10.0)
    assert gauge.calibrate(20.0)
    assert struck(gauge, 0, 1, push_n=10.0)[-1] == pytest.approx(20.0, rel=0.03)


def test_an_unknown_rate_is_refused() -> None:
    with pytest.raises(ValueError, match="none of"):
        Gauge(100, random.Random(1))
