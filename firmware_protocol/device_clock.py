"""Device time to host time, through the smallest round trip seen."""

from __future__ import annotations

from collections import deque
from typing import Final

WRAP_US: Final = 1 << 32
"""Device time is a 32-bit count of microseconds: it wraps every 71.6 minutes."""
SAMPLES_MAX: Final = 64
"""Round trips remembered; the oldest go, so that a drift of the two clocks cannot grow old."""


class DeviceClock:
    """Maps wrapping device time to the host's clock; good for times within half a wrap (35 minutes) of the newest sample."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, float, int]] = deque(maxlen=SAMPLES_MAX)
        self._best: tuple[float, float, int] | None = None

    def note_round_trip(self, sent_s: float, received_s: float, time_us: int) -> None:
        """Learn from a ping that left at ``sent_s`` and whose answer, made at device time ``time_us``, came at ``received_s``."""
        self._samples.append((received_s - sent_s, (sent_s + received_s) / 2, time_us))
        self._best = min(self._samples)

    @property
    def round_trip_s(self) -> float | None:
        """The smallest round trip among the last ``SAMPLES_MAX``; the mapping is off by at most half of it, plus drift."""
        return self._best[0] if self._best else None

    def host_s(self, time_us: int) -> float | None:
        """Return when, on the host's clock, it was ``time_us`` on the device's; None before the first answered ping."""
        if self._best is None:
            return None
        _, middle_s, reference_us = self._best
        behind_us = (time_us - reference_us + WRAP_US // 2) % WRAP_US - WRAP_US // 2
        return middle_s + behind_us / 1e6
