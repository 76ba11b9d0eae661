"""The table of drivers: which devices massctl speaks to, how sure it is of each, and where each driver is found.

Data and one look-up only. ``docs`` and ``massctl devices supported`` are printed from it; a driver's module is loaded when
one of its devices is opened, not before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from massctl.devices.capabilities import LinkLoss
from massctl.transports.gatt import Advertisement


class Confidence(StrEnum):
    """How well what the driver says is known."""

    VENDOR = "documented by its maker"
    STANDARD = "formal standard"
    SEVERAL = "several independent programs agree"
    ONE_PERSON = "worked out by one person"
    UNVERIFIED = "nobody has confirmed it on hardware"


class Medium(StrEnum):
    """What carries a device's bytes."""

    STREAM = "serial or TCP"
    GATT = "Bluetooth LE"
    ADVERTISEMENTS = "Bluetooth LE, broadcasts only"
    TOPICS = "MQTT"


def _never(_advertisement: Advertisement) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Driver:
    """One row of the table."""

    id: str
    """As in ``?driver=mark10`` and ``sim://mark10``."""
    name: str
    roles: tuple[str, ...]
    """Of massager, sensor, timer, heart."""
    medium: Medium
    opener: str
    """``module:function``; the function is ``async def connect(url: str, *, record: Path | None) -> DeviceBundle``."""
    confidence: Confidence
    sources: tuple[str, ...]
    on_link_loss: LinkLoss = LinkLoss.UNKNOWN
    capabilities: str = ""
    """In a few words, for the table."""
    verified_on: str = "simulated twin only"
    """What hardware this driver has been seen to work on, and when."""
    is_match: Callable[[Advertisement], bool] = _never
    """Whether a broadcast is one of these (Bluetooth only)."""
    url_options: tuple[str, ...] = ()
    """Names that its address may carry after ``?``."""


SUPPORTED: tuple[Driver, ...] = (
    Driver(
        id="mark10",
        name="Mark-10 Series 4/5 force gauge",
        roles=("sensor",),
        medium=Medium.STREAM,
        opener="massctl.devices.vendors.mark10:connect",
        confidence=Confidence.VENDOR,
        sources=("Mark-10 Series 4 and Series 5 user's guides", "Omega DFG55 manual"),
        capabilities="force, tare; as fast as it answers",
        url_options=("max", "sign", "rate"),
    ),
)
"""All foreign drivers; our own firmware needs no row, it says what it is."""


def driver(driver_id: str) -> Driver:
    """Return the row of ``driver_id``. Raises KeyError."""
    return {row.id: row for row in SUPPORTED}[driver_id]
