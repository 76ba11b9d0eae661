"""Hyperice Hypervolt 2 (HV200): login, three levels, and what the gun notifies.

Worked out by one person on one gun (hardware 2.2.0, firmware 1.15.0): https://github.com/Taxom/pyhypervolt, docs/protocol.md.
A frame that differs from what was seen there is refused, not guessed at. Not known: the first eight bytes and the flags of the
telemetry, and what the load figures mean in newtons.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from firmware_protocol.errors import LocalProtocolError, RemoteProtocolError

SERVICE: Final = "31cb456a-3c31-4e56-8c2b-e8f479d2b056"
SPEED: Final = "31cb456c-3c31-4e56-8c2b-e8f479d2b056"
"""Write a level; notifies the level in effect, and the load."""
TELEMETRY: Final = "31cb456d-3c31-4e56-8c2b-e8f479d2b056"
"""Notifies load, battery and temperature."""
LOGIN: Final = "31cb4570-3c31-4e56-8c2b-e8f479d2b056"
"""Every read gives a new challenge; the reply is written here."""
MODEL_NUMBER: Final = "00002a24-0000-1000-8000-00805f9b34fb"
SERIAL_NUMBER: Final = "00002a25-0000-1000-8000-00805f9b34fb"
FIRMWARE_REVISION: Final = "00002a26-0000-1000-8000-00805f9b34fb"
"""Device information, Bluetooth SIG."""

NAME: Final = "hypervolt 2"
"""Part of the advertised name, in any case of letters."""
LEVELS: Final = 3
"""Levels above 0; the gun ignores 4 and 5."""
LOADS: Final = 3
"""Steps of the quantised load above 0."""

_LEAD: Final = 0x01
_TAP: Final = 0x09
_STATE_LENGTH: Final = 2
_TELEMETRY_LENGTH: Final = 14
_LOGIN_LENGTH: Final = 4
_ADDRESS: Final = re.compile(r"[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){5}")


def _register() -> tuple[int, ...]:
    """Return 256 states of an 8-bit shift register from 1 on; bit 7 of the next is bit 0 XOR bit 3."""
    states, state = [], 1
    for _ in range(256):
        states.append(state)
        state = state >> 1 | ((state & _TAP).bit_count() & 1) << 7
    return tuple(states)


_T: Final = _register()


@dataclass(frozen=True, slots=True)
class State:
    """What the gun notifies when its level or its load changes; never on subscribing."""

    level: int
    """In effect, 0–3."""
    load: int
    """Quantised, 0–3; no newtons."""


@dataclass(frozen=True, slots=True)
class Telemetry:
    """What the gun notifies of itself."""

    load_raw: int
    """A measure of the motor's current, without a unit."""
    battery_v: float
    temperature_c: int
    flags: int = 0
    """Meaning unknown."""


def is_name(name: str) -> bool:
    """Return whether an advertised name is this gun's."""
    return NAME in name.casefold()


def parse_address(text: str) -> bytes:
    """Return the six bytes of ``AA:BB:CC:DD:EE:FF``, in printed order. Raises LocalProtocolError."""
    if _ADDRESS.fullmatch(text) is None:
        raise LocalProtocolError(f"{text!r} is no Bluetooth address like AA:BB:CC:DD:EE:FF")
    return bytes.fromhex(text.replace(":", "").replace("-", ""))


def reply(address: bytes, challenge: bytes) -> bytes:
    """Return what to write for ``challenge``, as the gun at ``address`` (six bytes, printed order) expects it.

    Raises:
        RemoteProtocolError: The challenge is none: four bytes, the first of them 1.
        LocalProtocolError: The address has not six bytes.
    """
    if len(address) != 6:
        raise LocalProtocolError(f"a Bluetooth address has 6 bytes, not {len(address)}")
    if len(challenge) != _LOGIN_LENGTH or challenge[0] != _LEAD:
        raise RemoteProtocolError(f"{challenge.hex(' ') or 'nothing'} is no challenge of a Hypervolt 2")
    m0, m1, m2, m3, m4, m5 = address
    _, c1, c2, c3 = challenge
    return bytes(
        (
            _LEAD,
            ((m5 | m1) ^ _T[m4 ^ c1]) >> (c3 & 1),
            c1 ^ (_T[m2 & c2] + m3) % 256,
            ((m0 ^ _T[c3 ^ m5]) << (c2 & 1)) % 256,
        )
    )


def encode_level(level: int) -> bytes:
    """Return what sets ``level``; 0 stops. Raises LocalProtocolError for a level that it has not."""
    if not 0 <= level <= LEVELS:
        raise LocalProtocolError(f"a Hypervolt 2 has levels 0 to {LEVELS}, not {level}")
    return bytes((level,))


def decode_level(data: bytes) -> int | None:
    """Return the level that a host sets; None for what the gun ignores."""
    return data[0] if len(data) == 1 and data[0] <= LEVELS else None


def encode_state(state: State) -> bytes:
    """Return the notification of ``state``."""
    return bytes((state.level, state.load))


def decode_state(data: bytes) -> State:
    """Read a notification of ``SPEED``. Raises RemoteProtocolError."""
    if len(data) != _STATE_LENGTH or data[0] > LEVELS or data[1] > LOADS:
        raise RemoteProtocolError(f"{data.hex(' ') or 'nothing'} is no state of a Hypervolt 2")
    return State(data[0], data[1])


def encode_telemetry(telemetry: Telemetry) -> bytes:
    """Return the notification of ``telemetry``."""
    return (
        bytes(8)
        + telemetry.load_raw.to_bytes(2, "big")
        + round(telemetry.battery_v * 100).to_bytes(2, "big")
        + bytes((telemetry.temperature_c, telemetry.flags))
    )


def decode_telemetry(data: bytes) -> Telemetry:
    """Read a notification of ``TELEMETRY``; its first eight bytes are not looked at. Raises RemoteProtocolError."""
    if len(data) != _TELEMETRY_LENGTH:
        raise RemoteProtocolError(f"telemetry of a Hypervolt 2 has {_TELEMETRY_LENGTH} bytes, not {len(data)}")
    return Telemetry(
        load_raw=int.from_bytes(data[8:10], "big"),
        battery_v=int.from_bytes(data[10:12], "big") / 100,
        temperature_c=data[12],
        flags=data[13],
    )
