"""``massctl why F10``: explain a safety rule."""

from __future__ import annotations

import dataclasses

import click
from rich.console import Console
from rich.text import Text

from massctl.cli.output import console, print_json
from massctl.errors import UsageError
from massctl.rules import RULES, Rule


def _complete(_context: click.Context, _parameter: click.Parameter, typed: str) -> list[str]:
    return [rule for rule in RULES if rule.startswith(typed.upper())]


@click.command()
@click.argument("rule", required=False, shell_complete=_complete)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def why(rule: str | None, as_json: bool) -> None:
    """Explain the safety rule RULE, such as F10; without it, list all.

    Every refusal and every intervention of massctl names the rule behind it.
    """
    rows = list(RULES.values()) if rule is None else [_find(rule)]
    if as_json:
        print_json([dataclasses.asdict(row) for row in rows])
        return
    output = console()
    for row in rows:
        levels = ", ".join(level.value for level in row.levels)
        output.print(Text.assemble((f"{row.id:<4}", "bold cyan"), f" {row.title}: ", (levels, "yellow")))
        output.print(f"{row.sentence}", width=min(output.width, 90))
        if rule is not None:
            _print_more(output, row)


def _print_more(output: Console, row: Rule) -> None:
    if row.choice:
        output.print(f"Chosen: {row.choice}", width=min(output.width, 90))
    if row.awaits:
        output.print(f"Nothing enforces it yet: it comes with the {row.awaits}.", style="yellow")
    output.print(f"Source: {row.source}", style="grey62")


def _find(name: str) -> Rule:
    row = RULES.get(name.upper()) or RULES.get(f"F{name}")
    if row is None:
        raise UsageError(f"There is no rule '{name}'.", "'massctl why' lists them all.")
    return row
