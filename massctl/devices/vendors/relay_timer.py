"""A relay board as a Timer: closed for slices that the session renews, opened at once, and its state read back.

The slice is the board's own, where it has one: when this program dies, or the network, the relay opens by itself. A board that
latches has none; then its time is only counted here, and it says so. Nothing is sent while an answer is due, except to open the
relay, where the board bears that. An opening is repeated until the board is read to be open.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections import deque
from dataclasses import replace
from enum import Enum
from typing import Final

from firmware_protocol.vendors.relay import RelayCodec, RelayRefusal, RelayState
from massctl.devices.capabilities import CommandRefused, TimerCapabilities, TimerReading
from massctl.devices.waiting import Waiters
from massctl.devices.wire import SILENCE_S, Reporter, Wire
from massctl.errors import ConnectionProblem, NoAnswer

POLL_S: Final = 0.25
"""The state is asked for so often (F34)."""
REPLY_S: Final = 0.2
"""An answer that takes longer counts as lost."""
AGAIN_S: Final = 0.1
"""An opening that is not yet seen is repeated so often."""
BLIND_TIMES: Final = 3
"""A board that tells nothing is told to open so often."""
OPEN_S: Final = 2.0
SLACK_S: Final = 1e-6
"""Rounding of the loop's time: what is due within this is due."""
FAREWELL_S: Final = 0.5
"""How long a close waits for the relay to be seen open."""


class Sent(Enum):
    """What waits for its answer."""

    QUESTION = "the question for its state"
    CLOSING = "closing"
    OPENING = "opening"


class RelayTimer(Reporter):
    """One channel of one relay board."""

    def __init__(self, wire: Wire, codec: RelayCodec, name: str) -> None:
        super().__init__(wire, name)
        self.capabilities = TimerCapabilities(
            duration_max_s=codec.duration_max_s, opens_by_itself=codec.opens_by_itself
        )
        self._codec = codec
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._unanswered: deque[tuple[Sent, float]] = deque()
        """What was sent, and when, oldest first."""
        self._free_s = -math.inf
        """Until when an answer is waited for before anything else is sent."""
        self._asked_s = -math.inf
        self._opened_s = -math.inf
        """When an opening last went out."""
        self._openings_left = 0
        """How often the opening is still to be sent; counted only where no state is read."""
        self._wish_s: float | None = None
        """For how long it is still to be closed."""
        self._until_s = -math.inf
        """When it opens by itself, or is opened."""
        self._is_in_use = False
        self._states: Waiters[bool] = Waiters(wire)
        wire.start(self._take, self._lost)

    @property
    def is_blind(self) -> bool:
        """Whether the board tells nothing back."""
        return not self.capabilities.is_monitored

    @property
    def last_frame_at_s(self) -> float:
        """When the last valid answer arrived; infinite for a board that gives none."""
        return math.inf if self.is_blind else self._wire.last_frame_at_s

    # What a session calls.

    async def begin(self, silence_s: float = SILENCE_S, *, may_be_blind: bool = False) -> None:
        """Wait for its first word, and go on asking. Raises PeerSilent or what ended the link."""
        self._turn()
        try:
            await self._state(silence_s)
        except NoAnswer:
            if not may_be_blind:
                raise self._silent(
                    f"no answer of a {self.name}",
                    "Are its speed (baud), its address and its kind (driver, frame) right?",
                    "Is this the right address, and is the board powered?",
                ) from None
            self.capabilities = replace(self.capabilities, is_monitored=False)
            self._unanswered.clear()

    async def prepare(self) -> None:
        """Open the relay, and see it open. Raises NoAnswer or what ended the link."""
        self._wire.raise_if_over()
        self._is_in_use = True
        self.cancel()
        if not self.is_blind:
            await self._until_open(OPEN_S)

    def arm(self, duration_s: float) -> None:
        """Close the relay for ``duration_s``, as far as the board can; calling again renews."""
        self._openings_left = 0
        self._wish_s = min(duration_s, self.capabilities.duration_max_s)
        self._turn()

    def cancel(self) -> bool:
        """Open the relay now; return whether the bytes that do so went out, or go at the next answer, which is due."""
        self._wish_s = None
        self._until_s = self._opened_s = self._asked_s = -math.inf
        self._openings_left = BLIND_TIMES
        self._turn()
        is_sent = self._opened_s > -math.inf
        return self._wire.is_open and (is_sent or self._loop.time() - self._unanswered[-1][1] < REPLY_S)

    def buzz(self, duration_s: float) -> None:
        """There is no buzzer."""

    async def aclose(self) -> None:
        """Open what was closed here, close the link; idempotent, bounded in time."""
        if self._is_in_use:
            self._is_in_use = False
            self.cancel()
            if self._wire.is_open and self.is_blind:
                await asyncio.sleep(BLIND_TIMES * AGAIN_S)
            elif self._wire.is_open:
                with contextlib.suppress(ConnectionProblem, NoAnswer):
                    await self._until_open(FAREWELL_S)
        self._rest()
        await self._wire.aclose()

    # Taking turns.

    def _turn(self) -> None:
        """Send what is most urgent, if it may be sent now, and come back when something is due."""
        now_s = self._loop.time()
        if not self._codec.opens_by_itself and -math.inf < self._until_s <= now_s and self._wish_s is None:
            self._openings_left, self._until_s, self._opened_s = BLIND_TIMES, -math.inf, -math.inf
        if self._unanswered and now_s >= self._free_s - SLACK_S:
            self._unanswered.clear()
        if not self._unanswered or (self._codec.may_interrupt and self._opening_due_s() <= now_s + SLACK_S):
            self._send_next(now_s)
        self._wake(now_s)

    def _send_next(self, now_s: float) -> None:
        if self._opening_due_s() <= now_s + SLACK_S:
            self._opened_s = now_s
            self._openings_left -= self.is_blind
            self._unanswered.clear()  # what it overtakes may never have been sent
            self._wire.overtake(self._codec.open())
            self._await_answer(Sent.OPENING, now_s)
        elif self._wish_s is not None:
            duration_s, self._wish_s = self._wish_s, None
            self._until_s = now_s + duration_s
            self._wire.write(self._codec.close(duration_s))
            self._await_answer(Sent.CLOSING, now_s)
        elif self._question_due_s() <= now_s + SLACK_S:
            self._asked_s = now_s
            self._wire.write(self._codec.ask())
            self._await_answer(Sent.QUESTION, now_s)

    def _await_answer(self, sent: Sent, now_s: float) -> None:
        """Wait; where commands run into each other, one that closes is over before the next: its slice is."""
        if not self.is_blind and (self._codec.answers_commands or sent is Sent.QUESTION):
            self._unanswered.append((sent, now_s))
            is_risky = sent is Sent.CLOSING and not self._codec.may_interrupt
            self._free_s = max(now_s + REPLY_S, self._until_s) if is_risky else now_s + REPLY_S

    def _opening_due_s(self) -> float:
        """Return when the relay is to be told to open, once more: after it was asked how it stands."""
        is_to_be_asked = not self.is_blind and self._asked_s < self._opened_s
        return math.inf if is_to_be_asked or self._openings_left == 0 else self._opened_s + AGAIN_S

    def _question_due_s(self) -> float:
        return math.inf if self.is_blind else self._asked_s + POLL_S

    def _wake(self, now_s: float) -> None:
        """Set the one timer to the next moment at which something may be sent."""
        wish_s = math.inf if self._wish_s is None else now_s
        due_s = min(self._opening_due_s(), self._question_due_s(), wish_s)
        if self._unanswered:
            due_s = max(due_s, self._free_s)
            if self._codec.may_interrupt:
                due_s = min(due_s, self._opening_due_s())
        if not self._codec.opens_by_itself and self._until_s > -math.inf:
            due_s = min(due_s, self._until_s)
        self._rest()
        if due_s < math.inf and self._wire.is_open:
            self._timer = self._loop.call_at(max(due_s, now_s), self._turn)

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    # Answers.

    def _take(self, data: bytes, now_s: float) -> None:
        for event in self._codec.receive(data):
            self._wire.heard(now_s)
            sent, sent_s = self._unanswered.popleft() if self._unanswered else (Sent.QUESTION, now_s)
            if isinstance(event, RelayState):
                self._note(event.is_closed, sent_s, now_s)
            elif isinstance(event, RelayRefusal):
                self._report(CommandRefused(now_s, sent.value, event.text))
        if not self._unanswered:
            self._turn()

    def _note(self, is_closed: bool, sent_s: float, now_s: float) -> None:
        """Tell a state, which is as old as what it answers."""
        if not is_closed and sent_s >= self._opened_s:
            self._openings_left = 0
        left_s = max(0.0, self._until_s - now_s) if is_closed else 0.0
        self._report(TimerReading(sent_s, is_closed, left_s))
        self._states.give(is_closed)

    async def _until_open(self, within_s: float) -> None:
        try:
            async with asyncio.timeout(within_s):
                while await self._state(within_s) or self._openings_left > 0:
                    pass
        except TimeoutError:
            raise NoAnswer(self.name, "the relay did not open", within_s, "Pull the plug of what it feeds.") from None

    async def _state(self, within_s: float) -> bool:
        """Return the next state that is read. Raises NoAnswer or what ended the link."""
        try:
            return await self._states.next(within_s)
        except TimeoutError:
            raise NoAnswer(
                self.name, "the relay did not tell its state", within_s, "Check its power and cable."
            ) from None

    def _lost(self, problem: ConnectionProblem) -> None:
        self._rest()
        self._states.fail(problem)
        self._note_loss(problem)
