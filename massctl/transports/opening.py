"""From a URL to an open stream: the table of schemes, and those that other packages add by entry point.

An entry point of the group ``massctl.transports`` is named as its scheme and is ``async def open_stream(url: str) -> ByteStream``.
"""

from __future__ import annotations

import difflib
from collections.abc import Awaitable, Callable
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Final, cast
from urllib.parse import SplitResult, urlsplit

from massctl.errors import UsageError
from massctl.transports.gatt import Advertisement, GattLink, Watch
from massctl.transports.stream import ByteStream

GROUP: Final = "massctl.transports"
EXAMPLES: Final = {
    "ble": "ble://AA:BB:CC:DD:EE:FF",
    "serial": "serial:///dev/ttyUSB0?baud=115200",
    "tcp": "tcp://192.168.1.20:7707",
    "replay": "replay:///path/to/recording.jsonl",
    "sim": "sim://bench/massager",
    "manual": "manual://?levels=1800,2100,2400",
}
"""One address of each scheme, for messages; ``manual`` has no bytes and is opened by ``massctl.devices`` alone."""

_OWN: Final = {
    "ble": "massctl.transports.nus",
    "serial": "massctl.transports.serial",
    "tcp": "massctl.transports.tcp",
    "replay": "massctl.transports.replay",
}
Opener = Callable[[str], Awaitable[ByteStream]]


async def open_stream(url: str) -> ByteStream:
    """Open ``url``; nothing is sent. Raises UsageError for a bad address, ConnectionProblem where it cannot be opened."""
    return await _opener(split_url(url).scheme, url)(url)


async def open_gatt(url: str, record: Path | None = None) -> GattLink:
    """Connect to a Bluetooth device; nothing is written to it. Raises UsageError or ConnectionProblem.

    ``record`` is a file for what goes over the link.
    """
    return await import_module("massctl.transports.ble").open_gatt(url, record)  # type: ignore[no-any-return]


async def watch_advertisements(url: str, on_advertisement: Callable[[Advertisement], None]) -> Watch:
    """Listen to what a Bluetooth device broadcasts until the watch is closed. Raises UsageError or ConnectionProblem."""
    watch = await import_module("massctl.transports.ble").watch_advertisements(url, on_advertisement)
    return cast(Watch, watch)


async def scan(duration_s: float, url: str = "ble://") -> list[Advertisement]:
    """Listen for so long and return what each Bluetooth device broadcast. Raises UsageError or ConnectionProblem."""
    return await import_module("massctl.transports.ble").scan(duration_s, url)  # type: ignore[no-any-return]


async def hear(url: str) -> Advertisement:
    """Return what a Bluetooth device broadcasts; nothing is connected. Raises UsageError or ConnectionProblem."""
    return await import_module("massctl.transports.ble").hear(url)  # type: ignore[no-any-return]


def split_url(url: str) -> SplitResult:
    """Return the parts of a device address. Raises UsageError where it has no scheme or cannot be read."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise UsageError(f"{url}: not a device address ({error}).", known_addresses()) from error
    if url.startswith("/dev/"):
        raise UsageError(f"{url}: a device address begins with its scheme.", f"Write serial://{url}")
    if not parts.scheme or "://" not in url:
        raise UsageError(f"{url or 'an empty string'}: not a device address.", known_addresses())
    return parts


def known_addresses() -> str:
    """Return the sentence that shows an address of each scheme that can be opened here."""
    schemes = [*_OWN, "manual", *sorted(point.name for point in entry_points(group=GROUP))]
    return "Addresses look like: " + ", ".join(EXAMPLES.get(scheme, f"{scheme}://…") for scheme in schemes) + "."


def _opener(scheme: str, url: str) -> Opener:
    if scheme in _OWN:
        return cast(Opener, import_module(_OWN[scheme]).open_stream)
    for point in entry_points(group=GROUP, name=scheme):
        return cast(Opener, point.load())
    near = difflib.get_close_matches(scheme, [*_OWN, *(point.name for point in entry_points(group=GROUP))], n=1)
    guess = f" Did you mean {near[0]}://?" if near else ""
    raise UsageError(f"{url}: there is no scheme {scheme}://.{guess}", known_addresses())
