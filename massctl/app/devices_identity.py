"""Who answers at a remembered address: kept at the first time; another one is refused, so that none runs under a wrong name.

A stop asks for no identity: whatever answers there is stopped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from massctl.app.devices_file import Identity
from massctl.app.devices_keeping import note_identity
from massctl.app.devices_known import name_of, remembered_identities
from massctl.errors import FileProblem, WrongDevice

if TYPE_CHECKING:
    from massctl.devices import DeviceBundle
    from massctl.devices.dictionary import DeviceIdentity
    from massctl.devices.identification import ProbeReport

BLUETOOTH = "ble"
SERIAL = "serial"


async def connect_known(
    url: str, roles: Collection[str], *, record: Path | None = None, token: int | None = None
) -> DeviceBundle:
    """Open the device at ``url`` as ``massctl.devices.connect`` does, if it is the one that is remembered.

    Raises:
        WrongDevice: another one answers there; nothing of it was claimed.
        UsageError, ConnectionProblem, NoAnswer: as ``connect`` does.
    """
    from massctl.devices import connect  # noqa: PLC0415 - drivers and serial libraries load only when a device is opened

    bundle = await connect(url, frozenset(roles), record=record, token=token)
    try:
        await see(url, bundle.identity)
    except BaseException:
        await bundle.aclose()
        raise
    return bundle


async def ask(url: str) -> ProbeReport:
    """Ask a device what it is; nothing moves. That it is another one than the remembered stands among its warnings."""
    from massctl.devices import probe  # noqa: PLC0415 - as above

    report = await probe(url)
    try:
        await see(url, report.identity)
    except WrongDevice as problem:
        return replace(report, warnings=(f"{problem.reason} {problem.remedy}", *report.warnings))
    return report


async def see(url: str, said: DeviceIdentity) -> None:
    """See that who answers at ``url`` is the remembered one; keep who it is at the first time. Raises WrongDevice.

    A simulated one is not kept: benches are made anew.
    """
    with suppress(
        FileProblem
    ):  # a wrong file is told where devices are looked up; it refuses no address that was named
        name = name_of(url)
        if name is None:
            return
        who = Identity(said.name, said.model, said.serial_number or await _usb_serial(url))
        everybody = remembered_identities()
        kept = everybody.get(name)
        if kept is None:
            if not said.is_simulated:
                note_identity(name, who)
        elif not is_same(kept, who, url):
            others = (other for other, each in everybody.items() if other != name and is_same(each, who, url))
            is_called = next(others, None)
            swapped = f"It is the one that you call {is_called}: connect each where it was." if is_called else ""
            anew = (
                f"Connect the one that was remembered; or, if this one takes its place, forget {name} and add it anew."
            )
            raise WrongDevice(url, f"this is not {name}: {who} answers, and {kept} was remembered.", swapped or anew)


def is_same(kept: Identity, who: Identity, url: str) -> bool:
    """Return whether two words of identity may be the same device's: by its serial number, else by what kind it is.

    A Bluetooth address is its device's own, and its name may be changed by any app.
    """
    if kept.serial_number or who.serial_number:
        return kept.serial_number == who.serial_number
    return kept.model == who.model and (kept.name == who.name or urlsplit(url).scheme == BLUETOOTH)


async def _usb_serial(url: str) -> str:
    """Return the serial number of the USB adapter of a port, for a device that tells none of its own; '' where there is none."""
    parts = urlsplit(url)
    if parts.scheme != SERIAL:
        return ""
    return await asyncio.to_thread(_serial_of_port, parts.path)


def _serial_of_port(path: str) -> str:
    from massctl.transports.ports import list_ports  # noqa: PLC0415 - the serial library loads only where a port is meant

    place = Path(path).resolve()
    return next((port.serial_number or "" for port in list_ports() if Path(port.path).resolve() == place), "")
