"""The twin of an SR-201 Ethernet relay with two channels, the first of them wired. Pure.

Quirks kept: nothing marks a command's end, so what arrives in one packet is one command, and two of them make a third or none;
each is answered by eight digits; a connection that is silent for 15 s is closed by the board; six connections at most.

Not modelled: UDP, its configuration port, and its cloud.
"""

from __future__ import annotations

import re
from typing import ClassVar, Final

from firmware_protocol.vendors.sr201 import CHANNELS, IDLE_S
from sims.vendors.relay_twin import RelayTwin
from sims.vendors.twin import TwinLink
from sims.world import World

CONNECTIONS_MAX: Final = 6
_COMMAND: Final = re.compile(rb"([12])(\d)(?::(\d{1,5}))?")


class Sr201Twin(RelayTwin):
    """An SR-201 on the network."""

    id: ClassVar[str] = "sr201"
    on_tcp: ClassVar[bool] = True

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._heard_s: dict[TwinLink, float] = {}

    def joined(self, link: TwinLink) -> None:
        """Take it, or close it again where there are too many."""
        self._heard_s[link] = self.world.now_s

    def left(self, link: TwinLink, now_s: float) -> None:
        """Forget it."""
        self._heard_s.pop(link, None)

    def take(self, link: TwinLink, data: bytes, now_s: float) -> bytes:
        """Take one packet for one command, and tell the state."""
        self._heard_s[link] = now_s
        match = _COMMAND.fullmatch(data)
        if match is not None and match[2] == b"1":
            if match[1] == b"2":
                self.open(now_s)
            elif match[3] is None:
                self.close(now_s)
            else:
                self.close(now_s, float(match[3]))
        elif match is None and data != b"00":
            return b""
        return (b"1" if self.is_closed else b"0").ljust(CHANNELS, b"0")

    def live(self, now_s: float) -> None:
        """Close connections that are silent, and those above the sixth."""
        for number, link in enumerate(tuple(self.links)):
            if number >= CONNECTIONS_MAX or now_s - self._heard_s.get(link, now_s) > IDLE_S:
                self.links.remove(link)
                self.left(link, now_s)
                link.hang_up()
