"""Interlocks of what the person says or does not say: F8, F18, F20, F21, F27 (discomfort), F22 (symptoms), F23 (silence)."""

from __future__ import annotations

from typing import ClassVar, Final

from massctl.rules import Level
from massctl.session.commands import Key
from massctl.session.events import Phase
from massctl.session.interlocks.base import Ends, Finding, reached
from massctl.session.snapshot import Snapshot

AT_WORK: Final = frozenset({Phase.RAMPING, Phase.WORKING})
PROMPT_S: Final = 60.0
SILENT_STOP_S: Final = 80.0
"""F23: 60 s to the prompt and 20 s more, of motor-on time."""

_SYMPTOMS = {
    Key.NUMB: ("Numb or tingling: let go.", "This point rests for 72 h.", "If it does not pass soon, see a clinician."),
    Key.DIZZY: ("Dizzy: sit or lie down.", "This point rests for 24 h.", "If it does not pass soon, get help."),
    Key.NAUSEA: ("Nausea: sit or lie down.", "This point rests for 24 h.", "If it does not pass soon, get help."),
}


class Discomfort:
    """F20: a rating of 7 slows, of 8 pauses, and the third such in a session stops."""

    rule: ClassVar[str] = "F20"

    def __init__(self) -> None:
        self._serial = 0
        self._high = 0
        self._last_was_high = False

    def begin_step(self) -> None:
        """Keep the count: it is the session's."""

    def check(self, now_s: float, snapshot: Snapshot) -> Finding | None:
        """Judge each new rating of a point once, asked for or not, with the motor on or off."""
        feelings = snapshot.feelings
        if feelings.serial == self._serial:
            return None
        self._serial = feelings.serial
        value = feelings.last
        if value is None or not _is_on_a_point(snapshot):
            self._last_was_high = False
            return None
        was_high = feelings.is_correction and self._last_was_high
        self._last_was_high = value >= 8
        if was_high:
            self._high -= not self._last_was_high
            return None
        return self._judged(value, is_at_work=snapshot.phase in AT_WORK)

    def _judged(self, value: int, *, is_at_work: bool) -> Finding | None:
        if value < 7:
            return None
        if value == 7:
            text = f"Discomfort {value}: slowed down. Press less."
            return Finding("F20", Level.BACKOFF, text, factor=0.8, force_factor=0.75)
        self._high += 1
        if self._high >= 3:
            return Finding("F20", Level.STOP, f"Discomfort {value} for the third time: that is enough for today.")
        if is_at_work:
            text = f"Discomfort {value}: paused. Breathe; Enter goes on more gently."
            return Finding("F20", Level.PAUSE, text, factor=0.8, force_factor=0.75)
        text = f"Discomfort {value}: here it goes on more gently."
        return Finding("F20", Level.BACKOFF, text, factor=0.8, force_factor=0.75)


class OwnCeiling:
    """F8, F18, F27: a rating above what this person may have here slows down, as far as F20 does not do more."""

    rule: ClassVar[str] = "F8"

    def __init__(self) -> None:
        self._serial = 0

    def begin_step(self) -> None:
        """Keep the count of ratings seen."""

    def check(self, now_s: float, snapshot: Snapshot) -> Finding | None:
        """Judge each new rating of a point once."""
        feelings, scope = snapshot.feelings, snapshot.scope
        if feelings.serial == self._serial:
            return None
        self._serial = feelings.serial
        if scope is None or scope.step.discomfort_max is None or not scope.step.discomfort_rule:
            return None
        value, most = feelings.last, scope.step.discomfort_max
        if value is None or value <= most or value >= 7 or not _is_on_a_point(snapshot):
            return None
        text = f"Discomfort {value}: for you at most {most} here. Press less."
        level = Level.BACKOFF if scope.runs_motor else Level.WARN
        return Finding(scope.step.discomfort_rule, level, text, factor=0.8, force_factor=0.75)


class NotResponding:
    """F21: discomfort rises by three within a step; what has not fallen by the end of the second pass is the walk's."""

    rule: ClassVar[str] = "F21"

    def __init__(self) -> None:
        self._serial = 0

    def begin_step(self) -> None:
        """Keep the count of ratings seen."""

    def check(self, now_s: float, snapshot: Snapshot) -> Finding | None:
        """Judge each new rating of the step against its first, asked for or not."""
        feelings = snapshot.feelings
        if feelings.serial == self._serial:
            return None
        self._serial = feelings.serial
        first, last = feelings.first, feelings.last
        if first is None or last is None or last - first < 3 or not _is_on_a_point(snapshot):
            return None
        text = f"Discomfort rose from {first} to {last}: this point is not responding today. On to the next."
        return Finding("F21", Level.PAUSE, text, ends=Ends.POINT)


class Symptom:
    """F22: numbness, dizziness and nausea stop; a sharp pain pauses, the second on a point ends the point."""

    rule: ClassVar[str] = "F22"

    def __init__(self) -> None:
        self._serial = 0
        self._sharp: dict[str, int] = {}

    def begin_step(self) -> None:
        """Keep the count: it is the point's."""

    def check(self, now_s: float, snapshot: Snapshot) -> Finding | None:
        """Judge each symptom key once, in any phase, whatever is latched."""
        feelings = snapshot.feelings
        if feelings.symptom_serial == self._serial or feelings.symptom is None:
            return None
        self._serial = feelings.symptom_serial
        if feelings.symptom in _SYMPTOMS:
            return Finding("F22", Level.STOP, self._advice(snapshot, feelings.symptom), ends=Ends.BOTH_SIDES)
        if snapshot.scope is None or snapshot.scope.step.point is None:
            return None
        label = snapshot.scope.step.label
        self._sharp[label] = self._sharp.get(label, 0) + 1
        if self._sharp[label] >= 2:
            return Finding("F22", Level.PAUSE, "Sharp again: this point is over for today.", ends=Ends.POINT)
        if snapshot.phase in AT_WORK:
            text = "Sharp pain: paused. Move a little; Enter tries once more, gently."
            return Finding("F22", Level.PAUSE, text, factor=0.7)
        return Finding("F22", Level.BACKOFF, "Sharp pain: here it goes on gently, once.", factor=0.7)

    def _advice(self, snapshot: Snapshot, symptom: Key) -> str:
        """Return what to do; of a point only where there is one that was worked on, or is about to be."""
        now, rests, later = _SYMPTOMS[symptom]
        has_point = any(step is not None and step.point is not None for step in (snapshot.at_hand, snapshot.worked_on))
        return f"{now} {rests} {later}" if has_point else f"{now} {later}"


def _is_on_a_point(snapshot: Snapshot) -> bool:
    """Return whether a rating is about the work on a point: not the first question of a session, and not a scan's."""
    return snapshot.scope is not None and snapshot.scope.step.point is not None


class Silence:
    """F23: nobody has pressed anything for 60 s of motor-on time: asleep, or fainted."""

    rule: ClassVar[str] = "F23"

    def __init__(self) -> None:
        self._was_asked = False

    def begin_step(self) -> None:
        """Keep the count: it runs on across steps."""

    def check(self, now_s: float, snapshot: Snapshot) -> Finding | None:
        """Judge the silence that the runner counts; a press or a changing force ends it."""
        silent_s = snapshot.silent_on_s
        if not reached(silent_s, PROMPT_S):
            self._was_asked = False
            return None
        if reached(silent_s, SILENT_STOP_S):
            return Finding("F23", Level.STOP, "Nobody answered for 20 s.")
        if self._was_asked:
            return None
        self._was_asked = True
        return Finding("F23", Level.WARN, "Are you there? Press any key, or it stops in 20 s.")
