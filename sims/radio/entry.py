"""What massctl's entry point ``massctl.radios`` names: the adapter, and the device, behind a ``sim://`` address.

``sim://ID`` is a device of this process's default bench, ``sim://ROOM/ID`` of a named room (each bench with a radio has one of its
name), ``sim://127.0.0.1:PORT/ID`` one that ``massctl sim --ble`` serves in another process. Without an ID the address is for scans.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from massctl.errors import PortMissing, UsageError
from sims.radio.backend import SimulatedClient, SimulatedScanner
from sims.radio.room import Room, find_room


@dataclass(slots=True)
class SimulatedRadio:
    """An adapter in a simulated room, as massctl is told of it."""

    address: str
    options: Mapping[str, Any]
    client: type[SimulatedClient] = SimulatedClient
    scanner: type[SimulatedScanner] = SimulatedScanner

    async def aclose(self) -> None:
        """The room's own adapter stays on."""


async def open_radio(url: str) -> SimulatedRadio:
    """Return the adapter for ``url`` and the address that it names. Raises UsageError or PortMissing."""
    parts = urlsplit(url)
    room = find_room(parts.netloc)
    if room is None:
        raise UsageError(f"{url}: there is no such simulated room in this process.", "Devices are sim://ID.")
    return await _in_room(url, room, parts.path.strip("/"))


async def _in_room(url: str, room: Room, device_id: str) -> SimulatedRadio:
    station = room.stations.get(device_id)
    if device_id and station is None:
        raise PortMissing(url, "no such device is in this simulated room.", f"There are: {', '.join(room.stations)}.")
    return SimulatedRadio(station.address if station is not None else "", {"radio": await room.central()})
