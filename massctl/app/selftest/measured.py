"""What was measured of one device, in figures with their limits; kept beside the certificate, by the device's address."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from massctl import clock, paths
from massctl.app.private_file import write_private

FILE: Final = "measured-devices.json"


class Figure(NamedTuple):
    """One figure."""

    id: str
    what: str
    took_s: float | None
    """The worst of the runs; None where it was not measured, or did not come."""
    allowed_s: float | None = None
    """None where there is no limit."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of one device."""

    url: str
    name: str
    made_at: str
    """ISO 8601, UTC."""
    figures: tuple[Figure, ...]
    problems: tuple[str, ...]
    is_simulated: bool = False

    @property
    def is_passed(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.problems

    def took_s(self, figure_id: str) -> float | None:
        """Return one figure; None where it was not measured."""
        return next((each.took_s for each in self.figures if each.id == figure_id), None)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "url": self.url,
            "name": self.name,
            "made_at": self.made_at,
            "is_simulated": self.is_simulated,
            "is_passed": self.is_passed,
            "figures": [each._asdict() for each in self.figures],
            "problems": list(self.problems),
        }


def measured_now(
    url: str, name: str, figures: tuple[Figure, ...], problems: list[str], *, is_simulated: bool
) -> Measured:
    """Return what was measured just now."""
    made_at = clock.wall_now().isoformat(timespec="seconds")
    return Measured(url, name, made_at, figures, tuple(problems), is_simulated=is_simulated)


def remember(measured: Measured) -> None:
    """Keep the figures of one device, for the user alone. Raises FileProblem."""
    known = {url: each.to_json() for url, each in measurements().items()} | {measured.url: measured.to_json()}
    write_private(_path(), json.dumps(known).encode(), "what was measured", "MASSCTL_DATA_DIR")


def measurements() -> dict[str, Measured]:
    """Return the figures of the devices that were measured, by address; those that cannot be read are left out."""
    try:
        values = json.loads(_path().read_text(encoding="utf-8"))
        return {str(url): found for url, each in values.items() if (found := _read(each)) is not None}
    except (OSError, ValueError, AttributeError):
        return {}


def _read(values: Any) -> Measured | None:
    try:
        figures = tuple(Figure(**each) for each in values["figures"])
        said = {key: str(values[key]) for key in ("url", "name", "made_at")}
        problems = tuple(map(str, values["problems"]))
        return Measured(**said, figures=figures, problems=problems, is_simulated=bool(values["is_simulated"]))
    except (KeyError, TypeError):
        return None


def _path() -> Path:
    return paths.data_dir() / FILE
