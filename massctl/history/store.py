"""Writing the record of a session, event by event, in a thread that the safety path never waits for.

``SessionWriter.append`` only puts an event in a bounded queue. The thread commits one event at a time
and each commit is on the disk before the next (rule F50), so that what was recorded survives ``kill -9``. Trouble with the disk is
said once; the session goes on.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from massctl import clock
from massctl.errors import MassctlError
from massctl.history.database import LiveMark, database_of, history_path, is_live, open_database
from massctl.session.events import Event, Phase, Tick

QUEUE_MAX = 4096
"""Events that wait for the disk; over an hour of readings (design value)."""
READING_EVERY_S = 1.0
"""Of the ticks, one a second is kept while the motor may run (design value)."""
RETRY_S = 0.25
LAST_TRIES = 3
"""Tries at the end of a session, when the disk still refuses (design value)."""
CLOSE_S = 5.0
"""Longest wait for the disk at the end of a session (design value)."""
SAFETY_KINDS = frozenset({"session_started", "intervention", "stop", "link", "summary"})
"""Kept whatever the queue holds; a person and a latch make few of them."""

_READING_FIELDS = (
    "number",
    "clock_s",
    "contact_s",
    "speed_set_ppm",
    "speed_measured_ppm",
    "force_n",
    "peak_n",
    "discomfort",
    "battery_percent",
    "temperature_c",
)


@dataclass(frozen=True, slots=True)
class _Row:
    sequence: int
    at_s: float
    wall_time: str
    kind: str
    event: Event

    def body(self) -> str:
        if self.kind == "reading":
            reading = {name: getattr(self.event, name) for name in _READING_FIELDS}
            values = {"event": "reading", "at_s": self.at_s, **reading}
        else:
            values = self.event.to_json()
        return json.dumps(values, ensure_ascii=False, default=str)


class SessionWriter:
    """The recorder of one session; ``append`` from the loop's thread only, ``aclose`` once at the end."""

    def __init__(
        self,
        session_id: str,
        *,
        is_simulated: bool,
        request: dict[str, Any],
        on_problem: Callable[[str], None],
        on_death: Callable[[Exception], object] = lambda _: None,
        path: Path | None = None,
    ) -> None:
        self._session = (session_id, int(is_simulated), clock.wall_now().isoformat(), json.dumps(request))
        self._on_problem = on_problem
        self._on_death = on_death
        """Told, in the thread, when this program breaks in it; trouble with the disk is none of that."""
        self._path = path or history_path()
        self._rows: deque[_Row] = deque()
        self._changed = threading.Condition()
        self._is_closing = False
        self._problem = ""
        self._is_problem_told = False
        self._sequence = 0
        self._last_reading_at_s = float("-inf")
        self._mark: LiveMark | None = None
        self._thread = threading.Thread(target=self._live, name=f"history {session_id}", daemon=True)

    def start(self) -> None:
        """Mark the session as running and start the thread."""
        try:
            self._mark = LiveMark(self._path, self._session[0])
        except OSError as error:
            self._problem = _say(self._path, error)
        self._thread.start()

    def append(self, event: Event) -> None:
        """Queue ``event`` for the disk: never blocks, never raises; of the ticks only one a second."""
        kind = event.kind
        if isinstance(event, Tick):
            if (
                event.phase not in (Phase.RAMPING, Phase.WORKING)
                or event.at_s - self._last_reading_at_s < READING_EVERY_S
            ):
                return
            self._last_reading_at_s = event.at_s
            kind = "reading"
        with self._changed:
            if len(self._rows) >= QUEUE_MAX and kind not in SAFETY_KINDS:
                self._problem = (
                    self._problem or f"{self._path}: the disk is too slow, part of this session is not recorded."
                )
            else:
                self._sequence += 1
                self._rows.append(_Row(self._sequence, event.at_s, clock.wall_now().isoformat(), kind, event))
                self._changed.notify()
        self._tell_problem()

    async def aclose(self) -> None:
        """Wait until everything is on the disk, at most ``CLOSE_S``; idempotent."""
        with self._changed:
            self._is_closing = True
            self._changed.notify()
        if self._thread.ident is not None:
            await asyncio.to_thread(self._thread.join, CLOSE_S)
        if self._thread.is_alive():
            self._problem = (
                self._problem or f"{self._path}: the disk does not answer, the end of this session is not recorded."
            )
        if self._mark is not None:
            self._mark.release()
        self._tell_problem()

    def _tell_problem(self) -> None:
        if self._problem and not self._is_problem_told:
            self._is_problem_told = True
            self._on_problem(self._problem)

    def _live(self) -> None:
        try:
            self._write_all()
        except Exception as error:  # noqa: BLE001 - a thread that dies in silence would leave a session without its record
            self._problem = self._problem or _say(self._path, error)
            self._on_death(error)

    def _write_all(self) -> None:
        database: sqlite3.Connection | None = None
        failures = 0
        while (row := self._next_row()) is not None:
            try:
                database = database or self._open()
                _commit(database, self._session[0], row)
            except (sqlite3.Error, OSError, MassctlError) as error:
                failures += 1
                if failures > 1:  # the first may be another session that is just making the file
                    self._problem = self._problem or _say(self._path, error)
                if database is not None:
                    database.close()
                    database = None
                if self._is_given_up(failures):
                    return
            else:
                failures = 0
                self._rows.popleft()
        if database is not None:
            database.close()

    def _next_row(self) -> _Row | None:
        with self._changed:
            while not self._rows and not self._is_closing:
                self._changed.wait()
            return self._rows[0] if self._rows else None

    def _is_given_up(self, failures: int) -> bool:
        with self._changed:
            self._changed.wait(RETRY_S)
            return self._is_closing and failures > LAST_TRIES

    def _open(self) -> sqlite3.Connection:
        database = open_database(self._path)
        database.execute("INSERT OR IGNORE INTO sessions VALUES (?, ?, ?, ?)", self._session)
        return database


def unfinished(path: Path | None = None, *, is_simulated: bool) -> tuple[str, ...]:
    """Return the ids of the real (or the simulated) sessions without an end or a living process; nothing is written.

    Raises:
        FileProblem: The record cannot be read.
    """
    path = path or history_path()
    if not path.exists():
        return ()
    with database_of(path) as database:
        return tuple(row[0] for row in _unfinished(database, path, is_simulated=is_simulated))


def close_interrupted(path: Path | None = None, *, is_simulated: bool) -> tuple[str, ...]:
    """Append ``interrupted`` to every real (or every simulated) session without an end or a living process; return their ids.

    Raises:
        FileProblem: The record cannot be read or written.
    """
    path = path or history_path()
    if not path.exists():
        return ()
    with database_of(path) as database:
        found = _unfinished(database, path, is_simulated=is_simulated)
        for session_id, sequence, at_s in found:
            body = json.dumps({"event": "interrupted", "at_s": at_s, "reason": "the process ended without a summary"})
            database.execute(
                "INSERT INTO events VALUES (?, ?, ?, ?, 'interrupted', ?)",
                (session_id, sequence + 1, at_s, clock.wall_now().isoformat(), body),
            )
    return tuple(session_id for session_id, _, _ in found)


def _unfinished(database: sqlite3.Connection, path: Path, *, is_simulated: bool) -> list[tuple[str, int, float]]:
    return [row for row in database.execute(_UNFINISHED, (is_simulated,)).fetchall() if not is_live(path, row[0])]


_UNFINISHED = """
SELECT s.session_id, coalesce(max(e.sequence), 0), coalesce(max(e.at_s), 0.0)
FROM sessions s LEFT JOIN events e USING (session_id) WHERE s.is_simulated = ? GROUP BY s.session_id
HAVING coalesce(max(e.kind IN ('summary', 'interrupted')), 0) = 0
"""


def _commit(database: sqlite3.Connection, session_id: str, row: _Row) -> None:
    database.execute(
        "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)",
        (session_id, row.sequence, row.at_s, row.wall_time, row.kind, row.body()),
    )


def _say(path: Path, error: Exception) -> str:
    return f"{path}: this session is not recorded ({error})."
