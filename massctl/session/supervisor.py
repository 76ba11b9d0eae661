"""The supervisor: asks every interlock, latches what trips, and says whether the lease may be renewed.

It decides apart from program and display. A trip is a state: the first reason is kept and what trips behind it is remembered;
nothing overrides it, and only a person's two-step reset ends it. What a finding closes or softens holds whatever is latched or
paused. The speed left for a place comes down by itself and goes up only by a key. Pure: no clock, no device.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from massctl.body.limits import SPEED_RAISE_MAX_PPM
from massctl.body.terms import Side
from massctl.rules import Level
from massctl.session.interlocks import Ends, Finding, Interlock, make_interlocks
from massctl.session.limits import Scope, narrow
from massctl.session.snapshot import Snapshot

REAPPLY_S: Final = 3.0
"""A back-off is applied again at most this often."""

PAUSES_TO_STOP: Final = 3
"""The third PAUSE of a step is a STOP."""

_CLOSING: Final = frozenset({Ends.POINT, Ends.BOTH_SIDES})

_Kind = tuple[str, Level, Ends, int | None, bool]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one check came to."""

    approves: bool
    """The motor may run, and its lease may be renewed by whoever holds this very verdict."""
    acts: Finding | None = None
    """The gravest new finding: to be acted on now."""
    told: tuple[Finding, ...] = ()
    """All new findings, for the record."""


@dataclass(slots=True)
class Left:
    """What is left of speed and force on one place of the program, over all its passes and visits."""

    ceiling_ppm: int = 0
    force_factor: float = 1.0


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
        self._left = Left()
        self._places: dict[tuple[int, str | None, Side | None], Left] = {}
        self._behind: list[Finding] = []
        """What else has tripped behind the first reason."""
        self._noted: set[_Kind] = set()
        self._backed_off_at_s: dict[_Kind, float] = {}
        self._window: tuple[float, int] | None = None
        self._pauses: dict[int, int] = {}
        self._is_released = False

    @property
    def ceiling_ppm(self) -> int:
        """The speed left for the place at hand: back-offs and the key − lower it, the key + raises it."""
        return self._left.ceiling_ppm

    @property
    def force_factor(self) -> float:
        """What is left of the force to aim at (F20)."""
        return self._left.force_factor

    @property
    def reason(self) -> str:
        """The words of the first reason; '' where nothing is latched."""
        return "" if self.tripped is None else self.tripped.text

    def begin_step(self, scope: Scope) -> None:
        """Begin a visit to a step: timers are forgotten; latches are not, nor what earlier visits left of speed and force."""
        step = scope.step
        key = (step.program_step, step.point.id if step.point else None, step.side)
        plan_ppm = scope.ceiling_ppm if step.speed_ppm is None else min(step.speed_ppm, scope.ceiling_ppm)
        self._left = self._places.setdefault(key, Left(plan_ppm))
        self._window = None
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
        if self.tripped is not None:
            return self._remember(now_s, snapshot, findings)
        return self._weigh(now_s, snapshot, findings)

    def trip(self, finding: Finding) -> Verdict:
        """Latch a stop that comes from outside the interlocks: a key, a signal, a fault of this program.

        On top of another it is remembered, and takes back the first half of a reset.
        """
        self._is_released = False
        if self.tripped is None:
            self.tripped = finding
            self._noted = {_kind(finding)}
            return Verdict(approves=False, acts=finding, told=(finding,))
        is_new = _kind(finding) not in self._noted
        self._noted.add(_kind(finding))
        self._behind.append(finding)
        return Verdict(approves=False, told=(finding,)) if is_new else _DENIED

    def resume(self) -> None:
        """End a rule's pause, by a person's press."""
        self.paused = None

    def forget_pause(self) -> None:
        """End a rule's pause without running again: its step is over."""
        self.paused = None

    def relink(self) -> bool:
        """Turn the stop of a lost link into a pause; False where anything else has tripped, before it or since: that stays."""
        if self.tripped is None or self.tripped.rule != "F34":
            return False
        others = [finding for finding in self._behind if finding.rule != "F34"]
        if others:
            self.tripped, self._behind = others[0], others[1:]
            return False
        self.paused = replace(self.tripped, level=Level.PAUSE)
        self._clear_latch()
        return True

    def release(self) -> bool:
        """Take the first half of the reset: 'the tool is off my body'."""
        self._is_released = self.tripped is not None
        return self._is_released

    def confirm(self) -> bool:
        """Take the second half of the reset; False, and no effect, without the first."""
        if self.tripped is None or not self._is_released:
            return False
        self._clear_latch()
        self.paused = None
        return True

    def faster(self, snapshot: Snapshot) -> None:
        """Raise the speed left by one press of +, at most to what every limit allows now."""
        scope = snapshot.scope
        if scope is not None:
            most_ppm = narrow(scope.ceiling_ppm, scope, snapshot.facts, is_sensorless=snapshot.is_sensorless)
            self._left.ceiling_ppm = max(self.ceiling_ppm, min(self.ceiling_ppm + SPEED_RAISE_MAX_PPM, most_ppm))

    def slower(self, snapshot: Snapshot) -> None:
        """Lower the speed by one press of −, from the one that is set; at the slowest it stays."""
        scope, facts = snapshot.scope, snapshot.facts
        if scope is None:
            return
        now_ppm = min(snapshot.set_ppm or self.ceiling_ppm, self.ceiling_ppm)
        lower_ppm = narrow(now_ppm - SPEED_RAISE_MAX_PPM, scope, facts, is_sensorless=snapshot.is_sensorless)
        self._left.ceiling_ppm = lower_ppm or self.ceiling_ppm

    def _clear_latch(self) -> None:
        """Forget the stop; the first half of a reset that belonged to it is taken back by the next one."""
        self.tripped = None
        self._behind.clear()
        self._noted.clear()

    def _remember(self, now_s: float, snapshot: Snapshot, findings: list[Finding]) -> Verdict:
        """While a stop is latched: keep each new reason, and let it close and soften what it does."""
        new = tuple(finding for finding in findings if _outlasts_a_stop(finding) and _kind(finding) not in self._noted)
        for finding in new:
            self._noted.add(_kind(finding))
            self._take(now_s, snapshot, finding)
            if finding.level is Level.STOP:
                self._behind.append(finding)
                self._is_released = False
        return Verdict(approves=False, told=new)

    def _weigh(self, now_s: float, snapshot: Snapshot, findings: list[Finding]) -> Verdict:
        """Latch, pause or lower by the gravest finding; return only what is new."""
        grown = [found for finding in findings if (found := self._grow(now_s, snapshot, finding)) is not None]
        for finding in grown:
            self._take(now_s, snapshot, finding)
        stops = tuple(finding for finding in grown if finding.level is Level.STOP)
        if stops:
            for stop in stops:
                self.trip(stop)
            return Verdict(approves=False, acts=stops[0], told=stops)
        pauses = [finding for finding in grown if finding.level is Level.PAUSE]
        pause = next((finding for finding in pauses if finding.ends is not Ends.NOTHING), pauses[0] if pauses else None)
        if self.paused is not None:
            told = tuple(finding for finding in grown if finding.level is not Level.PAUSE or finding is pause)
            return Verdict(approves=False, acts=pause, told=told)
        self.paused = pause
        told = tuple(grown)
        acts = pause or next((finding for finding in told if finding.level is Level.BACKOFF), None)
        return Verdict(approves=pause is None, acts=acts, told=told)

    def _grow(self, now_s: float, snapshot: Snapshot, finding: Finding) -> Finding | None:
        """Return the finding as it acts now: graver when repeated or when nothing milder is left; None when it is old."""
        if finding.level is Level.BACKOFF:
            kind = _kind(finding)
            if now_s - self._backed_off_at_s.get(kind, -REAPPLY_S) < REAPPLY_S:
                return None
            self._backed_off_at_s[kind] = now_s
            if self._is_at_floor(snapshot, finding):
                text = f"{finding.text} It cannot go slower: paused."
                finding = replace(finding, level=Level.PAUSE, factor=1.0, text=text)
        if finding.level is Level.PAUSE and finding.ends is Ends.NOTHING:
            if self.paused is not None:
                return None
            number = snapshot.scope.number if snapshot.scope is not None else 0
            self._pauses[number] = self._pauses.get(number, 0) + 1
            if self._pauses[number] >= PAUSES_TO_STOP:
                return replace(finding, level=Level.STOP, text=f"{finding.text} The third pause of this step: stopped.")
        return finding

    def _is_at_floor(self, snapshot: Snapshot, finding: Finding) -> bool:
        """Return whether a back-off by a factor finds the device at its lowest speed already."""
        scope = snapshot.scope
        return scope is not None and finding.factor < 1.0 and 0 < snapshot.set_ppm <= scope.floor_ppm

    def _take(self, now_s: float, snapshot: Snapshot, finding: Finding) -> None:
        """Let a new finding close points, soften speed and force, and end the belief in a sensor."""
        if finding.ends in _CLOSING:
            snapshot.close_point(both_sides=finding.ends is Ends.BOTH_SIDES)
        if finding.goes_sensorless:
            snapshot.is_sensorless = True
        self._left.force_factor = min(self._left.force_factor, finding.force_factor)
        if finding.ceiling_ppm is not None:
            self._lower(finding.ceiling_ppm, snapshot)
        elif finding.factor < 1.0:
            if self._window is None or now_s - self._window[0] >= REAPPLY_S:
                self._window = (now_s, snapshot.set_ppm or self.ceiling_ppm)
            self._lower(self._window[1] * finding.factor, snapshot)

    def _lower(self, ceiling_ppm: float, snapshot: Snapshot) -> None:
        """Lower the speed left, not below the device's lowest."""
        scope = snapshot.scope
        if scope is None or not scope.runs_motor:
            return
        lowest_ppm = narrow(ceiling_ppm, scope, snapshot.facts) or scope.floor_ppm
        self._left.ceiling_ppm = min(self.ceiling_ppm, lowest_ppm)


def _outlasts_a_stop(finding: Finding) -> bool:
    """Return whether a finding matters while a stop is latched: another stop, a point that is over, a symptom."""
    return finding.level is Level.STOP or finding.ends in _CLOSING or finding.rule == "F22"


def _kind(finding: Finding) -> _Kind:
    """Return what makes two findings the same: their numbers and words may differ."""
    return (finding.rule, finding.level, finding.ends, finding.ceiling_ppm, finding.goes_sensorless)
