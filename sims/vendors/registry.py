"""Which twin stands for which driver; a twin's file is loaded when the bench gets one."""

from __future__ import annotations

from importlib import import_module
from typing import Final, cast

from massctl.errors import UsageError
from sims.vendors.twin import StreamTwin, Twin
from sims.world import World

TWINS: Final = {
    "mark10": "sims.vendors.mark10:Mark10Twin",
}
"""Driver to ``module:class``; the class takes the world."""


def make_twin(device_id: str, world: World) -> Twin:
    """Return a new twin of ``device_id``. Raises UsageError where there is none."""
    return _twin_class(device_id)(world)


def role_of(device_id: str) -> str:
    """Return the role that the device plays: massager, sensor, timer. Raises UsageError where there is no twin of it."""
    return _twin_class(device_id).role


def _twin_class(device_id: str) -> type[StreamTwin]:
    if device_id not in TWINS:
        raise UsageError(f"There is no simulated {device_id!r}.", f"Simulated are: {', '.join(sorted(TWINS))}.")
    module, _, name = TWINS[device_id].partition(":")
    return cast(type[StreamTwin], getattr(import_module(module), name))
