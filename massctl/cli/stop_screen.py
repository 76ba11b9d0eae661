"""The display after a stop: what happened, whether the motor is off, and the two steps that a person takes to go on. Pure."""

from __future__ import annotations

import textwrap

from rich.text import Text

from massctl.faces.digits import large
from massctl.faces.session_view import SessionView
from massctl.session.asks import motor_off
from massctl.session.events import SeenBy


def stop_lines(view: SessionView, width: int) -> list[Text]:
    """Return the lines of the stop screen, the full width in red."""
    red, quiet = "bold white on red", "white on dark_red"
    lines = [
        _bar("", width, quiet),
        *(_bar(line, width, red) for line in large(view.stopped_word)),
        _bar("", width, red),
    ]
    reason = textwrap.wrap(view.stopped_because, width - 6, max_lines=3, placeholder=" …")
    lines += [_bar(line, width, red) for line in reason]
    lines += [_bar("", width, quiet), Text()]
    lines += [_motor(view, width), Text()] if view.has_motor else []
    return lines + (_reset(view) if view.is_resettable else _asked(view, width))


def _reset(view: SessionView) -> list[Text]:
    first, second = ("grey62", "bold cyan") if view.is_released else ("bold cyan", "grey62")
    done = "✓" if view.is_released else "1"
    words = " to go on, or q to finish the session here"
    return [
        Text.assemble((f"   {done}  Lift the tool off your body, then press ", first), ("l", f"{first} reverse")),
        Text.assemble(("   2  Then press ", second), ("c", f"{second} reverse"), (words, second)),
        Text(),
    ]


def _asked(view: SessionView, width: int) -> list[Text]:
    return [*(Text(f"   {line}", "bold cyan") for line in textwrap.wrap(view.ask, width - 6)), Text()]


def _motor(view: SessionView, width: int) -> Text:
    stop = view.stop
    if stop is None:
        return _bar("Motor off: waiting for confirmation …", width, "bold black on yellow")
    words = f"Motor off {motor_off(stop)}"
    if stop.seen_by is SeenBy.ACKNOWLEDGED:
        return _bar(words, width, "bold black on yellow")
    return _bar(words, width, "bold black on green" if stop.is_confirmed else "bold white on red blink")


def _bar(text: str, width: int, style: str) -> Text:
    return Text(f"   {text}"[:width].ljust(width), style)
