"""``massctl history``: the sessions on record."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence

import click
from rich import box
from rich.table import Table
from rich.text import Text

from massctl.cli.digits import minutes
from massctl.cli.numbers import Number
from massctl.cli.output import console, print_json
from massctl.cli.summary import summary, summary_from_json
from massctl.history.reading import History, SessionRecord

LIMIT_MAX = 100_000


@click.group(invoke_without_command=True)
@click.option(
    "--limit",
    type=Number(1, LIMIT_MAX, is_whole=True),
    metavar="N",
    default=20,
    show_default=True,
    help="How many, the newest first.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def history(context: click.Context, limit: int, as_json: bool) -> None:
    """List past sessions; simulated ones are marked.

    'massctl history show last' shows the newest.
    """
    if context.invoked_subcommand is not None:
        return
    records = History().sessions(limit=limit)
    if as_json:
        print_json([{**dataclasses.asdict(record), "started_at": record.started_at.isoformat()} for record in records])
    elif records:
        _print_list(records)
    else:
        click.echo("No session is on record yet. The first is one command away: massctl demo")


@history.command()
@click.argument("session", default="last")
@click.option("--json", "as_json", is_flag=True, help="Print its events, one JSON object each.")
def show(session: str, as_json: bool) -> None:
    """Show one session: SESSION is its id, the beginning of it, or 'last'."""
    past = History()
    record = past.session(session)
    if as_json:
        for event in past.events(record.session_id):
            click.echo(json.dumps(event, ensure_ascii=False))
        return
    output = console()
    output.print(
        f"{record.session_id}  {record.started_at.astimezone():%Y-%m-%d %H:%M}  {record.program}", style="bold"
    )
    if record.summary is None:
        output.print("It is still running." if record.ended_by == "running" else "It has no summary: its process died.")
        return
    output.print(summary(summary_from_json(record.summary), record.title or record.program))


def _print_list(records: Sequence[SessionRecord]) -> None:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, show_edge=False)
    for heading in ("Session", "When", "Program", "Ended", "Lasted", "Percussion"):
        table.add_column(heading, justify="right" if heading in ("Lasted", "Percussion") else "left")
    for record in records:
        summary = record.summary or {}
        kind = Text(" simulated", "magenta") if record.is_simulated else Text()
        table.add_row(
            record.session_id,
            f"{record.started_at.astimezone():%Y-%m-%d %H:%M}",
            Text(record.program) + kind,
            record.ended_by,
            minutes(summary["duration_s"]) if summary else "–",
            minutes(summary["percussion_s"]) if summary else "–",
        )
    console().print(table)
