"""Messages and events as the golden files and PROTOCOL.md write them: as JSON fields, and in words."""

from __future__ import annotations

import json
import re
from dataclasses import fields as dataclass_fields
from dataclasses import is_dataclass
from typing import Any

from firmware_protocol.messages import (
    COMMANDS,
    REPORTS,
    Message,
    Unknown,
)

KINDS: dict[str, type[Any]] = {kind.__name__: kind for kind in (*COMMANDS, *REPORTS)}


def field_values(thing: object) -> dict[str, Any]:
    """Return the fields of a message or an event as JSON has them."""
    if isinstance(thing, Unknown):
        return {"type": thing.type, "payload": thing.payload.hex(" ")}
    if isinstance(thing, tuple) and hasattr(thing, "_fields"):
        return dict(zip(thing._fields, thing, strict=True))
    if not is_dataclass(thing):
        raise TypeError(f"{thing!r} has no fields")
    return {field.name: _json_value(getattr(thing, field.name)) for field in dataclass_fields(thing)}


def _json_value(value: object) -> Any:
    if isinstance(value, tuple(KINDS.values())):
        return {"message": type(value).__name__, **field_values(value)}
    if isinstance(value, Exception):
        return str(value)
    if isinstance(value, float):
        return round(value, 6)
    return list(value) if isinstance(value, tuple) else value


def words(message: Message | Unknown) -> str:
    """Return a message as PROTOCOL.md writes it."""
    parts = [type(message).__name__]
    for name, value in field_values(message).items():
        parts.append(f"{name}={'none' if value is None else json.dumps(value, separators=(',', ':'))}")
    return " ".join(parts)


def parse_value(text: str) -> Any:
    """Read a value as PROTOCOL.md writes it."""
    if text == "none":
        return None
    value = json.loads(text)
    return tuple(value) if isinstance(value, list) else value


def parse_words(line: str) -> Message:
    """Read a message as PROTOCOL.md writes it."""
    name, *rest = line.split(" ", 1)
    found = re.findall(r"(\w+)=(\"[^\"]*\"|\S+)", rest[0]) if rest else []
    message: Message = KINDS[name](**{key: parse_value(text) for key, text in found})
    return message
