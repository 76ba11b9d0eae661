"""A load cell under the head and the averaging in its firmware: raw conversions, cycle mean, low-passed peak. Pure, seeded.

The stroke of 20–45 Hz rides on the push as a pulse with four harmonics. A converter of 500 samples a second sees it and its
average is right; one of 10 or 80 samples aliases it, and its published value is wrong wherever a harmonic folds onto 0 Hz
(rule F35). The firmware publishes, at 50 Hz, the mean over whole strokes and the largest value behind a 10 Hz low-pass. The mean
is two moving averages in a row: of 100 ms each behind the fast converter (90 ms late), of 500 and 340 ms behind a slow one
(410 ms late), which take away all that aliases above 2 Hz.

Not modelled: creep, temperature, side load, the cell's own resonance, an analog low-pass, and the steps of a 24-bit converter.
"""

from __future__ import annotations

import math
import random
from collections import deque
from collections.abc import Sequence
from typing import Final, NamedTuple

from sims.grid import STEP_S

RATES_HZ: Final = (10, 80, 500)
"""Conversion rates offered: the two of the common load-cell chip, and one that F35 accepts for percussion."""
BLOCK_S: Final = STEP_S
"""One published value."""
WINDOWS_BLOCKS: Final = (5, 5)
"""Blocks in the two averaging windows behind the fast converter: 100 ms each."""
SLOW_WINDOWS_BLOCKS: Final = (25, 17)
"""The same behind a slow one: 500 and 340 ms."""
FULL_SCALE_N: Final = 250.0
"""Of the cell; a percussive peak is more than twice its mean."""
FOLD: Final = 5
"""Conversions that the fast converter averages before its low-pass."""
CUT_OFF_HZ: Final = 10.0
"""Of the low-pass for peaks (F35)."""
NOISE_N: Final = 0.06
"""Standard deviation of one conversion."""
ROUGH: Final = 100.0
"""Factor of the noise of a cell with a bad contact (design value)."""
ZERO_N: Final = 0.9
"""Largest load that an untared cell shows in the air."""
DRIFT_N_PER_MIN: Final = 0.05
"""Wander of the zero, well below F36's limit."""
CALIBRATION_MIN_N: Final = 1.0
"""Least load that a calibration is made with."""
TARE_S: Final = 0.4
"""How long a tare averages, once the averages before it are full of the present load."""

_TABLE: Final = 1024
_NOISE: Final = 4093
"""A prime, so that reused noise does not fall into step with a window."""
_HARMONICS: Final = (1.0, 0.5, 0.35, 0.2)
"""Relative amplitudes: a short push and a long way back."""


def _pulse() -> tuple[float, ...]:
    """Return one stroke, mean 0, its trough at −1: an amplitude below the push never pulls."""
    turns = [2.0 * math.pi * index / _TABLE for index in range(_TABLE)]
    shape = [sum(share * math.cos((order + 1) * turn) for order, share in enumerate(_HARMONICS)) for turn in turns]
    depth = -min(shape)
    return tuple(value / depth for value in shape)


STROKE: Final = _pulse()
"""The force of one stroke over its phase, in units of the ripple's amplitude."""


class Published(NamedTuple):
    """What the firmware publishes."""

    mean_n: float
    peak_n: float
    is_saturated: bool


class Gauge:
    """One cell, its converter, and the filter behind it; ``step`` is one published block."""

    def __init__(self, rate_hz: int, rng: random.Random) -> None:
        if rate_hz not in RATES_HZ:
            raise ValueError(f"force sensor: {rate_hz} samples a second is none of {RATES_HZ}")
        self.rate_hz = rate_hz
        self.is_stuck = False
        """Fault: the converter repeats its last value."""
        self.is_saturated = False
        """Fault: the amplifier stands at full scale."""
        self.is_broken = False
        """Fault: the converter does not answer; the firmware says that there is no number."""
        self.is_rough = False
        """Fault: the cell's wires pick up noise, a hundred times as much as usual."""
        self.is_tared = False
        self.is_calibrated = True
        self.scale = 1.0
        self.published = Published(0.0, 0.0, is_saturated=False)
        self._zero_n = rng.uniform(-ZERO_N, ZERO_N)
        self._drift_n_per_s = rng.uniform(-DRIFT_N_PER_MIN, DRIFT_N_PER_MIN) / 60.0
        self._tare_n = 0.0
        self._taring: list[float] | None = None
        self._noise = tuple(rng.gauss(0.0, NOISE_N) for _ in range(_NOISE))
        self._noise_at = 0
        self._spacing = 1.0 / (rate_hz * BLOCK_S)
        """Blocks from one conversion to the next."""
        self._next_at = 0.0
        per_block = round(rate_hz * BLOCK_S)
        is_whole = per_block * self._spacing == 1.0
        self._times = tuple(number * self._spacing for number in range(per_block)) if is_whole else None
        windows = WINDOWS_BLOCKS if rate_hz == RATES_HZ[-1] else SLOW_WINDOWS_BLOCKS
        self._sums: deque[tuple[float, int]] = deque(maxlen=windows[0])
        self._means: deque[float] = deque(maxlen=windows[1])
        self._tare_blocks = round(TARE_S / BLOCK_S)
        self._settle_blocks = 0 if windows is WINDOWS_BLOCKS else sum(windows)
        """Blocks at the beginning of a tare in which a slow average still holds what was before it."""
        self._force_n = 0.0
        self._low = _LowPass(rate_hz / FOLD if rate_hz == RATES_HZ[-1] else rate_hz)

    def shift(self, by_n: float) -> None:
        """Fault: the cell's zero jumps."""
        self._zero_n += by_n

    def wander(self, by_n_per_s: float) -> None:
        """Fault: the cell's zero wanders faster from now on, by so much."""
        self._drift_n_per_s += by_n_per_s

    @property
    def is_taring(self) -> bool:
        """Whether a tare is under way."""
        return self._taring is not None

    def tare(self) -> None:
        """Begin to average the present load; it becomes zero after ``TARE_S``."""
        self._taring = []

    def calibrate(self, reference_n: float) -> bool:
        """Scale so that the present load reads ``reference_n``; False, and nothing changes, without a load to speak of."""
        if abs(self.published.mean_n) < CALIBRATION_MIN_N:
            return False
        self.scale *= reference_n / self.published.mean_n
        self.is_calibrated = True
        return True

    def step(self, force_n: float, ripple_n: float, strokes: float, strokes_before: float) -> Published:
        """Convert one block in which the push went linearly to ``force_n`` and the stroke from one phase to another."""
        self._zero_n += self._drift_n_per_s * BLOCK_S
        if self.is_stuck:
            self._force_n = force_n
            return self.published
        if force_n == 0.0 == self._force_n and self._times is not None and not self.is_saturated:
            self.published = self._quiet(len(self._times))
            return self.published
        samples = self._convert(force_n, ripple_n, strokes, strokes_before)
        self._force_n = force_n
        is_over = False
        if self.is_saturated or (samples and max(samples) >= FULL_SCALE_N):
            samples = [FULL_SCALE_N] * len(samples) if self.is_saturated else [min(s, FULL_SCALE_N) for s in samples]
            is_over = True
        self.published = self._publish(samples, is_over)
        return self.published

    def _convert(self, force_n: float, ripple_n: float, strokes: float, strokes_before: float) -> list[float]:
        """Return the raw conversions of this block."""
        times = self._block_times()
        noise_at = self._noise_at if self._noise_at + len(times) <= _NOISE else 0
        self._noise_at = noise_at + len(times)
        noise = self._noise[noise_at : self._noise_at]
        if self.is_rough:
            noise = tuple(ROUGH * noise_n for noise_n in noise)
        base_n = self._force_n + self._zero_n
        slope_n = force_n - self._force_n
        if ripple_n <= 0.0:
            return [base_n + slope_n * at + noise_n for at, noise_n in zip(times, noise, strict=True)]
        phase, advance = strokes_before * _TABLE, (strokes - strokes_before) * _TABLE
        return [
            base_n + slope_n * at + ripple_n * STROKE[int(phase + advance * at) & 1023] + noise_n
            for at, noise_n in zip(times, noise, strict=True)
        ]

    def _quiet(self, count: int) -> Published:
        """Publish a block in the air: its mean from one draw of noise, for half the work of ``count`` conversions."""
        self._noise_at = self._noise_at + 1 if self._noise_at < _NOISE - 1 else 0
        mean_n = self._zero_n + self._noise[self._noise_at] / math.sqrt(count) * (ROUGH if self.is_rough else 1.0)
        self._low.settle(mean_n)
        return self._publish_mean(mean_n * count, count, mean_n + NOISE_N, is_saturated=False)

    def _block_times(self) -> tuple[float, ...]:
        """Return when in this block the converter samples, as shares of it; the converter's grid runs on across blocks."""
        if self._times is not None:
            return self._times
        times: list[float] = []
        while self._next_at < 1.0 - 1e-9:
            times.append(self._next_at)
            self._next_at += self._spacing
        self._next_at -= 1.0
        return tuple(times)

    def _publish(self, samples: list[float], is_saturated: bool) -> Published:
        if self._times is not None:
            first_n, second_n = sum(samples[:FOLD]), sum(samples[FOLD:])
            peak_n = self._low.step((first_n / FOLD, second_n / FOLD))
            return self._publish_mean(first_n + second_n, len(samples), peak_n, is_saturated=is_saturated)
        peak_n = self._low.step(samples) if samples else self._low.last_n
        return self._publish_mean(sum(samples), len(samples), peak_n, is_saturated=is_saturated)

    def _publish_mean(self, sum_n: float, block: int, peak_n: float, *, is_saturated: bool) -> Published:
        """Filter: the window of 100 ms, applied twice; then zero and scale."""
        self._sums.append((sum_n, block))
        total_n, count = 0.0, 0
        for block_n, block_count in self._sums:
            total_n += block_n
            count += block_count
        if count:
            self._means.append(total_n / count)
        raw_n = sum(self._means) / len(self._means) if self._means else 0.0
        if self._taring is not None:
            self._tare_on(raw_n)
        return Published((raw_n - self._tare_n) * self.scale, (peak_n - self._tare_n) * self.scale, is_saturated)

    def _tare_on(self, raw_n: float) -> None:
        assert self._taring is not None
        self._taring.append(raw_n)
        if len(self._taring) >= self._settle_blocks + self._tare_blocks:
            self._tare_n = sum(self._taring[self._settle_blocks :]) / self._tare_blocks
            self._taring = None
            self.is_tared = True


class _LowPass:
    """A second-order Butterworth low-pass at ``CUT_OFF_HZ``; where the converter is too slow for one, the raw value."""

    def __init__(self, rate_hz: float) -> None:
        self.last_n = 0.0
        self._is_possible = rate_hz > 4 * CUT_OFF_HZ
        k = math.tan(math.pi * CUT_OFF_HZ / rate_hz) if self._is_possible else 1.0
        norm = 1.0 / (1.0 + math.sqrt(2.0) * k + k * k)
        self._b0 = k * k * norm
        self._a1 = 2.0 * (k * k - 1.0) * norm
        self._a2 = (1.0 - math.sqrt(2.0) * k + k * k) * norm
        self._z1 = self._z2 = 0.0

    def settle(self, value_n: float) -> None:
        """Be as after a long time at ``value_n``."""
        self.last_n = value_n
        self._z1 = value_n * (1.0 - self._b0)
        self._z2 = value_n * (self._b0 - self._a2)

    def step(self, samples: Sequence[float]) -> float:
        """Filter one block; return its largest value."""
        if not self._is_possible:
            self.last_n = samples[-1]
            return max(samples)
        b0, a1, a2, z1, z2 = self._b0, self._a1, self._a2, self._z1, self._z2
        peak_n = -math.inf
        y = self.last_n
        for x in samples:
            y = b0 * x + z1
            z1 = 2.0 * b0 * x - a1 * y + z2
            z2 = b0 * x - a2 * y
            peak_n = max(peak_n, y)
        self._z1, self._z2, self.last_n = z1, z2, y
        return peak_n
