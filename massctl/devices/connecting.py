"""From a URL to ready drivers: open, identify, and hand out what the device carries.

Nothing moves and nothing is claimed before a driver's ``prepare``.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from firmware_protocol.codes import Function, StopReason
from firmware_protocol.commands import Stream
from firmware_protocol.reports import MotorTelemetry
from massctl.devices.address import read_address
from massctl.devices.bundle import DeviceBundle
from massctl.devices.dictionary import MOTOR_HZ, DeviceIdentity
from massctl.devices.foreign import open_foreign, report_on_foreign, stop_foreign
from massctl.devices.identification import ProbeReport, identify, report_on
from massctl.devices.link import Link
from massctl.devices.manual import ManualMassager
from massctl.devices.massager import STANDSTILL_S, NativeMassager, is_measured_still
from massctl.devices.recognising import recognised
from massctl.devices.sensor import NativeForceSensor
from massctl.devices.timer import NativeTimer
from massctl.errors import ConnectionProblem, MassctlError, UsageError
from massctl.transports.nus import NusStream
from massctl.transports.opening import open_stream, split_url
from massctl.transports.recorder import RecordingStream

__all__ = ["ROLES", "DeviceBundle", "Stopped", "connect", "probe", "send_stop", "stop_and_see"]

ROLES: Final = ("massager", "sensor", "timer", "heart")
MANUAL: Final = "manual"


async def connect(
    url: str, roles: Collection[str] | None = None, *, record: Path | None = None, token: int | None = None
) -> DeviceBundle:
    """Open ``url``, identify the device and return drivers for ``roles`` (None: for all it carries).

    Args:
        url: a device address.
        roles: of massager, sensor, timer.
        record: a file for all bytes, see ``massctl.transports.recorder``.
        token: of ``new_token``; who opens a lost link again with the token it had gets its device back at once.

    Raises:
        UsageError: the address or a role makes no sense.
        ConnectionProblem: it cannot be opened, is silent, refuses, or does not carry a role.
        NoAnswer: it answered, and then did not.
    """
    wanted = _roles(url, roles)
    if split_url(url).scheme == MANUAL:
        return _manual(url, wanted)
    url = await recognised(url)
    if (row := read_address(url).row) is not None:
        return await open_foreign(url, row, wanted, record)
    link = await _open(url, record, token)
    try:
        identity, features = await identify(link)
        given = _given(identity, wanted)
        return DeviceBundle(
            url,
            identity,
            massager=NativeMassager(link, identity, features) if "massager" in given else None,
            sensor=NativeForceSensor(link, identity, features) if "sensor" in given else None,
            timer=NativeTimer(link, identity, features) if "timer" in given else None,
        )
    except BaseException:
        await link.aclose()
        raise


async def probe(url: str) -> ProbeReport:
    """Say who is at ``url`` and what it can do; claims nothing, moves nothing. Raises as ``connect`` does."""
    if split_url(url).scheme == MANUAL:
        bundle = _manual(url, frozenset({"massager"}))
        capabilities = bundle.massager.capabilities if bundle.massager is not None else None
        return ProbeReport(bundle.identity, capabilities, None, None, 0.0)
    url = await recognised(url)
    if (row := read_address(url).row) is not None:
        return await report_on_foreign(url, row)
    async with _opened(url) as link:
        return await report_on(link)


@dataclass(frozen=True, slots=True)
class Stopped:
    """What is known of a stop without a claim, in seconds from its first byte."""

    acknowledged_s: float
    standstill_s: float | None = None
    """When the motor's own speed was read at standstill; None where nobody measured it."""


async def send_stop(url: str, *, within_s: float = 2.0) -> float:
    """Do ``stop_and_see``; return the seconds to the acknowledgement."""
    return (await stop_and_see(url, within_s=within_s)).acknowledged_s


async def stop_and_see(url: str, *, within_s: float = 2.0) -> Stopped:
    """Open ``url`` and stop whatever is there, without a claim; look whether it stands, where it tells.

    Raises NoAnswer when none comes ``within_s`` after opening, UsageError or ConnectionProblem as ``connect`` does.
    """
    if split_url(url).scheme == MANUAL:
        raise ConnectionProblem(
            url, "it has no link, so it cannot be stopped from here.", "Lift it off and press its own button."
        )
    url = await recognised(url)
    if (row := read_address(url).row) is not None:
        return Stopped(await stop_foreign(url, row, within_s))
    async with _opened(url) as link:
        link.stop(StopReason.PERSON)
        acknowledged_s = await link.stopped(within_s)
        return Stopped(acknowledged_s, await _standstill_s(link, acknowledged_s))


async def _standstill_s(link: Link, acknowledged_s: float) -> float | None:
    """Return when the motor was read at standstill, from the stop on; None where that is not told in time (F54)."""
    loop = asyncio.get_running_loop()
    began_s = loop.time()
    try:
        await link.request(Stream(Function.MOTOR, MOTOR_HZ))
        await link.wait_for(MotorTelemetry, STANDSTILL_S, "no standstill", "", is_measured_still)
    except MassctlError:  # it has no motor, tells no stranger, or still moves: the stop was acknowledged all the same
        return None
    return acknowledged_s + loop.time() - began_s


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[Link]:
    link = await _open(url)
    try:
        yield link
    finally:
        await link.aclose()


async def _open(url: str, record: Path | None = None, token: int | None = None) -> Link:
    stream = await open_stream(url)
    is_by_radio = isinstance(stream, NusStream)
    if record is not None:
        try:
            stream = RecordingStream(stream, record)
        except BaseException:
            await stream.aclose()
            raise
    link = Link(stream, token, is_by_radio=is_by_radio)
    link.start()
    return link


def _roles(url: str, roles: Collection[str] | None) -> frozenset[str] | None:
    if roles is None:
        return None
    unknown = sorted(set(roles) - set(ROLES))
    if unknown or not roles:
        raise UsageError(
            f"{url}: there is no role {unknown[0] if unknown else 'named'!r}.", f"Roles are {', '.join(ROLES)}."
        )
    return frozenset(roles)


def _given(identity: DeviceIdentity, wanted: frozenset[str] | None) -> frozenset[str]:
    missing = sorted((wanted or frozenset()) - set(identity.roles))
    if missing:
        carried = " and ".join(identity.roles) or "nothing that massctl knows"
        raise ConnectionProblem(
            identity.url,
            f"{identity.name} is no {missing[0]}: it carries {carried}.",
            "Give the address of the right device.",
        )
    if not identity.roles:
        raise ConnectionProblem(identity.url, f"{identity.name} carries nothing that massctl knows.", "Update massctl.")
    return wanted if wanted is not None else frozenset(identity.roles)


def _manual(url: str, wanted: frozenset[str] | None) -> DeviceBundle:
    gun = ManualMassager(url)
    identity = DeviceIdentity(url, gun.name, "", "", "", 0, 0, ("massager",))
    _given(identity, wanted)
    return DeviceBundle(url, identity, massager=gun, warnings=(gun.note,) if gun.note else ())
