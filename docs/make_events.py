#!/usr/bin/env python3
"""Write docs/events.md, the schema of ``massctl run --json``, from the event classes: their docstrings are the documentation."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import re
from pathlib import Path
from typing import Any

from massctl.rules import Level
from massctl.rules import rule as rules
from massctl.session import events

TARGET = Path(__file__).parent / "events.md"

INTRODUCTION = """# Events: what `massctl run … --json` prints

One JSON object a line on standard output, in the order in which things happened; `massctl history show ID --json` prints the
stored ones the same way, with a `wall_time` besides. This page is written from `massctl/session/events.py` by
`docs/make_events.py`, and a test keeps it current.

- `event` names the kind; `at_s` counts seconds since the session began (session time: on the simulated bench it runs faster than
  yours). Both stand in every object and are left out below.
- Fields and kinds are added, never renamed or removed: skip what you do not know.
- Units are in the names. A value that is not known is `null`, never 0.
- `tick` comes about five times a second in a session; `--json` prints at most one a second of session time, and history keeps none.
- The last object is `summary`, unless the process was killed.
- What goes wrong before a session begins is a sentence on standard error and an exit code: 0 done or ended by you, 2 usage,
  3 connection, 4 time-out, 5 safety, 130 interrupted.
"""

JSON_TYPES = {
    "str": "string",
    "int": "integer",
    "float": "number",
    "bool": "true or false",
    "Phase": "phase",
    "CueKind": "cue",
    "SeenBy": "seen by",
    "Level": "level",
    "dict[str, str]": "object: string to string",
    "dict[str, Any]": "object",
    "tuple[str, ...]": "array of strings",
    "tuple[float, float]": "array of two numbers",
    "tuple[PointSummary, ...]": "array of points (below)",
    "tuple[dict[str, Any], ...]": "array of objects (below)",
}


UNITS = {
    "_kg_cm2": "Kilogram-force per square centimetre: lower and upper edge.",
    "_cm2": "Square centimetres.",
    "_band_n": "Newtons: lower and upper edge.",
    "_ppm": "Percussions a minute.",
    "_percent": "Per cent.",
    "_c": "Degrees Celsius.",
    "_n": "Newtons.",
    "_s": "Seconds.",
    "discomfort_before": "Rating 0–10.",
    "discomfort_after": "Rating 0–10.",
}
"""Said of a field that has no docstring, by the end of its name."""


def page() -> str:
    """Return the whole page."""
    texts = _field_texts()
    kinds = [kind for kind in _classes(events.Event) if kind is not events.Event]
    parts = [
        INTRODUCTION,
        _words("A **phase** is one of", events.Phase, texts),
        _words("A **cue** is one of", events.CueKind, texts),
        _words("A motor that stopped is **seen by** one of", events.SeenBy, texts),
        _words("A **level** says how hard a rule (`massctl why`) acted", Level, texts),
    ]
    parts += [_table(f"## `{kind.kind}`", kind, texts) for kind in kinds]
    parts.append(_table("### A point of the summary", events.PointSummary, texts))
    parts.append("### An intervention of the summary\n\nThe `intervention` events of the session, as above.\n")
    return "\n".join(parts)


def _classes(base: type[Any]) -> list[type[Any]]:
    found = [kind for kind in vars(events).values() if inspect.isclass(kind) and dataclasses.is_dataclass(kind)]
    return [kind for kind in found if issubclass(kind, base)]


def _table(heading: str, kind: type[Any], texts: dict[tuple[str, str], str]) -> str:
    lines = [heading, "", inspect.getdoc(kind) or "", ""]
    rows = [
        f"| `{field.name}` | {json_type(str(field.type))} | {_note(kind, field.name, texts)} |"
        for field in dataclasses.fields(kind)
        if field.name != "at_s"
    ]
    return "\n".join([*lines, "| field | type | |", "|---|---|---|", *rows, ""])


def _note(kind: type[Any], field: str, texts: dict[tuple[str, str], str]) -> str:
    unit = next((unit for ending, unit in UNITS.items() if field.endswith(ending)), "")
    return texts.get((kind.__name__, field), "") or unit


def json_type(annotation: str) -> str:
    """Return the JSON type that an annotation of events.py becomes."""
    plain = annotation.removesuffix(" | None")
    return JSON_TYPES[plain] + (" or null" if plain != annotation else "")


def _words(heading: str, kind: type[Any], texts: dict[tuple[str, str], str]) -> str:
    lines = [f"- `{word.value}`" + _meaning(texts.get((kind.__name__, word.name), "")) for word in kind]
    return "\n".join([f"{heading}:", "", *lines, ""])


def _meaning(text: str) -> str:
    return f": {text.rstrip('.')}" if text else ""


def _field_texts() -> dict[tuple[str, str], str]:
    """Return the docstrings under fields, by class and field name."""
    texts = {}
    for node in [*ast.parse(inspect.getsource(events)).body, *ast.parse(inspect.getsource(rules)).body]:
        if not isinstance(node, ast.ClassDef):
            continue
        for before, after in zip(node.body, node.body[1:], strict=False):
            name = _target(before)
            if name and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                text = re.sub(r"\s+", " ", str(after.value.value))
                texts[node.name, name] = text.replace("``", "`").replace("|", "\\|")
    return texts


def _target(node: ast.stmt) -> str:
    match node:
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
            return name
        case _:
            return ""


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
