"""The safety rules that act in time: one small class each, by theme in the files of this package.

The order is that of severity in doubt: what says that the motor must not run at all comes first, so that its reason is kept; a
cause comes before what it makes look broken (a program that stood still before the links that it has not heard).
"""

from __future__ import annotations

from massctl.session.interlocks.base import Ends, Finding, Interlock, ended
from massctl.session.interlocks.dose import (
    BeforeEffort,
    FreeRun,
    MuscleDose,
    PersonsSession,
    PinnedPoints,
    SessionDose,
    SpotDose,
)
from massctl.session.interlocks.force import NoContact, OverForce, SensorDoubt, ToolPressure
from massctl.session.interlocks.link import ClockGap, LinkSilent
from massctl.session.interlocks.motor import (
    ForeignCommand,
    LeaseLapsed,
    MotorInterlock,
    NoFreshPress,
    PlaceForbidden,
    PointOver,
    RelayStuck,
    SpeedCeiling,
    Stall,
    StillMoving,
)
from massctl.session.interlocks.person import Discomfort, NotResponding, OwnCeiling, Silence, Symptom
from massctl.session.interlocks.power import Battery, Heat, OwnCutOff

ALL: tuple[type[Interlock], ...] = (
    OverForce,
    Symptom,
    ClockGap,
    LinkSilent,
    PlaceForbidden,
    PointOver,
    NoFreshPress,
    SpeedCeiling,
    LeaseLapsed,
    SensorDoubt,
    Stall,
    Heat,
    ForeignCommand,
    MotorInterlock,
    StillMoving,
    RelayStuck,
    ToolPressure,
    Discomfort,
    OwnCeiling,
    NotResponding,
    Silence,
    NoContact,
    SpotDose,
    MuscleDose,
    SessionDose,
    PersonsSession,
    BeforeEffort,
    PinnedPoints,
    FreeRun,
    Battery,
    OwnCutOff,
)


def make_interlocks() -> tuple[Interlock, ...]:
    """Return one fresh object of every rule, for one session."""
    return tuple(interlock() for interlock in ALL)


__all__ = ["ALL", "Ends", "Finding", "Interlock", "ended", "make_interlocks"]
