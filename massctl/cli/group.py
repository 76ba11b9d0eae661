"""The group of commands: imports each when it is asked for, and turns every error into one sentence and an exit code.

Nothing here imports more than click: ``massctl --help`` must cost little more than click itself.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Sequence
from typing import Any, NamedTuple, NoReturn

import click

from massctl.cli.plugins import listed_commands, load_command
from massctl.errors import ExitCode, MassctlError

_FULL = (errno.ENOSPC, errno.EDQUOT)
CRASHED = 1
"""Exit code of an unexpected exception, Python's own."""


class LazyCommand(NamedTuple):
    """One row of the table of commands."""

    name: str
    target: str
    """``module:attribute`` of the click command."""
    section: str
    """Its heading in the help."""
    short_help: str


class LazyGroup(click.Group):
    """A group whose commands are imported when they are asked for."""

    def __init__(
        self,
        *args: Any,
        commands_table: Sequence[LazyCommand],
        examples: Sequence[tuple[str, str]] = (),
        takes_plugins: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._takes_plugins = takes_plugins
        self._table = {row.name: row for row in commands_table}
        self._examples = tuple(examples)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, the plug-ins' too."""
        return [*self._table, *self._plugins()]

    def _plugins(self) -> dict[str, str]:
        """Return the plug-in commands that are no commands of our own, with their short helps."""
        if not self._takes_plugins:
            return {}
        return {name: text for name, text in listed_commands().items() if name not in self._table}

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command ``cmd_name``."""
        row = self._table.get(cmd_name)
        if row is None:
            return load_command(cmd_name) if self._takes_plugins else None
        from importlib import import_module  # noqa: PLC0415 - lazy: see the module's docstring

        module, _, attribute = row.target.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or name the nearest one."""
        name = args[0]
        if not name.startswith("-") and not ctx.resilient_parsing and self.get_command(ctx, name) is None:
            ctx.fail(f"There is no command '{name}'.{self._nearest(ctx, name)}")
        return super().resolve_command(ctx, args)

    def _nearest(self, ctx: click.Context, name: str) -> str:
        from difflib import get_close_matches  # noqa: PLC0415 - lazy: see the module's docstring

        near = get_close_matches(name, self.list_commands(ctx), n=2, cutoff=0.5)
        return f" Did you mean {' or '.join(repr(one) for one in near)}?" if near else ""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under their headings, from the table alone, and the examples."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for row in self._table.values():
            sections.setdefault(row.section, []).append((row.name, row.short_help))
        if plugins := self._plugins():
            sections["Plug-ins"] = list(plugins.items())
        width = max(len(name) for rows in sections.values() for name, _ in rows)
        for section, rows in sections.items():
            with formatter.section(click.style(section, bold=True)):
                formatter.write_dl([(name.ljust(width), text) for name, text in rows])
        if self._examples:
            with formatter.section(click.style("Examples", bold=True)):
                formatter.write_dl(self._examples, col_max=36)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; whatever goes wrong ends with a sentence and an exit code, never with a traceback."""
        _survive_narrow_encodings()
        try:
            return super().invoke(ctx)
        except MassctlError as error:
            _fail(ctx, error.what, error.remedy, error.exit_code)
        except (KeyboardInterrupt, click.Abort):
            click.echo(err=True)
            _fail(ctx, "Interrupted.", "", ExitCode.INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit, BrokenPipeError):
            raise
        except OSError as error:
            if error.errno not in _FULL:
                _crash(ctx, error)
            _fail(ctx, "The output could not be written: the disk is full.", "Make room and run it again.", CRASHED)
        except Exception as error:  # noqa: BLE001 - the last resort: a person gets a sentence, the file gets the traceback
            _crash(ctx, error)


def _survive_narrow_encodings() -> None:
    """Let a terminal that knows no '–' or '→' (``LC_ALL=C`` without UTF-8) show a '?' there, instead of ending the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _fail(ctx: click.Context, what: str, remedy: str, exit_code: int) -> NoReturn:
    click.echo(_fitted(f"{click.style('massctl:', fg='red', bold=True)} {what}"), err=True)
    if remedy:
        click.echo(_fitted(f"  {click.style('→', fg='green', bold=True)} {remedy}"), err=True)
    ctx.exit(exit_code)


def _fitted(text: str) -> str:
    """Return ``text`` wrapped between words where a person reads it; whole where a program does."""
    if not sys.stderr.isatty():
        return text
    import shutil  # noqa: PLC0415 - lazy: see the module's docstring
    import textwrap  # noqa: PLC0415 - lazy: see the module's docstring

    width = shutil.get_terminal_size().columns
    lines = (textwrap.fill(line, width, subsequent_indent="    ", break_on_hyphens=False) for line in text.splitlines())
    return "\n".join(lines)


def _crash(ctx: click.Context, error: Exception) -> NoReturn:
    from massctl.cli.crash import write_report  # noqa: PLC0415 - lazy: see the module's docstring

    if os.environ.get("MASSCTL_DEBUG"):
        raise error
    place = write_report(error)
    what = f"An error of massctl itself: {type(error).__name__}."
    _fail(ctx, what, f"The crash report is in {place}; please send it to the authors.", CRASHED)
