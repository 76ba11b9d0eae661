"""A Bluetooth LE link to a device: what every radio's connection looks like, and what a device says without one.

Only the shapes live here; ``massctl/transports/ble.py`` is the one file that knows bleak.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from massctl.errors import ConnectionProblem


@dataclass(frozen=True, slots=True)
class Advertisement:
    """What a device broadcasts."""

    address: str
    """``AA:BB:CC:DD:EE:FF``, or the system's own identifier where it hides addresses (macOS)."""
    name: str
    """'' when it gives none."""
    rssi_dbm: int
    at_s: float
    """On the event loop's clock."""
    service_uuids: frozenset[str] = frozenset()
    """Lower case, 128 bits long."""
    manufacturer_data: Mapping[int, bytes] = field(default_factory=dict)
    """By company identifier, without the identifier."""


class GattLink(Protocol):
    """A connected device; owned by whoever opened it, closed once, never reopened."""

    url: str
    address: str
    name: str
    mtu_bytes: int
    """Of the attribute protocol: a write carries at most 3 bytes less."""
    characteristics: frozenset[str]
    """The UUIDs that it offers, lower case, 128 bits long."""

    def start(self, on_lost: Callable[[ConnectionProblem], None]) -> None:
        """Begin to watch; ``on_lost`` is called at most once, in the radio's own callback, and never after ``aclose``."""

    async def read(self, characteristic: str) -> bytes:
        """Return its value. Raises ConnectionProblem or NoAnswer."""

    async def write(self, characteristic: str, data: bytes) -> None:
        """Write with response and wait for it. Raises ConnectionProblem, PeerRefused or NoAnswer."""

    def post(self, characteristic: str, data: bytes, *, with_response: bool = False) -> None:
        """Write after all that was posted before, without waiting; a failure ends the link or is told as a loss."""

    def discard_unsent(self) -> None:
        """Forget what was posted and not yet handed to the radio: a stop overtakes it."""

    async def subscribe(self, characteristic: str, on_value: Callable[[bytes], None]) -> None:
        """Deliver its notifications or indications, in the radio's callback. Raises ConnectionProblem or NoAnswer."""

    async def aclose(self) -> None:
        """Disconnect; idempotent, bounded in time, never raises for a link already broken."""
