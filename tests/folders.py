"""Folders of a test's own: no test is seen in the record, the settings or the sockets of whoever runs it."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep all that massctl keeps below the test's folder: ``data``, ``config`` and ``runtime``."""
    for name in ("DATA", "CONFIG", "RUNTIME"):
        monkeypatch.setenv(f"MASSCTL_{name}_DIR", str(tmp_path / name.lower()))
    return tmp_path
