"""Crash reports: the traceback of an unexpected error, in a file of the user's own data folder."""

from __future__ import annotations

import platform
import sys
import tempfile
import traceback
from pathlib import Path

from massctl import __version__
from massctl.clock import wall_now
from massctl.errors import FileProblem
from massctl.paths import data_dir


def write_report(error: BaseException) -> Path:
    """Write the traceback of ``error`` to a new file and return where; the temporary folder when the data folder fails."""
    head = f"massctl {__version__}, Python {platform.python_version()}, {platform.platform()}"
    text = f"{head}\ncommand: {' '.join(sys.argv[1:2])}\n\n{''.join(traceback.format_exception(error))}"
    name = f"crash-{wall_now():%Y%m%d-%H%M%S-%f}.log"
    try:
        folder = data_dir() / "crashes"
        folder.mkdir(mode=0o700, exist_ok=True)
        file = folder / name
        file.write_text(text, encoding="utf-8")
    except (OSError, FileProblem):
        file = Path(tempfile.gettempdir()) / f"massctl-{name}"
        file.write_text(text, encoding="utf-8")
    return file
