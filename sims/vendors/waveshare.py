"""The twin of a Waveshare Modbus relay board with eight channels, the first of them wired. Pure.

Quirks kept: a flash is ended by the board itself; a write to the plain coil ends it too; a broken frame is not answered; a
function or a coil that it does not have is answered by an exception. Modbus TCP is told from RTU by its header.

Not modelled: its settings, and other boards on the same line.
"""

from __future__ import annotations

from typing import ClassVar, Final

from firmware_protocol.vendors import waveshare
from sims.vendors.relay_twin import RelayTwin
from sims.vendors.twin import TwinLink
from sims.world import World

ADDRESS: Final = 1
_FUNCTION, _COIL, _VALUE = 1, 2, 3
"""Modbus exceptions: what of a request was not understood."""
_REQUEST: Final = 8
"""Bytes of every request that it knows, by RTU."""


class WaveshareTwin(RelayTwin):
    """A Waveshare Modbus RTU Relay, or the same behind Ethernet."""

    id: ClassVar[str] = "waveshare"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._rest: dict[TwinLink, bytearray] = {}

    def joined(self, link: TwinLink) -> None:
        """Read its requests apart from those of others."""
        self._rest[link] = bytearray()

    def take(self, link: TwinLink, data: bytes, now_s: float) -> bytes:
        """Answer each request that is whole and right."""
        rest = self._rest[link]
        rest += data
        answers = b""
        while len(rest) >= _REQUEST:
            framing, size = self._framing(bytes(rest))
            if framing is None or len(rest) < size:
                del rest[: 1 if framing is None else 0]
                if framing is not None:
                    break
                continue
            pdu = bytes(rest[7:size] if isinstance(framing, waveshare.Tcp) else rest[1 : size - 2])
            del rest[:size]
            answers += framing.wrap(self._answer(pdu, now_s))
        return answers

    def _framing(self, rest: bytes) -> tuple[waveshare.Framing | None, int]:
        """Return how the request that begins here travels, and how long it is; None where none does."""
        if rest[0] == ADDRESS and waveshare.crc16(rest[:6]).to_bytes(2, "little") == rest[6:8]:
            return waveshare.Rtu(ADDRESS), _REQUEST
        if rest[2:4] == b"\0\0" and rest[4:6] == b"\0\6" and rest[6] == ADDRESS:
            return waveshare.Tcp(ADDRESS), 12
        return None, 0

    def _answer(self, pdu: bytes, now_s: float) -> bytes:
        function, coil, value = pdu[0], int.from_bytes(pdu[1:3], "big"), int.from_bytes(pdu[3:5], "big")
        if function == waveshare.READ_COILS:
            return bytes((function, 1, int(self.is_closed)))
        if function != waveshare.WRITE_COIL:
            return bytes((function | waveshare.REFUSED, _FUNCTION))
        if coil & 0xFF >= waveshare.CHANNELS or coil >> 8 not in {0x00, 0x02, 0x04}:
            return bytes((function | waveshare.REFUSED, _COIL))
        if coil >> 8 == 0 and value not in {0x0000, 0xFF00}:
            return bytes((function | waveshare.REFUSED, _VALUE))
        if coil == waveshare.FLASH_ON:
            self.close(now_s, value / 10)
        elif coil == 0:
            self.close(now_s) if value else self.open(now_s)
        return pdu
