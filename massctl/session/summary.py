"""The summary of a session, gathered from its own events: what each point got, and which rules acted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from massctl.body.terms import Tool
from massctl.programs.plan import Plan
from massctl.session.ended import End
from massctl.session.events import (
    DiscomfortRated,
    Event,
    HeartRate,
    Intervention,
    PointSummary,
    SessionEnded,
    StepEnded,
)


@dataclass(slots=True)
class _Tally:
    """What one point and side has had."""

    steps: list[StepEnded] = field(default_factory=list)

    def summary(self, name: str) -> PointSummary:
        first = self.steps[0]
        worked = [step for step in self.steps if step.work_s > 0]
        rated = [s.discomfort_before for s in self.steps if s.discomfort_before is not None]
        after = [s.discomfort_after for s in self.steps if s.discomfort_after is not None]
        areas_cm2 = {step.contact_area_cm2 for step in worked if step.mean_force_n is not None}
        return PointSummary(
            point=first.point or "",
            name=name,
            side=first.side or "",
            tools=tuple(dict.fromkeys(step.tool for step in worked)),
            dose_s=round(sum(_dose_s(step) for step in worked), 1),
            in_band_s=round(sum(step.in_band_s for step in worked), 1),
            mean_force_n=_mean([(step.mean_force_n, step.work_s) for step in worked]),
            mean_speed_ppm=_mean([(step.mean_speed_ppm, step.work_s) for step in worked]),
            discomfort_before=rated[0] if rated else None,
            discomfort_after=after[-1] if after else None,
            outcomes=tuple(step.outcome for step in self.steps),
            contact_area_cm2=areas_cm2.pop() if len(areas_cm2) == 1 else None,
        )


class Recorder:
    """Takes each event of a session and makes the summary."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._names = {step.point.id: step.point.name for step in _all_steps(plan) if step.point is not None}
        self._points: dict[tuple[str, str], _Tally] = {}
        self._interventions: list[dict[str, Any]] = []
        self._ratings: list[int] = []
        self._done: set[int] = set()
        self._percussion_s = 0.0
        self._heart_rates_bpm: list[int] = []

    def take(self, event: Event) -> None:
        """Take one event."""
        if isinstance(event, StepEnded):
            self._take_step(event)
        elif isinstance(event, Intervention):
            self._interventions.append(event.to_json())
        elif (
            isinstance(event, DiscomfortRated) and event.point is None
        ):  # how tender a point is says nothing of before and after
            if event.corrects is not None and self._ratings:
                self._ratings.pop()
            self._ratings.append(event.value)
        elif isinstance(event, HeartRate) and event.rate_bpm is not None:
            self._heart_rates_bpm.append(event.rate_bpm)

    def _take_step(self, event: StepEnded) -> None:
        if event.outcome not in {"skipped", "stopped", "swapped"}:
            self._done.add(event.number)
        if event.tool == Tool.PERCUSSION.value:
            self._percussion_s += event.contact_s
        if event.point is not None:
            self._points.setdefault((event.point, event.side or ""), _Tally()).steps.append(event)

    def ended(self, *, at_s: float, session_id: str, is_simulated: bool, end: End, steps: int) -> SessionEnded:
        """Return the summary of all that was taken."""
        heart = self._heart_rates_bpm
        return SessionEnded(
            at_s=at_s,
            session_id=session_id,
            program=self._plan.program_id,
            is_simulated=is_simulated,
            ended_by=end.ended_by,
            reason=end.reason,
            rule=end.rule,
            duration_s=at_s,
            percussion_s=round(self._percussion_s, 1),
            steps_done=len(self._done),
            steps=steps,
            points=tuple(tally.summary(self._names.get(point, point)) for (point, _), tally in self._points.items()),
            interventions=tuple(self._interventions),
            discomfort_before=self._ratings[0] if self._ratings else None,
            discomfort_after=self._ratings[-1] if len(self._ratings) > 1 else None,
            heart_rate_mean_bpm=round(sum(heart) / len(heart)) if heart else None,
            heart_rate_max_bpm=max(heart, default=None),
        )


def _all_steps(plan: Plan) -> list[Any]:
    return [step for outer in plan.steps for step in (outer, *outer.candidates)]


def _dose_s(step: StepEnded) -> float:
    return step.contact_s if step.tool == Tool.PERCUSSION.value else step.work_s


def _mean(weighted: list[tuple[float | None, float]]) -> float | None:
    known = [(value, weight) for value, weight in weighted if value is not None]
    total = sum(weight for _, weight in known)
    return round(sum(value * weight for value, weight in known) / total, 1) if total > 0 else None
