"""Errands: what the core asks of the devices and cannot wait for itself. Each is a named task in the session's group.

An answer goes back into the core, which decides whether it is still wanted.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from typing import Final

from massctl.devices.capabilities import Massager
from massctl.errors import ConnectionProblem, MassctlError, NoAnswer
from massctl.rules import Level
from massctl.session.attended import AttendedSession
from massctl.session.interlocks import Finding, ended
from massctl.session.limits import step_limits
from massctl.session.snapshot import Drive

KEEPS_FAULT: Final = (
    "The massager keeps its fault: what led to it is not over. Give it time, or free its head; then try again."
)


class Errands:
    """Runs errands for one session; before ``group`` is given, and behind its end, nothing is asked for."""

    def __init__(self, core: AttendedSession, now: Callable[[], float]) -> None:
        self._core = core
        self._now = now
        self.group: asyncio.TaskGroup | None = None

    def arm(self, start: int) -> None:
        """Ask the massager for the right to run."""
        if self.group is not None:
            self.group.create_task(self._arm(start), name="arm the massager")

    async def _arm(self, start: int) -> None:
        massager = self._core.drive.devices.massager
        try:
            if massager is not None:
                await massager.arm(step_limits(self._core.conductor.scope))
        except (ConnectionProblem, NoAnswer) as problem:
            if start == self._core.drive.starts and self._core.snapshot.drive is Drive.ARMING:
                self._core.trip(Finding("F33", Level.STOP, f"The massager does not start: {ended(problem.what)}"))
        else:
            self._core.armed(start)

    def clear_faults(self) -> None:
        """Ask the massager to clear what it has latched."""
        massager = self._core.drive.devices.massager
        if self.group is not None and massager is not None:
            self._core.snapshot.cleared_at_s = math.inf
            self.group.create_task(self._clear(massager), name="clear the faults")

    async def _clear(self, massager: Massager) -> None:
        """Clear what the device latched; what it still reports afterwards stops again (F33)."""
        try:
            await massager.clear_faults()
        except (ConnectionProblem, NoAnswer) as problem:
            said = ended(problem.reason if isinstance(problem, ConnectionProblem) else problem.what)
            self._core.trip(Finding("F33", Level.STOP, f"{KEEPS_FAULT} It said: {said}"))
        finally:
            self._core.snapshot.cleared_at_s = self._now()

    def zero(self) -> None:
        """Ask the sensor to take the present load as zero."""
        if self.group is not None:
            self.group.create_task(self._zero(), name="zero the force sensor")

    async def _zero(self) -> None:
        sensor = self._core.drive.devices.sensor
        try:
            if sensor is not None:
                await sensor.tare()
        except MassctlError as problem:
            self._core.zeroed(str(problem))
        else:
            self._core.zeroed()
