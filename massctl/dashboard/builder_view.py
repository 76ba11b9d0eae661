"""What the builder shows of a program in the making: its keys, its steps, and what the linter says. Pure."""

from __future__ import annotations

from massctl.body.atlas import Atlas, Point
from massctl.body.limits import speed_band_ppm
from massctl.dashboard.builder_edits import repaired
from massctl.dashboard.lines import Line, ends, line, wrapped
from massctl.faces.digits import minutes, whole_minutes
from massctl.faces.words import MODES, SIDES, TOOLS
from massctl.programs.draft import Draft
from massctl.programs.findings import Finding, is_error
from massctl.programs.program import Step

KEYS: tuple[tuple[str, str], ...] = (
    ("a", "add a point: type or choose it"),
    ("b", "add a stretch, breathing, a rating, a question"),
    ("t", "tool of this step"),
    ("m", "what it does: sweep, hold, knead"),
    ("s", "side: both, the one chosen at the start, left, right"),
    ("← →", "shorter, longer"),
    ("+ −", "faster, slower"),
    ("[ ]", "push or pressure down, up"),
    ("p", "passes: 1, 2, 3"),
    ("d", "discomfort to stay at"),
    (". ,", "this step later, earlier"),
    ("Del", "take this step out"),
    ("r", "take the nearest valid value of the first finding"),
    ("z y", "undo, redo"),
    ("T", "title"),
    ("w", "save; then it can be run"),
    ("Enter", "save and go on to it: Enter starts it there"),
    ("Esc", "back"),
)


def step_line(number: int, step: Step, width: int, mark: str) -> Line:
    """Return one step as a row of the list."""
    name = Atlas.load().point(step.point).short_name if step.point and not step.is_auto else ""
    side = SIDES.get(step.side.value, "your side") if step.side else ""
    what = ", ".join(part for part in (name, side, MODES[step.mode], TOOLS[step.tool]) if part)
    passes = f"{step.passes}×" if step.passes > 1 else ""
    return ends(line(f"{mark}{number:>2} {what}"), line(f"{passes}{minutes(step.maximum_s)}"), width)


def step_rows(step: Step, point: Point | None, width: int) -> list[Line]:
    """Return one step in full, with what the atlas allows beside each value."""
    rows: list[Line] = [line((point.name if point is not None else MODES[step.mode].capitalize(), "bold"))]
    values = [("time", f"{step.maximum_s} s", "← →")]
    if step.side is not None:
        values.append(("side", SIDES.get(step.side.value, "the one you choose at the start"), "s"))
    if point is not None:
        values += [("tool", TOOLS[step.tool], "t"), ("mode", MODES[step.mode], "m"), ("passes", str(step.passes), "p")]
    if step.speed_ppm is not None and point is not None:
        band = speed_band_ppm(point)
        allowed = f" ({band[0]:,}–{band[1]:,})" if band else ""
        values.append(("speed", f"{step.speed_ppm:,}/min{allowed}", "+ −"))
    if step.force_n is not None and point is not None and point.force_n is not None:
        low, high = point.force_n
        values.append(("push", f"{step.force_n[0]:g}–{step.force_n[1]:g} N ({low:g}–{high:g})", "[ ]"))
    if step.pressure_kg_cm2 is not None and point is not None:
        low, high = point.pressure_kg_cm2
        text = f"{step.pressure_kg_cm2[0]:g}–{step.pressure_kg_cm2[1]:g} kg/cm² ({low:g}–{high:g})"
        values.append(("pressure", text, "[ ]"))
    if step.discomfort_max is not None:
        values.append(("up to", f"{step.discomfort_max}/10", "d"))
    rows += [ends(line((f"{name:<9}", "quiet"), text), line((key, "ask")), width) for name, text, key in values]
    rows += wrapped(step.instruction, width, 3, "quiet")
    return rows


def title_rows(draft: Draft, said: str, width: int, *, is_saved: bool) -> list[Line]:
    """Return the title with length and state, and below it what is said: where it is kept, or what just happened."""
    seconds = sum(step.total_s for step in draft.steps)
    state = line(
        (f"about {whole_minutes(seconds)} · {'saved' if is_saved else 'not saved'}", "good" if is_saved else "ask")
    )
    return [ends(line((draft.title or "no title: T gives one", "bold")), state, width), line((said, "quiet"))]


def mark_of(findings: list[Finding], number: int) -> str:
    """Return what stands before a step: ✕ where a rule is broken, ! where something is unusual."""
    own = [one for one in findings if one.step == number]
    return "✕" if any(map(is_error, own)) else "!" if own else " "


def linter_rows(draft: Draft, findings: list[Finding], width: int) -> list[Line]:
    """Return what the linter says, the worst first."""
    rows: list[Line] = [line(("The linter", "bold"))]
    if not findings:
        return [*rows, *wrapped("✓ No rule is broken: w saves it, Enter goes on to it.", width, 2, "good")]
    for one in sorted(findings, key=lambda found: (not is_error(found), found.step or 0)):
        mark, tone = ("✕", "danger") if is_error(one) else ("!", "caution")
        place = ", ".join(part for part in (f"step {one.step}" if one.step else "", one.key or "") if part)
        said = f"{place}: {one.message}" if place else one.message
        rule = f" [{one.rule}]" if one.rule.startswith("F") else ""
        rows += wrapped(f"{mark} {said}{rule}", width, 4, tone)
        takes = " r takes it." if repaired(draft, one) is not None else ""
        rows += wrapped(f"  {one.remedy}{takes}" if one.remedy else "", width, 2)
    return rows
