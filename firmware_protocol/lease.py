"""The motor's lease: how long a device may go on without hearing that its telemetry arrived."""

from __future__ import annotations

from typing import Final

from firmware_protocol.codes import LEASE_MAX_MS

COUNTER_WRAP: Final = 1 << 16
REMEMBERED_S: Final = LEASE_MAX_MS / 1000
"""Telemetry older than the longest lease can renew nothing, so its time is forgotten."""


class Lease:
    """Counts telemetry and judges renewals by when the telemetry they answer was sent.

    A renewal that was long on its way extends the lease by little or nothing, so that neither a slow link nor a queue of old
    renewals keeps a motor running (F33).
    """

    def __init__(self) -> None:
        self._sent_s: dict[int, float] = {}
        self._next_counter = 0
        self._lease_s = 0.0
        self.deadline_s: float | None = None
        """When the lease lapses; None while none is granted."""

    def number_telemetry(self, now_s: float) -> int:
        """Return the counter for motor telemetry sent now, and remember the time for as long as it may renew."""
        counter = self._next_counter
        self._next_counter = (counter + 1) % COUNTER_WRAP
        sent_s = self._sent_s
        sent_s[counter] = now_s
        while sent_s[oldest := next(iter(sent_s))] <= now_s - REMEMBERED_S:
            del sent_s[oldest]
        return counter

    def grant(self, lease_s: float, now_s: float) -> None:
        """Begin a lease."""
        self._lease_s = lease_s
        self.deadline_s = now_s + lease_s

    def renew(self, counter: int, now_s: float) -> bool:
        """Extend the lease to its length after the telemetry ``counter`` was sent; False when that is unknown or too old."""
        sent_s = self._sent_s.get(counter)
        if self.deadline_s is None or sent_s is None or sent_s + self._lease_s <= now_s:
            return False
        self.deadline_s = max(self.deadline_s, sent_s + self._lease_s)
        return True

    def end(self) -> None:
        """Forget the lease; what telemetry was sent stays known."""
        self.deadline_s = None
