"""What a step may do here and now: hard ∩ device ∩ region ∩ program, worked out once per step, and speed narrowed by it.

Limits only narrow, and software never drives force: there is a highest speed and a cap of force, and nothing here raises
either. The numbers are those of ``body.limits``; of several reducing factors the smallest counts. What a person or a back-off has
taken off the speed of a place is the supervisor's; what stands here no key raises.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from massctl.body import limits as hard
from massctl.body.terms import Mode, Tool
from massctl.devices.capabilities import DeviceLimits
from massctl.errors import Blocked
from massctl.programs.plan import Plan, PlannedStep
from massctl.session.facts import Facts
from massctl.units import KPA_PER_KG_CM2

SEARCH_STEP_PPM: Final = 10
"""How finely a continuous range is searched for a speed that a slow sensor can see."""


@dataclass(frozen=True, slots=True)
class Scope:
    """One step and its limits, precomputed: interlocks read it a hundred times a second."""

    step: PlannedStep
    number: int
    runs_motor: bool
    is_standing: bool
    """The tool stays on one spot (F2, F13)."""
    needs_pressure: bool
    """Percussion standing on a spot, with a sensor: without a fresh reading it stops (F35)."""
    is_sensorless: bool
    """Percussion without a force sensor (F35)."""
    may_go_sensorless: bool
    """Place, head and device allow percussion without a sensor: one that breaks need not stop a sweep (F35)."""
    measures_pressure: bool
    """A manual tool whose pressure the sensor measures."""
    allows_percussion: bool
    """The place allows what the step does: percussion at all, and standing if it stands (F2)."""
    cap_n: float
    """Cap of the mean push (F10, F11, F37)."""
    area_cm2: float
    pressure_cap_kpa: float
    """Cap of a manual tool's pressure (F11): above it a pause."""
    pressure_stop_kpa: float
    """Above it a stop (F11)."""
    floor_ppm: int
    """Slowest speed that can be set."""
    gentle_ppm: int
    """Lower edge of the point's band, where the device and the plan reach it (F12)."""
    ceiling_ppm: int
    """Hard ∩ device ∩ region ∩ program."""
    contact_max_s: float
    """F13 where the tool stands; infinite where only muscle and session limit."""


def scope_of(step: PlannedStep, facts: Facts) -> Scope:
    """Return ``step`` with its limits on the devices of ``facts``."""
    runs_motor, is_standing = step.runs_motor, hard.is_standing(step.mode)
    area_cm2 = step.head_area_cm2 or 5.0
    ceiling_ppm = _ceiling_ppm(step, facts) if runs_motor else 0
    is_algometer = step.tool is Tool.ALGOMETER or step.mode is Mode.RAMP
    pause_kpa, stop_kpa = _pressures_kpa(step, is_threshold=is_algometer and step.mode is not Mode.SCAN)
    floor_ppm = _floor_ppm(facts)
    return Scope(
        step=step,
        number=step.number,
        runs_motor=runs_motor,
        is_standing=is_standing,
        needs_pressure=runs_motor and is_standing and facts.has_sensor,
        is_sensorless=runs_motor and not facts.has_sensor,
        may_go_sensorless=runs_motor and _may_go_sensorless(step, facts),
        measures_pressure=not runs_motor
        and facts.has_sensor
        and step.head_area_cm2 is not None
        and (step.pressure_band_kg_cm2 is not None or is_algometer),
        allows_percussion=_allows_percussion(step),
        cap_n=_cap_n(step, facts, area_cm2),
        area_cm2=area_cm2,
        pressure_cap_kpa=pause_kpa,
        pressure_stop_kpa=stop_kpa,
        floor_ppm=floor_ppm,
        gentle_ppm=max(floor_ppm, min(ceiling_ppm, step.point.speed_ppm[0]))
        if step.point and step.point.speed_ppm
        else floor_ppm,
        ceiling_ppm=ceiling_ppm,
        contact_max_s=_contact_max_s(step, is_sensorless=runs_motor and not facts.has_sensor),
    )


def _allows_percussion(step: PlannedStep) -> bool:
    if step.point is None:
        return False
    return hard.allows_standing(step.point) if hard.is_standing(step.mode) else hard.allows_percussion(step.point)


def _may_go_sensorless(step: PlannedStep, facts: Facts) -> bool:
    """Return whether place, head and a speed of this device allow work without a sensor (F35)."""
    if step.point is None or step.speed_ppm is None or not hard.may_go_sensorless(step.point, step.head):
        return False
    slowest_ppm = facts.floor_ppm if facts.is_controllable else step.speed_ppm
    return slowest_ppm <= hard.SENSORLESS_SPEED_MAX_PPM


def _pressures_kpa(step: PlannedStep, *, is_threshold: bool) -> tuple[float, float]:
    """Return above which pressure of a manual tool it pauses and stops (F11); this person's threshold is never known."""
    if is_threshold:
        most_kpa = hard.ALGOMETER_STOP_KG_CM2 * KPA_PER_KG_CM2 * step.force_factor
        return most_kpa, most_kpa
    unit_kpa = KPA_PER_KG_CM2 * step.force_factor
    return hard.STATIC_PRESSURE_UNKNOWN_MAX_KG_CM2 * unit_kpa, hard.STATIC_PRESSURE_MAX_KG_CM2 * unit_kpa


def _ceiling_ppm(step: PlannedStep, facts: Facts) -> int:
    if step.point is None or step.speed_ppm is None:
        return 0
    wish_ppm = step.speed_ppm
    if facts.is_free_run and step.point.speed_ppm is not None:
        wish_ppm = step.point.speed_ppm[1]
    ceiling_ppm = min(wish_ppm, hard.speed_max_ppm(step.point.region))
    if step.speed_max_ppm is not None:
        ceiling_ppm = min(ceiling_ppm, step.speed_max_ppm)
    if facts.is_controllable:
        ceiling_ppm = min(ceiling_ppm, facts.speed_max_ppm)
    return ceiling_ppm if facts.has_sensor else min(ceiling_ppm, hard.SENSORLESS_SPEED_MAX_PPM)


def _cap_n(step: PlannedStep, facts: Facts, area_cm2: float) -> float:
    if step.point is None:
        return hard.FORCE_HARD_N
    estimated = hard.ESTIMATED_FORCE_FACTOR if facts.is_force_estimated else 1.0
    if not step.runs_motor:
        return hard.FORCE_HARD_N * estimated
    return hard.force_max_n(step.point.region, area_cm2) * min(estimated, step.force_factor)


def _contact_max_s(step: PlannedStep, *, is_sensorless: bool) -> float:
    if not hard.is_standing(step.mode):
        return math.inf
    if not step.runs_motor:
        return hard.STATIC_PIN_MAX_S
    return hard.SENSORLESS_PIN_S if is_sensorless else hard.PERCUSSION_PIN_MAX_S


def narrow(speed_ppm: float, scope: Scope, facts: Facts, *, is_sensorless: bool = False) -> int:
    """Narrow a wished speed to what may be set now; 0 where nothing the device can do is slow enough.

    Args:
        speed_ppm: what the conductor intends.
        scope: the step's limits.
        facts: what the device can do: a range, or levels, of which the next lower one is taken; and what its sensor can see.
        is_sensorless: whether the sensor has turned out to be broken (F35).
    """
    if not scope.runs_motor:
        return 0
    most_ppm = min(speed_ppm, scope.ceiling_ppm)
    if is_sensorless:
        most_ppm = min(most_ppm, hard.SENSORLESS_SPEED_MAX_PPM)
    slower: Iterable[int] = range(int(most_ppm), facts.speed_min_ppm - 1, -SEARCH_STEP_PPM)
    if facts.levels_ppm:
        slower = (level for level in reversed(facts.levels_ppm) if level <= most_ppm)
    return next((one for one in slower if _can_see(one, facts)), 0)


def _can_see(speed_ppm: int, facts: Facts) -> bool:
    """Return whether the sensor can see a speed (F35); where nobody but the person sets it, there is none to choose."""
    return not facts.is_controllable or hard.sensor_can_see(speed_ppm, facts.sensor_rate_hz)


def _floor_ppm(facts: Facts) -> int:
    """Return the slowest speed that can be set and seen; the device's slowest where no speed can be seen."""
    offered = facts.levels_ppm or range(facts.speed_min_ppm, facts.speed_max_ppm + 1, SEARCH_STEP_PPM)
    return next((one for one in offered if _can_see(one, facts)), facts.floor_ppm)


def step_up_ppm(wish_ppm: int, set_ppm: int, set_for_s: float, facts: Facts) -> int:
    """Return the speed to set now on the way up to ``wish_ppm``: of levels the next one, no sooner than a ramp gets there (F17)."""
    if not facts.levels_ppm or wish_ppm <= set_ppm:
        return wish_ppm
    next_ppm = next(level for level in facts.levels_ppm if level > set_ppm)
    is_due = set_ppm == 0 or set_for_s >= (next_ppm - set_ppm) / facts.ramp_ppm_per_s
    return next_ppm if is_due else set_ppm


def admit(plan: Plan, facts: Facts, *, is_attended: bool = True) -> None:
    """Refuse a plan that no step of could be run safely on these devices, before anything moves.

    The linter and the planner have seen to this; it is checked once more because a plan can be made elsewhere.

    Raises:
        Blocked: naming the step, the rule (F2, F13, F17, F35) and what is possible instead.
    """
    if facts.needs_consent and not is_attended and any(step.runs_motor for step in plan.steps):
        text = "Nothing comes back from this massager, so somebody has to watch it, and nobody is at the keys."
        raise Blocked("F34", text, "Sit at a terminal, or lay timer hardware with a relay into its supply.")
    for step in plan.steps:
        if not step.runs_motor:
            continue
        place = f"Step {step.number} ({step.label})"
        scope = scope_of(step, facts)
        if not scope.allows_percussion:
            raise Blocked("F2", f"{place}: a massager must not work here.", "Use a ball, a cane or a hand instead.")
        if scope.is_standing and step.maximum_s > hard.PERCUSSION_PIN_MAX_S:
            raise Blocked("F13", f"{place}: {step.maximum_s:g} s on one spot; at most 60 s.", "Shorten the step.")
        if not facts.has_massager:
            raise Blocked("F2", f"{place}: there is no massager.", "Connect one, or plan with manual tools.")
        if scope.is_sensorless and not scope.may_go_sensorless:
            text = "without a force sensor a massager works with ball or dampener on the large muscles only, up to 1,800 PPM."
            raise Blocked("F35", f"{place}: {text}", "Connect a sensor, or use a manual tool.")
        if facts.is_controllable and narrow(scope.ceiling_ppm, scope, facts) == 0:
            raise Blocked(
                "F17", f"{place}: the device cannot run as slowly as {scope.ceiling_ppm} PPM.", "Swap the tool."
            )
        if facts.is_controllable and narrow(hard.START_SPEED_MAX_PPM, scope, facts) == 0:
            most_ppm = hard.START_SPEED_MAX_PPM
            text = (
                f"{place}: a start has at most {most_ppm} PPM; the slowest speed of this device has {facts.floor_ppm}."
            )
            raise Blocked("F17", text, "Use a manual tool.")


RUN_MARGIN_S = 10.0
"""Soft start, soft stop and a moment without contact, in the firmware's longest run of a step (design value)."""


def step_limits(scope: Scope) -> DeviceLimits:
    """Return what the firmware itself is asked to hold in one step: twice its time, because it can be extended."""
    return DeviceLimits(
        speed_max_ppm=scope.ceiling_ppm,
        force_max_n=min(hard.FORCE_HARD_N, hard.CAP_STOP_FACTOR * scope.cap_n),
        run_max_s=2 * max(scope.step.maximum_s, hard.PERCUSSION_PIN_MAX_S) + RUN_MARGIN_S,
    )


def device_limits(plan: Plan, facts: Facts) -> DeviceLimits:
    """Return what the firmware is asked to hold from the beginning on: no more than the hardest step of the plan needs."""
    scopes = [scope_of(step, facts) for step in (*plan.steps, *_candidates(plan)) if step.runs_motor]
    return DeviceLimits(
        speed_max_ppm=max((scope.ceiling_ppm for scope in scopes), default=hard.SPEED_CEILING_PPM),
        force_max_n=min(
            hard.FORCE_HARD_N, max((hard.CAP_STOP_FACTOR * scope.cap_n for scope in scopes), default=hard.FORCE_HARD_N)
        ),
        run_max_s=hard.FREE_RUN_MAX_S if facts.is_free_run else hard.MUSCLE_MAX_S,
    )


def _candidates(plan: Plan) -> tuple[PlannedStep, ...]:
    return tuple(candidate for step in plan.steps for candidate in step.candidates)
