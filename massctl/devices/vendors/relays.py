"""Opening a relay board: its address's options become its codec."""

from __future__ import annotations

from pathlib import Path

from firmware_protocol.vendors.relay import RelayCodec
from massctl.devices.address import DeviceAddress
from massctl.devices.bundle import DeviceBundle
from massctl.devices.dictionary import DeviceIdentity
from massctl.devices.vendors.relay_timer import RelayTimer
from massctl.devices.wire import SILENCE_S, open_wire

CHANNELS_MAX = 8


def channel(address: DeviceAddress) -> int:
    """Return the channel that the address names, 1 where it names none. Raises UsageError."""
    return address.whole("channel", 1, 1, CHANNELS_MAX)


async def open_relay(
    address: DeviceAddress,
    transport_url: str,
    codec: RelayCodec,
    *,
    record: Path | None,
    silence_s: float = SILENCE_S,
    may_be_blind: bool = False,
) -> DeviceBundle:
    """Open the board at ``transport_url`` and read its state; nothing is switched. Raises ConnectionProblem."""
    assert address.row is not None
    wire = await open_wire(address.url, transport_url, record)
    relay = RelayTimer(wire, codec, address.row.name)
    try:
        await relay.begin(silence_s, may_be_blind=may_be_blind)
    except BaseException:
        await relay.aclose()
        raise
    warnings: list[str] = []
    if not relay.capabilities.opens_by_itself:
        warnings.append("Software timer only: this relay stays closed when this program dies. [F33]")
    if relay.is_blind:
        warnings.append("Nothing comes back from this relay: whether it has opened is not known. [F54]")
    identity = DeviceIdentity(
        address.url, relay.name, relay.name, "", "", 0, 0, ("timer",), is_simulated=address.is_simulated
    )
    return DeviceBundle(address.url, identity, timer=relay, warnings=tuple(warnings))
