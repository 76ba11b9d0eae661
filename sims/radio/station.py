"""One simulated peripheral on the air: a bumble device whose services call the ``Peripheral``.

What the peripheral raises other than ``Refused`` is a failure of the simulation: it is told to the room, not to the central.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from typing import Any, Final

from bumble import att, hci
from bumble import gatt as bumble_gatt
from bumble.device import AdvertisingType, Connection, Device, LegacyAdvertiser
from bumble.host import Host

from sims.radio.adverts import make_advert, to_bumble
from sims.radio.air import Advertiser, Air, RadioController
from sims.radio.conditions import Conditions
from sims.radio.peripheral import NOT_PERMITTED, Characteristic, Peripheral, Refused

_PROPERTIES: Final = {
    "read": bumble_gatt.Characteristic.Properties.READ,
    "write": bumble_gatt.Characteristic.Properties.WRITE,
    "write-without-response": bumble_gatt.Characteristic.Properties.WRITE_WITHOUT_RESPONSE,
    "notify": bumble_gatt.Characteristic.Properties.NOTIFY,
    "indicate": bumble_gatt.Characteristic.Properties.INDICATE,
}
_PERMISSIONS: Final = att.Attribute.Permissions.READABLE | att.Attribute.Permissions.WRITEABLE
_NOTIFY, _INDICATE = 1, 2
"""Bits of the client's configuration of a characteristic."""


def address_of(name: str) -> str:
    """Return the address of a simulated device: always the same for the same name (a random static one, top bits set)."""
    digest = hashlib.sha256(name.encode()).digest()
    octets = (digest[0] | 0xC0, *digest[1:6])
    return ":".join(f"{octet:02X}" for octet in octets)


class Station:
    """A peripheral, switched on.

    Args:
        peripheral: what it is.
        air: where it is.
        address: random static.
        clock: the time of the simulation that it belongs to.
        on_failure: told what the peripheral raised.
    """

    def __init__(
        self,
        peripheral: Peripheral,
        air: Air,
        address: str,
        clock: Callable[[], float],
        on_failure: Callable[[Exception], None],
    ) -> None:
        self.peripheral = peripheral
        self.address = address
        self.refuses_writes = False
        """Fault: every write is answered with an error."""
        self._air = air
        self._clock = clock
        self._on_failure = on_failure
        self._controller = RadioController(peripheral.id, air, address)
        self.conditions: Conditions = self._controller.conditions
        """How it is received."""
        self.conditions.rssi_dbm = peripheral.rssi_dbm
        self._controller.le_legacy_advertiser = Advertiser(self._controller, lambda: make_advert(peripheral.broadcast))
        host = Host(controller_source=self._controller, controller_sink=self._controller)
        self._device = Device(name=peripheral.broadcast.name or peripheral.id, address=hci.Address(address), host=host)
        self._device.gatt_server.max_mtu = peripheral.mtu_bytes
        self._characteristics: dict[str, Any] = {}
        self._connection: Connection | None = None
        self._add_services()
        self._device.on(Device.EVENT_CONNECTION, self._connected)
        peripheral.plug, peripheral.address = self, address

    async def switch_on(self) -> None:
        """Boot and begin to advertise."""
        make_advert(self.peripheral.broadcast)
        await self._device.power_on()
        self._advertise()

    def _advertise(self) -> None:
        """Broadcast until somebody connects; both ends of bumble's device are told, since it restarts in tasks of its own."""
        kind, own = AdvertisingType.UNDIRECTED_CONNECTABLE_SCANNABLE, hci.OwnAddressType.RANDOM
        self._device.legacy_advertiser = LegacyAdvertiser(self._device, kind, own, hci.Address.ANY, auto_restart=False)
        self._controller.le_legacy_advertiser.own_address_type = own
        self._controller.le_legacy_advertiser.start()

    def switch_off(self) -> None:
        """Lose power: no word to anybody."""
        self.peripheral.plug = None
        self._controller.switch_off()

    def set_out_of_range(self, *, is_out: bool) -> None:
        """Carry it away, or back."""
        self._air.set_out_of_range(self._controller, is_out=is_out)

    def drop(self) -> None:
        """Lose the connection at once, as by interference; it advertises again at once."""
        self._controller.drop()

    def hang_up(self) -> None:
        """End the connection from the device's side."""
        self._controller.drop(hci.HCI_ErrorCode.REMOTE_USER_TERMINATED_CONNECTION_ERROR)

    @property
    def payload_bytes(self) -> int:
        """The most that one notification carries; cut where it is longer."""
        return (self._connection.att_mtu if self._connection is not None else att.ATT_DEFAULT_MTU) - 3

    def notify(self, uuid: str, data: bytes) -> bool:
        """Send a notification, or an indication where only that is offered or asked for."""
        connection = self._connection
        if connection is None:
            return False
        characteristic = self._characteristics[uuid]
        server = self._device.gatt_server
        wanted = server.subscribers.get(connection, {}).get(characteristic.handle, b"\0\0")[0]
        payload = data[: self.payload_bytes]
        if wanted & _NOTIFY:
            pdu: Any = att.ATT_Handle_Value_Notification(
                attribute_handle=characteristic.handle, attribute_value=payload
            )
        elif wanted & _INDICATE:
            server.pending_confirmations[connection] = asyncio.get_running_loop().create_future()
            pdu = att.ATT_Handle_Value_Indication(attribute_handle=characteristic.handle, attribute_value=payload)
        else:
            return False
        server.send_gatt_pdu(connection, bytes(pdu))
        return True

    # What the central does.

    def _add_services(self) -> None:
        for service in self.peripheral.services:
            offered = [self._make(each) for each in service.characteristics]
            self._device.add_service(bumble_gatt.Service(to_bumble(service.uuid), offered))

    def _make(self, characteristic: Characteristic) -> Any:
        uuid = characteristic.uuid
        properties = bumble_gatt.Characteristic.Properties(0)
        for name in characteristic.properties:
            properties |= _PROPERTIES[name]
        made: Any = bumble_gatt.Characteristic(
            to_bumble(uuid),
            properties,
            _PERMISSIONS,
            att.AttributeValue(
                read=lambda _connection: self._read(characteristic),
                write=lambda _connection, value: self._write(characteristic, value),
            ),
        )
        made.on(made.EVENT_SUBSCRIPTION, lambda _bearer, notify, indicate: self._subscribed(uuid, notify or indicate))
        self._characteristics[uuid] = made
        return made

    def _read(self, characteristic: Characteristic) -> bytes:
        if "read" not in characteristic.properties:
            raise att.ATT_Error(att.ATT_READ_NOT_PERMITTED_ERROR)
        return bytes(self._guard(self.peripheral.on_read, characteristic.uuid, self._clock()))

    def _write(self, characteristic: Characteristic, value: bytes) -> None:
        if self.refuses_writes or not characteristic.properties & {"write", "write-without-response"}:
            raise att.ATT_Error(NOT_PERMITTED)
        self._guard(self.peripheral.on_write, characteristic.uuid, bytes(value), self._clock())

    def _guard(self, call: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return call(*arguments)
        except Refused as refusal:
            raise att.ATT_Error(refusal.code) from refusal
        except Exception as error:
            self._on_failure(error)
            raise att.ATT_Error(att.ATT_UNLIKELY_ERROR_ERROR) from error

    def _tell(self, call: Callable[..., None], *arguments: Any) -> None:
        try:
            call(*arguments)
        except Exception as error:  # noqa: BLE001 - whatever broke, the simulation must not go on as if nothing had
            self._on_failure(error)

    def _connected(self, connection: Connection) -> None:
        self._connection = connection
        connection.on(Connection.EVENT_DISCONNECTION, self._disconnected)
        self.peripheral.is_connected = True
        self._tell(self.peripheral.on_connect, self._clock())

    def _disconnected(self, _reason: int) -> None:
        self._connection = None
        self.peripheral.is_connected = False
        self._tell(self.peripheral.on_disconnect, self._clock())
        if self.peripheral.plug is self:
            self._advertise()

    def _subscribed(self, uuid: str, is_on: bool) -> None:
        self._tell(self.peripheral.on_subscribe, uuid, is_on, self._clock())
