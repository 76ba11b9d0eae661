"""How a step is told: its events from its plan and tally. No decisions."""

from __future__ import annotations

import math

from massctl.body.terms import Side, Tool
from massctl.programs.plan import PlannedStep
from massctl.session.events import ScanPoint, StepEnded, StepStarted
from massctl.session.facts import Facts
from massctl.session.scan import Scan
from massctl.session.work import Work


def step_started(
    at_s: float, step: PlannedStep, of: int, maximum_s: float, following: PlannedStep | None, *, facts: Facts
) -> StepStarted:
    """Return the event of a step that comes up on the devices of ``facts``."""
    point = step.point
    return StepStarted(
        at_s=at_s,
        number=step.number,
        of=of,
        mode=step.mode.value,
        tool=step.tool.value,
        label=step.label,
        point=point.id if point else None,
        point_name=point.name if point else None,
        region=point.region.id if point else None,
        side=side_name(step.side),
        pass_number=step.pass_number,
        passes=step.passes,
        minimum_s=step.minimum_s,
        maximum_s=maximum_s,
        speed_ppm=step.speed_ppm,
        level=step.level,
        force_band_n=step.force_band_n,
        pressure_band_kg_cm2=step.pressure_band_kg_cm2,
        discomfort_max=step.discomfort_max,
        head=step.head,
        pose=point.pose if point else "",
        cautions=point.cautions if point else "",
        instruction=f"{step.instruction[:1].upper()}{step.instruction[1:]}",
        substitution=step.substitution,
        next_label=following.label if following is not None else None,
        next_point=following.point.id if following is not None and following.point is not None else None,
        contact_area_cm2=step.head_area_cm2,
        has_soft_start=facts.has_soft_start,
        is_switched_by_hand=step.runs_motor and not facts.can_stop,
    )


def scan_point(at_s: float, scan: Scan, gauge: PlannedStep) -> ScanPoint | None:
    """Return the event of the point that a scan has come to, pressed with the tool of ``gauge`` where that has one."""
    candidate = scan.candidate
    point = candidate.point if candidate is not None else None
    if candidate is None or point is None:
        return None
    return ScanPoint(
        at_s=at_s,
        number=scan.at + 1,
        of=len(scan.candidates),
        label=candidate.label,
        point=point.id,
        point_name=point.name,
        region=point.region.id,
        side=side_name(candidate.side),
        tool=(candidate.tool if gauge.tool is Tool.NONE else gauge.tool).value,
        location=point.location,
        pose=point.pose,
        cautions=point.cautions,
        pressure_band_kg_cm2=candidate.pressure_band_kg_cm2,
        contact_area_cm2=scan.area_cm2,
        force_band_n=scan.band_n,
    )


def step_ended(at_s: float, work: Work, outcome: str, before: int | None, after: int | None) -> StepEnded:
    """Return the event of a step that is over."""
    step = work.step
    return StepEnded(
        at_s=at_s,
        number=step.number,
        label=step.label,
        point=step.point.id if step.point else None,
        side=side_name(step.side),
        mode=step.mode.value,
        tool=step.tool.value,
        outcome=outcome,
        work_s=round(work.work_s, 3),
        contact_s=round(work.contact_s, 3),
        in_band_s=round(work.in_band_s, 3),
        over_band_s=round(work.over_band_s, 3),
        mean_force_n=_rounded(work.mean_force_n),
        mean_speed_ppm=_rounded(work.mean_speed_ppm),
        discomfort_before=before,
        discomfort_after=after,
        contact_area_cm2=step.head_area_cm2,
    )


def side_name(side: Side | None) -> str | None:
    """Return a side as events spell it."""
    return side.value if side is not None else None


def number(value: float | None) -> float | None:
    """Return a reading as JSON can tell it: a sensor's 'not a number' is no reading."""
    return value if value is not None and math.isfinite(value) else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
