"""``massctl stop``: stop everything that can be reached."""

from __future__ import annotations

import asyncio
import dataclasses

import click

from massctl.app.stopping import StopOutcome, stop_everything
from massctl.cli.output import print_json
from massctl.errors import ExitCode


@click.command()
@click.argument("urls", nargs=-1, metavar="[URL]...")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def stop(context: click.Context, urls: tuple[str, ...], as_json: bool) -> None:
    """Stop every session of yours, and every device it can reach.

    Running sessions are told first; then the devices at the URLs, or those that were used last. A device accepts a stop from
    anyone. Ends with 0 when everything was seen to stand, or says that it stopped; else with 4.
    """
    outcomes = asyncio.run(stop_everything(urls))
    if as_json:
        print_json([dataclasses.asdict(each) for each in outcomes])
    else:
        for each in outcomes:
            click.echo(f"{_mark(each)}  {each.what}: {each.text}")
        if not outcomes:
            click.echo(
                "No session is running, and no device is remembered that massctl could stop. A gun without a link is stopped\n"
                "by its own switch only. To stop another device: massctl stop serial:///dev/ttyUSB0"
            )
    context.exit(ExitCode.DONE if all(each.is_stopped for each in outcomes) else ExitCode.TIMEOUT)


def _mark(outcome: StopOutcome) -> str:
    if not outcome.is_stopped:
        return click.style("NOT STOPPED", fg="red", bold=True)
    return click.style("stopped", fg="green" if outcome.is_measured else "yellow")
