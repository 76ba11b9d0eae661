"""The base of the twins of relay boards: one channel is wired, and a time after which the board opens it by itself. Pure.

Not modelled: the other channels' coils, contact bounce, the relay's 10 ms.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import ClassVar

from massctl.errors import UsageError
from sims.vendors.twin import StreamTwin
from sims.world import World


class RelayTwin(StreamTwin):
    """A board whose first channel is the bench's relay."""

    role: ClassVar[str] = "timer"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.renews = True
        """Whether closing it anew begins its time anew: nobody has confirmed it of a real board."""
        self._until_s = math.inf

    def set_up(self, options: Mapping[str, str]) -> None:
        """Be a board that takes renewals, or one that does not."""
        said = options.get("renews", "yes")
        if said not in {"yes", "no"}:
            raise UsageError(f"The simulated relay: renews is yes or no, not {said!r}.")
        self.renews = said == "yes"

    @property
    def is_closed(self) -> bool:
        """Whether the contacts are closed."""
        return self.world.timer.is_relay_closed

    def close(self, now_s: float, duration_s: float = math.inf) -> None:
        """Close it, for ``duration_s``."""
        if not self.is_closed:
            self.world.log.note(now_s, self.id, "relay closes")
        if self.renews or not self.is_closed:
            self._until_s = now_s + duration_s
        self.world.timer.close_relay()

    def open(self, now_s: float, why: str = "switched off") -> None:
        """Open it."""
        if self.is_closed:
            self.world.log.note(now_s, self.id, f"relay opens: {why}")
        self.world.timer.open_relay()
        self._until_s = math.inf

    def step(self, now_s: float) -> None:
        """Open it when its time is over: the board's own clock, whatever its link does."""
        if self.is_closed and now_s >= self._until_s:
            self.open(now_s, "time is up")
        super().step(now_s)
