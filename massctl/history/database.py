"""The one SQLite file of all sessions: where it is, its tables, and how it is opened. Nothing here writes or reads an event.

Append-only is the file's own law: triggers refuse every change of what was written (decision D10, rule F50). Real and simulated
sessions lie in one file, each session marked; every reader names which of them it counts (rule F51).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from massctl import paths
from massctl.errors import FileProblem

SCHEMA_VERSION = 1
BUSY_S = 5.0
"""How long a writer waits for another session that is just committing (design value)."""

_SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS sessions (
    session_id   TEXT PRIMARY KEY,
    is_simulated INTEGER NOT NULL CHECK (is_simulated IN (0, 1)),
    started_at   TEXT NOT NULL,
    request      TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS events (
    session_id TEXT NOT NULL REFERENCES sessions (session_id),
    sequence   INTEGER NOT NULL,
    at_s       REAL NOT NULL,
    wall_time  TEXT NOT NULL,
    kind       TEXT NOT NULL,
    body       TEXT NOT NULL,
    PRIMARY KEY (session_id, sequence)
);
CREATE TRIGGER IF NOT EXISTS sessions_keep BEFORE UPDATE ON sessions BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
CREATE TRIGGER IF NOT EXISTS sessions_stay BEFORE DELETE ON sessions BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
CREATE TRIGGER IF NOT EXISTS events_keep BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
CREATE TRIGGER IF NOT EXISTS events_stay BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
PRAGMA user_version = {SCHEMA_VERSION};
COMMIT;
"""


def history_path() -> Path:
    """Return where the record lies, unless a caller says otherwise."""
    return paths.data_dir() / "history.sqlite"


def open_database(path: Path) -> sqlite3.Connection:
    """Open the file, made on first use and for the user alone; each commit is on the disk when it returns.

    Raises:
        FileProblem: The file was written by a newer massctl.
        sqlite3.Error, OSError: The disk's own trouble; callers say what it means to them.
    """
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    path.chmod(0o600)
    database = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)
    try:
        version = _known_version(database, path)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("PRAGMA recursive_triggers = ON")  # without it, REPLACE deletes a row past the trigger
        if version < SCHEMA_VERSION:
            database.executescript(_SCHEMA)
    except BaseException:
        database.close()
        raise
    return database


def _known_version(database: sqlite3.Connection, path: Path) -> int:
    version = int(database.execute("PRAGMA user_version").fetchone()[0])
    if version > SCHEMA_VERSION:
        raise FileProblem(str(path), f"was written by a newer massctl (format {version}).", "Update massctl.")
    return version


@contextlib.contextmanager
def database_of(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the file for a caller who can tell the person about trouble: the disk's errors become ``FileProblem`` here."""
    try:
        with contextlib.closing(open_database(path)) as database:
            yield database
    except (sqlite3.Error, OSError) as error:
        remedy = (
            "Look at the free space and the permissions there; massctl makes a new file when this one is moved away."
        )
        raise FileProblem(str(path), f"the record cannot be used ({error}).", remedy) from error


class LiveMark:
    """A locked file beside the record that says 'this session runs'; the system drops the lock when the process dies."""

    def __init__(self, path: Path, session_id: str) -> None:
        self._path = _mark_path(path, session_id)
        self._descriptor = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def release(self) -> None:
        """Take the mark away; idempotent."""
        if self._descriptor >= 0:
            self._path.unlink(missing_ok=True)
            os.close(self._descriptor)
            self._descriptor = -1


def is_live(path: Path, session_id: str) -> bool:
    """Tell whether some process still runs this session; removes the mark of a process that died."""
    mark = _mark_path(path, session_id)
    try:
        descriptor = os.open(mark, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        mark.unlink(missing_ok=True)
        return False
    finally:
        os.close(descriptor)


def _mark_path(path: Path, session_id: str) -> Path:
    return path.with_name(f"{session_id}.live")
