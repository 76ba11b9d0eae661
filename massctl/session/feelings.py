"""What a person feels and says: discomfort ratings with their correction, and the symptom keys.

A rating within 5 s of the one before replaces it (F20). ``serial`` counts what was said, so that a rule acts once on each
saying. Nothing is decided here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

from massctl.session.commands import Key

CORRECTION_S: Final = 5.0
"""A rating can be corrected this long (F20)."""

SYMPTOMS: Final = frozenset({Key.SHARP, Key.NUMB, Key.DIZZY, Key.NAUSEA})


@dataclass(slots=True)
class Feelings:
    """Discomfort 0–10 over the session, and over the step at hand."""

    last: int | None = None
    last_at_s: float = -math.inf
    serial: int = 0
    is_correction: bool = False
    """Whether the last rating replaced one."""
    of_step: list[int] = field(default_factory=list)
    """Ratings of the step at hand, corrected, in order; the first is the starting value."""
    symptom: Key | None = None
    symptom_serial: int = 0

    def begin_step(self) -> None:
        """Begin a step: its ratings start afresh."""
        self.of_step.clear()

    def asked(self) -> None:
        """Note a new question: the next rating answers it, and corrects nothing."""
        self.last_at_s = -math.inf

    def rate(self, value: int, now_s: float) -> int | None:
        """Take a rating 0–10; return the one it corrects, if it does."""
        corrected = self.last if now_s - self.last_at_s <= CORRECTION_S else None
        self.is_correction = corrected is not None
        if corrected is None:
            self.of_step.append(value)
        elif self.of_step:
            self.of_step[-1] = value
        self.last, self.last_at_s = value, now_s
        self.serial += 1
        return corrected

    def take_key(self, key: Key) -> None:
        """Take a press: a symptom is remembered with its count."""
        if key in SYMPTOMS:
            self.symptom = key
            self.symptom_serial += 1

    @property
    def first(self) -> int | None:
        """The first rating of the step at hand."""
        return self.of_step[0] if self.of_step else None

    @property
    def is_rising(self) -> bool:
        """Whether the last rating of the step is above the one before it (F24)."""
        return len(self.of_step) >= 2 and self.of_step[-1] > self.of_step[-2]
