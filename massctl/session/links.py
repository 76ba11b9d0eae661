"""Getting a lost link back (F34): five tries, each after a longer wait."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from massctl.errors import MassctlError
from massctl.session.drive import SessionDevices
from massctl.session.snapshot import Snapshot

BACK_OFF_S: Final = (0.5, 1.0, 2.0, 4.0, 8.0)
TRY_S: Final = 10.0
"""One try may take this long."""

Reconnect = Callable[[], Awaitable[SessionDevices]]
Prepare = Callable[[SessionDevices], Awaitable[None]]


def watch(now_s: float, devices: SessionDevices, snapshot: Snapshot) -> None:
    """Note which device has been silent for longer than its kind may be (F34)."""
    if snapshot.lost_device is None:
        for role, device in devices.named:
            if now_s - device.last_frame_at_s > device.capabilities.silent_after_s:
                snapshot.lost_device = role
                return


async def regain(reconnect: Reconnect, prepare: Prepare, tell: Callable[[str, str], None]) -> SessionDevices | str:
    """Try to get the devices back and ready; when all tries failed, why the last did. ``tell`` takes a state and a text."""
    why = ""
    for number, wait_s in enumerate(BACK_OFF_S, 1):
        tell("reconnecting", f"try {number} of {len(BACK_OFF_S)} in {wait_s:g} s")
        await asyncio.sleep(wait_s)
        try:
            async with asyncio.timeout(TRY_S):
                devices = await reconnect()
                await prepare(devices)
        except MassctlError as problem:
            why = str(problem)
        except TimeoutError:
            why = f"No answer within {TRY_S:g} s."
        else:
            return devices
        tell("reconnecting", why)
    return why
