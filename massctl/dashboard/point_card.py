"""Words a point as a card: where it is, what may be done there and with what, and what a person's answers change. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from massctl.app.settings import Settings
from massctl.body.allowance import Allowance
from massctl.body.atlas import Atlas, Point
from massctl.body.limits import allows_percussion, allows_standing, needs_listed_head, speed_band_ppm
from massctl.body.terms import Mode, Tool
from massctl.dashboard.lines import BLANK, Line, line, wrapped
from massctl.faces.places import cause, place
from massctl.faces.push import pressure_band_words, push_unit
from massctl.faces.words import TOOLS

MOST: Final = 6
"""Lines of one text: a card is to be read at a glance."""


def point_card(
    point: Point, allowance: Allowance | None, settings: Settings, width: int, *, rating: int | None = None
) -> list[Line]:
    """Return the card of a point."""
    rows: list[Line] = [*wrapped(point.name, width, 2, "bold"), line((f"{point.id} · {point.region.name}", "quiet"))]
    if rating is not None:
        rows.append(line(f"Tenderness in your last scan: {rating} of 10"))
    rows += _forbidden(point, allowance, width)
    rows.append(BLANK)
    for label, text in _point_rows(point, settings):
        if text:
            first, *more = wrapped(text, width - 11, MOST)
            rows += [line((f"{label:<11}", "quiet"), *first), *(line(" " * 11, *row) for row in more)]
    rows.append(BLANK)
    for code in point.sources:
        source = Atlas.load().sources[code]
        unsure = "" if source.status == "V" else " (unverified)"
        rows += wrapped(f"source: {source.title}{unsure}", width, 3, "quiet")
    return rows


def _point_rows(point: Point, settings: Settings) -> Iterator[tuple[str, str]]:
    yield "where", point.location
    yield "felt at", ", ".join(map(place, point.referral))
    yield "comes from", ", ".join(map(cause, point.causes))
    yield "massager", massager_words(point, settings)
    yield "by hand", by_hand_words(point, settings)
    yield "pose", point.pose
    yield "mind", point.cautions
    yield "check next", ", ".join(point.neighbours)


def massager_words(point: Point, settings: Settings) -> str:
    """Return what the massager may do on a point."""
    band = speed_band_ppm(point)
    if not allows_percussion(point) or band is None or point.force_n is None:
        return "never here [F2]"
    area_cm2 = Atlas.load().head(point.head).area_cm2 if point.head else 5.0
    push = push_unit(settings.units, area_cm2).band(point.force_n)
    how = "sweeping or standing" if allows_standing(point) else "sweeping only"
    only = "only the" if needs_listed_head(point) else "the"
    head = f", {only} head {point.head}" if point.head else ""
    return f"{band[0]:,}–{band[1]:,} strokes a minute, {push}, {how}{head}"


def by_hand_words(point: Point, settings: Settings) -> str:
    """Return what ball, cane or hand may do on a point."""
    if not point.is_dosed:
        return "never by yourself: see a clinician"
    pressure = pressure_band_words(point.pressure_kg_cm2, None, settings.units)
    tools = ", ".join(TOOLS[tool] for tool in point.alternative_tools)
    return f"{tools}: {pressure}, hold {point.pin_s} s, {_times(point.passes)}"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times at most"


def _forbidden(point: Point, allowance: Allowance | None, width: int) -> list[Line]:
    """Return what the person's answers forbid or change on a point."""
    if allowance is None:
        return []
    barred: dict[str, list[str]] = {}
    for what, tool, mode in (("no massager", Tool.PERCUSSION, Mode.SWEEP), ("no pressure", Tool.HAND, Mode.PIN)):
        bar = allowance.bar(point, tool, mode)
        if bar is not None and (tool is not Tool.PERCUSSION or allows_percussion(point)):
            barred.setdefault(f"because of {bar.because} [{bar.rule}]. {bar.instead}", []).append(what)
    rows: list[Line] = []
    for why, whats in barred.items():
        rows += wrapped(f"✕ {' and '.join(whats).capitalize()}, {why}", width, MOST, "danger")
    for text in allowance.share(point).because:
        rows += wrapped(f"! {text}", width, MOST, "caution")
    return rows
