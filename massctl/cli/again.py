"""``massctl again``: repeat the last session."""

from __future__ import annotations

import click

from massctl.app.request import RunRequest
from massctl.cli.history import subject
from massctl.cli.performance import perform
from massctl.errors import UsageError
from massctl.history.reading import History


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object an event (docs/events.md).")
def again(as_json: bool) -> None:
    """Run the last session's program again, with the same devices and choices."""
    last = History().last_request()
    if last is None:
        raise UsageError("There is no session to repeat yet.", "Run one first: massctl demo, or massctl run PROGRAM.")
    request = RunRequest.from_json(last)
    kind = " (simulated)" if request.is_simulated else ""
    click.echo(f"Again: {subject(last)}{kind}", err=True)
    perform(request, as_json=as_json)
