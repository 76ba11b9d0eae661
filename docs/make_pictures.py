#!/usr/bin/env python3
"""Draw docs/run.svg, the picture of a run for the README: the real application on the simulated bench, at one moment of it."""

from __future__ import annotations

import io
import os
import re
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI

from massctl.app.request import RunRequest
from massctl.app.run import run_blocking
from massctl.cli.session_screen import render
from massctl.faces.session_view import SessionView
from massctl.session.events import CueKind, Event, Phase, Tick

TARGET = Path(__file__).parent / "run.svg"
PROGRAM = "desk-shoulders"
POINT = "MTRAP"
CLOCK_S = 7.0
"""The moment: this far into the point."""
WIDTH, HEIGHT = 80, 24


def picture() -> str:
    """Run the program on virtual time and return the display at the moment as SVG."""
    view = SessionView()
    drawn: list[str] = []

    def see(event: Event) -> None:
        view.see(event)
        if not drawn and _is_the_moment(view, event):
            drawn.append(_svg(view))

    run_blocking(RunRequest(program=PROGRAM, is_simulated=True, speed=None), on_event=see, on_ready=lambda _: None)
    if not drawn:
        raise SystemExit(f"{PROGRAM} never came to second {CLOCK_S:g} on {POINT}.")
    return drawn[0]


def _is_the_moment(view: SessionView, event: Event) -> bool:
    on_point = view.step is not None and view.step.point == POINT and view.phase is Phase.WORKING
    return isinstance(event, Tick) and on_point and event.clock_s >= CLOCK_S and event.cue is CueKind.GOOD


def _svg(view: SessionView) -> str:
    console = Console(
        record=True, width=WIDTH, height=HEIGHT, file=io.StringIO(), force_terminal=True, color_system="truecolor"
    )
    console.print(render(view, WIDTH, HEIGHT))
    svg = console.export_svg(title=f"massctl run {PROGRAM} --sim", theme=MONOKAI, unique_id="massctl")
    svg = svg.replace("<svg ", '<svg xml:space="preserve" ', 1)  # else some viewers cut leading spaces
    return re.sub(r"@font-face\s*{.*?}", "", svg, flags=re.DOTALL)  # they name fonts at an address on the network


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        for name in ("DATA", "CONFIG", "RUNTIME"):
            os.environ[f"MASSCTL_{name}_DIR"] = folder
        TARGET.write_text(picture(), encoding="utf-8")
