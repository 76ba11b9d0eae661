"""``massctl stop``: stop everything that can be reached."""

from __future__ import annotations

import asyncio
import dataclasses

import click

from massctl.app.stopping import StopOutcome, stop_everything
from massctl.cli.device_names import address_of, complete_devices
from massctl.cli.output import print_json
from massctl.errors import ExitCode, UsageError


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME|URL]...", shell_complete=complete_devices())
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def stop(context: click.Context, names: tuple[str, ...], as_json: bool) -> None:
    """Stop every session of yours, and every device it can reach.

    Running sessions are told first; then the devices that are named, or those that were used last and those remembered as the
    ones to use. A device accepts a stop from anyone. Ends with 0 when everything was seen to stand, or says that it stopped;
    else with 4.
    """
    urls, unknown = _addresses(names)
    outcomes = (*asyncio.run(stop_everything(tuple(urls))), *unknown)
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


def _addresses(names: tuple[str, ...]) -> tuple[list[str], list[StopOutcome]]:
    """Return the addresses to stop, and what could not be found: a typing error must not hold up the stop of the rest."""
    urls, unknown = [], []
    for name in names:
        try:
            urls.append(address_of(name))
        except UsageError as problem:
            unknown.append(StopOutcome(name, is_stopped=False, text=str(problem)))
    return urls, unknown


def _mark(outcome: StopOutcome) -> str:
    if not outcome.is_stopped:
        return click.style("NOT STOPPED", fg="red", bold=True)
    return click.style("stopped", fg="green" if outcome.is_measured else "yellow")
