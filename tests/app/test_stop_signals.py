"""Signals and the parent's death become emergency stops, every time, and the old handlers come back."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from massctl.app.signals import StopSignals


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
async def test_each_signal_calls_stop_in_the_loop_with_its_name(name: str) -> None:
    heard: list[str] = []
    before = signal.getsignal(signal.Signals[name])
    with StopSignals(heard.append):
        os.kill(os.getpid(), signal.Signals[name])
        await asyncio.sleep(0.02)
        os.kill(os.getpid(), signal.Signals[name])
        await asyncio.sleep(0.02)
    assert heard == [name, name]
    assert signal.getsignal(signal.Signals[name]) == before


@pytest.mark.virtual
async def test_the_death_of_the_parent_is_a_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    with StopSignals(heard.append):
        await asyncio.sleep(10.0)
        assert heard == []
        monkeypatch.setattr(os, "getppid", lambda: 1_000_000)
        await asyncio.sleep(0.6)
    assert heard == ["parent death"]
