"""What the tests of the command line share: a runner whose folders are the test's own, and synthetic sessions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from massctl.cli import main


@pytest.fixture
def run_cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Return a function that runs ``massctl ARGUMENTS…`` in this process with folders of its own."""
    monkeypatch.setenv("MASSCTL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("MASSCTL_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("MASSCTL_RUNTIME_DIR", str(tmp_path / "run"))

    def run(*arguments: str, text: str | None = None) -> Result:
        return CliRunner().invoke(main, list(arguments), input=text, prog_name="massctl")

    return run
