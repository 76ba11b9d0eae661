"""A simulated Bluetooth LE device: what it broadcasts, what it offers, and what happens on a read and a write. Pure.

A twin of a real device derives from ``Peripheral``; the radio (``room``) puts it on the air and calls it. No bumble, no asyncio,
no clock: time is passed in.

Not modelled: pairing and encryption (every device here talks to anyone), several centrals at once, long reads and writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

PROPERTIES: Final = frozenset({"read", "write", "write-without-response", "notify", "indicate"})
NOT_PERMITTED: Final = 0x03
"""ATT error: write not permitted (Bluetooth Core, vol. 3 part F, 3.4.1.1)."""
UNLIKELY: Final = 0x0E
MTU_BYTES: Final = 247
"""What most chips of today agree to."""


def uuid16(number: int) -> str:
    """Return a SIG number as a full UUID."""
    return f"{number:08x}-0000-1000-8000-00805f9b34fb"


class Refused(Exception):
    """The device answers a read or write with the ATT error ``code``."""

    def __init__(self, code: int = UNLIKELY) -> None:
        super().__init__(f"ATT error {code:#04x}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Characteristic:
    """One value of a service."""

    uuid: str
    """Lower case, 128 bits long."""
    properties: frozenset[str]

    def __init__(self, uuid: str, *properties: str) -> None:
        unknown = sorted(set(properties) - PROPERTIES)
        if unknown or not properties:
            raise ValueError(f"{uuid}: properties are of {sorted(PROPERTIES)}, not {unknown}")
        object.__setattr__(self, "uuid", uuid.lower())
        object.__setattr__(self, "properties", frozenset(properties))


@dataclass(frozen=True, slots=True)
class Service:
    """A group of values."""

    uuid: str
    characteristics: tuple[Characteristic, ...]


@dataclass(frozen=True, slots=True)
class Broadcast:
    """What a device broadcasts while nobody is connected to it."""

    name: str = ""
    service_uuids: tuple[str, ...] = ()
    manufacturer_data: Mapping[int, bytes] = field(default_factory=dict)
    """By company identifier."""
    service_data: Mapping[str, bytes] = field(default_factory=dict)
    interval_s: float = 0.1
    is_connectable: bool = True


class Plug(Protocol):
    """The radio, as a peripheral needs it; ``room`` gives it."""

    @property
    def payload_bytes(self) -> int:
        """The most that one notification carries on the present connection."""

    def notify(self, uuid: str, data: bytes) -> bool:
        """Send a notification or indication; whether anybody had subscribed."""

    def hang_up(self) -> None:
        """End the connection."""


class Peripheral:
    """The base of all simulated Bluetooth devices; a twin overrides what it does."""

    id: str = ""
    """As in ``sim://hypervolt2``."""
    services: tuple[Service, ...] = ()
    mtu_bytes: int = MTU_BYTES
    """The most that it agrees to, 23 to 517."""
    rssi_dbm: int = -55

    def __init__(self) -> None:
        self.plug: Plug | None = None
        """The radio; None while it is not on the air."""
        self.address = ""
        """Its Bluetooth address; known from when it is put on the air."""
        self.is_connected = False

    @property
    def broadcast(self) -> Broadcast:
        """What it broadcasts now; asked anew each time."""
        return Broadcast(name=self.id)

    def set_up(self, options: Mapping[str, str]) -> None:
        """Be as the options of the address say (``sim://hypervolt2?charging=yes``); they were checked."""

    def on_connect(self, now_s: float) -> None:
        """A central has connected."""

    def on_disconnect(self, now_s: float) -> None:
        """The central is gone, or out of range for long enough to be noticed."""

    def on_read(self, uuid: str, now_s: float) -> bytes:
        """Return a value; raise Refused to refuse."""
        raise Refused

    def on_write(self, uuid: str, data: bytes, now_s: float) -> None:
        """Take a value; raise Refused to refuse (a write without response is then silently lost)."""
        raise Refused(NOT_PERMITTED)

    def on_subscribe(self, uuid: str, is_on: bool, now_s: float) -> None:
        """The central wants notifications, or no more."""

    def step(self, now_s: float) -> None:
        """Let time pass; called on the grid of its world, if it is part of one."""

    def notify(self, uuid: str, data: bytes) -> bool:
        """Send ``data`` to the central if it has subscribed; whether it had."""
        return self.plug is not None and self.plug.notify(uuid, data)

    def hang_up(self) -> None:
        """End the connection from this side."""
        if self.plug is not None:
            self.plug.hang_up()
