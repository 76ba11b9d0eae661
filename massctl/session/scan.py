"""The scan: each candidate rated at the same pressure, and the most tender of them picked for the steps that follow. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from massctl.body.terms import Mode, Side
from massctl.programs.plan import PlannedStep
from massctl.session.cues import NO_HARDER_FROM
from massctl.session.events import CueKind
from massctl.session.interlocks.base import Held
from massctl.session.snapshot import Snapshot, Stale
from massctl.units import force_n_from_kg_cm2

POINTS_MOST: Final = 4
"""F16: the four most tender points, left and right counting once (Cagnie 2013)."""

TOLERANCE: Final = 0.15
STEADY_S: Final = 2.0
"""F25: a rating counts only at the target pressure ±15 %, held for 2 s."""


@dataclass(slots=True)
class Scan:
    """One scan: where it is, and what was rated."""

    candidates: tuple[PlannedStep, ...]
    most: int = POINTS_MOST
    """How many points it may pick; a person may have fewer (F27)."""
    area_cm2: float | None = None
    """Contact area of the gauge with which each point is pressed; None where nothing measures the pressure."""
    at: int = 0
    ratings: dict[int, int] = field(default_factory=dict)
    """By place in ``candidates``."""
    _steady: Held = field(default_factory=Held)
    is_steady: bool = False
    felt: int | None = None
    """The last rating given for the candidate at hand, whether it counted or not."""

    @property
    def candidate(self) -> PlannedStep | None:
        """The candidate at hand; None when all have been seen."""
        return self.candidates[self.at] if self.at < len(self.candidates) else None

    @property
    def share(self) -> float:
        """How much of it is done, 0–1."""
        return self.at / len(self.candidates) if self.candidates else 1.0

    @property
    def ask(self) -> str:
        """What is asked for the candidate at hand."""
        step = self.candidate
        if step is None:
            return ""
        press = (
            "press firmly, as on the others"
            if self.band_n is None
            else f"hold the push in its band for {STEADY_S:.0f} s"
        )
        return f"{step.label}, {self.at + 1} of {len(self.candidates)}: {press}, then rate it 0–10. Enter skips it."

    @property
    def ask_again(self) -> str:
        """What is asked where a rating did not count (F25)."""
        step = self.candidate
        if step is None or self.band_n is None:
            return self.ask
        hold = f"Hold the push in its band for {STEADY_S:.0f} s first"
        return f"{step.label}: not counted. {hold}, then rate it 0–10. Enter skips it."

    @property
    def band_n(self) -> tuple[float, float] | None:
        """The push at which a rating of the candidate at hand counts (F25); None where nothing measures it."""
        target_n = self._target_n
        return None if target_n is None else (target_n * (1 - TOLERANCE), target_n * (1 + TOLERANCE))

    @property
    def _target_n(self) -> float | None:
        step = self.candidate
        if step is None or step.pressure_band_kg_cm2 is None or self.area_cm2 is None:
            return None
        return force_n_from_kg_cm2(sum(step.pressure_band_kg_cm2) / 2, self.area_cm2)

    def watch(self, now_s: float, snapshot: Snapshot) -> None:
        """Look whether the pressure has been steady at its target for long enough (F25)."""
        target_n, reading = self._target_n, snapshot.force(now_s)
        if target_n is None:
            self.is_steady = True
            return
        is_near = not isinstance(reading, Stale) and abs(reading.mean_n - target_n) <= TOLERANCE * target_n
        self.is_steady = self._steady.lasts(now_s, is_near, STEADY_S)

    def cue(self, now_s: float, snapshot: Snapshot) -> CueKind | None:
        """Return what to do with one's hands; None where nothing is measured, or nothing touched.

        Who has called this point 3 or more is not told to press it harder, whether that rating counted or not (F20).
        """
        band, reading = self.band_n, snapshot.force(now_s)
        if band is None or isinstance(reading, Stale) or not snapshot.is_touching(now_s):
            return None
        if reading.mean_n > band[1]:
            return CueKind.EASE_OFF
        if reading.mean_n >= band[0]:
            return CueKind.GOOD
        return CueKind.STAY_GENTLE if (self.felt or 0) >= NO_HARDER_FROM else CueKind.PRESS_HARDER

    def rate(self, value: int) -> bool:
        """Take a rating of the candidate at hand and go to the next; False where the pressure was not right (F25)."""
        self.felt = value
        if not self.is_steady:
            return False
        self.ratings[self.at] = value
        self.go_on()
        return True

    def go_on(self) -> None:
        """Go to the next candidate."""
        self.at += 1
        self.begin_anew()

    def go_back(self) -> None:
        """Go back to the candidate before."""
        self.at = max(0, self.at - 1)
        self.begin_anew()

    def begin_anew(self) -> None:
        """Begin anew with the candidate at hand: its pressure has to be held once more."""
        self._steady.clear()
        self.is_steady, self.felt = False, self.ratings.get(self.at)

    def picks(self) -> tuple[PlannedStep, ...]:
        """Return the pins on the most tender points, the worst first, both sides of a point together."""
        worst: dict[str, int] = {}
        for place, value in self.ratings.items():
            point = self.candidates[place].point
            if point is not None and value > 0:
                worst[point.id] = max(worst.get(point.id, 0), value)
        chosen = sorted(worst, key=lambda point_id: -worst[point_id])[: min(POINTS_MOST, self.most)]
        return tuple(step for point_id in chosen for step in self._sides_of(point_id))

    def _sides_of(self, point_id: str) -> list[PlannedStep]:
        rated = [(place, self.candidates[place]) for place in self.ratings if self.ratings[place] > 0]
        steps = [step for _, step in rated if step.point is not None and step.point.id == point_id]
        return sorted(steps, key=lambda step: step.side is Side.RIGHT)

    @property
    def told(self) -> str:
        """What was found, in words."""
        steps = self.picks()
        if not steps:
            return "Nothing tender: there is nothing to work on. Enter goes on."
        return f"Most tender: {', '.join(step.label for step in steps)}. Enter goes on with these."


def with_picks(steps: tuple[PlannedStep, ...], after: int, picks: tuple[PlannedStep, ...]) -> tuple[PlannedStep, ...]:
    """Return the steps with the AUTO pins behind index ``after`` replaced by ``picks``, numbered anew."""
    kept = [step for index, step in enumerate(steps) if index <= after or not is_auto(step)]
    first_auto = next((i for i, step in enumerate(steps) if i > after and is_auto(step)), after + 1)
    merged = [*kept[:first_auto], *picks, *kept[first_auto:]]
    return tuple(replace(step, number=number) for number, step in enumerate(merged, 1))


def is_auto(step: PlannedStep) -> bool:
    """Return whether a step waits for a scan to name its point."""
    return step.mode is Mode.PIN and step.point is None
