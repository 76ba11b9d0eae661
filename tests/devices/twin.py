"""The smallest device that speaks our protocol: firmware_protocol's DEVICE role, and a motor without physics.

For the tests of the drivers alone; the simulated bench is in ``sims``.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import Any

from firmware_protocol import Connection, DeviceState, FeatureSet, Role
from firmware_protocol.codes import FaultBit, ForceFlag, Function, Input, Key, TimerFlag
from firmware_protocol.events import OpenRelay, RunMotor, SoundBuzzer, SwitchOff, TareSensor
from firmware_protocol.reports import ForceTelemetry, InputEvent, MotorTelemetry, PowerTelemetry, TimerTelemetry
from massctl.errors import ConnectionProblem
from massctl.transports import ByteStream
from massctl.transports.memory import MemoryStream
from tests.transports.wires import Pty

TICK_S = 0.01
MOTOR: dict[int, Any] = {
    Key.SPEED_MIN_PPM: 1200,
    Key.SPEED_MAX_PPM: 2400,
    Key.RAMP_MAX_PPM_PER_S: 600,
    Key.SPEED_IS_MEASURED: 1,
    Key.RUN_MAX_S: 600,
    Key.STREAM_MAX_HZ: 50,
    Key.HEADS: "ball,flat",
}
FORCE: dict[int, Any] = {Key.FORCE_MAX_MN: 200_000, Key.CONVERSION_HZ: 500, Key.STREAM_MAX_HZ: 50}
TIMER: dict[int, Any] = {
    Key.DURATION_MAX_MS: 90_000,
    Key.HAS_RELAY: 1,
    Key.HAS_BUZZER: 1,
    Key.HAS_BUTTON: 1,
    Key.HAS_PEDAL: 1,
    Key.STREAM_MAX_HZ: 10,
}
POWER: dict[int, Any] = {Key.HAS_BATTERY: 1, Key.HAS_MOTOR_TEMPERATURE: 1, Key.STREAM_MAX_HZ: 5}
DEVICE: dict[int, Any] = {Key.MODEL: "Twin", Key.SERIAL: "0001", Key.FIRMWARE: "1.2.3"}
ALL: dict[int, dict[int, Any]] = {
    Function.DEVICE: DEVICE,
    Function.MOTOR: MOTOR,
    Function.FORCE: FORCE,
    Function.TIMER: TIMER,
    Function.POWER: POWER,
}


class Twin:
    """A device; each ``serve`` adds a link to it."""

    def __init__(self, functions: dict[int, dict[int, Any]] | None = None, name: str = "twin") -> None:
        self.state = DeviceState(name, FeatureSet(ALL if functions is None else functions))
        self.commanded_ppm = 0
        self.coasting_ppm = 0
        self.offs: list[SwitchOff] = []
        self.buzzes: list[int] = []
        self.force_mn = 5_000
        self.force_flags = int(ForceFlag.CALIBRATED)
        self.inputs = 0
        self.pedal_flags = 0
        self.is_mute = False
        self.is_still = False
        self.notices_loss = True
        self.lost: list[ConnectionProblem] = []
        self.plug: MemoryStream
        self.heard: list[bytes] = []
        self._loop = asyncio.get_running_loop()
        self._links: list[tuple[Connection, Callable[[bytes], None]]] = []
        self._due_s: dict[tuple[int, int], float] = {}
        self._timer = self._loop.call_later(TICK_S, self._tick)

    def serve(self, stream: ByteStream) -> None:
        """Answer on ``stream``."""
        connection = Connection(Role.DEVICE, self.state)
        link = (connection, stream.write)
        self._links.append(link)

        def hear(data: bytes) -> None:
            self.heard.append(data)
            self._do(connection.receive_data(data, self._loop.time()))

        def lose(problem: ConnectionProblem) -> None:
            self.lost.append(problem)
            if link in self._links:
                self._links.remove(link)
            if self.notices_loss:
                self._do(connection.link_lost(self._loop.time()))

        stream.start(hear, lose)

    def serve_pty(self, pty: Pty) -> None:
        """Answer at the master side of ``pty``."""
        connection = Connection(Role.DEVICE, self.state)
        self._links.append((connection, lambda data: None if not pty.is_open else pty.send(data)))

        def hear() -> None:
            self._do(connection.receive_data(os.read(pty.master, 4096), self._loop.time()))

        self._loop.add_reader(pty.master, hear)

    def replace_functions(self, functions: dict[int, dict[int, Any]]) -> None:
        """Be another device, before anybody connects."""
        self.state = DeviceState("twin", FeatureSet(functions))

    def speak(self) -> None:
        """End the muteness."""
        self.is_mute = False

    def say(self, data: bytes) -> None:
        """Send bytes as they are."""
        for _, write in self._links:
            write(data)

    def coast(self, speed_ppm: int) -> None:
        """Turn on without being driven."""
        self.coasting_ppm = speed_ppm
        self.state.is_moving = speed_ppm > 0

    def stand(self) -> None:
        """Let the motor run out."""
        self.coast(0)

    def latch(self, fault: FaultBit) -> None:
        """Find a fault."""
        self._do(self.state.latch(fault, self._loop.time()))

    def forget_link_loss(self) -> None:
        """Never learn that a controller has gone, as a serial port does not."""
        self.notices_loss = False

    def close(self) -> None:
        """Fall silent for good."""
        self._timer.cancel()
        self._links.clear()

    def press(self, source: Input, *, is_pressed: bool) -> None:
        """Report a button or pedal."""
        self.inputs += 1
        for connection, _ in self._links:
            now_s = self._loop.time()
            connection.send(InputEvent(self.state.time_us(now_s), self.inputs & 0xFF, source, is_pressed), now_s)
        self._flush()

    @property
    def is_running(self) -> bool:
        return self.commanded_ppm > 0

    def _tick(self) -> None:
        self._timer = self._loop.call_later(TICK_S, self._tick)
        now_s = self._loop.time()
        self._do(self.state.tick(now_s))
        if self.is_mute or self.is_still:
            self._flush()
            return
        for number, (connection, _) in enumerate(self._links):
            for function in self.state.features.functions:
                rate_hz = connection.stream_hz(function)
                if rate_hz and now_s >= self._due_s.get((number, function), 0.0):
                    self._due_s[number, function] = now_s + 1 / rate_hz - 1e-6
                    self._publish(connection, function, now_s)
        self._flush()

    def _publish(self, connection: Connection, function: int, now_s: float) -> None:
        time_us = self.state.time_us(now_s)
        ppm = self.commanded_ppm
        match function:
            case Function.MOTOR:
                counter = self.state.number_telemetry(now_s)
                flags = self.state.motor_flags()
                connection.send(MotorTelemetry(time_us, counter, ppm, ppm, ppm or self.coasting_ppm, flags), now_s)
            case Function.POWER:
                connection.send(PowerTelemetry(time_us, 40, 80, None, 315, None, 0), now_s)
            case Function.FORCE:
                connection.send(ForceTelemetry(time_us, self.force_mn, self.force_mn + 1_000, self.force_flags), now_s)
            case Function.TIMER:
                flags = self.state.timer_flags() | self.pedal_flags
                connection.send(TimerTelemetry(time_us, self.state.relay_remaining_ms(now_s), flags), now_s)

    def _do(self, events: Any) -> None:
        for event in events:
            match event:
                case SwitchOff():
                    self.commanded_ppm = 0
                    self.offs.append(event)
                case RunMotor(speed_ppm):
                    self.commanded_ppm = speed_ppm
                case TareSensor():
                    self.force_mn = 0
                    self.force_flags |= ForceFlag.TARED
                case SoundBuzzer(duration_ms):
                    self.buzzes.append(duration_ms)
                case OpenRelay():
                    self.pedal_flags &= ~TimerFlag.BUZZING
        self.state.is_moving = self.is_running or self.coasting_ppm > 0
        self._flush()

    def _flush(self) -> None:
        for connection, write in self._links:
            data = connection.data_to_send()
            if data and not self.is_mute:
                write(data)
