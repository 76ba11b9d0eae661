"""What is known of what a program does: the notes of the shipped evidence that go with its steps. Data and a look-up; pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from massctl.body.data import read_toml
from massctl.programs.program import Program

ALWAYS: Final = "always"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One finding, in words that claim no more than it says."""

    id: str
    text: str
    source: str
    status: str
    """V: the source was read. U: it was not."""
    goes_with: tuple[str, ...]
    """Modes, tools and timings of the programs that it belongs to; ``always`` is every program."""

    @property
    def is_verified(self) -> bool:
        """Whether its source was read."""
        return self.status == "V"


@cache
def all_evidence() -> tuple[Evidence, ...]:
    """Return every note there is, the most important of each kind of work first."""
    return tuple(
        Evidence(name, row["text"], row["source"], row["status"], tuple(row["goes_with"]))
        for name, row in read_toml("evidence.toml").items()
    )


def evidence_of(program: Program) -> tuple[Evidence, ...]:
    """Return the notes that belong to what ``program`` does; those of every program last."""
    words = {word for step in program.steps for word in (step.mode.value, step.tool.value)}
    words |= {program.timing.value} if program.timing is not None else set()
    own = [note for note in all_evidence() if words & set(note.goes_with)]
    return (*own, *(note for note in all_evidence() if ALWAYS in note.goes_with))
