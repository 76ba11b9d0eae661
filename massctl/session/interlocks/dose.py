"""Interlocks of the dose: F7 (a young person's session), F13 (one spot), F14, F19 (muscle), F15, F16 (session), F46 (free run).

They stand behind the conductor, which ends a step in time; here nothing that a person presses gets past them.
"""

from __future__ import annotations

from typing import ClassVar

from massctl.body.limits import FREE_RUN_MAX_S, MUSCLE_MAX_S, PIN_POINTS_MAX, SESSION_MAX_S
from massctl.body.terms import Mode
from massctl.rules import Level
from massctl.session.events import Phase
from massctl.session.interlocks.base import Ends, Finding, Timeless, reached
from massctl.session.snapshot import Drive, Snapshot


class SpotDose(Timeless):
    """F13: percussion on one spot for 60 s, a manual tool for 90 s."""

    rule: ClassVar[str] = "F13"

    def check(self, now_s: float, snapshot: Snapshot) -> Finding | None:
        """Judge the contact of a step that stands, over all visits to it."""
        scope = snapshot.scope
        if scope is None or not scope.is_standing or not _is_at_work(snapshot):
            return None
        if not reached(snapshot.doses.spot_s(scope.step), scope.contact_max_s):
            return None
        return Finding(
            "F13", Level.PAUSE, f"Enough on this spot: {scope.contact_max_s:g} s. On to the next.", ends=Ends.STEP
        )


class MuscleDose(Timeless):
    """F14: percussion on one muscle and side for 300 s."""

    rule: ClassVar[str] = "F14"

    def check(self, now_s: float, snapshot: Snapshot) -> Finding | None:
        """Judge the contact of the muscle, over all steps."""
        scope = snapshot.scope
        if scope is None or snapshot.drive is Drive.OFF:
            return None
        if not reached(snapshot.doses.muscle_s(scope.step), MUSCLE_MAX_S):
            return None
        return Finding("F14", Level.PAUSE, "Five minutes on this muscle: enough. On to the next.", ends=Ends.STEP)


class BeforeEffort(Timeless):
    """F19: before explosive effort 30 s on one muscle and side, with any tool, extensions included."""

    rule: ClassVar[str] = "F19"

    def check(self, now_s: float, snapshot: Snapshot) -> Finding | None:
        """Judge the work on the muscle, over all steps."""
        scope, most_s = snapshot.scope, snapshot.facts.muscle_max_s
        if scope is None or most_s is None or not _is_at_work(snapshot):
            return None
        if not reached(snapshot.doses.muscle_work_s(scope.step), most_s):
            return None
        text = f"Enough before your effort: {most_s:g} s on this muscle. On to the next."
        return Finding("F19", Level.PAUSE, text, ends=Ends.STEP)


class SessionDose(Timeless):
    """F15: twenty minutes of percussion in one session."""

    rule: ClassVar[str] = "F15"

    def check(self, now_s: float, snapshot: Snapshot) -> Finding | None:
        """Judge the contact of the session."""
        if snapshot.drive is Drive.OFF or not reached(snapshot.doses.percussion_s, SESSION_MAX_S):
            return None
        return Finding("F15", Level.PAUSE, "Twenty minutes of percussion: enough for one session.", ends=Ends.STEP)


class PersonsSession(Timeless):
    """F7: from 14 to 17 years a session is eight minutes of work, with any tool, extensions included."""

    rule: ClassVar[str] = "F7"

    def check(self, now_s: float, snapshot: Snapshot) -> Finding | None:
        """Judge the work of the session."""
        most_s = snapshot.facts.session_max_s
        if most_s is None or not _is_at_work(snapshot) or not reached(snapshot.doses.work_s, most_s):
            return None
        return Finding("F7", Level.PAUSE, f"Enough for one session: {most_s / 60:g} minutes.", ends=Ends.STEP)


class PinnedPoints(Timeless):
    """F16: no ninth point is pinned in one session."""

    rule: ClassVar[str] = "F16"

    def check(self, now_s: float, snapshot: Snapshot) -> Finding | None:
        """Judge the point of a pin against those pinned before."""
        scope = snapshot.scope
        if scope is None or scope.step.mode is not Mode.PIN or scope.step.point is None or not _is_at_work(snapshot):
            return None
        pinned = snapshot.doses.pinned_points
        if len(pinned) < PIN_POINTS_MAX or scope.step.point.id in pinned:
            return None
        return Finding("F16", Level.PAUSE, "Eight points were worked on: enough for one session.", ends=Ends.STEP)


class FreeRun(Timeless):
    """F46: a run without a program ends after two minutes of motor-on time."""

    rule: ClassVar[str] = "F46"

    def check(self, now_s: float, snapshot: Snapshot) -> Finding | None:
        """Judge the motor-on time of the free run."""
        if not snapshot.facts.is_free_run or snapshot.drive is Drive.OFF:
            return None
        if not reached(snapshot.doses.motor_on_s, FREE_RUN_MAX_S):
            return None
        return Finding("F46", Level.PAUSE, "Two minutes: a free run ends here.", ends=Ends.STEP)


def _is_at_work(snapshot: Snapshot) -> bool:
    return snapshot.phase is Phase.WORKING or snapshot.phase is Phase.RAMPING
