"""The supervisor: asks every interlock, latches what trips, and says whether the lease may be renewed.

It decides apart from program and display. A trip is a state: the first reason is kept, nothing overrides it, and only a
person's two-step reset ends it. Speed ceilings come down by themselves and go up only by a key. Pure: no clock, no device.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from massctl.body.limits import SPEED_RAISE_MAX_PPM
from massctl.rules import Level
from massctl.session.interlocks import Ends, Finding, Interlock, make_interlocks
from massctl.session.limits import narrow
from massctl.session.snapshot import Snapshot

REAPPLY_S: Final = 3.0
"""A back-off is applied again at most this often."""

PAUSES_TO_STOP: Final = 3
"""The third PAUSE of a step is a STOP."""

RELINK_FACTOR: Final = 0.7
"""F34: after a lost link the speed is at most this part of the one before."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one check came to."""

    approves: bool
    """The motor may run, and its lease may be renewed by whoever holds this very verdict."""
    acts: Finding | None = None
    """The gravest new finding: to be acted on now."""
    told: tuple[Finding, ...] = ()
    """All new findings, for the record."""


_APPROVED = Verdict(approves=True)
_DENIED = Verdict(approves=False)


class Supervisor:
    """One session's supervisor."""

    def __init__(self, interlocks: Iterable[Interlock] | None = None) -> None:
        self._interlocks = tuple(interlocks) if interlocks is not None else make_interlocks()
        self.tripped: Finding | None = None
        """The first reason of the latched stop."""
        self.paused: Finding | None = None
        """Why a rule paused the step; a person's own pause is the conductor's."""
        self.ceiling_ppm: int | None = None
        """What back-offs have left of the step's speed; None for all of it."""
        self.force_factor = 1.0
        """What back-offs have left of the force to aim at (F20)."""
        self._backed_off_at_s: dict[str, float] = {}
        self._window: tuple[float, int] | None = None
        self._speed_before_ppm = 0
        self._pauses: dict[int, int] = {}
        self._is_released = False

    def begin_step(self) -> None:
        """Begin a step: ceilings and timers that belong to the one before are forgotten; latches are not."""
        self.ceiling_ppm, self.force_factor, self._window = None, 1.0, None
        self._backed_off_at_s.clear()
        for interlock in self._interlocks:
            interlock.begin_step()

    def check(self, now_s: float, snapshot: Snapshot) -> Verdict:
        """Ask every interlock about the snapshot at ``now_s`` and return what it comes to."""
        findings: list[Finding] | None = None
        for interlock in self._interlocks:
            finding = interlock.check(now_s, snapshot)
            if finding is not None:
                if findings is None:
                    findings = []
                findings.append(finding)
        if findings is None:
            return _APPROVED if self.tripped is None and self.paused is None else _DENIED
        return self._weigh(now_s, snapshot, findings)

    def trip(self, finding: Finding) -> Verdict:
        """Latch a stop that comes from outside the interlocks: a key, a signal, a fault of this program."""
        if self.tripped is not None:
            return _DENIED
        self.tripped, self._is_released = finding, False
        return Verdict(approves=False, acts=finding, told=(finding,))

    def resume(self, snapshot: Snapshot) -> None:
        """End a rule's pause, by a person's press; more gently where the rule says so."""
        if self.paused is not None and self.paused.resume_factor < 1.0:
            self._lower(self._speed_before_ppm * self.paused.resume_factor, snapshot)
        self.paused = None

    def forget_pause(self) -> None:
        """End a rule's pause without running again: its step is over."""
        self.paused = None

    def relink(self, snapshot: Snapshot) -> bool:
        """Turn the stop of a lost link into a pause, at 70 % of the speed before; False where another rule tripped first."""
        if self.tripped is None or self.tripped.rule != "F34":
            return False
        self.paused = replace(self.tripped, level=Level.PAUSE, resume_factor=RELINK_FACTOR)
        self.tripped = None
        return True

    def release(self) -> bool:
        """Take the first half of the reset: 'the tool is off my body'."""
        self._is_released = self.tripped is not None
        return self._is_released

    def confirm(self) -> bool:
        """Take the second half of the reset; False, and no effect, without the first."""
        if self.tripped is None or not self._is_released:
            return False
        self.tripped = self.paused = None
        self._is_released = False
        return True

    def raise_ceiling(self, most_ppm: int) -> None:
        """Raise a lowered ceiling by one press of +, at most to the plan."""
        if self.ceiling_ppm is not None:
            self.ceiling_ppm = min(self.ceiling_ppm + SPEED_RAISE_MAX_PPM, most_ppm)

    def _weigh(self, now_s: float, snapshot: Snapshot, findings: list[Finding]) -> Verdict:
        """Latch, pause or lower by the gravest finding; return only what is new."""
        if self.tripped is not None:
            return _DENIED
        grown = [self._grow(now_s, snapshot, finding) for finding in findings]
        stop = next((f for f in grown if f is not None and f.level is Level.STOP), None)
        if stop is not None:
            self._speed_before_ppm = snapshot.set_ppm or self._speed_before_ppm
            return self.trip(stop)
        if self.paused is not None:
            return _DENIED
        told = tuple(f for f in grown if f is not None)
        pause = next((f for f in told if f.level is Level.PAUSE), None)
        if pause is not None:
            self._speed_before_ppm = snapshot.set_ppm or self._speed_before_ppm
            self.paused = pause
        for finding in told:
            self.force_factor = min(self.force_factor, finding.force_factor)
            if finding.level is Level.BACKOFF:
                self._back_off(now_s, snapshot, finding)
        acts = pause or next((f for f in told if f.level is Level.BACKOFF), None)
        return Verdict(approves=pause is None, acts=acts, told=told) if told else _APPROVED

    def _grow(self, now_s: float, snapshot: Snapshot, finding: Finding) -> Finding | None:
        """Return the finding as it acts now: graver when repeated or when nothing milder is left; None when it is old."""
        if finding.level is Level.BACKOFF:
            if now_s - self._backed_off_at_s.get(finding.rule, -REAPPLY_S) < REAPPLY_S:
                return None
            if self._is_at_floor(snapshot, finding):
                finding = replace(finding, level=Level.PAUSE, text=f"{finding.text} It cannot go slower: paused.")
        if (
            finding.level is Level.PAUSE
            and finding.ends is Ends.NOTHING
            and self.paused is None
            and self.tripped is None
        ):
            number = snapshot.scope.number if snapshot.scope is not None else 0
            self._pauses[number] = self._pauses.get(number, 0) + 1
            if self._pauses[number] >= PAUSES_TO_STOP:
                return replace(finding, level=Level.STOP, text=f"{finding.text} The third pause of this step: stopped.")
        return finding

    def _is_at_floor(self, snapshot: Snapshot, finding: Finding) -> bool:
        """Return whether a back-off by a factor finds the device at its lowest speed already."""
        scope = snapshot.scope
        if scope is None or snapshot.set_ppm == 0 or finding.ceiling_ppm is not None:
            return False
        return snapshot.set_ppm <= scope.floor_ppm

    def _back_off(self, now_s: float, snapshot: Snapshot, finding: Finding) -> None:
        """Lower the ceiling; of several factors within 3 s the smallest counts, not their product."""
        self._backed_off_at_s[finding.rule] = now_s
        if finding.ceiling_ppm is not None:
            self._lower(finding.ceiling_ppm, snapshot)
            return
        if self._window is None or now_s - self._window[0] >= REAPPLY_S:
            self._window = (now_s, snapshot.set_ppm or self._speed_before_ppm)
        self._lower(self._window[1] * finding.factor, snapshot)

    def _lower(self, ceiling_ppm: float, snapshot: Snapshot) -> None:
        """Set the ceiling, not above the present one and not below the device's lowest speed."""
        scope = snapshot.scope
        if scope is None or not scope.runs_motor:
            return
        lowest = narrow(ceiling_ppm, scope, self.ceiling_ppm, snapshot.facts) or scope.floor_ppm
        self.ceiling_ppm = lowest if self.ceiling_ppm is None else min(self.ceiling_ppm, lowest)
