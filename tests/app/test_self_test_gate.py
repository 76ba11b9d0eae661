"""F52 in a run: no hardware without a self-test of this very code; a served bench and a gun without a link need none."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from massctl import __version__
from massctl.app.connect import Connections
from massctl.app.preflight import PreflightAnswers, PreflightPage
from massctl.app.request import RunRequest
from massctl.app.run import run_session
from massctl.app.selftest import certificate
from massctl.body.terms import Side
from massctl.errors import Blocked
from massctl.history.reading import History
from massctl.programs.choices import Choices
from massctl.session.commands import Key, Press
from sims.bench import Bench
from tests.app.screened import save_healthy


@pytest.fixture(autouse=True)
def somebody(folders: Path) -> None:
    save_healthy()


def a_failed_certificate() -> certificate.Certificate:
    proof = {"rule": "F34", "text": "", "outcomes": [], "is_passed": False}
    return certificate.Certificate(__version__, certificate.code_digest(), "today", is_passed=False, proofs=(proof,))


async def nothing_of_this(page: PreflightPage) -> PreflightAnswers:
    return PreflightAnswers(accepts_disclaimer=bool(page.disclaimer))


async def run(massager: str) -> None:
    request = RunRequest(point="GMAX", choices=Choices(side=Side.LEFT), massager=massager)
    await run_session(
        request,
        on_event=lambda _: None,
        on_ready=lambda session: asyncio.get_running_loop().call_later(0.5, session.press, Press(Key.FINISH)),
        ask=nothing_of_this,
    )


async def test_F52_hardware_is_refused_after_a_failed_self_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificate, "last", a_failed_certificate)
    monkeypatch.setattr(Connections, "are_simulated", lambda _: False)
    async with Bench(link="tcp") as bench:
        with pytest.raises(Blocked, match=r"F34.*massctl doctor") as refusal:
            await run(bench.urls["massager"])
        assert refusal.value.rule_id == "F52"
        assert not bench.world.drives
    assert History().sessions() == ()


async def test_F52_a_served_bench_needs_no_self_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificate, "last", a_failed_certificate)
    async with Bench(link="tcp") as bench:
        await run(bench.urls["massager"])
    assert len(History().sessions()) == 1
