"""The transition tables, and that PROTOCOL.md's say the same."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocol.states import (
    CLAIM,
    COMMAND,
    MOTOR,
    STOP,
    CommandState,
    MotorInput,
    MotorState,
    StopInput,
    StopState,
    next_state,
)
from tests.firmware_protocol.test_protocol_document import rows, section

TABLES: list[Mapping[tuple[Any, Any], Any]] = [MOTOR, CLAIM, COMMAND, STOP]
INPUTS = {
    "Arm": MotorInput.ARM,
    "SetSpeed > 0": MotorInput.RUN,
    "SetSpeed 0": MotorInput.STAND,
    "Renew": MotorInput.RENEW,
    "switch off": MotorInput.SWITCH_OFF,
    "fault": MotorInput.FAULT,
    "all faults cleared": MotorInput.CLEAR,
}


@pytest.mark.parametrize("table", TABLES, ids=["motor", "claim", "command", "stop"])
def test_every_state_is_reached_and_left_or_an_end(table: Mapping[tuple[Enum, Enum], Enum]) -> None:
    states = type(next(iter(table))[0])
    begun = {state for state, _ in table}
    reached = set(table.values())
    assert begun | reached == set(states)
    assert set(states) - begun <= {CommandState.ENDED}


def test_the_motor_is_off_after_switching_off_and_after_a_fault_from_every_state() -> None:
    for state in MotorState:
        switched_off = next_state(MOTOR, state, MotorInput.SWITCH_OFF)
        assert switched_off is MotorState.OFF or (switched_off is state is MotorState.FAULTED)
        assert next_state(MOTOR, state, MotorInput.FAULT) is MotorState.FAULTED


def test_only_arming_leads_to_an_armed_state_from_off_and_nothing_from_a_fault() -> None:
    armed: set[MotorState | None] = {MotorState.STANDING, MotorState.RUNNING}
    from_off = {change for change in MotorInput if next_state(MOTOR, MotorState.OFF, change) in armed}
    from_fault = {change for change in MotorInput if next_state(MOTOR, MotorState.FAULTED, change) in armed}
    assert from_off == {MotorInput.ARM}
    assert from_fault == set()


@given(st.lists(st.sampled_from(MotorInput)))
def test_the_motor_never_runs_without_an_arm_since_it_was_last_off(changes: list[MotorInput]) -> None:
    state = MotorState.OFF
    is_armed = False
    for change in changes:
        following = next_state(MOTOR, state, change)
        if following is None:
            continue
        if change is MotorInput.ARM:
            is_armed = True
        elif change in {MotorInput.SWITCH_OFF, MotorInput.FAULT}:
            is_armed = False
        state = following
        assert is_armed or state not in {MotorState.STANDING, MotorState.RUNNING}


@given(st.lists(st.sampled_from(StopInput)))
def test_a_stop_is_repeated_until_it_is_acknowledged_or_given_up(changes: list[StopInput]) -> None:
    state = StopState.QUIET
    for change in changes:
        state = next_state(STOP, state, change) or state
        assert (state is StopState.REPEATING) == (change is StopInput.STOP)


def test_the_document_has_the_motors_table_as_the_code_does() -> None:
    heading, *table = rows(section("7.3"))
    assert heading[1:] == list(INPUTS)
    for state_name, *cells in table:
        for change, cell in zip(INPUTS.values(), cells, strict=True):
            leads_to = next_state(MOTOR, MotorState[state_name], change)
            word = cell.split(",")[0]
            if leads_to is None:
                assert word not in MotorState.__members__, f"{state_name}, {change}"
            else:
                assert word in {leads_to.name, "–"}, f"{state_name}, {change}"
