"""SR-201 Ethernet relays: two ASCII digits over TCP 6722. Pure.

``11`` closes channel 1, ``21`` opens it, ``00`` asks; ``11:30`` closes it for 30 s (1–65535), after which the board opens it by
itself. Each is answered by eight digits, one a channel: ``10000000``. Nothing marks a command's end, so two in one packet are
another command (``11:2`` and ``21`` would be 221 seconds): one is sent only when the one before is answered. The board closes a
connection after 15 s of silence. No password. Sources: cryxli/sr201, sellers' documents.
"""

from __future__ import annotations

from typing import Final

from firmware_protocol.vendors.relay import RelayEvent, RelayState

PORT: Final = 6722
SECONDS_MAX: Final = 65_535
IDLE_S: Final = 15.0
CHANNELS: Final = 8
_OPEN, _CLOSED = b"02", b"1"


class Sr201Codec:
    """One channel, from 1, of one board."""

    duration_max_s = float(SECONDS_MAX)
    opens_by_itself = True
    answers_commands = True
    may_interrupt = False

    def __init__(self, channel: int) -> None:
        self._channel = channel
        self._rest = bytearray()

    def close(self, duration_s: float) -> bytes:
        """Return the command that closes it for ``duration_s``: whole seconds."""
        return b"1%d:%d" % (self._channel, min(max(int(duration_s + 1e-6), 1), SECONDS_MAX))

    def open(self) -> bytes:
        """Return the command that opens it."""
        return b"2%d" % self._channel

    def ask(self) -> bytes:
        """Return the question for all channels."""
        return b"00"

    def receive(self, data: bytes) -> list[RelayEvent]:
        """Return what ``data`` completes: eight digits in a row; what is none begins them anew."""
        states: list[RelayEvent] = []
        for byte in data:
            if byte in _OPEN + _CLOSED:
                self._rest.append(byte)
            else:
                self._rest.clear()
            if len(self._rest) == CHANNELS:
                states.append(RelayState(self._rest[self._channel - 1] in _CLOSED))
                self._rest.clear()
        return states
