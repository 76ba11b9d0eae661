"""A device's clock in microseconds, which wraps, mapped to the host's clock. Pure: times are handed in.

The offset comes from the ping with the smallest round trip seen, since half of it bounds the error. An old ping loses trust at
the rate two crystals may drift apart. A reading's age is the larger of its time since arrival and its mapped device age, so
``at_s`` is never later than the arrival.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

DRIFT: Final = 200e-6
"""Seconds per second that two clocks may drift apart: a cheap crystal is good for 100 ppm, a ceramic resonator is not."""
JUMP_SLACK_S: Final = 0.010
"""Beyond its error bound a clock is off by this much only if it jumped: the device started anew (design value)."""
_WRAP_US: Final = 1 << 32


@dataclass(frozen=True, slots=True)
class _Sample:
    offset_s: float
    """Host time minus device time."""
    round_trip_s: float
    at_s: float

    def error_s(self, now_s: float) -> float:
        return self.round_trip_s / 2 + (now_s - self.at_s) * DRIFT


class ClockMap:
    """Maps one device's clock."""

    def __init__(self) -> None:
        self._best: _Sample | None = None
        self._last_us = 0

    @property
    def round_trip_s(self) -> float | None:
        """The round trip of the ping in use; None before the first."""
        return None if self._best is None else self._best.round_trip_s

    def observe(self, sent_s: float, received_s: float, device_us: int) -> None:
        """Take in one ping: sent and answered at these host times, with this device time in the answer."""
        device_s = self._unwrapped_us(device_us) / 1e6
        round_trip_s = max(received_s - sent_s, 0.0)
        sample = _Sample((sent_s + received_s) / 2 - device_s, round_trip_s, received_s)
        best = self._best
        if best is None or self._has_jumped(best, sample) or sample.error_s(received_s) <= best.error_s(received_s):
            self._best = sample

    def at_s(self, device_us: int, received_s: float) -> float:
        """Return when, on the host's clock, the device's clock showed ``device_us``; the arrival while nothing is known."""
        device_s = self._unwrapped_us(device_us) / 1e6
        if self._best is None:
            return received_s
        return min(self._best.offset_s + device_s, received_s)

    def _unwrapped_us(self, device_us: int) -> int:
        """Return ``device_us`` without the wrap: the value nearest to the last one (they are less than 35 minutes apart)."""
        step = (device_us - self._last_us) % _WRAP_US
        if step >= _WRAP_US // 2:
            step -= _WRAP_US
        value = self._last_us + step
        self._last_us = max(self._last_us, value)
        return value

    @staticmethod
    def _has_jumped(best: _Sample, sample: _Sample) -> bool:
        bound_s = best.error_s(sample.at_s) + sample.round_trip_s / 2 + JUMP_SLACK_S
        return abs(sample.offset_s - best.offset_s) > bound_s
