"""Reading the record: the list of sessions, one session's events, and the request that ``massctl again`` repeats."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from massctl.errors import UsageError
from massctl.history.by_hand import BY_HAND
from massctl.history.database import database_of, history_path, is_live

LAST = "last"
"""The name of the newest session, in the place of an id."""

_SESSIONS = """
SELECT s.session_id, s.is_simulated, s.started_at, s.request,
       (SELECT body FROM events e WHERE e.session_id = s.session_id AND e.kind = 'session_started' ORDER BY sequence LIMIT 1),
       (SELECT body FROM events e WHERE e.session_id = s.session_id AND e.kind = 'summary' ORDER BY sequence DESC LIMIT 1),
       (SELECT count(*) FROM events e WHERE e.session_id = s.session_id)
FROM sessions s
"""


_SCAN = """
SELECT e.session_id, json_extract(e.body, '$.point'), json_extract(e.body, '$.side'), json_extract(e.body, '$.value')
FROM events e JOIN sessions s USING (session_id)
WHERE e.kind = 'discomfort' AND json_extract(e.body, '$.point') IS NOT NULL AND s.is_simulated = ?
  AND (? = '' OR json_extract(s.request, '$.person') = ?)
ORDER BY s.started_at DESC, s.rowid DESC, e.sequence
"""


_WORKED = """
SELECT s.request, e.body FROM sessions s JOIN events e USING (session_id)
WHERE s.is_simulated = 0 AND e.kind = 'summary' AND json_extract(s.request, '$.by_hand') IS NULL
"""


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """One recorded session."""

    session_id: str
    program: str
    title: str
    is_simulated: bool
    started_at: datetime
    ended_by: str
    """As in the summary; ``running`` while its process lives, ``interrupted`` where it died."""
    summary: dict[str, Any] | None
    """The JSON of its ``summary`` event; None without one."""
    request: dict[str, Any]
    """What was asked for, as ``RunRequest.to_json`` gave it."""
    events: int

    @property
    def is_by_hand(self) -> bool:
        """Whether it was done without massctl, and told afterwards."""
        return bool(self.request.get(BY_HAND))


class History:
    """The record at ``path``, by default the user's own; opened for each question, never held."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or history_path()

    def sessions(self, limit: int = 50) -> tuple[SessionRecord, ...]:
        """Return the newest sessions first, real and simulated (each says which)."""
        return self._read(_SESSIONS + "ORDER BY s.started_at DESC, s.rowid DESC LIMIT ?", limit)

    def session(self, name: str) -> SessionRecord:
        """Return one session by its id, the beginning of its id, or ``last``.

        Raises:
            UsageError: None, or more than one, is meant.
        """
        if name == LAST:
            found = self.sessions(limit=1)
        else:
            pattern = name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
            found = self._read(
                _SESSIONS + "WHERE s.session_id LIKE ? ESCAPE '\\' ORDER BY s.session_id LIMIT 2", pattern
            )
        if not found:
            raise UsageError(f"No session {name!r} is recorded.", "'massctl history' lists them.")
        if len(found) > 1:
            raise UsageError(
                f"More than one session begins with {name!r}.", "Give more of the id; 'massctl history' shows it."
            )
        return found[0]

    def events(self, session_id: str) -> Iterator[dict[str, Any]]:
        """Yield a session's events in their order, each as it was printed by ``--json``, with its ``wall_time``."""
        if not self._path.exists():
            return
        with database_of(self._path) as database:
            query = "SELECT body, wall_time FROM events WHERE session_id = ? ORDER BY sequence"
            rows = database.execute(query, (session_id,)).fetchall()
        for body, wall_time in rows:
            yield {**json.loads(body), "wall_time": wall_time}

    def last_request(self, *, is_simulated: bool | None = None, person_key: str = "") -> dict[str, Any] | None:
        """Return what the newest session was asked for. What was done without massctl was asked of nobody.

        Args:
            is_simulated: only among the simulated or the real ones.
            person_key: whose; '' is anybody's.
        """
        where = "WHERE json_extract(s.request, '$.by_hand') IS NULL "
        where += "" if is_simulated is None else f"AND s.is_simulated = {int(is_simulated)} "
        where += "AND json_extract(s.request, '$.person') = ? " if person_key else ""
        query = _SESSIONS + where + "ORDER BY s.started_at DESC, s.rowid DESC LIMIT ?"
        found = self._read(query, *filter(None, (person_key,)), 1)
        return found[0].request if found else None

    def last_scan(self, *, is_simulated: bool, person_key: str = "") -> dict[tuple[str, str], int]:
        """Return the tenderness of each point and side (``L``, ``R``) in the newest scan; empty where there was none.

        Args:
            is_simulated: whether a simulated scan is meant; the two are never mixed (F51).
            person_key: whose scan; '' is anybody's.

        Raises:
            FileProblem: The record cannot be read.
        """
        if not self._path.exists():
            return {}
        with database_of(self._path) as database:
            rows = database.execute(_SCAN, (int(is_simulated), person_key, person_key)).fetchall()
        return {(point, side): value for session_id, point, side, value in rows if session_id == rows[0][0]}

    def worked_sessions(self, person_key: str) -> int:
        """Return how many real sessions of the person of this key worked on a point for any time (F18).

        Raises:
            FileProblem: The record cannot be read.
        """
        if not self._path.exists():
            return 0
        with database_of(self._path) as database:
            rows = database.execute(_WORKED).fetchall()
        return sum(
            1
            for request, summary in rows
            if json.loads(request).get("person") == person_key
            and any(point["dose_s"] > 0 for point in json.loads(summary)["points"])
        )

    def _read(self, query: str, *arguments: str | int) -> tuple[SessionRecord, ...]:
        if not self._path.exists():
            return ()
        with database_of(self._path) as database:
            rows = database.execute(query, arguments).fetchall()
        return tuple(self._record(row) for row in rows)

    def _record(self, row: tuple[str, int, str, str, str | None, str | None, int]) -> SessionRecord:
        session_id, is_simulated, started_at, request, first, last, events = row
        asked = json.loads(request)
        started = json.loads(first) if first else {}
        summary = json.loads(last) if last else None
        unfinished = "running" if summary is None and is_live(self._path, session_id) else "interrupted"
        return SessionRecord(
            session_id=session_id,
            program=started.get("program", asked.get("program", "")),
            title=started.get("title", ""),
            is_simulated=bool(is_simulated),
            started_at=datetime.fromisoformat(started_at),
            ended_by=summary["ended_by"] if summary else unfinished,
            summary=summary,
            request=asked,
            events=events,
        )
