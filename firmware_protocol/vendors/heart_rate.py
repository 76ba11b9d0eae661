"""Heart rate measurement of the Bluetooth SIG (service 0x180D, characteristic 0x2A37): a formal standard.

Heart Rate Service 1.0. A rate of 0 is no reading. Intervals between beats may be absent, or several.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from firmware_protocol.errors import LocalProtocolError, RemoteProtocolError

SERVICE: Final = "0000180d-0000-1000-8000-00805f9b34fb"
MEASUREMENT: Final = "00002a37-0000-1000-8000-00805f9b34fb"

INTERVAL_HZ: Final = 1024
"""Intervals are counted in parts of a second."""

_WIDE: Final = 0x01
_CONTACT: Final = 0x02
_CONTACT_KNOWN: Final = 0x04
_ENERGY: Final = 0x08
_INTERVALS: Final = 0x10


@dataclass(frozen=True, slots=True)
class Measurement:
    """One notification."""

    rate_bpm: int | None
    """None where the sensor has no reading."""
    has_contact: bool | None = None
    """Whether it touches skin; None where the sensor cannot tell."""
    energy_kj: int | None = None
    intervals_s: tuple[float, ...] = ()
    """Times between beats, the oldest first."""


def encode(measurement: Measurement, *, is_wide: bool = False) -> bytes:
    """Return the notification; ``is_wide`` takes two bytes for the rate. Raises LocalProtocolError."""
    rate_bpm = measurement.rate_bpm or 0
    if not 0 <= rate_bpm < (0x10000 if is_wide else 0x100):
        raise LocalProtocolError(f"a rate of {rate_bpm} does not fit")
    flags = is_wide * _WIDE
    if measurement.has_contact is not None:
        flags |= _CONTACT_KNOWN | measurement.has_contact * _CONTACT
    parts = [rate_bpm.to_bytes(1 + is_wide, "little")]
    if measurement.energy_kj is not None:
        flags |= _ENERGY
        parts.append(measurement.energy_kj.to_bytes(2, "little"))
    if measurement.intervals_s:
        flags |= _INTERVALS
        parts += [round(interval_s * INTERVAL_HZ).to_bytes(2, "little") for interval_s in measurement.intervals_s]
    return bytes((flags,)) + b"".join(parts)


def decode(data: bytes) -> Measurement:
    """Read a notification; without intervals, bytes behind it are not looked at. Raises RemoteProtocolError where it is cut off."""
    if not data:
        raise RemoteProtocolError("a heart rate without a byte")
    flags, at = data[0], 2 + (data[0] & _WIDE)
    rate_bpm = int.from_bytes(data[1:at], "little")
    energy_end = at + (2 if flags & _ENERGY else 0)
    rest = data[energy_end:] if flags & _INTERVALS else b""
    if len(data) < energy_end or len(rest) % 2:
        raise RemoteProtocolError(f"a heart rate of {len(data)} bytes is cut off")
    return Measurement(
        rate_bpm=rate_bpm or None,
        has_contact=bool(flags & _CONTACT) if flags & _CONTACT_KNOWN else None,
        energy_kj=int.from_bytes(data[at:energy_end], "little") if flags & _ENERGY else None,
        intervals_s=tuple(
            int.from_bytes(rest[index : index + 2], "little") / INTERVAL_HZ for index in range(0, len(rest), 2)
        ),
    )
