"""Every message of the protocol by its type, and whole frames to messages and back.

The messages themselves stand in ``commands.py`` (host to device) and ``reports.py`` (device to host). Anything a peer sends
either decodes, is ``Unknown``, or raises RemoteProtocolError.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from struct import error as StructError  # noqa: N812 - struct's own class is named in lower case
from typing import Final, NamedTuple

from firmware_protocol.commands import (
    Arm,
    Buzz,
    Calibrate,
    Claim,
    ClearFault,
    Command,
    GetFeature,
    Hello,
    Ping,
    Release,
    Renew,
    SetLimits,
    SetSpeed,
    Stop,
    Stream,
    Tare,
    TimerArm,
    TimerCancel,
)
from firmware_protocol.errors import LocalProtocolError, RemoteProtocolError
from firmware_protocol.framing import CRC_SIZE, HEAD_SIZE, encode_frame, unstuffed
from firmware_protocol.reports import (
    Ack,
    Fault,
    Feature,
    ForceTelemetry,
    Identity,
    InputEvent,
    MotorTelemetry,
    Pong,
    PowerTelemetry,
    Report,
    Stopped,
    TimerTelemetry,
)

__all__ = [
    "COMMANDS",
    "FIRST_REPORT_TYPE",
    "REPORTS",
    "Ack",
    "Arm",
    "Buzz",
    "Calibrate",
    "Claim",
    "ClearFault",
    "Command",
    "Decoded",
    "Fault",
    "Feature",
    "ForceTelemetry",
    "GetFeature",
    "Hello",
    "Identity",
    "InputEvent",
    "Message",
    "MotorTelemetry",
    "Ping",
    "Pong",
    "PowerTelemetry",
    "Release",
    "Renew",
    "Report",
    "SetLimits",
    "SetSpeed",
    "Stop",
    "Stopped",
    "Stream",
    "Tare",
    "TimerArm",
    "TimerCancel",
    "TimerTelemetry",
    "Unknown",
    "decode",
    "decode_payload",
    "encode",
]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A message of a type this version does not know; skipped by a host, refused by a device."""

    type: int
    payload: bytes


Message = Command | Report

COMMANDS: Final[tuple[type[Command], ...]] = (
    Hello,
    GetFeature,
    Claim,
    Release,
    Ping,
    Stream,
    Stop,
    SetLimits,
    Arm,
    SetSpeed,
    Renew,
    ClearFault,
    Tare,
    Calibrate,
    TimerArm,
    TimerCancel,
    Buzz,
)
REPORTS: Final[tuple[type[Report], ...]] = (
    Ack,
    Identity,
    Feature,
    Pong,
    MotorTelemetry,
    PowerTelemetry,
    ForceTelemetry,
    TimerTelemetry,
    InputEvent,
    Fault,
    Stopped,
)
FIRST_REPORT_TYPE: Final = 0x80
"""Types from here on go from device to host, those below from host to device."""

_DECODERS: Final[dict[int, Callable[[bytes], Message]]] = {kind.TYPE: kind.decode for kind in (*COMMANDS, *REPORTS)}


class Decoded(NamedTuple):
    """One frame, read."""

    sequence: int
    epoch: int
    message: Message | Unknown


def encode(message: Message, sequence: int, epoch: int) -> bytes:
    """Return the whole frame of ``message``; raises LocalProtocolError for a value out of its range."""
    try:
        return encode_frame(message.TYPE, sequence, epoch, message.encode())
    except (StructError, ValueError, TypeError) as error:
        raise LocalProtocolError(f"{message!r} does not fit its layout: {error}") from error


def decode(stuffed: bytes) -> Decoded:
    """Read what stood between two delimiters; raises RemoteProtocolError, and nothing else."""
    body = unstuffed(stuffed)
    return tuple.__new__(Decoded, (body[1], body[2], decode_payload(body[0], body[HEAD_SIZE:-CRC_SIZE])))


def decode_payload(message_type: int, payload: bytes) -> Message | Unknown:
    """Read the payload of a type; raises RemoteProtocolError, and nothing else."""
    decoder = _DECODERS.get(message_type)
    if decoder is None:
        return Unknown(message_type, payload)
    try:
        return decoder(payload)
    except (StructError, ValueError) as error:
        raise RemoteProtocolError(f"a message of type 0x{message_type:02X} does not fit its layout: {error}") from error
