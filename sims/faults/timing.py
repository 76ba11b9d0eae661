"""When a fault begins and how long it lasts: after so many seconds, in a phase of the session, or soon after the motor runs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from massctl.errors import UsageError
from sims.faults.catalogue import Fault, find

RUNNING_S: Final = 3.0
"""Where no time is given: so long after the motor begins to run."""


class Moment(StrEnum):
    """A phase of a session, as the bench can tell it."""

    CONNECTING = "connecting"
    """From the beginning on."""
    POSITIONING = "positioning"
    """A step has come up; the motor waits for a press."""
    ARMED = "armed"
    """The device has granted the right to run, and no speed is set yet."""
    RAMPING = "ramping"
    DWELLING = "dwelling"
    PAUSED = "paused"
    STOPPING = "stopping"
    """The soft stop at the end of a step."""
    RESTING = "resting"
    """Between two passes."""
    RUNNING = "running"
    """The head moves; the one moment that a bench without a session knows."""


@dataclass(frozen=True, slots=True)
class Timed:
    """A fault and its time."""

    fault: Fault
    role: str
    moment: Moment = Moment.RUNNING
    after_s: float = RUNNING_S
    """After the moment, the first of its kind; with CONNECTING, after the beginning."""
    duration_s: float | None = None
    """None is for good."""


def parse(text: str) -> Timed:
    """Read ``NAME``, ``NAME@SECONDS`` or ``NAME@PHASE``. Raises UsageError."""
    name, _, when = text.partition("@")
    fault = find(name)
    if not when:
        return Timed(fault, fault.role)
    if when in set(Moment):
        return Timed(fault, fault.role, Moment(when), 0.0)
    try:
        after_s = float(when)
    except ValueError:
        after_s = -1.0
    if not 0.0 <= after_s < float("inf"):
        raise UsageError(f"'{when}' is neither a number of seconds nor a phase.", f"Phases are: {', '.join(Moment)}.")
    return Timed(fault, fault.role, Moment.CONNECTING, after_s)
