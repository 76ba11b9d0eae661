"""Plug-in commands: found by their metadata alone, loaded when asked for."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import pytest

from massctl.cli.plugins import DEFAULT_HELP, listed_commands, load_command
from massctl.errors import UsageError


def install(folder: Path, target: str, source: str | None) -> None:
    """Write what an installed package leaves in ``folder``."""
    metadata = folder / "extra_cli-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: extra-cli\nVersion: 1.0\n")
    lines = [
        "[console_scripts]",
        "other = other:main",
        "",
        "[massctl.commands]",
        f"extra = {target}",
        "",
        "[z]",
        "q = r:s",
    ]
    (metadata / "entry_points.txt").write_text("\n".join(lines))
    if source is not None:
        (folder / "extra_cli_test.py").write_text(source)


def test_the_short_help_is_the_first_line_of_the_module_and_nothing_is_imported(tmp_path: Path) -> None:
    install(tmp_path, "extra_cli_test:extra", '"""Do something extra."""\nraise RuntimeError\n')
    assert listed_commands([str(tmp_path)]) == {"extra": "Do something extra."}
    assert "extra_cli_test" not in sys.modules


@pytest.mark.parametrize("source", [None, "import click\n", ""])
def test_a_module_without_docstring_gets_the_default_help(tmp_path: Path, source: str | None) -> None:
    install(tmp_path, "extra_cli_test:extra", source)
    assert listed_commands([str(tmp_path)]) == {"extra": DEFAULT_HELP}


def test_broken_metadata_and_missing_folders_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "broken-1.dist-info").mkdir()
    (tmp_path / "broken-1.dist-info" / "entry_points.txt").write_bytes(b"[massctl.commands]\nx = \xff:y\n")
    assert listed_commands([str(tmp_path), str(tmp_path / "missing")]) == {}


def test_a_plug_in_command_is_loaded_when_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "extra_cli_test:extra", "import click\n\n@click.command()\ndef extra(): pass\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "extra_cli_test", raising=False)
    assert isinstance(load_command("extra"), click.Command)
    assert load_command("nobody") is None


@pytest.mark.parametrize("source", ["import not_there_at_all\n", "extra = 5\n"])
def test_a_plug_in_that_does_not_load_is_an_error_with_a_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    install(tmp_path, "extra_cli_test:extra", source)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "extra_cli_test", raising=False)
    with pytest.raises(UsageError, match="extra_cli_test:extra") as caught:
        load_command("extra")
    assert caught.value.remedy
