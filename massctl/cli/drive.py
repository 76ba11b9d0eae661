"""``massctl drive``: the massager runs freely on one point, within its limits (F46)."""

from __future__ import annotations

from typing import Any

import click

from massctl.app.devices import with_remembered
from massctl.app.request import RunRequest
from massctl.cli.completion import complete_points
from massctl.cli.device_names import roles_without_a_device
from massctl.cli.numbers import Number
from massctl.cli.performance import perform
from massctl.cli.run_options import EXIT_CODES, choices_of, device_options, refuse_bench_options

SIDES = ("left", "right")
SPEED_MAX_PPM = 6000
"""No percussion massager strikes faster: more is a typing error."""


@click.command(epilog=EXIT_CODES)
@click.argument("point", shell_complete=complete_points)
@click.option("--side", type=click.Choice(SIDES), help="Which side.")
@click.option(
    "--ppm",
    "speed_ppm",
    type=Number(1, SPEED_MAX_PPM, is_whole=True),
    metavar="N",
    help="Strokes a minute, within the point's band; without it the gentlest.",
)
@device_options
@click.pass_context
def drive(
    context: click.Context, /, *, point: str, side: str | None, speed_ppm: int | None, as_json: bool, **devices: Any
) -> None:
    """Run the massager freely on POINT (such as GMAX), within the limits of that point.

    No program and no steps: it stops by itself after two minutes of contact. 'massctl points' lists the points.
    """
    request = RunRequest(point=point.upper(), speed_ppm=speed_ppm, choices=choices_of(side=side), **devices)
    request = with_remembered(request, without=roles_without_a_device(context))
    refuse_bench_options(context, request)
    perform(request, as_json=as_json)
