"""The driver of LCUS USB relays: ``serial:///dev/ttyUSB0?driver=lcus``. Option: ``channel`` from 1.

The board latches, so its time is this program's alone, and many tell nothing back: both are said.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from firmware_protocol.vendors.lcus import BAUD, LcusCodec
from massctl.devices.address import read_address
from massctl.devices.bundle import DeviceBundle
from massctl.devices.vendors.relays import channel, open_relay

ANSWER_S: Final = 1.0
"""A board that answers questions at all does so within this (design value)."""


async def connect(url: str, *, record: Path | None = None) -> DeviceBundle:
    """Open an LCUS relay; one that never answers is taken as it is."""
    address = read_address(url)
    codec = LcusCodec(channel(address))
    return await open_relay(
        address, address.with_baud(BAUD), codec, record=record, silence_s=ANSWER_S, may_be_blind=True
    )
