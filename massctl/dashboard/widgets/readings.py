"""Speed set and measured, time in band, dose: each figure in its place, with its unit."""

from __future__ import annotations

from typing import Final

from massctl.dashboard.lines import Line, fitted, line
from massctl.dashboard.view import UNTIMED, DashboardView
from massctl.dashboard.widgets.session_lines import SessionLines
from massctl.faces.digits import minutes
from massctl.faces.motor import motor_state
from massctl.session.events import CueKind, Phase, StepStarted, Tick

HEIGHT: Final = 2
LABEL: Final = 7
UNIT: Final = "strokes/min"


def reading_lines(view: DashboardView) -> list[Line]:
    """Return speed, and time in band and dose, in exactly two lines."""
    step = view.step
    if step is None:
        return fitted([], HEIGHT)
    return fitted([_speed(view, step), _times(view, step)], HEIGHT)


def _speed(view: DashboardView, step: StepStarted) -> Line:
    state = motor_state(view.session)
    if step.speed_ppm is None:
        words = state.words if state.runs else "off in this step"
        return line((f"{'motor':<{LABEL}}", "quiet"), (words, "bold danger" if state.runs else "quiet"))
    level = f" (level {step.level})" if step.level else ""
    tick = view.tick
    label = (f"{'speed':<{LABEL}}", "quiet")
    if tick is not None and view.session.phase is Phase.WORKING and not tick.speed_set_ppm:
        told = "" if tick.speed_measured_ppm is None else f" · it tells {tick.speed_measured_ppm:,.0f}"
        return line(label, (f"{step.speed_ppm:5,} {UNIT}{level}", "bold"), f" · switched by you{told}")
    if tick is None or not state.runs:
        return line(
            (f"{'motor':<{LABEL}}", "quiet"), (state.words, "bold"), f" · {step.speed_ppm:,} {UNIT} planned{level}"
        )
    measured = "not measured" if tick.speed_measured_ppm is None else f"{tick.speed_measured_ppm:5,.0f} measured"
    tone = "bold" if tick.speed_set_ppm else "quiet"
    return line(label, (f"{tick.speed_set_ppm:5,.0f} {UNIT} set{level} · {measured}", tone))


def _times(view: DashboardView, step: StepStarted) -> Line:
    tick = view.tick
    if view.counts_band:
        return _in_band(view, step, tick)
    if step.mode in UNTIMED:
        return ()
    if tick is None:
        return line((f"{'time':<{LABEL}}", "quiet"), (f"{minutes(step.maximum_s):>5} planned", "quiet"))
    if step.tool != "perc":
        return line((f"{'time':<{LABEL}}", "quiet"), f"{minutes(tick.clock_s):>5} of {minutes(view.session.whole_s)}")
    inside = f" · {minutes(tick.in_band_s)} in the band" if tick.in_band_s is not None else ""
    return line((f"{'dose':<{LABEL}}", "quiet"), f"{minutes(tick.contact_s):>5} on the body, motor on{inside}")


def _in_band(view: DashboardView, step: StepStarted, tick: Tick | None) -> Line:
    inside_s = tick.clock_s if tick is not None else 0.0
    least = f" · felt softer counts from {minutes(step.minimum_s)}" if inside_s < step.minimum_s else ""
    words = f"{minutes(inside_s):>5} of {minutes(view.session.whole_s)}"
    if view.clock_waits and view.cue is not CueKind.STAY_GENTLE:
        return line(
            (f"{'in band':<{LABEL + 1}}", "quiet"), (words, "bold caution"), (" · the clock waits", "bold caution")
        )
    return line(
        (f"{'in band':<{LABEL + 1}}", "quiet"), (words, "bold" if view.is_at_work else "quiet"), (least, "quiet")
    )


class Readings(SessionLines):
    """Shows speed and times."""

    def see(self, view: DashboardView) -> None:
        """Show the newest."""
        self.show(reading_lines(view))
