"""What the tests of the dashboard share: folders of their own, and a self-test that has passed (F52)."""

from __future__ import annotations

from pathlib import Path

import pytest

from massctl import __version__
from massctl.app.selftest import certificate
from massctl.dashboard import questions


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep settings, records and sockets of a test in its own folder."""
    for name in ("DATA", "CONFIG", "RUNTIME"):
        monkeypatch.setenv(f"MASSCTL_{name}_DIR", str(tmp_path / name.lower()))
    return tmp_path


@pytest.fixture(autouse=True)
def proved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let runs on 'hardware' begin without waiting for a self-test."""
    passed = certificate.Certificate(__version__, certificate.code_digest(), "", is_passed=True, proofs=())
    monkeypatch.setattr(certificate, "last", lambda: passed)


@pytest.fixture(autouse=True)
def read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let questions be answered as fast as a test types; one test has the real time."""
    monkeypatch.setattr(questions, "READ_S", 0.0)
