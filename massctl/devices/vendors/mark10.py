"""The driver of Mark-10 Series 4 and 5 gauges: ``serial:///dev/ttyUSB0?driver=mark10``.

Options: ``max`` the gauge's capacity in newtons, ``sign=inverted`` where its set-up turns the polarity round, ``rate``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from firmware_protocol.vendors.mark10 import BAUD, Mark10Codec
from massctl.devices.bundle import DeviceBundle
from massctl.devices.vendors.gauges import open_gauge

RATE_HZ: Final = 50.0


async def connect(url: str, *, record: Path | None = None) -> DeviceBundle:
    """Open a Mark-10 gauge; minus is tension there, so compression is positive already."""
    return await open_gauge(url, lambda _: Mark10Codec(), baud=BAUD, compression=+1, rate_hz=RATE_HZ, record=record)
