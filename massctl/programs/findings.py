"""What is wrong with a program file, and where: one finding a fault, for a person, an editor or ``--json``.

Reading and judging live in ``schema`` and ``linter``; here are the finding itself and the search for its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from massctl.body.data import nearest, suggestion
from massctl.errors import Blocked, FileProblem, MassctlError


class Severity(StrEnum):
    """Whether a program with this finding may run (F47)."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of a program."""

    file: str
    severity: Severity
    rule: str
    """F2, F10, …; ``file`` for the file's form, ``atlas`` for a word or number that the atlas does not have."""
    message: str
    step: int | None = None
    """1-based; None for the program as a whole."""
    key: str | None = None
    nearest: str = ""
    """The nearest valid value, where there is one."""
    line: int | None = None

    @property
    def place(self) -> str:
        """File, line, step and key for a person."""
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        parts = [f"step {self.step}" if self.step else "", self.key or ""]
        return ", ".join([where, " ".join(part for part in parts if part)]).removesuffix(", ")

    @property
    def remedy(self) -> str:
        """The nearest valid value as a sentence."""
        return f"Nearest valid: {self.nearest}." if self.nearest else ""

    def to_json(self) -> dict[str, Any]:
        """Return the finding as JSON values."""
        return {name: value for name, value in asdict(self).items() if value not in (None, "")}


def is_error(finding: Finding) -> bool:
    """Return whether the finding forbids running the program."""
    return finding.severity is Severity.ERROR


def refusal(findings: Sequence[Finding]) -> MassctlError:
    """Return the error that refuses a program for the first of its errors (F47); at least one must be an error."""
    errors = [finding for finding in findings if is_error(finding)]
    first = errors[0]
    more = f"{len(errors) - 1} more: massctl check {first.file}" if len(errors) > 1 else ""
    remedy = " ".join(part for part in (first.remedy, more) if part)
    if re.fullmatch(r"F\d+", first.rule):
        return Blocked(first.rule, f"{first.place}: {first.message}", remedy)
    return FileProblem(first.place, first.message, remedy)


def unknown(sentence: str, word: str, known: Iterable[str]) -> tuple[str, str]:
    """Return the message for an unknown word and the nearest known one; the message lists all where none is near."""
    names = sorted(known)
    if near := nearest(word, names):
        return sentence, near[0]
    return f"{sentence} {suggestion(word, names)}", ""


def line_of(text: str, step: int | None, key: str | None) -> int | None:
    """Return the line (1-based) of a key in a program file, else of its step's header; None when neither is found."""
    header, found_step = None, 0
    for number, line in enumerate(text.splitlines(), start=1):
        if re.match(r"\s*\[\[\s*steps\s*\]\]", line):
            found_step += 1
            if found_step == step:
                header = number
        if found_step == (step or 0) and key and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return number
    return header


def with_lines(findings: Iterable[Finding], text: str) -> list[Finding]:
    """Return the findings with their lines in ``text``, in the order of the file, errors before warnings on a line."""
    placed = [_placed(finding, text) for finding in findings]
    return sorted(placed, key=lambda one: (one.line or 0, one.severity))


def _placed(finding: Finding, text: str) -> Finding:
    if finding.line is not None:
        return finding
    values = {name: getattr(finding, name) for name in Finding.__slots__}
    return Finding(**(values | {"line": line_of(text, finding.step, finding.key)}))
