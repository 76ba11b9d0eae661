"""Device time to host time, through the smallest round trip seen."""

from __future__ import annotations

from collections import deque
from typing import Final, NamedTuple

WRAP_US: Final = 1 << 32
"""Device time is a 32-bit count of microseconds: it wraps every 71.6 minutes."""
SAMPLES_MAX: Final = 64
"""Round trips remembered; the oldest go, so that a drift of the two clocks cannot grow old."""


JUMP_US: Final = 10_000
"""What two samples may disagree by, beyond their round trips and drift, before the device must have started anew."""
DRIFT: Final = 1e-3
"""How far the two clocks may run apart; an uncompensated RC oscillator would be worse and is not allowed."""


class _Sample(NamedTuple):
    round_trip_s: float
    middle_s: float
    time_us: int


class DeviceClock:
    """Maps wrapping device time to the host's clock; good for times within half a wrap (35 minutes) of the newest sample."""

    def __init__(self) -> None:
        self._samples: deque[_Sample] = deque(maxlen=SAMPLES_MAX)
        self._best: _Sample | None = None

    def note_round_trip(self, sent_s: float, received_s: float, time_us: int) -> None:
        """Learn from a ping that left at ``sent_s`` and whose answer, made at device time ``time_us``, came at ``received_s``.

        A sample that contradicts the best one means that the device has started anew: the older ones are forgotten.
        """
        sample = _Sample(received_s - sent_s, (sent_s + received_s) / 2, time_us)
        if self._best is not None and _disagree(self._best, sample):
            self._samples.clear()
        self._samples.append(sample)
        self._best = min(self._samples)

    @property
    def round_trip_s(self) -> float | None:
        """The smallest round trip among the last ``SAMPLES_MAX``; the mapping is off by at most half of it, plus drift."""
        return self._best.round_trip_s if self._best else None

    def host_s(self, time_us: int) -> float | None:
        """Return when, on the host's clock, it was ``time_us`` on the device's; None before the first answered ping."""
        return None if self._best is None else _mapped_s(self._best, time_us)


def _mapped_s(reference: _Sample, time_us: int) -> float:
    ahead_us = (time_us - reference.time_us + WRAP_US // 2) % WRAP_US - WRAP_US // 2
    return reference.middle_s + ahead_us / 1e6


def _disagree(best: _Sample, sample: _Sample) -> bool:
    error_s = abs(_mapped_s(best, sample.time_us) - sample.middle_s)
    allowed_s = (best.round_trip_s + sample.round_trip_s) / 2 + DRIFT * abs(sample.middle_s - best.middle_s)
    return error_s > allowed_s + JUMP_US / 1e6
