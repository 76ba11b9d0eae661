"""The hardware under the boards: motor, gauge and timer box do what firmware asks, and give the numbers of its telemetry. Pure.

Not modelled: a sensor's or a relay's own bus errors; a device answers at once or, hung, not at all.
"""

from __future__ import annotations

import random
from typing import Final

from firmware_protocol.codes import ForceFlag, Function, Input, StopCause, TimerFlag
from firmware_protocol.events import (
    Armed,
    CalibrateSensor,
    ClaimChanged,
    CloseRelay,
    Event,
    FaultsCleared,
    FrameRejected,
    LimitsChanged,
    OpenRelay,
    RunMotor,
    SoundBuzzer,
    SwitchOff,
    TareSensor,
)
from firmware_protocol.messages import Message
from firmware_protocol.reports import ForceTelemetry, InputEvent, MotorTelemetry, PowerTelemetry, TimerTelemetry
from sims.battery import Battery
from sims.board import Board
from sims.gauge import Gauge
from sims.journal import Journal
from sims.massager import Massager
from sims.motor import Motor
from sims.timer import TimerBox

FULL_LOAD_A: Final = 4.0
"""Current that the massager shows as 100 % load."""
_CAUSES: Final = {
    StopCause.HOST_STOP: "stopped by the host",
    StopCause.LEASE_LAPSED: "lease lapsed",
    StopCause.CLAIM_LAPSED: "its controller is gone",
    StopCause.CLAIM_CHANGED: "its controller changed",
    StopCause.FAULT: "a fault",
    StopCause.LOCAL_STOP: "its own button",
}


class Hardware:
    """One massager, one gauge, one timer box, on as many boards as the bench has."""

    def __init__(self, seed: int, rate_hz: int, journal: Journal) -> None:
        self.motor = Motor(Battery())
        self.massager = Massager(self.motor)
        self.gauge = Gauge(rate_hz, random.Random(f"{seed}:gauge"))
        self.timer = TimerBox()
        self._journal = journal
        self._inputs = 0

    def obey(self, board: Board, event: Event, now_s: float) -> None:
        """Do what a board's firmware asks of its hardware."""
        match event:
            case RunMotor(speed_ppm, ramp_ppm_per_s):
                self.massager.run(speed_ppm, ramp_ppm_per_s)
                self._journal.note(now_s, board.role, f"motor to {speed_ppm} PPM")
            case SwitchOff(cause):
                self._switch_off(board, cause, now_s)
            case TareSensor():
                self.gauge.tare()
                self._journal.note(now_s, board.role, "tare")
            case CalibrateSensor(reference_mn):
                is_done = self.gauge.calibrate(reference_mn / 1000)
                what = f"calibrated to {reference_mn / 1000:g} N" if is_done else "not calibrated: no load"
                self._journal.note(now_s, board.role, what)
            case CloseRelay():
                if not self.timer.is_relay_closed:
                    self._journal.note(now_s, board.role, "relay closes")
                self.timer.close_relay()
            case OpenRelay(is_elapsed):
                self._open_relay(board, "time is up" if is_elapsed else "cancelled", now_s)
            case SoundBuzzer(duration_ms):
                self.timer.buzz(now_s, duration_ms / 1000)
            case FrameRejected(error):
                self._journal.note(now_s, board.role, f"frame rejected: {error}")
            case Armed() | LimitsChanged() | ClaimChanged() | FaultsCleared():
                self._journal.note(now_s, board.role, _words(event))

    def _switch_off(self, board: Board, cause: StopCause, now_s: float) -> None:
        if Function.TIMER in board.functions:
            self._open_relay(board, _CAUSES[cause], now_s)
        if Function.MOTOR in board.functions:
            if self.massager.is_moving:
                self._journal.note(now_s, board.role, f"motor off: {_CAUSES[cause]}")
            self.massager.switch_off()

    def _open_relay(self, board: Board, why: str, now_s: float) -> None:
        if self.timer.is_relay_closed:
            self._journal.note(now_s, board.role, f"relay opens: {why}")
        self.timer.open_relay()

    def power_up(self, board: Board, now_s: float) -> None:
        """Be as after switching on: everything off."""
        self._journal.note(now_s, board.role, "firmware starts anew")
        if Function.TIMER in board.functions:
            self._open_relay(board, "firmware starts anew", now_s)
        if Function.MOTOR in board.functions:
            self.massager.switch_off()

    def report(self, board: Board, function: Function, now_s: float) -> Message:
        """Return the telemetry of one function of a board. Raises ValueError for a function without telemetry."""
        match function:
            case Function.FORCE:
                mean_n, peak_n, _ = self.gauge.published
                time_us = board.state.time_us(now_s)
                return ForceTelemetry(time_us, round(mean_n * 1000), round(peak_n * 1000), self._force_flags())
            case Function.MOTOR:
                return self._motor(board, now_s)
            case Function.POWER:
                return self._power(board, now_s)
            case Function.TIMER:
                remaining_ms = board.state.relay_remaining_ms(now_s)
                return TimerTelemetry(board.state.time_us(now_s), remaining_ms, self._timer_flags(board, now_s))
        raise ValueError(f"{board.role} at {now_s:.3f} s: there is no telemetry of {function.name}")

    def _motor(self, board: Board, now_s: float) -> MotorTelemetry:
        massager, state = self.massager, board.state
        return MotorTelemetry(
            state.time_us(now_s),
            state.number_telemetry(now_s),
            massager.commanded_ppm,
            round(massager.ramped_ppm),
            round(self.motor.speed_ppm),
            state.motor_flags(is_ramping=massager.is_ramping),
        )

    def _power(self, board: Board, now_s: float) -> PowerTelemetry:
        motor = self.motor
        return PowerTelemetry(
            board.state.time_us(now_s),
            min(100, round(100.0 * motor.current_a / FULL_LOAD_A)),
            round(motor.battery.percent),
            round(motor.current_a * 1000),
            round(motor.temperature_c * 10),
            None,
            0,
        )

    def _force_flags(self) -> int:
        gauge = self.gauge
        return (
            (ForceFlag.SATURATED.value if gauge.published.is_saturated else 0)
            | (ForceFlag.BROKEN.value if gauge.is_broken else 0)
            | (ForceFlag.CALIBRATED.value if gauge.is_calibrated else 0)
            | (ForceFlag.TARED.value if gauge.is_tared else 0)
            | (ForceFlag.TARING.value if gauge.is_taring else 0)
        )

    def _timer_flags(self, board: Board, now_s: float) -> int:
        timer = self.timer
        return (
            (board.state.timer_flags() & ~TimerFlag.RELAY_CLOSED.value)
            | (TimerFlag.RELAY_CLOSED.value if timer.is_relay_closed else 0)
            | (TimerFlag.BUZZING.value if timer.is_buzzing(now_s) else 0)
            | (TimerFlag.BUTTON_DOWN.value if timer.is_down(Input.BUTTON) else 0)
            | (TimerFlag.PEDAL_DOWN.value if timer.is_down(Input.PEDAL) else 0)
        )

    def tell_inputs(self, board: Board, now_s: float) -> None:
        """Tell every client of ``board`` what was pressed and released."""
        for source, is_pressed in self.timer.step(now_s):
            self._inputs = (self._inputs + 1) % 256
            board.notify(InputEvent(board.state.time_us(now_s), self._inputs, source, is_pressed), now_s)
            self._journal.note(now_s, board.role, f"{source.name.lower()} {'down' if is_pressed else 'up'}")


def _words(event: Armed | LimitsChanged | ClaimChanged | FaultsCleared) -> str:
    match event:
        case Armed(lease_ms):
            return f"armed on a lease of {lease_ms} ms"
        case LimitsChanged(speed_max_ppm, force_max_mn, run_max_s):
            return f"limits: {speed_max_ppm} PPM, {force_max_mn / 1000:g} N, {run_max_s} s"
        case ClaimChanged(is_claimed):
            return "claimed" if is_claimed else "released"
        case FaultsCleared(remaining):
            return f"faults cleared, {remaining:#x} remain"
