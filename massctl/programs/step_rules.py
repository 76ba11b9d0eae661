"""What the safety rules and the atlas say about one step of a program (the linter's half for steps).

One small function a rule; each yields findings and knows nothing of the others. Numbers live in ``massctl.body.limits``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from massctl.body import limits
from massctl.body.atlas import Atlas, Point
from massctl.body.terms import End, Mode, Side, Tool
from massctl.programs.findings import Finding, Severity, unknown
from massctl.programs.program import AUTO, Step
from massctl.programs.substitution import MANUAL_TOOLS

UI_MODES = frozenset({Mode.CHECK, Mode.SCAN, Mode.PLAN, Mode.MOVE, Mode.BREATHE, Mode.RATE})
PERCUSSION_MODES = frozenset({Mode.SWEEP, Mode.PIN, Mode.KNEAD})


@dataclass(frozen=True, slots=True)
class Place:
    """The step at hand, and how to say something about it."""

    file: str
    number: int
    step: Step
    point: Point | None

    def error(self, rule: str, key: str | None, message: str, near: object = "") -> Finding:
        """Return a finding that forbids running the program."""
        return Finding(self.file, Severity.ERROR, rule, message, self.number, key, str(near))

    def warning(self, rule: str, key: str | None, message: str, near: object = "") -> Finding:
        """Return a finding to think about."""
        return Finding(self.file, Severity.WARNING, rule, message, self.number, key, str(near))


def step_findings(file: str, number: int, step: Step) -> list[Finding]:
    """Return what is wrong with one step; a step whose form is wrong is not judged further."""
    ids = Atlas.load().point_ids
    point = Atlas.load().point(step.point) if step.point in ids else None
    place = Place(file, number, step, point)
    form = [finding for rule in _FORM for finding in rule(place)]
    return form or [finding for rule in _RULES for finding in rule(place)]


def _point_and_side(place: Place) -> Iterator[Finding]:
    step, ids = place.step, Atlas.load().point_ids
    if step.mode in UI_MODES:
        if step.tool is not Tool.NONE:
            yield place.error("file", "tool", f"the mode {step.mode} uses no tool.", "ui")
        if step.point is not None:
            yield place.error("file", "point", f"the mode {step.mode} has no point.")
    elif step.tool is Tool.NONE:
        yield place.error("file", "tool", f"the mode {step.mode} needs a tool.", "any")
    if step.mode not in UI_MODES and step.point is None:
        yield place.error("file", "point", f"the mode {step.mode} needs a point: massctl points lists them.")
    for key, wished in (("point", step.point), *(("points", one) for one in step.points)):
        if wished is not None and wished not in ids and not (key == "point" and wished == AUTO):
            yield place.error("atlas", key, *unknown(f"there is no point {wished!r}.", wished, ids))
    if place.point and step.side is None:
        yield place.error("file", "side", "a step on a point names its side: LR, S, mid, L or R.", "LR")


def _keys_that_belong(place: Place) -> Iterator[Finding]:
    step, is_percussion = place.step, place.step.tool is Tool.PERCUSSION
    for key, value in (("speed_ppm", step.speed_ppm), ("force_n", step.force_n), ("head", step.head)):
        if value is not None and not is_percussion:
            yield place.error("file", key, f"{key} belongs to a step with the massager (tool perc).")
    if is_percussion and step.speed_ppm is None:
        yield place.error("file", "speed_ppm", "a step with the massager names its speed.")
    if is_percussion and step.pressure_kg_cm2 is not None:
        yield place.error("file", "pressure_kg_cm2", "pressure_kg_cm2 is for manual tools; the massager has force_n.")
    if is_percussion and step.mode not in PERCUSSION_MODES:
        yield place.error("file", "mode", f"the massager cannot {step.mode}.", "sweep")
    if is_percussion and step.side is Side.BOTH:
        yield place.error("file", "side", "one massager cannot be on both sides at once.", "LR")
    if step.points and step.mode is not Mode.SCAN:
        yield place.error("file", "points", "points belongs to a scan step.")
    if (step.mode is Mode.RAMP) is not (step.tool is Tool.ALGOMETER):
        yield place.error("file", "tool", "a ramp is for the algometer, and the algometer for a ramp.")
    if step.is_auto and is_percussion:
        yield place.error("F2", "tool", "the massager needs a named point.", "any")
    if step.head is not None and step.head not in {head.id for head in Atlas.load().heads()}:
        known = [head.id for head in Atlas.load().heads()]
        yield place.error("atlas", "head", *unknown(f"there is no head {step.head!r}.", step.head, known))


def _bands_and_times(place: Place) -> Iterator[Finding]:
    step = place.step
    for key, band in (("force_n", step.force_n), ("pressure_kg_cm2", step.pressure_kg_cm2)):
        if band is not None and band[0] > band[1]:
            yield place.error("file", key, "the lower edge is above the upper one.", f"[{band[1]:g}, {band[0]:g}]")
    if step.minimum_s > step.maximum_s:
        yield place.error("file", "minimum_s", "the minimum is above the maximum.", step.maximum_s)
    if step.end is End.RELEASE and step.minimum_s < limits.PIN_MIN_S:
        yield place.error("F13", "minimum_s", "what can end early ends from 30 s on.", f"{limits.PIN_MIN_S:g}")


def _f2_where(place: Place) -> Iterator[Finding]:
    step, point = place.step, place.point
    if point is None or step.tool is not Tool.PERCUSSION:
        return
    if not limits.allows_percussion(point):
        tools = ", ".join(tool for tool in point.alternative_tools if tool in MANUAL_TOOLS) or "none: see a clinician"
        yield place.error("F2", "tool", f"no massager on {point.id} ({point.region.name}), ever.", tools)
    elif limits.is_standing(step.mode) and not limits.allows_standing(point):
        yield place.error("F2", "mode", f"a massager may pass over {point.id}, never stand on it.", "sweep")
    if limits.needs_listed_head(point) and step.head not in (None, point.head):
        yield place.error(
            "atlas", "head", f"{point.id} allows the massager only with the head {point.head}.", point.head
        )


def _dosed(place: Place) -> Iterator[Finding]:
    step, point = place.step, place.point
    if step.tool is Tool.HAND_PRO or (point and not point.is_dosed):
        where = point.id if point else "this"
        yield place.error("atlas", "point", f"{where} is shown and explained, never dosed: see a clinician.")
    elif point and step.tool in MANUAL_TOOLS and step.tool not in point.alternative_tools:
        listed = ", ".join(point.alternative_tools)
        yield place.warning("atlas", "tool", f"the atlas does not list {step.tool} for {point.id}.", listed)


def _f17_speed(place: Place) -> Iterator[Finding]:
    step, point = place.step, place.point
    band = limits.speed_band_ppm(point) if point else None
    if point is None or band is None or step.speed_ppm is None:
        return
    low, high = band
    ceiling = limits.speed_max_ppm(point.region)
    if step.speed_ppm > ceiling:
        text = f"{step.speed_ppm:,} PPM is above the ceiling of the {point.region.name} ({ceiling:,})."
        yield place.error("F17", "speed_ppm", text, high)
    elif step.speed_ppm > high:
        text = f"{step.speed_ppm:,} PPM is above the band of {point.id} ({low:,}–{high:,})."
        yield place.error("F17", "speed_ppm", text, high)
    elif step.speed_ppm < low:
        text = f"{step.speed_ppm:,} PPM is below the band of {point.id} ({low:,}–{high:,})."
        yield place.warning("F17", "speed_ppm", text, low)


def _f10_force(place: Place) -> Iterator[Finding]:
    step, point = place.step, place.point
    if point is None or point.force_n is None or step.force_n is None:
        return
    head = step.head or point.head
    area_cm2 = Atlas.load().head(head).area_cm2 if head else 5.0
    low, high = step.force_n
    if high > point.region.max_force_n:
        text = f"{high:g} N is above the cap of the {point.region.name} ({point.region.max_force_n:g} N)."
        yield place.error("F10", "force_n", text, f"{min(point.force_n[1], point.region.max_force_n):g}")
    elif high > point.force_n[1]:
        text = f"{high:g} N is above the band of {point.id} ({point.force_n[0]:g}–{point.force_n[1]:g} N)."
        yield place.error("F10", "force_n", text, f"{point.force_n[1]:g}")
    elif high > (most := limits.force_max_n(point.region, area_cm2)):
        yield place.error("F11", "force_n", f"{high:g} N is too much pressure for the head {head}.", f"{most:g}")
    elif low < point.force_n[0]:
        text = f"{low:g} N is below the band of {point.id} ({point.force_n[0]:g}–{point.force_n[1]:g} N)."
        yield place.warning("F10", "force_n", text, f"{point.force_n[0]:g}")


def _f11_pressure(place: Place) -> Iterator[Finding]:
    step, point = place.step, place.point
    if point is None or step.pressure_kg_cm2 is None or not point.is_dosed:
        return
    low, high = step.pressure_kg_cm2
    atlas_low, atlas_high = point.pressure_kg_cm2
    most = min(atlas_high, limits.STATIC_PRESSURE_MAX_KG_CM2)
    band = f"the band of {point.id} ({atlas_low:g}–{most:g} kg/cm²)"
    if high > most:
        yield place.error("F11", "pressure_kg_cm2", f"{high:g} kg/cm² is above {band}.", f"{most:g}")
    elif low < atlas_low:
        yield place.warning("F11", "pressure_kg_cm2", f"{low:g} kg/cm² is below {band}.", f"{atlas_low:g}")


def _f13_standing(place: Place) -> Iterator[Finding]:
    step, point = place.step, place.point
    if point and step.passes > max(point.passes, 1):
        yield place.error("F13", "passes", f"{point.id} takes at most {point.passes} passes.", point.passes)
    if not limits.is_standing(step.mode):
        return
    is_percussion = step.tool is Tool.PERCUSSION
    most = limits.PERCUSSION_PIN_MAX_S if is_percussion else limits.STATIC_PIN_MAX_S
    usual = limits.PERCUSSION_PIN_DEFAULT_S if is_percussion else limits.STATIC_PIN_DEFAULT_S
    usual = max(usual, point.pin_s if point else 0)
    what = "the massager" if is_percussion else "a tool"
    if step.maximum_s > most:
        yield place.error("F13", "maximum_s", f"{step.maximum_s} s is too long for {what} on one spot.", f"{most:g}")
    elif step.maximum_s > usual:
        text = f"{step.maximum_s} s is longer than usual for {what} on one spot ({usual:g} s)."
        yield place.warning("F13", "maximum_s", text, f"{usual:g}")
    if step.mode is Mode.PIN and step.maximum_s < limits.PIN_MIN_S:
        yield place.warning("F13", "maximum_s", "a pin takes at least 30 s to be felt.", f"{limits.PIN_MIN_S:g}")


def _f20_discomfort(place: Place) -> Iterator[Finding]:
    most = limits.DISCOMFORT_TARGET[1]
    if place.step.discomfort_max is not None and place.step.discomfort_max > most:
        text = f"a rating of {place.step.discomfort_max} is above the target of 3–{most}: more pain is not faster."
        yield place.error("F20", "discomfort_max", text, most)


_Rule = Callable[[Place], Iterator[Finding]]
_FORM: tuple[_Rule, ...] = (_point_and_side, _keys_that_belong, _bands_and_times)
_RULES: tuple[_Rule, ...] = (_f2_where, _dosed, _f17_speed, _f10_force, _f11_pressure, _f13_standing, _f20_discomfort)
