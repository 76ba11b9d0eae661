"""What holds of every finding that the session's own code makes, in whatever test: a known rule, a level, a sentence, factors."""

from __future__ import annotations

import re
import sys
from typing import Any

import pytest

from massctl.rules import RULES
from massctl.session.interlocks.base import Finding


@pytest.fixture(autouse=True)
def sound_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at every finding as it is made."""
    made = Finding.__init__

    def checked(self: Finding, *values: Any, **named: Any) -> None:
        made(self, *values, **named)
        if sys._getframe(1).f_globals["__name__"].startswith("massctl.session"):
            assert self.level in RULES[self.rule].levels
            assert is_a_sentence(self.text), self.text
            assert 0.0 < self.factor <= 1.0
            assert 0.0 < self.force_factor <= 1.0

    monkeypatch.setattr(Finding, "__init__", checked)


def is_a_sentence(text: str) -> bool:
    """Return whether a text begins and ends as a sentence does, and nobody shouts or mumbles it."""
    first = text.split(maxsplit=1)[0]  # an address stands as it is
    begins = first[0].isupper() or first[0].isdigit() or first == "massctl" or "://" in first
    shouts = re.search(r"\b[A-Z]{2,} [A-Z]{2,}\b", text)
    return begins and text.endswith((".", "?", "!")) and shouts is None and "XX" not in text
