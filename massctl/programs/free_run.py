"""Makes the plan of ``massctl drive``: the massager on one point, without a program, inside the same limits (F46). Pure."""

from __future__ import annotations

from dataclasses import replace

from massctl.body import limits
from massctl.body.allowance import Allowance
from massctl.body.atlas import Point
from massctl.body.terms import SIDE_WORDS, End, Mode, Side, Tool
from massctl.devices.capabilities import ForceSensorCapabilities, MassagerCapabilities
from massctl.errors import Blocked, UsageError
from massctl.programs.percussion import Bench, Refusal, fit_percussion, with_fit
from massctl.programs.plan import Plan, PlannedStep
from massctl.programs.program import Step
from massctl.programs.shaping import muscle_max_s, session_max_s
from massctl.programs.substitution import MANUAL_TOOLS, TOOL_NAMES


def free_run_plan(
    point: Point,
    side: Side,
    massager: MassagerCapabilities | None,
    sensor: ForceSensorCapabilities | None = None,
    speed_ppm: int | None = None,
    *,
    allowance: Allowance | None = None,
) -> Plan:
    """Make the plan of ``massctl drive``: one sweep of two minutes at most on one point and side (F46).

    Raises:
        Blocked: a rule forbids it; the remedy says what is possible instead.
        UsageError: ``side`` is not one side.
    """
    if side not in (Side.LEFT, Side.RIGHT):
        raise UsageError("A free run works on one side.", "Say --side left or right.")
    band = limits.speed_band_ppm(point)
    if band and speed_ppm is not None and not band[0] <= speed_ppm <= band[1]:
        raise Blocked(
            "F17",
            f"{speed_ppm:,} PPM is outside the band of {point.short_name}.",
            f"Choose {band[0]:,}–{band[1]:,} PPM.",
        )
    if massager is None:
        raise UsageError(
            "A free run needs a massager.", "Say --massager URL (massctl devices lists the ports), or --sim."
        )
    allowance = allowance or Allowance()
    if bar := allowance.bar(point, Tool.PERCUSSION, Mode.SWEEP):
        raise Blocked(bar.rule, f"{point.short_name} is not for you today, because of {bar.because}.", bar.instead)
    share = allowance.share(point)
    step = Step(Mode.SWEEP, Tool.PERCUSSION, int(limits.FREE_RUN_MAX_S), point.id, side, speed_ppm=speed_ppm)
    fit = fit_percussion(step, point, Bench(massager, sensor), share)
    if isinstance(fit, Refusal):
        said = fit.reason if point.short_name in fit.reason else f"{point.short_name}: {fit.reason}"
        error = f"{said[0].upper()}{said[1:]}."
        raise Blocked(fit.rule, error, _instead(point)) if fit.rule else UsageError(error, _instead(point))
    most_s = muscle_max_s(allowance) or limits.FREE_RUN_MAX_S
    planned = PlannedStep(1, 1, Mode.SWEEP, Tool.PERCUSSION, End.TIME, most_s, point=point, side=side)
    planned = with_fit(replace(planned, force_factor=share.force_factor), replace(fit, maximum_s=most_s))
    return Plan(
        point.id,
        f"Free run on {point.name}, {SIDE_WORDS[side]}",
        (planned,),
        point.cautions,
        share.because,
        is_free_run=True,
        session_max_s=session_max_s(allowance),
        muscle_max_s=muscle_max_s(allowance),
    )


def _instead(point: Point) -> str:
    tools = [TOOL_NAMES[tool] for tool in point.alternative_tools if tool in MANUAL_TOOLS]
    return f"Possible there: {', '.join(tools)}." if tools else "See a clinician: this point is explained, never dosed."
