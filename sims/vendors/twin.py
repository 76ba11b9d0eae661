"""What every simulated twin of a foreign device is to the world, and the base of those that speak over a stream of bytes. Pure.

A twin takes and gives bytes by call, drives the world's one motor or relay, and reads its force through a ``RawSampler`` of its
own. Time is passed in. Its codec is the driver's; its logic is the device's, quirks included.

Not modelled: a serial line's speed; a reply arrives in the next turn of the loop.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import ClassVar, Protocol

from sims.world import World


class Twin(Protocol):
    """One foreign device on the bench."""

    id: ClassVar[str]
    """That of its driver."""
    role: ClassVar[str]
    """massager, sensor, timer or heart."""

    def sense(self, force_n: float, ripple_n: float, strokes: float, strokes_before: float) -> None:
        """Feel one step of what is under the head (``RawSampler.sense`` takes the same); before ``step``."""

    def step(self, now_s: float) -> None:
        """Live for one step of the world, after the physics: time-outs, and what is sent without being asked."""


class TwinLink:
    """One client of a twin."""

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self.write = write
        self.hang_up: Callable[[], None] = lambda: None
        """Ends the connection from the device's side, where there is one to end."""


class StreamTwin:
    """A device that speaks over a serial line or TCP: any number of clients, one state.

    A subclass answers in ``take`` by what it returns, and tells all clients something by ``say``.
    """

    id: ClassVar[str]
    role: ClassVar[str]
    on_tcp: ClassVar[bool] = False
    """Whether the real one is on the network rather than on a serial port."""
    options: ClassVar[str] = ""
    """What its address on a wire has to say of how it is built, after the driver."""
    plain_url: ClassVar[str | None] = None
    """How a thing without a wire of its own is addressed outside this process."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rng = random.Random(f"{world.seed}:{self.id}")
        self.is_hung = False
        """Fault: it hears and says nothing; what it drives stays as it was."""
        self.links: list[TwinLink] = []

    def attach(self, write: Callable[[bytes], None]) -> TwinLink:
        """Take a new client, whose bytes go to ``write``."""
        link = TwinLink(write)
        self.links.append(link)
        self.joined(link)
        return link

    def detach(self, link: TwinLink, now_s: float) -> None:
        """Lose a client that has gone."""
        if link in self.links:
            self.links.remove(link)
            self.left(link, now_s)

    def forget(self, link: TwinLink) -> None:
        """Drop a client without learning that it is gone, as when a cable is pulled."""
        if link in self.links:
            self.links.remove(link)

    def receive(self, link: TwinLink, data: bytes, now_s: float) -> None:
        """Take bytes of one client, and answer it."""
        if not self.is_hung and link in self.links and (answer := self.take(link, data, now_s)):
            link.write(answer)

    def sense(self, force_n: float, ripple_n: float, strokes: float, strokes_before: float) -> None:
        """Feel what is under the head; most do not."""

    def step(self, now_s: float) -> None:
        """Live for one step of the world."""
        if not self.is_hung:
            self.live(now_s)

    def say(self, data: bytes) -> None:
        """Send ``data`` to every client."""
        for link in self.links:
            link.write(data)

    # What a subclass does.

    def set_up(self, options: Mapping[str, str]) -> None:
        """Be as the address of the twin says; raises UsageError for what it cannot be."""

    def take(self, link: TwinLink, data: bytes, now_s: float) -> bytes:
        """Return the answer to ``data``."""
        return b""

    def live(self, now_s: float) -> None:
        """Do what it does by itself."""

    def joined(self, link: TwinLink) -> None:
        """Learn of a new client."""

    def left(self, link: TwinLink, now_s: float) -> None:
        """Learn that a client is gone, where the transport tells."""
