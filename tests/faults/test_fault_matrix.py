"""Every fault of the bench in the phases of a session, in virtual time, judged by the bench's own clock."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from massctl.app.selftest.expected import EXPECTED, Expected
from massctl.app.selftest.host_trials import HOST_FAULTS, examine_hosts
from massctl.app.selftest.matrix import cells, examine
from massctl.app.selftest.stop_key import STOP_KEY
from massctl.app.selftest.trial import PHASES, Trial
from sims.faults import CATALOGUE, Place

IN_EVERY_PHASE = ("link-mute", "device-reboot", "sensor-stuck")
ON_BENCH = [cell for cell in cells() if cell[0] not in HOST_FAULTS]
SHORT = [cell for cell in ON_BENCH if cell[1] == "dwelling" or cell[0] in IN_EVERY_PHASE]
LONG = [cell for cell in ON_BENCH if cell not in SHORT]


@pytest.mark.parametrize("cell", SHORT, ids="-".join)
def test_a_fault_leaves_the_motor_off_in_time_with_reason_record_and_exit_code(cell: tuple[str, str]) -> None:
    outcome = examine(cell)
    assert outcome.is_passed, outcome


@pytest.mark.slow
@pytest.mark.parametrize("cell", LONG, ids="-".join)
def test_the_other_phases_of_every_fault(cell: tuple[str, str]) -> None:
    outcome = examine(cell)
    assert outcome.is_passed, outcome


def test_F42_the_stop_key_is_written_acknowledged_and_seen_in_time() -> None:
    outcome = examine((STOP_KEY, "dwelling"))
    assert outcome.is_passed, outcome
    assert outcome.rule == "F42"


def test_every_fault_that_the_bench_can_make_has_a_row_of_what_must_come_of_it() -> None:
    makeable = {fault.name for fault in CATALOGUE.values() if fault.effect is not None}
    assert makeable == set(EXPECTED)
    assert len(ON_BENCH) == len(makeable) * len(PHASES)
    hosts = {fault.name for fault in CATALOGUE.values() if fault.place is Place.HOST}
    assert hosts == {fault for fault, _ in cells()} - makeable == set(HOST_FAULTS)


@pytest.mark.parametrize("phase", ["dwelling", "positioning"])
def test_F54_a_welded_relay_is_found_at_the_next_motor_off(phase: str) -> None:
    outcome = examine(("relay-welded", phase))
    assert outcome.rule == "F54", outcome
    assert "The timer's relay does not open" in outcome.text


def test_F12_a_head_in_the_air_is_paused_and_the_pause_is_proof_of_its_rule() -> None:
    outcome = examine(("person-lifts-off", "dwelling"))
    assert (outcome.rule, outcome.acted) == ("", ("F12",)), outcome


def test_a_fault_whose_rule_does_not_act_fails_its_trial() -> None:
    harmless = Expected(frozenset({"F54"}), must=frozenset({"F54"}))
    outcome = Trial("link-split", "dwelling", harmless).run()
    assert outcome.problems == ("none of F54 has acted",)


def test_every_fault_of_the_host_stops_in_time_with_reason_record_and_exit_code() -> None:
    with tempfile.TemporaryDirectory() as short:  # a socket's path has room for 108 characters
        outcomes = examine_hosts(HOST_FAULTS, Path(short))
    assert [outcome.fault for outcome in outcomes] == list(HOST_FAULTS)
    assert all(outcome.is_passed for outcome in outcomes), outcomes
    by_fault = {outcome.fault: outcome for outcome in outcomes}
    assert by_fault["host-stopped"].rule == "F44"
    assert by_fault["host-terminal-closed"].exit_code == 130
    assert by_fault["host-killed"].ended_by == "interrupted"


def test_a_fault_without_a_row_fails_instead_of_being_left_out() -> None:
    outcome = examine(("no-such-fault", "dwelling"))
    assert not outcome.is_passed
    assert "nobody has written down" in outcome.problems[0]


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ("link-half-open", "F33"),
        ("link-mute", "F34"),
        ("sensor-stuck", "F35"),
        ("sensor-nan", "F35"),
        ("motor-stall", "F38"),
        ("motor-runaway", "F38"),
        ("motor-overheats", "F39"),
        ("person-presses-hard", "F10"),
        ("person-asleep", "F23"),
        ("sensor-zero-shift", "F35"),
        ("other-massager", "F34"),
    ],
)
def test_the_first_reason_is_the_rule_that_is_meant(fault: str, rule: str) -> None:
    outcome = examine((fault, "dwelling"))
    assert outcome.rule == rule, outcome
    assert outcome.text
