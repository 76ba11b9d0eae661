"""Events and views for tests: a session at work, without a session; the events are those of ``tests.cli.sessions``."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from massctl.app.settings import Units
from massctl.dashboard.view import DashboardView
from massctl.devices.capabilities import ForceReading, MotorReading
from massctl.faces.session_view import SessionView
from massctl.rules import Level
from massctl.session.events import (
    CueKind,
    Intervention,
    Phase,
    PhaseChanged,
    SeenBy,
    SessionStarted,
    StepStarted,
    StopSeen,
    Tick,
)
from tests.cli import sessions

_PIN: dict[str, Any] = {
    "number": 2,
    "of": 5,
    "mode": "pin",
    "label": "Gluteus maximus left",
    "point": "GMAX",
    "point_name": "Gluteus maximus",
    "region": "buttock",
    "passes": 1,
    "minimum_s": 30.0,
    "maximum_s": 90.0,
    "force_band_n": (20.0, 30.0),
    "discomfort_max": 7,
    "pose": "Lie on your side, the upper leg bent",
    "cautions": "off the sit bone",
    "next_label": "Gluteus maximus right",
}
_AT_WORK: dict[str, Any] = {
    "at_s": 10.0,
    "number": 2,
    "clock_s": 12.0,
    "remaining_s": 78.0,
    "contact_s": 14.0,
    "speed_measured_ppm": 1790.0,
    "force_n": 25.0,
    "peak_n": 31.0,
    "discomfort": None,
    "battery_percent": 86.0,
    "temperature_c": 31.0,
    "progress": 0.3,
}


def started(**changes: Any) -> SessionStarted:
    values = {"steps": 5, "about_s": 300.0, "devices": {"massager": "gun", "sensor": "gauge"}}
    return sessions.started(**values | changes)


def step(**changes: Any) -> StepStarted:
    return sessions.step(**_PIN | changes)


def tick(**changes: Any) -> Tick:
    return sessions.tick(**_AT_WORK | changes)


def force(at_s: float, newtons: float) -> ForceReading:
    return ForceReading(at_s, at_s, newtons, newtons + 3)


def motor(at_s: float, ppm: float) -> MotorReading:
    return MotorReading(at_s, at_s, ppm, ppm, ppm, is_armed=True)


def phase(what: Phase, ask: str = "", at_s: float = 2.0) -> PhaseChanged:
    return PhaseChanged(at_s=at_s, phase=what, ask=ask)


def trip(rule: str = "F10", text: str = "Far too much push.") -> Intervention:
    return Intervention(at_s=11.0, rule=rule, level=Level.STOP, text=text)


def stop_seen(*, is_confirmed: bool = True, seen_by: SeenBy = SeenBy.MEASURED) -> StopSeen:
    seen = sessions.stop_seen(is_confirmed=is_confirmed, seen_by=seen_by)
    standstill_s = 0.4 if is_confirmed else None
    return replace(seen, at_s=11.5, reason="Far too much push.", acknowledged_s=0.01, standstill_s=standstill_s)


def at_work(
    push_n: float | None = 25.0, cue: CueKind | None = CueKind.GOOD, units: Units = Units.NEWTON, **of_step: Any
) -> DashboardView:
    """Return the view of a pin that runs."""
    view = DashboardView(SessionView(units))
    for event in (started(), step(**of_step), phase(Phase.WAITING, "Place the head."), phase(Phase.WORKING)):
        view.see(event)
    if push_n is not None:
        view.hear(force(9.99, push_n))
    view.see(tick(force_n=push_n, cue=cue))
    return view


def stopped(**of_stop: Any) -> DashboardView:
    """Return the view of a session that a rule has stopped."""
    view = at_work(push_n=60.0, cue=CueKind.EASE_OFF)
    for event in (phase(Phase.STOPPED, at_s=11.0), trip(), *([stop_seen(**of_stop)] if of_stop else [])):
        view.see(event)
    return view


def scan_step() -> StepStarted:
    """Return the step of a scan: nobody works on a point yet."""
    return step(**sessions.scan_values())
