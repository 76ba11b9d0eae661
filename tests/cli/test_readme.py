"""The README is honest: every command in it parses, and its program passes the linter. Runs nothing on devices."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import Result

from massctl.cli import main

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
COMMANDS = [line for block in BLOCKS for line in block.splitlines() if line.split(maxsplit=1)[:1] == ["massctl"]]


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_parses(line: str) -> None:
    words = shlex.split(line.split(">", maxsplit=1)[0], comments=True)
    if all(word.startswith("-") for word in words[1:]):  # the dashboard
        main.make_context("massctl", words[1:])
        return
    context = click.Context(main)
    name, command, rest = main.resolve_command(context, words[1:])
    assert command is not None
    command.make_context(name, rest, parent=context)


def test_every_command_word_in_the_text_is_a_command() -> None:
    named = set(re.findall(r"`massctl ([a-z]+)", README))
    assert named <= set(main.list_commands(click.Context(main)))


def test_its_program_passes_the_linter(
    run_cli: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (program,) = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    Path("my-evening.toml").write_text(program, encoding="utf-8")
    assert "No findings" in run_cli("check", "my-evening.toml").stderr
    result = run_cli("run", "my-evening.toml", "--sim", "--speed", "max")
    assert result.exit_code == 0, result.output
