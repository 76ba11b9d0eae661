"""What force gauges that speak text share: readings through the filter, compression positive (D5), a zero, and waiting.

How readings come, asked for or by themselves, is ``polled_gauge``'s and ``listened_gauge``'s. A zero that the gauge cannot make
itself is made here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import Final

from firmware_protocol.vendors.gauge import Complaint, GaugeCodec, Reading, Saturated
from massctl.devices.capabilities import ForceSensorCapabilities
from massctl.devices.force_filter import ForceFilter, published_hz
from massctl.devices.waiting import Waiters
from massctl.devices.wire import SILENCE_S, Reporter, Wire
from massctl.errors import ConnectionProblem, NoAnswer, PeerSilent

NEXT_S: Final = 1.0
"""A gauge that reads gives the next reading within this."""
TARE_S: Final = 0.5
"""A zero made here averages so long."""
TARE_MOST_S: Final = 3.0
ZERO_N: Final = 0.5
"""A gauge that has zeroed itself reads less than this (design value)."""


@dataclass(frozen=True, slots=True)
class GaugeSetting:
    """How one gauge is read."""

    name: str
    compression: int
    """+1 where it writes compression as positive, −1 where as negative."""
    rate_hz: float
    """Readings a second at most: questions, or what it says by itself."""
    force_max_n: float
    """Full scale."""
    is_estimated: bool = False
    """It guesses force rather than measuring it."""
    own_low_pass_hz: float | None = None
    """Corner of a low-pass before it samples, as its owner says (F35)."""


class TextGauge(Reporter, ABC):
    """One gauge on one wire."""

    def __init__(self, wire: Wire, codec: GaugeCodec, setting: GaugeSetting, *, is_polled: bool) -> None:
        super().__init__(wire, setting.name)
        self.capabilities = ForceSensorCapabilities(
            setting.rate_hz,
            published_hz(setting.rate_hz),
            setting.force_max_n,
            is_estimated=setting.is_estimated,
            is_polled=is_polled,
            own_low_pass_hz=setting.own_low_pass_hz,
        )
        self.complaint: str | None = None
        """What it last complained of; None once it reads again."""
        self._codec = codec
        self._compression = setting.compression
        self._zero_n = 0.0
        self._filter: ForceFilter | None = None
        self._has_published = False
        self._waiters: Waiters[float] = Waiters(wire)
        wire.start(self._take, self._lost)

    @abstractmethod
    async def begin(self) -> None:
        """Wait for its first reading, learn its pace, and keep it. Raises PeerSilent, NoAnswer or what ended the link."""

    @abstractmethod
    def _read(self, readings: list[float], now_s: float) -> None:
        """Take the readings that arrived together, give each its time, and note it."""

    def _rest(self) -> None:
        """End what runs by the clock."""

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

    async def aclose(self) -> None:
        """Close the port."""
        self._rest()
        await self._wire.aclose()

    async def _zero_itself(self) -> None:
        until_s = self._wire.now_s() + TARE_MOST_S
        self._wire.write(self._codec.zero)
        await self._next(NEXT_S)  # may still be from before
        while not abs(await self._next(NEXT_S)) <= ZERO_N:
            if self._wire.now_s() > until_s:
                remedy = "Keep the head in the air, or press the gauge's own zero key."
                raise NoAnswer(self.name, "the gauge did not become zero", TARE_MOST_S, remedy)

    async def _zero_here(self) -> None:
        until_s = self._wire.now_s() + TARE_S
        values = [await self._next(NEXT_S)]
        while self._wire.now_s() < until_s:
            values.append(await self._next(NEXT_S))
        mean_n = sum(values) / len(values)
        if not abs(mean_n) < self.capabilities.force_max_n:
            raise NoAnswer(self.name, "the gauge gave no reading that could be a zero", TARE_S, "Is it overloaded?")
        self._zero_n = mean_n

    def _keep_pace(self, rate_hz: float) -> None:
        """Publish from now on: ``rate_hz`` readings a second are what it keeps to."""
        self.capabilities = replace(self.capabilities, rate_hz=rate_hz, published_hz=published_hz(rate_hz))
        self._filter = ForceFilter(rate_hz, self.capabilities.force_max_n)

    def _take(self, data: bytes, now_s: float) -> None:
        readings: list[float] = []
        for event in self._codec.receive(data):
            match event:
                case Reading(force_n):
                    readings.append(self._compression * force_n)
                case Saturated():
                    readings.append(self.capabilities.force_max_n)
                case Complaint(text):
                    self.complaint = text
                    self._wire.heard(now_s)
        if readings:
            self.complaint = None
            self._wire.heard(now_s)
            self._read(readings, now_s)

    def _note(self, force_n: float, at_s: float, now_s: float) -> None:
        """Filter one reading and publish what is due; whoever waits gets it as it is."""
        is_over = abs(force_n) >= self.capabilities.force_max_n
        value_n = force_n if is_over else force_n - self._zero_n
        if self._filter is not None and (reading := self._filter.take(at_s, value_n, now_s)) is not None:
            self._has_published = True
            self._report(reading)
        self._waiters.give(force_n)

    async def _first(self) -> None:
        """Wait for the first reading. Raises PeerSilent, or what ended the link."""
        try:
            await self._next(SILENCE_S)
        except NoAnswer:
            raise self._no_reading() from None

    async def _next(self, within_s: float) -> float:
        """Return the next reading, untared. Raises NoAnswer or what ended the link."""
        try:
            return await self._waiters.next(within_s)
        except TimeoutError:
            why = f" ({self.complaint})" if self.complaint else ""
            raise NoAnswer(self.name, f"no reading came{why}", within_s, "Is the gauge switched on?") from None

    def _lost(self, problem: ConnectionProblem) -> None:
        self._rest()
        self._waiters.fail(problem)
        self._note_loss(problem)

    def _no_reading(self) -> PeerSilent:
        if self.complaint:
            reason = f"the {self.name} gave no reading within {SILENCE_S:g} s of opening: {self.complaint}."
            return PeerSilent(self.url, reason, "Look at its display and its set-up.")
        return self._silent(
            f"no reading of a {self.name}",
            "Is its speed right (baud), and is it this kind of gauge (driver)?",
            "Is this the right port, and is the gauge switched on?",
        )
