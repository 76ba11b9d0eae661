"""Reads a user's own speed ladder strictly, with errors that name the place and the nearest valid word; and writes one.

pydantic is imported when a file is read, never at start-up.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, fields, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from massctl.body.atlas import Atlas
from massctl.body.data import nearest, suggestion
from massctl.devices.ladders import Ladder, Level, Range
from massctl.errors import FileProblem

if TYPE_CHECKING:
    from pydantic import TypeAdapter

PPM_MIN: Final = 200
PPM_MAX: Final = 6_000
"""No percussion massager strikes slower or faster: else it is a typing error."""
LEVELS_MAX: Final = 30
AUTO_OFF_MIN_S: Final = 30.0
AUTO_OFF_MAX_S: Final = 7_200.0
"""A gun's own cut-off (F41) outside of these is a typing error: minutes for seconds, say."""
SIZE_MAX: Final = 50_000
_OURS: Final = frozenset({"is_own"})
"""Fields that a file does not say."""
_KINDS: Final = {"levels": Level, "range": Range}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a file."""

    key: str
    """Dotted place, such as ``levels.2.ppm``."""
    message: str
    nearest: str = ""
    line: int | None = None


def read_ladder(path: Path) -> Ladder:
    """Return the ladder in ``path``. Raises FileProblem for the first fault of it."""
    made, faults = check_ladder(path)
    if made is None:
        first = faults[0]
        place = f"{path}:{first.line}" if first.line else str(path)
        more = f" {len(faults) - 1} more: massctl check {path}" if len(faults) > 1 else ""
        near = f"Nearest valid: {first.nearest}." if first.nearest else "Put it right, or delete the file."
        raise FileProblem(f"{place}, {first.key}" if first.key else place, first.message, near + more)
    return made


def check_ladder(path: Path) -> tuple[Ladder | None, list[Fault]]:
    """Return the ladder in ``path``, or all its faults. Raises FileProblem where it cannot be read."""
    try:
        text = path.read_bytes()[: SIZE_MAX + 1].decode()
    except OSError as problem:
        raise FileProblem(str(path), f"cannot be read ({problem.strerror}).") from problem
    except UnicodeDecodeError as problem:
        raise FileProblem(str(path), "is no text in UTF-8.") from problem
    if len(text) > SIZE_MAX:
        raise FileProblem(str(path), f"is longer than {SIZE_MAX:,} bytes.")
    return parse_ladder(text, path.stem)


def parse_ladder(text: str, stem: str) -> tuple[Ladder | None, list[Fault]]:
    """Return the ladder that ``text`` says, which is to be called ``stem``; None and its faults where it is wrong."""
    from pydantic import ValidationError  # noqa: PLC0415 - lazy: see the module's docstring

    try:
        raw = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        where = re.search(r"at line (\d+)", str(problem))
        return None, [Fault("", f"not valid TOML: {problem}.", line=int(where.group(1)) if where else None)]
    if raw.keys() & _OURS:
        return None, [Fault("is_own", "unknown key 'is_own'.")]
    try:
        made = _adapter().validate_json(json.dumps(raw, default=str))
    except ValidationError as problem:
        # A misspelt key is also a missing one: the first is what to put right.
        errors = sorted(problem.errors(include_url=False), key=lambda error: error["type"].startswith("missing"))
        faults = [_form_fault(error) for error in errors]
    else:
        faults = _meaning_faults(made, stem)
        if not faults:
            return replace(made, is_own=True), []
    return None, [replace(fault, line=_line(text, fault.key)) for fault in faults]


def ladder_toml(made: Ladder) -> str:
    """Return ``made`` as the text of a file."""
    lines = [f"id = {_text(made.id)}", f"name = {_text(made.name)}", f"heads = [{', '.join(map(_text, made.heads))}]"]
    lines.append(f"heads_source = {_text(made.heads_source)}")
    if made.auto_off_s is not None:
        lines += [f"auto_off_s = {made.auto_off_s:.1f}", f"auto_off_source = {_text(made.auto_off_source)}"]
    parts: list[tuple[str, Level | Range]] = [("[[levels]]", level) for level in made.levels]
    if made.range is not None:
        parts.append(("[range]", made.range))
    for header, part in parts:
        lines += ["", header, *(f"{each.name} = {_value(getattr(part, each.name))}" for each in fields(part))]
    return "\n".join(lines) + "\n"


@cache
def _adapter() -> TypeAdapter[Ladder]:
    from pydantic import TypeAdapter  # noqa: PLC0415 - lazy: see the module's docstring

    return TypeAdapter(Ladder)


def _form_fault(error: Any) -> Fault:
    """Turn one of pydantic's errors into a fault."""
    loc = [str(part + 1) if isinstance(part, int) else str(part) for part in error["loc"]]
    kind, key = error["type"], ".".join(loc)
    if kind == "unexpected_keyword_argument":
        known = [each.name for each in fields(_KINDS.get(loc[0], Ladder) if len(loc) > 1 else Ladder)]
        known = [name for name in known if name not in _OURS]
        near = nearest(loc[-1], known)
        more = "" if near else f" {suggestion(loc[-1], known)}"
        return Fault(key, f"unknown key {loc[-1]!r}.{more}", near[0] if near else "")
    if kind in ("missing", "missing_argument"):
        return Fault(key, f"the key {loc[-1]!r} is missing.")
    wanted = {
        "int": "a whole number",
        "float": "a number",
        "string": "text in quotes",
        "bool": "true or false",
        "tuple": "a list in brackets",
    }
    for name, words in wanted.items():
        if kind.startswith(f"{name}_"):
            return Fault(key, f"must be {words}, not {error['input']!r}.")
    return Fault(key, f"{error['msg'][0].lower()}{error['msg'][1:]}.")


def _meaning_faults(made: Ladder, stem: str) -> list[Fault]:
    faults = []
    if made.id != stem:
        faults.append(Fault("id", f"is {made.id!r}, the file is called {stem!r}.", stem))
    if not made.name.strip():
        faults.append(Fault("name", "is empty."))
    known = [head.id for head in Atlas.load().heads()]
    for head in made.heads:
        if head not in known:
            near = nearest(head, known)
            faults.append(Fault("heads", f"{head!r} is no head.", near[0] if near else f"one of {', '.join(known)}"))
    if bool(made.levels) == (made.range is not None):
        faults.append(Fault("levels", "a gun has levels ([[levels]]) or a range ([range]): one of them."))
    if made.auto_off_s is not None and not AUTO_OFF_MIN_S <= made.auto_off_s <= AUTO_OFF_MAX_S:
        faults.append(
            Fault("auto_off_s", f"is {made.auto_off_s:g}, must be {AUTO_OFF_MIN_S:g} to {AUTO_OFF_MAX_S:g} s.")
        )
    if len(made.levels) > LEVELS_MAX:
        faults.append(Fault("levels", f"{len(made.levels)} levels, at most {LEVELS_MAX}."))
    return faults + _speed_faults(made)


def _speed_faults(made: Ladder) -> list[Fault]:
    speeds = [(f"levels.{number}.ppm", level.ppm) for number, level in enumerate(made.levels, start=1)]
    sources = [(f"levels.{number}.source", level.source) for number, level in enumerate(made.levels, start=1)]
    if made.range is not None:
        speeds += [("range.min_ppm", made.range.min_ppm), ("range.max_ppm", made.range.max_ppm)]
        sources.append(("range.source", made.range.source))
    faults = [
        Fault(
            key,
            f"is {ppm}, must be {PPM_MIN} to {PPM_MAX} percussions per minute.",
            str(PPM_MIN if ppm < PPM_MIN else PPM_MAX),
        )
        for key, ppm in speeds
        if not PPM_MIN <= ppm <= PPM_MAX
    ]
    for (before_key, before), (key, after) in pairwise(speeds):
        is_one_scale = before_key.partition(".")[0] == key.partition(".")[0]
        if is_one_scale and (after < before or (after == before and made.range is None)):
            faults.append(Fault(key, f"is {after}, after {before}: slowest first."))
    if made.auto_off_s is not None:
        sources.append(("auto_off_source", made.auto_off_source))
    if made.heads:
        sources.append(("heads_source", made.heads_source))
    faults += [Fault(key, "is empty: say where the figure is from.") for key, source in sources if not source.strip()]
    return faults


def _line(text: str, key: str) -> int | None:
    """Return the line of a dotted key: of the word itself, else of the table that it is missing in."""
    parts = key.split(".")
    number = int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else 0
    table, word = (parts[0] if len(parts) > 1 else ""), parts[-1]
    seen, inside, header = 0, not table, None
    for at, line in enumerate(text.splitlines(), start=1):
        if begun := re.match(r"\s*\[+\s*([\w.-]+)\s*\]+", line):
            seen += begun.group(1) == table
            inside = bool(table) and begun.group(1) == table and (number in (0, seen))
            header = at if inside else header
        elif inside and re.match(rf"\s*[\"']?{re.escape(word)}[\"']?\s*=", line):
            return at
    return header


def _value(value: str | int | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _text(value) if isinstance(value, str) else str(value)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
