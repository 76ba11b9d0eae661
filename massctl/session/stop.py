"""The stop: written at once, seen or said not to be seen (F42, F54), and finished whatever happens to the task.

The driver repeats STOP by the clock until it is acknowledged; here it is watched until the motor stands. A stop that nobody can
confirm is written again and again, and says so, until a person answers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

from massctl.session.drive import MotorDrive
from massctl.session.events import StopSeen
from massctl.session.interlocks import Finding
from massctl.session.snapshot import Snapshot

CONFIRM_S: Final = 1.5
"""F54: standstill is seen within this, or the stop counts as not confirmed."""
ACKNOWLEDGE_S: Final = 0.2
"""F54: a live link acknowledges within this; a motor that stood already is not waited for longer."""
AGAIN_S: Final = 0.5
LAST_STOP_S: Final = 2.5
"""The last stop of a session is waited for at most this long."""
_STEP_S: Final = 0.050


class StopSequence:
    """One stop at a time, from the decision to what was seen of it."""

    def __init__(self, snapshot: Snapshot, drive: MotorDrive) -> None:
        self._snapshot = snapshot
        self._drive = drive
        self._finding: Finding | None = None
        self._decided_s = 0.0
        self._written_s: float | None = None
        self._acknowledged_s: float | None = None
        self._again_s = 0.0
        self.is_told = False
        """Whether its outcome has been told."""
        self.is_confirmed = False

    @property
    def is_settled(self) -> bool:
        """Whether there is nothing more to wait for: no stop, or one whose outcome is known."""
        return self._finding is None or self.is_told

    @property
    def is_unseen(self) -> bool:
        """Whether a stop could not be confirmed, and nobody has answered for it yet."""
        return self._finding is not None and self.is_told and not self.is_confirmed

    def write(self, finding: Finding, decided_s: float, clock: Callable[[], float]) -> None:
        """Write STOP and open the relay, now; keep when. A stop on top of another is written again and told once more."""
        problems = self._drive.off(decided_s)
        written_s = clock()
        if self._finding is None or self.is_told:
            self._finding, self._decided_s, self._acknowledged_s = finding, decided_s, None
            self._written_s = None if problems else written_s
            self.is_told = self.is_confirmed = False
        self._again_s = written_s + AGAIN_S

    def acknowledged(self, at_s: float) -> None:
        """Take the device's word that it received STOP."""
        if self._acknowledged_s is None:
            self._acknowledged_s = at_s

    def answered(self) -> None:
        """Take a person's word that the tool is off their body: nothing is repeated any more."""
        if self.is_told:
            self._finding = None

    def advance(self, now_s: float, at_s: float) -> StopSeen | None:
        """Look how the stop goes; return its outcome once, and once more if a late standstill is seen after all."""
        finding = self._finding
        if finding is None or self.is_confirmed:
            return None
        waited_s = now_s - self._decided_s
        if self._is_seen(now_s) and (self._acknowledged_s is not None or waited_s >= ACKNOWLEDGE_S):
            self.is_told = self.is_confirmed = True
            return self._seen(at_s, finding, waited_s)
        if now_s >= self._again_s:
            self._again_s = now_s + AGAIN_S
            self._drive.off(now_s)
        if self.is_told or waited_s < CONFIRM_S:
            return None
        self.is_told = True
        return self._seen(at_s, finding, None)

    def _is_seen(self, now_s: float) -> bool:
        facts = self._snapshot.facts
        if not facts.has_massager:
            return True
        if self._snapshot.lost_device is not None:
            return False
        if facts.confirms_speed:
            return self._snapshot.is_still(now_s)
        if facts.is_controllable:
            return self._acknowledged_s is not None and self._snapshot.is_still(now_s)
        timer = self._snapshot.timer
        return facts.has_relay and timer is not None and not timer.relay_closed

    def _seen(self, at_s: float, finding: Finding, standstill_s: float | None) -> StopSeen:
        return StopSeen(
            at_s=at_s,
            reason=finding.text,
            rule=finding.rule,
            written_s=None if self._written_s is None else self._written_s - self._decided_s,
            acknowledged_s=None if self._acknowledged_s is None else max(0.0, self._acknowledged_s - self._decided_s),
            standstill_s=standstill_s,
            is_confirmed=standstill_s is not None,
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
    """Finish ``work`` (bounded in time by itself) before letting a cancellation through."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise
