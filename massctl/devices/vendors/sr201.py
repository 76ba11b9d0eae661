"""The driver of SR-201 Ethernet relays: ``tcp://192.168.1.100:6722?driver=sr201``. Option: ``channel`` from 1.

Its state is asked for four times a second, which also keeps the connection that it would close after 15 s of silence.
"""

from __future__ import annotations

from pathlib import Path

from firmware_protocol.vendors.sr201 import Sr201Codec
from massctl.devices.address import read_address
from massctl.devices.bundle import DeviceBundle
from massctl.devices.vendors.relays import channel, open_relay


async def connect(url: str, *, record: Path | None = None) -> DeviceBundle:
    """Open an SR-201."""
    address = read_address(url)
    return await open_relay(address, address.transport_url, Sr201Codec(channel(address)), record=record)
