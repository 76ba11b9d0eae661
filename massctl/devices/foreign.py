"""Devices that are not ours: opened by the driver that their address names, and stopped and described without a session."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from importlib import import_module
from pathlib import Path
from typing import Final, Protocol, cast

from massctl.devices.address import read_address
from massctl.devices.bundle import DeviceBundle
from massctl.devices.capabilities import BehindRelay, Report, StopAcknowledged, StopReason, TimerReading
from massctl.devices.identification import ProbeReport
from massctl.devices.supported import Confidence, Driver
from massctl.errors import ConnectionProblem, NoAnswer

GIVE_RIGHT: Final = "Give the address of the right device."
GUESSED: Final = frozenset({Confidence.ONE_PERSON, Confidence.UNVERIFIED})
"""What is known no better than this is said when the device is connected."""


class Opener(Protocol):
    """What a row's ``opener`` names."""

    def __call__(self, url: str, *, record: Path | None) -> Awaitable[DeviceBundle]:
        """Open ``url`` and identify what is there; nothing moves."""


def stops_by_relay(url: str) -> bool:
    """Whether a stop of ``url`` is the opening of a relay that is read back, rather than a device's word for its motor."""
    row = read_address(url).row
    return row is not None and row.roles == ("timer",)


async def open_foreign(url: str, row: Driver, wanted: frozenset[str] | None, record: Path | None) -> DeviceBundle:
    """Open a device that is not ours by its driver; what is only guessed of it is told."""
    missing = sorted((wanted or frozenset()) - set(row.roles))
    if missing:
        raise ConnectionProblem(
            url, f"{row.name} is no {missing[0]}: it carries {' and '.join(row.roles)}.", GIVE_RIGHT
        )
    module, _, function = row.opener.partition(":")
    opener = cast(Opener, getattr(import_module(module), function))
    bundle = await opener(url, record=record)
    if row.confidence in GUESSED:
        bundle.warnings = (
            f"{row.name}: {row.confidence}. Watch what it does, a hand on its own switch.",
            *bundle.warnings,
        )
    return bundle


async def report_on_foreign(url: str, row: Driver) -> ProbeReport:
    """Say what is at ``url`` and what it can do; nothing moves. Raises as ``open_foreign`` does."""
    bundle = await open_foreign(url, row, None, None)
    try:
        return ProbeReport(
            bundle.identity,
            bundle.massager.capabilities if bundle.massager is not None else None,
            bundle.sensor.capabilities if bundle.sensor is not None else None,
            bundle.timer.capabilities if bundle.timer is not None else None,
            0.0,
            bundle.warnings,
        )
    finally:
        await bundle.aclose()


async def stop_foreign(url: str, row: Driver, within_s: float) -> float:
    """Stop a device that is not ours, and wait for its own word that it has."""
    loop = asyncio.get_running_loop()
    bundle = await open_foreign(url, row, None, None)
    stopped = asyncio.Event()

    def note(report: Report) -> None:
        is_open = isinstance(report, TimerReading) and not report.relay_closed and report.at_s >= asked_s
        if is_open or isinstance(report, StopAcknowledged):
            stopped.set()

    asked_s = loop.time()
    try:
        if isinstance(bundle.massager, BehindRelay):
            raise ConnectionProblem(
                url, "it has no link of its own: the relay that feeds it stops it.", "Stop the timer, or pull its plug."
            )
        if bundle.massager is not None:
            bundle.massager.subscribe(note)
            bundle.massager.stop(StopReason.PERSON)
        elif bundle.timer is not None:
            bundle.timer.subscribe(note)
            bundle.timer.cancel()
        else:
            return 0.0
        async with asyncio.timeout(within_s):
            await stopped.wait()
    except TimeoutError:
        remedy = "Lift it off and press its own button."
        raise NoAnswer(bundle.identity.name, "STOP was not confirmed", within_s, remedy) from None
    finally:
        await bundle.aclose()
    return loop.time() - asked_s
