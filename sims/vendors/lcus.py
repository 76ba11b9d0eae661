"""The twin of an LCUS USB relay: four bytes in, and, depending on the board, an answer to a question or none. Pure.

Quirks kept: it latches; a command is not answered; a wrong sum is ignored; the question is answered in words, in bytes, or not.

Not modelled: boards with more channels that are wired.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from firmware_protocol.vendors.lcus import ASK, START, command
from massctl.errors import UsageError
from sims.vendors.relay_twin import RelayTwin
from sims.vendors.twin import TwinLink
from sims.world import World

ANSWERS: Final = ("words", "bytes", "none")


class LcusTwin(RelayTwin):
    """An LCUS-1 on USB."""

    id: ClassVar[str] = "lcus"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.answers = "words"
        self._rest: dict[TwinLink, bytearray] = {}

    def set_up(self, options: Mapping[str, str]) -> None:
        """Answer questions as the address says."""
        said = options.get("answers", self.answers)
        if said not in ANSWERS:
            raise UsageError(f"The simulated relay: answers is one of {', '.join(ANSWERS)}, not {said!r}.")
        self.answers = said

    def joined(self, link: TwinLink) -> None:
        """Read its commands apart from those of others."""
        self._rest[link] = bytearray()

    def take(self, link: TwinLink, data: bytes, now_s: float) -> bytes:
        """Obey commands, answer questions, skip the rest."""
        rest = self._rest[link]
        rest += data
        answers = b""
        while rest:
            if rest[0] == START and len(rest) < 4:
                break
            size = 4 if rest[0] == START else 1
            answers += self._obey(bytes(rest[:size]), now_s)
            del rest[:size]
        return answers

    def _obey(self, data: bytes, now_s: float) -> bytes:
        if data == ASK:
            state = b"ON" if self.is_closed else b"OFF"
            return {"words": b"CH1:%s \r\n" % state, "bytes": bytes((int(self.is_closed),))}.get(self.answers, b"")
        if data == command(1, is_closed=True):
            self.close(now_s)
        elif data == command(1, is_closed=False):
            self.open(now_s)
        return b""
