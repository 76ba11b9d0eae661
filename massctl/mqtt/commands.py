"""What may be asked of a bridge, strictly read from the bytes of a payload. Pure; whether it is obeyed is the gatekeeper's.

A payload is a JSON object: ``{"id": "…", "value": …}``. The id is the sender's, new for each command, so that a command that
arrives twice is obeyed once. Nothing here trusts a byte of it: it comes from a network.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

PAYLOAD_MAX_BYTES: Final = 512
"""Longer payloads are not read (design value: the longest valid one has under 200 bytes)."""
TIMER_MAX_MIN: Final = 20
"""The hard limit of a percussion session (F15)."""
SPEED_MAX_PPM: Final = 2400
"""The highest ceiling of any region (F17)."""


class Name(StrEnum):
    """The commands, as their topics are named."""

    PROGRAM = "program"
    """Choose the program of the next start."""
    SIDE = "side"
    """Choose its side."""
    TIMER = "timer"
    """Minutes: the time there is for the next start; in a running session, when it ends at the latest."""
    START = "start"
    GO_ON = "go_on"
    PAUSE = "pause"
    STOP = "stop"
    FINISH = "finish"
    SPEED = "speed"
    """Percussions a minute: at once down to it; up by at most one press of +."""
    DISCOMFORT = "discomfort"


class BadCommand(ValueError):
    """The payload is no command; the message says why, in words."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command, checked."""

    name: Name
    id: str
    value: str | int | None = None


class _Payload(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:\-]{1,64}$")]


class _Bare(_Payload):
    value: None = None


class _Program(_Payload):
    value: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_\-]{0,63}$")]


class _Side(_Payload):
    value: Annotated[str, Field(pattern=r"^(left|right|both)$")]


class _Timer(_Payload):
    value: Annotated[int, Field(ge=1, le=TIMER_MAX_MIN)]


class _Speed(_Payload):
    value: Annotated[int, Field(ge=0, le=SPEED_MAX_PPM)]


class _Discomfort(_Payload):
    value: Annotated[int, Field(ge=0, le=10)]


_FORMS: Final[dict[Name, type[_Payload]]] = {
    Name.PROGRAM: _Program,
    Name.SIDE: _Side,
    Name.TIMER: _Timer,
    Name.SPEED: _Speed,
    Name.DISCOMFORT: _Discomfort,
}


def read_command(name: str, payload: bytes) -> Command:
    """Return the command that arrived on the topic of ``name``.

    A stop is a stop whatever its payload says: who wants one must not fail at a comma.

    Raises:
        BadCommand: there is no such command, or the payload is none for it.
    """
    try:
        known = Name(name)
    except ValueError:
        raise BadCommand(f"there is no command of this name; there are {', '.join(Name)}") from None
    if known is Name.STOP:
        return Command(known, "")
    if len(payload) > PAYLOAD_MAX_BYTES:
        raise BadCommand(f"{len(payload)} bytes are too many; {PAYLOAD_MAX_BYTES} are read")
    try:
        values = _FORMS.get(known, _Bare).model_validate_json(payload)
    except ValidationError as error:
        raise BadCommand(_in_words(error)) from None
    except RecursionError:  # a JSON parser's answer to thousands of brackets
        raise BadCommand("it is nested too deeply") from None
    return Command(known, values.id, getattr(values, "value", None))


def _in_words(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"]) or "the payload"
    return f"{place}: {first['msg'][:120].lower()}"
