"""The computer's own end of the simulated radio: one device for all scanners and connections, as an adapter is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

from bumble import hci
from bumble.device import Advertisement, Connection, Device
from bumble.host import Host

Listener = Callable[[Advertisement], None]
CONNECT_S: Final = 20.0
"""Longer than massctl waits; a central that was told nothing waits for ever."""


class Central:
    """An adapter: scans while anybody listens, connects one device at a time."""

    def __init__(self, source: Any, sink: Any, address: str) -> None:
        self._device = Device(
            name="massctl", address=hci.Address(address), host=Host(controller_source=source, controller_sink=sink)
        )
        self._listeners: list[Listener] = []
        self._device.on(Device.EVENT_ADVERTISEMENT, self._heard)

    async def switch_on(self) -> None:
        """Reset the controller and be ready."""
        await self._device.power_on()

    async def listen(self, listener: Listener) -> None:
        """Tell ``listener`` of every advertisement."""
        self._listeners.append(listener)
        if len(self._listeners) == 1:
            await self._device.start_scanning(active=True, filter_duplicates=False)

    async def unlisten(self, listener: Listener) -> None:
        """Tell it no more."""
        if listener in self._listeners:
            self._listeners.remove(listener)
            if not self._listeners and self._device.is_scanning:
                await self._device.stop_scanning()

    async def connect(self, address: hci.Address, timeout_s: float = CONNECT_S) -> Connection:
        """Connect; raises what bumble raises."""
        try:
            return await self._device.connect(address, timeout=timeout_s)
        except asyncio.CancelledError:
            await self._device.send_sync_command(
                hci.HCI_LE_Create_Connection_Cancel_Command()
            )  # bumble leaves it pending
            raise

    def _heard(self, advertisement: Advertisement) -> None:
        for listener in tuple(self._listeners):
            listener(advertisement)
