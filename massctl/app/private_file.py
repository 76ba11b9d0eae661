"""Small files of the user's own: read with a bound, written whole or not at all, for the user alone (0600). Form is others'."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from massctl.errors import FileProblem

SIZE_MAX: Final = 100_000
"""Bytes of such a file; they hold some dozens of answers."""


def read_private(path: Path, remedy: str) -> bytes:
    """Read ``path``; a file that others could read is closed to them. Raises FileProblem with ``remedy``."""
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & 0o077:
                os.fchmod(file.fileno(), 0o600)
            text = file.read(SIZE_MAX + 1)
    except OSError as problem:
        raise FileProblem(str(path), f"cannot be read ({problem.strerror}).", remedy) from problem
    if len(text) > SIZE_MAX:
        raise FileProblem(str(path), f"is longer than {SIZE_MAX:,} bytes.", remedy)
    return text


def write_private(path: Path, text: bytes, what: str, variable: str = "MASSCTL_CONFIG_DIR") -> None:
    """Write ``path`` and make sure that it is on the disk.

    Raises:
        FileProblem: it could not be: ``what`` was to be kept, ``variable`` sets another folder for it.
    """
    fresh = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as problem:
        raise _not_kept(path, what, problem, variable) from problem


def move_private(path: Path, place: Path, what: str) -> None:
    """Move ``path`` to ``place``, over what lies there. Raises FileProblem; ``what`` is what could not be kept."""
    try:
        path.replace(place)
    except OSError as problem:
        raise _not_kept(place, what, problem) from problem


def _not_kept(path: Path, what: str, problem: OSError, variable: str = "MASSCTL_CONFIG_DIR") -> FileProblem:
    reason = f"{what} cannot be kept ({problem.strerror})."
    return FileProblem(str(path), reason, f"Make room, or set {variable} to a folder of your own.")
