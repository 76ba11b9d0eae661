"""A gauge that answers a question with its reading: asked at an even pace, as fast as it can be relied on to answer.

Its readings are taken when this side asks, so where a stroke of 25–45 Hz aliases to cannot be known (F35): it says so.
"""

from __future__ import annotations

import asyncio
from typing import Final

from firmware_protocol.vendors.gauge import GaugeCodec
from massctl.devices.vendors.text_gauge import NEXT_S, GaugeSetting, TextGauge
from massctl.devices.wire import Wire

REPLY_S: Final = 0.3
"""An answer that takes longer counts as lost, and the question is asked again (design value)."""
TRIALS: Final = 8
"""Questions asked as fast as they are answered, to learn the pace."""
PACE_MARGIN: Final = 1.25
"""What the slowest answer is given on top."""


class PolledGauge(TextGauge):
    """One gauge that is asked."""

    def __init__(self, wire: Wire, codec: GaugeCodec, setting: GaugeSetting) -> None:
        self._period_s: float | None = None
        """None until the pace is known."""
        self._asked_s: float | None = None
        self._due_s = 0.0
        self._timer: asyncio.TimerHandle | None = None
        super().__init__(wire, codec, setting, is_polled=True)

    async def begin(self) -> None:
        """Ask until it answers, then learn how fast it does, and go on at that pace."""
        if self._codec.start:
            self._wire.write(self._codec.start)
        self._ask()
        await self._first()
        slowest_s = 0.0
        for _ in range(TRIALS):
            asked_s = self._wire.now_s()
            self._ask()
            await self._next(NEXT_S)
            slowest_s = max(slowest_s, self._wire.now_s() - asked_s)
        self._period_s = max(1.0 / self.capabilities.rate_hz, PACE_MARGIN * slowest_s)
        self._keep_pace(1.0 / self._period_s)
        self._due_s = self._wire.now_s()
        self._go_on(self._due_s)

    def _ask(self) -> None:
        """Ask now; once more when the answer has not come in time."""
        now_s = self._wire.now_s()
        self._asked_s = now_s
        self._due_s += self._period_s or 0.0
        self._codec.asked()
        self._wire.write(self._codec.question)
        self._wake_at(now_s + REPLY_S)

    def _read(self, readings: list[float], now_s: float) -> None:
        """Note an answer, which may be as old as its question; one that nobody asked for is as old as it seems."""
        asked_s, self._asked_s = self._asked_s, None
        for force_n in readings:
            self._note(force_n, now_s if asked_s is None else asked_s, now_s)
        self._go_on(now_s)

    def _go_on(self, now_s: float) -> None:
        """Ask again when it is time, on an even grid of times; a grid that was left behind begins anew."""
        if self._period_s is not None:
            if self._due_s < now_s - self._period_s:
                self._due_s = now_s
            self._wake_at(self._due_s)

    def _wake_at(self, at_s: float) -> None:
        self._rest()
        if self._wire.is_open:
            self._timer = asyncio.get_running_loop().call_at(at_s, self._ask)

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
