"""The record: append-only, private, one commit an event, alive after a kill, and never in the way of the session."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from massctl.errors import FileProblem
from massctl.history import store
from massctl.history.database import database_of, open_database
from massctl.history.reading import History
from massctl.history.store import SessionWriter, close_interrupted
from massctl.rules import Level
from massctl.session.events import Event, Intervention, Phase, SessionEnded, SessionStarted, Tick, Warned


def started(session_id: str, *, is_simulated: bool = False) -> SessionStarted:
    return SessionStarted(
        at_s=0.0,
        session_id=session_id,
        program="desk-shoulders",
        title="Desk shoulders",
        is_simulated=is_simulated,
        wall_time="2026-01-01T00:00:00+00:00",
        steps=2,
        about_s=120.0,
        devices={},
    )


def ended(session_id: str, *, is_simulated: bool = False, at_s: float = 9.0) -> SessionEnded:
    return SessionEnded(
        at_s=at_s,
        session_id=session_id,
        program="desk-shoulders",
        is_simulated=is_simulated,
        ended_by="completed",
        reason="",
        rule=None,
        duration_s=9.0,
        percussion_s=5.0,
        steps_done=2,
        steps=2,
        points=(),
    )


def tick(at_s: float, phase: Phase = Phase.WORKING) -> Tick:
    return Tick(
        at_s=at_s,
        phase=phase,
        number=1,
        clock_s=at_s,
        remaining_s=1.0,
        contact_s=at_s,
        speed_set_ppm=1200,
        speed_measured_ppm=1190.0,
        force_n=12.0,
        peak_n=15.0,
        cue=None,
        discomfort=4,
        battery_percent=None,
        temperature_c=None,
        lease_s=0.8,
        timer_remaining_s=None,
        progress=0.5,
    )


def tripped(at_s: float) -> Intervention:
    return Intervention(at_s=at_s, rule="F10", level=Level.STOP, text="too hard")


def writer(
    path: Path, session_id: str = "abc", *, is_simulated: bool = False, told: list[str] | None = None
) -> SessionWriter:
    said = told if told is not None else []
    made = SessionWriter(
        session_id, is_simulated=is_simulated, request={"program": "x"}, on_problem=said.append, path=path
    )
    made.start()
    return made


async def record(path: Path, session_id: str, *events: Event, is_simulated: bool = False) -> list[str]:
    told: list[str] = []
    one = writer(path, session_id, is_simulated=is_simulated, told=told)
    for event in events:
        one.append(event)
    await one.aclose()
    return told


async def test_events_come_back_in_order_as_they_were_said(tmp_path: Path) -> None:
    path = tmp_path / "h.sqlite"
    events = [started("abc"), tripped(1.5), ended("abc")]
    assert await record(path, "abc", *events) == []
    stored = list(History(path).events("abc"))
    assert [row["event"] for row in stored] == ["session_started", "intervention", "summary"]
    assert stored[1]["rule"] == "F10"
    assert stored[1]["level"] == "stop"
    assert all("+00:00" in row["wall_time"] for row in stored)


async def test_the_file_is_for_its_user_alone_with_its_journal(tmp_path: Path) -> None:
    path = tmp_path / "h.sqlite"
    one = writer(path)
    one.append(started("abc"))
    await asyncio.to_thread(_wait_for_rows, path, 1)
    modes = modes_in(tmp_path)
    assert "h.sqlite" in modes
    assert "h.sqlite-wal" in modes
    assert set(modes.values()) == {0o600}
    await one.aclose()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM events",
        "UPDATE events SET body = ''",
        "DELETE FROM sessions",
        "UPDATE sessions SET is_simulated = 0",
        "INSERT OR REPLACE INTO events SELECT session_id, sequence, at_s, wall_time, 'x', body FROM events",
    ],
)
async def test_what_was_written_cannot_be_changed_or_removed(tmp_path: Path, statement: str) -> None:
    path = tmp_path / "h.sqlite"
    await record(path, "abc", started("abc", is_simulated=True), is_simulated=True)
    with database_of(path) as database, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        database.execute(statement)


async def test_each_event_is_a_transaction_of_its_own_and_synced(tmp_path: Path) -> None:
    path = tmp_path / "h.sqlite"
    with database_of(path) as database:
        assert database.execute("PRAGMA synchronous").fetchone() == (2,)
        assert database.isolation_level is None


async def test_of_the_ticks_one_reading_a_second_is_kept_while_the_motor_may_run(tmp_path: Path) -> None:
    path = tmp_path / "h.sqlite"
    ticks = [tick(n / 5) for n in range(25)]
    await record(path, "abc", started("abc"), tick(0.0, Phase.WAITING), *ticks)
    readings = [row for row in History(path).events("abc") if row["event"] == "reading"]
    assert [row["at_s"] for row in readings] == [0.0, 1.0, 2.0, 3.0, 4.0]
    assert readings[0]["force_n"] == 12.0
    assert "lease_s" not in readings[0]


async def test_a_slow_disk_loses_readings_and_never_a_safety_event(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "h.sqlite"
    gate = threading.Event()
    monkeypatch.setattr(store, "QUEUE_MAX", 3)
    monkeypatch.setattr(store, "open_database", lambda where: (gate.wait(5), open_database(where))[1])
    told: list[str] = []
    one = writer(path, told=told)
    one.append(started("abc"))
    for second in range(10):
        one.append(tick(float(second)))
    one.append(tripped(10.0))
    one.append(tripped(11.0))
    gate.set()
    await one.aclose()
    kinds = [row["event"] for row in History(path).events("abc")]
    assert kinds == ["session_started", "reading", "reading", "intervention", "intervention"]
    assert len(told) == 1
    assert "too slow" in told[0]


async def test_trouble_with_the_disk_is_said_once_and_raises_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "RETRY_S", 0.01)
    path = tmp_path / "h.sqlite"
    path.write_bytes(b"this is no database" * 100)
    told: list[str] = []
    one = writer(path, told=told)
    for _ in range(3):
        one.append(started("abc"))
    await one.aclose()
    one.append(tripped(3.0))
    assert len(told) == 1
    assert "not recorded" in told[0]
    assert str(path) in told[0]


async def test_a_disk_that_recovers_gets_everything_that_waited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "h.sqlite"
    failures = [sqlite3.OperationalError("disk I/O error")]

    def fail_once(where: Path) -> sqlite3.Connection:
        if failures:
            raise failures.pop()
        return open_database(where)

    monkeypatch.setattr(store, "open_database", fail_once)
    monkeypatch.setattr(store, "RETRY_S", 0.01)
    one = writer(path)
    one.append(started("abc"))
    await asyncio.to_thread(_wait_for_rows, path, 1)
    one.append(ended("abc"))
    await one.aclose()
    assert [row["event"] for row in History(path).events("abc")] == ["session_started", "summary"]


_VICTIM = """
import asyncio, sys
sys.path[:0] = [{tests!r}]
from pathlib import Path
from test_history_store import started, tripped, writer
one = writer(Path(sys.argv[1]), "victim")
one.append(started("victim"))
for n in range(200):
    one.append(tripped(float(n)))
print("go", flush=True)
sys.stdin.read()
"""


def test_the_record_survives_kill_9_and_is_closed_as_interrupted_at_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "h.sqlite"
    code = _VICTIM.format(tests=str(Path(__file__).parent))
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as victim:
        assert victim.stdout is not None
        assert victim.stdout.readline() == "go\n"
        _wait_for_rows(path, 5)
        assert History(path).session("victim").ended_by == "running"
        assert close_interrupted(path, is_simulated=False) == ()
        victim.send_signal(signal.SIGKILL)
        victim.wait(5)
        assert victim.stdin is not None
    before = [row["event"] for row in History(path).events("victim")]
    assert before[0] == "session_started"
    assert len(before) >= 5
    assert History(path).session("victim").ended_by == "interrupted"
    assert close_interrupted(path, is_simulated=True) == ()
    assert close_interrupted(path, is_simulated=False) == ("victim",)
    assert close_interrupted(path, is_simulated=False) == ()
    after = [row["event"] for row in History(path).events("victim")]
    assert after == [*before, "interrupted"]
    assert [file.name for file in tmp_path.glob("*.live")] == []


async def test_simulated_sessions_cut_short_are_closed_apart_from_real_ones(tmp_path: Path) -> None:
    path = tmp_path / "h.sqlite"
    await record(path, "sim1", started("sim1", is_simulated=True), is_simulated=True)
    assert close_interrupted(path, is_simulated=False) == ()
    assert close_interrupted(path, is_simulated=True) == ("sim1",)
    assert History(path).session("sim1").ended_by == "interrupted"
    assert list(History(path).events("sim1"))[-1]["event"] == "interrupted"


async def test_two_sessions_at_once_share_the_file(tmp_path: Path) -> None:
    path = tmp_path / "h.sqlite"
    both = [writer(path, name) for name in ("one", "two")]
    for n in range(50):
        for each in both:
            each.append(tripped(float(n)))
    for each in both:
        await each.aclose()
    assert [History(path).session(name).events for name in ("one", "two")] == [50, 50]


async def test_a_record_of_a_newer_massctl_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "RETRY_S", 0.01)
    path = tmp_path / "h.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    assert "newer massctl" in (await record(path, "abc", started("abc")))[0]
    with pytest.raises(FileProblem, match="newer massctl"):
        close_interrupted(path, is_simulated=False)


async def test_a_warning_is_recorded_too(tmp_path: Path) -> None:
    path = tmp_path / "h.sqlite"
    await record(path, "abc", Warned(at_s=1.0, text="heed this"))
    assert next(History(path).events("abc"))["text"] == "heed this"


@pytest.mark.virtual
async def test_closing_waits_for_the_disk_on_a_loop_of_virtual_time(tmp_path: Path) -> None:
    path = tmp_path / "h.sqlite"
    await record(path, "abc", *(tripped(float(n)) for n in range(100)))
    assert History(path).session("abc").events == 100


def modes_in(folder: Path) -> dict[str, int]:
    return {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}


def _wait_for_rows(path: Path, rows: int) -> None:
    pause = threading.Event()
    for _ in range(500):
        try:
            if path.exists() and len(list(History(path).events(History(path).session("last").session_id))) >= rows:
                return
        except Exception:  # noqa: BLE001 - the file is only just being made
            pass
        pause.wait(0.01)
    raise AssertionError("nothing was recorded")
