"""The measured part of the display: force against its band, speed, discomfort, battery and temperature. Pure."""

from __future__ import annotations

from rich.text import Text

from massctl.cli.gauges import band_bar, band_scale, dots, trace
from massctl.faces.digits import minutes
from massctl.faces.push import pressure_band_words
from massctl.faces.session_view import SessionView
from massctl.faces.words import CUES
from massctl.session.events import Phase, StepStarted

AT_WORK = (Phase.RAMPING, Phase.WORKING)
"""The phases in which the tool is on the body and cues count."""
_LABEL = 12
_READING = 16


def readings(view: SessionView, width: int) -> list[Text]:
    """Return force against its band, speed, discomfort and the device's own state, each with its label."""
    step = view.step
    if step is None:
        return []
    lines: list[Text] = []
    if view.band_n:
        lines += _force(view, view.band_n, width)
    elif step.pressure_band_kg_cm2:
        aim = pressure_band_words(step.pressure_band_kg_cm2, step.contact_area_cm2, view.units)
        limit = f", discomfort {step.discomfort_max} at most" if step.discomfort_max is not None else ""
        lines.append(labelled("pressure", Text(f"aim at {aim}{limit}")))
    if step.speed_ppm is not None:
        lines.append(_speed(view, step))
    lines.append(labelled("discomfort", _discomfort(view)))
    lines.append(labelled("device", _device(view)))
    return lines


def _force(view: SessionView, band: tuple[float, float], width: int) -> list[Text]:
    room = width - _LABEL - _READING - 2
    full = band[1] * 1.5
    force = view.tick.force_n if view.tick else None
    word, style = CUES[view.cue] if view.cue and (view.phase in AT_WORK or view.is_scanning) else ("", "grey50")
    cue = Text(f" {word} ", f"bold black on {style}") if word else Text()
    unit = view.push
    reading = Text(f"{'–' if force is None else unit.figure(force):>7} {unit.name}", "bold")
    bar = band_bar(force or 0.0, band, full, room, style)
    return [
        labelled("push", Text.assemble(bar, " ", reading)),
        labelled("", Text.assemble(band_scale(band, full, room, unit.band(band)), " ", cue)),
        labelled("", trace(list(view.trace_n), band, full, room)),
    ]


def _speed(view: SessionView, step: StepStarted) -> Text:
    level = f" (level {step.level})" if step.level else ""
    if view.tick is None:
        return labelled("speed", Text(f"planned {step.speed_ppm:,} strokes a minute{level}"))
    measured = view.tick.speed_measured_ppm
    if view.phase is Phase.WORKING and not view.tick.speed_set_ppm:
        told = "" if measured is None else f" · it tells {measured:,.0f}"
        return labelled("speed", Text(f"{step.speed_ppm:,} strokes a minute{level} · switched by you{told}", "bold"))
    shown = "not measured" if measured is None else f"measured {measured:,.0f}"
    style = "bold" if view.tick.speed_set_ppm else "grey62"
    return labelled("speed", Text(f"{view.tick.speed_set_ppm:,.0f} strokes a minute{level} · {shown}", style))


def _discomfort(view: SessionView) -> Text:
    value = view.discomfort
    style = "green" if (value or 0) <= 3 else "yellow" if (value or 0) <= 6 else "red"
    return Text.assemble(
        dots(value, style), ("   not rated" if value is None else f"   {value} of 10", "bold" if value else "grey62")
    )


def _device(view: SessionView) -> Text:
    tick = view.tick
    if tick is None:
        return Text("–", "grey50")
    parts = []
    if tick.battery_percent is not None:
        parts.append(f"battery {tick.battery_percent:.0f} %")
    if tick.temperature_c is not None:
        parts.append(f"{tick.temperature_c:.0f} °C")
    if tick.timer_remaining_s:
        parts.append("timer armed")
    if tick.auto_off_s is not None:
        parts.append(f"switches itself off in {minutes(tick.auto_off_s)}")
    if tick.heart_rate_bpm is not None:
        parts.append(f"heart {tick.heart_rate_bpm} a minute")
    return Text(" · ".join(parts) or "–", "grey78")


def labelled(label: str, value: Text) -> Text:
    """Return one line of the display: a label, then its value."""
    return Text.assemble((f" {label:<{_LABEL}}", "grey62"), value)
