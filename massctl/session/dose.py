"""The dose of one session: motor-on contact per step, muscle and side, and in all (F13–F16).

It counts whatever a person did in between: back, extend, swap and resume add to the same counters. Time inside the force band
decides success and is counted elsewhere (``work``). Ledgers over days are history's, not a session's.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from massctl.body.terms import Mode, Side
from massctl.programs.plan import PlannedStep


def sides_of(side: Side | None) -> tuple[Side, ...]:
    """Return the sides of the body that a dose on ``side`` counts for."""
    return (Side.LEFT, Side.RIGHT) if side is Side.BOTH else (side,) if side is not None else ()


Spot = tuple[int, str | None, Side | None, int, bool]
"""Program step, point, side, pass, and whether the motor runs: what F13 counts as one pass on one spot."""


def spot_of(step: PlannedStep) -> Spot:
    """Return what F13 counts ``step`` under; a renumbered or repeated step stays the same spot."""
    return (step.program_step, step.point.id if step.point else None, step.side, step.pass_number, step.runs_motor)


@dataclass(slots=True)
class Doses:
    """Seconds of work, counted where a limit needs them."""

    work_s: float = 0.0
    """Work of the session with any tool: motor-on time, and guided time of manual tools (F7)."""
    percussion_s: float = 0.0
    """Motor-on contact of the session (F15)."""
    by_spot_s: dict[Spot, float] = field(default_factory=dict)
    """By place and pass: motor-on contact, or guided time of a manual tool (F13)."""
    by_muscle_s: dict[tuple[str, Side], float] = field(default_factory=dict)
    """Motor-on contact by muscle and side (F14)."""
    work_by_muscle_s: dict[tuple[str, Side], float] = field(default_factory=dict)
    """Work by muscle and side, with any tool (F19)."""
    pinned_points: set[str] = field(default_factory=set)
    """Points that were pinned, left and right counted once (F16)."""
    motor_on_s: float = 0.0
    """Motor-on time of a free run, with or without contact (F46)."""

    def add(self, step: PlannedStep, dt_s: float, *, is_motor_on: bool, is_contact: bool) -> None:
        """Count ``dt_s`` seconds of work on ``step``."""
        if is_motor_on or not step.runs_motor:
            self.work_s += dt_s
            _add_to_muscle(self.work_by_muscle_s, step, dt_s)
        if not step.runs_motor:
            self._add_spot(step, dt_s)
        elif is_motor_on:
            self.motor_on_s += dt_s
            if is_contact:
                self._add_contact(step, dt_s)
        if step.mode is Mode.PIN and step.point is not None:
            self.pinned_points.add(step.point.id)

    def _add_contact(self, step: PlannedStep, dt_s: float) -> None:
        self.percussion_s += dt_s
        self._add_spot(step, dt_s)
        _add_to_muscle(self.by_muscle_s, step, dt_s)

    def _add_spot(self, step: PlannedStep, dt_s: float) -> None:
        spot = spot_of(step)
        self.by_spot_s[spot] = self.by_spot_s.get(spot, 0.0) + dt_s

    def spot_s(self, step: PlannedStep) -> float:
        """Return the seconds that this pass of ``step`` has had, over all visits to it."""
        return self.by_spot_s.get(spot_of(step), 0.0)

    def muscle_s(self, step: PlannedStep) -> float:
        """Return the motor-on contact of the step's muscle, on the side that has had more of it."""
        return _of_muscle(self.by_muscle_s, step)

    def muscle_work_s(self, step: PlannedStep) -> float:
        """Return the work on the step's muscle with any tool, on the side that has had more of it."""
        return _of_muscle(self.work_by_muscle_s, step)


def _add_to_muscle(by_muscle_s: dict[tuple[str, Side], float], step: PlannedStep, dt_s: float) -> None:
    if step.point is None:
        return
    for side in sides_of(step.side):
        key = (step.point.muscle, side)
        by_muscle_s[key] = by_muscle_s.get(key, 0.0) + dt_s


def _of_muscle(by_muscle_s: dict[tuple[str, Side], float], step: PlannedStep) -> float:
    if step.point is None:
        return 0.0
    return max((by_muscle_s.get((step.point.muscle, side), 0.0) for side in sides_of(step.side)), default=0.0)
