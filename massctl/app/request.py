"""What one run is asked to be: the whole of it in one value, so that ``massctl again`` can repeat it from the record."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from massctl.body.terms import Side, Tool
from massctl.errors import UsageError
from massctl.programs.choices import Choices

ROLES = ("massager", "sensor", "timer", "heart")
MOVING = frozenset({"massager", "timer"})
"""Roles of devices that something moves by."""


def is_twin(url: str) -> bool:
    """Return whether ``url`` is the simulated twin of a device in the run's own process: ``sim://hypervolt2``."""
    parts = urlsplit(url)
    return parts.scheme == "sim" and bool(parts.netloc) and not parts.path.strip("/")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """A program, or one point to drive freely; with which devices, real or simulated; with which choices."""

    program: str = ""
    """Id in the catalogue, or the path of a TOML file; '' where ``point`` is driven."""
    point: str = ""
    """``massctl drive``: the atlas id of the one point (F46)."""
    choices: Choices = field(default_factory=Choices)
    speed_ppm: int | None = None
    """``massctl drive``: the wished speed."""
    massager: str | None = None
    sensor: str | None = None
    timer: str | None = None
    heart: str | None = None
    """A heart rate sensor: shown and recorded, never steering."""
    is_simulated: bool = False
    """On the simulated bench: on its own devices, or on the twins whose addresses are given (then it need not be said)."""
    seed: int = 1
    speed: float | None = 1.0
    """Simulated runs: times real time; None is virtual time."""
    link: str = "memory"
    """Simulated runs: how the bench is reached: memory, pty or tcp."""
    with_person: bool = True
    """Simulated runs: whether a simulated person presses the keys."""
    faults: tuple[str, ...] = ()
    """Simulated runs: what breaks on the bench: ``NAME``, ``NAME@SECONDS``, ``NAME@PHASE``, or a scenario file."""
    record: Path | None = None
    """A file for the bytes of the links (JSON lines)."""

    def __post_init__(self) -> None:
        if bool(self.program) == bool(self.point):
            raise UsageError(
                "A program to run, or a point to drive, must be named: one of them.",
                "'massctl programs' lists programs.",
            )
        if self.urls and all(map(is_twin, self.urls.values())):
            object.__setattr__(self, "is_simulated", True)
        elif self.is_simulated and self.urls:
            raise UsageError(
                "A simulated run brings its own devices, so no address but that of a simulated device goes with --sim.",
                "Leave out --sim, or leave out --massager, --sensor, --timer and --heart.",
            )

    @property
    def urls(self) -> dict[str, str]:
        """The addresses that were given, by role."""
        given = {role: getattr(self, role) for role in ROLES}
        return {role: url for role, url in given.items() if url}

    @property
    def moving_urls(self) -> tuple[str, ...]:
        """The addresses of what moves: a stop is for them, and nothing is to be stopped at a sensor."""
        return tuple(url for role, url in self.urls.items() if role in MOVING)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values, without ``record``: repeating a run must not write over its recording."""
        values = dataclasses.asdict(self)
        del values["record"]
        values["faults"] = list(self.faults)
        values["choices"] = {
            "side": self.choices.side,
            "minutes": self.choices.minutes,
            "tools": None if self.choices.tools is None else sorted(self.choices.tools),
            "heads": None if self.choices.heads is None else sorted(self.choices.heads),
            "unreachable": sorted(self.choices.unreachable),
        }
        return values

    def on_bench(self) -> RunRequest:
        """Return the same on the simulated bench, whatever devices it was asked for with."""
        if self.is_simulated:
            return self
        return dataclasses.replace(self, massager=None, sensor=None, timer=None, heart=None, is_simulated=True)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> RunRequest:
        """Build it again from ``to_json``; keys of another version of massctl are left out.

        Raises:
            UsageError: it was asked for in words that this version does not know.
        """
        try:
            return cls._from_json(values)
        except (ValueError, TypeError) as problem:
            raise UsageError(
                "This massctl does not know what that session was asked for.", "Choose it anew."
            ) from problem

    @classmethod
    def _from_json(cls, values: dict[str, Any]) -> RunRequest:
        known = {each.name for each in dataclasses.fields(cls)}
        kept = {name: value for name, value in values.items() if name in known}
        chosen = kept.get("choices") or {}
        kept["choices"] = Choices(
            side=Side(chosen["side"]) if chosen.get("side") else None,
            minutes=chosen.get("minutes"),
            tools=None if chosen.get("tools") is None else frozenset(map(Tool, chosen["tools"])),
            heads=None if chosen.get("heads") is None else frozenset(chosen["heads"]),
            unreachable=frozenset(chosen.get("unreachable") or ()),
        )
        kept["faults"] = tuple(kept.get("faults") or ())
        return cls(**kept)
