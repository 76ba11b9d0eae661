"""What now: what a person is told after a session that a symptom ended, in plain words (F22). Pure; shown by every face.

No diagnosis: what to do with oneself, when to get help, and when to go on. Waiting times are those of F22.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from massctl.session.commands import Key

_EMERGENCY: Final = (
    "Call the emergency number if it does not pass within minutes, or with any of these: chest pain, a headache as never before, "
    "slurred speech, a drooping face, double vision, weakness of an arm or a leg, fainting."
)


@dataclass(frozen=True, slots=True)
class WhatNow:
    """What to do after one symptom."""

    title: str
    steps: tuple[str, ...]
    """In order."""
    later: str
    """When and how to go on."""


ADVICE: Final = {
    Key.DIZZY: WhatNow(
        "You felt dizzy",
        (
            "Lay the massager away. Sit or lie down, feet up; do not stand up quickly, and do not drive.",
            "Breathe slowly, and drink some water.",
            "Stay with somebody, or tell somebody, until it has passed.",
            _EMERGENCY,
        ),
        "Nothing at all today. Leave the point for 24 hours [F22]. If it comes again, see a physician first.",
    ),
    Key.NAUSEA: WhatNow(
        "You felt sick",
        (
            "Lay the massager away. Sit or lie on your side; loosen what is tight.",
            "Breathe slowly, and drink in small sips once it is better.",
            _EMERGENCY,
        ),
        "Nothing at all today. Leave the point for 24 hours [F22]. If it comes again, see a physician first.",
    ),
    Key.NUMB: WhatNow(
        "You felt numbness, tingling or something electric",
        (
            "Take the tool off, and move the arm or the leg gently.",
            "Feel whether it fades: it should, within minutes.",
            "See a physician today if it stays, spreads, or comes with weakness.",
            "Numbness between the legs, or a change of bladder or bowel, is an emergency: call now.",
        ),
        "Leave the point for 72 hours [F22]; then lighter, and a finger's breadth away from where it tingled.",
    ),
    Key.SHARP: WhatNow(
        "It was sharp",
        (
            "Take the tool off. Look at the skin and feel along the bone: bone, a tendon or a bruise is no place for it.",
            "See a physician if it still hurts at rest tomorrow.",
        ),
        "Leave the point for today. Next time half the push, a wider head, and further from the bone.",
    ),
}
"""By the key that said it; the gravest first."""


def what_now(keys: Iterable[str]) -> WhatNow | None:
    """Return the advice for the gravest of the symptoms among the ``keys`` that were pressed; None where there was none."""
    pressed = set(keys)
    return next((advice for key, advice in ADVICE.items() if key.value in pressed), None)
