"""Commands of third parties: the entry points of group ``massctl.commands``, listed without importing them.

``importlib.metadata`` alone costs more than the whole of ``massctl --help`` may, so the listing reads the installed
``entry_points.txt`` files itself; a command that is really asked for is found and loaded through ``importlib.metadata``.
"""

# ruff: noqa: PTH123, PTH208 - importing pathlib costs more than the whole listing
from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import click

from massctl.errors import UsageError

GROUP = "massctl.commands"
DEFAULT_HELP = "A plug-in command."


def listed_commands(folders: list[str] | None = None) -> dict[str, str]:
    """Return name and short help of the plug-in commands installed in ``folders`` (default: ``sys.path``), none imported."""
    places = [folder or "." for folder in (sys.path if folders is None else folders)]
    found: dict[str, str] = {}
    for place in places:
        for name, target in _entry_points(place):
            found.setdefault(name, _first_docstring_line(target, places))
    return found


def load_command(name: str) -> click.Command | None:
    """Import the plug-in command ``name``; None when nobody offers it. Raises UsageError when it does not load."""
    from importlib.metadata import entry_points  # noqa: PLC0415 - lazy: see the module's docstring

    for entry in entry_points(group=GROUP, name=name):
        try:
            command = entry.load()
        except ImportError as error:
            raise UsageError(
                f"The plug-in command '{name}' ({entry.value}) cannot be loaded: {error}.",
                "Install what it is missing, or remove the package that brings it.",
            ) from error
        if isinstance(command, click.Command):
            return command
        raise UsageError(f"The plug-in '{name}' ({entry.value}) is not a click command.", "Tell its author.")
    return None


def _entry_points(folder: str) -> Iterator[tuple[str, str]]:
    try:
        packages = [name for name in os.listdir(folder) if name.endswith(".dist-info")]
    except OSError:
        return
    for package in sorted(packages):
        try:
            with open(f"{folder}/{package}/entry_points.txt", encoding="utf-8") as file:
                text = file.read()
        except (OSError, UnicodeDecodeError):
            continue
        yield from _group_of(text)


def _group_of(text: str) -> Iterator[tuple[str, str]]:
    if f"[{GROUP}]" not in text:
        return
    section = text.split(f"[{GROUP}]", 1)[1].split("\n[", 1)[0]
    for line in section.splitlines():
        name, equals, target = line.partition("=")
        if equals:
            yield name.strip(), target.strip()


def _first_docstring_line(target: str, places: list[str]) -> str:
    """Read the first line of the source file, which by custom is the module's docstring."""
    source = target.partition(":")[0].replace(".", "/") + ".py"
    for place in places:
        try:
            with open(f"{place}/{source}", encoding="utf-8") as file:
                line = file.readline().strip()
        except (OSError, UnicodeDecodeError):
            continue
        return line.strip("\"' ") if line.startswith(('"""', "'''")) else DEFAULT_HELP
    return DEFAULT_HELP
