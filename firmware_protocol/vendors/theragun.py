"""Therabody Theragun G4 (Pro, Elite, Prime): requests, status and version, as an app was read to speak them.

Nobody has confirmed any of it on hardware: https://github.com/buttplugio/stpihkal/issues/127 and the page made of it,
https://buttplug.io/stpihkal/protocols/theragun. Not known: whether ``rpm`` are turns of the motor or strokes of the head, what
the last byte of a speed request means, where the force stands in a status, how long frames really are, and how the rollers and
the Wave models are driven: these are not spoken to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from firmware_protocol.errors import LocalProtocolError, RemoteProtocolError

SERVICE: Final = "0000ffe0-0000-1000-8000-00805f9b34fb"
"""Shared by countless other devices: no proof of anything."""
NOTIFY: Final = "0000ffe1-0000-1000-8000-00805f9b34fb"
WRITE: Final = "0000ffe2-0000-1000-8000-00805f9b34fb"

STATUS: Final = 0x10
VERSION: Final = 0x20
SPEED: Final = 0x01
"""Types of frames."""

_REQUEST: Final = 0xAA
_REPORT: Final = 0xBB
_SPEED_LENGTH: Final = 3
_SPEED_TAIL: Final = 0x03
_HEAD: Final = 3
"""Lead, checksum, type: shorter is no frame."""
_STATUS_MIN: Final = 15
_VERSION_MIN: Final = 14


@dataclass(frozen=True, slots=True)
class Model:
    """One gun by its advertised name."""

    name: str
    firmware_min: tuple[int, int, int]
    speed_max_rpm: int


MODELS: Final = {
    model.name: model
    for model in (
        Model("Pro", (2, 1, 6), 3616),
        Model("Elite", (2, 1, 6), 3616),
        Model("Prime", (2, 0, 4), 3584),
    )
}
"""The percussion massagers among the names that the source lists."""


@dataclass(frozen=True, slots=True)
class StatusRequest:
    """A host asks how the gun runs."""


@dataclass(frozen=True, slots=True)
class VersionRequest:
    """A host asks for the firmware's version."""


@dataclass(frozen=True, slots=True)
class SpeedRequest:
    """A host sets a speed; 0 is plausible for stop, and not documented as such."""

    speed_rpm: int


Request = StatusRequest | VersionRequest | SpeedRequest


@dataclass(frozen=True, slots=True)
class Status:
    """How the gun runs."""

    is_running: bool
    speed_rpm: int


@dataclass(frozen=True, slots=True)
class Version:
    """The firmware's version."""

    major: int
    minor: int
    patch: int

    @property
    def as_tuple(self) -> tuple[int, int, int]:
        """In the form that versions are compared in."""
        return self.major, self.minor, self.patch

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


Report = Status | Version


def encode_request(request: Request) -> bytes:
    """Return the frame of a request. Raises LocalProtocolError for a speed that no model has."""
    if isinstance(request, StatusRequest):
        return _framed(_REQUEST, bytes((STATUS, 0)))
    if isinstance(request, VersionRequest):
        return _framed(_REQUEST, bytes((VERSION, 0)))
    most_rpm = max(model.speed_max_rpm for model in MODELS.values())
    if not 0 <= request.speed_rpm <= most_rpm:
        raise LocalProtocolError(f"a Theragun's speed is 0 to {most_rpm}, not {request.speed_rpm}")
    speed = request.speed_rpm.to_bytes(2, "big")
    return _framed(_REQUEST, bytes((SPEED, _SPEED_LENGTH)) + speed + bytes((_SPEED_TAIL,)))


def decode_request(data: bytes) -> Request:
    """Read a host's frame, as the gun does. Raises RemoteProtocolError."""
    body = _body(_REQUEST, data)
    if body == bytes((STATUS, 0)):
        return StatusRequest()
    if body == bytes((VERSION, 0)):
        return VersionRequest()
    if len(body) == 5 and body[:2] == bytes((SPEED, _SPEED_LENGTH)) and body[4] == _SPEED_TAIL:
        return SpeedRequest(int.from_bytes(body[2:4], "big"))
    raise RemoteProtocolError(f"a Theragun knows no request {data.hex(' ')}")


def encode_report(report: Report) -> bytes:
    """Return the shortest frame of a report; bytes of unknown meaning are 0."""
    if isinstance(report, Status):
        return _framed(_REPORT, bytes((STATUS, 0, report.is_running)) + bytes(8) + report.speed_rpm.to_bytes(2, "big"))
    number = report.major * 100 + report.minor * 10 + report.patch
    return _framed(_REPORT, bytes((VERSION, 0)) + bytes(8) + number.to_bytes(2, "big"))


def decode_report(data: bytes) -> Report:
    """Read a notification of ``NOTIFY``; bytes behind what is known are not looked at. Raises RemoteProtocolError."""
    kind = _body(_REPORT, data)[0]
    if kind == STATUS and len(data) >= _STATUS_MIN:
        return Status(data[4] != 0, int.from_bytes(data[13:15], "big"))
    if kind == VERSION and len(data) >= _VERSION_MIN:
        number = int.from_bytes(data[12:14], "big")
        return Version(number // 100, number % 100 // 10, number % 10)
    raise RemoteProtocolError(f"a Theragun's report of type {kind:#04x} with {len(data)} bytes is unknown, or cut off")


def _framed(lead: int, body: bytes) -> bytes:
    return bytes((lead, sum(body) % 256)) + body


def _body(lead: int, data: bytes) -> bytes:
    """Return what the checksum covers. Raises RemoteProtocolError."""
    if len(data) < _HEAD or data[0] != lead:
        raise RemoteProtocolError(f"{data.hex(' ') or 'nothing'} is no frame of a Theragun")
    body = data[2:]
    if sum(body) % 256 != data[1]:
        raise RemoteProtocolError(f"checksum {data[1]:#04x} of a Theragun's frame should be {sum(body) % 256:#04x}")
    return body
