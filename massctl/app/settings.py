"""What a person has set once: tools and heads, units, favourites, looks and cues. One strict file, for the user alone.

Nothing about the body stands here (that is the person's file), nor about devices (``app.devices`` remembers them), and no setting
switches a safety rule off.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final

from annotated_types import Interval

from massctl import paths
from massctl.app.private_file import read_private, write_private
from massctl.body.atlas import Atlas
from massctl.body.data import suggestion
from massctl.body.terms import Tool
from massctl.errors import FileProblem, UsageError

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_REMEDY: Final = "Put it right, or delete it: massctl then asks again."


class Units(StrEnum):
    """In what push and pressure are shown; files and the record keep newtons and kg/cm²."""

    NEWTON = "N"
    KG_CM2 = "kg/cm2"
    KPA = "kPa"


class CueStyle(StrEnum):
    """How a session tells what to do, besides the screen."""

    BELL = "bell"
    TONES = "tones"
    SPEECH = "speech"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Settings:
    """All that was set; None is 'nobody asked', and then everything counts as at hand."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True}

    is_set_up: bool = False
    """Whether the first start was gone through, or skipped."""
    units: Units = Units.NEWTON
    tools: frozenset[Tool] | None = None
    """Manual tools at hand; hands always are."""
    heads: frozenset[str] | None = None
    """Heads of the massager at hand."""
    favourites: tuple[str, ...] = ()
    """Ids of programs, the newest first."""
    theme: str = ""
    """'' is the first one."""
    cues: CueStyle = CueStyle.BELL
    cadence_s: Annotated[int, Interval(ge=5, le=300)] = 30
    """How often the time left is told."""
    large_figures: bool = False
    pedal: Mapping[str, str] = field(default_factory=dict)
    """Keys that a pedal sends, and the commands that they mean."""


DEFAULTS: Final = Settings()
"""Before anything was set."""


def settings_path() -> Path:
    """Return where the settings lie."""
    return paths.config_dir() / "settings.json"


def load_settings(path: Path | None = None) -> Settings:
    """Return what was set; the defaults where nothing was.

    Raises:
        FileProblem: the file cannot be read, or its form is wrong; the place names file and key.
    """
    path = path or settings_path()
    if not path.exists():
        return Settings()
    settings = _parse(read_private(path, _REMEDY), str(path))
    _check_heads(settings, str(path))
    return settings


def save_settings(settings: Settings, path: Path | None = None) -> None:
    """Keep ``settings``, whole or not at all. Raises FileProblem."""
    write_private(path or settings_path(), _adapter().dump_json(settings, indent=2), "your settings")


def change_settings(path: Path | None = None, **changes: Any) -> Settings:
    """Change some of the settings, keep them and return all. Raises FileProblem."""
    settings = replace(load_settings(path), **changes)
    save_settings(settings, path)
    return settings


def with_favourite(settings: Settings, program_id: str, *, is_favourite: bool) -> Settings:
    """Return the settings with a program among the favourites, or not."""
    others = tuple(each for each in settings.favourites if each != program_id)
    return replace(settings, favourites=(program_id, *others) if is_favourite else others)


@cache
def _adapter() -> TypeAdapter[Settings]:
    from pydantic import TypeAdapter  # noqa: PLC0415 - lazy: the schema library loads slowly

    return TypeAdapter(Settings)


def _parse(text: bytes, place: str) -> Settings:
    from pydantic import ValidationError  # noqa: PLC0415 - lazy: the schema library loads slowly

    try:
        return _adapter().validate_json(text)
    except ValidationError as problem:
        error = problem.errors(include_url=False)[0]
        key = ".".join(str(part) for part in error["loc"])
        reason = f"{error['msg'][0].lower()}{error['msg'][1:]}."
        if error["type"] == "unexpected_keyword_argument":
            reason = f"is no setting of this massctl. {suggestion(key, [each.name for each in fields(Settings)])}"
        raise FileProblem(f"{place}: {key}" if key else place, reason, _REMEDY) from problem


def _check_heads(settings: Settings, place: str) -> None:
    for head in settings.heads or ():
        try:
            Atlas.load().head(head)
        except UsageError as problem:
            raise FileProblem(f"{place}: heads", problem.what, problem.remedy) from problem
