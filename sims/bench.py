"""The bench: one world, driven by the event loop's clock, with an endpoint for each device and a keyboard for the person.

This is where simulation meets asyncio. Steps lie on a fixed grid of simulated time and are made when the loop gets there, so
the bench runs on a real, a scaled and a virtual loop alike; bytes that arrive between two steps find the world up to date.

Not modelled: a host that is faster than its own loop.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, Self

from massctl.body.atlas import Atlas
from massctl.errors import UsageError
from sims import live
from sims.body import USUAL_N
from sims.devices import ALL, ROLES
from sims.endpoints import Endpoint, MemoryEndpoint, PtyEndpoint, TcpEndpoint, Unwired
from sims.faults.catalogue import CATALOGUE
from sims.faults.scenario import read_faults
from sims.faults.schedule import Schedule
from sims.faults.timing import Timed
from sims.loop import SimulatedTimeLoop
from sims.person import Person
from sims.radio.peripheral import Peripheral
from sims.vendors.plug_links import PlugEndpoint
from sims.vendors.plug_twin import PlugTwin
from sims.vendors.registry import make_twin
from sims.vendors.twin import StreamTwin, Twin
from sims.world import Span, World

if TYPE_CHECKING:
    from sims.radio.room import Room
    from sims.radio.station import Station

Link = Literal["memory", "pty", "tcp", "ble"]
ON_WIRES: Final = frozenset({"pty", "tcp"})
"""Links that the system carries."""


class Evidence(NamedTuple):
    """What the bench saw, on its own clock."""

    now_s: float
    fault_began_s: float | None
    drives: tuple[Span, ...]
    """When the motor was driven."""
    unwanted: tuple[Span, ...]
    """When it was driven although its firmware had switched it off."""


class SimulationError(RuntimeError):
    """The simulation itself failed; names the bench, the part of it, and the simulated time."""


@lru_cache(maxsize=256)
def working_push_n(point: str) -> float:
    """Return the middle of a point's force band, as the atlas has it."""
    try:
        band = Atlas.load().point(point).force_n
    except UsageError:
        band = None
    return 0.5 * (band[0] + band[1]) if band else USUAL_N


class Bench:
    """A massager, a force sensor, a timer, a body and a person, simulated.

    Args:
        seed: draws every character and every chance.
        link: how the devices are reached: ``memory``, ``pty``, ``tcp`` or ``ble``.
        with_person: whether the simulated person presses keys; the hand follows the session in any case.
        rate_hz: conversions a second of the force sensor: 10, 80 or 500.
        combined: one device with all functions (``urls["all"]``) instead of three.
        relay_feeds_motor: the timer's relay lies in the massager's supply.
        devices: twins of foreign devices by role, in place of our own: ``{"massager": "vesc", "sensor": "mark10"}``.
        faults: what breaks, and when: ``NAME``, ``NAME@SECONDS``, ``NAME@PHASE``, or the path of a scenario file.

    Raises:
        UsageError, FileProblem: A fault, or a device, that does not exist.
    """

    def __init__(
        self,
        seed: int = 1,
        link: Link = "memory",
        with_person: bool = True,
        *,
        rate_hz: int = 500,
        combined: bool = False,
        relay_feeds_motor: bool = False,
        devices: Mapping[str, str] | None = None,
        faults: Sequence[str] = (),
    ) -> None:
        timed = read_faults(faults)
        self.seed = seed
        self.link = _link(link, timed)
        self.with_person = with_person
        self.is_combined = combined
        self.world = World(
            seed,
            rate_hz=rate_hz,
            is_combined=combined,
            relay_feeds_motor=relay_feeds_motor or any(each.fault.needs_relay for each in timed),
            working_push_n=working_push_n,
        )
        self.urls: dict[str, str] = {}
        """Address by role; of a combined device the same for all, and under ``all``."""
        self.name = ""
        self.devices = dict(devices or {})
        """Twins by role, in place of our own devices."""
        self.twins: dict[str, Twin] = {}
        """Twins of foreign devices, by the id of their driver."""
        for device_id in self.devices.values():
            self.add(device_id)
        self.faults = Schedule(timed, self)
        if timed:
            self.world.before_step = self.faults.step
            self.world.log.reader = self.faults.hear
        self._cables = asyncio.TaskGroup()
        self._endpoints: dict[str, Endpoint] = {}
        """By role of ours, or by a twin's id."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._press: Callable[[str], None] | None = None
        self._failure: SimulationError | None = None
        self._room: Room | None = None

    @staticmethod
    def loop_factory(speed: float | None) -> Callable[[], asyncio.AbstractEventLoop]:
        """Return the maker of a loop whose time runs ``speed`` times as fast as real time; None is virtual time."""
        return lambda: SimulatedTimeLoop(speed)

    @property
    def person(self) -> Person:
        """The simulated person."""
        return self.world.person

    def attach(self, press: Callable[[str], None]) -> None:
        """Give the person a keyboard: ``press`` takes key names (``enter``, ``r``, ``4``, …)."""
        self._press = press

    def see(self, event: dict[str, Any]) -> None:
        """Show the person one event of the session; from the first on, the hand follows the session."""
        self.world.holder = self.world.person
        now_s = self.catch_up()
        self.world.person.see(event, now_s)
        self.faults.see(event, now_s)

    # Faults.

    @staticmethod
    def fault_names() -> tuple[str, ...]:
        """Return the names of the faults that the bench can make."""
        return tuple(fault.name for fault in CATALOGUE.values() if fault.effect is not None)

    def evidence(self, fault: str = "") -> Evidence:
        """Return what the bench saw of its motor, and when ``fault`` began."""
        world = self.world
        return Evidence(self.catch_up(), self.faults.began_s(fault), tuple(world.drives), tuple(world.unwanted))

    def unplug(self, role: str) -> None:
        """Pull the cable of the device in ``role``."""
        self._endpoint(role).unplug()
        self.world.log.note(self.catch_up(), role, "unplugged")

    def unplug_all(self) -> None:
        """Pull all cables."""
        for name, endpoint in self._endpoints.items():
            endpoint.unplug()
            self.world.log.note(self.catch_up(), name, "unplugged")

    async def plug_in(self, role: str) -> None:
        """Plug it in again; a pty gets a new path, so read ``urls`` anew."""
        await self._endpoint(role).open()
        self._set_urls()
        self.world.log.note(self.catch_up(), role, "plugged in")

    def replug(self, role: str) -> None:
        """Plug it in again as soon as the loop turns."""
        self._cables.create_task(self.plug_in(role), name=f"plug in the {role}")

    def soon(self, action: Callable[[], None]) -> None:
        """Do ``action`` in the next turn of the loop."""
        if self._loop is not None:
            self._loop.call_soon(action)

    def hang(self, role: str, *, is_hung: bool = True) -> None:
        """Let the firmware hang, the link staying up; the motor keeps the drive that it has."""
        twin = self.twins.get(self._device_in(role))
        device = twin if isinstance(twin, StreamTwin) else self.world.boards[self.board_role(role)]
        device.is_hung = is_hung

    def station(self, role: str) -> Station:
        """Return the radio of the device in ``role``. Raises UsageError where it has none."""
        device_id = self._device_in(role)
        if self._room is None or device_id not in self._room.stations:
            raise UsageError(f"The bench's {role} has no radio.", "Use --ble.")
        return self._room.stations[device_id]

    # Twins.

    def _device_in(self, role: str) -> str:
        """Return the id of the twin that plays ``role``; the role of our own board where none does."""
        playing = (device_id for device_id, twin in self.twins.items() if twin.role == role)
        return self.devices.get(role) or next(playing, None) or (self.board_role(role) if role in ROLES else role)

    def add(self, device_id: str) -> Twin:
        """Return the twin of this device, made at the first asking. Raises UsageError where there is none."""
        twin = self.twins.get(device_id)
        if twin is None:
            twin = self.twins[device_id] = make_twin(device_id, self.world)
            self.world.twins.append(twin)
        return twin

    async def serve(self, device_id: str) -> Endpoint:
        """Return where the twin of a device is reached, opened at the first asking. Raises UsageError."""
        endpoint = self._endpoints.get(device_id)
        if endpoint is None:
            twin = self.add(device_id)
            endpoint = self._endpoints[device_id] = self._make_twin_endpoint(twin)
            await endpoint.open()
        return endpoint

    # Radio.

    async def switch_on_radios(self) -> None:
        """Put all twins that have a radio on the air."""
        for device_id, twin in tuple(self.twins.items()):
            if isinstance(twin, Peripheral):
                await self.serve(device_id)

    @property
    def room(self) -> Room:
        """The place whose air carries what is reached by radio; made at the first asking."""
        if self._room is None:
            from sims.radio.room import Room  # noqa: PLC0415 - the radio is loaded when something is reached by it

            self._room = Room(self.name, self.catch_up, self._fail)
        return self._room

    @property
    def has_radio(self) -> bool:
        """Whether anything here is reached by radio."""
        return self._room is not None

    async def serve_radio(self) -> None:
        """Let other processes reach by radio what is on the air here; the addresses change."""
        await self.room.serve()
        self._set_urls()

    # Life.

    async def __aenter__(self) -> Self:
        self.begin()
        try:
            for role in self.world.boards:
                if role not in self.devices:
                    self._endpoints[role] = self._make_endpoint(role)
                    await self._endpoints[role].open()
            for device_id in self.devices.values():
                await self.serve(device_id)
        except BaseException:
            await self._close()
            raise
        self._set_urls()
        await self._cables.__aenter__()
        self.faults.start(self.catch_up())
        return self

    def begin(self) -> None:
        """Let time run, and take a name; who enters the bench need not call it."""
        self._loop = asyncio.get_running_loop()
        if self.link in ON_WIRES and isinstance(self._loop, SimulatedTimeLoop) and self._loop.is_virtual:
            raise UsageError(
                f"A bench on {self.link} cannot run in virtual time: the system carries those bytes in real time.",
                "Use the memory link or the radio, or a speed.",
            )
        self.world.begin(self._loop.time())
        self.name = live.enter(self)
        self._timer = self._loop.call_at(self.world.next_step_s, self._wake)

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._cables.__aexit__(None, None, None)
        await self._close()
        if self._failure is not None and exc is None:
            raise self._failure

    async def _close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._loop = None
        live.leave(self.name)
        for endpoint in self._endpoints.values():
            await endpoint.aclose()
        if self._room is not None:
            await self._room.aclose()

    def connect(self, role: str) -> MemoryEndpoint[Any]:
        """Return the in-memory endpoint of ``role``. Raises UsageError when there is none."""
        endpoint = self._endpoint(role)
        if not isinstance(endpoint, MemoryEndpoint):
            raise UsageError(f"The bench's {role} is at {endpoint.url}, not in memory.", "Use that address.")
        return endpoint

    def _make_endpoint(self, role: str) -> Endpoint:
        board = self.world.boards[role]
        match self.link:
            case "pty":
                return PtyEndpoint(board, self)
            case "tcp":
                return TcpEndpoint(board, self)
            case "memory":
                return MemoryEndpoint(board, self, f"sim://{self.name}/{role}")
            case "ble":
                from sims.radio.board import BoardPeripheral  # noqa: PLC0415 - as ``room``

                return self._on_air(BoardPeripheral(role, board))
        raise UsageError(f"There is no link {self.link!r}.", "Links are: memory, pty, tcp, ble.")

    def _on_air(self, peripheral: Peripheral) -> Endpoint:
        from sims.radio.endpoint import RadioEndpoint  # noqa: PLC0415 - as ``room``

        return RadioEndpoint(peripheral, self.room)

    def _make_twin_endpoint(self, twin: Twin) -> Endpoint:
        """Serve it by radio if it has one, in memory, or on the link; a network device is on TCP where others have a pty."""
        if isinstance(twin, Peripheral):
            return self._on_air(twin)
        if isinstance(twin, PlugTwin):
            return PlugEndpoint(twin, self, f"sim://{self.name}/{twin.id}")
        if not isinstance(twin, StreamTwin):
            raise UsageError(f"The simulated {twin.id} has neither a wire nor a radio.")
        if self.link not in ON_WIRES:
            return MemoryEndpoint(twin, self, f"sim://{self.name}/{twin.id}")
        if twin.plain_url is not None:
            return Unwired(twin.plain_url)
        return TcpEndpoint(twin, self) if self.link == "tcp" or twin.on_tcp else PtyEndpoint(twin, self)

    def _set_urls(self) -> None:
        self.urls.update({role: endpoint.url for role, endpoint in self._endpoints.items() if role not in self.twins})
        for role, device_id in self.devices.items():
            self.urls[role] = self._twin_url(device_id)
        if self.is_combined:
            self.urls.update(dict.fromkeys(ROLES, self.urls[ALL]))

    def _twin_url(self, device_id: str) -> str:
        """Return the address of a twin; a simulated one names its driver by itself."""
        url = self._endpoints[device_id].url
        twin = self.twins[device_id]
        options = twin.options if isinstance(twin, StreamTwin) else ""
        return url if url.startswith(("sim://", f"{device_id}://")) else f"{url}?driver={device_id}{options}"

    def board_role(self, role: str) -> str:
        """Return the role of the board that carries ``role``. Raises UsageError."""
        if role not in (*ROLES, ALL) or (role == ALL and not self.is_combined):
            raise UsageError(f"The bench has no {role!r}.", f"It has: {', '.join(self.world.boards)}.")
        return ALL if self.is_combined else role

    def _endpoint(self, role: str) -> Endpoint:
        device_id = self._device_in(role)
        return self._endpoints[device_id if device_id in self._endpoints else self.board_role(role)]

    # Time.

    def runs_on(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Whether this is its loop."""
        return self._loop is loop

    @property
    def is_over(self) -> bool:
        """Whether its loop has ended."""
        return self._loop is not None and self._loop.is_closed()

    def catch_up(self) -> float:
        """Bring the world up to the loop's time, press the keys that the person has pressed; return the time."""
        if self._loop is None or self._failure is not None:
            return self.world.now_s
        now_s = self._loop.time()
        try:
            keys = self.world.advance_to(now_s)
        except Exception as error:  # noqa: BLE001 - whatever broke, the bench must not stand there as if it lived
            self._fail(error)
            return now_s
        if keys and self._press is not None and self.with_person:
            for key in keys:
                self._press(key)
        return now_s

    def _wake(self) -> None:
        self.catch_up()
        if self._loop is not None and self._failure is None:
            self._timer = self._loop.call_at(self.world.next_step_s, self._wake)

    def _fail(self, error: Exception) -> None:
        """Fail loudly: all links break at once, and leaving the bench raises."""
        problem = SimulationError(f"{self.name}, {_part(error)}, at {self.world.now_s:.3f} s simulated: {error!r}")
        problem.__cause__ = error
        self._failure = problem
        for endpoint in self._endpoints.values():
            endpoint.unplug()


def _link(link: Link, faults: Sequence[Timed]) -> Link:
    """Return how devices are reached: by radio where a fault needs one and nothing else was asked for. Raises UsageError."""
    needing = [each.fault.name for each in faults if each.fault.needs_radio]
    if not needing or link == "ble":
        return link
    if link == "memory":
        return "ble"
    raise UsageError(f"The fault '{needing[0]}' is one of a radio.", "Add --ble.")


def _part(error: Exception) -> str:
    """Return the part of the simulation that failed: the innermost of our modules in the traceback."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [Path(frame.filename).stem for frame in frames if Path(frame.filename).parent == Path(__file__).parent]
    return ours[-1] if ours else "somewhere"


def default_bench() -> Bench:
    """Return the bench of this loop that was opened first; made now, and kept as long as the loop, where there is none."""
    loop = asyncio.get_running_loop()
    for bench in live.benches():
        if bench.runs_on(loop):
            return bench
    bench = Bench(with_person=False)
    bench.begin()
    return bench
