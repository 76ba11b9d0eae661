"""What smart plugs are asked and say, whatever they speak: requests to a topic or a path, and what their answers mean. Pure.

A plug is on for at most the time it was given: it switches off by itself when nobody renews (layer 3). Time is passed in nowhere:
the plug counts.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol


class Request(NamedTuple):
    """One message to a plug: over MQTT to a topic, over HTTP a GET of a path (then without payload)."""

    topic: str
    payload: bytes = b""


@dataclass(frozen=True, slots=True)
class Power:
    """The plug says whether it is on."""

    is_on: bool


@dataclass(frozen=True, slots=True)
class Reachable:
    """The broker says whether the plug is there."""

    is_online: bool


@dataclass(frozen=True, slots=True)
class AfterPowerCut:
    """What the plug does when mains comes back."""

    behaviour: str
    """In its maker's word."""
    stays_off: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """The plug did not do what it was asked."""

    reason: str


Said = Power | Reachable | AfterPowerCut | Refused


class Plug(Protocol):
    """The codec of one plug."""

    subscriptions: tuple[str, ...]
    """What it answers on; empty over HTTP."""
    shortest_s: float
    longest_s: float
    """The times that it can be told to stay on."""

    def ask_settings(self) -> tuple[Request, ...]:
        """Ask what it does after a power cut."""

    def ask_state(self) -> tuple[Request, ...]:
        """Ask whether it is on."""

    def on(self, duration_s: float) -> tuple[Request, ...]:
        """Switch on for at most ``duration_s``; again renews. Raises ValueError outside of what it can be told."""

    def off(self) -> tuple[Request, ...]:
        """Switch off now."""

    def read(self, topic: str, payload: bytes) -> tuple[Said, ...]:
        """Return what a message means; () for what is not of interest or cannot be read."""


def read_object(payload: bytes) -> dict[str, Any]:
    """Return the JSON object in ``payload``; {} for anything else."""
    try:
        values = json.loads(payload)
    except (ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def write_object(values: dict[str, Any]) -> bytes:
    """Return ``values`` as the shortest JSON."""
    return json.dumps(values, separators=(",", ":")).encode()


def check_duration(plug: Plug, duration_s: float) -> None:
    """Raise ValueError for a time that ``plug`` cannot be told."""
    if not plug.shortest_s <= duration_s <= plug.longest_s:
        raise ValueError(f"{duration_s} s is not from {plug.shortest_s} to {plug.longest_s} s")
