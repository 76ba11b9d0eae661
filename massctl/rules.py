"""The table of safety rules: id, level, sentence, source. Whoever refuses or intervenes cites it.

The code of each rule lives where it acts: ``body/limits.py`` for what is static, ``session/interlocks`` for what happens in time.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How hard a rule acts."""

    WARN = "warn"
    """Said, and kept on screen."""
    BACKOFF = "backoff"
    """The ceiling of speed comes down for the rest of the step."""
    PAUSE = "pause"
    """Motor off at once; Enter resumes."""
    BLOCK = "block"
    """Cannot start; the person is shown what is possible instead."""
    STOP = "stop"
    """The drive is de-energised and latched; a two-step reset by a person."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table."""

    id: str
    levels: tuple[Level, ...]
    sentence: str
    """What it does, in plain words, in the choice this project made."""
    source: str
    """Where the number or the reason comes from; ``design`` where no literature value exists."""


RULES: dict[str, Rule] = {}
"""By id, in the order of the reference."""
