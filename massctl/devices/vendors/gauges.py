"""Opening a force gauge that speaks text: its address's options become its setting."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from firmware_protocol.vendors.gauge import GaugeCodec
from massctl.devices.address import read_address
from massctl.devices.bundle import DeviceBundle
from massctl.devices.dictionary import DeviceIdentity
from massctl.devices.vendors.text_gauge import GaugeSetting, TextGauge
from massctl.devices.wire import open_wire

GAUGE_OPTIONS: Final = ("max", "sign", "rate")
RATE_HZ: Final = 50.0
"""Questions a second by default: what the displays and the rules want; a gauge that is slower is asked less often."""
FORCE_MAX_N: Final = 100.0
"""Full scale assumed where the address names none: a small gauge's, so that a larger one is only doubted too early."""


async def open_gauge(
    url: str, codec: GaugeCodec, *, baud: int, compression: int, record: Path | None, rate_hz: float = RATE_HZ
) -> DeviceBundle:
    """Open the gauge at ``url``, learn its pace, and return it. Raises UsageError, ConnectionProblem or NoAnswer."""
    address = read_address(url)
    assert address.row is not None
    sign = -1 if address.choice("sign", "normal", ("normal", "inverted")) == "inverted" else 1
    setting = GaugeSetting(
        compression=sign * compression,
        rate_hz=address.number("rate", rate_hz, 1.0, 500.0),
        force_max_n=address.number("max", FORCE_MAX_N, 1.0, 10_000.0),
    )
    wire = await open_wire(url, address.with_baud(baud), record)
    gauge = TextGauge(wire, address.row.name, codec, setting)
    try:
        await gauge.begin()
    except BaseException:
        await gauge.aclose()
        raise
    identity = DeviceIdentity(url, gauge.name, gauge.name, "", "", 0, 0, ("sensor",), is_simulated=address.is_simulated)
    warnings = () if "max" in address.options else (_assumed(gauge.name),)
    return DeviceBundle(url, identity, sensor=gauge, warnings=warnings)


def _assumed(name: str) -> str:
    return f"The capacity of the {name} is taken as {FORCE_MAX_N:g} N, since its address names none (max=…)."
