"""Where output goes, and in which units: consoles for data and for narration, JSON, the unit of a push."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import click
from rich.console import Console

from massctl.app.settings import DEFAULTS, Units, load_settings
from massctl.errors import FileProblem

WIDTH_PIPED = 100
"""Columns of output that goes to a file or a pipe."""


def console(*, is_narration: bool = False) -> Console:
    """Return a console on standard output, or on standard error for narration; of a fixed width where no terminal is."""
    file = sys.stderr if is_narration else sys.stdout
    width = None if file.isatty() or os.environ.get("COLUMNS") else WIDTH_PIPED
    return Console(file=file, width=width, highlight=False, emoji=False, markup=False)


def print_json(value: Any) -> None:
    """Print ``value`` as indented JSON on standard output."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def chosen_units() -> Units:
    """Return in which unit the person wants a push to be shown; settings that cannot be read are said, and hold nothing up."""
    try:
        return load_settings().units
    except FileProblem as problem:
        click.echo(f"{problem} Until then a push is shown in newtons.", err=True)
        return DEFAULTS.units
