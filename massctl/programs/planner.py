"""Makes a plan: program × devices × choices × person, every step inside every static limit. Pure; no I/O but the shipped atlas.

A step becomes one planned step per side and pass. Where the massager cannot or must not do it (F2, F17, F35), a manual tool
takes over, and the plan says so. What the person must not have (F3) is left out, with the reason, and no tool takes its place.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from massctl.body import limits
from massctl.body.allowance import Allowance, Bar, Share
from massctl.body.atlas import Atlas, Point
from massctl.body.terms import SIDE_WORDS, End, Mode, Side, Tool
from massctl.devices.capabilities import ForceSensorCapabilities, MassagerCapabilities
from massctl.errors import Blocked, UsageError
from massctl.programs.choices import Choices
from massctl.programs.dose import within_dose
from massctl.programs.free_run import free_run_plan
from massctl.programs.percussion import Bench, Fit, Refusal, fit_percussion, with_fit
from massctl.programs.plan import Plan, PlannedStep
from massctl.programs.program import Program, Step
from massctl.programs.shaping import fit_to_person, for_person, muscle_max_s, pin_tools_of, session_max_s
from massctl.programs.substitution import (
    TOOL_NAMES,
    manual_alternative,
    manual_tool,
    reaching_tool,
    with_manual_tool,
)

__all__ = ["Choices", "free_run_plan", "make_plan", "manual_alternative"]

ALGOMETER_AREA_CM2 = 1.0
"""Fischer 1987: a rubber disc of 1 cm²."""
ALGOMETER_RECORD_MAX_KG_CM2 = limits.STATIC_PRESSURE_MAX_KG_CM2
"""A threshold above it is recorded as 'above range'."""

_AUTO_CAUTION = "not at the front or side of the neck, in the armpit, on the belly, in the groin or behind the knee"


def make_plan(
    program: Program,
    choices: Choices,
    massager: MassagerCapabilities | None = None,
    sensor: ForceSensorCapabilities | None = None,
    allowance: Allowance | None = None,
) -> Plan:
    """Make ``program`` concrete.

    Args:
        program: what is to be done.
        choices: side, minutes, tools and heads.
        massager: the massager at hand.
        sensor: the force sensor at hand.
        allowance: what the person may have; None where nobody is there: on the simulated bench, or for a look at a plan.

    Raises:
        UsageError: the program needs a side that nobody chose, or the minutes are too few.
        Blocked: a rule about the person leaves nothing of the program; the remedy says what is possible instead.
    """
    allowance = allowance or Allowance()
    work = _Planning(program, choices, Bench(massager, sensor, choices.heads), allowance)
    drafts = [planned for number, step in enumerate(program.steps, start=1) for planned in work.expand(number, step)]
    steps, over = within_dose(_with_rests(for_person(drafts, allowance)))
    work.refuse_if_nothing_is_left(steps)
    steps, shortened = fit_to_person(steps, choices.minutes, allowance)
    if not any(step.mode is not Mode.CHECK for step in steps):
        why = "; ".join(dict.fromkeys(work.warnings))
        raise UsageError(f"Nothing of {program.id} is left to do: {why}.", "Choose another side.")
    return Plan(
        program.id,
        program.title,
        _numbered(_with_candidates(steps)),
        program.notes,
        tuple(dict.fromkeys([*work.warnings, *over, *shortened])),
        choices.tools,
        session_max_s=session_max_s(allowance),
        muscle_max_s=muscle_max_s(allowance),
    )


@dataclass
class _Planning:
    """One planning at work: what it was given, and what it has to say."""

    program: Program
    choices: Choices
    bench: Bench
    allowance: Allowance
    warnings: list[str] = field(default_factory=list)
    barred: list[Bar] = field(default_factory=list)

    def expand(self, number: int, step: Step) -> list[PlannedStep]:
        """Return the planned steps of one program step, sides alternating within each pass (their work is each other's rest)."""
        draft = _draft(number, step)
        if step.mode is Mode.SCAN:
            return self._scan(number, step, draft)
        if step.is_auto:
            if self._is_barred(None, step.tool, step.mode, "the pins of what is found"):
                return []
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
        if step.tool is not Tool.NONE and self._is_barred(point, step.tool, step.mode, point.short_name):
            return None
        share = self.allowance.share(point)
        draft = replace(draft, point=point, force_factor=share.force_factor, pin_tools=share.pin_tools)
        if not point.is_dosed or step.tool is Tool.HAND_PRO:
            self._say(f"{point.short_name} left out: it is shown and explained, never dosed; see a clinician")
            return None
        self.warnings += share.because
        if step.tool is Tool.ALGOMETER:
            return self._with_algometer(draft)
        most, rule = share.discomfort_most(step.mode, step.discomfort_max)
        draft = replace(draft, discomfort_max=most, discomfort_rule=rule)
        if point.id in self.choices.unreachable:
            return self._out_of_reach(step, point, draft)
        if step.tool is Tool.PERCUSSION:
            return self._with_massager(step, point, draft, share)
        allowed = pin_tools_of(draft)
        tool = manual_tool(point, step.tool, self.choices.tools, allowed)
        if tool is step.tool or step.tool is Tool.ANY:
            return with_manual_tool(draft, tool, "")
        why = "not at hand" if allowed is None or step.tool in allowed else f"for now [{share.pin_rule}]"
        reason = f"{TOOL_NAMES[tool]} instead of {TOOL_NAMES.get(step.tool, step.tool.value)}: {why}"
        return self._substituted(with_manual_tool(draft, tool, reason))

    def _out_of_reach(self, step: Step, point: Point, draft: PlannedStep) -> PlannedStep | None:
        """Return the step with a tool that gets there, or None."""
        tool = reaching_tool(point, self.choices.tools, pin_tools_of(draft))
        if tool is None:
            self._say(
                f"{point.short_name} left out: out of your reach, and no cane or ball for it at hand; a partner could hold the tool"
            )
            return None
        if tool is step.tool:
            return with_manual_tool(draft, tool, "")
        wished = draft.pressure_band_kg_cm2 if step.tool is not Tool.PERCUSSION else None
        reason = f"{TOOL_NAMES[tool]} instead of {TOOL_NAMES.get(step.tool, 'your hand')}: out of your reach"
        return self._substituted(with_manual_tool(replace(draft, pressure_band_kg_cm2=wished), tool, reason))

    def _with_massager(self, step: Step, point: Point, draft: PlannedStep, share: Share) -> PlannedStep:
        fit: Fit | Refusal = Refusal("F48", "the motor stays off in this kind of program")
        if not self.program.keeps_motor_off:
            fit = fit_percussion(step, point, self.bench, share)
        if isinstance(fit, Fit):
            self._say_what_changed(step, point, fit, share)
            return with_fit(draft, fit)
        tool = manual_tool(point, None, self.choices.tools, pin_tools_of(draft))
        # The wished pressure of a percussion step is none: the point's own band leads.
        reason = f"{TOOL_NAMES[tool]} instead of the massager: {fit.sentence}"
        return self._substituted(with_manual_tool(replace(draft, pressure_band_kg_cm2=None), tool, reason))

    def _say_what_changed(self, step: Step, point: Point, fit: Fit, share: Share) -> None:
        """Say what the devices changed; what the person's share changed is said once for all."""
        sensor, band = self.bench.sensor, fit.force_band_n
        if step.speed_ppm is not None and fit.speed_ppm != step.speed_ppm and not share.limits_speed:
            is_blind = sensor is None or not limits.sensor_can_see(step.speed_ppm, sensor.alias_rate_hz)
            speed = f"{fit.speed_ppm:,} PPM" + (f" (level {fit.level})" if fit.level is not None else "")
            rule = "F35" if is_blind else "F17"
            self._say(f"{point.short_name}: {speed} instead of {step.speed_ppm:,} with these devices [{rule}]")
        if share.force_rule or sensor is None or band is None or step.force_n is None:
            return
        if band[1] < step.force_n[1]:
            rule = "F37" if sensor.is_estimated else "F11"
            self._say(
                f"{point.short_name}: up to {band[1]:g} N instead of {step.force_n[1]:g} with these devices [{rule}]"
            )

    def _with_algometer(self, draft: PlannedStep) -> PlannedStep | None:
        assert draft.point is not None
        if self.choices.tools is not None and Tool.ALGOMETER not in self.choices.tools:
            self._say(f"{draft.point.short_name} left out: no algometer at hand")
            return None
        if self.bench.sensor is None:
            self._say("no force sensor: read the pressure off your own gauge")
            return draft
        if self.bench.sensor.is_estimated:
            self._say("a force that is estimated measures no threshold: read the pressure off your own gauge [F37]")
            return draft
        most = ALGOMETER_RECORD_MAX_KG_CM2 * draft.force_factor
        return replace(draft, head_area_cm2=ALGOMETER_AREA_CM2, pressure_band_kg_cm2=(0.0, most))

    def _is_barred(self, point: Point | None, tool: Tool, mode: Mode, what: str) -> bool:
        """Say why the person must not have it, and what is possible instead; False where it is allowed."""
        bar = self.allowance.bar(point, tool, mode)
        if bar is None:
            return False
        self.barred.append(bar)
        self._say(f"{what} left out, because of {bar.because} [{bar.rule}]. {bar.instead}")
        return True

    def refuse_if_nothing_is_left(self, steps: Sequence[PlannedStep]) -> None:
        """Raise Blocked where all that presses in the program is barred for the person: what is left is not the program."""
        if not self.barred or any(step.point is not None or step.candidates for step in steps):
            return
        bar = self.barred[0]
        raise Blocked(bar.rule, f"{self.program.id} is not for you today, because of {bar.because}.", bar.instead)

    def _scan(self, number: int, step: Step, draft: PlannedStep) -> list[PlannedStep]:
        if self._is_barred(None, Tool.ANY, step.mode, "the scan"):
            return []
        candidates = tuple(self._candidates(number, step))
        return [replace(self._gauged(draft, candidates), candidates=candidates)] if candidates else []

    def _gauged(self, draft: PlannedStep, candidates: Sequence[PlannedStep]) -> PlannedStep:
        """Return a scan whose points are pressed with the algometer, where there is one and a sensor measures it (F25)."""
        sensor, tools = self.bench.sensor, self.choices.tools
        has_algometer = tools is None or Tool.ALGOMETER in tools
        if not has_algometer or sensor is None or sensor.is_estimated:
            return draft
        factor = min((one.force_factor for one in candidates), default=1.0)
        return replace(draft, tool=Tool.ALGOMETER, head_area_cm2=ALGOMETER_AREA_CM2, force_factor=factor)

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
        one = chosen if chosen in (Side.LEFT, Side.RIGHT) else None
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
        name = Atlas.load().point(step.point).short_name if step.point is not None else ""
        if covered:
            self._say(f"{name} {SIDE_WORDS[wished]} is left out: only the {SIDE_WORDS[chosen]} side was chosen")
            return ()
        self._say(f"{name}: {SIDE_WORDS[chosen]} as you chose, the program says {SIDE_WORDS[wished]}")
        return (chosen,)

    def _substituted(self, step: PlannedStep) -> PlannedStep:
        assert step.point is not None
        self._say(f"{step.point.short_name}: {step.substitution}")
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


def _with_rests(steps: Sequence[PlannedStep]) -> list[PlannedStep]:
    """Return the steps, each pin after an earlier one on its point and side at least 20 s later (F13).

    With the massager every step that stands on a spot counts as one: the safer reading. Circles with a ball go on into its pin.
    """
    pinned: set[tuple[Point, Side | None]] = set()
    rested = []
    for step in steps:
        is_pin = step.point is not None and _is_pass(step)
        again = step.point is not None and is_pin and (step.point, step.side) in pinned
        rested.append(replace(step, rest_before_s=limits.REST_MIN_S) if again else step)
        if step.point is not None and is_pin:
            pinned.add((step.point, step.side))
    return rested


def _is_pass(step: PlannedStep) -> bool:
    return step.mode in (Mode.PIN, Mode.PINCH) or (step.runs_motor and limits.is_standing(step.mode))


def _with_candidates(steps: Sequence[PlannedStep]) -> list[PlannedStep]:
    """Return the steps, candidates of a scan no longer than the pins they will become."""
    longest = min((step.maximum_s for step in steps if step.mode is Mode.PIN and step.point is None), default=math.inf)
    return [
        replace(step, candidates=tuple(replace(one, maximum_s=min(one.maximum_s, longest)) for one in step.candidates))
        for step in steps
    ]


def _numbered(steps: Sequence[PlannedStep]) -> tuple[PlannedStep, ...]:
    return tuple(replace(step, number=number) for number, step in enumerate(steps, start=1))
