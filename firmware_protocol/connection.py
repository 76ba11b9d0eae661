"""One end of one link: bytes in, events out; messages in, bytes out. Plays HOST or DEVICE; has no clock and does no I/O.

``receive_data`` and ``tick`` return events, ``send`` takes messages, ``data_to_send`` gives what must be written now. The two
roles' behaviour is in ``host_side.py`` and ``device_side.py``.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import Final

from firmware_protocol.codes import PING_EVERY_S
from firmware_protocol.device import DeviceState
from firmware_protocol.device_clock import DeviceClock
from firmware_protocol.device_side import DeviceSide
from firmware_protocol.errors import LocalProtocolError, RemoteProtocolError
from firmware_protocol.events import Event, FrameRejected
from firmware_protocol.framing import FrameSplitter, decode_frame
from firmware_protocol.host_side import HostSide
from firmware_protocol.messages import Message

SEND_BUFFER_MAX: Final = 16_384
"""Bytes waiting to be written; what does not fit is dropped, as on a wire that nobody reads."""


class Role(Enum):
    """Which end of the link we are."""

    HOST = auto()
    DEVICE = auto()


class Connection:
    """One end of one link, for as long as the link lasts; used once.

    Args:
        role: HOST, or DEVICE with ``device``.
        device: the device's state, shared by all its links; for DEVICE only.
        ping_every_s: how often a HOST pings by itself in ``tick``, from its first ``send`` on; None for never.
    """

    def __init__(
        self, role: Role, device: DeviceState | None = None, *, ping_every_s: float | None = PING_EVERY_S
    ) -> None:
        self.role = role
        self._splitter = FrameSplitter()
        self._out: list[bytes] = []
        self._out_bytes = 0
        self._host: HostSide | None = None
        self._device: DeviceSide | None = None
        if role is Role.HOST:
            self._host = HostSide(self._write, self._discard, ping_every_s)
        elif device is None:
            raise LocalProtocolError("a connection in the DEVICE role needs its device's state")
        else:
            self._device = DeviceSide(device, self._write)

    def receive_data(self, data: bytes, now_s: float) -> list[Event]:
        """Take bytes as they come; never raises for what a peer sent: bad frames are FrameRejected events."""
        events: list[Event] = []
        side = self._side
        for piece in self._splitter.feed(data):
            try:
                events += side.receive(decode_frame(piece), now_s)
            except RemoteProtocolError as error:
                events.append(FrameRejected(error.afresh()))
        return events

    def send(self, message: Message, now_s: float) -> int | None:
        """Send ``message``, or queue it behind the one that is outstanding; returns its sequence.

        None means that it was not sent: at a host because a STOP waits for its acknowledgement (SetSpeed, Renew, TimerArm), at
        a device because the peer does not read. Raises LocalProtocolError for a wrong role or a value out of range.
        """
        return self._side.send(message, now_s)

    def data_to_send(self) -> bytes:
        """Return all bytes to write now, and forget them."""
        if self._device is not None:
            self._device.send_notices()
        if not self._out:
            return b""
        data = b"".join(self._out)
        self._out.clear()
        self._out_bytes = 0
        return data

    def tick(self, now_s: float) -> list[Event]:
        """Let time pass: repeat, give up, let lapse. Call by ``next_deadline_s``, or every few milliseconds."""
        return self._side.tick(now_s)

    def link_lost(self, now_s: float) -> list[Event]:
        """Say that the link is gone: a host's commands end, a device's owner loses its claim."""
        return self._side.link_lost(now_s)

    @property
    def next_deadline_s(self) -> float | None:
        """When ``tick`` has something to do; None for never."""
        return self._side.next_deadline_s()

    @property
    def epoch(self) -> int:
        """The device's epoch: its own at a device, the newest heard of at a host."""
        return self._side.epoch

    @property
    def is_armed(self) -> bool:
        """Whether the motor is armed: by this host as far as it knows, or at all for a device."""
        return self._host.is_armed if self._host is not None else self._device_side.device.is_armed

    @property
    def is_stopping(self) -> bool:
        """Whether a host's STOP waits for its acknowledgement."""
        return self._host is not None and self._host.is_stopping

    @property
    def device_clock(self) -> DeviceClock:
        """A host's mapping of device time."""
        if self._host is None:
            raise LocalProtocolError("only a host maps the device's clock")
        return self._host.clock

    @property
    def device(self) -> DeviceState:
        """A device's state."""
        return self._device_side.device

    def stream_hz(self, function: int) -> int:
        """Return the rate at which a device must send ``function``'s telemetry on this link; 0 for none."""
        return self._device_side.stream_hz(function)

    @property
    def _side(self) -> HostSide | DeviceSide:
        return self._host if self._host is not None else self._device_side

    @property
    def _device_side(self) -> DeviceSide:
        if self._device is None:
            raise LocalProtocolError("only a device has this")
        return self._device

    def _write(self, data: bytes, room: int = 0) -> bool:
        if self._out_bytes + len(data) + room > SEND_BUFFER_MAX:
            return False
        self._out.append(data)
        self._out_bytes += len(data)
        return True

    def _discard(self) -> None:
        self._out.clear()
        self._out_bytes = 0
