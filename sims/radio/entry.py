"""What massctl's entry point ``massctl.radios`` names: the adapter, and the device, behind a ``sim://`` address.

``sim://ID`` is a device of this process's default bench, ``sim://BENCH/ID`` one of a named bench or room, and
``sim://127.0.0.1:PORT/ID`` one that ``massctl sim --ble`` serves in another process. ``sim://`` alone is for scans: a twin of each
known device that has a radio comes on the air.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, parse_qsl, urlsplit

from massctl.errors import PortMissing
from sims.bench import Bench, default_bench, live_bench
from sims.radio.backend import SimulatedClient, SimulatedScanner
from sims.radio.hci import RemoteCentral, open_remote
from sims.radio.room import Room, find_room
from sims.radio.station import address_of
from sims.vendors.registry import TWINS, is_by_radio


@dataclass(slots=True)
class SimulatedRadio:
    """An adapter in a simulated room, as massctl is told of it."""

    address: str
    options: Mapping[str, Any]
    client: type[SimulatedClient] = SimulatedClient
    scanner: type[SimulatedScanner] = SimulatedScanner
    remote: RemoteCentral | None = field(default=None)

    async def aclose(self) -> None:
        """Switch the adapter off if it is in another process's room; a room's own stays on."""
        if self.remote is not None:
            await self.remote.aclose()


async def open_radio(url: str) -> SimulatedRadio:
    """Return the adapter for ``url`` and the address that it names. Raises UsageError or PortMissing."""
    parts = urlsplit(url)
    path = parts.path.strip("/")
    if parts.port is not None:
        remote = await open_remote(url, parts.hostname or "", parts.port)
        return SimulatedRadio(address_of(path) if path else "", {"radio": remote.central}, remote=remote)
    room = find_room(parts.netloc)
    if room is None or not _is_in(room, path):
        room, path = await _on_a_bench(parts, path)
    station = room.stations.get(path)
    if path and station is None:
        raise PortMissing(url, "no such device is in this simulated room.", f"There are: {', '.join(room.stations)}.")
    if station is not None and parts.query:
        station.peripheral.set_up(dict(parse_qsl(parts.query)))
    return SimulatedRadio(station.address if station is not None else "", {"radio": await room.central()})


def _is_in(room: Room, device_id: str) -> bool:
    return not device_id or device_id in room.stations


async def _on_a_bench(parts: SplitResult, path: str) -> tuple[Room, str]:
    """Put the device that the address names on the air of its bench; return its room and its id."""
    if not parts.netloc:
        return await _everything(default_bench()), ""
    bench, device_id = (live_bench(parts.netloc), path) if path else (default_bench(), parts.netloc)
    if device_id:
        await bench.serve(device_id)
    return bench.room, device_id


async def _everything(bench: Bench) -> Room:
    """Put a twin of each known device with a radio on the air."""
    for device_id in filter(is_by_radio, TWINS):
        await bench.serve(device_id)
    return bench.room
