"""A Bluetooth LE link to a device: what every radio's connection looks like, and what a device says without one.

Only the shapes live here; ``ble.py`` and its two neighbours ``ble_link.py`` and ``ble_errors.py`` are the files that know bleak.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
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

    def after(self, before: Advertisement | None) -> Advertisement:
        """Return it with what only an earlier one of the same device said: a name, or services."""
        if before is None:
            return self
        return replace(
            self,
            name=self.name or before.name,
            service_uuids=self.service_uuids | before.service_uuids,
            manufacturer_data={**before.manufacturer_data, **self.manufacturer_data},
        )


class GattLink(Protocol):
    """A connected device; owned by whoever opened it, closed once, never reopened."""

    url: str
    address: str
    name: str
    characteristics: frozenset[str]
    """The UUIDs that it offers, lower case, 128 bits long."""

    @property
    def mtu_bytes(self) -> int:
        """Of the attribute protocol: a write carries at most 3 bytes less. It may grow soon after the opening."""

    def properties(self, characteristic: str) -> frozenset[str]:
        """Return what it allows, of read, write, write-without-response, notify, indicate; nothing if it is not offered."""

    def start(self, on_lost: Callable[[ConnectionProblem], None]) -> None:
        """Begin to watch; ``on_lost`` is called at most once, in the radio's own callback, and never after ``aclose``."""

    async def read(self, characteristic: str) -> bytes:
        """Return its value. Raises ConnectionProblem or NoAnswer."""

    async def write(self, characteristic: str, data: bytes) -> None:
        """Write with response and wait for it. Raises ConnectionProblem, PeerRefused or NoAnswer (overtaken by a stop, too)."""

    def post(self, characteristic: str, data: bytes, *, with_response: bool = False) -> None:
        """Write after all that was posted before, without waiting; a failure ends the link, told as a loss.

        Where the device offers only the other kind of write, that is used.
        """

    def fetch(self, characteristic: str, on_value: Callable[[bytes], None]) -> None:
        """Read after all that was posted before, without waiting, and deliver the value; a failure is told as ``post``'s is.

        A value that comes after a posted write with response proves that the device has acknowledged the write.
        """

    def discard_unsent(self) -> None:
        """Forget what was posted and not yet handed to the radio: a stop overtakes it."""

    async def subscribe(self, characteristic: str, on_value: Callable[[bytes], None]) -> None:
        """Deliver its notifications or indications, in the radio's callback. Raises ConnectionProblem or NoAnswer."""

    async def aclose(self) -> None:
        """Disconnect; idempotent, bounded in time, never raises for a link already broken."""


class Watch(Protocol):
    """A scan that goes on; closed by whoever began it."""

    async def aclose(self) -> None:
        """End; idempotent, bounded in time, never raises for a radio that is gone."""
