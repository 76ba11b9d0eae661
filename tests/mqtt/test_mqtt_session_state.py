"""What is published of a session: built from its events alone."""

from __future__ import annotations

from typing import Any

import pytest

from massctl.app.request import RunRequest
from massctl.app.run import run_session
from massctl.errors import UsageError
from massctl.mqtt.session_state import IDLE, SessionState
from massctl.mqtt.topics import Topics


def told(*events: dict[str, Any]) -> SessionState:
    state = SessionState()
    for event in events:
        state.see(event)
    return state


def test_before_a_session_it_is_idle() -> None:
    assert SessionState().to_json()["phase"] == IDLE


def test_a_reading_changes_no_retained_state() -> None:
    state = told({"event": "phase", "phase": "working", "ask": ""})
    tick = {"event": "tick", "phase": "working", "force_n": 12.0, "battery_percent": 71.2, "temperature_c": 30.0}
    assert state.see(tick)  # battery and temperature are new
    assert not state.see(tick | {"force_n": 13.0, "battery_percent": 71.4})
    assert state.reading()["force_n"] == 13.0


def test_a_motor_that_was_not_seen_to_stop_may_run() -> None:
    stopped = {"event": "phase", "phase": "stopped", "ask": "…"}
    unseen = {"event": "stop", "reason": "x", "rule": "F42", "is_confirmed": False, "standstill_s": None}
    assert told(stopped, unseen).motor_may_run
    assert not told(stopped, unseen | {"is_confirmed": True}).motor_may_run


@pytest.mark.parametrize("node", ["", "a b", "a/b", "a+", "#", "x" * 33])
def test_a_node_is_a_name(node: str) -> None:
    with pytest.raises(UsageError):
        Topics(node)


@pytest.mark.virtual
async def test_a_whole_session_is_told_to_its_end() -> None:
    state, phases = SessionState(), []

    def see(event: Any) -> None:
        if state.see(event.to_json()):
            phases.append(state.to_json()["phase"])

    request = RunRequest(program="micro-break", is_simulated=True, speed=None)
    await run_session(request, on_event=see, on_ready=lambda _: None)
    assert phases[-1] == "done"
    assert "working" in phases
    assert state.to_json()["program"] == "micro-break"
    assert state.to_json()["is_simulated"] is True
