"""The air between virtual controllers: who hears whom, how well, and after what delay.

bumble's virtual radio lacks what this adds: a connection attempt that can be called off, going out of range (both ends find out
after the supervision time), scan responses, signal strength, and delay. Advertisements reach only who listens, so that a device
that nobody looks for costs nothing.

Not modelled: collisions, channels, power, connection intervals: what is sent arrives in the next turn of the loop.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from typing import Any, Final

from bumble import hci, ll
from bumble.controller import Controller, LegacyAdvertiser
from bumble.core import PhysicalTransport
from bumble.link import LocalLink

from sims.radio.adverts import Advert
from sims.radio.conditions import Conditions

SUPERVISION_S: Final = 0.5
"""Silence after which a connection counts as lost; centrals commonly ask for 0.42 s (Linux) to 2 s and more."""
ACL_BYTES: Final = 251
"""Data length extension, as on most chips of today; bumble's own default of 27 cuts every notification into pieces."""
_log = logging.getLogger("bumble")
_log.addHandler(logging.NullHandler())
_log.propagate = (
    False  # its warnings are not for a person's screen; what breaks in a simulated device is told to the room
)
_ReportType = hci.HCI_LE_Advertising_Report_Event.EventType


class RadioController(Controller):
    """A controller that can call off a connection attempt and says how well it hears."""

    le_features = Controller.le_features & ~hci.LeFeatureMask.LE_EXTENDED_ADVERTISING
    le_acl_data_packet_length = ACL_BYTES

    link: Air

    def __init__(self, name: str, air: Air, address: str) -> None:
        self.conditions = Conditions()
        super().__init__(name, link=air)
        self.random_address = hci.Address(address)
        air.move_in(self)

    @property
    def is_listening(self) -> bool:
        """Whether an advertisement can matter to it."""
        return bool(self.le_scan_enable or self.pending_le_connection)

    def hear(self, address: hci.Address, advert: Advert, rssi_dbm: int) -> None:
        """Report an advertisement to the host, and connect if the host waits for this device."""
        if self.le_scan_enable:
            kind = _ReportType.ADV_IND if advert.is_connectable else _ReportType.ADV_SCAN_IND
            self._tell(kind, address, advert.data, rssi_dbm)
            if self.le_scan_type == hci.HCI_LE_Set_Scan_Parameters_Command.ACTIVE_SCANNING:
                self._tell(_ReportType.SCAN_RSP, address, advert.scan_response, rssi_dbm)
        if self._awaits(address) and advert.is_connectable:
            self._connect_soon(address)

    def _tell(self, kind: int, address: hci.Address, data: bytes, rssi_dbm: int) -> None:
        report = hci.HCI_LE_Advertising_Report_Event.Report(
            event_type=kind, address_type=address.address_type, address=address, data=data, rssi=rssi_dbm
        )
        self.send_hci_packet(hci.HCI_LE_Advertising_Report_Event([report]))

    def _awaits(self, address: hci.Address) -> bool:
        return self.pending_le_connection is not None and self.pending_le_connection.peer_address == address

    def _connect_soon(self, address: hci.Address) -> None:
        peer = self.link.find_le_controller(address)
        if peer is None:
            return
        if (delay_s := peer.conditions.connect_s) > 0.0:
            asyncio.get_running_loop().call_later(delay_s, self._connect, address)
        else:
            self._connect(address)

    def _connect(self, address: hci.Address) -> None:
        """Connect, if both still want it: the attempt may have been called off, the device gone or taken."""
        peer = self.link.find_le_controller(address)
        if self._awaits(address) and peer is not None and peer.le_legacy_advertiser.enabled:
            self.create_le_connection(address)

    def on_hci_le_create_connection_cancel_command(self, _command: Any) -> hci.HCI_StatusReturnParameters:
        """Call the attempt off, and say so: bumble's own never ends it."""
        pending, self.pending_le_connection = self.pending_le_connection, None
        if pending is not None:
            peer = pending.peer_address
            self.send_hci_packet(
                hci.HCI_LE_Connection_Complete_Event(
                    status=hci.HCI_ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER_ERROR,
                    connection_handle=0,
                    role=hci.Role.CENTRAL,
                    peer_address_type=peer.address_type,
                    peer_address=peer,
                    connection_interval=0,
                    peripheral_latency=0,
                    supervision_timeout=0,
                    central_clock_accuracy=0,
                )
            )
        return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.SUCCESS)

    def send_hci_packet(self, packet: hci.HCI_Packet) -> None:
        """Hand a packet to the host; bumble's own writes each into a log that nobody reads, which costs more than the radio."""
        if self.host is not None:
            asyncio.get_running_loop().call_soon(self.host.on_packet, bytes(packet))

    def drop(self, reason: int = hci.HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR) -> None:
        """Lose all connections, at both ends, now."""
        for connection in list(self.le_connections.values()):
            other = self.link.find_le_controller(connection.peer_address)
            if other is not None and (theirs := other.le_connections.get(connection.self_address)) is not None:
                other.on_le_disconnected(theirs, reason)
            self.on_le_disconnected(connection, reason)

    def switch_off(self) -> None:
        """Leave the air without a word; whoever was connected finds out."""
        self.le_legacy_advertiser.stop()
        self.le_scan_enable = False
        self.pending_le_connection = None
        self.drop()
        self.link.move_out(self)


class Advertiser(LegacyAdvertiser):
    """Broadcasts what ``make`` returns, made anew each time, at that advertisement's own interval."""

    def __init__(self, controller: RadioController, make: Callable[[], Advert]) -> None:
        super().__init__(controller)
        self._sender = controller
        self._make = make

    def _on_timer_fired(self) -> None:
        advert = self._make()
        self._sender.link.broadcast(self._sender, self.address, advert)
        self.timer_handle = asyncio.get_running_loop().call_later(advert.interval_s, self._on_timer_fired)


class Air(LocalLink):
    """All controllers of one simulated place."""

    controllers: set[RadioController]  # type: ignore[assignment] # all of ours are

    def __init__(self, rng: random.Random) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._rng = rng
        self._by_address: dict[hci.Address, RadioController] = {}
        self._busy_until_s: dict[tuple[hci.Address, hci.Address], float] = {}

    def move_in(self, controller: RadioController) -> None:
        """Take a controller whose address is set."""
        self._by_address[controller.random_address] = controller

    def move_out(self, controller: RadioController) -> None:
        """Forget a controller."""
        self.controllers.discard(controller)
        if self._by_address.get(controller.random_address) is controller:
            del self._by_address[controller.random_address]

    def find_le_controller(self, address: hci.Address) -> RadioController | None:
        """Return who has ``address``."""
        return self._by_address.get(address)

    def on_address_changed(self, controller: RadioController) -> None:
        """Know it by its new address."""
        if controller in self.controllers:
            self._by_address[controller.random_address] = controller

    def broadcast(self, sender: RadioController, address: hci.Address, advert: Advert) -> None:
        """Let everybody who listens hear an advertisement."""
        if sender.conditions.is_out_of_range:
            return
        rssi_dbm = sender.conditions.rssi_dbm + self._rng.randint(-2, 2)
        loop = asyncio.get_running_loop()
        for controller in self.controllers:
            if controller is not sender and controller.is_listening and not controller.conditions.is_out_of_range:
                loop.call_soon(controller.hear, address, advert, rssi_dbm)

    def send_acl_data(  # type: ignore[override] # all controllers here are ours
        self, sender: RadioController, destination: hci.Address, transport: PhysicalTransport, data: bytes
    ) -> None:
        """Carry data, in order; nothing to or from a device out of range."""
        receiver = self._by_address.get(destination)
        if receiver is None or sender.conditions.is_out_of_range or receiver.conditions.is_out_of_range:
            return
        loop = asyncio.get_running_loop()
        source = sender.random_address
        delay_max_s = max(sender.conditions.delay_max_s, receiver.conditions.delay_max_s)
        last_s = self._busy_until_s.get((source, destination), 0.0)
        now_s = loop.time()
        if delay_max_s <= 0.0 and last_s <= now_s:
            loop.call_soon(receiver.on_link_acl_data, source, transport, data)
            return
        due_s = max(now_s + self._rng.uniform(0.0, delay_max_s), last_s)
        self._busy_until_s[source, destination] = due_s
        loop.call_at(due_s, receiver.on_link_acl_data, source, transport, data)

    def send_ll_control_pdu(
        self, sender_address: hci.Address, receiver_address: hci.Address, packet: ll.ControlPdu
    ) -> None:
        """Carry control between controllers; lost where one of them is gone or out of range."""
        ends = (self._by_address.get(sender_address), self._by_address.get(receiver_address))
        if all(end is not None and not end.conditions.is_out_of_range for end in ends):
            super().send_ll_control_pdu(sender_address, receiver_address, packet)

    def set_out_of_range(self, controller: RadioController, *, is_out: bool) -> None:
        """Take a device out of range, or bring it back; its connections end after the supervision time."""
        controller.conditions.is_out_of_range = is_out
        if is_out:
            asyncio.get_running_loop().call_later(SUPERVISION_S, self._expire, controller)

    def _expire(self, controller: RadioController) -> None:
        if controller.conditions.is_out_of_range:
            controller.drop()
