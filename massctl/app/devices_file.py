"""The file of remembered devices: read strictly, with errors that name the place, and written whole for the user alone (0600).

Form only: what an address means, and which device is used when, is ``massctl.app.devices``'s. pydantic is imported when a file
is there to be read.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from massctl import paths
from massctl.app.private_file import read_private, write_private
from massctl.body.data import nearest
from massctl.errors import FileProblem

if TYPE_CHECKING:
    from pydantic import TypeAdapter

ROLES: Final = ("massager", "sensor", "timer", "heart")
ROLE_WORDS: Final = {"massager": "massager", "sensor": "force sensor", "timer": "timer", "heart": "heart rate sensor"}
"""What a device in a role is called."""
STRICT: Final[dict[str, Any]] = {"extra": "forbid", "strict": True, "allow_inf_nan": False}
REMOVED_MAX: Final = 20
"""Devices that a removal can still be undone of."""
_HEADER: Final = (
    "# Devices that massctl remembers; 'massctl devices' changes it. By hand only while massctl does not run.\n"
)
_REMEDY: Final = "Put it right, or delete the file and add your devices again: massctl devices add NAME ADDRESS."


@dataclass(frozen=True, slots=True)
class Calibration:
    """When a gauge was calibrated with weights, and how well."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    on: date
    residual_percent: float
    """How far the second weight was off."""
    zero: float | None = None
    n_per_unit: float | None = None
    """Force = (raw − zero) × n_per_unit; both None where the device keeps its calibration itself."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who answered when the device was first connected."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    name: str = ""
    model: str = ""
    serial_number: str = ""
    """Its own; else that of its USB adapter."""

    def __str__(self) -> str:
        made = f" ({self.model})" if self.model and self.model != self.name else ""
        return f"{self.name or 'a device'}{made}, " + (
            f"serial {self.serial_number}" if self.serial_number else "without a serial number"
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """One device in the file."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    url: str
    roles: tuple[str, ...]
    added_on: date
    calibration: Calibration | None = None
    identity: Identity | None = None
    default_for: tuple[str, ...] = ()
    """Of a removed device: the roles that it was the default of."""


@dataclass(frozen=True, slots=True)
class DevicesFile:
    """All of the file; a new value for every change."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    defaults: dict[str, str] = field(default_factory=dict)
    """Role to name."""
    devices: dict[str, Entry] = field(default_factory=dict)
    removed: dict[str, Entry] = field(default_factory=dict)
    """By name, the last removed one last."""


def path() -> Path:
    """Return where the file lies."""
    return paths.config_dir() / "devices.toml"


def load() -> DevicesFile:
    """Return what is remembered; nothing where there is no file. Raises FileProblem."""
    where = path()
    if not where.exists():
        return DevicesFile()
    text = read_private(where, _REMEDY).decode(errors="replace")
    try:
        raw = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        raise FileProblem(str(where), f"not valid TOML: {problem}.", _REMEDY) from problem
    made = _validated(raw, where)
    for key, reason in _contradictions(made):
        raise FileProblem(f"{where}: {key}", reason, _REMEDY)
    return made


def save(content: DevicesFile) -> None:
    """Write the file, whole or not at all. Raises FileProblem."""
    kept = dict(list(content.removed.items())[-REMOVED_MAX:])
    lines = [_HEADER]
    if content.defaults:
        lines += ["[defaults]", *(f"{role} = {_text(name)}" for role, name in content.defaults.items()), ""]
    for table, entries in (("devices", content.devices), ("removed", kept)):
        for name, entry in entries.items():
            lines += _entry_lines(f"{table}.{_text(name)}", entry)
    write_private(path(), "\n".join(lines).encode(), "your devices")


def addresses_without_checking(roles: frozenset[str]) -> tuple[str, ...]:
    """Return the addresses of the default devices of ``roles``, whatever else is wrong with the file; never raises.

    For a stop, which no typing error may hold up.
    """
    try:
        raw = tomllib.loads(path().read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return ()
    defaults, devices = raw.get("defaults"), raw.get("devices")
    if not isinstance(defaults, dict) or not isinstance(devices, dict):
        return ()
    entries = (devices.get(name) for role, name in defaults.items() if role in roles and isinstance(name, str))
    urls = (entry.get("url") for entry in entries if isinstance(entry, dict))
    return tuple(dict.fromkeys(url for url in urls if isinstance(url, str)))


def _validated(raw: dict[str, Any], where: Path) -> DevicesFile:
    from pydantic import ValidationError  # noqa: PLC0415 - lazy: see the module's docstring

    try:
        # Through JSON, where strict mode takes TOML's lists for tuples and its dates for dates.
        return _adapter().validate_json(json.dumps(raw, default=str))
    except ValidationError as problem:
        errors = problem.errors(include_url=False)
        error = next((each for each in errors if each["type"] == "unexpected_keyword_argument"), errors[0])
        key = ".".join(str(part) for part in error["loc"])
        raise FileProblem(f"{where}: {key}", _words(error), _REMEDY) from problem


@cache
def _adapter() -> TypeAdapter[DevicesFile]:
    from pydantic import TypeAdapter  # noqa: PLC0415 - lazy: see the module's docstring

    return TypeAdapter(DevicesFile)


def _words(error: Any) -> str:
    loc = error["loc"]
    if error["type"] == "unexpected_keyword_argument":
        tables = {"calibration": Calibration, "identity": Identity}
        kind = DevicesFile if len(loc) == 1 else next((tables[key] for key in loc[:-1] if key in tables), Entry)
        near = nearest(str(loc[-1]), [each.name for each in fields(kind)])
        return f"unknown key {loc[-1]!r}." + (f" Did you mean {near[0]}?" if near else "")
    if error["type"].startswith("missing"):
        return f"the key {loc[-1]!r} is missing."
    return f"{error['msg'][0].lower()}{error['msg'][1:]}."


def _contradictions(content: DevicesFile) -> list[tuple[str, str]]:
    """Return what the form alone does not tell, as places and reasons."""
    found = []
    for name, entry in content.devices.items():
        if bad := [role for role in entry.roles if role not in ROLES]:
            near = nearest(bad[0], ROLES)
            guess = f" Did you mean {near[0]}?" if near else f" Roles are {', '.join(ROLES)}."
            found.append((f"devices.{name}.roles", f"{bad[0]!r} is no role.{guess}"))
        if not entry.roles:
            found.append((f"devices.{name}.roles", "names no role."))
        if not re.match(r"[a-z][a-z0-9+.-]*://", entry.url):
            found.append((f"devices.{name}.url", f"{entry.url!r} is no device address."))
        made = entry.calibration
        if made is not None and (made.zero is None) != (made.n_per_unit is None):
            found.append((f"devices.{name}.calibration", "has one of zero and n_per_unit, and not the other."))
    for role, name in content.defaults.items():
        if role not in ROLES:
            found.append((f"defaults.{role}", f"{role!r} is no role."))
        elif name not in content.devices or role not in content.devices[name].roles:
            found.append((f"defaults.{role}", f"no {role} called {name!r} is remembered."))
    return found


def _entry_lines(table: str, entry: Entry) -> list[str]:
    roles = ", ".join(map(_text, entry.roles))
    lines = [f"[{table}]", f"url = {_text(entry.url)}", f"roles = [{roles}]", f"added_on = {entry.added_on}"]
    if entry.default_for:
        lines.append(f"default_for = [{', '.join(map(_text, entry.default_for))}]")
    if entry.calibration is not None:
        lines.append(f"[{table}.calibration]")
        said = {key: value for key, value in asdict(entry.calibration).items() if value is not None}
        lines += [f"{key} = {value}" for key, value in said.items()]
    if entry.identity is not None:
        lines.append(f"[{table}.identity]")
        lines += [f"{key} = {_text(value)}" for key, value in asdict(entry.identity).items() if value]
    return [*lines, ""]


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
