"""The one physics of the bench and the kernel that owns its time: everything is stepped here, on one grid, in one order. Pure.

Hand pushes head into tissue; motor strikes; gauge under the head feels both; the person feels, looks at the session and acts;
the boards' firmware reads and drives it all. The same seed and the same bytes in at the same times give the same bytes out.

Not modelled: the weight of the tool, sound, the cable, and more than one person at a time.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final, NamedTuple, Protocol

from firmware_protocol.codes import FaultBit, Function
from sims.board import Board
from sims.body import Body, usual_push_n
from sims.devices import ALL, ROLES
from sims.grid import STEP_S
from sims.hand import Hand
from sims.hardware import Hardware
from sims.holder import NOTHING, Feeling, Holder, LoneHand
from sims.journal import Journal
from sims.massager import STROKE_MM
from sims.person import Person
from sims.tissue import UNTOUCHED, TissueState

ON_GAUGE: Final = frozenset({"perc", "algometer"})
"""Tools that the force sensor sits under."""
FELT_RUNNING_PPM: Final = 300.0
"""A hand feels that the tool runs from here on."""
YIELD_HZ: Final = 8.0
"""Below this the arm gives way with the stroke; above it the tool's own mass holds it still (design value)."""


class Span(NamedTuple):
    """A time in which something was so; ``until_s`` is None while it is."""

    from_s: float
    until_s: float | None = None


class Living(Protocol):
    """Something that lives on the grid beside our own boards: the twin of a foreign device."""

    def sense(self, force_n: float, ripple_n: float, strokes: float, strokes_before: float) -> None:
        """Feel one step of what is under the head: the push at its end, the stroke's amplitude, and its phase from and to."""

    def step(self, now_s: float) -> None:
        """Live for one step, after the physics."""


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
        self.seed = seed
        self.log = Journal()
        self.hardware = Hardware(seed, rate_hz, self.log)
        self.motor = self.hardware.motor
        self.massager = self.hardware.massager
        self.gauge = self.hardware.gauge
        self.timer = self.hardware.timer
        self.body = Body(seed, working_push_n)
        self.hand = Hand(random.Random(f"{seed}:hand"))
        self.person = Person(random.Random(f"{seed}:person"))
        self.holder: Holder = LoneHand()
        """Who holds the tool; the bench makes it the person once a session is shown."""
        self.forced_n: float | None = None
        """Fault: the hand pushes this much, whatever the holder wants."""
        self.drives: list[Span] = []
        """When the motor was driven, in order."""
        self.unwanted: list[Span] = []
        """When it was driven although its firmware had switched it off."""
        self.before_step: Callable[[float], None] | None = None
        """Called with the time of each step: faults begin and end here."""
        self.contact = UNTOUCHED
        """What tool and tissue do to each other now."""
        self.twins: list[Living] = []
        """Twins of foreign devices."""
        self.motor_faults: Callable[[tuple[FaultBit, ...], float], None] | None = None
        """Told what is wrong with the motor, by a twin that drives it in place of our own board."""
        self.boards: dict[str, Board] = {}
        for index, role in enumerate((ALL,) if is_combined else ROLES):
            self.boards[role] = Board(role, rate_hz, self.hardware, boot_id=index + 1, seed=seed)
        by_function = {function: board for board in self.boards.values() for function in board.functions}
        self._motor_board = by_function[Function.MOTOR]
        self._force_board = by_function[Function.FORCE]
        self._timer_board = by_function[Function.TIMER]
        self.relay_feeds_motor = relay_feeds_motor
        self._began_s = 0.0
        self._steps = 0
        self._doing = NOTHING
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
            if self.before_step is not None:
                self.before_step(next_s)
            self._step(next_s)
            if self._doing.keys:
                keys += self._doing.keys
        return keys

    @property
    def next_step_s(self) -> float:
        """When there is something to do again."""
        return self._began_s + (self._steps + 1) * STEP_S

    def _step(self, now_s: float) -> None:
        if self.relay_feeds_motor:
            self.motor.is_powered = self.timer.is_relay_closed
        self._touch(now_s)
        if self.timer.is_awaited:
            self.hardware.tell_inputs(self._timer_board, now_s)
        for board in self.boards.values():
            board.step(now_s)
        for twin in self.twins:
            twin.step(now_s)

    # Physics.

    def _touch(self, now_s: float) -> None:
        """Move the hand, press the tissue, turn the motor against it, convert the force, and let the person feel it all."""
        doing, motor = self._doing, self.motor
        is_on_gauge = doing.tool in ON_GAUGE
        amplitude_mm = _struck_mm(motor.speed_ppm) if is_on_gauge and motor.speed_ppm > 0.0 else 0.0
        tissue = self.body.at(doing.place)
        contact = self.contact = tissue.step(STEP_S, self.hand.step(now_s, STEP_S), amplitude_mm)
        on_gauge = contact if is_on_gauge else UNTOUCHED
        strokes_before = motor.strokes
        self._judge_motor(self.massager.step(STEP_S, on_gauge.force_n), now_s)
        self._convert(on_gauge, strokes_before, now_s)
        limit_mn = self._motor_board.state.limits.force_max_mn
        feeling = Feeling(
            motor.speed_ppm > FELT_RUNNING_PPM,
            contact.force_n,
            tissue.discomfort(contact.force_n) if contact.force_n > 0.0 else 0.0,
            tissue.softness,
            tissue.tender,
            tissue.reference_n,
            limit_mn / 1000 if limit_mn < 0xFFFFFFFF else None,
        )
        self._doing = self.holder.step(now_s, feeling)
        self.hand.aim(now_s, self._doing.aim_n if self.forced_n is None else self.forced_n)

    def _convert(self, contact: TissueState, strokes_before: float, now_s: float) -> None:
        """Convert a block of force if anybody reads it; a device that also drives the motor holds its own limit with it."""
        for twin in self.twins:
            twin.sense(contact.force_n, contact.ripple_n, self.motor.strokes, strokes_before)
        gauge, board = self.gauge, self._force_board
        holds_limit = board is self._motor_board
        if holds_limit or gauge.is_taring or Function.FORCE in board.streaming:
            gauge.step(contact.force_n, contact.ripple_n, self.motor.strokes, strokes_before)
        if holds_limit and not board.is_hung and board.state.is_armed:
            board.act(board.state.note_force(round(gauge.published.mean_n * 1000), now_s), now_s)

    def _judge_motor(self, faults: tuple[FaultBit, ...], now_s: float) -> None:
        """Tell the firmware what its motor does, and let it latch its own faults."""
        is_driven = self.motor.is_driven
        note_span(self.drives, is_driven, now_s)
        note_span(self.unwanted, is_driven and not self.massager.ramped_ppm, now_s)
        is_turning = self.motor.speed_ppm > 0.0
        if is_turning != self._was_turning:
            self._was_turning = is_turning
            self.log.note(now_s, self._motor_board.role, "head moves" if is_turning else "head stands still")
        if self.motor_faults is not None:
            self.motor_faults(faults, now_s)
            return
        if self._motor_board.is_hung:
            return
        state = self._motor_board.state
        state.is_moving = self.massager.is_moving
        state.present_faults = sum(faults)
        for fault in faults:
            self._motor_board.act(state.latch(fault, now_s), now_s)


def note_span(spans: list[Span], is_so: bool, now_s: float) -> None:
    """Begin or end a span, if what it is about has changed."""
    if is_so != (bool(spans) and spans[-1].until_s is None):
        if is_so:
            spans.append(Span(now_s))
        else:
            spans[-1] = spans[-1]._replace(until_s=now_s)


def _struck_mm(speed_ppm: float) -> float:
    """Return how far the head moves against the tissue, each way: all of the half stroke only when it is fast."""
    square = (speed_ppm / 60.0) ** 2
    return 0.5 * STROKE_MM * square / (square + YIELD_HZ**2)
