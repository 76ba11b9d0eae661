"""``massctl run``: run a release program."""

from __future__ import annotations

from typing import Any

import click

from massctl.app.request import RunRequest
from massctl.cli.completion import complete_programs
from massctl.cli.performance import perform
from massctl.cli.run_options import SIDES, TOOLS, choices_of, device_options, refuse_bench_options

EPILOG = """\b
Examples:
  massctl run desk-shoulders --sim
  massctl run tech-neck --massager serial:///dev/ttyUSB0
  massctl run tech-neck --massager manual://    your gun has no link
  massctl run ball-upper-back --minutes 5 --side left
\b
Exit codes: 0 done or ended by you, 2 usage, 3 connection, 4 time-out, 5 safety stop,
130 interrupted."""


@click.command(epilog=EPILOG)
@click.argument("program", shell_complete=complete_programs)
@click.option("--side", type=click.Choice(list(SIDES)), help="Only this side; 'both' where one is to be chosen.")
@click.option(
    "--minutes", type=click.FloatRange(min=0.5), metavar="N", help="The time you have: the program is fitted into it."
)
@click.option("--tool", "tools", type=click.Choice(list(TOOLS)), multiple=True, help="A tool at hand; may be repeated.")
@click.option("--head", "heads", metavar="HEAD", multiple=True, help="A massager head at hand; may be repeated.")
@device_options
@click.pass_context
def run(
    context: click.Context,
    /,
    *,
    program: str,
    side: str | None,
    minutes: float | None,
    tools: tuple[str, ...],
    heads: tuple[str, ...],
    as_json: bool,
    **devices: Any,
) -> None:
    """Run PROGRAM: an id from 'massctl programs', or a TOML file of your own.

    Without any device the program is guided by the clock alone, with ball, roller, cane or hand. On hardware a page of
    questions comes first. Nothing starts without a key.
    """
    refuse_bench_options(context)
    chosen = choices_of(side=side, minutes=minutes, tools=tools, heads=heads)
    perform(RunRequest(program=program, choices=chosen, **devices), as_json=as_json)
