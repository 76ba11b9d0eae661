"""The summary at the end of a session, also of one read back from history. Pure: from ``SessionEnded`` to rich renderables.

Words stay honest: 'felt softer', not 'released'; a change of discomfort is named only when it is larger than chance (F26).
"""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from massctl.app.settings import Units
from massctl.faces.digits import minutes
from massctl.faces.felt import felt
from massctl.faces.push import force_words, intervention_words, reason_words
from massctl.faces.words import ENDINGS, OUTCOMES, SIDES, TOOLS
from massctl.session.events import PointSummary, SessionEnded


def summary(ended: SessionEnded, title: str, units: Units = Units.NEWTON) -> RenderableType:
    """Return the summary as it is printed after a run; a push is told in ``units``."""
    parts: list[RenderableType] = [_headline(ended, title, units)]
    if ended.points:
        parts += [Text(), _points(ended, units)]
    if ended.interventions:
        parts += [Text(), Text("What massctl did by itself", "bold"), _interventions(ended, units)]
    return Group(*parts)


def _headline(ended: SessionEnded, title: str, units: Units) -> Text:
    style = "green" if ended.ended_by == "completed" else "yellow" if ended.ended_by == "person" else "red"
    text = Text()
    if ended.is_simulated:
        text.append(" SIMULATED ", "bold white on magenta").append(" ")
    text.append(f"{title}. ", "bold").append(ENDINGS.get(ended.ended_by, ended.ended_by), f"bold {style}")
    if ended.reason and (ended.rule or ended.ended_by != "person"):
        rule = f" [{ended.rule}]" if ended.rule else ""
        text.append(f" {reason_words(ended, units)}{rule}", style)
    text.append(f"\n{ended.steps_done} of {ended.steps} steps in {minutes(ended.duration_s)}, ")
    text.append(f"percussion {minutes(ended.percussion_s)}.")
    if ended.heart_rate_mean_bpm is not None:
        text.append(f" Heart {ended.heart_rate_mean_bpm} a minute, at most {ended.heart_rate_max_bpm}.")
    words = felt(ended.discomfort_before, ended.discomfort_after)
    if words:
        text.append(f" Discomfort {ended.discomfort_before} → {ended.discomfort_after}: {words}.")
    return text


def _points(ended: SessionEnded, units: Units) -> Table:
    """Return one row a point: its name over how it was worked on, then its figures; two lines fit 72 columns, one does not."""
    table = Table(box=box.SIMPLE_HEAD, padding=0, show_edge=False, header_style="bold")
    table.add_column("Point", ratio=1)
    for heading in (" Dose", " In band", " Push", " Speed", " Discomfort"):
        table.add_column(heading, justify="right", no_wrap=True)
    for point in ended.points:
        table.add_row(*_row(point, units))
    return table


def _row(point: PointSummary, units: Units) -> list[RenderableType]:
    is_measured = "perc" in point.tools and point.mean_force_n is not None
    tools = ", ".join(TOOLS.get(tool, tool) for tool in point.tools)
    name = f"{point.name} {SIDES.get(point.side, point.side)}".rstrip()
    return [
        Group(name, Padding(Text(f"{tools}: {_outcomes(point.outcomes)}", "grey62"), (0, 0, 0, 2))),
        minutes(point.dose_s),
        minutes(point.in_band_s) if is_measured else "–",
        "–" if point.mean_force_n is None else force_words(point.mean_force_n, point.contact_area_cm2, units),
        "–" if not point.mean_speed_ppm else f"{point.mean_speed_ppm:,.0f}",
        _change(point.discomfort_before, point.discomfort_after),
    ]


def _outcomes(outcomes: Sequence[str]) -> str:
    """Return how the steps on a point ended; 'done' goes without saying where there is more to say."""
    words = list(dict.fromkeys(OUTCOMES.get(outcome, outcome) for outcome in outcomes))
    return ", ".join([word for word in words if word != OUTCOMES["done"]] or words)


def _change(before: int | None, after: int | None) -> str:
    if before is None and after is None:
        return "–"
    return f"{'–' if before is None else before} → {'–' if after is None else after}"


def _interventions(ended: SessionEnded, units: Units) -> Table:
    table = Table.grid(padding=(0, 2))
    for entry in ended.interventions:
        when = f"{minutes(entry['at_s']):>6}" if "at_s" in entry else ""
        table.add_row(
            Text(when, "grey50"),
            Text(f"{entry.get('rule', '')} {entry.get('level', '')}", "yellow"),
            intervention_words(entry, units),
        )
    return table
