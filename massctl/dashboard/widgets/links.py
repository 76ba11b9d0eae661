"""The devices: battery, temperature, lease, timer, and how well each link does; one line, or one a device where there is room."""

from __future__ import annotations

import re
from typing import Final

from massctl.dashboard.lines import Line, Span, fitted, line, width_of
from massctl.dashboard.view import DashboardView, LinkWatch
from massctl.dashboard.widgets.session_lines import SessionLines
from massctl.faces.digits import minutes

LABEL: Final = 9
BATTERY_LOW: Final = 20
"""F40: from here on it warns."""
HOT_C: Final = 55
"""F39: from here on it warns."""
_SHORT: Final = re.compile("(?<=^bat)tery|^motor ")
"""What can be done without in a figure's name."""
_MARKS: Final = {
    "good": ("▂▄▆", "good"),
    "weak": ("▂▄ ", "caution"),
    "poor": ("▂  ", "caution"),
    "silent": ("×  ", "danger"),
    "": ("   ", "quiet"),
}


def link_line(view: DashboardView, width: int) -> list[Line]:
    """Return all devices in one line of at most ``width``.

    Where lease, battery and temperature do not all fit they get shorter names; what does not fit even so is left out whole.
    """
    devices, main = _marks(view), _main_figures(view)
    shown = _fitting(devices, main, width)
    if len(shown) < len(devices) + len(main):
        shown = _fitting(devices, [(_SHORT.sub("", " ".join(text.split())), tone) for text, tone in main], width)
    return [_fitting(shown, _other_figures(view), width)]


def _marks(view: DashboardView) -> Line:
    spans: list[Span] = []
    for role, link in view.links.items():
        mark, tone = _MARKS[link.quality(view.now_s)]
        spans += line(("  " if spans else "", ""), (f"{role} ", "quiet"), (mark.strip() or "…", tone))
    return tuple(spans)


def _fitting(devices: Line, figures: list[tuple[str, str]], width: int) -> Line:
    spans = list(devices)
    for text, tone in figures:
        if width_of((*spans, Span(f"  {text}"))) <= width:
            spans.append(Span(f"  {text}", tone))
    return tuple(spans)


def link_lines(view: DashboardView, height: int) -> list[Line]:
    """Return one line a device, and below them battery, temperature and lease."""
    rows = [_device(role, link, view.now_s) for role, link in view.links.items()]
    figures = [*_main_figures(view), *_other_figures(view)]
    pairs = [figures[start : start + 2] for start in range(0, len(figures), 2)]
    rows += [line(*[(f"{text:<18}", tone) for text, tone in pair]) for pair in pairs]
    return fitted(rows, height)


def _device(role: str, link: LinkWatch, now_s: float) -> Line:
    quality = link.quality(now_s)
    mark, tone = _MARKS[quality]
    rate = f"{link.rate_hz(now_s):4.0f}/s" if quality else "     –"
    return line((f"{role:<{LABEL}}", "quiet"), (mark, tone), (f" {quality or 'waiting':<8}", tone), (rate, "quiet"))


def _main_figures(view: DashboardView) -> list[tuple[str, str]]:
    """Return what is known of battery, temperature and the motor's lease, each with its tone."""
    tick = view.session.tick
    if tick is None:
        return []
    said: list[tuple[str, str]] = []
    if tick.battery_percent is not None:
        tone = "" if tick.battery_percent > BATTERY_LOW else "bold caution"
        said.append((f"battery {tick.battery_percent:3.0f} %", tone))
    if tick.temperature_c is not None:
        said.append((f"motor {tick.temperature_c:3.0f} °C", "" if tick.temperature_c < HOT_C else "bold caution"))
    if tick.lease_s is not None:
        said.append((f"lease {tick.lease_s:3.1f} s", "quiet"))
    return said


def _other_figures(view: DashboardView) -> list[tuple[str, str]]:
    tick = view.session.tick
    if tick is None:
        return []
    said: list[tuple[str, str]] = []
    if tick.timer_remaining_s:
        said.append((f"timer {tick.timer_remaining_s:3.1f} s", "quiet"))
    if tick.auto_off_s is not None:
        said.append((f"self-off {minutes(tick.auto_off_s)}", "quiet"))
    if tick.heart_rate_bpm is not None:
        said.append((f"heart {tick.heart_rate_bpm:3.0f} /min", ""))
    return said


class Links(SessionLines):
    """Shows the devices."""

    def see(self, view: DashboardView) -> None:
        """Show what is known of them."""
        height = self.size.height
        self.show(link_line(view, self.size.width) if height <= 1 else link_lines(view, height))
