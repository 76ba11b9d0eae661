"""How a running session looks on a terminal: pure functions from a ``SessionView`` and a size to rich text.

Made for 80×24 and used up to 100 columns. Nothing here reads a clock or a terminal.
"""

from __future__ import annotations

import textwrap

from rich.console import Group, RenderableType
from rich.text import Text

from massctl.cli.gauges import progress_bar
from massctl.cli.readings import AT_WORK, labelled, readings
from massctl.cli.stop_screen import stop_lines
from massctl.faces.digits import HEIGHT, large, minutes
from massctl.faces.now import asked_now, keys_now
from massctl.faces.session_view import Note, SessionView
from massctl.faces.words import (
    KEYS,
    MODES,
    TOOLS,
    headline,
    plainly,
)
from massctl.rules import Level
from massctl.session.asks import sentence
from massctl.session.commands import Key
from massctl.session.events import Phase, StepStarted

WIDTH_MAX = 100
AFTER_A_STOP = frozenset({Key.STOP, Key.FINISH, Key.RELEASE, Key.CONFIRM})
UNTIMED = frozenset({"check", "scan", "plan", "rate"})
"""Steps that wait for an answer: no clock runs."""

PHASE_STYLES = {
    Phase.WORKING: "bold black on green",
    Phase.RAMPING: "bold black on green",
    Phase.WAITING: "bold black on cyan",
    Phase.RATING: "bold black on cyan",
    Phase.PAUSED: "bold black on yellow",
    Phase.STOPPED: "bold white on red",
    Phase.RECONNECTING: "bold white on red",
}
LEVEL_STYLES = {
    Level.WARN: "yellow",
    Level.BACKOFF: "yellow",
    Level.PAUSE: "bold yellow",
    Level.BLOCK: "bold red",
    Level.STOP: "bold red",
}


def render(view: SessionView, width: int, height: int) -> RenderableType:
    """Return the whole display for a terminal of ``width`` by ``height`` cells; never more lines than fit."""
    width = min(width, WIDTH_MAX)
    lines = [_banner(view, width), _progress(view, width)]
    if view.is_halted:
        lines += stop_lines(view, width)
    else:
        lines += [Text(), *_head(view, width), Text(), *_ask(view, width)]
        lines += [] if view.shows_keys else [Text(), *_body(view, width)]
    room = height - 1 - len(lines) - 1
    lines += _keys(view, width, room) if view.shows_keys else _rest(view, width, room)
    lines = [*lines[: max(height - 2, 1)], _footer(view, width)]
    for line in lines:
        line.no_wrap, line.overflow = True, "crop"
    return Group(*lines)


def _banner(view: SessionView, width: int) -> Text:
    title = view.started.title if view.started else ""
    name, style = (
        (" SIMULATED · no real device moves", "bold white on magenta")
        if view.is_simulated
        else (" massctl", "bold white on blue")
    )
    return Text(_ends(name, f"{title} ", width), style)


def _progress(view: SessionView, width: int) -> Text:
    fraction = view.progress
    about_s = view.started.about_s if view.started else 0.0
    place = f" step {view.step.number} of {view.step.of}" if view.step else ""
    left = max(about_s * (1 - fraction), 0.0)
    label = f"{place} · {fraction:4.0%} · about {-(-left // 60):.0f} min left " if view.started else " "
    bar = progress_bar(fraction, width - len(label) - 1, "magenta" if view.is_simulated else "blue")
    return Text.assemble(" ", bar, (label, "grey70"))


def _head(view: SessionView, width: int) -> list[Text]:
    """Return where to work at the left, and the time left in large figures at the right."""
    figures, caption = _clock(view)
    right = max((len(line) for line in figures), default=0) + 2
    left = _place(view, width - right - 3)
    left += [Text()] * (HEIGHT + 1 - len(left))
    style = "bold green" if view.phase in AT_WORK else "grey70"
    lines = [_two(line, Text(figure, style), width) for line, figure in zip(left, figures, strict=False)]
    return [*lines, _two(left[HEIGHT], Text(caption, "grey62"), width)]


def _clock(view: SessionView) -> tuple[list[str], str]:
    if view.step is None or view.step.mode in UNTIMED:
        return [""] * HEIGHT, ""
    if view.tick is None or view.tick.number != view.step.number:
        return large(minutes(view.step.maximum_s)), "planned"
    whole = f"left of {minutes(view.whole_s)}"
    counted = " in the band" if view.step.mode == "pin" and view.band_n else ""
    return large(minutes(view.tick.remaining_s)), whole + counted


def _place(view: SessionView, width: int) -> list[Text]:
    step, at = view.step, view.candidate
    if step is None:
        return [Text()]
    lines = [Text(f" {headline(step.point_name, step.side, step.mode, width)}", "bold white")]
    lines += [Text(f" {line}", "cyan") for line in _wrapped(_how(step), width, 2)]
    lines += [Text(f" {line}") for line in _wrapped(sentence(at.location) if at is not None else "", width, 2)]
    lines += [
        Text(f" {line}", "grey78")
        for line in _wrapped(step.pose or step.instruction, width, 3 if step.point is None else 2)
    ]
    if step.cautions:
        words = _wrapped(step.cautions, width - 2, 2)
        lines += [Text(f" {mark} {line}", "yellow") for mark, line in zip("! ", words, strict=False)]
    return lines[: HEIGHT + 1]


def _how(step: StepStarted) -> str:
    parts = [step.point, MODES.get(step.mode, step.mode)] if step.point else []
    tool = TOOLS.get(step.tool, step.tool)
    head = f", {step.head} head" if step.head and step.tool == "perc" else ""
    parts += [tool + head] if tool else []
    parts += [f"pass {step.pass_number} of {step.passes}"] if step.passes > 1 else []
    return " · ".join(parts)


def _ask(view: SessionView, width: int) -> list[Text]:
    """Return the phase and what to do now, in two lines at least."""
    badge = f" {view.badge} "
    lines = _wrapped(asked_now(view), width - len(badge) - 3, 2) or [""]
    first = Text.assemble(" ", (badge, PHASE_STYLES.get(view.phase, "bold black on grey70")), " ", (lines[0], "bold"))
    second = Text(" " * (len(badge) + 2) + (lines[1] if len(lines) > 1 else ""), "bold")
    return [first, second]


def _body(view: SessionView, width: int) -> list[Text]:
    """Return the readings; before a start, when nothing moves yet, cautions that the head has no room for instead."""
    cautions = view.step.cautions if view.step else ""
    if view.phase is not Phase.WAITING or len(_wrapped(cautions, width // 2, 9)) <= 2:
        return readings(view, width)
    words = _wrapped(cautions, width - 16, 6)
    return [labelled("" if number else "take care", Text(line, "yellow")) for number, line in enumerate(words)]


def _rest(view: SessionView, width: int, room: int) -> list[Text]:
    """Return what comes next and what happened, in ``room`` lines."""
    lines = [Text()]
    if not view.is_halted and view.step is not None:
        lines = [labelled("next", Text(view.step.next_label or "the end", "white"))]
    lines += _standing(view, width)[: max(room - len(lines), 0)]
    lines += _notes(view, width, room - len(lines))
    return (lines + [Text()] * room)[: max(room, 0)]


def _standing(view: SessionView, width: int) -> list[Text]:
    """Return the warnings that stay on screen as long as the motor may run (F34, F37, F42)."""
    texts = view.started.standing_warnings if view.started else ()
    return [Text(f" ! {line}", "bold yellow") for text in texts for line in _wrapped(plainly(text), width - 4, 2)]


def _notes(view: SessionView, width: int, room: int) -> list[Text]:
    """Return the newest notes that fit whole, the oldest of them first; the newest warning always stays among them."""
    standing = view.started.standing_warnings if view.started else ()
    notes = [note for note in view.notes if note.text not in standing]
    warning = next((note for note in reversed(notes) if note.level is Level.WARN), None)
    shown = [warning] if warning else []
    for note in reversed(notes):
        more = [note, *(one for one in shown if one is not note)]
        if sum(len(_note(one, width)) for one in more) > room:
            break
        shown = more
    shown.sort(key=notes.index)
    return [line for note in shown for line in _note(note, width)]


def _note(note: Note, width: int) -> list[Text]:
    style = LEVEL_STYLES.get(note.level, "grey78") if note.level else "grey78"
    when = f" {minutes(note.at_s):>6}  "
    rule = f"{note.rule} " if note.rule else ""
    first, *more = _wrapped(rule + note.text, width - len(when), 2)
    head = Text.assemble((when, "grey50"), (rule, f"bold {style}"), (first.removeprefix(rule), style))
    return [head, *(Text(" " * len(when) + line, style) for line in more)]


def _keys(view: SessionView, width: int, room: int) -> list[Text]:
    """Return all keys, in two columns; after a stop those that then do something."""
    column = (width - 2) // 2
    keys = [(name, text) for name, key, text in KEYS if not view.is_halted or key in AFTER_A_STOP]
    cells = [Text.assemble((f"{name:>7}  ", "bold cyan"), _cut(text, column - 9)) for name, text in keys]
    half = -(-len(cells) // 2)
    rows = [
        _two(left, right, width, column) for left, right in zip(cells[:half], [*cells[half:], Text()], strict=False)
    ]
    return (rows + [Text()] * room)[: max(room, 0)]


def _footer(view: SessionView, width: int) -> Text:
    words = "any other key pauses" if view.shows_keys else keys_now(view)
    return Text(_ends(f" {words}", "? hides keys " if view.shows_keys else "? keys ", width), "black on grey70")


def _two(left: Text, right: Text, width: int, column: int | None = None) -> Text:
    """Return one line: ``left``, then ``right`` at ``column`` (default: flush right)."""
    gap = (column if column is not None else width - right.cell_len - 1) - left.cell_len
    return Text.assemble(left, " " * max(gap, 1), right)


def _ends(left: str, right: str, width: int) -> str:
    return left + _cut(right, width - len(left) - 1).rjust(width - len(left))


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: max(width - 1, 0)] + "…"


def _wrapped(text: str, width: int, lines: int) -> list[str]:
    return textwrap.wrap(text, max(width, 10), max_lines=lines, placeholder=" …") if text else []
