"""From raw samples of a foreign force gauge to the published push: the mean over whole strokes, and a 10 Hz peak (F35). Pure.

A driver gives every sample that its device measured, with the time at which it was measured, and reports what comes back.
The mean is two moving averages, one behind the other. From 300 samples a second on they are 100 ms long and lose the stroke
itself. Below that the stroke aliases, as low as 2 Hz where a plan allows the speed at all (``limits.sensor_can_see``): they
are then 500 and 350 ms long, as soon and as long as the samples jump as under a stroke. A push without strokes, under a ball
or an algometer, always gets the short ones. Nothing is published that was not measured: when samples end, readings end.

No alias rule lives here (``massctl/body/limits.py``), and no device.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from massctl.body.limits import SENSOR_RATE_MIN_HZ
from massctl.devices.capabilities import ForceReading

FAST_WINDOWS_S: Final = (0.100, 0.100)
"""The two averages where the rate sees the stroke: 1.7 % of its ripple is left at 25 Hz, 100 ms late."""
SLOW_WINDOWS_S: Final = (0.500, 0.350)
"""The two averages where it aliases: below 5 % of the push is left of all that aliases above 2 Hz, 425 ms late.

With the bench's stroke (four harmonics, 0.85 of the push), at every speed that F35 allows (design value, tested)."""
PUBLISHED_MAX_HZ: Final = 50.0
"""F35: publish at least 20 Hz, 50 preferred."""
PEAK_CUT_OFF_HZ: Final = 10.0
"""F35: of the low-pass for peaks."""
STROKE_SHARE: Final = 0.10
STROKE_LEAST_N: Final = 0.5
"""Samples that scatter about their short mean by more than this share of it, and this much, show a stroke (design values)."""
SLOW_HELD_S: Final = 1.0
"""So long the long averages stay after the last sign of a stroke: an alias may hide it for half its period."""
GAP_S: Final = 0.250
"""A longer gap between two samples begins anew: no average reaches over it, and nothing is published until one is full again."""


def published_hz(rate_hz: float) -> float:
    """Return how often a sensor of ``rate_hz`` samples a second publishes."""
    return rate_hz / _samples_a_reading(rate_hz)


class _Sample(NamedTuple):
    at_s: float
    force_n: float
    is_saturated: bool


class ForceFilter:
    """The filter of one sensor.

    Args:
        rate_hz: samples a second, of the sensor's own clock.
        force_max_n: full scale; a sample from here on is saturated.
        is_calibrated: passed on with every reading.
    """

    def __init__(self, rate_hz: float, force_max_n: float, *, is_calibrated: bool = True) -> None:
        if not rate_hz > 0 or not force_max_n > 0:
            raise ValueError(f"force filter: {rate_hz} samples a second up to {force_max_n} N")
        self.rate_hz = rate_hz
        self.is_calibrated = is_calibrated
        self._force_max_n = force_max_n
        self._is_fast = rate_hz >= SENSOR_RATE_MIN_HZ
        self._every = _samples_a_reading(rate_hz)
        self._longest_s = sum(FAST_WINDOWS_S if self._is_fast else SLOW_WINDOWS_S)
        self._samples: deque[_Sample] = deque()
        self._low_pass = _LowPass(rate_hz)
        self._gap_s = max(GAP_S, 2.5 / rate_hz)
        self._since_reading = 0
        self._peak_n = -math.inf
        self._began_s = math.nan
        self._stroke_seen_s = -math.inf

    def take(self, at_s: float, force_n: float, received_at_s: float) -> ForceReading | None:
        """Take one sample; return a reading where one is due.

        Args:
            at_s: when the device measured it, on the event loop's clock; not before the sample before it.
            force_n: compression positive; NaN where the device says that it has no number.
            received_at_s: when it arrived.
        """
        if math.isnan(force_n):
            self.forget()
            return ForceReading(at_s, received_at_s, math.nan, math.nan, is_calibrated=self.is_calibrated)
        if self._samples and not 0.0 < at_s - self._samples[-1].at_s <= self._gap_s:
            self.forget()
        if not self._samples:
            self._began_s = at_s
        is_saturated = abs(force_n) >= self._force_max_n
        self._samples.append(_Sample(at_s, force_n, is_saturated))
        self._peak_n = max(self._peak_n, self._low_pass.step(force_n))
        self._since_reading += 1
        while self._samples[0].at_s < at_s - self._longest_s:
            self._samples.popleft()
        if self._since_reading < self._every or at_s - self._began_s + 1.0 / self.rate_hz < self._full_s(at_s):
            return None
        return self._publish(at_s, received_at_s)

    def take_all(self, samples: Iterable[tuple[float, float]], received_at_s: float) -> list[ForceReading]:
        """Take the samples ``(at_s, force_n)`` of one packet; return the readings that are due."""
        readings = (self.take(at_s, force_n, received_at_s) for at_s, force_n in samples)
        return [reading for reading in readings if reading is not None]

    def forget(self) -> None:
        """Begin anew: after a tare, a gap, or a device that lost its zero."""
        self._samples.clear()
        self._low_pass = _LowPass(self.rate_hz)
        self._since_reading = 0
        self._peak_n = -math.inf

    def _full_s(self, at_s: float) -> float:
        """Return how much must have been sampled for the first reading."""
        return sum(SLOW_WINDOWS_S if not self._is_fast and self._is_struck(at_s) else FAST_WINDOWS_S)

    def _is_struck(self, at_s: float) -> bool:
        return at_s - self._stroke_seen_s <= SLOW_HELD_S

    def _publish(self, at_s: float, received_at_s: float) -> ForceReading:
        peak_n, self._peak_n, self._since_reading = self._peak_n, -math.inf, 0
        newest = self._samples[-1]
        if all(sample.force_n == newest.force_n for sample in self._samples):
            # A sensor that repeats itself must be seen to do so, bit for bit: no rounding may look like life.
            mean_n = peak_n = newest.force_n
        else:
            mean_n = self._mean_n(at_s)
        return ForceReading(
            at_s=at_s,
            received_at_s=received_at_s,
            mean_n=mean_n,
            peak_n=max(peak_n, mean_n),
            is_saturated=any(sample.is_saturated for sample in self._recent(at_s, sum(FAST_WINDOWS_S))),
            is_calibrated=self.is_calibrated,
        )

    def _mean_n(self, at_s: float) -> float:
        short_n = _weighted_n(self._samples, at_s, FAST_WINDOWS_S)
        if self._is_fast:
            return short_n
        recent = [sample.force_n for sample in self._recent(at_s, sum(FAST_WINDOWS_S))]
        # From one sample to the next a hand moves little and a stroke much, wherever it aliases to.
        jump_n = sum(abs(after - before) for before, after in pairwise(recent)) / max(1, len(recent) - 1)
        if jump_n > max(STROKE_LEAST_N, STROKE_SHARE * abs(short_n)):
            self._stroke_seen_s = at_s
        return _weighted_n(self._samples, at_s, SLOW_WINDOWS_S) if self._is_struck(at_s) else short_n

    def _recent(self, at_s: float, seconds: float) -> Iterable[_Sample]:
        return (sample for sample in self._samples if sample.at_s >= at_s - seconds)


def _samples_a_reading(rate_hz: float) -> int:
    return max(1, math.ceil(rate_hz / PUBLISHED_MAX_HZ - 1e-9))


def _weighted_n(samples: Sequence[_Sample], at_s: float, windows_s: tuple[float, float]) -> float:
    """Return the mean behind two moving averages in a row: each sample weighs as a trapezoid over its age says."""
    first_s, second_s = max(windows_s), min(windows_s)
    total_s, weighted_ns = 0.0, 0.0
    for sample in samples:
        age_s = at_s - sample.at_s
        weight_s = min(age_s, second_s, first_s + second_s - age_s)
        if weight_s > 0.0:
            total_s += weight_s
            weighted_ns += weight_s * sample.force_n
    return weighted_ns / total_s if total_s > 0.0 else samples[-1].force_n


class _LowPass:
    """A second-order Butterworth low-pass that begins settled; where the rate is too low for one, the sample itself."""

    def __init__(self, rate_hz: float) -> None:
        self._is_possible = rate_hz > 4 * PEAK_CUT_OFF_HZ
        k = math.tan(math.pi * PEAK_CUT_OFF_HZ / rate_hz) if self._is_possible else 1.0
        norm = 1.0 / (1.0 + math.sqrt(2.0) * k + k * k)
        self._b0 = k * k * norm
        self._a1 = 2.0 * (k * k - 1.0) * norm
        self._a2 = (1.0 - math.sqrt(2.0) * k + k * k) * norm
        self._z1 = self._z2 = math.nan

    def step(self, value_n: float) -> float:
        """Filter one sample."""
        if not self._is_possible:
            return value_n
        if math.isnan(self._z1):
            self._z1, self._z2 = value_n * (1.0 - self._b0), value_n * (self._b0 - self._a2)
        low_n = self._b0 * value_n + self._z1
        self._z1 = 2.0 * self._b0 * value_n - self._a1 * low_n + self._z2
        self._z2 = self._b0 * value_n - self._a2 * low_n
        return low_n
