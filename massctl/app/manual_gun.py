"""A gun without a link: its levels as a person reads them off its manual, and the address that stands for it."""

from __future__ import annotations

from massctl.app.devices import remember, remembered
from massctl.devices.manual import ManualMassager

NAME = "my gun"


def manual_url(levels: str) -> str:
    """Return the address of a gun with these levels: '1800, 2100, 2400', or '' where nobody knows.

    Raises:
        UsageError: the levels make no sense; the remedy says how they are written.
    """
    words = ",".join(levels.replace(",", " ").replace(";", " ").split())
    url = f"manual://?levels={words}" if words else "manual://"
    ManualMassager(url)
    return url


async def remember_manual_gun(levels: str) -> str:
    """Remember a gun without a link as 'my gun', and return its address. Raises UsageError, FileProblem."""
    url = manual_url(levels)
    if not any(each.url.startswith("manual:") or each.name == NAME for each in remembered()):
        await remember(NAME, url, roles={"massager"})
    return url
