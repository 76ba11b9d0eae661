"""The raw converter of foreign gauges: samples on its own grid, the stroke in them as it aliases."""

from __future__ import annotations

import random
import statistics

import pytest

from sims.grid import STEP_S
from sims.raw_sampler import KEPT_S, RawSample, RawSampler


def sampled(
    sampler: RawSampler, seconds: float, push_n: float = 15.0, speed_ppm: float = 0.0, phase: float = 0.0
) -> list[RawSample]:
    strokes = phase
    samples: list[RawSample] = []
    for _ in range(round(seconds / STEP_S)):
        before, strokes = strokes, strokes + speed_ppm / 60.0 * STEP_S
        sampler.sense(push_n, 0.85 * push_n if speed_ppm else 0.0, strokes, before)
        samples += sampler.take()
    return samples


def sampler_of(rate_hz: float, seed: int = 1) -> RawSampler:
    return RawSampler(rate_hz, random.Random(seed), zero_n=0.0)


@pytest.mark.parametrize("rate_hz", [10, 73.5, 80, 500])
def test_samples_lie_on_the_converters_own_grid(rate_hz: float) -> None:
    samples = sampled(sampler_of(rate_hz), 4.0)
    assert [sample.at_s for sample in samples] == pytest.approx([n / rate_hz for n in range(len(samples))])
    assert len(samples) == pytest.approx(4.0 * rate_hz, abs=1)


def test_a_fast_converter_sees_the_stroke_about_its_mean() -> None:
    forces = [sample.force_n for sample in sampled(sampler_of(500), 6.0, speed_ppm=1800)]
    assert statistics.mean(forces) == pytest.approx(15.0, rel=0.02)
    assert min(forces) < 3.0
    assert max(forces) > 40.0


def test_ten_samples_a_second_see_1800_strokes_a_minute_as_a_steady_push_that_is_wrong() -> None:
    forces = [sample.force_n for sample in sampled(sampler_of(10), 6.0, speed_ppm=1800)][5:]
    assert statistics.stdev(forces) < 0.5
    assert abs(statistics.mean(forces) - 15.0) > 5.0


def test_a_tare_takes_the_zero_error_away_and_a_stuck_converter_repeats_itself() -> None:
    sampler = RawSampler(80, random.Random(3))
    sampled(sampler, 0.5, push_n=0.0)
    sampler.tare()
    assert statistics.mean(sample.force_n for sample in sampled(sampler, 2.0, push_n=0.0)) == pytest.approx(0, abs=0.2)
    sampler.is_stuck = True
    assert len({sample.force_n for sample in sampled(sampler, 2.0)}) == 1


def test_what_nobody_takes_is_forgotten_after_some_seconds() -> None:
    sampler = sampler_of(80)
    for _ in range(round(60 / STEP_S)):
        sampler.sense(1.0, 0.0, 0.0, 0.0)
    assert len(sampler.take()) == KEPT_S * 80


def test_the_same_seed_gives_the_same_samples() -> None:
    assert sampled(sampler_of(80, 7), 1.0) == sampled(sampler_of(80, 7), 1.0)


def test_a_converter_without_a_rate_is_refused() -> None:
    with pytest.raises(ValueError, match="samples a second"):
        sampler_of(0)
