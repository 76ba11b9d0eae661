"""What the tests of the app share: folders of their own, and a self-test that has passed, so that none is waited for (F52)."""

from __future__ import annotations

import pytest

from massctl import __version__
from massctl.app.selftest import certificate
from tests.folders import folders

__all__ = ["folders", "proved"]


@pytest.fixture(autouse=True)
def proved(monkeypatch: pytest.MonkeyPatch) -> None:
    passed = certificate.Certificate(__version__, certificate.code_digest(), "", is_passed=True, proofs=())
    monkeypatch.setattr(certificate, "last", lambda: passed)
