"""What happened on the bench, with its simulated time: for tests, for ``massctl sim``, and for whoever wonders."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final, NamedTuple

ENTRIES_MAX: Final = 10_000
"""The oldest go."""


class Entry(NamedTuple):
    """Something that happened."""

    at_s: float
    device: str
    """Role on the bench."""
    what: str


class Journal:
    """The newest entries, in order."""

    def __init__(self) -> None:
        self.written = 0
        """Entries ever written."""
        self.reader: Callable[[Entry], None] | None = None
        """Told every entry as it is written."""
        self._entries: deque[Entry] = deque(maxlen=ENTRIES_MAX)

    def note(self, at_s: float, device: str, what: str) -> None:
        """Write an entry."""
        entry = Entry(at_s, device, what)
        self._entries.append(entry)
        self.written += 1
        if self.reader is not None:
            self.reader(entry)

    def since(self, written: int) -> list[Entry]:
        """Return the entries after the first ``written`` ones, as far as they are still here."""
        fresh = min(self.written - written, len(self._entries))
        return list(islice(self._entries, len(self._entries) - fresh, None))

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)
