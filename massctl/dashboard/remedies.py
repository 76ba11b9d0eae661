"""What helps, as a person in the dashboard does it: a page and its key in place of a command that a terminal wants. Pure.

The application words its remedies for the command line, where every one of them can be carried out. What has no page stays.
"""

from __future__ import annotations

import re
from typing import Final

_COMMANDS: Final = (
    (r"massctl person screen", "4 Person, s"),
    (r"massctl person use NAME", "4 Person, Enter"),
    (r"massctl person forget .+? --today", "4 Person, y"),
    (r"massctl devices scan, then massctl devices add NAME ADDRESS", "3 Devices, s"),
    (r"massctl devices scan", "3 Devices, s"),
    (r"massctl devices add \S+ (ADDRESS|'[^']*')( --role \w+)?", "3 Devices, a"),
    (r"massctl devices list", "3 Devices"),
    (r"massctl devices rename \S+ NAME", "3 Devices, r"),
    (r"massctl devices tare \S+", "3 Devices, t"),
    (r"massctl devices calibrate\b( \S+)?", "3 Devices, c"),
    (r"'massctl devices supported' lists them", "SUPPORTED.md lists them"),
    (r"'massctl programs' lists programs", "1 Programs lists them"),
    (r"massctl doctor\b(?! --)", "massctl doctor, in a terminal"),
)
_PATTERNS: Final = tuple((re.compile(pattern), words) for pattern, words in _COMMANDS)


def in_pages(text: str) -> str:
    """Return ``text`` with the commands that a page stands for in the words of that page."""
    for pattern, words in _PATTERNS:
        text = pattern.sub(words, text)
    return text
