"""A gun without a link: its levels as a person reads them off its manual, and the address that stands for it."""

from __future__ import annotations

from typing import Final

from massctl.app.devices import remember, remembered
from massctl.devices.manual import ManualMassager
from massctl.errors import UsageError

NAME: Final = "my gun"
SLOWEST_PPM: Final = 500
FASTEST_PPM: Final = 6_000
"""No percussion massager strikes slower or faster: such a level is a typing error."""


def manual_url(levels: str) -> str:
    """Return the address of a gun with these levels: '1800, 2100, 2400', or '' where nobody knows.

    Raises:
        UsageError: the levels make no sense; the remedy says how they are written.
    """
    words = levels.replace(",", " ").replace(";", " ").split()
    for word in words:
        if not word.isdecimal() or not SLOWEST_PPM <= int(word) <= FASTEST_PPM:
            raise UsageError(
                f"{word!r} is no speed of a level.",
                f"Type strokes a minute, {SLOWEST_PPM:,} to {FASTEST_PPM:,}, such as 1800, 2100, 2400.",
            )
    ordered = sorted({int(word) for word in words})
    url = f"manual://?levels={','.join(map(str, ordered))}" if ordered else "manual://"
    ManualMassager(url)
    return url


async def remember_manual_gun(levels: str) -> str:
    """Remember a gun without a link as 'my gun', and return its address. Raises UsageError, FileProblem."""
    url = manual_url(levels)
    if not any(each.url.startswith("manual:") or each.name == NAME for each in remembered()):
        await remember(NAME, url, roles={"massager"})
    return url
