"""Speed ladders of real guns: how many percussions a minute each level is, from where the figure is, and whether it was measured.

Shipped ones lie in ``profiles/devices``; a file of the same name in the user's own folder takes the place of one, and others
there are guns of the user's own. The strict reading of those is ``ladder_file``'s. No device is known here.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

from massctl import paths
from massctl.body.data import read_toml, shipped_ids, suggestion
from massctl.body.limits import SPEED_CEILING_PPM
from massctl.errors import UsageError

FOLDER: Final = "devices"
HEADS: Final = "heads"
"""The one file there that is no gun's."""
STRICT: Final[dict[str, Any]] = {"extra": "forbid", "strict": True}
"""For pydantic, where a user's file is read."""


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a gun."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    ppm: int
    source: str
    is_measured: bool = False


@dataclass(frozen=True, slots=True)
class Range:
    """A gun without levels."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    min_ppm: int
    max_ppm: int
    source: str
    is_measured: bool = False


@dataclass(frozen=True, slots=True)
class Ladder:
    """The speeds and heads of one gun; it has levels or a range."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    id: str
    name: str
    heads: tuple[str, ...]
    heads_source: str
    levels: tuple[Level, ...] = ()
    """Slowest first; the first is level 1."""
    range: Range | None = None
    auto_off_s: float | None = None
    """It switches itself off this long after the start of its motor (F41); None where nobody has told."""
    auto_off_source: str = ""
    is_own: bool = False
    """Whether it comes from the user's own folder."""

    @property
    def levels_ppm(self) -> tuple[int, ...]:
        """The rates of its levels; empty for a range."""
        return tuple(level.ppm for level in self.levels)

    @property
    def speed_min_ppm(self) -> int:
        """Its slowest speed."""
        return self.range.min_ppm if self.range else self.levels[0].ppm

    @property
    def speed_max_ppm(self) -> int:
        """Its fastest speed."""
        return self.range.max_ppm if self.range else self.levels[-1].ppm

    @property
    def is_measured(self) -> bool:
        """Whether each of its figures was measured."""
        return self.range.is_measured if self.range else all(level.is_measured for level in self.levels)

    @property
    def note(self) -> str:
        """What a person has to know of it; empty where nothing."""
        if self.speed_min_ppm > SPEED_CEILING_PPM:
            return f"Its slowest speed is above {SPEED_CEILING_PPM:,} PPM, the most on any point: no program runs it. [F17]"
        return "" if self.is_measured else "Its rates were not measured: count the strokes, and correct them. [F17]"

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return asdict(self) | {"is_measured": self.is_measured, "note": self.note}


def own_folder() -> Path:
    """Return the user's own folder of ladders."""
    return paths.config_dir() / FOLDER


def ladder_ids() -> tuple[str, ...]:
    """Return the ids of all ladders, shipped and own, sorted; reads none."""
    own = (path.stem for path in own_folder().glob("*.toml"))
    return tuple(sorted({*shipped_ids(FOLDER), *own} - {HEADS}))


def ladder(ladder_id: str) -> Ladder:
    """Return the ladder of a gun: the user's own where there is one, else the shipped one.

    Raises:
        UsageError: there is none; the remedy names the nearest.
        FileProblem: the user's own file is wrong.
    """
    own = own_folder() / f"{ladder_id}.toml"
    if ladder_id not in ladder_ids():
        raise UsageError(f"There is no speed ladder {ladder_id!r}.", suggestion(ladder_id, ladder_ids()))
    if own.exists():
        from massctl.devices.ladder_file import read_ladder  # noqa: PLC0415 - lazy: the schema library loads slowly

        return read_ladder(own)
    return shipped_ladder(ladder_id)


def shipped_ladder(ladder_id: str) -> Ladder:
    """Return a shipped ladder, which must exist; the tests check their form."""
    raw = read_toml(FOLDER, f"{ladder_id}.toml")
    return Ladder(
        id=raw["id"],
        name=raw["name"],
        heads=tuple(raw["heads"]),
        heads_source=raw["heads_source"],
        levels=tuple(Level(**level) for level in raw.get("levels", ())),
        range=Range(**raw["range"]) if "range" in raw else None,
        auto_off_s=raw.get("auto_off_s"),
        auto_off_source=raw.get("auto_off_source", ""),
    )
