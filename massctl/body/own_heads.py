"""Contact areas of heads that their owner has measured: a small file in the user's own folder, strictly read.

``devices/heads.toml`` there has a table a head, with ``area_cm2`` and ``source``; it corrects the shipped areas and adds no head.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from massctl import paths
from massctl.body.data import nearest, suggestion
from massctl.errors import FileProblem

AREA_MIN_CM2: Final = 0.3
AREA_MAX_CM2: Final = 25.0
"""No head of a massager is smaller or larger: else it is a typing error, and pressure = force / area (F11)."""
KEYS: Final = ("area_cm2", "source", "is_measured")


def own_heads_path() -> Path:
    """Return where the file lies."""
    return paths.config_dir() / "devices" / "heads.toml"


def own_areas(path: Path, known: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return area and source of each head in ``path``; empty where there is no file. Raises FileProblem for its first fault."""
    if not path.exists():
        return {}
    raw, faults = check_own_areas(path, known)
    if faults:
        key, message, near = faults[0]
        more = f" {len(faults) - 1} more: massctl check {path}" if len(faults) > 1 else ""
        remedy = f"Nearest valid: {near}." if near else "Put it right, or delete the file."
        raise FileProblem(f"{path}, {key}" if key else str(path), message, remedy + more)
    return raw


def check_own_areas(path: Path, known: Iterable[str]) -> tuple[dict[str, dict[str, Any]], list[tuple[str, str, str]]]:
    """Return what the file says, and its faults: place, sentence and nearest valid word. Raises FileProblem: it is unreadable."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise FileProblem(str(path), f"cannot be read ({problem.strerror}).") from problem
    except (ValueError, RecursionError) as problem:
        return {}, [("", f"not valid TOML: {problem}.", "")]
    names, faults = list(known), []
    for name, row in raw.items():
        if name not in names:
            near = nearest(name, names)
            faults.append(
                (name, f"{name!r} is no head. {'' if near else suggestion(name, names)}".rstrip(), "".join(near))
            )
        elif not isinstance(row, dict):
            faults.append((name, "must be a table with area_cm2 and source.", ""))
        else:
            faults += _row_faults(name, row)
    return {name: {"is_measured": True, **row} for name, row in raw.items() if isinstance(row, dict)}, faults


def _row_faults(name: str, row: dict[str, Any]) -> list[tuple[str, str, str]]:
    faults = [
        (f"{name}.{key}", f"unknown key {key!r}. Known are {', '.join(KEYS)}.", "".join(nearest(key, KEYS)))
        for key in row
        if key not in KEYS
    ]
    area, source = row.get("area_cm2"), row.get("source")
    if isinstance(area, bool) or not isinstance(area, int | float) or not AREA_MIN_CM2 <= area <= AREA_MAX_CM2:
        faults.append((f"{name}.area_cm2", f"must be {AREA_MIN_CM2:g} to {AREA_MAX_CM2:g} cm², not {area!r}.", ""))
    if not isinstance(source, str) or not source.strip():
        faults.append((f"{name}.source", "must say in words how it was measured.", ""))
    if not isinstance(row.get("is_measured", True), bool):
        faults.append((f"{name}.is_measured", "must be true or false.", ""))
    return faults
