"""A force gauge that speaks text: asked at an even pace, or listened to; its sign is turned to compression positive (D5).

The pace is even because a stroke of 25–45 Hz aliases at it: which speeds such a gauge can be believed at is worked out from its
rate (F35), so the rate that is told is the one that is kept. A zero that the gauge cannot make is made here.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from firmware_protocol.vendors.gauge import Complaint, GaugeCodec, Reading
from massctl.devices.capabilities import ForceSensorCapabilities
from massctl.devices.force_filter import ForceFilter, published_hz
from massctl.devices.wire import Reporter, Wire
from massctl.errors import ConnectionProblem, NoAnswer, PeerSilent

REPLY_S: Final = 0.3
"""An answer that takes longer counts as lost, and the question is asked again (design value)."""
SILENCE_S: Final = 4.0
"""How long a gauge may take to its first reading after its port was opened: some start anew with it."""
TRIALS: Final = 8
"""Readings by which the pace is learnt."""
PACE_MARGIN: Final = 1.25
"""What the slowest of them is given on top."""
TARE_S: Final = 0.5
"""A zero made here averages so long."""
TARE_MOST_S: Final = 3.0
ZERO_N: Final = 0.5
"""A gauge that has zeroed itself reads less than this (design value)."""


@dataclass(frozen=True, slots=True)
class GaugeSetting:
    """How one gauge is read."""

    compression: int
    """+1 where it writes compression as positive, −1 where as negative."""
    rate_hz: float
    """Questions a second, if it keeps up; for one that speaks by itself this is measured."""
    force_max_n: float
    """Full scale."""


class TextGauge(Reporter):
    """One gauge on one wire."""

    def __init__(self, wire: Wire, name: str, codec: GaugeCodec, setting: GaugeSetting) -> None:
        super().__init__(wire, name)
        self._is_polled = bool(codec.question)
        self.capabilities = self._capable(setting.rate_hz, setting.force_max_n)
        self.complaint: str | None = None
        """What it last complained of; None once it reads again."""
        self._codec = codec
        self._compression = setting.compression
        self._period_s: float | None = None
        """None until the pace is known."""
        self._asked_s: float | None = None
        self._due_s = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._zero_n = 0.0
        self._filter: ForceFilter | None = None
        self._has_published = False
        self._waiters: set[asyncio.Future[float]] = set()
        wire.start(self._take, self._lost)

    async def begin(self) -> None:
        """Wait for its first reading, learn its pace, and keep it. Raises PeerSilent, NoAnswer or what ended the link."""
        if self._is_polled:
            self._ask()
        try:
            await self._next(SILENCE_S)
        except NoAnswer:
            raise self._silent() from None
        fastest_s = 1.0 / self.capabilities.rate_hz
        self._period_s = max(fastest_s, await self._asked_pace_s() if self._is_polled else await self._own_pace_s())
        self.capabilities = self._capable(1.0 / self._period_s, self.capabilities.force_max_n)
        self._filter = ForceFilter(self.capabilities.rate_hz, self.capabilities.force_max_n)
        self._due_s = self._wire.now_s()
        self._go_on(self._due_s)

    async def prepare(self) -> None:
        """Wait for a published reading; nothing has to be started."""
        while not self._has_published:
            await self._next(SILENCE_S)

    async def tare(self) -> None:
        """Make the present load zero: by the gauge itself where it can, else here. Raises NoAnswer or what ended the link."""
        self._wire.raise_if_over()
        if self._codec.zero:
            await self._zero_itself()
        else:
            await self._zero_here()
        if self._filter is not None:
            self._filter.forget()

    async def _zero_itself(self) -> None:
        until_s = self._wire.now_s() + TARE_MOST_S
        self._wire.write(self._codec.zero)
        await self._next(REPLY_S)  # may still be from before
        while abs(await self._next(REPLY_S)) > ZERO_N:
            if self._wire.now_s() > until_s:
                remedy = "Keep the head in the air, or press the gauge's own zero key."
                raise NoAnswer(self.name, "the gauge did not become zero", TARE_MOST_S, remedy)

    async def _zero_here(self) -> None:
        until_s = self._wire.now_s() + TARE_S
        values = [await self._next(REPLY_S)]
        while self._wire.now_s() < until_s:
            values.append(await self._next(REPLY_S))
        self._zero_n = sum(values) / len(values)

    async def aclose(self) -> None:
        """Stop asking and close the port."""
        self._rest()
        await self._wire.aclose()

    def _capable(self, rate_hz: float, force_max_n: float) -> ForceSensorCapabilities:
        return ForceSensorCapabilities(rate_hz, published_hz(rate_hz), force_max_n, is_polled=self._is_polled)

    # The pace.

    async def _asked_pace_s(self) -> float:
        slowest_s = 0.0
        for _ in range(TRIALS):
            asked_s = self._wire.now_s()
            self._ask()
            await self._next(SILENCE_S)
            slowest_s = max(slowest_s, self._wire.now_s() - asked_s)
        return PACE_MARGIN * slowest_s

    async def _own_pace_s(self) -> float:
        began_s = self._wire.now_s()
        for _ in range(TRIALS):
            await self._next(SILENCE_S)
        return (self._wire.now_s() - began_s) / TRIALS

    def _ask(self) -> None:
        """Ask now; once more when the answer has not come in time."""
        now_s = self._wire.now_s()
        self._asked_s = now_s
        self._due_s += self._period_s or 0.0
        self._wire.write(self._codec.question)
        self._wake_at(now_s + REPLY_S)

    def _go_on(self, now_s: float) -> None:
        """Ask again when it is time, on an even grid of times; a grid that was left behind begins anew."""
        if self._period_s is not None and self._is_polled:
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

    # Readings.

    def _take(self, data: bytes, now_s: float) -> None:
        for event in self._codec.receive(data):
            if isinstance(event, Reading):
                self.complaint = None
                self._wire.heard(now_s)
                self._note(self._compression * event.force_n, now_s)
            elif isinstance(event, Complaint):
                self.complaint = event.text
                self._wire.heard(now_s)

    def _note(self, force_n: float, now_s: float) -> None:
        """Publish one reading; it may be as old as its question."""
        at_s = now_s if self._asked_s is None else self._asked_s
        self._asked_s = None
        if self._filter is not None and (reading := self._filter.take(at_s, force_n - self._zero_n, now_s)) is not None:
            self._has_published = True
            self._report(reading)
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(force_n)
        self._go_on(now_s)

    async def _next(self, within_s: float) -> float:
        """Return the next reading, untared. Raises NoAnswer or what ended the link."""
        self._wire.raise_if_over()
        waiter: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            async with asyncio.timeout(within_s):
                return await waiter
        except TimeoutError:
            why = f" ({self.complaint})" if self.complaint else ""
            raise NoAnswer(self.name, f"no reading came{why}", within_s, "Is the gauge switched on?") from None
        finally:
            self._waiters.discard(waiter)

    def _lost(self, problem: ConnectionProblem) -> None:
        self._rest()
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_exception(problem)
        self._note_loss(problem)

    def _silent(self) -> PeerSilent:
        within = f"within {SILENCE_S:g} s of opening"
        if self.complaint:
            return PeerSilent(
                self.url, f"the {self.name} gave no reading {within}: {self.complaint}.", "Look at its display."
            )
        if self._wire.bytes_received:
            return PeerSilent(
                self.url,
                f"{self._wire.bytes_received} bytes came {within}, but no reading of a {self.name}.",
                "Is its speed right (baud), and is it this kind of gauge (driver)?",
            )
        return PeerSilent(self.url, f"nothing came {within}.", "Is this the right port, and is the gauge switched on?")
