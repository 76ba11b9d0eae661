"""What relays that are not ours have in common: closing for a time, opening, asking, and what an answer can mean. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class RelayState:
    """The relay tells how it stands."""

    is_closed: bool


@dataclass(frozen=True, slots=True)
class RelayHeard:
    """The relay has taken a command, and tells no state."""


@dataclass(frozen=True, slots=True)
class RelayRefusal:
    """The relay has refused a command."""

    text: str


RelayEvent = RelayState | RelayHeard | RelayRefusal


class RelayCodec(Protocol):
    """One channel of one relay board."""

    duration_max_s: float
    """Longest time that it can be closed for."""
    opens_by_itself: bool
    """Whether the board opens it when the time is over; otherwise only who closed it can."""
    answers_commands: bool
    """Whether it answers a command, and not only a question."""
    may_interrupt: bool
    """Whether a command may be sent before the one before it is answered."""

    def close(self, duration_s: float) -> bytes:
        """Return the command that closes it for ``duration_s``, rounded down to what it can, never to nothing."""

    def open(self) -> bytes:
        """Return the command that opens it."""

    def ask(self) -> bytes:
        """Return the question for its state."""

    def receive(self, data: bytes) -> list[RelayEvent]:
        """Return what ``data`` completes."""
