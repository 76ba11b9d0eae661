"""How a session went: what ended it, what each point got and how it felt, and what massctl did by itself. Pure."""

from __future__ import annotations

from massctl.app.advice import what_now
from massctl.app.settings import Units
from massctl.dashboard.lines import BLANK, Line, bar, cut, line, wrapped
from massctl.dashboard.view import DashboardView
from massctl.dashboard.widgets.stopped import motor_words
from massctl.faces.digits import minutes
from massctl.faces.felt import felt
from massctl.faces.push import force_words, intervention_words, reason_words
from massctl.faces.words import ENDINGS, OUTCOMES, TOOLS, counted, headline
from massctl.session.events import PointSummary, SessionEnded

_FIGURES = ((" Dose", 7), (" In band", 9), (" Push", 8), (" Speed", 8), (" Discomfort", 12))
_PRESSURES = tuple((title, 13 if title == " Push" else size) for title, size in _FIGURES)
"""A pressure takes more room than newtons."""
TABLE_FROM = 64
"""Columns from which on a point's figures stand in a table; below it they stand under its name."""
ADVICE_LINES = 20
"""Of one sentence of advice: it is about an emergency, and never cut in any terminal that can be read."""
_TONES = {"completed": "bold good", "person": "bold caution"}
_FELT = {"less": "good", "more": "caution"}


def outcome_lines(view: DashboardView, width: int) -> list[Line]:
    """Return the whole summary; as many lines as it needs."""
    ended = view.session.ended
    if ended is None:
        return []
    units = view.session.units
    rows = [*_headline(ended, width, units), BLANK, *_motor(view, ended, width), *_advice(view, width)]
    if ended.points:
        heading = [_heading(width, units)] if width >= TABLE_FROM else []
        rows += [*heading, *(row for point in ended.points for row in _point(point, width, units)), BLANK]
    if ended.interventions:
        rows += [line(("What massctl did by itself", "bold")), *_interventions(ended, width, units)]
    return rows


def _headline(ended: SessionEnded, width: int, units: Units) -> list[Line]:
    tone = _TONES.get(ended.ended_by, "bold danger")
    rows = [line((ENDINGS.get(ended.ended_by, ended.ended_by), tone))]
    if ended.reason and (ended.rule or ended.ended_by != "person"):
        rule = f"[{ended.rule}] " if ended.rule else ""
        rows += wrapped(f"{rule}{reason_words(ended, units)}", width, 4, tone)
    if ended.steps:  # a session that was told afterwards has none
        did = f"{ended.steps_done} of {counted(ended.steps, 'step')} in {minutes(ended.duration_s)}"
        rows.append(line(f"{did}, percussion {minutes(ended.percussion_s)}."))
    words = felt(ended.discomfort_before, ended.discomfort_after)
    if words:
        change = f"Discomfort {ended.discomfort_before} → {ended.discomfort_after}: "
        rows.append(line(change, (words, f"bold {_FELT.get(words, '')}".strip())))
    return rows


def _motor(view: DashboardView, ended: SessionEnded, width: int) -> list[Line]:
    """Say it here, too, where the motor may still run (F54)."""
    stop = view.session.stop
    if ended.ended_by in {"completed", "person"} or stop is None or not view.session.has_motor:
        return []
    words, tone = motor_words(stop)
    return [*(bar(row[0].text, width, tone) for row in wrapped(words, width - 4, 2)), BLANK]


def _advice(view: DashboardView, width: int) -> list[Line]:
    advice = what_now(view.pressed)
    if advice is None:
        return []
    rows: list[Line] = [line((f"{advice.title}: what now", "bold caution"))]
    for number, step in enumerate(advice.steps, 1):
        rows += [
            line(f"{number if place == 0 else ' '}  ", *row)
            for place, row in enumerate(wrapped(step, width - 4, ADVICE_LINES))
        ]
    return [*rows, *wrapped(advice.later, width, ADVICE_LINES, "bold"), BLANK]


def _columns(units: Units) -> tuple[tuple[str, int], ...]:
    return _FIGURES if units is Units.NEWTON else _PRESSURES


def _heading(width: int, units: Units) -> Line:
    columns = _columns(units)
    name = width - sum(size for _, size in columns)
    return line((f"{'Point':<{name}}", "bold"), *[(f"{title:>{size}}", "bold") for title, size in columns])


def _point(point: PointSummary, width: int, units: Units) -> list[Line]:
    is_measured = "perc" in point.tools and point.mean_force_n is not None
    figures = (
        minutes(point.dose_s),
        minutes(point.in_band_s) if is_measured else "–",
        "–" if point.mean_force_n is None else force_words(point.mean_force_n, point.contact_area_cm2, units),
        "–" if not point.mean_speed_ppm else f"{point.mean_speed_ppm:,.0f}",
        _change(point.discomfort_before, point.discomfort_after),
    )
    columns = _columns(units)
    name = headline(point.name, point.side, "")
    if width < TABLE_FROM:
        said = [
            f"{title.strip().lower()} {text}" for (title, _), text in zip(columns, figures, strict=True) if text != "–"
        ]
        return [*wrapped(name, width, 2), *wrapped(f"  {', '.join(said)}", width, 2), _how(point, width)]
    room = width - sum(size for _, size in columns)
    name = headline(point.name, point.side, "", room - 1)
    cells = [f"{text:>{size}}" for text, (_, size) in zip(figures, columns, strict=True)]
    return [line(f"{name:<{room}}", *cells), _how(point, width)]


def _how(point: PointSummary, width: int) -> Line:
    """Return with which tools a point was worked on, and how its steps ended."""
    tools = ", ".join(TOOLS.get(tool, tool) for tool in point.tools)
    words = list(dict.fromkeys(OUTCOMES.get(outcome, outcome) for outcome in point.outcomes))
    ended = ", ".join([word for word in words if word != OUTCOMES["done"]] or words)
    return cut(line((f"  {tools}: {ended}" if tools else f"  {ended}", "quiet")), width)


def _change(before: int | None, after: int | None) -> str:
    if before is None and after is None:
        return "–"
    return f"{'–' if before is None else before} → {'–' if after is None else after}"


def _interventions(ended: SessionEnded, width: int, units: Units) -> list[Line]:
    rows: list[Line] = []
    for entry in ended.interventions:
        when = f"{minutes(entry['at_s']):>6}  " if "at_s" in entry else " " * 8
        words = wrapped(f"[{entry.get('rule', '')}] {intervention_words(entry, units)}", width - len(when), 3)
        rows += [line((when if place == 0 else " " * len(when), "quiet"), *row) for place, row in enumerate(words)]
    return rows
