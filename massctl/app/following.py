"""Following the sessions of this user's other massctl processes, by their control sockets: their events, and a stop."""

from __future__ import annotations

import asyncio
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NoReturn, Protocol

from massctl.app.control import socket_folder
from massctl.app.stopping import StopOutcome, stop_session

LOOK_S: Final = 0.5
"""How often the folder of the sockets is looked at (design value)."""
LINE_MAX: Final = 1 << 20
"""Longest event that is read: a summary of a long program has some 10 kB."""


class Watcher(Protocol):
    """Who wants to know."""

    def began(self, session_id: str, greeting: dict[str, Any]) -> None:
        """A session of another process was found."""

    def saw(self, session_id: str, event: dict[str, Any]) -> None:
        """It said something (docs/events.md)."""

    def ended(self, session_id: str) -> None:
        """It is over, or its process is gone."""


class SessionFollower:
    """Finds sessions as they begin; ``run`` is its life."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self._followed: dict[str, Path] = {}

    async def run(self) -> NoReturn:
        """Follow all there are, until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                for path in await asyncio.to_thread(lambda: sorted(socket_folder().glob("*.sock"))):
                    if path.stem not in self._followed:
                        self._followed[path.stem] = path
                        group.create_task(self._follow(path), name=f"follow session {path.stem}")
                await asyncio.sleep(LOOK_S)

    async def stop_all(self) -> tuple[StopOutcome, ...]:
        """Stop every session that is followed; never raises."""
        answers = await asyncio.gather(*map(stop_session, self._followed.values()))
        return tuple(answer.outcome for answer in answers if answer is not None)

    async def _follow(self, path: Path) -> None:
        session_id = path.stem
        writer: asyncio.StreamWriter | None = None
        has_begun = False
        try:
            reader, writer = await asyncio.open_unix_connection(str(path), limit=LINE_MAX)
            greeting = _object(await reader.readline())
            if greeting is None or greeting.get("pid") == os.getpid():
                return
            has_begun = True
            self._watcher.began(session_id, greeting)
            writer.write(b'{"command": "events"}\n')
            while (event := _object(await reader.readline())) is not None:
                self._watcher.saw(session_id, event)
        except (OSError, ValueError):  # a dead owner's socket, or one that ended just now
            pass
        finally:
            self._forget_when_gone(path, session_id)
            if writer is not None:
                writer.close()
                with suppress(OSError):
                    await writer.wait_closed()
            if has_begun:
                self._watcher.ended(session_id)

    def _forget_when_gone(self, path: Path, session_id: str) -> None:
        """Forget the session, unless its socket is still there: a dead one is not looked at twice."""
        if not path.exists():
            self._followed.pop(session_id, None)


def _object(line: bytes) -> dict[str, Any] | None:
    """Return the JSON object of one line; None at the end. Raises ValueError."""
    if not line:
        return None
    values = json.loads(line)
    return values if isinstance(values, dict) else None
