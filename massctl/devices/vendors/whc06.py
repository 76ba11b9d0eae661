"""The driver of a Weiheng WH-C06 scale, which only broadcasts: ``ble://AA:BB:CC:DD:EE:FF?driver=whc06``.

A few broadcasts a second see no stroke, so F35 refuses it for percussion; it measures a ball, a cane or a thumb. It cannot be asked
for anything: its zero is made here. Other makes of it place their figures elsewhere; such a broadcast is refused, not guessed at.
"""

from __future__ import annotations

import asyncio
import math
from pathlib import Path
from typing import Final

from firmware_protocol.errors import RemoteProtocolError
from firmware_protocol.vendors import whc06 as wire
from massctl.devices.address import read_address
from massctl.devices.bundle import DeviceBundle
from massctl.devices.capabilities import ForceReading, ForceSensorCapabilities
from massctl.devices.dictionary import DeviceIdentity
from massctl.devices.subscriber import OneSubscriber
from massctl.errors import NoAnswer, PeerRefused
from massctl.transports.ble import watch_advertisements
from massctl.transports.gatt import Advertisement, Watch
from massctl.units import N_PER_KGF

RATE_HZ: Final = 5.0
"""Broadcasts a second, roughly; nobody tells it. Far below what F35 wants for percussion."""
SILENT_S: Final = 10.0
"""It counts as lost after so long without a broadcast (hangtime-grip-connect)."""
FORCE_MAX_N: Final = 300 * N_PER_KGF
"""Its display ends there."""
TARE_READINGS: Final = 4
TARE_S: Final = 12.0
"""How long so many stable readings may take (design values)."""


async def connect(url: str, *, record: Path | None = None) -> DeviceBundle:
    """Listen until the scale is heard.

    Raises:
        UsageError, ConnectionProblem: The radio does not work.
        NoAnswer: It is not heard; PeerRefused: what is heard is none.
    """
    address = read_address(url)
    sign = -1 if address.choice("sign", "normal", ("normal", "inverted")) == "inverted" else 1
    scale = WHC06(url, sign)
    try:
        scale.attach(await watch_advertisements(address.transport_url, scale.hear))
        await scale.prepare()
    except BaseException:
        await scale.aclose()
        raise
    identity = DeviceIdentity(url, scale.name, wire.NAME, "", "", 0, 0, ("sensor",), is_simulated=address.is_simulated)
    note = "The WH-C06 broadcasts too seldom to see strokes: it measures manual tools only. [F35]"
    return DeviceBundle(url, identity, sensor=scale, warnings=(note,))


class WHC06(OneSubscriber):
    """One scale."""

    def __init__(self, url: str, sign: int) -> None:
        self.url = url
        self.name = "WH-C06"
        self.capabilities = ForceSensorCapabilities(
            rate_hz=RATE_HZ, published_hz=RATE_HZ, force_max_n=FORCE_MAX_N, silent_after_s=SILENT_S
        )
        self._newtons = sign * N_PER_KGF
        self._zero_n = 0.0
        self._watch: Watch | None = None
        self._heard_at_s = -math.inf
        self._refusal = ""
        """Why the newest broadcast could not be read."""
        self._waiters: set[asyncio.Future[tuple[float, bool]]] = set()

    def attach(self, watch: Watch) -> None:
        """Take the scan that hears it."""
        self._watch = watch

    @property
    def last_frame_at_s(self) -> float:
        """When the last valid broadcast was heard."""
        return self._heard_at_s

    async def prepare(self) -> None:
        """Wait for a broadcast. Raises NoAnswer, or PeerRefused where there are only ones that cannot be read."""
        await self._next(SILENT_S)

    async def tare(self) -> None:
        """Make the present load zero, once the scale calls it stable. Raises NoAnswer or PeerRefused."""
        values: list[float] = []
        try:
            async with asyncio.timeout(TARE_S):
                while len(values) < TARE_READINGS:
                    force_n, is_stable = await self._next(SILENT_S)
                    values = [*values, force_n] if is_stable else []
        except TimeoutError:
            what = "the scale did not become stable"
            raise NoAnswer(self.name, what, TARE_S, "Keep it still and try again.") from None
        self._zero_n = sum(values) / len(values)

    async def aclose(self) -> None:
        """Listen no more; idempotent."""
        watch, self._watch = self._watch, None
        if watch is not None:
            await watch.aclose()

    def hear(self, advertisement: Advertisement) -> None:
        """Take a broadcast: only one with this name and company is the scale's."""
        data = advertisement.manufacturer_data.get(wire.COMPANY_ID)
        if advertisement.name != wire.NAME or data is None:
            return
        try:
            weight = wire.decode(data)
        except RemoteProtocolError as error:
            self._refusal = error.reason
            return
        self._heard_at_s = advertisement.at_s
        force_n = self._newtons * weight.weight_kg
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result((force_n, weight.is_stable))
        value_n = force_n - self._zero_n
        is_over = abs(force_n) >= FORCE_MAX_N
        self._report(ForceReading(advertisement.at_s, advertisement.at_s, value_n, value_n, is_saturated=is_over))

    async def _next(self, within_s: float) -> tuple[float, bool]:
        """Return the next load, untared, and whether the scale calls it stable."""
        waiter: asyncio.Future[tuple[float, bool]] = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            async with asyncio.timeout(within_s):
                return await waiter
        except TimeoutError:
            if self._refusal and math.isinf(self._heard_at_s):
                raise PeerRefused(self.url, f"{self._refusal}.", "This make of the scale is not supported.") from None
            raise NoAnswer(self.name, "no broadcast was heard", within_s, "Switch it on, bring it near.") from None
        finally:
            self._waiters.discard(waiter)
