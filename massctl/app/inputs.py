"""The timer's button and pedal while no session runs: somebody at the device wants something (a bridge arms by it)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, NoReturn

from massctl.app.devices_identity import connect_known
from massctl.devices.capabilities import Disconnected, InputKind, InputPressed, Report
from massctl.errors import MassctlError

AGAIN_S: Final = 5.0
"""How long after a failure the timer is tried again (design value)."""
WANTS: Final = frozenset({InputKind.BUTTON, InputKind.PEDAL})
"""Short presses; a pedal held down is an emergency stop (F42), and a double tread means something of a session."""


async def watch_inputs(
    url: str, on_wish: Callable[[str], None], on_change: Callable[[MassctlError | None], None]
) -> NoReturn:
    """Call ``on_wish`` with pedal or button for each short press at the timer at ``url``, until cancelled.

    ``on_change`` is told None when the timer can be reached and the problem when it cannot; it is then tried again.
    """
    while True:
        try:
            await _watch(url, on_wish, on_change)
        except MassctlError as problem:
            on_change(problem)
        await asyncio.sleep(AGAIN_S)


async def _watch(url: str, on_wish: Callable[[str], None], on_change: Callable[[MassctlError | None], None]) -> None:
    lost: asyncio.Future[MassctlError] = asyncio.get_running_loop().create_future()

    def note(report: Report) -> None:
        if isinstance(report, InputPressed) and report.kind in WANTS:
            on_wish(report.kind.value)
        elif isinstance(report, Disconnected) and not lost.done():
            lost.set_result(report.problem)

    bundle = await connect_known(url, {"timer"})
    try:
        assert bundle.timer is not None
        bundle.timer.subscribe(note)
        await bundle.timer.prepare()
        on_change(None)
        raise await lost
    finally:
        await bundle.aclose()
