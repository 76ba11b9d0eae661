"""What a person is told to do with their hands, from the push and the discomfort. Pure.

Never 'press harder' from a discomfort of 3 on: the lower edge of the band is advice (F20). Nor while the head is only being placed.
"""

from __future__ import annotations

from typing import Final

from massctl.body.limits import FAST_AFTER_S
from massctl.session.events import CueKind, Phase
from massctl.session.interlocks.person import PROMPT_S
from massctl.session.snapshot import Snapshot, Stale

NO_HARDER_FROM: Final = 3
"""F20."""


def cue_of(now_s: float, snapshot: Snapshot, band_n: tuple[float, float] | None) -> CueKind | None:
    """Return the cue for now; None where nothing is measured and nothing is to be said."""
    if snapshot.silent_on_s >= PROMPT_S:
        return CueKind.ANSWER
    scope, feelings = snapshot.scope, snapshot.feelings
    most = scope.step.discomfort_max if scope is not None else None
    rating = feelings.of_step[-1] if feelings.of_step else None
    if most is not None and rating is not None and rating > most:
        return CueKind.EASE_OFF
    reading = snapshot.force(now_s)
    if band_n is None or isinstance(reading, Stale):
        return None
    mean_n = snapshot.mean_1s_n if snapshot.mean_1s_n is not None else reading.mean_n
    if mean_n > band_n[1]:
        return CueKind.EASE_OFF
    if mean_n >= band_n[0]:
        return CueKind.GOOD
    if _is_being_placed(now_s, snapshot):
        return None
    return CueKind.STAY_GENTLE if rating is not None and rating >= NO_HARDER_FROM else CueKind.PRESS_HARDER


def _is_being_placed(now_s: float, snapshot: Snapshot) -> bool:
    """Return whether the motor has only just started: nobody is told to press harder then.

    The head is only being laid on, or brought from the air where there is no soft start, and the strokes still come to their speed:
    who obeyed 'press harder' would push into a stroke that is about to grow, by a mean of one second that lags behind the hand. F17
    holds the speed down for the same three seconds. To ease off is told at any time.
    """
    return snapshot.phase is Phase.RAMPING or now_s - snapshot.started_at_s < FAST_AFTER_S
