"""Who is at the other end: Hello and the feature dictionary. Nothing is claimed, nothing moves.

Opening a port resets many boards, so Hello is repeated for some seconds; only a device that then says nothing we can read is
given up, with the reason that fits what was heard.
"""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass
from typing import Any, Final

from firmware_protocol.codes import VERSION_MAX, VERSION_MIN
from firmware_protocol.commands import GetFeature, Hello
from firmware_protocol.errors import RemoteProtocolError
from firmware_protocol.features import FeatureSet
from firmware_protocol.reports import Feature, Identity
from massctl.devices.capabilities import ForceSensorCapabilities, MassagerCapabilities, TimerCapabilities
from massctl.devices.dictionary import (
    DeviceIdentity,
    identity_from,
    massager_capabilities,
    sensor_capabilities,
    timer_capabilities,
)
from massctl.devices.link import Link
from massctl.errors import ConnectionProblem, NoAnswer, PeerRefused, PeerSilent

SILENCE_S: Final = 4.0
"""A port that has said nothing we can read for this long after opening is not one of ours: boards boot in two seconds."""
DICTIONARY_S: Final = 10.0
"""How long a whole feature dictionary may take: 255 entries at 9,600 baud take that long (design value)."""


@dataclass(frozen=True, slots=True)
class ProbeReport:
    """What ``massctl devices probe`` shows."""

    identity: DeviceIdentity
    massager: MassagerCapabilities | None
    sensor: ForceSensorCapabilities | None
    timer: TimerCapabilities | None
    round_trip_s: float
    """Of one question and its answer."""
    warnings: tuple[str, ...] = ()
    """What a person must know of it."""

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


async def identify(link: Link) -> tuple[DeviceIdentity, FeatureSet]:
    """Ask who is there and what it can do. Raises PeerSilent, PeerRefused, NoAnswer, or what ended the link."""
    answer = await _hello(link)
    if answer.version == 0:
        raise PeerRefused(
            link.url,
            f"the device speaks protocol versions {answer.version_min} to {answer.version_max}, "
            f"this massctl {VERSION_MIN} to {VERSION_MAX}.",
            "Update the older of the two.",
        )
    entries = await _entries(link, answer.feature_count)
    try:
        features = FeatureSet.from_entries(entries)
    except RemoteProtocolError as error:
        raise PeerRefused(
            link.url, f"the device contradicts itself: {error.reason}.", "Its firmware needs an update."
        ) from error
    identity = identity_from(link.url, answer, features)
    link.name = identity.name
    return identity, features


async def report_on(link: Link) -> ProbeReport:
    """Identify, and measure one round trip. Raises as ``identify`` does."""
    identity, features = await identify(link)
    loop = asyncio.get_running_loop()
    asked_s = loop.time()
    await link.query(Hello(VERSION_MIN, VERSION_MAX), Identity)
    round_trip_s = loop.time() - asked_s
    return ProbeReport(
        identity=identity,
        massager=massager_capabilities(link.url, features, is_by_radio=link.is_by_radio)
        if "massager" in identity.roles
        else None,
        sensor=sensor_capabilities(link.url, features) if "sensor" in identity.roles else None,
        timer=timer_capabilities(link.url, features) if "timer" in identity.roles else None,
        round_trip_s=round_trip_s,
    )


async def _hello(link: Link) -> Identity:
    try:
        async with asyncio.timeout(SILENCE_S):
            while True:
                try:
                    return await link.query(Hello(VERSION_MIN, VERSION_MAX), Identity)
                except NoAnswer:
                    continue
    except TimeoutError:
        raise _silent(link) from None


async def _entries(link: Link, count: int) -> list[Feature]:
    try:
        async with asyncio.timeout(DICTIONARY_S):
            return [await link.query(GetFeature(index), Feature) for index in range(count)]
    except TimeoutError:
        raise NoAnswer(
            link.name, f"it did not tell its {count} features", DICTIONARY_S, "Is the line very slow?"
        ) from None


def _silent(link: Link) -> ConnectionProblem:
    within = f"within {SILENCE_S:g} s of opening"
    if link.has_heard_frame:
        return PeerSilent(
            link.url, f"the device sends, but did not answer {within}.", "Switch it off and on, then try again."
        )
    if link.bytes_received:
        return PeerSilent(
            link.url,
            f"{link.bytes_received} bytes came {within}, but none that can be read: "
            "wrong speed (baud) or another kind of device.",
            "Give the device's own speed, such as ?baud=115200, and check that this is the right port.",
        )
    return PeerSilent(
        link.url,
        f"nothing came {within}.",
        "Is this the right port, is the device switched on, and are its lines not swapped?",
    )
