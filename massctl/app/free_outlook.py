"""What the massager alone would do on one point, now (F46): its speeds, its plan, or why not. Nothing is opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from massctl.app.outlook import NOBODY, AtHand, PersonToday
from massctl.body.atlas import Point
from massctl.body.limits import speed_band_ppm
from massctl.body.terms import Side
from massctl.errors import MassctlError
from massctl.programs.plan import Plan, PlannedStep
from massctl.programs.planner import free_run_plan

STEP_PPM: Final = 100
"""F17: one press of + is at most this."""


@dataclass(frozen=True, slots=True)
class FreeOutlook:
    """A free run as it would be."""

    plan: Plan | None
    problem: MassctlError | None = None

    @property
    def step(self) -> PlannedStep | None:
        """Its one step."""
        return self.plan.steps[0] if self.plan is not None else None


def free_outlook(
    point: Point, side: Side, speed_ppm: int | None, at_hand: AtHand, person: PersonToday = NOBODY
) -> FreeOutlook:
    """Return what a free run on ``point`` would be."""
    if person.problem is not None:
        return FreeOutlook(None, person.problem)
    try:
        plan = free_run_plan(point, side, at_hand.massager, at_hand.sensor, speed_ppm, allowance=person.allowance)
    except MassctlError as problem:
        return FreeOutlook(None, problem)
    return FreeOutlook(plan)


def speeds_ppm(point: Point, at_hand: AtHand) -> tuple[int, ...]:
    """Return the speeds that can be wished on a point, slowest first; empty where there is no massager for it."""
    band, massager = speed_band_ppm(point), at_hand.massager
    if band is None or massager is None:
        return ()
    low, high = max(band[0], massager.speed_min_ppm), min(band[1], massager.speed_max_ppm)
    if massager.levels_ppm:
        return tuple(level for level in massager.levels_ppm if band[0] <= level <= band[1])
    speeds = list(range(low, high + 1, STEP_PPM))
    return tuple(speeds if not speeds or speeds[-1] == high else [*speeds, high])
