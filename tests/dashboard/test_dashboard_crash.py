"""A fault of the program itself, in the dashboard: told as a crash report by the command line, never as a traceback."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from massctl.dashboard import start
from massctl.dashboard.app import MassctlApp


async def run_and_do(app: MassctlApp, action: Callable[[], None]) -> None:
    async with app.run_test() as pilot:
        app.call_later(action)
        await pilot.pause()


async def test_a_fault_of_a_page_is_kept_for_whoever_opened_the_dashboard(capsys: pytest.CaptureFixture[str]) -> None:
    fault = RuntimeError("a page is broken")

    def fail() -> None:
        raise fault

    app = MassctlApp(is_simulated=True)
    with pytest.raises(RuntimeError, match="a page is broken"):  # Textual raises it again in tests only
        await run_and_do(app, fail)
    assert app.problem is fault
    shown = capsys.readouterr()
    assert "Traceback" not in shown.out + shown.err


def test_a_dashboard_that_ended_by_a_fault_does_not_end_well(monkeypatch: pytest.MonkeyPatch) -> None:
    def end(app: MassctlApp) -> None:
        app.problem = RuntimeError("a page is broken")

    monkeypatch.setattr(MassctlApp, "run", end)
    with pytest.raises(RuntimeError, match="a page is broken"):
        start.start(is_simulated=True)
