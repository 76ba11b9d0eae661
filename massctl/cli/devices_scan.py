"""``massctl devices scan`` and ``supported``: what is near, and what massctl knows to speak to. Showing only."""

from __future__ import annotations

import asyncio
import sys

import click

from massctl.app.devices_scan import SCAN_S, Found, ScanResult, Sureness
from massctl.app.devices_scan import scan as look
from massctl.cli.devices import a_table
from massctl.cli.numbers import Number
from massctl.cli.output import console, print_json
from massctl.devices.supported import SUPPORTED
from massctl.errors import ExitCode

SECONDS_MAX = 120


@click.command()
@click.argument("radio", required=False)
@click.option("--sim", "is_simulated", is_flag=True, help="Look at simulated devices only, one of each kind.")
@click.option(
    "--seconds", type=Number(1, SECONDS_MAX), default=SCAN_S, metavar="N", help=f"How long to listen ({SCAN_S:g})."
)
@click.option("--all", "shows_all", is_flag=True, help="Show what massctl does not know, too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, unknown devices included.")
@click.pass_context
def scan(
    context: click.Context, /, *, radio: str | None, is_simulated: bool, seconds: float, shows_all: bool, as_json: bool
) -> None:
    """Look for Bluetooth and serial devices, and say what each is and how sure that is.

    Nothing is opened and nothing is written: Bluetooth devices tell themselves by what they broadcast, serial ports by their USB
    identity. A device that is connected to its maker's app is silent: close the app. RADIO listens elsewhere, at an address such
    as sim://127.0.0.1:7788, which 'massctl sim --ble' serves.
    """
    if not as_json and sys.stderr.isatty():
        click.echo(f"Listening for {seconds:g} s …", err=True)
    result = asyncio.run(look(seconds, simulated=is_simulated, radio=radio))
    if as_json:
        print_json(result.to_json())
    else:
        _print(result, shows_all=shows_all)
    context.exit(ExitCode.CONNECTION if result.problems and not result.found else ExitCode.DONE)


def _print(result: ScanResult, *, shows_all: bool) -> None:
    shown = [each for each in result.found if shows_all or each.sureness is not Sureness.UNKNOWN]
    hidden = len(result.found) - len(shown)
    if shown:
        table = a_table("What it is", "How sure", "It says", "Signal", "Address")
        for each in shown:
            table.add_row(*_row(each))
        console().print(table)
    narration = console(is_narration=True)
    for each in shown:
        if each.note and each.sureness is not Sureness.UNKNOWN:
            narration.print(f"{each.what}: {each.note}.", style="grey62")
    for problem in result.problems:
        narration.print(f"{problem.what} {problem.remedy}".rstrip(), style="yellow")
    if hidden:
        are = "device that massctl does not know is" if hidden == 1 else "devices that massctl does not know are"
        narration.print(f"{hidden} more {are} near (--all shows them; nothing is written to them).")
    if shown:
        narration.print("Remember one: massctl devices add gun 'ADDRESS'")
    elif not result.problems and not hidden:
        narration.print("Nothing is near. Is the device switched on, and not connected to its maker's app?")


def _row(each: Found) -> tuple[str, ...]:
    what = each.what or "unknown"
    roles = f" ({', '.join(each.roles)})" if each.roles else ""
    kept = f" – your {each.remembered_as}" if each.remembered_as else ""
    signal = f"{each.rssi_dbm} dBm" if each.rssi_dbm is not None else ""
    return f"{what}{roles}{kept}", each.sureness.value, each.name, signal, each.url


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def supported(as_json: bool) -> None:
    """List the devices that massctl speaks to, how well their protocol is known, and what they do when the link is lost."""
    if as_json:
        print_json(
            [
                {
                    "id": row.id,
                    "name": row.name,
                    "roles": row.roles,
                    "medium": row.medium,
                    "capabilities": row.capabilities,
                    "on_link_loss": row.on_link_loss,
                    "confidence": row.confidence,
                    "verified_on": row.verified_on,
                    "sources": row.sources,
                    "url_options": row.url_options,
                }
                for row in SUPPORTED
            ]
        )
        return
    table = a_table("?driver=", "Device", "Link", "What is known", "Link lost", "Verified on")
    for row in SUPPORTED:
        name = f"{row.name} ({', '.join(row.roles)})"
        lost = row.on_link_loss.value if "massager" in row.roles or "timer" in row.roles else ""
        table.add_row(row.id, name, row.medium.value, row.confidence.value, lost, row.verified_on)
    console().print(table)
    click.echo("massctl's own firmware needs no driver in its address; it says what it is.", err=True)
