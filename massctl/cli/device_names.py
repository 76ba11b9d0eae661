"""Names of remembered devices where a command takes a device: completion, and from a name to its address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import click

_WITHOUT: Final = "massctl.without"
Completion = Callable[[click.Context, click.Parameter, str], list[str]]


def complete_devices(role: str | None = None) -> Completion:
    """Return a completion of the names of remembered devices, of ``role`` or of all, and of addresses once one is begun."""

    def complete(_context: click.Context, _parameter: click.Parameter, typed: str) -> list[str]:
        from massctl.app.devices_known import remembered  # noqa: PLC0415 - lazy: completion must be quick elsewhere

        names = [each.name for each in remembered() if role is None or role in each.roles]
        known = [*names, *(_addresses(role) if typed else ())]
        return [word for word in known if word.lower().startswith(typed.lower())]

    return complete


def _addresses(role: str | None) -> list[str]:
    """Return addresses, or how they begin: the ports of this machine, its radio, a twin of each device in ``role``."""
    from massctl.devices.supported import SUPPORTED  # noqa: PLC0415 - lazy: completion must be quick elsewhere
    from massctl.transports.ports import list_ports  # noqa: PLC0415 - the same

    twins = [f"sim://{row.id}" for row in SUPPORTED if role is None or role in row.roles]
    return [*(port.url for port in list_ports()), "ble://", "tcp://", "manual://", *twins]


def complete_removed(_context: click.Context, _parameter: click.Parameter, typed: str) -> list[str]:
    """Return the names of removed devices that begin with ``typed``."""
    from massctl.app.devices_file import load  # noqa: PLC0415 - lazy: completion must be quick elsewhere

    return [name for name in load().removed if name.lower().startswith(typed.lower())]


def complete_ladders(_context: click.Context, _parameter: click.Parameter, typed: str) -> list[str]:
    """Return the ids of speed ladders that begin with ``typed``."""
    from massctl.devices.ladders import ladder_ids  # noqa: PLC0415 - lazy: completion must be quick elsewhere

    return [name for name in ladder_ids() if name.startswith(typed.lower())]


def device_option(role: str, help_text: str) -> Callable[[Callable[..., object]], Callable[..., object]]:
    """Return the option ``--ROLE NAME|ADDRESS`` of a command; the command gets the address, or None."""

    def address(context: click.Context, _parameter: click.Parameter, word: str | None) -> str | None:
        if word is None:
            return None
        from massctl.app.devices_known import device_url  # noqa: PLC0415 - lazy: most runs name no device

        url = device_url(role, word)
        if url is None:
            context.meta.setdefault(_WITHOUT, set()).add(role)
        return url

    return click.option(
        f"--{role}", metavar="NAME|URL", callback=address, shell_complete=complete_devices(role), help=help_text
    )


def roles_without_a_device(context: click.Context) -> frozenset[str]:
    """Return the roles for which 'none' was said."""
    return frozenset(context.meta.get(_WITHOUT, ()))


def address_of(word: str, role: str | None = None) -> str:
    """Return the address of a remembered device or the address itself. Raises UsageError with the nearest name."""
    from massctl.app import devices_known  # noqa: PLC0415 - lazy: see above

    if devices_known.is_address(word):
        return word
    return devices_known.find(word).url if role is None else devices_known.address_of(role, word)
