"""Where output goes: consoles for data and for narration, and JSON."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from rich.console import Console

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
