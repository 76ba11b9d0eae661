#!/usr/bin/env python3
"""Draw the pictures of the README: the real application on the simulated bench, at some moments of a session.

Written beside this file: run.svg (the plain command line) and dashboard-{session,stopped,large,library,body}.svg.
"""

from __future__ import annotations

import asyncio
import io
import os
import re
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI

from massctl.app.background import Batch
from massctl.app.request import RunRequest
from massctl.app.run import run_session
from massctl.body.terms import Side
from massctl.cli.session_screen import render
from massctl.dashboard.app import MassctlApp
from massctl.dashboard.session import SessionScreen
from massctl.devices.capabilities import Report
from massctl.faces.session_view import SessionView
from massctl.programs.choices import Choices
from massctl.session.events import CueKind, Event, Intervention, Phase, StepStarted, StopSeen, Tick
from sims.loop import SimulatedTimeLoop

FOLDER = Path(__file__).parent
DASHBOARD = (120, 40)
TERMINAL = (80, 24)
PROGRAM, POINT, CLOCK_S = "desk-shoulders", "MTRAP", 26.0
"""The moment of a session that is drawn: a good push, this far into the point."""
_BRAILLE = re.compile(r'(<text [^>]*?x=")([\d.]+)("[^>]*?textLength=")([\d.]+)("[^>]*>)([\u2800-\u28ff]+)</text>')
_BLANK = "\u2800"
Told = Event | Report


def told_by(request: RunRequest) -> list[Told]:
    """Return all that a session on virtual time tells."""
    told: list[Told] = []

    def run() -> None:
        with asyncio.Runner(loop_factory=SimulatedTimeLoop) as runner:
            runner.run(run_session(request, on_event=told.append, on_ready=lambda _: None, on_report=told.append))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return told


def at_work() -> list[Told]:
    """Return what was told up to the moment on the point."""
    told = told_by(RunRequest(program=PROGRAM, is_simulated=True, speed=None))
    point = ""
    for place, each in enumerate(told):
        if isinstance(each, StepStarted):
            point = each.point or ""
        is_good = isinstance(each, Tick) and each.phase is Phase.WORKING and each.cue is CueKind.GOOD
        if point == POINT and is_good and isinstance(each, Tick) and each.clock_s >= CLOCK_S:
            return told[: place + 1]
    raise SystemExit(f"{PROGRAM} never came to second {CLOCK_S:g} on {POINT}.")


def stopped() -> list[Told]:
    """Return what was told up to a stop that a rule made."""
    choices = Choices(side=Side.LEFT)
    request = RunRequest(point="GMAX", choices=choices, is_simulated=True, speed=None, faults=("motor-runaway",))
    told = told_by(request)
    tripped = next(place for place, each in enumerate(told) if isinstance(each, Intervention) and each.rule == "F38")
    seen = next(place for place, each in enumerate(told) if place > tripped and isinstance(each, StopSeen))
    return told[: seen + 1]


def draw_run(told: list[Told]) -> None:
    """Draw the display of ``massctl run`` after ``told``."""
    view = SessionView()
    for each in told:
        if isinstance(each, Event):
            view.see(each)
    width, height = TERMINAL
    console = Console(
        record=True, width=width, height=height, file=io.StringIO(), force_terminal=True, color_system="truecolor"
    )
    console.print(render(view, width, height))
    save("run", console.export_svg(title=f"massctl run {PROGRAM} --sim", theme=MONOKAI, unique_id="run"))


async def draw_session(name: str, told: list[Told], *, is_large: bool = False) -> None:
    """Draw the session screen after ``told``."""
    app = MassctlApp(is_simulated=True)
    async with app.run_test(size=DASHBOARD) as pilot:
        screen = SessionScreen(RunRequest(program=PROGRAM, is_simulated=True), is_large=is_large)
        await app.push_screen(screen)
        await pilot.pause()
        for start in range(0, len(told), 20):
            piece = told[start : start + 20]
            events = tuple(each for each in piece if isinstance(each, Event))
            screen.see(Batch(events, tuple(each for each in piece if not isinstance(each, Event))))
        await pilot.pause(0.3)
        save(name, app.export_screenshot(title="massctl --sim"))


async def draw_page(name: str, go: Callable[[MassctlApp], None]) -> None:
    """Draw a page."""
    app = MassctlApp(is_simulated=True)
    async with app.run_test(size=DASHBOARD) as pilot:
        await pilot.pause(1.5)
        go(app)
        await pilot.pause(1.5)
        save(name, app.export_screenshot(title="massctl --sim"))


def save(name: str, svg: str) -> None:
    """Write the picture, without the fonts that it would fetch from the network."""
    svg = re.sub(r"@font-face\s*{.*?}", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r"terminal-\d+-", f"{name}-", svg)  # else every drawing has other names in it
    svg = _BRAILLE.sub(_one_by_one, svg)
    svg = svg.replace("<svg ", '<svg xml:space="preserve" ', 1)  # else some viewers cut leading spaces
    (FOLDER / f"{name}.svg").write_text(svg, encoding="utf-8")


def _one_by_one(found: re.Match[str]) -> str:
    """Return a run of braille as one text a cell.

    Where a viewer's font has no braille, another one's stands in, with wider signs, and not every viewer keeps to the
    length that the run is given: the chart would be drawn over what stands beside it.
    """
    before, x, middle, length, after, run = found.groups()
    cell = float(length) / len(run)
    return "".join(
        f"{before}{float(x) + place * cell:g}{middle}{cell:g}{after}{sign}</text>"
        for place, sign in enumerate(run)
        if sign != _BLANK
    )


@contextmanager
def nobody_was_here() -> Iterator[None]:
    """Give massctl folders in which it has left nothing yet."""
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("DATA", "CONFIG", "RUNTIME"):
            os.environ[f"MASSCTL_{kind}_DIR"] = folder
        yield


def main() -> None:
    """Draw all of them."""
    with nobody_was_here():
        work, trip = at_work(), stopped()
        draw_run(work)
        asyncio.run(draw_session("dashboard-session", work))
        asyncio.run(draw_session("dashboard-large", work, is_large=True))
        asyncio.run(draw_session("dashboard-stopped", trip))
    with nobody_was_here():
        asyncio.run(draw_page("dashboard-library", lambda _: None))
        asyncio.run(draw_page("dashboard-body", lambda app: app.action_page("body")))


if __name__ == "__main__":
    main()
