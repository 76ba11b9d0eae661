"""The self-test: its proofs, its certificate, and the gate before hardware (F52)."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import stat
from pathlib import Path
from typing import Any

import pytest

from massctl import paths
from massctl.app.selftest import certificate
from massctl.app.selftest.certificate import certify, code_digest, last, remember
from massctl.app.selftest.gate import Gate
from massctl.app.selftest.proofs import PROOFS, proof_cells, proofs_of, prove
from massctl.app.selftest.trial import Outcome
from massctl.errors import Blocked

GOOD = {"rule": "F33", "text": "It stops.", "is_passed": True, "outcomes": []}


def passed(fault: str, rule: str = "F33") -> Outcome:
    return Outcome(fault, "dwelling", (), rule, 0.5, 1.0, "safety", 5, "Stopped.")


def all_passed() -> tuple[Outcome, ...]:
    return tuple(passed(fault, rule) for rule, (_, faults) in PROOFS.items() for fault in faults)


def test_F52_the_self_test_proves_the_five_rules_on_the_bench() -> None:
    proofs = prove()
    assert [proof.rule for proof in proofs] == ["F33", "F34", "F35", "F38", "F42"]
    assert all(proof.is_passed for proof in proofs), proofs


def test_a_proof_fails_with_one_trial_that_fails() -> None:
    outcomes = tuple(
        dataclasses.replace(each, problems=("the motor ran on",)) if each.fault == "link-mute" else each
        for each in all_passed()
    )
    assert [proof.rule for proof in proofs_of(outcomes) if not proof.is_passed] == ["F34"]


def test_a_proof_fails_without_its_trial() -> None:
    outcomes = tuple(each for each in all_passed() if each.fault != "motor-stall")
    assert [proof.rule for proof in proofs_of(outcomes) if not proof.is_passed] == ["F38"]


def test_a_proof_fails_when_its_own_rule_never_acted() -> None:
    outcomes = tuple(dataclasses.replace(each, rule="F44") if each.rule == "F42" else each for each in all_passed())
    assert [proof.rule for proof in proofs_of(outcomes) if not proof.is_passed] == ["F42"]


def test_the_proofs_name_faults_in_the_midst_of_a_pin() -> None:
    assert {phase for _, phase in proof_cells()} == {"dwelling"}


def test_a_certificate_is_remembered_for_the_user_alone_and_for_this_code() -> None:
    made = certify((GOOD,))
    remember(made)
    found = last()
    assert found == made
    assert found.is_passed
    assert found.is_current
    assert stat.S_IMODE((paths.data_dir() / certificate.FILE).stat().st_mode) == 0o600


def test_a_certificate_of_other_code_is_not_current() -> None:
    assert not dataclasses.replace(certify((GOOD,)), code="0" * 16).is_current
    assert not dataclasses.replace(certify((GOOD,)), version="0.0.1").is_current
    assert len(code_digest()) == 16


def test_a_certificate_without_proofs_has_not_passed() -> None:
    assert not certify(()).is_passed
    assert not certify((GOOD, {**GOOD, "is_passed": False})).is_passed


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"proofs": 1}', "\x00"])
def test_a_broken_certificate_counts_as_none(text: str) -> None:
    (paths.data_dir() / certificate.FILE).write_text(text, encoding="utf-8")
    assert last() is None


class NoSelfTest:
    """A self-test that ends without a certificate, or writes this one."""

    def __init__(self, writes: certificate.Certificate | None = None) -> None:
        self.starts = 0
        self._writes = writes
        self.returncode: int | None = None

    async def start(self, *_args: Any, **_options: Any) -> NoSelfTest:
        self.starts += 1
        return self

    async def wait(self) -> int:
        if self._writes is not None:
            remember(self._writes)
        self.returncode = 0
        return 0

    def kill(self) -> None:
        self.returncode = -9


def self_test(monkeypatch: pytest.MonkeyPatch, writes: certificate.Certificate | None) -> NoSelfTest:
    double = NoSelfTest(writes)
    monkeypatch.setattr(asyncio, "create_subprocess_exec", double.start)
    return double


async def test_F52_a_passed_self_test_opens_the_gate_without_a_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    remember(certify((GOOD,)))
    double = self_test(monkeypatch, None)
    async with Gate() as one:
        await one.begin()
        await one.pass_through()
    assert double.starts == 0


async def test_F52_a_missing_self_test_runs_by_itself_and_opens_the_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    double = self_test(monkeypatch, certify((GOOD,)))
    async with Gate() as one:
        await one.begin()
        await one.pass_through()
    assert double.starts == 1


async def test_F52_one_of_another_version_runs_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    remember(dataclasses.replace(certify((GOOD,)), version="0.0.1"))
    double = self_test(monkeypatch, certify((GOOD,)))
    async with Gate() as one:
        await one.begin()
        await one.pass_through()
    assert double.starts == 1


async def test_F52_a_failed_self_test_blocks_and_names_the_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    remember(certify((GOOD, {**GOOD, "rule": "F38", "is_passed": False})))
    double = self_test(monkeypatch, None)
    async with Gate() as one:
        await one.begin()
        with pytest.raises(Blocked, match=r"F38.*massctl doctor") as refusal:
            await one.pass_through()
    assert refusal.value.rule_id == "F52"
    assert double.starts == 0


async def test_F52_a_self_test_that_could_not_run_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    self_test(monkeypatch, None)
    async with Gate() as one:
        await one.begin()
        with pytest.raises(Blocked, match="could not be run"):
            await one.pass_through()


async def test_a_self_test_that_nobody_waits_for_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    double = self_test(monkeypatch, None)
    async with Gate() as one:
        await one.begin()
    assert double.returncode is not None


async def test_where_nothing_can_move_nothing_is_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    double = self_test(monkeypatch, None)
    async with Gate() as one:
        await one.pass_through()
    assert double.starts == 0


def test_the_real_self_test_writes_a_certificate_that_opens_the_gate(folders: Path) -> None:
    from massctl.app.selftest.__main__ import main  # noqa: PLC0415 - a script, imported where it is run

    assert main() == 0
    values = json.loads((folders / "data" / certificate.FILE).read_text(encoding="utf-8"))
    assert values["is_passed"]
    assert {proof["rule"] for proof in values["proofs"]} == set(PROOFS)
