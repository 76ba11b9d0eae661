"""Synthetic sessions for the tests of displays: events as the session room emits them, with values that a test may override."""

from __future__ import annotations

from typing import Any

from massctl.rules import Level
from massctl.session.events import (
    CueKind,
    Event,
    Intervention,
    Phase,
    PhaseChanged,
    PointSummary,
    ScanPoint,
    SeenBy,
    SessionEnded,
    SessionStarted,
    StepEnded,
    StepStarted,
    StopSeen,
    Tick,
)


def started(**changes: Any) -> SessionStarted:
    values: dict[str, Any] = {
        "at_s": 0.0,
        "session_id": "20261122-1630-abcd",
        "program": "desk-shoulders",
        "title": "Desk shoulders",
        "is_simulated": True,
        "wall_time": "2026-11-22T16:30:00+00:00",
        "steps": 14,
        "about_s": 590.0,
        "devices": {"massager": "bench massager (sim://bench)"},
    }
    return SessionStarted(**values | changes)


def step(**changes: Any) -> StepStarted:
    values: dict[str, Any] = {
        "at_s": 1.0,
        "number": 9,
        "of": 14,
        "mode": "sweep",
        "tool": "perc",
        "label": "Middle trapezius left",
        "point": "MTRAP",
        "point_name": "Middle trapezius",
        "region": "upper_back",
        "side": "L",
        "pass_number": 1,
        "passes": 2,
        "minimum_s": 0.0,
        "maximum_s": 45.0,
        "speed_ppm": 1800,
        "level": None,
        "force_band_n": (10.0, 20.0),
        "pressure_band_kg_cm2": None,
        "discomfort_max": None,
        "head": "ball",
        "pose": "seated, arm hugging the opposite shoulder so the blade slides out",
        "cautions": "stay off the spine",
        "instruction": "",
        "substitution": "",
        "next_label": "Middle trapezius right",
    }
    return StepStarted(**values | changes)


def manual_step(**changes: Any) -> StepStarted:
    values: dict[str, Any] = {
        "mode": "pin",
        "tool": "ball",
        "label": "Rhomboids right",
        "point": "RHOM",
        "point_name": "Rhomboids",
        "side": "R",
        "passes": 1,
        "minimum_s": 30.0,
        "speed_ppm": None,
        "force_band_n": None,
        "pressure_band_kg_cm2": (1.5, 2.5),
        "discomfort_max": 4,
        "head": None,
        "pose": "lean against a wall, ball between the blade and the spine",
        "cautions": "",
        "next_label": "Middle trapezius left",
    }
    return step(**values | changes)


def tick(**changes: Any) -> Tick:
    values: dict[str, Any] = {
        "at_s": 20.0,
        "phase": Phase.WORKING,
        "number": 9,
        "clock_s": 17.0,
        "remaining_s": 27.4,
        "contact_s": 18.0,
        "speed_set_ppm": 1800.0,
        "speed_measured_ppm": 1788.0,
        "force_n": 15.2,
        "peak_n": 18.0,
        "cue": CueKind.GOOD,
        "discomfort": 4,
        "battery_percent": 87.0,
        "temperature_c": 34.0,
        "lease_s": 0.8,
        "timer_remaining_s": None,
        "progress": 0.62,
    }
    return Tick(**values | changes)


def backoff() -> Intervention:
    text = "The push is above the cap of this region: speed lowered by 30 %. Ease off a little."
    return Intervention(at_s=95.0, rule="F10", level=Level.BACKOFF, text=text, force_n=33.0)


def over_force() -> list[Event]:
    """Return the events of a stop, up to the screen that asks for its confirmation."""
    return [
        Intervention(at_s=99.0, rule="F10", level=Level.STOP, text="A push of 83 N, above 80 N.", force_n=83.0),
        PhaseChanged(at_s=99.0, phase=Phase.STOPPED, ask="Stopped. Look at the spot before you go on."),
    ]


def stop_seen(*, is_confirmed: bool = True, seen_by: SeenBy | None = None) -> StopSeen:
    standstill_s = 0.84 if is_confirmed else None
    return StopSeen(
        at_s=100.0,
        reason="A push of 83 N, above 80 N.",
        rule="F10",
        written_s=0.0004,
        acknowledged_s=0.03,
        standstill_s=standstill_s,
        is_confirmed=is_confirmed,
        seen_by=seen_by or (SeenBy.MEASURED if is_confirmed else SeenBy.NOTHING),
    )


def step_ended(**changes: Any) -> StepEnded:
    values: dict[str, Any] = {
        "at_s": 60.0,
        "number": 9,
        "label": "Middle trapezius left",
        "point": "MTRAP",
        "side": "L",
        "mode": "sweep",
        "tool": "perc",
        "outcome": "time",
        "work_s": 45.0,
        "contact_s": 43.0,
        "in_band_s": 39.0,
        "over_band_s": 1.0,
        "mean_force_n": 14.8,
        "mean_speed_ppm": 1790.0,
        "discomfort_before": 5,
        "discomfort_after": 3,
    }
    return StepEnded(**values | changes)


def point(**changes: Any) -> PointSummary:
    values: dict[str, Any] = {
        "point": "MTRAP",
        "name": "Middle trapezius",
        "side": "L",
        "tools": ("perc",),
        "dose_s": 43.0,
        "in_band_s": 39.0,
        "mean_force_n": 14.8,
        "mean_speed_ppm": 1790.0,
        "discomfort_before": 5,
        "discomfort_after": 3,
        "outcomes": ("time",),
    }
    return PointSummary(**values | changes)


def ended(**changes: Any) -> SessionEnded:
    ball = point(
        point="RHOM", name="Rhomboids", side="R", tools=("ball",), dose_s=45.0, in_band_s=0.0, outcomes=("softer",)
    )
    values: dict[str, Any] = {
        "at_s": 600.0,
        "session_id": "20261122-1630-abcd",
        "program": "desk-shoulders",
        "is_simulated": True,
        "ended_by": "completed",
        "reason": "",
        "rule": None,
        "duration_s": 600.0,
        "percussion_s": 290.0,
        "steps_done": 14,
        "steps": 14,
        "points": (point(), ball),
        "interventions": (backoff().to_json(),),
        "discomfort_before": 5,
        "discomfort_after": 3,
    }
    return SessionEnded(**values | changes)


def scan_point(**changes: Any) -> ScanPoint:
    values: dict[str, Any] = {
        "at_s": 4.0,
        "number": 7,
        "of": 14,
        "label": "Infraspinatus right",
        "point": "INFRA",
        "point_name": "Infraspinatus",
        "region": "scapula",
        "side": "R",
        "tool": "ball",
        "location": "Flat of the shoulder blade below its spine, 2-4 cm from inner edge",
        "pose": "Arm across the chest",
        "cautions": "off the spine of the shoulder blade",
        "pressure_band_kg_cm2": (1.5, 2.5),
    }
    return ScanPoint(**values | changes)


def scan_values() -> dict[str, Any]:
    """Return what is particular of the step of a scan: nobody works on a point yet."""
    return {
        "mode": "scan",
        "tool": "ui",
        "label": "Find the tender points",
        "point": None,
        "point_name": None,
        "region": None,
        "side": None,
        "speed_ppm": None,
        "force_band_n": None,
        "head": None,
        "pose": "",
        "cautions": "",
        "instruction": "Same pressure on every point",
        "next_label": "The plan",
    }
