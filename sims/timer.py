"""The simulated timer box: relay, buzzer, button and foot pedal, without bytes. Pure.

The countdown that opens the relay is the firmware's logic and lives in ``firmware_protocol.DeviceState``; this is its hardware.

Not modelled: contact bounce, the relay's 10 ms, and a relay that welds shut (``is_welded`` makes it one).
"""

from __future__ import annotations

from collections import deque

from firmware_protocol.codes import Input


class TimerBox:
    """Relay, buzzer and inputs."""

    def __init__(self) -> None:
        self.is_relay_closed = False
        self.is_welded = False
        """Fault: the contacts stay together once they have closed."""
        self.closures = 0
        """How often the relay has closed."""
        self.buzzes = 0
        """How often the buzzer was asked to sound."""
        self._buzz_until_s = 0.0
        self._planned: deque[tuple[float, Input, bool]] = deque()
        self._down: set[Input] = set()

    def close_relay(self) -> None:
        """Close the contacts."""
        if not self.is_relay_closed:
            self.is_relay_closed = True
            self.closures += 1

    def open_relay(self) -> None:
        """Open the contacts, unless they are welded."""
        self.is_relay_closed = self.is_relay_closed and self.is_welded

    def buzz(self, now_s: float, duration_s: float) -> None:
        """Sound for ``duration_s``; 0 silences."""
        self._buzz_until_s = now_s + duration_s
        self.buzzes += duration_s > 0

    def is_buzzing(self, now_s: float) -> bool:
        """Whether it sounds."""
        return now_s < self._buzz_until_s

    def is_down(self, source: Input) -> bool:
        """Whether a foot or finger is on ``source``."""
        return source in self._down

    def tread(self, now_s: float, source: Input = Input.PEDAL, hold_s: float = 0.15, times: int = 1) -> None:
        """Plan ``times`` presses of ``hold_s`` each, 0.2 s apart, from ``now_s`` on."""
        for _ in range(times):
            self._planned.append((now_s, source, True))
            self._planned.append((now_s + hold_s, source, False))
            now_s += hold_s + 0.2

    @property
    def is_awaited(self) -> bool:
        """Whether a press or a release is still to come."""
        return bool(self._planned)

    def step(self, now_s: float) -> list[tuple[Input, bool]]:
        """Return the presses and releases that have happened up to ``now_s``."""
        happened: list[tuple[Input, bool]] = []
        while self._planned and self._planned[0][0] <= now_s:
            _, source, is_pressed = self._planned.popleft()
            (self._down.add if is_pressed else self._down.discard)(source)
            happened.append((source, is_pressed))
        return happened
