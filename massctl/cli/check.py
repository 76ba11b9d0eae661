"""``massctl check``: judge program files by the safety rules, and files of guns and heads by their form. Showing only."""

from __future__ import annotations

import tomllib
from enum import Enum
from pathlib import Path

import click

from massctl.body.data import read_toml
from massctl.cli.output import console, print_json
from massctl.devices.ladders import own_folder
from massctl.errors import ExitCode, FileProblem
from massctl.programs.findings import Finding, Severity, is_error


class _Kind(Enum):
    PROGRAM = "program"
    LADDER = "speed ladder of a gun"
    HEADS = "areas of heads"


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--schema", "is_schema", is_flag=True, help="Print the JSON Schema of program files, for editors.")
@click.option("--json", "is_json", is_flag=True, help="Print the findings as JSON.")
@click.pass_context
def check(context: click.Context, files: tuple[Path, ...], is_schema: bool, is_json: bool) -> None:
    """Check program files against the safety rules, and your own files of guns and heads for their form.

    Each finding names file, line, step and rule (massctl why F17 explains one), and the nearest valid value. Errors forbid running
    the program; warnings do not. Ends with 2 when there is an error.

    For help while typing, begin a program with the line `#:schema program.schema.json` beside the output of --schema.
    """
    if is_schema:
        from massctl.programs.schema import json_schema  # noqa: PLC0415 - lazy: the schema library loads slowly

        print_json(json_schema())
        return
    if not files:
        raise click.UsageError("Name at least one program file, or --schema.")
    findings = [finding for path in files for finding in _findings(path)]
    if is_json:
        print_json([finding.to_json() for finding in findings])
    else:
        _print(findings)
    if any(map(is_error, findings)):
        context.exit(ExitCode.USAGE)


def _findings(path: Path) -> list[Finding]:
    from massctl.programs.linter import check_file  # noqa: PLC0415 - lazy: the schema library loads slowly

    try:
        match _kind(path):
            case _Kind.LADDER:
                return _ladder_findings(path)
            case _Kind.HEADS:
                return _head_findings(path)
        return check_file(path)[1]
    except FileProblem as problem:
        return [Finding(problem.place, Severity.ERROR, "file", problem.reason, nearest="")]


def _kind(path: Path) -> _Kind:
    """Return what a file is meant to be, by what stands in it; a program where that is not clear."""
    if path.name == "heads.toml":
        return _Kind.HEADS
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return _Kind.LADDER if path.parent == own_folder() else _Kind.PROGRAM
    is_ladder = "steps" not in raw and (bool(raw.keys() & {"levels", "range"}) or path.parent == own_folder())
    return _Kind.LADDER if is_ladder else _Kind.PROGRAM


def _ladder_findings(path: Path) -> list[Finding]:
    from massctl.devices.ladder_file import check_ladder  # noqa: PLC0415 - lazy: the schema library loads slowly

    return [
        Finding(str(path), Severity.ERROR, "file", fault.message, key=fault.key, nearest=fault.nearest, line=fault.line)
        for fault in check_ladder(path)[1]
    ]


def _head_findings(path: Path) -> list[Finding]:
    from massctl.body.own_heads import check_own_areas  # noqa: PLC0415 - lazy: seldom needed

    known = read_toml("devices", "heads.toml")
    _, faults = check_own_areas(path, known)
    return [Finding(str(path), Severity.ERROR, "file", message, key=key, nearest=near) for key, message, near in faults]


def _print(findings: list[Finding]) -> None:
    out = console()
    for finding in findings:
        colour = "red" if is_error(finding) else "yellow"
        out.print(f"{finding.severity.upper()} [{finding.rule}]", style=colour, end=" ")
        out.print(f"{finding.place}: {finding.message} {finding.remedy}".rstrip(), soft_wrap=True)
    errors = sum(map(is_error, findings))
    warnings = len(findings) - errors
    summary = f"{_count(errors, 'error')}, {_count(warnings, 'warning')}." if findings else "No findings."
    console(is_narration=True).print(summary)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
