"""Every fault of the bench in the phases of a session, in virtual time, judged by the bench's own clock."""

from __future__ import annotations

import pytest

from massctl.app.selftest.expected import EXPECTED
from massctl.app.selftest.matrix import cells, examine
from massctl.app.selftest.stop_key import STOP_KEY
from massctl.app.selftest.trial import PHASES
from sims.faults import CATALOGUE

IN_EVERY_PHASE = ("link-mute", "device-reboot", "sensor-stuck")
SHORT = [cell for cell in cells() if cell[1] == "dwelling" or cell[0] in IN_EVERY_PHASE]
LONG = [cell for cell in cells() if cell not in SHORT]


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
    assert len(cells()) == len(makeable) * len(PHASES)


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
    ],
)
def test_the_first_reason_is_the_rule_that_is_meant(fault: str, rule: str) -> None:
    outcome = examine((fault, "dwelling"))
    assert outcome.rule == rule, outcome
    assert outcome.text
