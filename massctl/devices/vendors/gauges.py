"""Opening a force gauge that speaks text: its address's options become its setting."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from firmware_protocol.vendors.gauge import GaugeCodec
from massctl.devices.address import DeviceAddress, read_address
from massctl.devices.bundle import DeviceBundle
from massctl.devices.capabilities import OWN_LOW_PASS_MAX_HZ
from massctl.devices.dictionary import DeviceIdentity
from massctl.devices.vendors.listened_gauge import ListenedGauge
from massctl.devices.vendors.polled_gauge import PolledGauge
from massctl.devices.vendors.text_gauge import GaugeSetting
from massctl.devices.wire import open_wire

FORCE_MAX_N: Final = 100.0
"""Full scale assumed where the address names none: a small gauge's, so that a larger one is only doubted too early."""
LINES_MAX_HZ: Final = 1_000.0
"""More lines a second than this are not readings for a person's push."""


async def open_gauge(
    url: str,
    make_codec: Callable[[DeviceAddress], GaugeCodec],
    *,
    baud: int,
    compression: int,
    record: Path | None,
    rate_hz: float = LINES_MAX_HZ,
    is_estimated: bool = False,
    warnings: tuple[str, ...] = (),
) -> DeviceBundle:
    """Open the gauge at ``url``, learn its pace, and return it. Raises UsageError, ConnectionProblem or NoAnswer.

    Args:
        url: its address, with the options ``max``, ``sign``, ``low_pass_hz`` and, for a gauge that is asked, ``rate``.
        make_codec: makes its codec out of the address's further options.
        baud: the serial speed where the address names none.
        compression: +1 where it writes compression as positive, −1 where as negative.
        record: a file for the bytes.
        rate_hz: questions a second at most; a gauge that is slower is asked less often.
        is_estimated: whether it only guesses (F37).
        warnings: what else a person must know of it.
    """
    address = read_address(url)
    assert address.row is not None
    codec = make_codec(address)
    is_inverted = address.choice("sign", "normal", ("normal", "inverted")) == "inverted"
    setting = GaugeSetting(
        name=address.row.name,
        compression=-compression if is_inverted else compression,
        rate_hz=address.number("rate", rate_hz, 1.0, 200.0) if codec.question else rate_hz,
        force_max_n=address.number("max", FORCE_MAX_N, 1.0, 10_000.0),
        is_estimated=is_estimated,
        own_low_pass_hz=address.number("low_pass_hz", OWN_LOW_PASS_MAX_HZ, 0.1, OWN_LOW_PASS_MAX_HZ)
        if "low_pass_hz" in address.options
        else None,
    )
    wire = await open_wire(url, address.with_baud(baud), record)
    gauge = (PolledGauge if codec.question else ListenedGauge)(wire, codec, setting)
    try:
        await gauge.begin()
    except BaseException:
        await gauge.aclose()
        raise
    if "max" not in address.options:
        text = f"The capacity of the {gauge.name} is taken as {FORCE_MAX_N:g} N, since its address names none (max=…)."
        warnings = (*warnings, text)
    identity = DeviceIdentity(url, gauge.name, gauge.name, "", "", 0, 0, ("sensor",), is_simulated=address.is_simulated)
    return DeviceBundle(url, identity, sensor=gauge, warnings=warnings)
