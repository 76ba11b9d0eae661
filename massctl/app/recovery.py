"""After a crash: stop the devices of the session that was cut off, close its record, then ask (F43).

What was not answered yet is remembered in a file beside the records, so that a start that was broken off asks again.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from massctl import paths
from massctl.app.ownership import owners
from massctl.app.preflight import Question
from massctl.app.private_file import write_private
from massctl.app.request import RunRequest
from massctl.app.stopping import stop_port
from massctl.errors import FileProblem, MassctlError
from massctl.history.reading import History
from massctl.history.store import close_interrupted, unfinished

UNANSWERED: Final = "cut-off-sessions"
"""The file of the sessions that were cut off and that nobody has answered for; ids, one a line."""
STANDS: Final = Question("stands", "F43", "I have looked: the massager of the session that was cut off stands still")


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What a crash has left to say and to ask."""

    notes: tuple[str, ...] = ()
    """For the page before the run."""
    questions: tuple[Question, ...] = ()
    """What has to be confirmed on it."""

    def answered(self) -> None:
        """Take it as confirmed: it is not asked again."""
        if self.questions:
            _file().unlink(missing_ok=True)


async def recover(*, is_simulated: bool) -> Aftermath:
    """Stop the devices of real sessions that were cut off, then close their records. Never raises for what it finds.

    What was cut off is remembered first: whatever breaks in between, the next start asks.
    """
    try:
        if is_simulated:
            await asyncio.to_thread(close_interrupted, is_simulated=True)
            return Aftermath()
        cut_off = await asyncio.to_thread(_cut_off)
    except FileProblem as problem:
        return Aftermath((f"Whether the last session was cut off is not known: {problem}",))
    notes: list[str] = []
    has_massager = False
    owned = frozenset[str]().union(*(owner.urls for owner in await owners())) if cut_off else frozenset()
    for session_id in cut_off:
        try:
            record = await asyncio.to_thread(History().session, session_id)
        except MassctlError:  # its record was removed meanwhile
            continue
        request = RunRequest.from_json(record.request)
        has_massager = has_massager or request.massager is not None
        notes.append(f"The session of {record.started_at:%Y-%m-%d %H:%M} UTC ({record.title}) was cut off.")
        for url in request.moving_urls:
            is_anothers = url in owned  # a session that lives drives it by now, and looks after it
            notes += [] if is_anothers else [f"{url}: {(await stop_port(url)).text}"]
    try:
        await asyncio.to_thread(close_interrupted, is_simulated=False)
    except FileProblem as problem:
        notes.append(f"Its record could not be closed: {problem}")
    return Aftermath(tuple(notes), (STANDS,) if has_massager else ())


def _cut_off() -> tuple[str, ...]:
    """Return what is unfinished, with what is unanswered from earlier starts, and remember it. Raises FileProblem."""
    found = dict.fromkeys((*_unanswered(), *unfinished(is_simulated=False)))
    if found:
        write_private(_file(), "\n".join(found).encode(), "which sessions were cut off", "MASSCTL_DATA_DIR")
    return tuple(found)


def _file() -> Path:
    return paths.data_dir() / UNANSWERED


def _unanswered() -> tuple[str, ...]:
    try:
        return tuple(_file().read_text(encoding="ascii").split())
    except (OSError, UnicodeDecodeError):
        return ()
