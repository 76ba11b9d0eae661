"""Reads a user's program file: strictly, and with errors a person can act on; and writes the JSON Schema for editors.

Form only: unknown keys, missing keys, wrong types, values outside their range. What the safety rules say is the linter's.
pydantic is imported when a file is checked, never at start-up.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import fields
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from massctl.body.atlas import Atlas
from massctl.body.terms import End, Mode, Side, Tool
from massctl.programs.findings import Finding, Severity, unknown, with_lines
from massctl.programs.program import AUTO, Kind, Program, ProgramLevel, Step, Timing

if TYPE_CHECKING:
    from pydantic import TypeAdapter

SIZE_MAX = 200_000
"""Bytes of a program file; a hundred steps fit twice."""

_CHOICES: dict[str, type[StrEnum]] = {
    "mode": Mode,
    "tool": Tool,
    "side": Side,
    "end": End,
    "kind": Kind,
    "level": ProgramLevel,
    "timing": Timing,
    "main_tool": Tool,
}
_TYPES = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "string_type": "text in quotes",
    "tuple_type": "a list in brackets",
    "dataclass_type": "a table",
    "dataclass_exact_type": "a table",
}


def parse(text: str, file: str) -> tuple[Program | None, list[Finding]]:
    """Read a program from TOML; None and the findings where its form is wrong."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        return None, [_syntax_finding(str(problem), text, file)]
    except RecursionError:
        return None, [Finding(file, Severity.ERROR, "file", "the brackets are nested too deeply.")]
    return _validate(raw, text, file)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a program file, with the points and heads that there are, for editors to complete."""
    schema = _adapter().json_schema()
    step = schema["$defs"]["Step"]["properties"]
    points = list(Atlas.load().point_ids)
    step["point"]["anyOf"][0]["enum"] = [*points, AUTO]
    step["points"]["items"]["enum"] = points
    step["head"]["anyOf"][0]["enum"] = [head.id for head in Atlas.load().heads()]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "massctl program"}


def _validate(raw: dict[str, Any], text: str, file: str) -> tuple[Program | None, list[Finding]]:
    from pydantic import ValidationError  # noqa: PLC0415 - lazy: see the module's docstring

    try:
        # Through JSON, where strict mode takes TOML's lists for tuples and its words for enum members; a TOML date is none.
        return _adapter().validate_json(json.dumps(raw, default=str)), []
    except ValidationError as problem:
        errors = problem.errors(include_url=False)
        if any(len(error["loc"]) > 1 and error["loc"][0] == "steps" for error in errors):
            # A faulty step is left out before the list is counted: 'too few steps' would be said of it too.
            errors = [error for error in errors if error["loc"] != ("steps",)]
        return None, with_lines((_form_finding(error, file) for error in errors), text)


@cache
def _adapter() -> TypeAdapter[Program]:
    from pydantic import TypeAdapter  # noqa: PLC0415 - lazy: see the module's docstring

    return TypeAdapter(Program)


def _syntax_finding(problem: str, text: str, file: str) -> Finding:
    where = re.search(r"\(at line (\d+), column (\d+)\)", problem)
    line = int(where.group(1)) if where else max(1, len(text.splitlines()))
    place = f"column {where.group(2)}" if where else "the end of the file"
    reason = re.sub(r" *[(]at .*", "", problem)
    return Finding(
        file, Severity.ERROR, "file", f"not valid TOML at {place}: {reason[0].lower()}{reason[1:]}.", line=line
    )


def _form_finding(error: Any, file: str) -> Finding:
    """Turn one of pydantic's errors into a finding."""
    loc = list(error["loc"])
    step = loc[1] + 1 if len(loc) > 1 and loc[0] == "steps" and isinstance(loc[1], int) else None
    inner = loc[2:] if step else loc
    key = str(inner[0]) if inner else None
    if len(inner) > 1 and error["type"].startswith("missing"):
        message, near = "has the wrong length: it takes two values.", ""
    else:
        message, near = _words(error, key, is_step=step is not None)
    return Finding(file, Severity.ERROR, "file", message, step, key, near)


def _words(error: Any, key: str | None, *, is_step: bool) -> tuple[str, str]:
    """Return the sentence for one of pydantic's errors, and the nearest valid value."""
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "unexpected_keyword_argument":
        known = [field.name for field in fields(Step if is_step else Program)]
        return unknown(f"unknown key {key!r}.", str(key), known)
    if kind in ("missing", "missing_argument"):
        return f"the key {key!r} is missing.", ""
    if kind == "enum" and key in _CHOICES:
        known = [member.value for member in _CHOICES[key]]
        return unknown(f"{value!r} is no {key}.", str(value), known)
    if kind in _TYPES:
        return f"must be {_TYPES[kind]}, not {value!r}.", ""
    if kind in ("greater_than_equal", "less_than_equal"):
        bound = context.get("ge", context.get("le"))
        return f"is {value:g}, must be at {'least' if 'ge' in context else 'most'} {bound:g}.", f"{bound:g}"
    if kind in ("too_long", "too_short", "string_too_long", "string_too_short", "missing_positional_only_argument"):
        return f"has the wrong length: {error['msg'][0].lower()}{error['msg'][1:]}.", ""
    return f"{error['msg'][0].lower()}{error['msg'][1:]}.", ""
