"""From a device's own count of time to the host's clock, by the samples that came quickest: it cannot be asked. Pure."""

from __future__ import annotations

import math
from typing import Final

DRIFT: Final = 2e-4
"""How far the two clocks may run apart, each way; crystals stay within a quarter of it."""


class SampleTime:
    """Maps rising device time to host time: the smallest delay seen, less what the clocks may have drifted since."""

    def __init__(self) -> None:
        self._offset_s = math.inf
        self._newest_s = 0.0

    def note(self, device_s: float, received_s: float) -> None:
        """Learn that a sample of ``device_s`` arrived at ``received_s``."""
        grown_s = self._offset_s + DRIFT * max(0.0, device_s - self._newest_s)
        self._offset_s = min(grown_s, received_s - device_s)
        self._newest_s = device_s

    def host_s(self, device_s: float) -> float:
        """Return when, on the host's clock, it was ``device_s``; after a ``note`` of this or a later sample."""
        return device_s + self._offset_s
