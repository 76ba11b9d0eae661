"""``massctl completion``, and the completion of the ids of programs, points and sessions."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from massctl.app.bench import load_bench
from massctl.body.atlas import Atlas
from massctl.errors import MassctlError
from massctl.history.reading import LAST, History
from massctl.programs.catalogue import Catalogue

SESSIONS_OFFERED = 30
"""More than that nobody reads (design value)."""
SHELLS = {
    "bash": 'eval "$(massctl completion bash)"    in ~/.bashrc',
    "zsh": 'eval "$(massctl completion zsh)"    in ~/.zshrc',
    "fish": "massctl completion fish | source    in ~/.config/fish/config.fish",
}


@click.command(epilog="\b\n" + "\n".join(SHELLS.values()))
@click.argument("shell", type=click.Choice(list(SHELLS)))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script of SHELL: commands, options, and the ids of programs and points.

    Add the line of your shell:
    """
    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(context.find_root().command, {}, "massctl", "_MASSCTL_COMPLETE").source())


def complete_programs(_context: click.Context, _parameter: click.Parameter, typed: str) -> list[str]:
    """Return the ids of programs that begin with ``typed``."""
    return [program for program in Catalogue.load().program_ids if program.startswith(typed)]


def complete_heads(_context: click.Context, _parameter: click.Parameter, typed: str) -> list[str]:
    """Return the heads of massagers that begin with ``typed``."""
    return [head.id for head in Atlas.load().heads() if head.id.startswith(typed.lower())]


def complete_points(_context: click.Context, _parameter: click.Parameter, typed: str) -> list[str]:
    """Return the ids of trigger points that begin with ``typed``, in either case."""
    return [point.id for point in Atlas.load().points() if point.id.startswith(typed.upper())]


def complete_sessions(_context: click.Context, _parameter: click.Parameter, typed: str) -> list[str]:
    """Return ``last`` and the ids of the newest sessions that begin with ``typed``; nothing where the record cannot be read."""
    try:
        ids = [record.session_id for record in History().sessions(limit=SESSIONS_OFFERED)]
    except MassctlError:
        return []
    return [name for name in (LAST, *ids) if name.startswith(typed)]


def complete_faults(_context: click.Context, _parameter: click.Parameter, typed: str) -> list[str]:
    """Return the names of the bench's faults that begin with ``typed``."""
    return [name for name in load_bench().fault_names() if name.startswith(typed)]
