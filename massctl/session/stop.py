"""Motor off: written at once, seen or said not to be seen (F42, F54), and finished whatever happens to the task.

Every motor-off of a session goes through here, a pause's and the last one as much as a latched stop's, and each is watched until
the motor stands. The driver repeats STOP by the clock until it is acknowledged; one that nobody can confirm is written again and
again, and says so, until a person answers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from enum import Enum
from typing import Any, Final

from massctl.devices.capabilities import StopReason
from massctl.rules import Level
from massctl.session.drive import MotorDrive
from massctl.session.events import SeenBy, StopSeen
from massctl.session.interlocks import Finding
from massctl.session.snapshot import STILL_PPM, Drive, Snapshot

CONFIRM_S: Final = 1.5
"""F54: standstill is seen within this, or the stop counts as not confirmed."""
ACKNOWLEDGE_S: Final = 0.2
"""F54: a live link acknowledges within this; a motor that stood already is not waited for longer."""
AGAIN_S: Final = 0.5
MOVES_S: Final = 0.2
"""A motor that was seen to stand moves again when it does so for this long: one reading may be noise (design value)."""
LAST_STOP_S: Final = 2.5
"""The last stop of a task that was cancelled, or broke, is waited for at most this long."""
_STEP_S: Final = 0.050

_UNSEEN = Finding("F54", Level.STOP, "The motor was switched off and is not seen to stand.")
_AGAIN = Finding("F54", Level.STOP, "The motor moves again after it was stopped.")


class _State(Enum):
    IDLE = "idle"
    """Nothing to watch: the motor is wanted, was never stopped, or a person has answered."""
    PENDING = "pending"
    SEEN = "seen"
    UNSEEN = "unseen"


class StopSequence:
    """The newest motor-off, from the decision to what was seen of it."""

    def __init__(self, snapshot: Snapshot, drive: MotorDrive) -> None:
        self._snapshot = snapshot
        self._drive = drive
        self._state = _State.IDLE
        self._finding: Finding | None = None
        """Why it was latched; None for a motor-off that is only told when it is not seen."""
        self._decided_s = 0.0
        self._written_s: float | None = None
        self._acknowledged_s: float | None = None
        self._again_s = 0.0
        self._moves_since_s: float | None = None

    @property
    def is_settled(self) -> bool:
        """Whether there is nothing more to wait for: no stop, or one whose outcome is known."""
        return self._state is not _State.PENDING

    @property
    def is_unseen(self) -> bool:
        """Whether a stop could not be confirmed, and nobody has answered for it yet."""
        return self._state is _State.UNSEEN

    def write(self, finding: Finding, decided_s: float, clock: Callable[[], float]) -> None:
        """Write a latched stop and open the relay, now; keep when. One on top of another is written again and told once more."""
        reason = StopReason.PERSON if finding.rule == "F42" else StopReason.SUPERVISOR
        is_written = self._drive.off(decided_s, reason)
        written_s = clock()
        if self._finding is None or self._state is not _State.PENDING:
            self._begin(finding, decided_s, written_s if is_written else None)
        self._again_s = written_s + AGAIN_S

    def off(self, now_s: float, reason: StopReason = StopReason.PERSON) -> None:
        """Switch the motor off without latching: a pause, the end of a step, the last motor-off of a session."""
        was_wanted = self._snapshot.drive is not Drive.OFF
        is_written = self._drive.off(now_s, reason)
        facts = self._snapshot.facts
        if facts.has_massager and not facts.can_stop:
            return  # the person is asked to; no stop of ours can be seen
        if was_wanted or self._state is _State.IDLE:
            self._begin(None, now_s, now_s if is_written else None)

    def _begin(self, finding: Finding | None, decided_s: float, written_s: float | None) -> None:
        self._state, self._finding, self._decided_s = _State.PENDING, finding, decided_s
        self._written_s, self._acknowledged_s, self._moves_since_s = written_s, None, None
        self._again_s = decided_s + AGAIN_S

    def acknowledged(self, at_s: float) -> None:
        """Take the device's word that it received STOP."""
        if self._acknowledged_s is None:
            self._acknowledged_s = at_s

    def answered(self) -> None:
        """Take a person's word that the tool is off their body: nothing is repeated any more."""
        if self._state is _State.UNSEEN:
            self._state = _State.IDLE

    def advance(self, now_s: float, at_s: float) -> StopSeen | None:
        """Look how the motor-off goes; return what is to be told of it.

        A latched stop is told once, and once more if a late standstill is seen after all; any other only when it is not seen.
        """
        if self._snapshot.drive is not Drive.OFF:
            return self._overtaken(at_s)
        if self._state is _State.IDLE:
            return None
        if self._state is _State.SEEN:
            return self._look_again(now_s, at_s)
        waited_s = now_s - self._decided_s
        seen_by = self._seen_by()
        if seen_by is not SeenBy.NOTHING and (self._acknowledged_s is not None or waited_s >= ACKNOWLEDGE_S):
            self._state = _State.SEEN
            return None if self._finding is None else self._told(at_s, self._finding, waited_s, seen_by)
        if now_s >= self._again_s:
            self._again_s = now_s + AGAIN_S
            self._drive.off(now_s, StopReason.SUPERVISOR)
        if self._state is _State.UNSEEN or waited_s < CONFIRM_S:
            return None
        self._state, self._finding = _State.UNSEEN, self._finding or _UNSEEN
        return self._told(at_s, self._finding, None, SeenBy.NOTHING)

    def _overtaken(self, at_s: float) -> StopSeen | None:
        """Watch no more: the motor was started again. A latched stop that was not told yet is told as far as it was seen."""
        is_due = self._state is _State.PENDING
        self._state = _State.IDLE
        if not is_due or self._finding is None:
            return None
        return self._told(at_s, self._finding, None, SeenBy.NOTHING)

    def _look_again(self, now_s: float, at_s: float) -> StopSeen | None:
        """Stop once more, unconfirmed, where a motor that was seen to stand is commanded or moves again."""
        motor = self._snapshot.motor
        if motor is None or not (self._snapshot.turns or motor.commanded_ppm > STILL_PPM):
            self._moves_since_s = None
            return None
        if self._moves_since_s is None:
            self._moves_since_s = now_s
        if now_s - self._moves_since_s < MOVES_S:
            return None
        is_written = self._drive.off(now_s, StopReason.SUPERVISOR)
        self._begin(_AGAIN, now_s, now_s if is_written else None)
        self._state = _State.UNSEEN
        return self._told(at_s, _AGAIN, None, SeenBy.NOTHING)

    def _seen_by(self) -> SeenBy:
        """Return what shows, by a reading from after the decision, that the motor stands or has no power."""
        snapshot, facts = self._snapshot, self._snapshot.facts
        if not facts.has_massager:
            return SeenBy.NO_MOTOR
        motor = snapshot.motor
        is_heard = facts.is_controllable and snapshot.lost_device != "massager"
        is_new = motor is not None and motor.received_at_s > self._decided_s
        if is_heard and facts.confirms_speed and (motor is None or motor.measured_ppm is not None):
            return SeenBy.MEASURED if is_new and not snapshot.turns else SeenBy.NOTHING
        if self._is_relay_open():
            return SeenBy.RELAY
        is_said = is_heard and self._acknowledged_s is not None and not (is_new and snapshot.turns)
        return SeenBy.ACKNOWLEDGED if is_said else SeenBy.NOTHING

    def _is_relay_open(self) -> bool:
        """Return whether the relay that feeds the massager has reported, since the decision, that it is open."""
        snapshot, timer = self._snapshot, self._snapshot.timer
        is_heard = snapshot.facts.has_relay and snapshot.lost_device != "timer"
        return is_heard and timer is not None and timer.at_s > self._decided_s and not timer.relay_closed

    def _told(self, at_s: float, finding: Finding, waited_s: float | None, seen_by: SeenBy) -> StopSeen:
        """Return the outcome; the time to standstill only where that, or an open relay, was seen."""
        return StopSeen(
            at_s=at_s,
            reason=finding.text,
            rule=finding.rule,
            written_s=None if self._written_s is None else self._written_s - self._decided_s,
            acknowledged_s=None if self._acknowledged_s is None else max(0.0, self._acknowledged_s - self._decided_s),
            standstill_s=None if seen_by is SeenBy.ACKNOWLEDGED else waited_s,
            is_confirmed=seen_by not in {SeenBy.NOTHING, SeenBy.ACKNOWLEDGED},
            seen_by=seen_by,
        )

    async def finish(self, tell: Callable[[StopSeen], None], began_s: float) -> None:
        """Watch the stop to its end when no beat does it any more; bounded in time."""
        loop = asyncio.get_running_loop()
        until_s = loop.time() + LAST_STOP_S
        while not self.is_settled and loop.time() < until_s:
            seen = self.advance(loop.time(), round(loop.time() - began_s, 4))
            if seen is not None:
                tell(seen)
            else:
                await asyncio.sleep(_STEP_S)


async def uncancelled(work: Coroutine[Any, Any, None]) -> None:
    """Finish ``work`` (bounded in time by itself) before letting a cancellation through, however often it comes."""
    task = asyncio.get_running_loop().create_task(work, name="last stop")
    cancellation: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as cancelled:
            if task.cancelled():
                raise
            cancellation = cancelled
        except Exception:  # noqa: BLE001 - the work's own failure: raised below by its result
            pass
    if cancellation is not None:
        raise cancellation
    task.result()
