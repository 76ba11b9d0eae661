"""The faults by name: where they are, what they do, and which device they break unless another is named. Data only.

Faults of the host (killed, stopped, full disk …) are in the list so that nobody forgets them, but the bench cannot make them: it
is the other end. ``massctl doctor --all`` makes them, with a host in a process of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Final

from massctl.errors import UsageError
from sims.faults.effects import (
    BadLine,
    Effect,
    ForcedPush,
    GaugeBroken,
    Hung,
    MotorBroken,
    OtherDevice,
    PersonAway,
    RadioLost,
    RadioRefuses,
    RadioWeak,
    Rebooted,
    RelayWelded,
    SlowTelemetry,
    Unplugged,
    WrongClock,
    ZeroMoved,
)
from sims.line import Trouble


class Place(StrEnum):
    """Where a fault is."""

    LINK = "link"
    DEVICE = "device"
    SENSOR = "sensor"
    PERSON = "person"
    HOST = "host"


@dataclass(frozen=True, slots=True)
class Fault:
    """One row of the catalogue."""

    name: str
    place: Place
    sentence: str
    effect: Effect | None
    """None where only the self-test can make it, in another process."""
    role: str = "massager"
    """The device that it breaks, where none is named."""
    needs_relay: bool = False
    """Only the timer's relay helps: the bench lays it into the massager's supply, as a timer box is meant to be used."""
    needs_radio: bool = False
    """Only a link by radio has it: a bench in memory reaches its devices by radio then."""


def _radio(name: str, sentence: str, effect: Effect) -> Fault:
    return Fault(name, Place.LINK, sentence, effect, needs_radio=True)


_ROWS: Final = (
    Fault("link-drop", Place.LINK, "Three pieces in ten never arrive.", BadLine(Trouble(loss=0.3))),
    Fault("link-delay", Place.LINK, "Every piece takes 0.6 s, each way.", BadLine(Trouble(delay_s=0.6))),
    Fault("link-duplicate", Place.LINK, "Every piece arrives twice.", BadLine(Trouble(copies=2))),
    Fault("link-flip", Place.LINK, "One byte in fifty has a bit turned over.", BadLine(Trouble(flip=0.02))),
    Fault("link-split", Place.LINK, "Bytes arrive one by one.", BadLine(Trouble(piece=1))),
    Fault("link-cut", Place.LINK, "The massager's cable is pulled.", Unplugged()),
    Fault("link-half-open", Place.LINK, "Nothing that the host sends arrives.", BadLine(Trouble(is_deaf=True))),
    Fault("link-mute", Place.LINK, "Nothing that the device sends arrives.", BadLine(Trouble(is_mute=True))),
    Fault("sensor-cut", Place.LINK, "The force sensor's cable is pulled.", Unplugged(), "sensor"),
    Fault("timer-cut", Place.LINK, "The timer's cable is pulled.", Unplugged(), "timer"),
    _radio("radio-out-of-range", "The massager is carried out of range.", Unplugged()),
    _radio("radio-lost", "The Bluetooth link breaks; the massager can be connected to again at once.", RadioLost()),
    _radio("radio-slow", "The Bluetooth link breaks, and connecting takes 6 s from then on.", RadioLost(connect_s=6.0)),
    _radio("radio-refuses", "The massager refuses everything that is written to it.", RadioRefuses()),
    _radio("radio-weak", "The massager is at the edge of range: everything takes up to 0.3 s.", RadioWeak(0.3)),
    Fault(
        "device-hang", Place.DEVICE, "The firmware hangs, motor on; a relay is in the supply.", Hung(), needs_relay=True
    ),
    Fault("device-hang-bare", Place.DEVICE, "The same without a relay: only its own button helps.", Hung()),
    Fault("device-reboot", Place.DEVICE, "The massager's firmware starts anew, in 1.2 s.", Rebooted(1.2)),
    Fault("device-reboot-fast", Place.DEVICE, "The same within 0.1 s.", Rebooted(0.1)),
    Fault(
        "device-brown-out", Place.DEVICE, "The supply sags, and the firmware starts anew.", Rebooted(0.4, supply=0.3)
    ),
    Fault(
        "motor-wont-stop",
        Place.DEVICE,
        "The motor's driver has burnt through: it runs on; a relay is in the supply.",
        MotorBroken(is_shorted=True),
        needs_relay=True,
    ),
    Fault(
        "motor-wont-stop-bare",
        Place.DEVICE,
        "The same without a relay: only its own switch helps.",
        MotorBroken(is_shorted=True),
    ),
    Fault("motor-wont-start", Place.DEVICE, "A winding is open: nothing drives the motor.", MotorBroken(is_open=True)),
    Fault("motor-runaway", Place.DEVICE, "The motor runs 40 % faster than it is told.", MotorBroken(gain=1.4)),
    Fault("motor-stall", Place.DEVICE, "Something holds the head.", MotorBroken(is_jammed=True)),
    Fault(
        "motor-overheats", Place.DEVICE, "A winding heats the motor, by 6 °C a second.", MotorBroken(heating_w=840.0)
    ),
    Fault("wrong-identity", Place.DEVICE, "A force sensor answers at the massager's address.", OtherDevice("sensor")),
    Fault(
        "other-massager",
        Place.DEVICE,
        "Another massager of the same kind answers at its address.",
        OtherDevice("massager", "another-massager"),
    ),
    Fault("relay-welded", Place.DEVICE, "The timer's relay stays closed.", RelayWelded(), "timer"),
    Fault("clock-skew", Place.DEVICE, "The massager's clock runs 2 % fast.", WrongClock(gain=0.02)),
    Fault("clock-jump", Place.DEVICE, "The massager's clock jumps back by a minute.", WrongClock(jump_s=-60.0)),
    Fault(
        "sensor-stuck", Place.SENSOR, "The force sensor repeats its last value.", GaugeBroken(is_stuck=True), "sensor"
    ),
    Fault("sensor-drift", Place.SENSOR, "Its zero wanders, by 3 N a second.", ZeroMoved(wander_n_per_s=3.0), "sensor"),
    Fault("sensor-saturates", Place.SENSOR, "It stands at full scale.", GaugeBroken(is_saturated=True), "sensor"),
    Fault("sensor-jump", Place.SENSOR, "It suddenly shows 60 N more.", ZeroMoved(jump_n=60.0), "sensor"),
    Fault("sensor-noise", Place.SENSOR, "It is a hundred times as noisy.", GaugeBroken(is_rough=True), "sensor"),
    Fault("sensor-zero-shift", Place.SENSOR, "It suddenly shows 6 N less.", ZeroMoved(jump_n=-6.0), "sensor"),
    Fault("sensor-rate-drop", Place.SENSOR, "It sends one value a second.", SlowTelemetry(1.0), "sensor"),
    Fault("sensor-nan", Place.SENSOR, "It has no number to send.", GaugeBroken(is_broken=True), "sensor"),
    Fault("sensor-hang", Place.SENSOR, "Its firmware hangs.", Hung(), "sensor"),
    Fault("person-silent", Place.PERSON, "The person presses no key any more.", PersonAway()),
    Fault("person-asleep", Place.PERSON, "The person has fallen asleep on the tool.", PersonAway(is_limp=True)),
    Fault("person-presses-hard", Place.PERSON, "The person leans on it with 70 N.", ForcedPush(70.0)),
    Fault("person-lifts-off", Place.PERSON, "The person lifts it off while it runs.", ForcedPush(0.0)),
    Fault("host-killed", Place.HOST, "massctl is killed (kill -9).", None),
    Fault("host-stopped", Place.HOST, "massctl is stopped and continued (kill -STOP, -CONT).", None),
    Fault("host-slow-disk", Place.HOST, "The disk of the record takes seconds.", None),
    Fault("host-full-disk", Place.HOST, "The disk of the record is full.", None),
    Fault("host-clock-jump", Place.HOST, "The wall clock is set by an hour.", None),
    Fault("host-terminal-closed", Place.HOST, "The terminal is closed.", None),
)

CATALOGUE: Final[dict[str, Fault]] = {fault.name: fault for fault in _ROWS}
"""By name."""


def find(name: str) -> Fault:
    """Return the fault ``name`` that the bench can make. Raises UsageError with the nearest name."""
    fault = CATALOGUE.get(name)
    if fault is None:
        near = get_close_matches(name, CATALOGUE, n=1, cutoff=0.4)
        hint = f"Did you mean '{near[0]}'?" if near else ""
        raise UsageError(f"There is no fault '{name}'.", f"{hint} 'massctl sim --faults' lists them.".strip())
    if fault.effect is None:
        raise UsageError(
            f"'{name}' is a fault of massctl's own process: the bench cannot make it.", "massctl doctor --all does."
        )
    return fault
