"""Scenario files: several faults with their times, in TOML, read strictly (an unknown key is an error that names the nearest).

::

    title = "A loose cable, then a sensor that sticks"

    [[fault]]
    name = "link-cut"
    after_s = 20          # seconds after the beginning, or after the phase
    duration_s = 2        # left out: for good

    [[fault]]
    name = "sensor-stuck"
    phase = "dwelling"
    role = "sensor"       # left out: the fault's usual device
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from massctl.errors import FileProblem, UsageError
from sims.devices import ROLES
from sims.faults.catalogue import find
from sims.faults.timing import Moment, Timed, parse

FILE_KEYS: Final = ("title", "fault")
FAULT_KEYS: Final = ("name", "phase", "after_s", "duration_s", "role")


def read_faults(texts: Iterable[str]) -> tuple[Timed, ...]:
    """Return the faults that ``texts`` name: ``NAME[@WHEN]`` each, or the path of a scenario. Raises UsageError, FileProblem."""
    faults: list[Timed] = []
    for text in texts:
        faults += load(Path(text)) if text.endswith(".toml") else (parse(text),)
    return tuple(faults)


def load(path: Path) -> tuple[Timed, ...]:
    """Read a scenario file. Raises FileProblem with the place."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise FileProblem(str(path), f"cannot be read ({error}).", "Name a scenario file.") from error
    except tomllib.TOMLDecodeError as error:
        raise FileProblem(str(path), f"is no valid TOML: {error}.", "Correct it.") from error
    _check_keys(values, FILE_KEYS, str(path))
    rows = values.get("fault", [])
    if not isinstance(rows, list) or not rows:
        raise FileProblem(str(path), "names no fault.", "Write [[fault]] and a name for each.")
    return tuple(_fault(row, f"{path}: fault {number}") for number, row in enumerate(rows, 1))


def _fault(row: object, place: str) -> Timed:
    if not isinstance(row, dict):
        raise FileProblem(place, "is no table.", "Write [[fault]] above it.")
    _check_keys(row, FAULT_KEYS, place)
    try:
        fault = find(_text(row, "name", place))
    except UsageError as error:
        raise FileProblem(place, error.what, error.remedy) from error
    return Timed(
        fault,
        _choice(row, "role", fault.role, ROLES, place),
        Moment(_choice(row, "phase", Moment.CONNECTING, tuple(Moment), place)),
        _seconds(row, "after_s", place) or 0.0,
        _seconds(row, "duration_s", place),
    )


def _check_keys(values: Mapping[str, Any], known: tuple[str, ...], place: str) -> None:
    for key in values:
        if key not in known:
            near = get_close_matches(key, known, n=1, cutoff=0.0)
            raise FileProblem(place, f"the key '{key}' is unknown.", f"The nearest known key is '{near[0]}'.")


def _text(row: Mapping[str, Any], key: str, place: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value:
        raise FileProblem(place, f"'{key}' must be a text.", f'Write {key} = "…".')
    return value


def _choice(row: Mapping[str, Any], key: str, default: str, known: tuple[str, ...], place: str) -> str:
    value = row.get(key, default)
    if value not in known:
        raise FileProblem(place, f"'{key}' is '{value}'.", f"It can be: {', '.join(known)}.")
    return str(value)


def _seconds(row: Mapping[str, Any], key: str, place: str) -> float | None:
    value = row.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise FileProblem(place, f"'{key}' must be a number of seconds, 0 or more.", f"Write {key} = 2.5, for example.")
    return float(value)
