"""The numbers of the protocol: types' enumerations, flag bits, bounds and time-outs. PROTOCOL.md is their norm.

No behaviour lives here. Fields on the wire stay plain integers, so that a number this version does not know survives the
round trip; these enumerations name the known ones.
"""

from __future__ import annotations

from enum import IntEnum, IntFlag
from typing import Final

VERSION_MIN: Final = 1
"""Lowest protocol version this code speaks."""
VERSION_MAX: Final = 1
"""Highest protocol version this code speaks."""

PAYLOAD_MAX: Final = 64
"""Bytes of the longest payload a sender may send (versions to come included)."""
PAYLOAD_SHORT: Final = 13
"""Bytes of payload that a time-critical message may have: the whole frame then fits 20 bytes."""
TEXT_MAX: Final = 48
"""Bytes of UTF-8 in the longest text."""
NUMBERS_MAX: Final = 12
"""Numbers in one feature entry; longer lists continue in an entry with the same key."""

LEASE_MIN_MS: Final = 300
LEASE_DEFAULT_MS: Final = 1000
LEASE_BLE_MS: Final = 1500
LEASE_MAX_MS: Final = 1500
"""Bounds of a lease a device may grant (F33); a device may narrow them in its feature dictionary."""
RENEW_EVERY_S: Final = 0.25
"""How often a host renews (F33)."""
CLAIM_LAPSE_S: Final = 3.0
"""A claim ends this long after its owner's last frame."""
PING_EVERY_S: Final = 1.0
"""How often a host pings: keeps the claim, maps the clock."""
ACK_TIMEOUT_S: Final = 0.25
"""A set-up command without acknowledgement is sent again after this."""
COMMAND_SENDS_MAX: Final = 4
"""Transmissions of one set-up command before it is given up."""
STOP_AGAIN_AFTER_S: Final = (0.05, 0.15)
"""When STOP is repeated after its first transmission (F42); then every ``STOP_EVERY_S``."""
STOP_EVERY_S: Final = 0.1
STOP_GIVE_UP_S: Final = 5.0
"""An unacknowledged STOP is repeated for this long; by then every lease has lapsed."""
ARMED_TELEMETRY_HZ: Final = 10
"""While armed, a device sends motor telemetry to the claim's owner at least this often."""


class Function(IntEnum):
    """What a device can carry; bit ``1 << function`` in Identity."""

    DEVICE = 0
    MOTOR = 1
    FORCE = 2
    TIMER = 3
    POWER = 4


class Key(IntEnum):
    """Keys of the feature dictionary, unique across functions; ranges and units stand in PROTOCOL.md."""

    MODEL = 1
    SERIAL = 2
    FIRMWARE = 3
    SIMULATED = 4
    STREAM_MAX_HZ = 8
    SPEED_MIN_PPM = 16
    SPEED_MAX_PPM = 17
    LEVELS_PPM = 18
    RAMP_MAX_PPM_PER_S = 19
    SPEED_IS_MEASURED = 20
    LEASE_MIN_MS = 21
    LEASE_MAX_MS = 22
    RUN_MAX_S = 23
    STROKE_UM = 24
    HEADS = 25
    FORCE_MAX_MN = 32
    CONVERSION_HZ = 33
    FORCE_IS_ESTIMATED = 34
    DURATION_MAX_MS = 48
    HAS_RELAY = 49
    HAS_BUZZER = 50
    HAS_BUTTON = 51
    HAS_PEDAL = 52
    HAS_BATTERY = 64
    HAS_MOTOR_TEMPERATURE = 65
    HAS_SKIN_TEMPERATURE = 66
    HAS_LOAD = 67


class Result(IntEnum):
    """Answer to a command; a number not listed here is a refusal too."""

    OK = 0
    NOT_OWNER = 1
    CLAIMED_BY_OTHER = 2
    STALE_EPOCH = 3
    NOT_ARMED = 4
    OUT_OF_RANGE = 5
    MOTOR_ON = 6
    FAULTED = 7
    UNSUPPORTED = 8
    MALFORMED = 9
    STALE_RENEWAL = 10
    NO_VERSION = 11
    FAILED = 12


class StopReason(IntEnum):
    """Why a host sends STOP; for the record only, every STOP acts alike."""

    UNSPECIFIED = 0
    PERSON = 1
    SUPERVISOR = 2
    START = 3
    END = 4
    LINK = 5


class StopCause(IntEnum):
    """Why a device switched off."""

    HOST_STOP = 0
    LEASE_LAPSED = 1
    CLAIM_LAPSED = 2
    CLAIM_CHANGED = 3
    FAULT = 4
    LOCAL_STOP = 5


class FaultBit(IntFlag):
    """Latched faults; an unknown bit is a fault like any other."""

    OVER_FORCE = 1 << 0
    RUN_TOO_LONG = 1 << 1
    STALLED = 1 << 2
    RUNAWAY = 1 << 3
    MOTOR_HOT = 1 << 4
    SKIN_SIDE_HOT = 1 << 5
    BATTERY_EMPTY = 1 << 6
    FORCE_SENSOR = 1 << 7
    MOTOR_DRIVER = 1 << 8
    SELF_TEST = 1 << 9


class MotorFlag(IntFlag):
    """Bits of MotorTelemetry.flags."""

    ARMED = 1 << 0
    CLAIMED = 1 << 1
    FAULTED = 1 << 2
    RAMPING = 1 << 3


class PowerFlag(IntFlag):
    """Bits of PowerTelemetry.flags."""

    CHARGING = 1 << 0


class ForceFlag(IntFlag):
    """Bits of ForceTelemetry.flags."""

    SATURATED = 1 << 0
    CALIBRATED = 1 << 1
    TARED = 1 << 2
    TARING = 1 << 3
    BROKEN = 1 << 4


class TimerFlag(IntFlag):
    """Bits of TimerTelemetry.flags."""

    ARMED = 1 << 0
    RELAY_CLOSED = 1 << 1
    BUZZING = 1 << 2
    BUTTON_DOWN = 1 << 3
    PEDAL_DOWN = 1 << 4


class Input(IntEnum):
    """Sources of InputEvent."""

    BUTTON = 1
    PEDAL = 2
