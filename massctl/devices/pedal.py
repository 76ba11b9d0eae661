"""A foot pedal's downs and ups, read as presses: down at once; single, double, held when clear. Pure: times are handed in."""

from __future__ import annotations

from typing import Final

from massctl.devices.capabilities import InputKind

HELD_S: Final = 0.6
"""A pedal down for this long is an emergency stop, told while it is still down (F42; design value)."""
DOUBLE_S: Final = 0.35
"""A second press this soon after a release makes a double; a single is told when this has passed (design value)."""


class PedalReader:
    """Tells what was pressed, each press once."""

    def __init__(self) -> None:
        self._down_s: float | None = None
        self._is_told = False
        self._is_second = False
        self._released_s: float | None = None

    @property
    def is_down(self) -> bool:
        """Whether it is down, as far as is known."""
        return self._down_s is not None

    @property
    def next_deadline_s(self) -> float | None:
        """When ``tick`` has something to tell; None for never."""
        if self._down_s is not None and not self._is_told:
            return self._down_s + HELD_S
        return None if self._released_s is None else self._released_s + DOUBLE_S

    def edge(self, is_pressed: bool, now_s: float) -> list[InputKind]:
        """Take in a down or an up; one that is known already changes nothing."""
        kinds = self.tick(now_s)
        if is_pressed and self._down_s is None:
            self._down_s = now_s
            self._is_second = self._released_s is not None
            self._released_s = None
            self._is_told = False
            kinds.append(InputKind.PEDAL_DOWN)
        elif not is_pressed and self._down_s is not None:
            if not self._is_told and self._is_second:
                kinds.append(InputKind.PEDAL_DOUBLE)
            elif not self._is_told:
                self._released_s = now_s
            self._down_s = None
        return kinds

    def tick(self, now_s: float) -> list[InputKind]:
        """Let time pass; return what has become certain."""
        if self._down_s is not None:
            if self._is_told or now_s < self._down_s + HELD_S:
                return []
            self._is_told = True
            return [InputKind.PEDAL_HELD]
        if self._released_s is None or now_s < self._released_s + DOUBLE_S:
            return []
        self._released_s = None
        return [InputKind.PEDAL]
