"""When something is to be heard, and what: for a person whose eyes are not on the screen. Pure: events in, sounds out.

The step's name at its start, the time left every so often, the last three seconds, a distinct end, 'press harder' and 'ease off',
and when a rating is asked for.
Never 'press harder' at a discomfort of 3 or more (F20): the session does not cue it then, and it is refused here once more.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from massctl.faces.words import headline
from massctl.session.cues import NO_HARDER_FROM
from massctl.session.events import (
    Cue,
    CueKind,
    DiscomfortRated,
    Event,
    LinkChanged,
    Phase,
    PhaseChanged,
    ScanPoint,
    SessionEnded,
    StepEnded,
    StepStarted,
    StopSeen,
    Tick,
)

LAST_S: Final = 3
CUE_AGAIN_S: Final = 4.0
"""A cue that stays is said again after this (design value)."""


class Kind(Enum):
    """What a sound is about; each sounds different."""

    STEP = "step"
    TIME = "time"
    COUNT = "count"
    END = "end"
    HARDER = "harder"
    EASE_OFF = "ease off"
    ANSWER = "answer"
    RATE = "rate"
    PAUSED = "paused"
    STOPPED = "stopped"


URGENT: Final = frozenset({Kind.STOPPED, Kind.EASE_OFF, Kind.ANSWER})
"""They cut off what is being said."""
LASTING: Final = frozenset({Kind.STEP, Kind.END, Kind.RATE})
"""They are still worth hearing after what came before: a step ends, and the next begins, in one moment."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Something to be heard."""

    kind: Kind
    words: str


_CUES: Final = {
    CueKind.PRESS_HARDER: Sound(Kind.HARDER, "Press harder"),
    CueKind.EASE_OFF: Sound(Kind.EASE_OFF, "Ease off"),
    CueKind.LIFT_OFF: Sound(Kind.EASE_OFF, "Lift off"),
    CueKind.ANSWER: Sound(Kind.ANSWER, "Are you there? Press any key"),
}
_PHASES: Final = {
    Phase.STOPPED: Sound(Kind.STOPPED, "Stopped. Lift it off"),
    Phase.PAUSED: Sound(Kind.PAUSED, "Paused"),
    Phase.RATING: Sound(Kind.RATE, "How strong is it, zero to ten?"),
}


class CueTeller:
    """Says what is to be heard, as events come.

    Args:
        cadence_s: how often the time left is told.
    """

    def __init__(self, cadence_s: int) -> None:
        self.cadence_s = cadence_s
        """May be changed at any time; what was heard before still counts."""
        self._cue: CueKind | None = None
        self._said_at_s = 0.0
        self._left_s: float | None = None
        self._discomfort: int | None = None
        self._phase = Phase.CONNECTING

    def hear(self, event: Event) -> list[Sound]:
        """Take one event; return what is to be heard now."""
        match event:
            case StepStarted():
                return self._begin(event)
            case ScanPoint():
                return [Sound(Kind.STEP, f"{headline(event.point_name, event.side, '')}, {event.number} of {event.of}")]
            case Tick():
                return self._tick(event)
            case Cue():
                self._cue = event.cue
                return self._say_cue(event.at_s)
            case DiscomfortRated():
                self._discomfort = event.value
            case PhaseChanged():
                return self._change(event)
            case _:
                return _rare(event)
        return []

    def _begin(self, step: StepStarted) -> list[Sound]:
        self._left_s, self._cue, self._discomfort = None, None, None
        return [Sound(Kind.STEP, headline(step.point_name, step.side, step.mode))]

    def _change(self, event: PhaseChanged) -> list[Sound]:
        before, self._phase = self._phase, event.phase
        if event.phase is before:
            return []
        sound = _PHASES.get(event.phase)
        return [sound] if sound is not None else []

    def _tick(self, tick: Tick) -> list[Sound]:
        if tick.phase is not Phase.WORKING:
            self._left_s = None
            return []
        before_s, self._left_s = self._left_s, tick.remaining_s
        self._cue = tick.cue
        sounds = [] if before_s is None else self._time_left(before_s, tick.remaining_s)
        if not sounds and tick.at_s - self._said_at_s >= CUE_AGAIN_S:
            sounds = self._say_cue(tick.at_s)
        return sounds

    def _time_left(self, before_s: float, now_s: float) -> list[Sound]:
        """Return what is said of the time between two ticks: the newest whole second of the last three, or a round time."""
        for second in range(1, LAST_S + 1):
            if now_s <= second < before_s:
                return [Sound(Kind.COUNT, str(second))]
        mark_s = -(-now_s // self.cadence_s) * self.cadence_s
        if now_s <= mark_s < before_s and mark_s > LAST_S:
            return [Sound(Kind.TIME, _left(int(mark_s)))]
        return []

    def _say_cue(self, at_s: float) -> list[Sound]:
        is_sore = self._discomfort is not None and self._discomfort >= NO_HARDER_FROM
        if self._cue is None or self._cue not in _CUES or (self._cue is CueKind.PRESS_HARDER and is_sore):
            return []
        self._said_at_s = at_s
        return [_CUES[self._cue]]


def _rare(event: Event) -> list[Sound]:
    match event:
        case StepEnded() if event.work_s > 0:
            return [Sound(Kind.END, "Done. Lift off")]
        case StopSeen() if not event.is_confirmed:
            return [Sound(Kind.STOPPED, "Not confirmed! Lift it off and press its own button")]
        case LinkChanged(state="lost"):
            return [Sound(Kind.STOPPED, f"The link to the {event.device} is lost. Lift it off")]
        case SessionEnded():
            return [Sound(Kind.END, "The session is over")]
        case _:
            return []


def _left(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    words = [f"{minutes} minute{'s' if minutes != 1 else ''}"] if minutes else []
    words += [f"{rest} seconds"] if rest else []
    return f"{' '.join(words)} left"
