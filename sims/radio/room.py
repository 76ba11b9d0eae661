"""A simulated place with Bluetooth devices in it, and the adapter that a program in it uses.

The room is an object of one event loop; leaving it takes all devices off the air.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from bumble.utils import AsyncRunner

from sims.radio.air import Air, RadioController
from sims.radio.central import Central
from sims.radio.peripheral import Peripheral
from sims.radio.station import Station, address_of

if TYPE_CHECKING:
    from sims.radio.hci import HciServer

_live: Final[dict[str, Room]] = {}
"""Rooms of this process, by name."""
QUIET_S: Final = 1.0
"""How long bumble's own small tasks may take to end."""


class Room:
    """Peripherals by id on one air, and one adapter.

    Args:
        name: by which ``sim://NAME/ID`` finds it in this process.
        clock: the time that the peripherals are told; by default the event loop's.
        on_failure: told what a peripheral raised, the first time.
    """

    def __init__(
        self,
        name: str = "room",
        clock: Callable[[], float] | None = None,
        on_failure: Callable[[Exception], None] | None = None,
    ) -> None:
        self.name = name
        self.place = name
        """How its devices are addressed: ``sim://PLACE/ID``; HOST:PORT while it is served to other processes."""
        self.stations: dict[str, Station] = {}
        self.failure: Exception | None = None
        """What a peripheral raised; the simulation is not to be trusted from then on."""
        self._on_failure = on_failure
        self._server: HciServer | None = None
        self._clock = clock or asyncio.get_running_loop().time
        self._air = Air(random.Random(name))
        self._central: Central | None = None
        self._centrals: list[RadioController] = []
        self._adapters_made = 0
        self._lock = asyncio.Lock()
        self._loop = asyncio.get_running_loop()
        _live[name] = self

    @property
    def is_over(self) -> bool:
        """Whether its loop has ended."""
        return self._loop.is_closed()

    async def add(self, peripheral: Peripheral) -> Station:
        """Put a device on the air. Raises ValueError for an id that is there already."""
        if peripheral.id in self.stations:
            raise ValueError(f"{self.name}: there is a {peripheral.id} already")
        address = address_of(peripheral.id)
        station = Station(peripheral, self._air, address, self._clock, self._fail)
        self.stations[peripheral.id] = station
        await station.switch_on()
        return station

    def remove(self, peripheral_id: str) -> None:
        """Switch a device off."""
        self.stations.pop(peripheral_id).switch_off()

    async def central(self) -> Central:
        """Return this process's adapter, switched on."""
        async with self._lock:
            if self._central is None:
                controller = self.new_controller()
                central = Central(controller, controller, str(controller.random_address).split("/")[0])
                await central.switch_on()
                self._central = central
            return self._central

    def new_controller(self) -> RadioController:
        """Return the controller of one more adapter on this air."""
        self._adapters_made += 1
        name = f"adapter {self._adapters_made}"
        controller = RadioController(name, self._air, address_of(name))
        self._centrals.append(controller)
        return controller

    def discard_controller(self, controller: RadioController) -> None:
        """Switch an adapter off."""
        if controller in self._centrals:
            self._centrals.remove(controller)
            controller.switch_off()

    async def serve(self) -> str:
        """Let other processes in; return HOST:PORT, which is then this room's place."""
        from sims.radio.hci import HciServer  # noqa: PLC0415 - only rooms that are served

        if self._server is None:
            self._server = HciServer(self)
            self.place = await self._server.open()
        return self.place

    async def aclose(self) -> None:
        """Take everything off the air; idempotent."""
        if _live.get(self.name) is self:
            del _live[self.name]
        if self._server is not None:
            await self._server.aclose()
        for station in self.stations.values():
            station.switch_off()
        self.stations.clear()
        for controller in self._centrals:
            controller.switch_off()
        self._centrals.clear()
        self._central = None
        await asyncio.sleep(0)  # what was on its way arrives
        running: set[Any] = AsyncRunner.running_tasks
        if tasks := [task for task in running if task.get_loop() is self._loop]:
            await asyncio.wait(tasks, timeout=QUIET_S)

    def _fail(self, error: Exception) -> None:
        if self.failure is None:
            self.failure = error
            if self._on_failure is not None:
                self._on_failure(error)


def find_room(name: str) -> Room | None:
    """Return the room of this name in this process, if it lives."""
    for ended in [each for each, room in _live.items() if room.is_over]:
        del _live[ended]
    return _live.get(name)
