"""``massctl doctor``: prove on the simulated bench that everything stops, and measure a real massager."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from typing import Any

import click
from rich import box
from rich.table import Table
from rich.text import Text

from massctl.app.selftest import certificate
from massctl.app.selftest.certificate import Certificate
from massctl.app.selftest.matrix import cells, examine_all
from massctl.app.selftest.measure import GO_AHEAD, measure
from massctl.app.selftest.measured import Measured, remember
from massctl.app.selftest.one_device import prove_before_asking
from massctl.app.selftest.proofs import Proof, proof_cells, proofs_of
from massctl.app.selftest.trial import PHASES, Outcome
from massctl.cli.device_names import address_of, complete_devices
from massctl.cli.output import console, print_json
from massctl.errors import Blocked, ExitCode
from massctl.faces.measured import figure_words
from massctl.rules import RULES

HEADINGS = {"connecting": "connect", "positioning": "position", "stopping": "stop", "resting": "rest"}
LEGEND = (
    "In each phase: the rule that stopped or paused first, and how many seconds the motor was driven with the fault; 'went on' "
    "where nothing had to stop, or the fault was over; 'refused' where the session did not begin. Faults of massctl's own machine: "
    "while the motor runs, by a host in a process of its own."
)
PASSED = Text("passed", "green")
FAILED = Text("FAILED", "bold red")


@click.command()
@click.option("--all", "is_whole", is_flag=True, help="Every fault in every phase of a session; a minute or two.")
@click.option(
    "--massager",
    "name",
    metavar="NAME|URL",
    shell_complete=complete_devices("massager"),
    help="Measure this massager: it runs, with its head in the air.",
)
@click.option("--go-ahead", is_flag=True, help="With --massager: the head is in the air; do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def doctor(context: click.Context, /, *, is_whole: bool, name: str | None, go_ahead: bool, as_json: bool) -> None:
    """Prove that massctl stops: its self-test on the simulated bench.

    Before the first run on hardware, and after each update, it runs by itself; nothing runs on hardware where it fails (F52). The
    result is remembered. Ends with 0 when all is passed, else with 5.
    """
    if name is not None:
        context.exit(_measure(address_of(name, "massager"), go_ahead=go_ahead, as_json=as_json))
    wanted = (*(cells() if is_whole else ()), *(cell for cell in proof_cells() if not is_whole or cell not in cells()))
    outcomes = examine_all(wanted, _Progress(len(wanted)).tell)
    proofs = proofs_of(outcomes)
    made = certificate.certify(tuple(proof.to_json() for proof in proofs))
    certificate.remember(made)
    is_passed = made.is_passed and all(outcome.is_passed for outcome in outcomes)
    if as_json:
        print_json({**made.to_json(), "is_passed": is_passed, "trials": [_json(each) for each in outcomes]})
    else:
        _print(outcomes, proofs, made, is_whole=is_whole)
    context.exit(ExitCode.DONE if is_passed else ExitCode.SAFETY)


class _Progress:
    """How many trials are done, on a terminal's standard error."""

    def __init__(self, of: int) -> None:
        self._of = of
        self._done = 0

    def tell(self, _outcome: Outcome) -> None:
        self._done += 1
        if sys.stderr.isatty():
            end = "\r\x1b[2K" if self._done == self._of else ""
            click.echo(f"\r{self._done} of {self._of} trials{end}", nl=False, err=True)


def _json(outcome: Outcome) -> dict[str, Any]:
    return {name: getattr(outcome, name) for name in (*Outcome.__dataclass_fields__, "is_passed")}


def _print(outcomes: Sequence[Outcome], proofs: Sequence[Proof], made: Certificate, *, is_whole: bool) -> None:
    output = console()
    if is_whole:
        output.print(_fault_table(outcomes))
        output.print(LEGEND, style="grey62")
        output.print(_rule_table(outcomes))
        output.print(_untried(outcomes), style="grey62")
    output.print(_proof_table(proofs))
    for outcome in outcomes:
        for problem in outcome.problems:
            output.print(f"{outcome.fault} while {outcome.phase}: {problem}", style="red")
    failed = sum(not outcome.is_passed for outcome in outcomes)
    output.print(
        f"massctl {made.version} (code {made.code}), {made.made_at}: {len(outcomes)} trials on the bench, {failed} failed."
    )
    output.print("Self-test ", PASSED if made.is_passed else FAILED, sep="")


def _table(*headings: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), collapse_padding=True, pad_edge=False, show_edge=False)
    for heading in headings:
        table.add_column(heading, no_wrap=True)
    return table


def _fault_table(outcomes: Sequence[Outcome]) -> Table:
    """Return a row for each fault, a column for each phase: the rule that stopped and how long the motor was driven on."""
    table = _table("Fault", *(HEADINGS.get(phase, phase) for phase in PHASES))
    by_cell = {(outcome.fault, outcome.phase): outcome for outcome in outcomes}
    for fault in dict.fromkeys(outcome.fault for outcome in outcomes):
        row = [by_cell.get((fault, phase)) for phase in PHASES]
        table.add_row(fault, *(Text("") if each is None else _cell(each) for each in row))
    return table


def _cell(outcome: Outcome) -> Text:
    if not outcome.is_passed:
        return FAILED
    if outcome.ended_by == "refused":
        return Text("refused", "green")
    rule = outcome.rule or (outcome.acted[-1] if outcome.acted else "")
    return Text(f"{rule} {outcome.driven_s:.2f}" if rule else "went on", "green")


def _rule_table(outcomes: Sequence[Outcome]) -> Table:
    """Return every rule that acted in a trial: in how many, in how many of them first, and how long the motor was driven then."""
    table = _table("Rule", "What it is about", "Acted", "Stopped first", "Longest", "")
    for rule, row in RULES.items():
        acted = [outcome for outcome in outcomes if rule in _rules_of(outcome)]
        if acted:
            first = [outcome for outcome in acted if outcome.rule == rule]
            longest = f"{max(outcome.driven_s for outcome in first):.2f} s" if first else ""
            is_passed = all(outcome.is_passed for outcome in acted)
            counts = (f"{len(acted)} trials", f"{len(first)} trials" if first else "")
            table.add_row(rule, row.title, *counts, longest, PASSED if is_passed else FAILED)
    return table


def _rules_of(outcome: Outcome) -> set[str]:
    return {*outcome.acted, outcome.rule} - {""}


def _untried(outcomes: Sequence[Outcome]) -> str:
    """Return which rules no fault here calls for: by their own tests, or not there yet."""
    tried = set[str]().union(*map(_rules_of, outcomes))
    by_tests = [rule for rule, row in RULES.items() if rule not in tried and not row.awaits]
    later = [rule for rule, row in RULES.items() if row.awaits]
    said = f"No fault here calls for these; each has its own tests (massctl why RULE): {', '.join(by_tests)}."
    return said + (f" Not enforced yet, they come with the history: {', '.join(later)}." if later else "")


def _proof_table(proofs: Sequence[Proof]) -> Table:
    table = _table("Rule", "What is proved", "Trials", "Motor driven on", "")
    for proof in proofs:
        figure = f"at most {proof.worst_s:.2f} s"
        table.add_row(proof.rule, proof.text, str(len(proof.outcomes)), figure, PASSED if proof.is_passed else FAILED)
    return table


def _measure(url: str, *, go_ahead: bool, as_json: bool) -> ExitCode:
    """Measure a real massager, after an explicit go-ahead."""
    if not go_ahead:
        if not sys.stdin.isatty():
            raise Blocked(
                "F52", "Nobody can be asked here, and the massager would run.", "Use a terminal, or --go-ahead."
            )
        asyncio.run(prove_before_asking(url, _narrate))
        if not click.confirm(f"{GO_AHEAD} Go ahead?", err=True):
            raise Blocked("F52", "Nothing was measured, and nothing moved.", "Try again when its head is in the air.")
    found = asyncio.run(measure(url, _narrate))
    remember(found)
    if as_json:
        print_json(found.to_json())
    else:
        _print_measurement(found)
    return ExitCode.DONE if found.is_passed else ExitCode.SAFETY


def _narrate(text: str) -> None:
    if sys.stderr.isatty():
        click.echo(text, err=True)


def _print_measurement(found: Measured) -> None:
    output = console()
    table = _table("Measured", "Worst", "Allowed")
    for figure in found.figures:
        table.add_row(*figure_words(figure))
    output.print(f"{found.name} ({found.url}), {found.made_at}{' SIMULATED' * found.is_simulated}")
    output.print(table)
    for problem in found.problems:
        output.print(problem, style="red")
    output.print(PASSED if found.is_passed else FAILED)
