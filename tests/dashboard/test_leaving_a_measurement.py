"""Whatever ends the dashboard while a device is measured waits for its stop, and loses no word of it (F42)."""

from __future__ import annotations

import asyncio
import threading

import pytest

from massctl.app.selftest.background import BackgroundMeasurement
from massctl.app.selftest.measured import Measured
from massctl.app.selftest.one_device import NOT_CONFIRMED, STOPPED, Tell
from massctl.dashboard import start
from massctl.dashboard.app import MassctlApp

SLOW_LINK_S = 0.2


class Slow:
    """A measurement whose stop takes its time."""

    def __init__(self, words: str) -> None:
        self.running = BackgroundMeasurement(self._measure)
        self.has_begun = threading.Event()
        self.is_stopped = False
        self._words = words

    async def _measure(self, tell: Tell) -> Measured:
        self.has_begun.set()
        try:
            await asyncio.sleep(100.0)
        finally:
            await asyncio.sleep(SLOW_LINK_S)
            tell(self._words)
            self.is_stopped = True
        raise AssertionError("it was not stopped")


@pytest.mark.parametrize("words", [STOPPED, NOT_CONFIRMED])
def test_F42_a_dashboard_that_ends_stops_what_is_measured_waits_for_it_and_tells_what_is_not_confirmed(
    words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    slow = Slow(words)

    def end(app: MassctlApp) -> None:
        app.measurement = slow.running
        slow.running.start()
        assert slow.has_begun.wait(5.0)

    monkeypatch.setattr(MassctlApp, "run", end)
    start.start(is_simulated=True)
    assert slow.is_stopped
    assert (NOT_CONFIRMED in capsys.readouterr().err) == (words == NOT_CONFIRMED)


def test_F42_the_last_resort_ends_no_process_before_what_was_measured_has_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slow, ends = Slow(STOPPED), list[tuple[int, bool]]()
    monkeypatch.setattr(start, "FAREWELL_S", 0.0)
    monkeypatch.setattr("os._exit", lambda code: ends.append((code, slow.is_stopped)))
    app = MassctlApp(is_simulated=True)
    app.measurement = slow.running
    slow.running.start()
    assert slow.has_begun.wait(5.0)
    app.leave_by("SIGTERM")
    start._leave_anyway(app)
    assert ends == [(130, True)]


def test_F42_a_signal_before_a_measurement_has_begun_lets_it_begin_nothing() -> None:
    slow = Slow(STOPPED)
    slow.running.stop()
    assert not slow.running.join(0.0)
    slow.running.start()
    assert slow.running.join()
    assert not slow.has_begun.is_set()
