"""The driver of Waveshare Modbus relay boards: ``serial:///dev/ttyUSB0?driver=waveshare`` or ``tcp://host:4196?driver=waveshare``.

Options: ``channel`` from 1, ``unit`` its Modbus address, ``frame`` rtu (as on RS-485, and on TCP by a plain converter) or tcp.
The flash that the board ends by itself is the lease.
"""

from __future__ import annotations

from pathlib import Path

from firmware_protocol.vendors.waveshare import BAUD, Rtu, Tcp, WaveshareCodec
from massctl.devices.address import read_address
from massctl.devices.bundle import DeviceBundle
from massctl.devices.vendors.relays import channel, open_relay


async def connect(url: str, *, record: Path | None = None) -> DeviceBundle:
    """Open a Waveshare board."""
    address = read_address(url)
    unit = address.whole("unit", 1, 1, 247)
    framing = Tcp(unit) if address.choice("frame", "rtu", ("rtu", "tcp")) == "tcp" else Rtu(unit)
    codec = WaveshareCodec(channel(address), framing)
    return await open_relay(address, address.with_baud(BAUD), codec, record=record)
