"""What the builder shows of a program in the making, and what it makes of a finding's nearest valid value. Pure."""

from __future__ import annotations

from massctl.body.atlas import Atlas, Point
from massctl.body.limits import speed_band_ppm
from massctl.body.terms import Mode, Side, Tool
from massctl.dashboard.lines import Line, ends, line, wrapped
from massctl.faces.digits import minutes
from massctl.faces.words import MODES, SIDES, TOOLS
from massctl.programs.draft import Draft, with_tool
from massctl.programs.findings import Finding
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
    ("Enter", "save and run"),
    ("Esc", "back"),
)


def step_line(number: int, step: Step, width: int, mark: str) -> Line:
    """Return one step as a row of the list."""
    name = f"{step.point} {SIDES.get(step.side.value, 'your side') if step.side else ''}".strip() if step.point else ""
    what = ", ".join(part for part in (name, MODES[step.mode], TOOLS[step.tool]) if part)
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
        values.append(("speed", f"{step.speed_ppm:,} a minute{allowed}", "+ −"))
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


def repaired(draft: Draft, finding: Finding) -> Draft | None:
    """Return the draft with the nearest valid value of a finding; None where it names none that fits."""
    if not finding.nearest:
        return None
    if finding.step is None:
        return (
            draft.with_title(finding.nearest.replace("-", " ").capitalize()) if finding.key in ("id", "title") else None
        )
    index, step, near = finding.step - 1, draft.steps[finding.step - 1], finding.nearest
    try:
        match finding.key:
            case "speed_ppm" | "maximum_s" | "minimum_s" | "passes" | "discomfort_max":
                return draft.changed(index, **{finding.key: int(float(near))})
            case "force_n" | "pressure_kg_cm2":
                low, high = getattr(step, finding.key)
                value = float(near)
                band = (min(low, value), value) if value < high else (value, high)
                return draft.changed(index, **{finding.key: band})
            case "side":
                return draft.changed(index, side=Side(near))
            case "mode" if step.point is not None:
                return draft.changed(index, mode=Mode(near))
            case "tool" if step.point is not None:
                point = Atlas.load().point(step.point)
                return draft.with_changed(index, with_tool(step, point, Tool(near.split(",")[0])))
            case _:
                return None
    except ValueError:
        return None
