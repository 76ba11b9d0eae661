"""A converter alone: the raw samples that a foreign gauge takes of the world's contact force, stroke and aliasing included. Pure.

A twin makes one, gives it each step of the world in ``sense`` and takes what has been sampled whenever its device would send.
The converter has a clock of its own, which starts with it: the samples lie on its grid and not on the world's.

Not modelled: creep, temperature, and a filter inside the gauge; a twin rounds and scales to what its device sends.
"""

from __future__ import annotations

import random
from collections import deque
from typing import Final, NamedTuple

from sims.gauge import DRIFT_N_PER_MIN, NOISE_N, STROKE, ZERO_N
from sims.grid import STEP_S

KEPT_S: Final = 5.0
"""Older samples that nobody took are gone, as in a device that sends them to nobody."""
_TABLE: Final = len(STROKE)


class RawSample(NamedTuple):
    """One conversion."""

    at_s: float
    """When, by the converter's own clock."""
    force_n: float
    """Compression is positive; noise, zero error and drift are in it."""


class RawSampler:
    """Converts the force under the head ``rate_hz`` times a second.

    Args:
        rate_hz: above 0; any rate.
        rng: draws noise, zero and drift.
        noise_n: standard deviation of one conversion.
        zero_n: largest load that it shows in the air before a tare.
    """

    def __init__(self, rate_hz: float, rng: random.Random, *, noise_n: float = NOISE_N, zero_n: float = ZERO_N) -> None:
        if rate_hz <= 0:
            raise ValueError(f"raw sampler: {rate_hz} samples a second")
        self.rate_hz = rate_hz
        self.is_stuck = False
        """Fault: it repeats its last value."""
        self.scale = 1.0
        """Of the cell: what one newton reads."""
        self.newest = RawSample(0.0, 0.0)
        self._rng = rng
        self._noise_n = noise_n
        self._zero_n = rng.uniform(-zero_n, zero_n)
        self._drift_n_per_s = rng.uniform(-DRIFT_N_PER_MIN, DRIFT_N_PER_MIN) / 60.0
        self._tare_n = 0.0
        self._force_n = 0.0
        self.now_s = 0.0
        """The converter's own clock: seconds that it has been given."""
        self._next_s = 0.0
        self._samples: deque[RawSample] = deque(maxlen=max(1, round(rate_hz * KEPT_S)))

    def take(self) -> list[RawSample]:
        """Return what was sampled since the last call, oldest first."""
        taken = list(self._samples)
        self._samples.clear()
        return taken

    def tare(self) -> None:
        """Make the present reading zero, at once, as simple gauges do."""
        self._tare_n += self.newest.force_n

    def sense(self, force_n: float, ripple_n: float, strokes: float, strokes_before: float) -> None:
        """Convert one block of the world: the push goes linearly to ``force_n``, the stroke from one phase to another."""
        self._zero_n += self._drift_n_per_s * STEP_S
        from_n, self._force_n = self._force_n, force_n
        began_s = self.now_s
        self.now_s += STEP_S
        while self._next_s < self.now_s - 1e-9:
            share = (self._next_s - began_s) / STEP_S
            sample_n = from_n + (force_n - from_n) * share
            if ripple_n > 0.0:
                phase = strokes_before + (strokes - strokes_before) * share
                sample_n += ripple_n * STROKE[int(phase * _TABLE) % _TABLE]
            self._note(self._next_s, sample_n)
            self._next_s += 1.0 / self.rate_hz

    def _note(self, at_s: float, force_n: float) -> None:
        if self.is_stuck:
            self.newest = self.newest._replace(at_s=at_s)
        else:
            noise_n = self._rng.gauss(0.0, self._noise_n)
            self.newest = RawSample(at_s, (force_n + self._zero_n + noise_n) * self.scale - self._tare_n)
        self._samples.append(self.newest)
