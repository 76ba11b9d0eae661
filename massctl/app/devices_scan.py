"""Which devices are near: Bluetooth by what they broadcast, serial ports by what the system says of them.

Nothing is opened and nothing is written: what a device is, is told by its broadcast or its USB identity, and how sure that is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

from massctl.app.bench import load_bench
from massctl.app.devices_known import name_of
from massctl.devices.supported import SUPPORTED, Confidence, Driver, Medium
from massctl.devices.usb_hints import usb_hint
from massctl.errors import MassctlError
from massctl.transports.gatt import Advertisement
from massctl.transports.ports import PortInfo, list_ports

SCAN_S: Final = 5.0
"""Most devices broadcast once a second or oftener (design value)."""
NORDIC_UART: Final = "6e400001-b5a3-f393-e0a9-e50e24dcca9e"
OUR_NAME: Final = "massctl"
RADIO: Final = (Medium.GATT, Medium.ADVERTISEMENTS)


class Sureness(StrEnum):
    """How sure massctl is what a device is."""

    CERTAIN = "certain"
    LIKELY = "likely"
    GUESS = "a guess"
    UNKNOWN = "unknown"


_BY_CONFIDENCE: Final = {
    Confidence.STANDARD: Sureness.CERTAIN,
    Confidence.UNVERIFIED: Sureness.GUESS,
}
"""Of a broadcast that one row alone matches; likely for the rest."""
_ORDER: Final = tuple(Sureness)


@dataclass(frozen=True, slots=True)
class Found:
    """One device, or port, that is there."""

    url: str
    """To be used with, or to be remembered."""
    what: str
    name: str
    """What it calls itself; '' where it says nothing."""
    driver: str | None
    """'' is our own protocol; None where massctl does not know."""
    roles: tuple[str, ...]
    sureness: Sureness
    medium: str
    """Bluetooth or serial."""
    note: str = ""
    rssi_dbm: int | None = None
    remembered_as: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What a scan found, and what it could not look at."""

    found: tuple[Found, ...]
    problems: tuple[MassctlError, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        problems = [{"what": problem.what, "remedy": problem.remedy} for problem in self.problems]
        return {"found": [each.to_json() for each in self.found], "problems": problems}


async def scan(
    seconds: float = SCAN_S,
    *,
    simulated: bool = False,
    radio: str | None = None,
    on_found: Callable[[Found], None] | None = None,
) -> ScanResult:
    """Look for devices; a radio that does not work is a problem in the result, and the ports are listed all the same.

    Args:
        seconds: how long to listen.
        simulated: look at one twin of each Bluetooth device on the bench, and at nothing real.
        radio: an address of a radio to listen with, such as ``sim://127.0.0.1:7788``; the machine's own if None.
        on_found: told each device when it is first heard, in the radio's callback.
    """
    async with AsyncExitStack() as stack:
        url = radio
        if simulated and url is None:
            bench = await stack.enter_async_context(load_bench()(seed=1, link="memory", with_person=False))
            for row in SUPPORTED:
                if row.medium in RADIO:
                    bench.add(row.id)
            url = f"sim://{bench.name}"
        heard, problems = await _listen(url or "ble://", seconds, on_found)
    ports = [] if simulated or radio else [from_port(port) for port in await asyncio.to_thread(list_ports)]
    for each in ports if on_found else ():
        assert on_found is not None
        on_found(each)
    found = sorted([*heard, *ports], key=lambda each: (_ORDER.index(each.sureness), -(each.rssi_dbm or 0), each.url))
    return ScanResult(tuple(found), tuple(problems))


async def _listen(
    url: str, seconds: float, on_found: Callable[[Found], None] | None
) -> tuple[list[Found], list[MassctlError]]:
    from massctl.transports import watch_advertisements  # noqa: PLC0415 - the Bluetooth library loads only when it is wanted

    heard: dict[str, Found] = {}
    merged: dict[str, Advertisement] = {}

    def note(advertisement: Advertisement) -> None:
        known = merged[advertisement.address] = advertisement.after(merged.get(advertisement.address))
        found = from_advertisement(known, url)
        is_news = advertisement.address not in heard or heard[advertisement.address].driver != found.driver
        heard[advertisement.address] = found
        if is_news and on_found is not None:
            on_found(found)

    try:
        watch = await watch_advertisements(url, note)
    except MassctlError as problem:
        return [], [problem]
    try:
        await asyncio.sleep(seconds)
    finally:
        await watch.aclose()
    return list(heard.values()), []


def from_advertisement(advertisement: Advertisement, radio: str = "ble://") -> Found:
    """Return what a broadcast tells, and how sure it is."""
    rows = [row for row in SUPPORTED if row.medium in RADIO and row.is_match(advertisement)]
    url = _address_of(advertisement, rows, radio)
    seen: dict[str, Any] = {
        "name": advertisement.name,
        "medium": "Bluetooth",
        "rssi_dbm": advertisement.rssi_dbm,
        "remembered_as": _remembered_as(url),
    }
    if len(rows) == 1:
        (row,) = rows
        sureness = _BY_CONFIDENCE.get(row.confidence, Sureness.LIKELY)
        return Found(url, row.name, driver=row.id, roles=row.roles, sureness=sureness, note=_caution(row), **seen)
    if rows:
        names = " or ".join(row.name for row in rows)
        note = f"say which: add ?driver={' or ?driver='.join(row.id for row in rows)}"
        return Found(url, names, driver=None, roles=(), sureness=Sureness.GUESS, note=note, **seen)
    if NORDIC_UART in advertisement.service_uuids:
        is_ours = advertisement.name.lower().startswith(OUR_NAME)
        what = "massctl device" if is_ours else "serial port over Bluetooth (Nordic UART), perhaps a massctl device"
        sureness = Sureness.LIKELY if is_ours else Sureness.GUESS
        return Found(url, what, driver="", roles=(), sureness=sureness, **seen)
    return Found(url, "", driver=None, roles=(), sureness=Sureness.UNKNOWN, note="nothing is written to it", **seen)


def from_port(port: PortInfo) -> Found:
    """Return what the system says of a serial port, and how sure it is."""
    label = port.product or ("" if port.description in ("", "n/a") else port.description)
    seen: dict[str, Any] = {"name": label, "medium": "serial", "remembered_as": _remembered_as(port.url)}
    if port.is_ours:
        return Found(port.url, "massctl device", driver="", roles=(), sureness=Sureness.LIKELY, **seen)
    hint = usb_hint(port.usb_id)
    if hint is None:
        return Found(port.url, "", driver=None, roles=(), sureness=Sureness.UNKNOWN, note="it is not opened", **seen)
    known = [row for row in SUPPORTED if row.id in hint.drivers]
    if hint.is_likely and len(known) == 1:
        url, (row,) = f"{port.url}?driver={known[0].id}", known
        return Found(url, hint.what, driver=row.id, roles=row.roles, sureness=Sureness.LIKELY, **seen)
    options = " or ".join(f"?driver={row.id}" for row in known)
    note = f"if so, add {options} to its address" if options else "its maker's papers tell which ?driver= it needs"
    return Found(port.url, hint.what, driver=None, roles=(), sureness=Sureness.GUESS, note=note, **seen)


def _address_of(advertisement: Advertisement, rows: Sequence[Driver], radio: str) -> str:
    if radio.startswith("sim://"):
        room = radio.removeprefix("sim://").split("/", maxsplit=1)[0]
        device = rows[0].id if len(rows) == 1 else advertisement.address
        return f"sim://{room}/{device}" if ":" in room else f"sim://{device}"
    return f"ble://{advertisement.address}" + (f"?driver={rows[0].id}" if len(rows) == 1 else "")


def _caution(row: Driver) -> str:
    if row.confidence is Confidence.UNVERIFIED:
        return "by its name alone, which other devices have too; nobody has confirmed this driver on hardware"
    if row.confidence is Confidence.ONE_PERSON:
        return "its protocol was worked out by one person"
    return ""


def _remembered_as(url: str) -> str | None:
    try:
        return name_of(url)
    except MassctlError:
        return None  # a wrong file is told where it is used; looking around works without it
