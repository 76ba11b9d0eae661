"""A ``GattLink`` straight to a simulated peripheral, without bleak and radio: for the edges that only a driver and a twin share."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

from massctl.errors import ConnectionProblem, LinkLost, PeerRefused
from sims.radio.peripheral import Characteristic, Peripheral, Refused, Service

ADDRESS = "C2:11:22:33:44:55"


class DirectLink:
    """What massctl's own link promises, with ``latency_s`` for each exchange."""

    def __init__(self, peripheral: Peripheral, url: str = "ble://direct", latency_s: float = 0.01) -> None:
        self.url = url
        self.peripheral = peripheral
        self.address = peripheral.address = peripheral.address or ADDRESS
        self.name = peripheral.broadcast.name
        self.mtu_bytes = peripheral.mtu_bytes
        self.offers = {
            each.uuid: each.properties for service in peripheral.services for each in service.characteristics
        }
        self.characteristics = frozenset(self.offers)
        self.talk: list[tuple[str, str, bytes]] = []
        """What was read, written and notified: kind, characteristic, bytes."""
        self.is_mute = False
        """Nothing that is posted or read arrives any more, and nobody tells."""
        self.is_closed = False
        self._latency_s = latency_s
        self._loop = asyncio.get_running_loop()
        self._lane: deque[Callable[[], None]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._receivers: dict[str, Callable[[bytes], None]] = {}
        self._on_lost: Callable[[ConnectionProblem], None] | None = None

    def properties(self, characteristic: str) -> frozenset[str]:
        return self.offers.get(characteristic, frozenset())

    def start(self, on_lost: Callable[[ConnectionProblem], None]) -> None:
        self._on_lost = on_lost
        self.peripheral.plug = self
        self.peripheral.is_connected = True
        self.peripheral.on_connect(self._loop.time())

    async def read(self, characteristic: str) -> bytes:
        await asyncio.sleep(self._latency_s)
        return self._read(characteristic)

    async def write(self, characteristic: str, data: bytes) -> None:
        await asyncio.sleep(self._latency_s)
        try:
            self._write(characteristic, data)
        except Refused as refusal:
            raise PeerRefused(self.url, f"{refusal}.") from refusal

    def post(self, characteristic: str, data: bytes, *, with_response: bool = False) -> None:
        self._queue(lambda: self._write(characteristic, data))

    def fetch(self, characteristic: str, on_value: Callable[[bytes], None]) -> None:
        self._queue(lambda: on_value(self._read(characteristic)))

    def discard_unsent(self) -> None:
        self._lane.clear()

    async def subscribe(self, characteristic: str, on_value: Callable[[bytes], None]) -> None:
        await asyncio.sleep(self._latency_s)
        self._receivers[characteristic] = on_value
        self.peripheral.on_subscribe(characteristic, True, self._loop.time())

    async def aclose(self) -> None:
        if not self.is_closed and not self.is_mute:
            await asyncio.sleep(self._latency_s * len(self._lane))
        self._end()
        self.is_closed = True

    # What a radio would do.

    def notify(self, uuid: str, data: bytes) -> bool:
        receiver = self._receivers.get(uuid)
        if receiver is None:
            return False
        self.talk.append(("notify", uuid, data))
        if not self.is_mute:
            self._loop.call_soon(receiver, data)
        return True

    @property
    def payload_bytes(self) -> int:
        return self.mtu_bytes - 3

    def hang_up(self) -> None:
        self.lose()

    def lose(self) -> None:
        """Lose the link: both ends learn it."""
        self._end()
        if self._on_lost is not None and not self.is_closed:
            self._on_lost(LinkLost(self.url, "out of range.", "Bring it near."))

    def _end(self) -> None:
        self._lane.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self.peripheral.plug is self:
            self.peripheral.plug = None
            self.peripheral.is_connected = False
            self.peripheral.on_disconnect(self._loop.time())

    def _queue(self, act: Callable[[], None]) -> None:
        self._lane.append(act)
        if self._timer is None:
            self._timer = self._loop.call_later(self._latency_s, self._work)

    def _work(self) -> None:
        self._timer = None
        if self._lane:
            act = self._lane.popleft()
            if not self.is_mute:
                act()
        if self._lane and self._timer is None:
            self._timer = self._loop.call_later(self._latency_s, self._work)

    def _read(self, characteristic: str) -> bytes:
        value = self.peripheral.on_read(characteristic, self._loop.time())
        self.talk.append(("read", characteristic, value))
        return value

    def _write(self, characteristic: str, data: bytes) -> None:
        self.talk.append(("write", characteristic, data))
        self.peripheral.on_write(characteristic, data, self._loop.time())


class ScriptedLink(DirectLink):
    """A device that knows one golden conversation: each write must be the next in it, and is answered as it says.

    A read of one of ``polls``, or a write of ``poll``, may come at any time: it is answered with something, or as it was last.
    """

    def __init__(
        self,
        steps: list[dict[str, Any]],
        name: str,
        *,
        address: str = ADDRESS,
        polls: frozenset[str] = frozenset(),
        poll: bytes = b"",
    ) -> None:
        offers = {uuid for step in steps for key in ("read", "write", "notify", "subscribe") if (uuid := step.get(key))}
        peripheral = Peripheral()
        peripheral.services = (
            Service("", tuple(Characteristic(uuid, "read", "write", "notify") for uuid in sorted(offers | polls))),
        )
        peripheral.address = address
        super().__init__(peripheral)
        self.name = name
        self.left = deque(step for step in steps if "note" not in step)
        self._polls = polls
        self._poll = poll
        self._last: dict[str, Any] = {}

    async def subscribe(self, characteristic: str, on_value: Callable[[bytes], None]) -> None:
        assert self.left.popleft() == {"subscribe": characteristic}
        await super().subscribe(characteristic, on_value)
        self._answer()

    def _read(self, characteristic: str) -> bytes:
        if characteristic in self._polls:
            return b"1.0"
        step = self.left.popleft()
        assert step["read"] == characteristic
        return bytes.fromhex(step["device"])

    def _write(self, characteristic: str, data: bytes) -> None:
        step = self.left[0] if self.left else {}
        if (step.get("write"), step.get("host")) == (characteristic, data.hex(" ")):
            self.left.popleft()
            self._answer()
        else:
            assert data == self._poll, (data.hex(" "), step)
            self.notify(self._last["notify"], bytes.fromhex(self._last["device"]))

    def _answer(self) -> None:
        while self.left and "notify" in self.left[0]:
            self._last = self.left.popleft()
            self.notify(self._last["notify"], bytes.fromhex(self._last["device"]))
