"""``massctl run``: run a release program."""

from __future__ import annotations

from typing import Any

import click

from massctl.app.devices import with_remembered
from massctl.app.request import RunRequest
from massctl.body.atlas import Atlas
from massctl.cli.completion import complete_heads, complete_programs
from massctl.cli.device_names import roles_without_a_device
from massctl.cli.numbers import Number
from massctl.cli.performance import perform
from massctl.cli.run_options import EXIT_CODES, SIDES, TOOLS, choices_of, device_options, refuse_bench_options

EPILOG = f"""\b
Examples:
  massctl run desk-shoulders --sim
  massctl run tech-neck --massager serial:///dev/ttyUSB0
  massctl run tech-neck --massager manual://    your gun has no link
  massctl run ball-upper-back --minutes 5 --side left
{EXIT_CODES}"""
MINUTES_MAX = 24 * 60


def _known_heads(_context: click.Context, _parameter: click.Parameter, heads: tuple[str, ...]) -> tuple[str, ...]:
    """Return the heads by their ids. Raises UsageError for one that the atlas does not know: a typo would swap its steps away."""
    return tuple(Atlas.load().head(head.lower()).id for head in heads)


@click.command(epilog=EPILOG)
@click.argument("program", shell_complete=complete_programs)
@click.option("--side", type=click.Choice(list(SIDES)), help="Only this side; 'both' where one is to be chosen.")
@click.option(
    "--minutes",
    type=Number(0.5, MINUTES_MAX),
    metavar="N",
    help="The time you have: the program is fitted into it.",
)
@click.option("--tool", "tools", type=click.Choice(list(TOOLS)), multiple=True, help="A tool at hand; may be repeated.")
@click.option(
    "--head",
    "heads",
    metavar="HEAD",
    multiple=True,
    callback=_known_heads,
    shell_complete=complete_heads,
    help="A massager head at hand (ball, dampener, flat, fork, wedge, cone); may be repeated.",
)
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

    It uses the devices that are remembered ('massctl devices'), as far as it needs them; an option names another, or 'none'.
    Without any device the program is guided by the clock alone, with ball, roller, cane or hand. On hardware a page of
    questions comes first. Nothing starts without a key.
    """
    chosen = choices_of(side=side, minutes=minutes, tools=tools, heads=heads)
    request = RunRequest(program=program, choices=chosen, **devices)
    request = with_remembered(request, without=roles_without_a_device(context))
    refuse_bench_options(context, request)
    perform(request, as_json=as_json)
