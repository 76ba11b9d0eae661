"""A board of our own firmware with a radio in place of a cable: the Nordic UART Service in front of its bytes. Pure.

Not modelled: pairing, and a second central while one is connected.
"""

from __future__ import annotations

from typing import Generic

from massctl.transports.nus import FROM_DEVICE, SERVICE, TO_DEVICE, pieces
from sims.endpoints import LinkT, Served
from sims.radio.peripheral import Broadcast, Characteristic, Peripheral, Service


class BoardPeripheral(Peripheral, Generic[LinkT]):
    """A serial line by radio to one device."""

    services = (
        Service(
            SERVICE,
            (
                Characteristic(TO_DEVICE, "write", "write-without-response"),
                Characteristic(FROM_DEVICE, "notify"),
            ),
        ),
    )

    def __init__(self, device_id: str, board: Served[LinkT]) -> None:
        super().__init__()
        self.id = device_id
        self._board = board
        self._link: LinkT | None = None

    @property
    def broadcast(self) -> Broadcast:
        """The service, and which device it is."""
        return Broadcast(f"massctl {self.id}", (SERVICE,))

    def on_connect(self, now_s: float) -> None:
        """Give the board a client."""
        self._link = self._board.attach(self._send)

    def on_disconnect(self, now_s: float) -> None:
        """Take it away; a radio knows that a link has ended."""
        link, self._link = self._link, None
        if link is not None:
            self._board.detach(link, now_s)

    def on_write(self, uuid: str, data: bytes, now_s: float) -> None:
        """Hand over what arrived."""
        if self._link is not None:
            self._board.receive(self._link, data, now_s)

    def _send(self, data: bytes) -> None:
        """Send in pieces; what nobody has subscribed to is lost."""
        for piece in pieces(data, self.plug.payload_bytes if self.plug is not None else len(data)):
            self.notify(FROM_DEVICE, piece)
