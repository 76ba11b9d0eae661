#!/usr/bin/env python3
"""Draw the pictures of the dashboard for the README: the real application on the simulated bench, at some moments of a session.

Written beside this file: dashboard-{session,stopped,large,library,body}.svg.
"""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from massctl.app.background import Batch
from massctl.app.request import RunRequest
from massctl.app.run import run_session
from massctl.body.terms import Side
from massctl.dashboard.app import MassctlApp
from massctl.dashboard.session import SessionScreen
from massctl.devices.capabilities import Report
from massctl.programs.choices import Choices
from massctl.session.events import CueKind, Event, Intervention, Phase, StepStarted, StopSeen, Tick
from sims.loop import SimulatedTimeLoop

FOLDER = Path(__file__).parent
SIZE = (120, 40)
PROGRAM, POINT, CLOCK_S = "desk-shoulders", "MTRAP", 12.0
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
    """Return what was told up to a good push on the point, well into its clock."""
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


async def draw_session(name: str, told: list[Told], *, is_large: bool = False) -> None:
    """Draw the session screen after ``told``."""
    app = MassctlApp(is_simulated=True)
    async with app.run_test(size=SIZE) as pilot:
        screen = SessionScreen(RunRequest(program=PROGRAM, is_simulated=True), is_large=is_large)
        await app.push_screen(screen)
        await pilot.pause()
        for start in range(0, len(told), 20):
            piece = told[start : start + 20]
            events = tuple(each for each in piece if isinstance(each, Event))
            screen.see(Batch(events, tuple(each for each in piece if not isinstance(each, Event))))
        await pilot.pause(0.3)
        save(app, name)


async def draw_page(name: str, go: Callable[[MassctlApp], None]) -> None:
    """Draw a page."""
    app = MassctlApp(is_simulated=True)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(1.5)
        go(app)
        await pilot.pause(1.5)
        save(app, name)


def save(app: MassctlApp, name: str) -> None:
    """Write the picture, without the fonts that it would fetch from the network."""
    svg = app.export_screenshot(title="massctl --sim")
    svg = re.sub(r"@font-face\s*{.*?}", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r"terminal-\d+-", f"{name}-", svg)  # else every drawing has other names in it
    svg = svg.replace("<svg ", '<svg xml:space="preserve" ', 1)  # else some viewers cut leading spaces
    (FOLDER / f"{name}.svg").write_text(svg, encoding="utf-8")


async def main() -> None:
    """Draw all of them."""
    work = at_work()
    await draw_session("dashboard-session", work)
    await draw_session("dashboard-large", work, is_large=True)
    await draw_session("dashboard-stopped", stopped())
    await draw_page("dashboard-library", lambda _: None)
    await draw_page("dashboard-body", lambda app: app.action_page("body"))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("DATA", "CONFIG", "RUNTIME"):
            os.environ[f"MASSCTL_{kind}_DIR"] = folder
        asyncio.run(main())
