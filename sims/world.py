"""The one physics of the bench and the kernel that owns its time: everything is stepped here, on one grid, in one order. Pure.

Hand pushes head into tissue; motor strikes; gauge under the head feels both; the person feels, looks at the session and acts;
the boards' firmware reads and drives it all. The same seed and the same bytes in at the same times give the same bytes out.

Not modelled: the weight of the tool, sound, the cable, and more than one person at a time.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import Final, NamedTuple

from firmware_protocol.codes import FaultBit, ForceFlag, Function, Input, StopCause, TimerFlag
from firmware_protocol.events import (
    Armed,
    CalibrateSensor,
    ClaimChanged,
    CloseRelay,
    Event,
    FaultsCleared,
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
from sims.body import Body, usual_push_n
from sims.gauge import Gauge
from sims.hand import Hand
from sims.massager import STROKE_MM, Massager
from sims.motor import Motor
from sims.person import Doing, Feeling, LoneHand, Person
from sims.timer import TimerBox
from sims.tissue import TissueState

STEP_S: Final = 0.020
"""The grid. Force is published at 50 Hz; the stroke is converted within a step."""
ON_GAUGE: Final = frozenset({"perc", "percussion", "algometer"})
"""Tools that the force sensor sits under."""
LOG_MAX: Final = 10_000
"""Entries that the log keeps."""


class Entry(NamedTuple):
    """Something that happened on the bench."""

    at_s: float
    device: str
    what: str


class World:
    """Everything that is simulated; ``advance_to`` is its only clock.

    Args:
        seed: draws every character and every chance.
        rate_hz: conversions a second of the force sensor: 10, 80 or 500.
        is_combined: one device with all functions instead of three.
        relay_feeds_motor: the timer's relay lies in the massager's supply, as a timer box is meant to be used.
        working_push_n: the push that a point is usually worked with, by its id.
    """

    def __init__(
        self,
        seed: int = 1,
        *,
        rate_hz: int = 500,
        is_combined: bool = False,
        relay_feeds_motor: bool = False,
        working_push_n: Callable[[str], float] = usual_push_n,
    ) -> None:
        self.now_s = 0.0
        self.motor = Motor(Battery())
        self.massager = Massager(self.motor)
        self.gauge = Gauge(rate_hz, random.Random(f"{seed}:gauge"))
        self.timer = TimerBox()
        self.body = Body(seed, working_push_n)
        self.hand = Hand(random.Random(f"{seed}:hand"))
        self.person = Person(random.Random(f"{seed}:person"))
        self.holder: Person | LoneHand = LoneHand()
        self.relay_feeds_motor = relay_feeds_motor
        self.contact = TissueState(0.0, 0.0, 0.0)
        """What head or tool and tissue do to each other now."""
        self.log: deque[Entry] = deque(maxlen=LOG_MAX)
        self.logged = 0
        """Entries ever written."""
        roles = ("all",) if is_combined else ("massager", "sensor", "timer")
        self.boards = {role: Board(role, rate_hz, self, boot_id=index + 1) for index, role in enumerate(roles)}
        self._by_function = {function: board for board in self.boards.values() for function in board.functions}
        self._began_s = 0.0
        self._steps = 0
        self._doing = Doing(0.0, "", ("", ""), ())
        self._inputs = 0
        self._was_turning = False

    # Time.

    def begin(self, now_s: float) -> None:
        """Set the time at which it begins; before the first step."""
        if self._steps:
            raise ValueError(f"bench at {self.now_s:.3f} s: it has begun already")
        self._began_s = self.now_s = now_s

    def advance_to(self, now_s: float) -> list[str]:
        """Step up to ``now_s``, on the grid; return the keys that the person has pressed."""
        keys: list[str] = []
        while (next_s := self._began_s + (self._steps + 1) * STEP_S) <= now_s + 1e-9:
            self._steps += 1
            self.now_s = next_s
            self._step()
            keys += self._doing.keys
        return keys

    @property
    def next_step_s(self) -> float:
        """When there is something to do again."""
        return self._began_s + (self._steps + 1) * STEP_S

    def _step(self) -> None:
        now_s = self.now_s
        if self.relay_feeds_motor:
            self.motor.is_powered = self.timer.is_relay_closed
        self._touch(now_s)
        self._sense(now_s)
        self._notice()
        for source, is_pressed in self.timer.step(now_s):
            self._report_input(source, now_s, is_pressed=is_pressed)
        for board in self.boards.values():
            board.step(now_s)

    def _touch(self, now_s: float) -> None:
        """Move the hand, press the tissue, turn the motor against it, and let the person feel all that."""
        doing, motor = self._doing, self.motor
        tissue = self.body.at(doing.place)
        push_n = self.hand.step(now_s, STEP_S)
        strokes_before = motor.strokes
        is_on_gauge = doing.tool in ON_GAUGE
        amplitude_mm = 0.5 * STROKE_MM if is_on_gauge and motor.speed_ppm > 0.0 else 0.0
        contact = self.contact = tissue.step(STEP_S, push_n, amplitude_mm)
        faults = self.massager.step(STEP_S, contact.force_n if is_on_gauge else 0.0)
        self._judge_motor(faults, now_s)
        self._convert(contact if is_on_gauge else TissueState(0.0, 0.0, 0.0), strokes_before)
        limits = self._by_function[Function.MOTOR].state.limits
        feeling = Feeling(
            is_running=motor.speed_ppm > 300.0,
            push_n=contact.force_n,
            discomfort=tissue.discomfort(contact.force_n) if contact.force_n > 0.0 else 0.0,
            is_softer=tissue.is_felt_softer,
            tender=tissue.discomfort(tissue.reference_n),
            working_n=tissue.reference_n,
            gun_limit_n=limits.force_max_mn / 1000 if limits.force_max_mn < 0xFFFFFFFF else None,
        )
        self._doing = self.holder.step(now_s, feeling)
        self.hand.aim(now_s, self._doing.aim_n)

    def _convert(self, contact: TissueState, strokes_before: float) -> None:
        """Convert a block of force, if anybody reads it."""
        board = self._by_function[Function.FORCE]
        if self.gauge.is_taring or board.is_streaming(Function.FORCE) or Function.MOTOR in board.functions:
            self.gauge.step(contact.force_n, contact.ripple_n, self.motor.strokes, strokes_before)

    def _sense(self, now_s: float) -> None:
        """Let a device that carries both motor and sensor hold its own force limit."""
        board = self._by_function[Function.FORCE]
        if Function.MOTOR in board.functions and not board.is_hung and board.state.is_armed:
            board.act(board.state.note_force(round(self.gauge.published.mean_n * 1000), now_s), now_s)

    def _judge_motor(self, faults: FaultBit, now_s: float) -> None:
        board = self._by_function[Function.MOTOR]
        if board.is_hung:
            return
        state = board.state
        state.is_moving = self.massager.is_moving
        state.present_faults = int(faults)
        if faults:
            for fault in FaultBit:
                if faults & fault:
                    board.act(state.latch(fault, now_s), now_s)

    def _notice(self) -> None:
        """Log when the head begins to move and when it stands."""
        is_turning = self.motor.speed_ppm > 0.0
        if is_turning != self._was_turning:
            self._was_turning = is_turning
            self.note(self._by_function[Function.MOTOR].role, "head moves" if is_turning else "head stands still")

    def note(self, device: str, what: str, at_s: float | None = None) -> None:
        """Write a line into the log."""
        self.log.append(Entry(self.now_s if at_s is None else at_s, device, what))
        self.logged += 1

    def log_since(self, seen: int) -> list[Entry]:
        """Return the entries after the first ``seen`` ones, as far as the log still has them."""
        fresh = min(self.logged - seen, len(self.log))
        return list(islice(self.log, len(self.log) - fresh, None))

    # The hardware, as the boards see it.

    def obey(self, board: Board, event: Event, now_s: float) -> None:
        """Do what a board's firmware asks of its hardware."""
        match event:
            case RunMotor(speed_ppm, ramp_ppm_per_s):
                self.massager.run(speed_ppm, ramp_ppm_per_s)
                self.note(board.role, f"motor to {speed_ppm} PPM", now_s)
            case SwitchOff(cause):
                self._switch_off(board, cause, now_s)
            case TareSensor():
                self.gauge.tare()
                self.note(board.role, "tare", now_s)
            case CalibrateSensor(reference_mn):
                self.gauge.calibrate(reference_mn / 1000)
            case CloseRelay():
                self.timer.close_relay()
            case OpenRelay(is_elapsed):
                if is_elapsed:
                    self.note(board.role, "relay opens: time is up", now_s)
                self.timer.open_relay()
            case SoundBuzzer(duration_ms):
                self.timer.buzz(now_s, duration_ms / 1000)
            case Armed() | LimitsChanged() | ClaimChanged() | FaultsCleared():
                self.note(board.role, _words(event), now_s)

    def _switch_off(self, board: Board, cause: StopCause, now_s: float) -> None:
        if Function.TIMER in board.functions:
            self.timer.open_relay()
        if Function.MOTOR in board.functions:
            was_on = self.massager.is_moving
            self.massager.switch_off()
            self.note(board.role, f"{'motor off' if was_on else 'stays off'}: {_CAUSES[cause]}", now_s)

    def report(self, board: Board, function: Function, now_s: float) -> Message:
        """Return the telemetry of one function of a board."""
        state = board.state
        time_us = state.time_us(now_s)
        match function:
            case Function.FORCE:
                mean_n, peak_n, is_saturated = self.gauge.published
                return ForceTelemetry(
                    time_us, round(mean_n * 1000), round(peak_n * 1000), self._force_flags(is_saturated)
                )
            case Function.MOTOR:
                massager = self.massager
                return MotorTelemetry(
                    time_us,
                    state.number_telemetry(now_s),
                    massager.commanded_ppm,
                    round(massager.ramped_ppm),
                    round(self.motor.speed_ppm),
                    state.motor_flags(is_ramping=massager.is_ramping),
                )
            case Function.POWER:
                motor = self.motor
                load_percent = min(100, round(100.0 * motor.current_a / 4.0))
                battery_percent = round(motor.battery.percent)
                current_ma, temperature_dc = round(motor.current_a * 1000), round(motor.temperature_c * 10)
                return PowerTelemetry(time_us, load_percent, battery_percent, current_ma, temperature_dc, None, 0)
            case Function.TIMER:
                return TimerTelemetry(time_us, state.relay_remaining_ms(now_s), self._timer_flags(board, now_s))
        raise ValueError(f"{board.role} at {now_s:.3f} s: there is no telemetry of {function.name}")

    def _force_flags(self, is_saturated: bool) -> int:
        gauge = self.gauge
        return (
            (ForceFlag.SATURATED.value if is_saturated else 0)
            | (ForceFlag.CALIBRATED.value if gauge.is_calibrated else 0)
            | (ForceFlag.TARED.value if gauge.is_tared else 0)
            | (ForceFlag.TARING.value if gauge.is_taring else 0)
        )

    def _timer_flags(self, board: Board, now_s: float) -> int:
        flags = board.state.timer_flags() & ~TimerFlag.RELAY_CLOSED.value
        timer = self.timer
        for is_set, flag in (
            (timer.is_relay_closed, TimerFlag.RELAY_CLOSED),
            (timer.is_buzzing(now_s), TimerFlag.BUZZING),
            (timer.is_down(Input.BUTTON), TimerFlag.BUTTON_DOWN),
            (timer.is_down(Input.PEDAL), TimerFlag.PEDAL_DOWN),
        ):
            flags |= flag.value if is_set else 0
        return flags

    def _report_input(self, source: Input, now_s: float, *, is_pressed: bool) -> None:
        board = self._by_function[Function.TIMER]
        self._inputs = (self._inputs + 1) % 256
        board.notify(InputEvent(board.state.time_us(now_s), self._inputs, source, is_pressed), now_s)
        self.note(board.role, f"{source.name.lower()} {'down' if is_pressed else 'up'}", now_s)


_CAUSES: Final = {
    StopCause.HOST_STOP: "stopped by the host",
    StopCause.LEASE_LAPSED: "lease lapsed",
    StopCause.CLAIM_LAPSED: "its controller is gone",
    StopCause.CLAIM_CHANGED: "its controller changed",
    StopCause.FAULT: "fault",
    StopCause.LOCAL_STOP: "its own button",
}


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
