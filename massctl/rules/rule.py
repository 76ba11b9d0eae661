"""What a row of the rule table is: its id, how hard it acts, what it does, and where that comes from."""

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
    title: str
    """What it is about, in few words."""
    levels: tuple[Level, ...]
    sentence: str
    """What it does, in plain words, in the choice this project made."""
    source: str
    """Where the number or the reason comes from; ``design`` where no literature value exists."""
    choice: str = ""
    """What was chosen where the rule's text leaves a choice: the safer."""
    awaits: str = ""
    """The part of massctl that it comes with, where nothing enforces it yet; '' where it is enforced."""
