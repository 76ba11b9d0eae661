"""Finds and reads the shipped data (``profiles/``); nothing else knows where it lies.

The data are ours and tested, so reading them is plain; files of the user's go through ``massctl.programs.schema``.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import massctl


def profiles_dir() -> Path:
    """Return the folder of the shipped data: beside the package, in a source tree as in an installed wheel.

    Not looked up by import: a folder called ``profiles`` in somebody's working directory must not add doses.
    """
    return Path(massctl.__file__).parent.parent / "profiles"


def read_toml(*parts: str) -> dict[str, Any]:
    """Read one shipped file, named by its parts below ``profiles/``."""
    return tomllib.loads(profiles_dir().joinpath(*parts).read_text(encoding="utf-8"))


def shipped_ids(folder: str) -> tuple[str, ...]:
    """Return the ids of the files of one folder below ``profiles/``, sorted, without reading them."""
    return tuple(sorted(path.stem for path in (profiles_dir() / folder).glob("*.toml")))


def nearest(word: str, known: Iterable[str], limit: int = 1) -> list[str]:
    """Return the known words most like ``word``, whatever the case; empty when none is like it."""
    by_lower = {name.lower(): name for name in known}
    return [by_lower[name] for name in difflib.get_close_matches(word.lower(), by_lower, n=limit, cutoff=0.6)]


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return the sentence that ends an error about an unknown word: the nearest known ones, else all."""
    names = sorted(known)
    if close := nearest(word, names, limit=3):
        return f"Did you mean {' or '.join(close)}?"
    return f"Known are: {', '.join(names)}."
