"""Who may go where: the transition tables of motor, claim, command and STOP.

They know neither our role nor time: a device walks them because it decides, a host walks the same ones to mirror it.
A pair that is not in a table is not allowed.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from typing import Final, TypeVar


class MotorState(Enum):
    """What a motor may do."""

    OFF = auto()
    STANDING = auto()
    """Armed, on a lease, commanded to stand."""
    RUNNING = auto()
    FAULTED = auto()
    """Off, and latched until the fault is cleared."""


class MotorInput(Enum):
    """What changes it."""

    ARM = auto()
    RUN = auto()
    STAND = auto()
    RENEW = auto()
    SWITCH_OFF = auto()
    """STOP, a lapsed lease, a lapsed or changed claim."""
    FAULT = auto()
    CLEAR = auto()
    """All latched faults are gone."""


MOTOR: Final[Mapping[tuple[MotorState, MotorInput], MotorState]] = {
    (MotorState.OFF, MotorInput.ARM): MotorState.STANDING,
    (MotorState.OFF, MotorInput.SWITCH_OFF): MotorState.OFF,
    (MotorState.OFF, MotorInput.FAULT): MotorState.FAULTED,
    (MotorState.OFF, MotorInput.CLEAR): MotorState.OFF,
    (MotorState.STANDING, MotorInput.ARM): MotorState.STANDING,
    (MotorState.STANDING, MotorInput.RUN): MotorState.RUNNING,
    (MotorState.STANDING, MotorInput.STAND): MotorState.STANDING,
    (MotorState.STANDING, MotorInput.RENEW): MotorState.STANDING,
    (MotorState.STANDING, MotorInput.SWITCH_OFF): MotorState.OFF,
    (MotorState.STANDING, MotorInput.FAULT): MotorState.FAULTED,
    (MotorState.STANDING, MotorInput.CLEAR): MotorState.STANDING,
    (MotorState.RUNNING, MotorInput.ARM): MotorState.RUNNING,
    (MotorState.RUNNING, MotorInput.RUN): MotorState.RUNNING,
    (MotorState.RUNNING, MotorInput.STAND): MotorState.STANDING,
    (MotorState.RUNNING, MotorInput.RENEW): MotorState.RUNNING,
    (MotorState.RUNNING, MotorInput.SWITCH_OFF): MotorState.OFF,
    (MotorState.RUNNING, MotorInput.FAULT): MotorState.FAULTED,
    (MotorState.RUNNING, MotorInput.CLEAR): MotorState.RUNNING,
    (MotorState.FAULTED, MotorInput.SWITCH_OFF): MotorState.FAULTED,
    (MotorState.FAULTED, MotorInput.FAULT): MotorState.FAULTED,
    (MotorState.FAULTED, MotorInput.CLEAR): MotorState.OFF,
}


class ClaimState(Enum):
    """Whether somebody controls the device."""

    FREE = auto()
    HELD = auto()


class ClaimInput(Enum):
    """What changes it."""

    CLAIM = auto()
    """By nobody's rival: free, the owner again, or the owner's token on a new link."""
    KEEP = auto()
    """Any valid frame of the owner."""
    END = auto()
    """Released, lapsed, or the owner's link is gone."""


CLAIM: Final[Mapping[tuple[ClaimState, ClaimInput], ClaimState]] = {
    (ClaimState.FREE, ClaimInput.CLAIM): ClaimState.HELD,
    (ClaimState.FREE, ClaimInput.END): ClaimState.FREE,
    (ClaimState.HELD, ClaimInput.CLAIM): ClaimState.HELD,
    (ClaimState.HELD, ClaimInput.KEEP): ClaimState.HELD,
    (ClaimState.HELD, ClaimInput.END): ClaimState.FREE,
}


class CommandState(Enum):
    """The life of one set-up command at its sender."""

    QUEUED = auto()
    SENT = auto()
    ENDED = auto()


class CommandInput(Enum):
    """What moves it on."""

    TRANSMIT = auto()
    ANSWER = auto()
    GIVE_UP = auto()
    DROP = auto()
    """Overtaken by STOP, or the link went."""


COMMAND: Final[Mapping[tuple[CommandState, CommandInput], CommandState]] = {
    (CommandState.QUEUED, CommandInput.TRANSMIT): CommandState.SENT,
    (CommandState.QUEUED, CommandInput.DROP): CommandState.ENDED,
    (CommandState.SENT, CommandInput.TRANSMIT): CommandState.SENT,
    (CommandState.SENT, CommandInput.ANSWER): CommandState.ENDED,
    (CommandState.SENT, CommandInput.GIVE_UP): CommandState.ENDED,
    (CommandState.SENT, CommandInput.DROP): CommandState.ENDED,
}


class StopState(Enum):
    """Whether a STOP is on its way."""

    QUIET = auto()
    REPEATING = auto()


class StopInput(Enum):
    """What changes it."""

    STOP = auto()
    ACKNOWLEDGE = auto()
    GIVE_UP = auto()


STOP: Final[Mapping[tuple[StopState, StopInput], StopState]] = {
    (StopState.QUIET, StopInput.STOP): StopState.REPEATING,
    (StopState.REPEATING, StopInput.STOP): StopState.REPEATING,
    (StopState.REPEATING, StopInput.ACKNOWLEDGE): StopState.QUIET,
    (StopState.REPEATING, StopInput.GIVE_UP): StopState.QUIET,
}

StateT = TypeVar("StateT")
InputT = TypeVar("InputT")


def next_state(table: Mapping[tuple[StateT, InputT], StateT], state: StateT, change: InputT) -> StateT | None:
    """Return where ``change`` leads from ``state``, None where it is not allowed."""
    return table.get((state, change))
