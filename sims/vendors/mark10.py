"""The twin of a Mark-10 gauge: answers ``?`` with what its converter read last, in the unit that it is set to. Pure.

Quirks kept: minus is tension, and plus is not written; a command that it does not know is answered ``*10``; its averaging is off,
so that under strokes single values alias; a peak is kept until ``CLR``.

Not modelled: its menus, its set points, its statistics, and its automatic output.
"""

from __future__ import annotations

from typing import ClassVar, Final

from firmware_protocol.vendors.gauge import NEWTONS
from firmware_protocol.vendors.mark10 import NOT_UNDERSTOOD
from sims.vendors.gauge_twin import GaugeTwin
from sims.world import World

_UNITS: Final = {b"LB": "lbF", b"OZ": "ozF", b"KG": "kgF", b"G": "gF", b"N": "N", b"MN": "mN", b"KN": "kN"}
_DIGITS: Final = {"lbF": 2, "ozF": 1, "kgF": 3, "gF": 0, "N": 2, "mN": 0, "kN": 5}


class Mark10Twin(GaugeTwin):
    """A Mark-10 Series 5 gauge under the head; the real one makes 7,000 conversions a second."""

    id: ClassVar[str] = "mark10"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.unit = "lbF"
        self._peak_n = self._trough_n = 0.0

    def live(self, now_s: float) -> None:
        """Keep the peaks."""
        for sample in self.sampler.take():
            self._peak_n = max(self._peak_n, sample.force_n)
            self._trough_n = min(self._trough_n, sample.force_n)

    def answer(self, command: bytes) -> bytes:
        """Return the answer to one command."""
        match command:
            case b"?" | b"?C":
                return self._written(self.sampler.newest.force_n)
            case b"?PC":
                return self._written(self._peak_n)
            case b"?PT":
                return self._written(self._trough_n)
            case b"CLR":
                self._peak_n = self._trough_n = 0.0
            case b"Z":
                self.sampler.tare()
            case _ if command in _UNITS:
                self.unit = _UNITS[command]
            case _:
                return NOT_UNDERSTOOD + b"\r\n"
        return b""

    def _written(self, force_n: float) -> bytes:
        value = force_n / NEWTONS[self.unit.lower()]
        return f"{value:.{_DIGITS[self.unit]}f} {self.unit}\r\n".encode("ascii")
