"""What a person is asked to do now, and which keys do something now: the same in every face. Pure."""

from __future__ import annotations

from typing import Final

from massctl.faces.session_view import SessionView
from massctl.session.events import CueKind, Phase
from massctl.session.modes import TRAITS

ANSWER: Final = "Are you there? Press any key, or it stops."
STARTS: Final = "The motor comes up: hold the head lightly."
STOPS: Final = "The motor comes to rest: hold still."
_HINTS: Final = {
    "sweep": "Glide slowly along the muscle; off the bone.",
    "pin": "Hold still on the spot; r when it feels softer.",
    "knead": "Small slow circles on the spot; off the bone.",
}
"""How to work, where the program says nothing of its own."""

_STOP_KEYS: Final = "Esc STOP"
_SPEED_KEYS: Final = " · + − speed"
_SOFTER_KEY: Final = " · r softer"
_SOFTER_MODES: Final = frozenset(mode.value for mode, traits in TRAITS.items() if traits.may_ease)
"""The steps that end when it feels softer."""
FOOTERS: Final = {
    Phase.WAITING: f"Enter go on · k skip · w other tool · b back · q finish · {_STOP_KEYS}",
    Phase.RAMPING: f"space pause · {_STOP_KEYS}{_SOFTER_KEY} · 0–9 discomfort{_SPEED_KEYS}",
    Phase.WORKING: f"space pause · {_STOP_KEYS}{_SOFTER_KEY} · 0–9 discomfort{_SPEED_KEYS}",
    Phase.RATING: f"0–8 discomfort, 9: 9 or 10 · Enter skips · {_STOP_KEYS}",
    Phase.RESTING: f"k skip · q finish · {_STOP_KEYS}",
    Phase.PAUSED: f"Enter resume · k skip · t enough · q finish · {_STOP_KEYS}",
    Phase.RECONNECTING: "l lifted off · q finish here",
    Phase.STOPPED: "l lifted off · then c continue · q finish",
}
_OPENING_FOOTERS: Final = {
    Phase.WAITING: f"Enter go on · q finish · {_STOP_KEYS}",
    Phase.RESTING: f"q finish · {_STOP_KEYS}",
}
"""Before the first step: there is nothing to skip yet."""
_STOPPED_FOR_GOOD: Final = "l lifted off"
"""After a stop that nothing resets: the session is over."""
_DEFAULT_FOOTER: Final = f"space pause · {_STOP_KEYS}"
_BETWEEN: Final = " · "


def asked_now(view: SessionView) -> str:
    """Return what to do now; while the tool works and nothing is asked, how to work."""
    if view.cue is CueKind.ANSWER and view.phase in {Phase.RAMPING, Phase.WORKING}:
        return ANSWER
    step = view.step
    if view.ask or step is None:
        return view.ask
    if view.is_slowing:
        return STOPS
    if step.pose and step.instruction:
        return step.instruction
    if view.phase is Phase.RAMPING:
        return STARTS
    return _HINTS.get(step.mode, "") if view.phase is Phase.WORKING else ""


def keys_now(view: SessionView) -> str:
    """Return the session's keys that do something now."""
    step, words = view.step, FOOTERS.get(view.phase, _DEFAULT_FOOTER)
    if view.phase is Phase.STOPPED and not view.is_resettable:
        return _STOPPED_FOR_GOOD
    if step is None:
        return _OPENING_FOOTERS.get(view.phase, words)
    words = words if step.speed_ppm is not None else words.replace(_SPEED_KEYS, "")
    return words if step.mode in _SOFTER_MODES else words.replace(_SOFTER_KEY, "")


def keys_that_fit(words: str, width: int) -> str:
    """Return as many keys of a footer as fit, whole ones: the stop key before all others, then in their order."""
    keys = words.split(_BETWEEN)
    kept: list[str] = []
    for key in sorted(keys, key=lambda each: each != _STOP_KEYS):
        if len(_BETWEEN.join([*kept, key])) <= width:
            kept.append(key)
    return _BETWEEN.join(key for key in keys if key in kept)
