"""``massctl demo``: a whole program on the simulated bench, in under a minute."""

from __future__ import annotations

import sys
import time

import click

from massctl.app.request import RunRequest
from massctl.cli.performance import perform

PROGRAM = "desk-shoulders"
READING_S = 2.0
"""For the opening lines, before the display takes the screen."""
SPEED = 20.0
"""Times real time: ten minutes of program in about half a minute."""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object an event (docs/events.md).")
def demo(as_json: bool) -> None:
    """Watch the program desk-shoulders run on a simulated massager, force sensor and timer, twenty times as fast as life.

    Nothing real moves. A simulated person presses the keys; yours work as well: space pauses, Esc stops, ? shows all.
    """
    click.echo(
        f"This is a SIMULATION of '{PROGRAM}', {SPEED:.0f} times as fast as life: massager, force sensor, timer and person are\n"
        "simulated, and reached through real serial bytes on a pty. Your keys work too: ? shows them.\n",
        err=True,
    )
    if sys.stdout.isatty():
        time.sleep(READING_S)
    perform(RunRequest(program=PROGRAM, is_simulated=True, link="pty", speed=SPEED), as_json=as_json)
