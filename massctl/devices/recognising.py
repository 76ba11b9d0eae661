"""Which driver a Bluetooth address without one means: told by what the device broadcasts, before anything is connected to.

Nothing is ever written to a device that is not known.
"""

from __future__ import annotations

from typing import Final

from massctl.devices.address import DRIVER, read_address
from massctl.devices.supported import SUPPORTED, Medium
from massctl.errors import WrongDevice
from massctl.transports.nus import SERVICE as OUR_SERVICE
from massctl.transports.opening import hear

BLUETOOTH: Final = "ble"
BY_RADIO: Final = frozenset({Medium.GATT, Medium.ADVERTISEMENTS})


async def recognised(url: str) -> str:
    """Return ``url`` with the driver that its broadcast means; as it is where it names one, is ours, or is no Bluetooth address.

    Raises UsageError, WrongDevice for a device that massctl does not know, or ConnectionProblem where nothing is heard.
    """
    address = read_address(url)
    if address.scheme != BLUETOOTH or address.row is not None:
        return url
    heard = await hear(url)
    if OUR_SERVICE in heard.service_uuids:
        return url
    ids = [row.id for row in SUPPORTED if row.medium in BY_RADIO and row.is_match(heard)]
    if len(ids) == 1:
        return f"{url}{'&' if '?' in url else '?'}{DRIVER}={ids[0]}"
    calls_itself = f"It calls itself {heard.name!r}" if heard.name else "It gives no name"
    if ids:
        remedy = f"Name one: {' or '.join(f'{url}?{DRIVER}={each}' for each in ids)}"
        raise WrongDevice(url, f"{calls_itself}, as several devices do; nothing was sent to it.", remedy)
    remedy = f"If you know what it is, name its driver: {url}?{DRIVER}=ID (massctl devices supported)."
    raise WrongDevice(url, f"{calls_itself}, which massctl does not know; nothing was sent to it.", remedy)
