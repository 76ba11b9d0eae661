"""``massctl devices``: which serial ports there are, and what a device at one of them says it is."""

from __future__ import annotations

import asyncio
import dataclasses
import textwrap

import click
from rich import box
from rich.table import Table

from massctl.cli.output import console, print_json
from massctl.cli.report import TEXT_COLUMN, report_lines
from massctl.devices import probe as probe_device
from massctl.transports.ports import list_ports


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def devices(context: click.Context, as_json: bool) -> None:
    """List the serial ports of this machine; none is opened.

    A port is only spoken to when you name it, as in: massctl devices probe serial:///dev/ttyUSB0
    """
    if context.invoked_subcommand is not None:
        return
    ports = list_ports()
    if as_json:
        print_json([{**dataclasses.asdict(port), "url": port.url, "is_ours": port.is_ours} for port in ports])
        return
    if not ports:
        click.echo("No serial port is here. Plug the device in, or try the simulated bench: massctl demo")
        return
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, show_edge=False)
    for heading in ("URL", "What it says it is", "USB"):
        table.add_column(heading)
    for port in ports:
        usb = f"{port.usb_id[0]:04x}:{port.usb_id[1]:04x}" if port.usb_id else ""
        ours = " (a massctl device)" if port.is_ours else ""
        description = port.product or port.description.replace("n/a", "–")
        table.add_row(port.url, f"{description}{ours}", usb)
    console().print(table)


@devices.command()
@click.argument("url")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def probe(url: str, as_json: bool) -> None:
    """Ask the device at URL what it is and can do; nothing moves.

    URL is serial:///dev/ttyUSB0, tcp://host:port, or an address that 'massctl sim' printed.
    """
    report = asyncio.run(probe_device(url))
    if as_json:
        print_json(report.to_json())
        return
    output = console()
    for line in report_lines(report):
        output.print(textwrap.fill(line, output.width, subsequent_indent=" " * TEXT_COLUMN, break_on_hyphens=False))
