"""The driver of Wagner FPX algometers: ``serial:///dev/ttyUSB0?driver=wagner-fpx``. Options: ``max``, ``sign``, ``rate``.

It has no command for its zero, so the zero is made here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from firmware_protocol.vendors.wagner_fpx import BAUD, WagnerFpxCodec
from massctl.devices.bundle import DeviceBundle
from massctl.devices.vendors.gauges import open_gauge

RATE_HZ: Final = 10.0


async def connect(url: str, *, record: Path | None = None) -> DeviceBundle:
    """Open a Wagner FPX; compression is negative there."""
    return await open_gauge(url, lambda _: WagnerFpxCodec(), baud=BAUD, compression=-1, rate_hz=RATE_HZ, record=record)
