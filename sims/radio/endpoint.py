"""Where a simulated device with a radio is reached: ``sim://ROOM/ID`` in this process, ``sim://HOST:PORT/ID`` from others."""

from __future__ import annotations

from sims.radio.peripheral import Peripheral
from sims.radio.room import Room


class RadioEndpoint:
    """One device of a bench, on the air; to unplug it is to carry it out of range."""

    def __init__(self, peripheral: Peripheral, room: Room) -> None:
        self.peripheral = peripheral
        self.room = room

    @property
    def url(self) -> str:
        """Its address."""
        return f"sim://{self.room.place}/{self.peripheral.id}"

    async def open(self) -> None:
        """Switch it on, or bring it back."""
        station = self.room.stations.get(self.peripheral.id)
        if station is None:
            await self.room.add(self.peripheral)
        else:
            station.set_out_of_range(is_out=False)

    def unplug(self) -> None:
        """Carry it away."""
        station = self.room.stations.get(self.peripheral.id)
        if station is not None:
            station.set_out_of_range(is_out=True)

    async def aclose(self) -> None:
        """Carry it away for good; the room ends with the bench."""
        self.unplug()
