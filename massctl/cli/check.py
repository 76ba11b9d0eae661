"""``massctl check``: judge program files by the safety rules. Showing only; the judging is ``massctl.programs.linter``'s."""

from __future__ import annotations

from pathlib import Path

import click

from massctl.cli.output import console, print_json
from massctl.errors import ExitCode, FileProblem
from massctl.programs.findings import Finding, Severity, is_error


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--schema", "is_schema", is_flag=True, help="Print the JSON Schema of program files, for editors.")
@click.option("--json", "is_json", is_flag=True, help="Print the findings as JSON.")
@click.pass_context
def check(context: click.Context, files: tuple[Path, ...], is_schema: bool, is_json: bool) -> None:
    """Check program files against the safety rules.

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
        return check_file(path)[1]
    except FileProblem as problem:
        return [Finding(problem.place, Severity.ERROR, "file", problem.reason, nearest="")]


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
