"""From a ``Broadcast`` to the bytes on the air, and back for the scanner; 31 bytes each in advertisement and scan response."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, Final

from bumble.core import UUID
from bumble.core import AdvertisingData as Ad

from sims.radio.peripheral import Broadcast

PIECE_MAX: Final = 31
"""Of a legacy advertisement and of its scan response, each (Bluetooth Core, vol. 6 part B, 2.3.1)."""
_FLAGS: Final = bytes((2, Ad.Type.FLAGS, 0x06))
"""Generally discoverable, LE only."""
_BASE: Final = "-0000-1000-8000-00805f9b34fb"
_UUID_LISTS: Final = (
    Ad.Type.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
    Ad.Type.INCOMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
    Ad.Type.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
    Ad.Type.INCOMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
)


@dataclass(frozen=True, slots=True)
class Advert:
    """One advertisement, as it is sent."""

    data: bytes
    scan_response: bytes
    is_connectable: bool
    interval_s: float


def make_advert(broadcast: Broadcast) -> Advert:
    """Lay a broadcast into advertisement and scan response; the name goes where it fits. Raises ValueError where nothing helps."""
    data, response = bytearray(_FLAGS), bytearray()
    for piece in _pieces(broadcast):
        target = data if len(data) + len(piece) <= PIECE_MAX else response
        if len(target) + len(piece) > PIECE_MAX:
            raise ValueError(f"{broadcast.name or 'a device'}: its broadcast does not fit twice {PIECE_MAX} bytes")
        target += piece
    return Advert(bytes(data), bytes(response), broadcast.is_connectable, broadcast.interval_s)


def _pieces(broadcast: Broadcast) -> list[bytes]:
    """Return the parts of a broadcast, the name last."""
    short = [to_bumble(each) for each in broadcast.service_uuids if each.endswith(_BASE)]
    long = [to_bumble(each) for each in broadcast.service_uuids if not each.endswith(_BASE)]
    pieces = []
    for kind, found in ((_UUID_LISTS[0], short), (_UUID_LISTS[2], long)):
        if found:
            pieces.append(_piece(kind, b"".join(bytes(each.to_bytes()) for each in found)))
    for company, payload in broadcast.manufacturer_data.items():
        pieces.append(_piece(Ad.Type.MANUFACTURER_SPECIFIC_DATA, company.to_bytes(2, "little") + payload))
    for service, payload in broadcast.service_data.items():
        kind = Ad.Type.SERVICE_DATA_16_BIT_UUID if service.endswith(_BASE) else Ad.Type.SERVICE_DATA_128_BIT_UUID
        pieces.append(_piece(kind, bytes(to_bumble(service).to_bytes()) + payload))
    if broadcast.name:
        pieces.append(_piece(Ad.Type.COMPLETE_LOCAL_NAME, broadcast.name.encode()))
    return pieces


def _piece(kind: int, payload: bytes) -> bytes:
    return bytes((len(payload) + 1, kind)) + payload


def to_bumble(text: str) -> UUID:
    """Return bumble's form of a UUID; a SIG number in its short one."""
    return UUID(int(text[4:8], 16)) if text.startswith("0000") and text.endswith(_BASE) else UUID(text)


def to_text(found: UUID) -> str:
    """Return a UUID lower case and 128 bits long."""
    return str(uuid.UUID(bytes=bytes(found.to_bytes(force_128=True))[::-1]))


def heard_fields(data: Any) -> dict[str, Any]:
    """Return what a scanner reads in advertising data, by the names of bleak's ``AdvertisementData``."""
    uuids = dict.fromkeys(to_text(each) for kind in _UUID_LISTS for group in data.get_all(kind) for each in group)
    kinds = (Ad.Type.SERVICE_DATA_128_BIT_UUID, Ad.Type.SERVICE_DATA_16_BIT_UUID)
    return {
        "local_name": data.get(Ad.Type.COMPLETE_LOCAL_NAME) or data.get(Ad.Type.SHORTENED_LOCAL_NAME),
        "manufacturer_data": {
            company: bytes(payload) for company, payload in data.get_all(Ad.Type.MANUFACTURER_SPECIFIC_DATA)
        },
        "service_data": {to_text(each): bytes(payload) for kind in kinds for each, payload in data.get_all(kind)},
        "service_uuids": list(uuids),
        "tx_power": data.get(Ad.Type.TX_POWER_LEVEL),
    }
