"""A gauge that prints its readings by itself, at a pace of its own, which is measured before it is relied on.

Lines that the system hands over together were measured one after the other: they get their times by that pace.
"""

from __future__ import annotations

from typing import Final

from firmware_protocol.vendors.gauge import GaugeCodec
from massctl.devices.vendors.text_gauge import NEXT_S, GaugeSetting, TextGauge
from massctl.devices.wire import Wire
from massctl.errors import PeerRefused

MEASURE_S: Final = 1.0
"""The pace is measured over so long: 80 lines a second are then known to some 2 %."""
LINES_LEAST: Final = 4
APART_LEAST: Final = 0.1
"""Two readings are at least this part of a period apart, however they arrived."""


class ListenedGauge(TextGauge):
    """One gauge that is listened to."""

    def __init__(self, wire: Wire, codec: GaugeCodec, setting: GaugeSetting) -> None:
        self._period_s = 0.0
        self._last_s = 0.0
        self._lines = 0
        super().__init__(wire, codec, setting, is_polled=False)

    async def begin(self) -> None:
        """Wait for its first reading, and measure how often they come."""
        await self._first()
        began_s, self._lines = self._wire.now_s(), 0
        while self._wire.now_s() - began_s < MEASURE_S or self._lines < LINES_LEAST:
            await self._next(NEXT_S)
        rate_hz = self._lines / (self._wire.now_s() - began_s)
        if rate_hz > self.capabilities.rate_hz:
            raise PeerRefused(
                self.url, f"{rate_hz:.0f} lines a second come, more than massctl reads.", "Print less often."
            )
        self._period_s = 1.0 / rate_hz
        self._keep_pace(rate_hz)

    def _read(self, readings: list[float], now_s: float) -> None:
        self._lines += len(readings)
        for number, force_n in enumerate(readings, 1):
            at_s = now_s - (len(readings) - number) * self._period_s
            at_s = self._last_s = max(at_s, self._last_s + APART_LEAST * self._period_s)
            self._note(force_n, at_s, now_s)
