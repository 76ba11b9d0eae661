"""The driver of Wagner FDX gauges: ``serial:///dev/ttyUSB0?driver=wagner-fdx``. Options: ``max``, ``sign``, ``rate``.

It has no command for its zero, so the zero is made here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from firmware_protocol.vendors.wagner_fdx import BAUD, WagnerFdxCodec
from massctl.devices.bundle import DeviceBundle
from massctl.devices.vendors.gauges import open_gauge

RATE_HZ: Final = 25.0


async def connect(url: str, *, record: Path | None = None) -> DeviceBundle:
    """Open a Wagner FDX; minus is tension there, so compression is positive already."""
    return await open_gauge(url, lambda _: WagnerFdxCodec(), baud=BAUD, compression=+1, rate_hz=RATE_HZ, record=record)
