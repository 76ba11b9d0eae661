"""Who drives a device already: asked before anything is opened, so that a mistaken second start stops nobody's session (F45).

On this machine the owner's control socket tells, by its greeting; a device of our own protocol tells everybody else by refusing
the claim. Stopping is another matter: ``massctl stop`` is a person's will, and always works.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from massctl.app.control import socket_folder
from massctl.app.stopping import GREETING_S, MANUAL
from massctl.errors import PortBusy, UsageError


@dataclass(frozen=True, slots=True)
class Owner:
    """One session that lives on this machine, of this user."""

    session_id: str
    program: str
    pid: int
    urls: frozenset[str]


async def refuse_if_owned(urls: Collection[str]) -> None:
    """Raise PortBusy where a living session of this user drives one of ``urls``; nothing is opened or stopped."""
    places = {_place(url) for url in urls}
    for owner in await owners():
        for url in sorted(owner.urls):
            if _place(url) in places and not url.startswith(MANUAL):
                raise PortBusy(
                    url,
                    f"it is driven by another session of yours: {owner.program} (session {owner.session_id}, "
                    f"pid {owner.pid}), which was left alone.",
                    "Go on there, or end it from here: massctl stop",
                )


def _place(url: str) -> str:
    """Return where an address leads, however it is written: its options, and small or capital letters of a host, say nothing."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.casefold()}{parts.path}"


async def owners() -> tuple[Owner, ...]:
    """Return the sessions of this user that live and say who they are."""
    try:
        sockets = await asyncio.to_thread(lambda: sorted(socket_folder().glob("*.sock")))
    except (UsageError, OSError):  # the session itself will say what is wrong with the folder
        return ()
    found = await asyncio.gather(*map(_ask, sockets))
    return tuple(owner for owner in found if owner is not None)


async def _ask(path: Path) -> Owner | None:
    """Return who owns a socket; None where nobody answers."""
    writer: asyncio.StreamWriter | None = None
    try:
        async with asyncio.timeout(GREETING_S):
            reader, writer = await asyncio.open_unix_connection(str(path))
            greeting: dict[str, Any] = json.loads(await reader.readline())
        urls = frozenset(str(url) for url in greeting["urls"])
        return Owner(path.stem, str(greeting.get("program", "a session")), int(greeting["pid"]), urls)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    finally:
        if writer is not None:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
