"""``massctl history``: the sessions on record."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from typing import Any

import click
from rich import box
from rich.table import Table
from rich.text import Text

from massctl.cli.completion import complete_sessions
from massctl.cli.numbers import Number
from massctl.cli.output import chosen_units, console, print_json
from massctl.cli.summary import summary
from massctl.faces.digits import minutes
from massctl.faces.stored import summary_from_json
from massctl.faces.words import SIDES
from massctl.history.reading import History, SessionRecord

ENDED = {"completed": "completed", "person": "by you", "safety": "safety stop", "interrupted": "cut short"}
"""How a session ended, in a word or two."""
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
    """List past sessions, the newest first; (sim) marks simulated ones.

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
@click.argument("session", default="last", shell_complete=complete_sessions)
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
        f"{record.session_id}  {record.started_at.astimezone():%Y-%m-%d %H:%M}  {subject(record.request) or record.program}",
        style="bold",
    )
    if record.summary is None:
        is_running = record.ended_by == "running"
        output.print("It is still running." if is_running else _cut_off(tuple(past.events(record.session_id))))
        return
    output.print(summary(summary_from_json(record.summary), record.title or record.program, chosen_units()))


def _cut_off(events: Sequence[Mapping[str, Any]]) -> str:
    """Return what is known of a session whose process died: how far its record goes, and which steps were over by then."""
    last_s = max((float(event.get("at_s", 0.0)) for event in events), default=0.0)
    steps = [str(event["label"]) for event in events if event["event"] == "step_ended"]
    done = f"; done by then: {', '.join(steps)}" if steps else ", before a step was done"
    return f"It was cut off and has no summary: its process died. What is recorded ends at {minutes(last_s)}{done}."


def subject(request: Mapping[str, Any]) -> str:
    """Return what was run as it would be typed: a program, or ``drive`` with point and side; '' where the record does not say."""
    side = (request.get("choices") or {}).get("side")
    words = ["drive", request["point"]] if request.get("point") else [str(request.get("program") or "")]
    return " ".join(word for word in (*words, SIDES.get(side, "")) if word)


def _print_list(records: Sequence[SessionRecord]) -> None:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    for heading in ("Session", "When", "Program", "Ended"):
        table.add_column(heading, no_wrap=heading in ("Session", "When"))
    for heading in ("Lasted", "Motor"):
        table.add_column(heading, justify="right", no_wrap=True)
    for record in records:
        summary = record.summary or {}
        kind = Text(" (sim)", "magenta") if record.is_simulated else Text()
        table.add_row(
            record.session_id,
            f"{record.started_at.astimezone():%Y-%m-%d %H:%M}",
            Text(subject(record.request) or record.program) + kind,
            ENDED.get(record.ended_by, record.ended_by),
            minutes(summary["duration_s"]) if summary else "–",
            minutes(summary["percussion_s"]) if summary else "–",
        )
    console().print(table)
