"""What the tests of the session core share: steps on real points, and a snapshot that a test sets up in a few words."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from massctl.body.atlas import Atlas
from massctl.body.terms import End, Mode, Side, Tool
from massctl.devices.capabilities import ForceReading, ForceSensorCapabilities, MassagerCapabilities, MotorReading
from massctl.programs.plan import Plan, PlannedStep
from massctl.session.events import Phase
from massctl.session.facts import Facts, facts_of
from massctl.session.interlocks import Finding, Interlock
from massctl.session.limits import scope_of
from massctl.session.snapshot import Drive, Snapshot

MASSAGER = MassagerCapabilities(speed_min_ppm=1200, speed_max_ppm=2600, lease_s=1.0)
SENSOR = ForceSensorCapabilities(rate_hz=500, published_hz=50, force_max_n=250)
BEAT_S = 0.05


def facts(*, has_sensor: bool = True, is_free_run: bool = False, **massager: Any) -> Facts:
    """Return the facts of a continuous massager with a fast sensor."""
    capabilities = dataclasses.replace(MASSAGER, **massager)
    return facts_of(capabilities, SENSOR if has_sensor else None, None, is_free_run=is_free_run)


def percussion(point: str = "UTRAP", mode: Mode = Mode.SWEEP, **changes: Any) -> PlannedStep:
    """Return a percussion step on a point of the atlas: UTRAP (cap 20 N, 1,900 PPM) unless told."""
    step = PlannedStep(
        number=1,
        program_step=1,
        mode=mode,
        tool=Tool.PERCUSSION,
        end=End.TIME,
        maximum_s=60.0 if mode is Mode.SWEEP else 30.0,
        point=Atlas.load().point(point),
        side=Side.LEFT,
        speed_ppm=1700,
        force_band_n=(8.0, 14.0),
        head="ball",
        head_area_cm2=5.0,
    )
    return dataclasses.replace(step, **changes)


def manual(point: str = "RHOM", mode: Mode = Mode.PIN, **changes: Any) -> PlannedStep:
    """Return a step with a ball on a point of the atlas."""
    step = PlannedStep(
        number=1,
        program_step=1,
        mode=mode,
        tool=Tool.BALL,
        end=End.RELEASE,
        maximum_s=60.0,
        minimum_s=30.0,
        point=Atlas.load().point(point),
        side=Side.LEFT,
        discomfort_max=5,
    )
    return dataclasses.replace(step, **changes)


def question(mode: Mode = Mode.CHECK, end: End = End.ALL_CLEAR, **changes: Any) -> PlannedStep:
    """Return a step without a point."""
    step = PlannedStep(number=1, program_step=1, mode=mode, tool=Tool.NONE, end=end, maximum_s=30.0)
    return dataclasses.replace(step, **changes)


def plan(*steps: PlannedStep, **changes: Any) -> Plan:
    """Return a plan of these steps, numbered in order."""
    numbered = tuple(dataclasses.replace(step, number=n, program_step=n) for n, step in enumerate(steps, 1))
    return dataclasses.replace(Plan(program_id="test", title="Test", steps=numbered), **changes)


def snapshot(step: PlannedStep | None = None, known: Facts | None = None, phase: Phase = Phase.WORKING) -> Snapshot:
    """Return a snapshot with ``step`` at hand and the motor off."""
    known = known or facts()
    state = Snapshot(known, phase=phase)
    state.scope = scope_of(step or percussion(), known)
    state.at_hand = state.scope.step
    state.feelings.begin_step()
    return state


def running(step: PlannedStep | None = None, known: Facts | None = None, speed_ppm: int = 1700) -> Snapshot:
    """Return a snapshot whose motor has run at ``speed_ppm`` since long ago, by a press."""
    state = snapshot(step, known)
    state.has_start_press = True
    state.want(Drive.RUN, speed_ppm, -100.0)
    state.drive_since_s = state.started_at_s = -100.0
    turn(state, 0.0, speed_ppm)
    return state


def turn(
    state: Snapshot,
    now_s: float,
    measured_ppm: float | None,
    *,
    commanded_ppm: float | None = None,
    ramped_ppm: float | None = None,
    is_armed: bool = True,
    fault: str | None = None,
) -> None:
    """Let the motor report."""
    commanded_ppm = state.set_ppm if commanded_ppm is None else commanded_ppm
    ramped_ppm = commanded_ppm if ramped_ppm is None else ramped_ppm
    state.take_motor(MotorReading(now_s, now_s, commanded_ppm, ramped_ppm, measured_ppm, is_armed, fault))


def push(
    state: Snapshot, now_s: float, mean_n: float, peak_n: float | None = None, *, is_saturated: bool = False
) -> None:
    """Let the force sensor report."""
    state.take_force(ForceReading(now_s, now_s, mean_n, mean_n if peak_n is None else peak_n, is_saturated))


def first_finding(
    rule: Interlock, state: Snapshot, until_s: float, each: Callable[[float], None] | None = None, dt_s: float = 0.02
) -> tuple[float, Finding] | None:
    """Check every ``dt_s`` from 0 on; return when the rule first finds something and what, or None."""
    for number in range(round(until_s / dt_s) + 1):
        now_s = number * dt_s
        if each is not None:
            each(now_s)
        finding = rule.check(now_s, state)
        if finding is not None:
            return now_s, finding
    return None
