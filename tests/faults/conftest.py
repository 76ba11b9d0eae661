"""Folders of their own for all tests of this room: no trial is seen in the user's record."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("DATA", "CONFIG", "RUNTIME"):
        monkeypatch.setenv(f"MASSCTL_{name}_DIR", str(tmp_path / name.lower()))
    return tmp_path
