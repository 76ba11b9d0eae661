"""Relinking: from a lost link to devices that are back, or to the end of the session (F34). One task at a time.

The tries themselves stand in ``links``; here is what they mean for a session.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from massctl.session import links
from massctl.session.attended import AttendedSession
from massctl.session.ended import End, end_of_trip
from massctl.session.events import LinkChanged, Phase


class Relinking:
    """Gets the lost links of one session back."""

    def __init__(
        self,
        core: AttendedSession,
        reconnect: links.Reconnect | None,
        prepare: links.Prepare,
        now: Callable[[], float],
        listen_beside: Callable[[], None],
    ) -> None:
        self._core = core
        self.reconnect = reconnect
        """Opens all devices again; None where nothing can."""
        self._prepare = prepare
        self._now = now
        self._listen_beside = listen_beside
        self._task: asyncio.Task[None] | None = None

    def look(self, group: asyncio.TaskGroup) -> None:
        """Begin, where a link is lost and nothing is done about it yet."""
        device = self._core.snapshot.lost_device
        if device is None or self._task is not None or self._core.end is not None:
            return
        self._tell(device, "lost", "")
        if self.reconnect is None:
            self._give_up(device, "and there is no way to reconnect.")
        else:
            self._task = group.create_task(self._try(self.reconnect, device), name="reconnect")

    def cancel(self) -> None:
        """Leave it: the session is over."""
        if self._task is not None:
            self._task.cancel()

    async def _try(self, reconnect: links.Reconnect, device: str) -> None:
        core = self._core
        core.is_live = False
        is_zero_lost = core.drive.shares_power(device, "sensor")
        devices = await links.regain(reconnect, self._prepare, lambda state, text: self._tell(device, state, text))
        core.is_live = True
        if isinstance(devices, str):
            self._tell(device, "given up", devices)
            self._give_up(device, f"and did not come back. {devices}")
            return
        core.drive.devices, core.snapshot.lost_device, self._task = devices, None, None
        self._listen_beside()
        self._tell(device, "back", "")
        if core.supervisor.relink():
            core.relinked(self._now(), is_zero_lost=is_zero_lost)
        else:
            core.conductor.say(self._now(), Phase.STOPPED, f"{core.supervisor.reason} {core.asked_after_a_stop()}")
        core.flush()

    def _give_up(self, device: str, why: str) -> None:
        first = end_of_trip(self._core.supervisor.tripped)
        is_others = first is not None and first.ended_by != "link lost"
        self._core.end = first if is_others else End("link lost", f"The link to the {device} is lost, {why}", "F34")

    def _tell(self, device: str, state: str, text: str) -> None:
        self._core.tell(LinkChanged(at_s=self._core.at_s(), device=device, state=state, text=text))
