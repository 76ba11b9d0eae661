"""A heart rate sensor beside a session: its newest rate for displays, and an event now and then for the record.

It steers nothing: no interlock reads it, and the loss of its link is a note. Pure: time is passed in.
"""

from __future__ import annotations

from typing import Final

from massctl.devices.capabilities import Disconnected, HeartReading, Report
from massctl.session.events import Event, HeartRate, LinkChanged

TOLD_EVERY_S: Final = 5.0
"""For the record; displays read the newest rate with every tick (design value)."""
FRESH_S: Final = 5.0
"""An older rate is none: straps measure once a second (design value)."""


class HeartWatch:
    """What the sensor has said."""

    def __init__(self) -> None:
        self._reading: HeartReading | None = None
        self._told_s: float | None = None

    def rate_bpm(self, now_s: float) -> int | None:
        """Return the newest rate; None where there is none, or it is old."""
        reading = self._reading
        return None if reading is None or now_s - reading.at_s > FRESH_S else reading.rate_bpm

    def take(self, report: Report, now_s: float, at_s: float) -> Event | None:
        """Take a report of the sensor at ``now_s``, session time ``at_s``; return what is to be told of it."""
        if isinstance(report, Disconnected):
            self._reading = None
            return LinkChanged(at_s=at_s, device="heart", state="lost", text="the session goes on without it")
        if not isinstance(report, HeartReading):
            return None
        self._reading = report
        if self._told_s is not None and now_s - self._told_s < TOLD_EVERY_S:
            return None
        self._told_s = now_s
        return HeartRate(at_s=at_s, rate_bpm=report.rate_bpm, has_contact=report.has_contact)
