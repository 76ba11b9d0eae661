"""A session as lines: one for a person per meaningful event, or one JSON object per event. Pure.

The JSON form is documented in docs/events.md. It shows at most one tick a second of session time, so that the output of a
simulated session depends on its seed and not on the machine.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from massctl.app.settings import Units
from massctl.faces.digits import minutes
from massctl.faces.push import PushUnit, pressure_band_words, push_unit, why_newtons
from massctl.faces.session_view import SessionView
from massctl.faces.words import KEYS, MODES, OUTCOMES, TOOLS, counted, headline, plainly
from massctl.session.asks import motor_off, sentence
from massctl.session.events import (
    Cue,
    DiscomfortRated,
    Event,
    Intervention,
    LinkChanged,
    Phase,
    PhaseChanged,
    Pressed,
    ScanPoint,
    SessionStarted,
    StepEnded,
    StepStarted,
    StopSeen,
    Tick,
    Warned,
)

TICK_EVERY_S = 1.0


def json_lines() -> Callable[[Event], list[str]]:
    """Return a function from events to lines of JSON that thins out the ticks."""
    next_tick_s = 0.0

    def lines(event: Event) -> list[str]:
        nonlocal next_tick_s
        if isinstance(event, Tick):
            if event.at_s < next_tick_s:
                return []
            next_tick_s = event.at_s + TICK_EVERY_S
        return [json.dumps(event.to_json(), ensure_ascii=False)]

    return lines


def key_lines() -> list[str]:
    """Return all keys, one a line."""
    return [f"  {name:>7}  {text}" for name, _, text in KEYS] + ["  any other key pauses"]


def plain_lines(units: Units = Units.NEWTON) -> Callable[[Event], list[str]]:
    """Return a function from events to what a person reads of them: none, one or more lines, each with the session's time.

    Args:
        units: in what a push is told.
    """
    view = SessionView(units)

    def lines(event: Event) -> list[str]:
        view.see(event)
        texts = [] if isinstance(event, StopSeen) and not view.has_motor else list(_texts(event, view))
        return [f"{minutes(event.at_s):>6}  {text}" for text in texts]

    return lines


def _texts(event: Event, view: SessionView) -> Iterator[str]:
    match event:
        case SessionStarted():
            kind = "SIMULATED session" if event.is_simulated else "session"
            yield f"{kind}: {event.title}, {counted(event.steps, 'step')}, about {-(-event.about_s // 60):.0f} min"
            yield from (f"{role}: {name}" for role, name in event.devices.items())
            yield from (f"note: {text}" for text in event.warnings)
        case StepStarted() | ScanPoint():
            yield from _step(event, view) if isinstance(event, StepStarted) else _scanned(event, view)
        case PhaseChanged() if event.ask or event.phase is not Phase.WAITING:
            yield view.badge.lower() + (f": {view.ask}" if view.ask else "")
        case Cue():
            yield event.cue.value
        case DiscomfortRated():
            yield f"discomfort {event.value} of 10" + (
                "" if event.corrects is None else f" (corrected from {event.corrects})"
            )
        case Pressed() if event.key != "discomfort":
            yield f"pressed: {event.key.replace('_', ' ')} ({event.origin})"
        case Intervention():
            text = push_unit(view.units, event.contact_area_cm2).retold(plainly(event.text))
            yield f"{event.level.value.upper()} [{event.rule}]: {text}"
        case StopSeen():
            yield f"motor off {motor_off(event)}"
        case LinkChanged():
            yield f"{event.device}: link {event.state}" + (f": {plainly(event.text)}" if event.text else "")
        case StepEnded():
            yield _ended(event, push_unit(view.units, event.contact_area_cm2))
        case Warned():
            yield f"warning: {event.text}"
        case _:
            return


def _step(event: StepStarted, view: SessionView) -> Iterator[str]:
    parts = [headline(event.point_name, event.side, event.mode)]
    if event.point:
        parts.append(MODES.get(event.mode, event.mode))
    parts += [TOOLS[event.tool]] if TOOLS.get(event.tool) else []
    parts += [f"pass {event.pass_number} of {event.passes}"] if event.passes > 1 else []
    parts.append(minutes(event.maximum_s))
    if event.force_band_n:
        parts.append(view.push.band(event.force_band_n))
    if event.speed_ppm:
        parts.append(f"{event.speed_ppm:,} strokes a minute")
    yield f"step {event.number} of {event.of}: " + ", ".join(parts)
    yield from (f"  {text}" for text in (event.substitution, event.pose, event.cautions, event.instruction) if text)
    if event.force_band_n:
        yield from (f"  {text}" for text in (why_newtons(view.units, event.contact_area_cm2),) if text)


def _scanned(event: ScanPoint, view: SessionView) -> Iterator[str]:
    parts = [headline(event.point_name, event.side, ""), event.point]
    parts += [TOOLS[event.tool]] if TOOLS.get(event.tool) else []
    if event.force_band_n is not None:
        parts.append(view.push.band(event.force_band_n))
    elif event.pressure_band_kg_cm2 is not None:
        aim = pressure_band_words(event.pressure_band_kg_cm2, event.contact_area_cm2, view.units)
        parts.append(f"aim at {aim}")
    yield f"point {event.number} of {event.of}: " + ", ".join(parts)
    yield from (f"  {text}" for text in (sentence(event.location), event.pose, event.cautions) if text)


def _ended(event: StepEnded, push: PushUnit) -> str:
    parts = [OUTCOMES.get(event.outcome, event.outcome)]
    parts += [f"{event.in_band_s:.0f} s in the band"] if event.in_band_s else []
    parts += [push.reading(event.mean_force_n)] if event.mean_force_n is not None else []
    parts += [f"{event.mean_speed_ppm:,.0f} strokes a minute"] if event.mean_speed_ppm else []
    if event.discomfort_before is not None and event.discomfort_after is not None:
        parts.append(f"discomfort {event.discomfort_before} → {event.discomfort_after}")
    return f"{event.label}: " + ", ".join(parts)
