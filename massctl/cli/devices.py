"""``massctl devices``: what is near, what is remembered, and what a device says it is."""

from __future__ import annotations

import asyncio
import dataclasses
import textwrap

import click
from rich import box
from rich.table import Table

from massctl.app.devices_identity import ask
from massctl.app.devices_known import Remembered, remembered
from massctl.cli.device_names import address_of, complete_devices
from massctl.cli.group import LazyCommand, LazyGroup
from massctl.cli.output import console, print_json
from massctl.faces.report import TEXT_COLUMN, report_lines
from massctl.transports.ports import list_ports

COMMANDS = (
    LazyCommand("scan", "massctl.cli.devices_scan:scan", "Find", "Look for Bluetooth and serial devices."),
    LazyCommand("probe", "massctl.cli.devices:probe", "Find", "Ask a device what it is; nothing moves."),
    LazyCommand("supported", "massctl.cli.devices_scan:supported", "Find", "List the devices that massctl speaks to."),
    LazyCommand("add", "massctl.cli.devices_kept:add", "Remember", "Remember a device by a name."),
    LazyCommand("list", "massctl.cli.devices_kept:list_devices", "Remember", "List what is remembered."),
    LazyCommand("rename", "massctl.cli.devices_kept:rename", "Remember", "Call a device otherwise."),
    LazyCommand("default", "massctl.cli.devices_kept:default", "Remember", "Use this one when none is named."),
    LazyCommand("remove", "massctl.cli.devices_kept:remove", "Remember", "Forget a device."),
    LazyCommand("restore", "massctl.cli.devices_kept:restore", "Remember", "Take a removed device back."),
    LazyCommand("tare", "massctl.cli.devices_gauge:tare", "Measure", "Set a force sensor to zero."),
    LazyCommand(
        "calibrate", "massctl.cli.devices_gauge:calibrate", "Measure", "Calibrate a force sensor with weights."
    ),
    LazyCommand("test", "massctl.cli.devices_gauge:test", "Measure", "Check a sensor's noise and rate."),
    LazyCommand(
        "ladder", "massctl.cli.devices_ladder:ladder", "Measure", "Show or correct the speeds of a gun's levels."
    ),
)


@click.group(cls=LazyGroup, commands_table=COMMANDS, takes_plugins=False, invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print the serial ports as JSON.")
@click.pass_context
def devices(context: click.Context, as_json: bool) -> None:
    """List the remembered devices and the serial ports of this machine; nothing is opened.

    A device is only spoken to when you name it, as in: massctl devices probe serial:///dev/ttyUSB0
    """
    if context.invoked_subcommand is not None:
        return
    ports = list_ports()
    if as_json:
        print_json([{**dataclasses.asdict(port), "url": port.url, "is_ours": port.is_ours} for port in ports])
        return
    if kept := remembered():
        print_remembered(kept)
        click.echo()
    if not ports:
        click.echo("No serial port is here. Plug the device in, or try the simulated bench: massctl demo")
        click.echo("Bluetooth devices: massctl devices scan", err=True)
        return
    table = a_table("URL", "What it says it is", "USB")
    for port in ports:
        usb = f"{port.usb_id[0]:04x}:{port.usb_id[1]:04x}" if port.usb_id else ""
        ours = " (a massctl device)" if port.is_ours else ""
        description = port.product or port.description.replace("n/a", "–")
        table.add_row(port.url, f"{description}{ours}", usb)
    console().print(table)


@click.command()
@click.argument("device", metavar="NAME|URL", shell_complete=complete_devices())
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def probe(device: str, as_json: bool) -> None:
    """Ask a device what it is and can do; nothing moves.

    A remembered name, or an address: serial:///dev/ttyUSB0, tcp://host:port, one that 'massctl devices scan' showed.
    """
    report = asyncio.run(ask(address_of(device)))
    if as_json:
        print_json(report.to_json())
        return
    output = console()
    for line in report_lines(report):
        output.print(textwrap.fill(line, output.width, subsequent_indent=" " * TEXT_COLUMN, break_on_hyphens=False))


def a_table(*headings: str) -> Table:
    """Return a plain table with these headings."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, show_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def print_remembered(kept: tuple[Remembered, ...]) -> None:
    """Print the remembered devices."""
    table = a_table("Name", "Is", "Used when none is named", "Address")
    for each in kept:
        is_default = "yes" if each.default_for == each.roles else ", ".join(each.default_for) or "no"
        table.add_row(each.name, ", ".join(each.roles), is_default, each.url)
    console().print(table)
    narration = console(is_narration=True)
    for each in kept:
        if each.calibration is not None and not each.badges:
            made = each.calibration
            narration.print(
                f"{each.name}: calibrated {made.on}, weights within {made.residual_percent:g} %", style="grey62"
            )
        for badge in each.badges:
            narration.print(f"{each.name}: {badge} [F36]", style="yellow")
