"""Recording a session that was done without massctl: one row and two events, in one commit, marked as told and not measured."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from massctl.history.database import database_of, history_path
from massctl.session.events import SessionEnded, SessionStarted

BY_HAND: Final = "by_hand"
"""The key of the request that marks such a session."""


def record_by_hand(
    started: SessionStarted,
    ended: SessionEnded,
    *,
    started_at: datetime,
    request: Mapping[str, Any],
    path: Path | None = None,
) -> None:
    """Append the session; it is on the disk when this returns. Raises FileProblem."""
    session = (started.session_id, 0, started_at.isoformat(), json.dumps({**request, BY_HAND: True}))
    events = [
        (
            started.session_id,
            number,
            event.at_s,
            (started_at + timedelta(seconds=event.at_s)).isoformat(),
            event.kind,
            json.dumps(event.to_json(), ensure_ascii=False, default=str),
        )
        for number, event in enumerate((started, ended))
    ]
    with database_of(path or history_path()) as database:
        database.execute("BEGIN IMMEDIATE")
        database.execute("INSERT INTO sessions VALUES (?, ?, ?, ?)", session)
        database.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)", events)
        database.execute("COMMIT")
