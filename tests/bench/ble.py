"""massctl's Bluetooth link beside bare bleak, on the same virtual radio, round by round in turn in one run.

Devices and programs share one process and one event loop: a notification is sent, carried by bumble's virtual controllers through
HCI and ATT, handed to bleak's backend and, on one side, through massctl's link to its receiver. What is compared is thus the same
work with and without massctl. Lateness is counted from when a notification was due, not from when it was sent.
"""

from __future__ import annotations

import asyncio
import statistics
from dataclasses import dataclass, field
from typing import Final

from tests.bench.ble_loss import loss_lines
from tests.bench.ble_sides import PAYLOAD, STAMP, Bare, Ours, Side, Talker, connected, now_s
from tests.bench.table import Line, percentile

FLOOD: Final = 500
"""Notifications a round."""
BURST: Final = 16
"""So many are sent in one turn of the loop."""
FLOOD_ROUNDS: Final = 20
WRITES: Final = 2_000
RATIO_MIN: Final = 0.8
P50_MAX: Final = 1.3
RATES_HZ: Final = (50, 50, 50, 50, 200, 200, 200, 200)
"""Of four guns and four sensors: 1,000 notifications a second in total."""
LOAD_S: Final = 10.0
LOAD_ROUNDS: Final = 2
LATE_MAX_S: Final = 0.050


class Receiver:
    """What one side hears."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.late_s: list[float] = []
        self._wanted = 0
        self._done: asyncio.Future[None] | None = None

    def take(self, data: bytes) -> None:
        number, due_s = STAMP.unpack_from(data)
        self.late_s.append(now_s() - due_s)
        self.numbers.append(number)
        if self._done is not None and len(self.numbers) == self._wanted and not self._done.done():
            self._done.set_result(None)

    async def until(self, count: int) -> None:
        """Wait until so many have arrived."""
        self._wanted = count
        if len(self.numbers) < count:
            self._done = asyncio.get_running_loop().create_future()
            await asyncio.wait_for(self._done, 10.0)


async def _flood(talker: Talker, receiver: Receiver) -> float:
    """Return the notifications a second that arrive when a device sends as fast as the loop turns."""
    receiver.numbers.clear()
    began_s = now_s()
    for number in range(FLOOD):
        talker.say(number, began_s)
        if number % BURST == BURST - 1:
            await asyncio.sleep(0)
    await receiver.until(FLOOD)
    if receiver.numbers != list(range(FLOOD)):
        raise RuntimeError(f"{talker.id}: notifications were lost or came out of order")
    return FLOOD / (now_s() - began_s)


async def _listened(pairs: list[tuple[Talker, Side]]) -> list[tuple[Talker, Receiver]]:
    receivers = [Receiver() for _ in pairs]
    for (_, side), receiver in zip(pairs, receivers, strict=True):
        await side.listen(receiver.take)
    return [(talker, receiver) for (talker, _), receiver in zip(pairs, receivers, strict=True)]


async def _throughput() -> Line:
    async with connected(Ours, 1, "ours") as ours, connected(Bare, 1, "bare") as bare:
        (mine,), (theirs,) = await _listened(ours), await _listened(bare)
        rates = [(await _flood(*mine), await _flood(*theirs)) for _ in range(FLOOD_ROUNDS)]
    ratio = statistics.median(own / peer for own, peer in rates)
    own, peer = (statistics.median(side) for side in zip(*rates, strict=True))
    return Line(
        f"Bluetooth: notifications of {PAYLOAD} bytes through massctl's link, {FLOOD_ROUNDS * FLOOD:,} a side",
        f"{own:,.0f} a second, {ratio:.2f} times",
        f"bare bleak: {peer:,.0f} a second",
        f"at least {RATIO_MIN} times",
        ratio >= RATIO_MIN,
    )


async def _timed(side: Side) -> float:
    began_s = now_s()
    await side.write(b"\x05" * PAYLOAD)
    return now_s() - began_s


async def _writes() -> Line:
    async with connected(Ours, 1, "ours") as ours, connected(Bare, 1, "bare") as bare:
        times = [(await _timed(ours[0][1]), await _timed(bare[0][1])) for _ in range(WRITES)]
    own, peer = zip(*times, strict=True)
    ratio = percentile(own, 50) / percentile(peer, 50)
    return Line(
        f"Bluetooth: write with response, p50 of {WRITES:,}",
        f"{percentile(own, 50) * 1e6:.0f} µs, {ratio:.2f} times (p99 {percentile(own, 99) * 1e6:.0f} µs)",
        f"bare bleak: {percentile(peer, 50) * 1e6:.0f} µs (p99 {percentile(peer, 99) * 1e6:.0f} µs)",
        f"at most {P50_MAX} times",
        ratio <= P50_MAX,
    )


@dataclass(slots=True)
class _Load:
    """What eight devices sent for some seconds, and what arrived of it."""

    sent: int = 0
    heard: int = 0
    late_s: list[float] = field(default_factory=list)

    def words(self) -> str:
        """Return what came of it."""
        latest, p99 = max(self.late_s) * 1e3, percentile(self.late_s, 99) * 1e3
        return f"{self.sent - self.heard} of {self.sent:,} lost, the latest {latest:.1f} ms (p99 {p99:.1f} ms)"


async def _talk(talker: Talker, rate_hz: int, began_s: float) -> int:
    """Send at a fixed rate; return how many were sent. A turn that comes late sends what has become due meanwhile."""
    number = 0
    count = round(LOAD_S * rate_hz)
    while number < count:
        while number < count and (due_s := began_s + number / rate_hz) <= now_s():
            talker.say(number, due_s)
            number += 1
        await asyncio.sleep(max(0.0, began_s + number / rate_hz - now_s()))
    return count


async def _load(kind: type[Ours] | type[Bare], load: _Load) -> None:
    async with connected(kind, len(RATES_HZ), "load") as pairs:
        talking = await _listened(pairs)
        began_s = now_s() + 0.1
        async with asyncio.TaskGroup() as group:
            for index, ((talker, _), rate_hz) in enumerate(zip(talking, RATES_HZ, strict=True)):
                group.create_task(_talk(talker, rate_hz, began_s + index * 0.0007))
        await asyncio.sleep(0.2)
        for (_, receiver), rate_hz in zip(talking, RATES_HZ, strict=True):
            count = round(LOAD_S * rate_hz)
            load.sent += count
            load.heard += len(receiver.numbers) if receiver.numbers == sorted(set(receiver.numbers)) else 0
            load.late_s += receiver.late_s


async def _eight_devices() -> Line:
    own, peer = _Load(), _Load()
    for _ in range(LOAD_ROUNDS):
        await _load(Ours, own)
        await _load(Bare, peer)
    worst_s = max(own.late_s)
    return Line(
        f"Bluetooth: four guns and four sensors at once, {sum(RATES_HZ):,} notifications a second for {LOAD_ROUNDS * LOAD_S:.0f} s",
        own.words(),
        f"bare bleak: {peer.words()}",
        f"none lost, none later than {LATE_MAX_S * 1e3:.0f} ms",
        own.sent == own.heard and worst_s <= LATE_MAX_S,
    )


async def _beside_bare() -> list[Line]:
    return [await _throughput(), await _writes(), await _eight_devices()]


def measure() -> list[Line]:
    """Measure the Bluetooth link."""
    with asyncio.Runner() as runner:
        lines = runner.run(_beside_bare())
    return [*lines, *loss_lines()]
