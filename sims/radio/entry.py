"""What massctl's entry point ``massctl.radios`` names: the adapter, and the device, behind a ``sim://`` address.

``sim://ID`` is a device of this process's default bench, ``sim://BENCH/ID`` one of a named bench or room, and
``sim://127.0.0.1:PORT/ID`` one that ``massctl sim --ble`` serves in another process. ``sim://`` alone is for scans: a twin of each
known device that has a radio comes on the air.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from massctl.errors import PortMissing
from sims.bench import default_bench
from sims.live import find_bench, live_bench
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
        return SimulatedRadio(_heard_or_named(path), {"radio": remote.central}, remote=remote)
    room, device_id = await _place(parts.netloc, path)
    station = room.stations.get(device_id)
    if device_id and station is None:
        raise PortMissing(url, "no such device is in this simulated room.", f"There are: {', '.join(room.stations)}.")
    if station is not None and parts.query:
        station.peripheral.set_up(dict(parse_qsl(parts.query)))
    return SimulatedRadio(station.address if station is not None else "", {"radio": await room.central()})


def _heard_or_named(path: str) -> str:
    """Return the address of a device in another process: as a scan has heard it, or of the device that is named."""
    is_heard = re.fullmatch(r"(?i)[0-9a-f]{2}(:[0-9a-f]{2}){5}", path) is not None
    return path if is_heard or not path else address_of(path)


async def _place(name: str, path: str) -> tuple[Room, str]:
    """Return the room that an address means, and the device in it, which is put on the air. Raises UsageError."""
    bench = find_bench(name)
    if bench is None:
        if (room := find_room(name)) is not None:
            return room, path
        if path:
            return live_bench(name).room, path  # which says that there is none
        bench, path = default_bench(), name
        for device_id in () if name else filter(is_by_radio, TWINS):
            bench.add(device_id)
    if path in TWINS:
        await bench.serve(path)
    elif not path:
        await bench.switch_on_radios()
    elif path not in bench.room.stations:
        bench.add(path)  # which says that there is none
    return bench.room, path
