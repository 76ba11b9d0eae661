"""The radio that carries a Bluetooth address: the system's own, or one that another package brings by entry point.

An entry point of the group ``massctl.radios`` is named as its scheme and is ``async def open_radio(url: str) -> Radio``; it gives
the bleak backend to use and the device that the address names. Nothing here imports bleak.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import Any, Final, Protocol, cast

from massctl.errors import UsageError
from massctl.transports.opening import EXAMPLES, known_addresses, split_url

GROUP: Final = "massctl.radios"
SCHEME: Final = "ble"
_ADDRESS: Final = re.compile(
    r"(?:[0-9A-F]{2}:){5}[0-9A-F]{2}|[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}", re.IGNORECASE
)
"""A Bluetooth address, or the identifier that macOS gives in its place."""


class Radio(Protocol):
    """An adapter, as bleak is told of it."""

    address: str
    """Of the device that the URL names; '' where it names none."""
    client: type[Any] | None
    """The bleak backend for connections; None for the system's own."""
    scanner: type[Any] | None
    """The bleak backend for scans."""
    options: Mapping[str, Any]
    """Further arguments for both."""

    async def aclose(self) -> None:
        """Let it go; idempotent, bounded in time."""


@dataclass(slots=True)
class SystemRadio:
    """This computer's Bluetooth."""

    address: str
    client: type[Any] | None = None
    scanner: type[Any] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    async def aclose(self) -> None:
        """Nothing to let go."""


def _checked(url: str, address: str) -> str:
    """Return the address of a device, or ''. Raises UsageError for what is neither a Bluetooth address nor macOS's identifier."""
    if address and not _ADDRESS.fullmatch(address):
        raise UsageError(
            f"{url}: {address} is no Bluetooth address.",
            f"For example {EXAMPLES['ble']}; 'massctl devices scan' lists them.",
        )
    return address


Opener = Callable[[str], Awaitable[Radio]]


async def open_radio(url: str) -> Radio:
    """Return the radio for ``url``; its host part is the device. Raises UsageError, or what the other package raises."""
    parts = split_url(url)
    if parts.scheme == SCHEME:
        return SystemRadio(_checked(url, parts.netloc))
    for point in entry_points(group=GROUP, name=parts.scheme):
        return await cast(Opener, point.load())(url)
    raise UsageError(f"{url}: {parts.scheme}:// is no Bluetooth address.", known_addresses())
