"""The commands around a run: why, devices, stop, history, again, completion."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from massctl.app.stopping import StopOutcome
from massctl.cli import devices as devices_module
from massctl.cli import history as history_module
from massctl.cli import stop as stop_module
from massctl.cli.completion import complete_points, complete_programs, complete_sessions
from massctl.errors import UsageError
from massctl.history.reading import SessionRecord
from massctl.history.store import SessionWriter
from massctl.rules import RULES
from massctl.transports.ports import PortInfo
from tests.cli.sessions import ended, started, step_ended

Run = Callable[..., Result]


def test_why_explains_a_rule_in_any_spelling(run_cli: Run) -> None:
    for name in ("F10", "f10", "10"):
        shown = run_cli("why", name).stdout
        assert shown.startswith("F10")
        assert "Source:" in shown


def test_why_lists_every_rule(run_cli: Run) -> None:
    shown = run_cli("why").stdout
    assert RULES
    assert all(f"{rule} " in shown for rule in RULES)


def test_why_in_json(run_cli: Run) -> None:
    (row,) = json.loads(run_cli("why", "F42", "--json").stdout)
    assert row["id"] == "F42"
    assert row["sentence"] == RULES["F42"].sentence


def test_why_of_no_rule_says_where_they_are(run_cli: Run) -> None:
    result = run_cli("why", "F99")
    assert result.exit_code == 2
    assert "'massctl why' lists them all" in result.stderr


def test_devices_lists_ports_with_the_address_that_opens_them(run_cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    port = PortInfo("/dev/ttyUSB7", "USB Serial", (0x1A86, 0x7523), None, None)
    monkeypatch.setattr(devices_module, "list_ports", lambda: [port])
    shown = run_cli("devices").stdout
    assert "serial:///dev/ttyUSB7" in shown
    assert "1a86:7523" in shown
    (row,) = json.loads(run_cli("devices", "--json").stdout)
    assert row["url"] == "serial:///dev/ttyUSB7"


def test_devices_without_a_port_says_what_to_do(run_cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices_module, "list_ports", list)
    assert "massctl demo" in run_cli("devices").stdout
    assert run_cli("devices", "--json").stdout == "[]\n"


def test_probing_a_port_that_is_not_there_is_a_connection_error_with_a_remedy(run_cli: Run) -> None:
    result = run_cli("devices", "probe", "serial:///dev/not-there")
    assert result.exit_code == 3
    assert "/dev/not-there" in result.stderr
    assert "→" in result.stderr


def test_probing_the_gun_without_a_link_says_that_it_cannot_be_stopped(run_cli: Run) -> None:
    assert "cannot stop it" in run_cli("devices", "probe", "manual://").stdout
    assert json.loads(run_cli("devices", "probe", "manual://", "--json").stdout)["massager"]["is_controllable"] is False


def outcomes_of(monkeypatch: pytest.MonkeyPatch, *outcomes: StopOutcome) -> list[Sequence[str]]:
    asked: list[Sequence[str]] = []

    async def stop_everything(urls: Sequence[str] = ()) -> tuple[StopOutcome, ...]:
        await asyncio.sleep(0)
        asked.append(urls)
        return outcomes

    monkeypatch.setattr(stop_module, "stop_everything", stop_everything)
    return asked


def test_stop_says_what_was_stopped(run_cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = outcomes_of(monkeypatch, StopOutcome("session 1", True, "motor off, confirmed in 38 ms"))
    result = run_cli("stop", "tcp://x:1")
    assert result.exit_code == 0
    assert result.stdout == "stopped  session 1: motor off, confirmed in 38 ms\n"
    assert asked == [("tcp://x:1",)]


def test_a_stop_that_is_not_confirmed_ends_with_4(run_cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes_of(monkeypatch, StopOutcome("a", True, "off"), StopOutcome("b", False, "NOT CONFIRMED"))
    result = run_cli("stop")
    assert result.exit_code == 4
    assert "NOT STOPPED  b: NOT CONFIRMED" in result.stdout
    assert [row["is_stopped"] for row in json.loads(run_cli("stop", "--json").stdout)] == [True, False]


def test_nothing_to_stop_says_so(run_cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes_of(monkeypatch)
    result = run_cli("stop")
    assert result.exit_code == 0
    assert "No session is running" in result.stdout
    assert "its own switch" in " ".join(result.stdout.split())


def record(**changes: Any) -> SessionRecord:
    values: dict[str, Any] = {
        "session_id": "abc123",
        "program": "desk-shoulders",
        "title": "Desk shoulders",
        "is_simulated": True,
        "started_at": datetime(2026, 11, 22, 16, 30, tzinfo=UTC),
        "ended_by": "completed",
        "summary": json.loads(json.dumps(ended().to_json())),
        "request": {},
        "events": 2,
    }
    return SessionRecord(**values | changes)


class Past:
    """A history of given records."""

    records: tuple[SessionRecord, ...] = ()

    def sessions(self, limit: int) -> tuple[SessionRecord, ...]:
        return self.records[:limit]

    def session(self, name: str) -> SessionRecord:
        if name not in ("last", "abc123"):
            raise UsageError(f"No session {name!r} is recorded.", "'massctl history' lists them.")
        return self.records[0]

    def events(self, session_id: str) -> list[dict[str, Any]]:
        assert session_id == "abc123"
        return [started().to_json(), ended().to_json()]


@pytest.fixture
def past(monkeypatch: pytest.MonkeyPatch) -> type[Past]:
    monkeypatch.setattr(history_module, "History", Past)
    monkeypatch.setattr(Past, "records", (record(),))
    return Past


def test_history_lists_sessions_and_marks_simulated_ones(run_cli: Run, past: type[Past]) -> None:
    shown = run_cli("history").stdout
    assert "desk-shoulders (sim)" in shown
    assert "10:00" in shown
    past.records = (record(is_simulated=False, summary=None, ended_by="interrupted"),)
    shown = run_cli("history").stdout
    assert "(sim)" not in shown
    assert "cut short" in shown


def test_history_in_json(run_cli: Run, past: type[Past]) -> None:
    (row,) = json.loads(run_cli("history", "--json").stdout)
    assert row["session_id"] == past.records[0].session_id
    assert row["is_simulated"] is True


def test_history_show_prints_the_summary(run_cli: Run, past: type[Past]) -> None:
    assert past.records
    for arguments in (["show"], ["show", "last"], ["show", "abc123"]):
        shown = run_cli("history", *arguments).stdout
        assert "abc123" in shown
        assert "Middle trapezius left" in shown


def test_history_show_in_json_is_one_event_a_line(run_cli: Run, past: type[Past]) -> None:
    assert past.records
    lines = run_cli("history", "show", "abc123", "--json").stdout.splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["session_started", "summary"]


def test_history_show_of_a_session_that_died_says_so(run_cli: Run, past: type[Past]) -> None:
    past.records = (record(summary=None, ended_by="interrupted"),)
    assert "its process died" in run_cli("history", "show").stdout


def test_an_empty_history_says_how_to_begin(run_cli: Run) -> None:
    assert "massctl demo" in run_cli("history").stdout
    result = run_cli("again")
    assert result.exit_code == 2
    assert "massctl demo" in result.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_the_script_of_a_shell(run_cli: Run, shell: str) -> None:
    result = run_cli("completion", shell)
    assert result.exit_code == 0
    assert "_MASSCTL_COMPLETE" in result.stdout


@pytest.mark.usefixtures("run_cli")
def test_ids_of_programs_and_points_complete() -> None:
    nothing: Any = None
    assert "desk-shoulders" in complete_programs(nothing, nothing, "de")
    assert complete_points(nothing, nothing, "utr") == ["UTRAP"]


def test_a_session_is_named_as_it_would_be_typed() -> None:
    assert history_module.subject({"program": "tech-neck", "point": "", "choices": {"side": None}}) == "tech-neck"
    assert history_module.subject({"program": "", "point": "GMAX", "choices": {"side": "L"}}) == "drive GMAX left"
    assert history_module.subject({"program": "cuff-shoulder", "choices": {"side": "LR"}}) == "cuff-shoulder both sides"


def test_the_history_fits_80_columns_a_line_a_session(
    run_cli: Run, past: type[Past], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    past.records = (record(request={"program": "", "point": "GMAX", "choices": {"side": "L"}}),)
    lines = run_cli("history").stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert "drive GMAX left (sim)" in lines[2]


def test_sessions_are_completed_by_id_and_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASSCTL_DATA_DIR", str(tmp_path))
    writer = SessionWriter("abc123", is_simulated=True, request={}, on_problem=pytest.fail)
    writer.start()
    writer.append(started(session_id="abc123"))
    asyncio.run(writer.aclose())
    nothing: Any = None
    assert complete_sessions(nothing, nothing, "") == ["last", "abc123"]
    assert complete_sessions(nothing, nothing, "ab") == ["abc123"]
    assert complete_sessions(nothing, nothing, "x") == []


def test_F43_a_session_whose_process_died_says_how_far_its_record_goes(run_cli: Run) -> None:
    writer = SessionWriter("abc123", is_simulated=True, request={"program": "tech-neck"}, on_problem=pytest.fail)
    writer.start()
    writer.append(started(session_id="abc123"))
    writer.append(step_ended(at_s=61.0))
    asyncio.run(writer.aclose())
    shown = " ".join(run_cli("history", "show", "last").stdout.split())
    assert "It was cut off and has no summary" in shown
    assert "ends at 1:01; done by then: Middle trapezius left." in shown
