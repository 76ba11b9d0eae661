"""What the tests of the pages share: what was told in passing, and typing into a field."""

from __future__ import annotations

import re
from collections.abc import Sequence

from massctl.app.request import RunRequest
from massctl.dashboard.lines import Line, Lines
from tests.dashboard.driving import Driver


async def told(person: Driver, *words: str) -> None:
    """Wait until a passing message has all ``words``."""
    await person.until(
        lambda: any(all(word in each.message for word in words) for each in person.app._notifications),
        f"a message with {words}",
    )


async def searches(person: Driver, words: str) -> None:
    """Type words into the field of the first page, and go to what was found."""
    await person.sees("Steps")
    await person.type("slash")
    await person.until(lambda: getattr(person.app.focused, "id", "") == "find", "the field")
    await person.type(*words, "enter")
    await person.until(lambda: getattr(person.app.focused, "id", "") == "list", "the list")
    await person.sees(words)


async def starts(person: Driver) -> RunRequest:
    """Wait until a session is on the screen; return what it was asked to be."""
    await person.until(lambda: person.app.shown is not None, "the session")
    await person.until(lambda: person.app.session is not None and person.app.session.background.has_begun, "its begin")
    await person.sees("Esc STOP")
    assert person.app.shown is not None
    return person.app.shown.request


async def told_on_card(person: Driver, *words: str) -> str:
    """Wait until the card at the right says all ``words``, wherever its lines break; return what it says."""

    def card() -> str:
        found = person.app.screen.query("#card").results(Lines)
        return " ".join(span.text.strip() for lines in found for row in lines.rows for span in row)

    await person.until(lambda: all(word in card() for word in words), f"a card with {words}")
    return card()


async def gone(person: Driver, words: str) -> None:
    """Wait until ``words`` are not on the screen any more."""
    await person.misses(words)


async def looks(person: Driver) -> str:
    """Return the screen once it has come to rest, without the thumbs of scroll bars: they depend on when it is looked at."""
    text = ""
    while text != (text := _without_thumbs(person.text)):
        await person.pilot.pause(0.1)
    return text


def _without_thumbs(text: str) -> str:
    return "\n".join(
        re.sub(r"[▁▂▃▄▅▆▇](?=\s*$)|(?<=\s)[▁▂▃▄▅▆▇](?=\s)", " ", row).rstrip() for row in text.splitlines()
    )


def words(rows: Sequence[Line]) -> str:
    """Return lines as text, as the pages' pure code words them."""
    return "\n".join("".join(span.text for span in row) for row in rows)
