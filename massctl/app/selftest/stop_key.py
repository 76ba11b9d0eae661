"""The trial without a fault: a person's emergency stop in the middle of a pin, and how fast it was written and seen."""

from __future__ import annotations

import asyncio
from typing import Final

from massctl.app.selftest.expected import GRID_S, Expected
from massctl.app.selftest.trial import Trial
from massctl.session.commands import Key, Press
from massctl.session.events import StopSeen

STOP_KEY: Final = "stop-key"
"""The trial of F42: no fault, but a person's emergency stop."""
WRITTEN_S: Final = 0.020
ACKNOWLEDGED_S: Final = 0.200
STANDSTILL_S: Final = 1.5
"""F54: how fast a stop is written, acknowledged and seen."""


class StopKeyTrial(Trial):
    """A person presses the emergency stop in the middle of a pin."""

    def __init__(self) -> None:
        super().__init__(STOP_KEY, "dwelling", Expected(frozenset({"F42"}), WRITTEN_S + GRID_S), faults=())
        self._pressed_s: float | None = None

    def _act(self) -> None:
        if self._pressed_s is None and self._control is not None:
            self._pressed_s = asyncio.get_running_loop().time()
            self._control.press(Press(Key.STOP, origin="self-test"))

    def _began_s(self) -> float | None:
        return self._pressed_s

    def _problems_of_motor(self, driven_s: float, limit_s: float) -> list[str]:
        problems = super()._problems_of_motor(driven_s, limit_s)
        seen = next((event for event in self.events if isinstance(event, StopSeen)), None)
        if seen is None or not seen.is_confirmed:
            return [*problems, "the stop was not confirmed"]
        for what, took_s, limit in (
            ("written", seen.written_s, WRITTEN_S),
            ("acknowledged", seen.acknowledged_s, ACKNOWLEDGED_S),
            ("seen to stand", seen.standstill_s, STANDSTILL_S),
        ):
            if took_s is None or took_s > limit:
                problems.append(f"the stop was {what} after {took_s} s, at most {limit} s")
        return problems
