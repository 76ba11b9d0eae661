"""A massager with force sensor and timer at the master side of a pty, whose push goes too far soon after its motor runs.

The real protocol, no physics: the motor follows at once. Its own force limit is not modelled, so that only the host can stop it.
"""

from __future__ import annotations

import asyncio
import os
import tty
from collections.abc import Sequence
from typing import Any, Final, Self

from firmware_protocol import Connection, DeviceState, FeatureSet, Role
from firmware_protocol.codes import ForceFlag, Function, Key, TimerFlag
from firmware_protocol.events import CloseRelay, Event, OpenRelay, RunMotor, SwitchOff, TareSensor
from firmware_protocol.reports import ForceTelemetry, MotorTelemetry, TimerTelemetry

PUSH_MN: Final = 24_000
"""Far above the cap of 15 N where it is pushed, and little enough that the mean of a second stays below it."""
REST_MN: Final = 100
GRID_S: Final = 0.020
GENTLE_STEPS: Final = 3
"""Steps that the motor runs before the push."""
_FLAGS: Final = int(ForceFlag.CALIBRATED | ForceFlag.TARED)
_FEATURES: Final[dict[int, dict[int, Any]]] = {
    Function.DEVICE: {Key.MODEL: "scripted gun", Key.SIMULATED: 1},
    Function.MOTOR: {
        Key.SPEED_MIN_PPM: 1200,
        Key.SPEED_MAX_PPM: 3200,
        Key.RAMP_MAX_PPM_PER_S: 1200,
        Key.SPEED_IS_MEASURED: 1,
        Key.RUN_MAX_S: 1200,
        Key.STREAM_MAX_HZ: 50,
    },
    Function.FORCE: {Key.FORCE_MAX_MN: 250_000, Key.CONVERSION_HZ: 500, Key.STREAM_MAX_HZ: 50},
    Function.TIMER: {Key.DURATION_MAX_MS: 600_000, Key.HAS_RELAY: 1, Key.STREAM_MAX_HZ: 50},
}


class Pty:
    """A pseudo-terminal without a line discipline; ``url`` is for the host."""

    def __init__(self) -> None:
        self.master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self.master, False)
        self.url = f"serial://{os.ttyname(self._slave)}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.master)
        os.close(self._slave)


class ScriptedGun:
    """Serves one host on ``pty`` while it is entered."""

    def __init__(self, pty: Pty, *, pushes: bool = True) -> None:
        self._pushes = pushes
        self.is_pushing = False
        """Whether a sample above every cap has been sent, and no stop has come yet."""
        self._pty = pty
        self._loop = asyncio.get_running_loop()
        self._state = DeviceState("scripted gun", FeatureSet(_FEATURES))
        self._connection = Connection(Role.DEVICE, device=self._state)
        self._speed_ppm = 0
        self._is_relay_closed = False
        self._steps = 0
        self._running_steps = 0
        self._timer: asyncio.TimerHandle | None = None

    def __enter__(self) -> Self:
        self._loop.add_reader(self._pty.master, self._read)
        self._timer = self._loop.call_later(GRID_S, self._step)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.remove_reader(self._pty.master)
        if self._timer is not None:
            self._timer.cancel()

    def _read(self) -> None:
        self.take(os.read(self._pty.master, 4096))

    def take(self, data: bytes) -> None:
        """Obey bytes of the host."""
        now_s = self._loop.time()
        self._obey(self._connection.receive_data(data, now_s), now_s)
        self._flush()

    def _step(self) -> None:
        """Publish force on the grid of 50 Hz, motor and timer at every other; push while the motor runs."""
        now_s = self._loop.time()
        self._timer = self._loop.call_later(GRID_S, self._step)
        self._steps += 1
        self._obey(self._state.tick(now_s), now_s)
        if self._connection.stream_hz(Function.FORCE):
            self._running_steps = self._running_steps + 1 if self._speed_ppm > 0 else 0
            self.is_pushing = self._pushes and self._running_steps >= GENTLE_STEPS
            push_mn = PUSH_MN if self.is_pushing else REST_MN + self._steps % 3
            self._connection.send(ForceTelemetry(self._state.time_us(now_s), push_mn, push_mn, _FLAGS), now_s)
        if self._steps % 2 == 0:
            self._tell_motor(now_s)
            self._tell_timer(now_s)
        self._flush()

    def _obey(self, events: Sequence[Event], now_s: float) -> None:
        for event in events:
            match event:
                case RunMotor(speed_ppm):
                    self._speed_ppm = speed_ppm
                    self._tell_motor(now_s)
                case SwitchOff():
                    self._speed_ppm, self.is_pushing, self._is_relay_closed = 0, False, False
                    self._tell_motor(now_s)
                case CloseRelay():
                    self._is_relay_closed = True
                case OpenRelay():
                    self._is_relay_closed = False
                case TareSensor():
                    pass
        self._state.is_moving = self._speed_ppm > 0

    def _tell_motor(self, now_s: float) -> None:
        if self._connection.stream_hz(Function.MOTOR):
            time_us, counter = self._state.time_us(now_s), self._state.number_telemetry(now_s)
            ppm, flags = self._speed_ppm, self._state.motor_flags()
            self._connection.send(MotorTelemetry(time_us, counter, ppm, ppm, ppm, flags), now_s)

    def _tell_timer(self, now_s: float) -> None:
        if self._connection.stream_hz(Function.TIMER):
            time_us, left_ms = self._state.time_us(now_s), self._state.relay_remaining_ms(now_s)
            flags = int(TimerFlag.RELAY_CLOSED) if self._is_relay_closed else 0
            self._connection.send(TimerTelemetry(time_us, left_ms, flags), now_s)

    def _flush(self) -> None:
        if data := self._connection.data_to_send():
            os.write(self._pty.master, data)
