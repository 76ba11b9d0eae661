"""The driver of Sauter FH, FL and FH-M gauges: ``serial:///dev/ttyUSB0?driver=sauter&unit=n``.

Options: ``unit`` that its display shows (it does not tell), ``max``, ``sign``, ``rate``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from firmware_protocol.vendors.sauter import BAUD, UNITS, SauterCodec
from massctl.devices.address import DeviceAddress
from massctl.devices.bundle import DeviceBundle
from massctl.devices.vendors.gauges import open_gauge

RATE_HZ: Final = 20.0


async def connect(url: str, *, record: Path | None = None) -> DeviceBundle:
    """Open a Sauter gauge; tension is positive there, compression negative."""
    return await open_gauge(url, _codec, baud=BAUD, compression=-1, rate_hz=RATE_HZ, record=record)


def _codec(address: DeviceAddress) -> SauterCodec:
    return SauterCodec(address.choice("unit", "n", UNITS))
