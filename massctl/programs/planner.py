"""Makes a plan: program × devices × choices, every step inside every static limit. Pure; no I/O but the shipped atlas.

A step becomes one planned step per side and pass. Where the massager cannot or must not do it (F2, F17, F35), a manual tool
takes over, and the plan says so. What the person must not have (F3) is decided before and elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from massctl.body import limits
from massctl.body.atlas import Atlas, Point
from massctl.body.terms import End, Mode, Side, Tool
from massctl.devices.capabilities import ForceSensorCapabilities, MassagerCapabilities
from massctl.errors import Blocked, UsageError
from massctl.programs.choices import Choices
from massctl.programs.dose import within_dose
from massctl.programs.fitting import fit_to_minutes
from massctl.programs.percussion import Bench, Fit, Refusal, fit_percussion
from massctl.programs.plan import Plan, PlannedStep
from massctl.programs.program import Program, Step
from massctl.programs.substitution import (
    MANUAL_TOOLS,
    TOOL_NAMES,
    manual_alternative,
    manual_tool,
    with_manual_tool,
)

__all__ = ["Choices", "free_run_plan", "make_plan", "manual_alternative"]

ALGOMETER_AREA_CM2 = 1.0
"""Fischer 1987: a rubber disc of 1 cm²."""
ALGOMETER_RECORD_MAX_KG_CM2 = limits.STATIC_PRESSURE_MAX_KG_CM2
"""A threshold above it is recorded as 'above range'."""

_AUTO_CAUTION = "not at the front or side of the neck, in the armpit, on the belly, in the groin or behind the knee"
_WORDS = {Side.LEFT: "left", Side.RIGHT: "right"}


def make_plan(
    program: Program,
    choices: Choices,
    massager: MassagerCapabilities | None = None,
    sensor: ForceSensorCapabilities | None = None,
) -> Plan:
    """Make ``program`` concrete.

    Raises:
        UsageError: the program needs a side that nobody chose, or the minutes are too few.
    """
    work = _Planning(program, choices, Bench(massager, sensor, choices.heads))
    drafts = [planned for number, step in enumerate(program.steps, start=1) for planned in work.expand(number, step)]
    steps, over = within_dose(_with_rests(drafts))
    if choices.minutes is not None:
        steps, shortened = fit_to_minutes(steps, choices.minutes)
        over = [*over, *shortened]
    if not any(step.mode is not Mode.CHECK for step in steps):
        raise UsageError(f"Nothing of {program.id} is left to do: {'; '.join(work.warnings)}.", "Choose another side.")
    warnings = tuple(dict.fromkeys([*work.warnings, *over]))
    return Plan(program.id, program.title, _numbered(_with_candidates(steps)), program.notes, warnings, choices.tools)


def free_run_plan(
    point: Point,
    side: Side,
    massager: MassagerCapabilities | None,
    sensor: ForceSensorCapabilities | None = None,
    speed_ppm: int | None = None,
) -> Plan:
    """Make the plan of ``massctl drive``: one sweep of two minutes at most on one point and side (F46).

    Raises:
        Blocked: a rule forbids it; the remedy says what is possible instead.
        UsageError: ``side`` is not one side.
    """
    if side not in _WORDS:
        raise UsageError("A free run works on one side.", "Say --side left or right.")
    band = limits.speed_band_ppm(point)
    if band and speed_ppm is not None and not band[0] <= speed_ppm <= band[1]:
        raise Blocked(
            "F17", f"{speed_ppm:,} PPM is outside the band of {point.id}.", f"Choose {band[0]:,}–{band[1]:,} PPM."
        )
    if massager is None:
        raise UsageError(
            "A free run needs a massager.", "Say --massager URL (massctl devices lists the ports), or --sim."
        )
    step = Step(Mode.SWEEP, Tool.PERCUSSION, int(limits.FREE_RUN_MAX_S), point.id, side, speed_ppm=speed_ppm)
    fit = fit_percussion(step, point, Bench(massager, sensor))
    if isinstance(fit, Refusal):
        said = fit.reason if point.id in fit.reason else f"{point.id}: {fit.reason}"
        error = f"{said[0].upper()}{said[1:]}."
        raise Blocked(fit.rule, error, _instead(point)) if fit.rule else UsageError(error, _instead(point))
    planned = PlannedStep(1, 1, Mode.SWEEP, Tool.PERCUSSION, End.TIME, limits.FREE_RUN_MAX_S, point=point, side=side)
    title = f"Free run on {point.name}, {_WORDS[side]}"
    return Plan(point.id, title, (_with_fit(planned, fit),), point.cautions, is_free_run=True)


@dataclass
class _Planning:
    """One planning at work: what it was given, and what it has to say."""

    program: Program
    choices: Choices
    bench: Bench
    warnings: list[str] = field(default_factory=list)

    def expand(self, number: int, step: Step) -> list[PlannedStep]:
        """Return the planned steps of one program step, sides alternating within each pass (their work is each other's rest)."""
        draft = _draft(number, step)
        if step.mode is Mode.SCAN:
            return [replace(draft, candidates=tuple(self._candidates(number, step)))]
        if step.is_auto:
            return [replace(draft, discomfort_max=limits.SENSORLESS_DISCOMFORT_MAX, instruction=_AUTO_CAUTION)]
        if step.point is None:
            return [draft]
        point = Atlas.load().point(step.point)
        done = self._on_point(step, point, draft)
        if done is None:
            return []
        passes = min(step.passes, max(point.passes, 1))
        return [
            replace(
                done,
                side=side,
                pass_number=number_of_pass,
                passes=passes,
                rest_before_s=limits.REST_MIN_S if number_of_pass > 1 else 0.0,
            )
            for number_of_pass in range(1, passes + 1)
            for side in self._sides(number, step)
        ]

    def _on_point(self, step: Step, point: Point, draft: PlannedStep) -> PlannedStep | None:
        """Return the step with the tool it gets, or None where it is left out."""
        draft = replace(draft, point=point)
        if not point.is_dosed or step.tool is Tool.HAND_PRO:
            self._say(f"{point.id} left out: it is shown and explained, never dosed; see a clinician")
            return None
        if step.tool is Tool.ALGOMETER:
            return self._with_algometer(draft)
        if step.tool is Tool.PERCUSSION:
            return self._with_massager(step, point, draft)
        tool = manual_tool(point, step.tool, self.choices.tools)
        if tool is step.tool or step.tool is Tool.ANY:
            return with_manual_tool(replace(draft, discomfort_max=step.discomfort_max), tool, "")
        reason = f"{TOOL_NAMES[tool]} instead of {TOOL_NAMES.get(step.tool, step.tool.value)}: not at hand"
        return self._substituted(with_manual_tool(draft, tool, reason))

    def _with_massager(self, step: Step, point: Point, draft: PlannedStep) -> PlannedStep:
        fit: Fit | Refusal = Refusal("F48", "the motor stays off in this kind of program")
        if not self.program.keeps_motor_off:
            fit = fit_percussion(step, point, self.bench)
        if isinstance(fit, Fit):
            self._say_what_changed(step, point, fit)
            return _with_fit(draft, fit)
        tool = manual_tool(point, None, self.choices.tools)
        # The wished pressure of a percussion step is none: the point's own band leads.
        reason = f"{TOOL_NAMES[tool]} instead of the massager: {fit.sentence}"
        return self._substituted(with_manual_tool(replace(draft, pressure_band_kg_cm2=None), tool, reason))

    def _say_what_changed(self, step: Step, point: Point, fit: Fit) -> None:
        sensor, band = self.bench.sensor, fit.force_band_n
        if step.speed_ppm is not None and fit.speed_ppm != step.speed_ppm:
            rule = "F35" if sensor is None or sensor.rate_hz < limits.SENSOR_RATE_MIN_HZ else "F17"
            self._say(f"{point.id}: {fit.speed_ppm:,} PPM instead of {step.speed_ppm:,} with these devices [{rule}]")
        if sensor is not None and band is not None and step.force_n is not None and band[1] < step.force_n[1]:
            rule = "F37" if sensor.is_estimated else "F11"
            self._say(f"{point.id}: up to {band[1]:g} N instead of {step.force_n[1]:g} with these devices [{rule}]")

    def _with_algometer(self, draft: PlannedStep) -> PlannedStep | None:
        assert draft.point is not None
        if self.choices.tools is not None and Tool.ALGOMETER not in self.choices.tools:
            self._say(f"{draft.point.id} left out: no algometer at hand")
            return None
        if self.bench.sensor is None:
            self._say("no force sensor: read the pressure off your own gauge")
            return draft
        return replace(draft, head_area_cm2=ALGOMETER_AREA_CM2, pressure_band_kg_cm2=(0.0, ALGOMETER_RECORD_MAX_KG_CM2))

    def _candidates(self, number: int, step: Step) -> Iterable[PlannedStep]:
        """Return one pin per listed point and side, to be rated in a scan and worked on afterwards."""
        pin = next((later for later in self.program.steps if later.is_auto), None)
        maximum_s = pin.maximum_s if pin else int(limits.STATIC_PIN_DEFAULT_S)
        for point_id in step.points:
            one = Step(Mode.PIN, Tool.ANY, maximum_s, point_id, Side.LEFT_THEN_RIGHT, end=End.RELEASE, minimum_s=30)
            yield from self.expand(number, one)

    def _sides(self, number: int, step: Step) -> tuple[Side, ...]:
        wished, chosen = step.side or Side.LEFT_THEN_RIGHT, self.choices.side
        if wished is Side.BOTH:
            return (Side.BOTH,)
        one = chosen if chosen in _WORDS else None
        if wished is Side.CHOSEN and chosen in (None, Side.CHOSEN):
            raise UsageError(f"{self.program.id} works on the side you choose.", "Say --side left, right or both.")
        if wished in (Side.LEFT_THEN_RIGHT, Side.CHOSEN):
            return (one,) if one else (Side.LEFT, Side.RIGHT)
        return self._fixed_side(number, step, wished, one)

    def _fixed_side(self, number: int, step: Step, wished: Side, chosen: Side | None) -> tuple[Side, ...]:
        """Return the side of a step that names one: it follows the chosen side unless another step already works there."""
        if chosen is None or chosen is wished:
            return (wished,)
        covered = any(
            other.point == step.point and other.mode is step.mode and other.side is not wished
            for place, other in enumerate(self.program.steps, start=1)
            if place != number
        )
        if covered:
            self._say(f"{step.point} {_WORDS[wished]} left out: only the {_WORDS[chosen]} side was chosen")
            return ()
        self._say(f"{step.point}: {_WORDS[chosen]} as you chose, the program says {_WORDS[wished]}")
        return (chosen,)

    def _substituted(self, step: PlannedStep) -> PlannedStep:
        assert step.point is not None
        self._say(f"{step.point.id}: {step.substitution}")
        return step

    def _say(self, warning: str) -> None:
        self.warnings.append(warning)


def _draft(number: int, step: Step) -> PlannedStep:
    return PlannedStep(
        number=0,
        program_step=number,
        mode=step.mode,
        tool=step.tool,
        end=step.end,
        maximum_s=float(step.maximum_s),
        minimum_s=float(min(step.minimum_s, step.maximum_s)),
        pressure_band_kg_cm2=step.pressure_kg_cm2,
        discomfort_max=step.discomfort_max,
        instruction=step.instruction,
    )


def _with_fit(step: PlannedStep, fit: Fit) -> PlannedStep:
    return replace(
        step,
        maximum_s=fit.maximum_s,
        minimum_s=min(step.minimum_s, fit.maximum_s),
        speed_ppm=fit.speed_ppm,
        level=fit.level,
        force_band_n=fit.force_band_n,
        pressure_band_kg_cm2=None,
        discomfort_max=fit.discomfort_max,
        head=fit.head,
        head_area_cm2=fit.head_area_cm2,
    )


def _with_rests(steps: Sequence[PlannedStep]) -> list[PlannedStep]:
    """Return the steps, each pin after an earlier one on its point and side at least 20 s later (F13)."""
    pinned: set[tuple[Point, Side | None]] = set()
    rested = []
    for step in steps:
        is_pin = step.point is not None and step.mode in (Mode.PIN, Mode.PINCH)
        again = step.point is not None and is_pin and (step.point, step.side) in pinned
        rested.append(replace(step, rest_before_s=limits.REST_MIN_S) if again else step)
        if step.point is not None and is_pin:
            pinned.add((step.point, step.side))
    return rested


def _with_candidates(steps: Sequence[PlannedStep]) -> list[PlannedStep]:
    """Return the steps, candidates of a scan no longer than the pins they will become."""
    longest = min((step.maximum_s for step in steps if step.mode is Mode.PIN and step.point is None), default=math.inf)
    return [
        replace(step, candidates=tuple(replace(one, maximum_s=min(one.maximum_s, longest)) for one in step.candidates))
        for step in steps
    ]


def _numbered(steps: Sequence[PlannedStep]) -> tuple[PlannedStep, ...]:
    return tuple(replace(step, number=number) for number, step in enumerate(steps, start=1))


def _instead(point: Point) -> str:
    tools = [TOOL_NAMES[tool] for tool in point.alternative_tools if tool in MANUAL_TOOLS]
    return f"Possible there: {', '.join(tools)}." if tools else "See a clinician: this point is explained, never dosed."
