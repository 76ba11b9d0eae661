"""Remembering devices: ``massctl devices add``, ``list``, ``rename``, ``default``, ``remove``, ``restore``."""

from __future__ import annotations

import asyncio

import click

from massctl.app import devices
from massctl.cli.device_names import complete_devices, complete_removed
from massctl.cli.devices import print_remembered
from massctl.cli.output import print_json

_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_name = click.argument("name", shell_complete=complete_devices())
_role = click.Choice(devices.ROLES)


@click.command()
@click.argument("name")
@click.argument("url")
@click.option("--role", "roles", type=_role, multiple=True, help="What to use it as; asked of the device if not said.")
@_json
def add(name: str, url: str, roles: tuple[str, ...], as_json: bool) -> None:
    """Remember the device at URL as NAME, such as gun and ble://AA:BB:CC:DD:EE:FF?driver=hypervolt2.

    'massctl devices scan' shows the addresses of what is near. The first device of a kind is used whenever none is named. A
    device of massctl's own firmware is asked what it is, unless --role says so; others are not opened.
    """
    kept = asyncio.run(devices.remember(name, url, roles=roles or None))
    _tell(kept, f"Remembered {kept.name}: {_what(kept)}.", as_json=as_json)


@click.command("list")
@_json
def list_devices(as_json: bool) -> None:
    """List the remembered devices, and which of them are used when none is named."""
    kept = devices.remembered()
    if as_json:
        print_json([each.to_json() for each in kept])
    elif kept:
        print_remembered(kept)
    else:
        click.echo("No device is remembered. Look for some: massctl devices scan")


@click.command()
@_name
@click.argument("new")
@_json
def rename(name: str, new: str, as_json: bool) -> None:
    """Call the device NAME otherwise."""
    kept = devices.rename(name, new)
    _tell(kept, f"{name} is {kept.name} now.", as_json=as_json)


@click.command()
@_name
@click.option("--role", type=_role, help="In this role only, where it has several.")
@_json
def default(name: str, role: str | None, as_json: bool) -> None:
    """Use the device NAME whenever none is named."""
    kept = devices.make_default(name, role)
    _tell(kept, f"{kept.name} is used as {' and '.join(kept.default_for)} when none is named.", as_json=as_json)


@click.command()
@_name
@_json
def remove(name: str, as_json: bool) -> None:
    """Forget the device NAME; 'massctl devices restore' takes it back."""
    gone = devices.forget(name)
    _tell(gone, f"Forgot {gone.name}. To take it back: massctl devices restore {_quoted(gone.name)}", as_json=as_json)
    for role in gone.default_for:
        heir = next((each.name for each in devices.remembered() if role in each.default_for), None)
        if heir is not None:
            click.echo(f"{heir} is the {role} that is used when none is named.", err=True)


@click.command()
@click.argument("name", required=False, shell_complete=complete_removed)
@_json
def restore(name: str | None, as_json: bool) -> None:
    """Take back the removed device NAME, or the one that was removed last."""
    kept = devices.restore(name)
    _tell(kept, f"Remembered {kept.name} again: {_what(kept)}.", as_json=as_json)


def _tell(kept: devices.Remembered, sentence: str, *, as_json: bool) -> None:
    if as_json:
        print_json(kept.to_json())
    else:
        click.echo(sentence)


def _what(kept: devices.Remembered) -> str:
    used = " and ".join(kept.default_for)
    return f"{devices.in_words(kept.roles)} at {kept.url}" + (f", used as {used} when none is named" if used else "")


def _quoted(name: str) -> str:
    return f"'{name}'" if " " in name else name
