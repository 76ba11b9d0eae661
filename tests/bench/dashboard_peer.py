"""The other processes of the dashboard's benchmark.

``python -m tests.bench.dashboard_peer devices`` serves a massager and a force sensor on two ptys, 100 readings a second each, in
the real protocol. It prints their addresses as a JSON line; then, for every start of the motor and for the first STOP after it, a
line ``["run"|"stop", time]`` on the clock that all processes share. It ends with its input.

``python -m tests.bench.dashboard_peer app MASSAGER SENSOR`` opens the dashboard on them, ``… idle`` a bare Textual application.
"""

from __future__ import annotations

import asyncio
import json
import math
import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

from firmware_protocol import Connection, DeviceState, FeatureSet, Role
from firmware_protocol.codes import ForceFlag, Function, Key
from firmware_protocol.events import Event, RunMotor, SwitchOff
from firmware_protocol.reports import ForceTelemetry, MotorTelemetry
from tests.bench.scripted_gun import Pty

HZ: Final = 100
GRID_S: Final = 1 / HZ
REST_MN: Final = 100
PUSH_MN, SWING_MN, SWING_S = 12_000, 2_500, 3.0
"""A push in the band that wanders: the chart has something to draw."""
_FLAGS: Final = int(ForceFlag.CALIBRATED | ForceFlag.TARED)
_MOTOR: Final[dict[int, Any]] = {
    Key.SPEED_MIN_PPM: 1200,
    Key.SPEED_MAX_PPM: 3200,
    Key.RAMP_MAX_PPM_PER_S: 1200,
    Key.SPEED_IS_MEASURED: 1,
    Key.RUN_MAX_S: 1200,
    Key.STREAM_MAX_HZ: HZ,
}
_FORCE: Final[dict[int, Any]] = {Key.FORCE_MAX_MN: 250_000, Key.CONVERSION_HZ: 500, Key.STREAM_MAX_HZ: HZ}


class _Device:
    """One device on a pty of its own; subclasses say what they publish and obey."""

    def __init__(self, pty: Pty, name: str, function: Function, features: dict[int, Any]) -> None:
        self._pty = pty
        self._function = function
        self._loop = asyncio.get_running_loop()
        known: dict[int, dict[int, Any]] = {Function.DEVICE: {Key.MODEL: name, Key.SIMULATED: 1}, function: features}
        self._state = DeviceState(name, FeatureSet(known))
        self.connection = Connection(Role.DEVICE, device=self._state)
        self._due_s = self._loop.time()
        self._loop.add_reader(pty.master, self._read)
        self._step()

    def _read(self) -> None:
        data, now_s = os.read(self._pty.master, 4096), self._loop.time()
        self._obey(self.connection.receive_data(data, now_s), now_s)
        self._flush()

    def _step(self) -> None:
        now_s = self._loop.time()
        self._due_s = max(self._due_s + GRID_S, now_s - GRID_S)
        self._loop.call_at(self._due_s, self._step)
        self._obey(self._state.tick(now_s), now_s)
        if self.connection.stream_hz(self._function):
            self._publish(now_s)
        self._flush()

    def _publish(self, now_s: float) -> None:
        raise NotImplementedError

    def _obey(self, events: Sequence[Event], now_s: float) -> None:
        raise NotImplementedError

    def _flush(self) -> None:
        data = self.connection.data_to_send()
        with suppress(OSError):  # at the end of the benchmark
            if data:
                os.write(self._pty.master, data)


class _Motor(_Device):
    speed_ppm = 0

    def _obey(self, events: Sequence[Event], now_s: float) -> None:
        for event in events:
            if isinstance(event, RunMotor):
                if event.speed_ppm and not self.speed_ppm:
                    _say("run", time.perf_counter())
                self.speed_ppm = event.speed_ppm
            elif isinstance(event, SwitchOff):
                if self.speed_ppm:
                    _say("stop", time.perf_counter())
                self.speed_ppm = 0
        self._state.is_moving = self.speed_ppm > 0

    def _publish(self, now_s: float) -> None:
        time_us, counter = self._state.time_us(now_s), self._state.number_telemetry(now_s)
        ppm, flags = self.speed_ppm, self._state.motor_flags()
        self.connection.send(MotorTelemetry(time_us, counter, ppm, ppm, ppm, flags), now_s)


class _Gauge(_Device):
    motor: _Motor
    """Nobody pushes while it stands."""

    def _obey(self, events: Sequence[Event], now_s: float) -> None:
        pass

    def _publish(self, now_s: float) -> None:
        push_mn = REST_MN + int(now_s * HZ) % 3
        if self.motor.speed_ppm:
            push_mn = PUSH_MN + int(SWING_MN * math.sin(now_s * math.tau / SWING_S))
        self.connection.send(ForceTelemetry(self._state.time_us(now_s), push_mn, push_mn, _FLAGS), now_s)


def _say(what: str, at_s: float) -> None:
    print(json.dumps([what, at_s]), flush=True)


async def _devices() -> None:
    with Pty() as motor, Pty() as gauge:
        _Gauge.motor = _Motor(motor, "bench motor", Function.MOTOR, _MOTOR)
        _Gauge(gauge, "bench gauge", Function.FORCE, _FORCE)
        print(json.dumps([motor.url, gauge.url]), flush=True)
        await asyncio.to_thread(sys.stdin.read)


def _app(massager: str, sensor: str) -> None:
    from massctl.app.request import RunRequest  # noqa: PLC0415 - only the dashboard's process loads it
    from massctl.body.terms import Side  # noqa: PLC0415 - the same
    from massctl.dashboard.start import start  # noqa: PLC0415 - the same
    from massctl.programs.choices import Choices  # noqa: PLC0415 - the same

    request = RunRequest(point="GMAX", choices=Choices(side=Side.LEFT), massager=massager, sensor=sensor)
    start(request=request)


def _idle() -> None:
    from textual.app import App, ComposeResult  # noqa: PLC0415 - only this process loads it
    from textual.widgets import Static  # noqa: PLC0415 - the same

    class Idle(App[None]):
        def compose(self) -> ComposeResult:
            yield Static("idle")

    Idle().run()


if __name__ == "__main__":
    if sys.argv[1] == "devices":
        asyncio.run(_devices())
    elif sys.argv[1] == "app":
        _app(*sys.argv[2:])
    else:
        _idle()
