"""A whole session in virtual time: production drivers on the simulated bench, a plan of the test's own, and all its events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from massctl.devices import DeviceBundle, connect
from massctl.programs.plan import Plan
from massctl.session.commands import KEYBOARD, Key, Press
from massctl.session.events import Event, Intervention, Phase, PhaseChanged, SessionEnded, StopSeen
from massctl.session.runner import SessionDevices, SessionRunner
from massctl.session.snapshot import Drive
from sims.entry import Bench
from sims.holder import Doing, Feeling

E_ = TypeVar("E_", bound=Event)

ROLES = ("massager", "sensor", "timer")


class Pusher:
    """A hand that pushes as hard as the test says, and presses no key."""

    def __init__(self) -> None:
        self.aim_n = 0.0

    def step(self, now_s: float, feeling: Feeling) -> Doing:
        """Push."""
        return Doing(self.aim_n, "perc", ("UTRAP", "L"), ())


@dataclass
class Rig:
    """One session on the bench."""

    bench: Bench
    plan: Plan
    with_person: bool = True
    roles: tuple[str, ...] = ROLES
    options: dict[str, Any] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    pusher: Pusher = field(default_factory=Pusher)
    on_event: Callable[[Event], None] | None = None
    _bundles: list[DeviceBundle] = field(default_factory=list)

    async def connect(self) -> SessionDevices:
        """Open the bench's devices, closing what was open."""
        await self.aclose()
        bundles = {}
        for role in self.roles:
            bundles[role] = await connect(self.bench.urls[role], [role])
            self._bundles.append(bundles[role])
        return SessionDevices(
            massager=bundles["massager"].massager if "massager" in bundles else None,
            sensor=bundles["sensor"].sensor if "sensor" in bundles else None,
            timer=bundles["timer"].timer if "timer" in bundles else None,
        )

    async def aclose(self) -> None:
        """Close the links."""
        for bundle in self._bundles:
            await bundle.aclose()
        self._bundles.clear()

    async def start(self, group: asyncio.TaskGroup) -> asyncio.Task[SessionEnded]:
        """Begin the session."""
        devices = self.options.pop("devices", None) or await self.connect()
        self.runner = SessionRunner(
            self.plan, devices, self._emit, session_id="test", is_simulated=True, **self.options
        )
        if self.with_person:
            self.bench.attach(lambda key: self.runner.press(KEYBOARD[key]))
        else:
            self.bench.world.holder = self.pusher
        self.task = group.create_task(self.runner.run(), name="session under test")
        return self.task

    def _emit(self, event: Event) -> None:
        self.events.append(event)
        if self.with_person:
            self.bench.see(event.to_json())
        if self.on_event is not None:
            self.on_event(event)

    @property
    def now_s(self) -> float:
        """Loop time."""
        return asyncio.get_running_loop().time()

    async def until(self, holds: Callable[[], bool], within_s: float = 120.0) -> float:
        """Wait until something holds; return how long it took."""
        began_s = self.now_s
        while not holds():
            assert self.now_s - began_s < within_s, f"not within {within_s} s; phase {self.runner.phase}: {self.told()}"
            assert not self.task.done(), f"the session ended: {self.events[-1]}"
            await asyncio.sleep(0.005)
        return self.now_s - began_s

    def is_in(self, phase: Phase) -> bool:
        """Return whether the session is in a phase now."""
        return self.runner.phase is phase

    async def until_phase(self, phase: Phase, within_s: float = 120.0) -> float:
        """Wait for a phase."""
        return await self.until(lambda: self.runner.phase is phase, within_s)

    async def until_working(self, aim_n: float = 11.0) -> None:
        """Without a person: go through the zero and the questions, and press on until the motor works."""
        self.pusher.aim_n, began_s = 0.0, self.now_s
        while not self.is_in(Phase.WORKING):
            assert self.now_s - began_s < 120.0, f"does not get to work: {self.runner.phase} {self.told()}"
            assert not self.task.done(), f"the session ended: {self.events[-1]}"
            if self.runner.phase is Phase.WAITING and any(event.kind == "step_started" for event in self.events):
                self.pusher.aim_n = aim_n
            if self.runner.phase in {Phase.WAITING, Phase.RATING, Phase.PAUSED}:
                self.press(Key.GO_ON)
            await asyncio.sleep(0.1)

    async def until_shorted(self) -> None:
        """Get to work; then the motor runs on, whatever it is told."""
        await self.until_working()
        self.bench.world.motor.is_shorted = True
        await asyncio.sleep(0.5)

    def press(self, key: Key, value: int | None = None) -> None:
        """Press a key."""
        self.runner.press(Press(key, value))

    def of(self, kind: type[E_]) -> list[E_]:
        """Return the events of one kind."""
        return [event for event in self.events if isinstance(event, kind)]

    def told(self) -> list[tuple[str, str]]:
        """Return rule and level of each intervention, in order."""
        return [(event.rule, event.level.value) for event in self.of(Intervention)]

    def asked(self) -> list[str]:
        """Return what was asked, in order."""
        return [event.ask for event in self.of(PhaseChanged) if event.ask]

    @property
    def ask(self) -> str:
        """What stands on the screen to be done; '' where nothing."""
        return self.of(PhaseChanged)[-1].ask

    @property
    def is_off(self) -> bool:
        """Whether nothing is wanted of the motor."""
        return self.runner._core.snapshot.drive is Drive.OFF

    @property
    def stop(self) -> StopSeen:
        """The last stop that was told."""
        return self.of(StopSeen)[-1]

    @property
    def speed_ppm(self) -> float:
        """The simulated motor's speed."""
        return self.bench.world.motor.speed_ppm


@asynccontextmanager
async def rig(
    plan: Plan, *, with_person: bool = True, roles: tuple[str, ...] = ROLES, seed: int = 1, **options: Any
) -> AsyncIterator[Rig]:
    """Run a session on a bench of its own; whatever the test leaves running is finished."""
    async with Bench(seed=seed, link="memory", with_person=with_person) as bench:
        stage = Rig(bench, plan, with_person=with_person, roles=roles, options=options)
        try:
            async with asyncio.TaskGroup() as group:
                task = await stage.start(group)
                yield stage
                if not task.done():
                    stage.runner.emergency_stop("SIGTERM")
        finally:
            await stage.aclose()


def replug(stage: Rig, role: str, after_s: float) -> Callable[[], Awaitable[SessionDevices]]:
    """Return a reconnect that works once the cable is in again, ``after_s`` after the first try."""
    first_s: list[float] = []

    async def reconnect() -> SessionDevices:
        first_s.append(stage.now_s)
        if stage.now_s - first_s[0] >= after_s:
            await stage.bench.plug_in(role)
        return await stage.connect()

    return reconnect
