"""The simulated bench, as an app sees it: found by entry point, never imported (massctl runs without it)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from importlib.metadata import entry_points
from typing import Any, Protocol, Self, cast

from massctl.errors import UsageError

GROUP = "massctl.bench"


Span = tuple[float, float | None]
"""From when until when; None is still."""


class Evidence(Protocol):
    """What a bench saw, on its own clock."""

    @property
    def now_s(self) -> float:
        """When."""

    @property
    def fault_began_s(self) -> float | None:
        """When the fault began; None while it has not."""

    @property
    def drives(self) -> Sequence[Span]:
        """When the motor was driven."""

    @property
    def unwanted(self) -> Sequence[Span]:
        """When it was driven although its firmware had switched it off."""


class Bench(Protocol):
    """A bench of simulated devices and, perhaps, a simulated person."""

    urls: dict[str, str]
    """Address of each role, while open."""
    name: str
    """In its addresses, while open."""
    with_person: bool
    """Whether its simulated person presses keys."""

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, *exception: object) -> None: ...

    def add(self, device_id: str) -> object:
        """Put a twin of a foreign device on the bench. Raises UsageError where there is none."""

    def attach(self, press: Callable[[str], None]) -> None:
        """Give the simulated person the keyboard: names of ``massctl.session.commands.KEYBOARD``."""

    def see(self, event: dict[str, Any]) -> None:
        """Show the simulated person an event, in its JSON form."""

    def evidence(self, fault: str = "") -> Evidence:
        """Return what the bench saw of its motor, and when ``fault`` began."""


class BenchKind(Protocol):
    """What the entry point gives: makes a bench, and the loop whose time it shares."""

    def __call__(self, *, seed: int, link: str, with_person: bool, faults: Sequence[str] = ()) -> Bench:
        """Make a bench; ``link`` is memory, pty or tcp; ``faults`` are what breaks: ``NAME``, ``NAME@SECONDS``, ``NAME@PHASE``."""

    def fault_names(self) -> tuple[str, ...]:
        """Return the names of the faults that the bench can make."""

    def loop_factory(self, speed: float | None) -> Callable[[], asyncio.AbstractEventLoop]:
        """Return what makes a loop at ``speed`` times real time; None is virtual time."""


def load_bench() -> BenchKind:
    """Return the installed bench. Raises UsageError where there is none."""
    for point in entry_points(group=GROUP):
        return cast(BenchKind, point.load())
    raise UsageError(
        "No simulated bench is installed.", "Install massctl whole (its package 'sims'), or name your devices."
    )
