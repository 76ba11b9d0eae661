"""A bleak backend whose adapter is a ``Central``: what bleak's own backends do for BlueZ, Core Bluetooth and WinRT.

Everything above it is bleak's public API, unchanged. Errors are those that bleak's contract names.

Not modelled: pairing, bonds, service caches.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any, NoReturn, TypeVar

from bleak.assigned_numbers import gatt_char_props_to_strs
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient, NotifyCallback
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakDeviceNotFoundError, BleakError, BleakGATTProtocolError
from bumble import att, core, hci
from bumble.device import Advertisement, Connection, Peer

from sims.radio.adverts import heard_fields, to_text
from sims.radio.central import Central

MTU_BYTES = 247
"""What this side asks for; the peripheral may want less."""
_T = TypeVar("_T")


class SimulatedScanner(BaseBleakScanner):
    """``BleakScanner(backend=SimulatedScanner, radio=<Central>)``."""

    def __init__(self, detection_callback: Any, service_uuids: Any, scanning_mode: str, *, radio: Central, **_: Any):
        super().__init__(detection_callback, service_uuids)
        self._radio = radio

    def _heard(self, advertisement: Advertisement) -> None:
        fields = heard_fields(advertisement.data)
        data = AdvertisementData(rssi=advertisement.rssi, platform_data=(advertisement,), **fields)
        address = advertisement.address.to_string(with_type_qualifier=False)
        device = self.create_or_update_device(address, address, data.local_name, advertisement.address, data)
        if self.is_allowed_uuid(data.service_uuids):
            self.call_detection_callbacks(device, data)

    async def start(self) -> None:
        """Begin to listen."""
        self.seen_devices.clear()
        await self._radio.listen(self._heard)

    async def stop(self) -> None:
        """Listen no more."""
        await self._radio.unlisten(self._heard)


class SimulatedClient(BaseBleakClient):
    """``BleakClient(device, backend=SimulatedClient, radio=<Central>)``."""

    def __init__(self, address_or_ble_device: BLEDevice | str, *, radio: Central, **kwargs: Any) -> None:
        super().__init__(address_or_ble_device, **kwargs)
        details = getattr(address_or_ble_device, "details", None)
        self._peer_address = details if isinstance(details, hci.Address) else hci.Address(self.address)
        self._name = getattr(address_or_ble_device, "name", None) or self.address.replace(":", "-")
        self._radio = radio
        self._connection: Connection | None = None
        self._peer: Peer | None = None

    @property
    def name(self) -> str:
        """The advertised name."""
        return self._name

    @property
    def mtu_size(self) -> int:
        """What both sides agreed on."""
        return self._connection.att_mtu if self._connection is not None else att.ATT_DEFAULT_MTU

    @property
    def is_connected(self) -> bool:
        """Whether it is."""
        return self._connection is not None

    def _disconnected(self, _reason: int) -> None:
        self._connection = self._peer = self.services = None
        if self._disconnected_callback is not None:
            self._disconnected_callback()

    async def connect(self, pair: bool, **kwargs: Any) -> None:
        """Connect, agree on the MTU, find all services."""
        if self._connection is not None:
            raise BleakError("already connected")
        try:
            connection = await self._radio.connect(self._peer_address, timeout_s=self._timeout)
        except (core.TimeoutError, TimeoutError) as error:
            raise BleakDeviceNotFoundError(self.address) from error
        except core.BaseBumbleError as error:
            raise BleakError(str(error)) from error
        self._connection, self._peer = connection, Peer(connection)
        connection.on(Connection.EVENT_DISCONNECTION, self._disconnected)
        try:
            await self._guard(self._peer.request_mtu(MTU_BYTES))
            self.services = await self._guard(self._discover(self._peer))
        except BaseException:
            await self._hang_up()
            raise

    async def _hang_up(self) -> None:
        if self._connection is not None:
            self._disconnected_callback = None
            await self.disconnect()

    async def _discover(self, peer: Any) -> BleakGATTServiceCollection:
        await peer.discover_all()
        found = BleakGATTServiceCollection()
        for each in peer.services:
            service = BleakGATTService(each, each.handle, to_text(each.uuid))
            found.add_service(service)
            for offered in each.characteristics:
                properties = list(gatt_char_props_to_strs(int(offered.properties)))
                characteristic = BleakGATTCharacteristic(
                    offered, offered.handle, to_text(offered.uuid), properties, lambda: self.mtu_size - 3, service
                )
                found.add_characteristic(characteristic)
                for part in offered.descriptors:
                    found.add_descriptor(BleakGATTDescriptor(part, part.handle, to_text(part.type), characteristic))
        return found

    async def _guard(self, awaitable: Awaitable[_T]) -> _T:
        """Await something of bumble's; its errors become bleak's."""
        try:
            return await awaitable
        except att.ATT_Error as error:
            raise BleakGATTProtocolError(error.error_code) from error
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if self._connection is None and (task is None or not task.cancelling()):
                raise BleakError("disconnected") from None  # bumble cancels what waits when the link ends
            raise
        except core.BaseBumbleError as error:
            raise BleakError(str(error)) from error

    def _connected_peer(self) -> Peer:
        return self._peer if self._peer is not None else self._not_connected()

    def _not_connected(self) -> NoReturn:
        raise BleakError("Not connected")

    async def disconnect(self) -> None:
        """End the connection."""
        if self._connection is not None:
            await self._guard(self._connection.disconnect())

    async def pair(self, *args: Any, **kwargs: Any) -> None:
        """Not modelled."""
        raise NotImplementedError

    async def unpair(self) -> None:
        """Not modelled."""
        raise NotImplementedError

    async def read_gatt_char(self, characteristic: Any, *, use_cached: bool = False, **kwargs: Any) -> bytearray:
        """Read a value."""
        return bytearray(await self._guard(self._connected_peer().read_value(characteristic.handle)))

    async def read_gatt_descriptor(self, descriptor: Any, *, use_cached: bool = False, **kwargs: Any) -> bytearray:
        """Read a descriptor."""
        return bytearray(await self._guard(self._connected_peer().read_value(descriptor.handle)))

    async def write_gatt_char(self, characteristic: Any, data: Any, response: bool) -> None:
        """Write a value, with the device's answer or without."""
        peer = self._connected_peer()
        await self._guard(peer.write_value(characteristic.handle, bytes(data), with_response=response))

    async def write_gatt_descriptor(self, descriptor: Any, data: Any) -> None:
        """Write a descriptor."""
        await self._guard(self._connected_peer().write_value(descriptor.handle, bytes(data), with_response=True))

    async def start_notify(self, characteristic: Any, callback: NotifyCallback, **kwargs: Any) -> None:
        """Subscribe."""

        def deliver(value: bytes) -> None:
            callback(bytearray(value))

        await self._guard(self._connected_peer().subscribe(characteristic.obj, deliver))

    async def stop_notify(self, characteristic: Any) -> None:
        """End a subscription."""
        await self._guard(self._connected_peer().unsubscribe(characteristic.obj))
