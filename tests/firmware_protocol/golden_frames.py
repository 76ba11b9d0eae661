"""The golden frames: what must be sent and read so, and what must be rejected."""

from __future__ import annotations

from typing import Any

from firmware_protocol.codes import StopReason
from firmware_protocol.framing import encode_frame
from firmware_protocol.messages import (
    Ack,
    Arm,
    Buzz,
    Calibrate,
    Claim,
    ClearFault,
    Fault,
    Feature,
    ForceTelemetry,
    GetFeature,
    Hello,
    Identity,
    InputEvent,
    Message,
    MotorTelemetry,
    Ping,
    Pong,
    PowerTelemetry,
    Release,
    Renew,
    SetLimits,
    SetSpeed,
    Stop,
    Stopped,
    Stream,
    Tare,
    TimerArm,
    TimerCancel,
    TimerTelemetry,
    encode,
)
from tests.firmware_protocol.golden_words import field_values

FRAMES: list[tuple[str, Message, int, int]] = [
    ("hello", Hello(1, 1), 0, 0),
    ("hello, widest versions", Hello(1, 255), 255, 255),
    ("first feature", GetFeature(0), 1, 0),
    ("last possible feature", GetFeature(255), 1, 0),
    ("claim, smallest token", Claim(1), 2, 0),
    ("claim, largest token", Claim(0xFFFFFFFF), 2, 0),
    ("release", Release(), 3, 1),
    ("ping of zeros", Ping(0), 0, 0),
    ("ping", Ping(0xFFFFFFFF), 4, 1),
    ("stream off", Stream(1, 0), 5, 1),
    ("force at 50 Hz", Stream(2, 50), 5, 1),
    ("widest stream", Stream(255, 65535), 5, 1),
    ("stop, all zeros but the type", Stop(0), 0, 0),
    ("stop by a person", Stop(StopReason.PERSON), 255, 255),
    ("limits", SetLimits(2400, 60_000, 120), 6, 1),
    ("largest limits", SetLimits(65535, 0xFFFFFFFF, 65535), 6, 1),
    ("arm", Arm(1000), 7, 1),
    ("arm, over BLE", Arm(1500), 7, 1),
    ("stand", SetSpeed(0, 600), 8, 1),
    ("run", SetSpeed(1800, 600), 8, 1),
    ("largest speed", SetSpeed(65535, 65535), 8, 1),
    ("renew, counter before its wrap", Renew(65535), 9, 1),
    ("renew, counter after its wrap", Renew(0), 10, 1),
    ("clear fault", ClearFault(), 11, 2),
    ("tare", Tare(), 12, 2),
    ("calibrate with 5 kg", Calibrate(49_033), 13, 2),
    ("calibrate, largest", Calibrate(0x7FFFFFFF), 13, 2),
    ("relay for 30 s", TimerArm(30_000), 14, 2),
    ("relay, longest", TimerArm(0xFFFFFFFF), 14, 2),
    ("relay off", TimerCancel(), 15, 2),
    ("buzz", Buzz(200), 16, 2),
    ("ack of a stop", Ack(0x10, 255, 0), 0, 1),
    ("refusal, stale epoch", Ack(0x13, 8, 3), 1, 2),
    ("identity", Identity(1, 1, 1, 15, 14, 64, 0x12345678, "golden"), 2, 0),
    ("identity, no common version, no name", Identity(0, 2, 3, 1, 0, 13, 0, ""), 2, 0),
    ("identity, longest name", Identity(1, 1, 1, 0xFFFF, 255, 64, 0xFFFFFFFF, "ü" * 24), 2, 0),
    ("feature, one number", Feature(1, 14, 1, 17, (2400,)), 3, 0),
    ("feature, most numbers", Feature(2, 14, 1, 18, tuple(range(0, 12_000, 1000))), 3, 0),
    ("feature, no number", Feature(3, 14, 1, 18, ()), 3, 0),
    ("feature, text", Feature(0, 14, 0, 1, "Percussor 2"), 3, 0),
    ("feature, unknown function and key", Feature(4, 14, 15, 255, (0xFFFFFFFF,)), 3, 0),
    ("pong", Pong(0xFFFFFFFF, 0), 4, 0),
    ("motor, running", MotorTelemetry(123_456_789, 4660, 1800, 1750, 1743, 0b1011), 5, 1),
    ("motor, all zeros", MotorTelemetry(0, 0, 0, 0, 0, 0), 0, 0),
    ("motor, before all wraps, unmeasured", MotorTelemetry(0xFFFFFFFF, 65535, 65535, 65535, None, 255), 255, 255),
    ("power", PowerTelemetry(1_000_000, 42, 87, 1250, 365, 318, 1), 6, 1),
    ("power, nothing fitted", PowerTelemetry(0, None, None, None, None, None, 0), 6, 1),
    ("power, frost", PowerTelemetry(0, 254, 0, 0, -32767, -1, 255), 6, 1),
    ("force", ForceTelemetry(123_456_789, 18_500, 22_100, 6), 7, 1),
    ("force, pulled", ForceTelemetry(0, -350, -1, 0), 7, 1),
    ("force, ends of the range", ForceTelemetry(0xFFFFFFFF, -(2**31), 2**31 - 1, 255), 7, 1),
    ("timer, closed", TimerTelemetry(5_000_000, 29_000, 3), 8, 2),
    ("timer, longest", TimerTelemetry(0xFFFFFFFF, 0xFFFFFFFF, 255), 8, 2),
    ("pedal down", InputEvent(5_100_000, 7, 2, True), 9, 2),
    ("button up", InputEvent(0xFFFFFFFF, 255, 1, False), 9, 2),
    ("over force", Fault(6_000_000, 1, 1), 10, 3),
    ("fault unknown to version 1", Fault(6_000_000, 0x80000000, 0x80000000), 10, 3),
    ("faults gone", Fault(7_000_000, 0, 0), 10, 3),
    ("stopped by its lease", Stopped(7_000_000, 1), 11, 4),
]


def frame_vectors() -> list[dict[str, Any]]:
    """Return each message at least once, with the values at the edges."""
    return [
        {
            "name": name,
            "message": type(message).__name__,
            "fields": field_values(message),
            "sequence": sequence,
            "epoch": epoch,
            "frame": encode(message, sequence, epoch).hex(" "),
        }
        for name, message, sequence, epoch in FRAMES
    ]


def rejected_vectors() -> list[dict[str, str]]:
    """Return bytes between two delimiters that are no message of version 1, and which side must reject them."""
    good = encode(Arm(1000), 7, 1)[:-1]
    long_text = bytes([0, 1, 0, 1, 2, 49]) + b"x" * 49
    return [
        {"name": "checksum wrong", "by": "both", "stuffed": (good[:-1] + bytes([good[-1] ^ 1])).hex(" ")},
        {"name": "one byte only", "by": "both", "stuffed": "01"},
        {"name": "code byte points behind the end", "by": "both", "stuffed": "ff 01 02"},
        {"name": "shorter than a head and a checksum", "by": "both", "stuffed": "05 01 02 03 04"},
        {"name": "cut off", "by": "both", "stuffed": good[:-2].hex(" ")},
        {
            "name": "payload shorter than its table",
            "by": "device",
            "stuffed": encode_frame(0x12, 0, 0, b"\x01")[:-1].hex(" "),
        },
        {
            "name": "text longer than allowed",
            "by": "host",
            "stuffed": encode_frame(0x82, 0, 0, long_text)[:-1].hex(" "),
        },
        {"name": "text cut off", "by": "host", "stuffed": encode_frame(0x82, 0, 0, b"\0\1\0\1\2\5abc")[:-1].hex(" ")},
        {
            "name": "text not UTF-8",
            "by": "host",
            "stuffed": encode_frame(0x82, 0, 0, b"\0\1\0\1\2\1\xff")[:-1].hex(" "),
        },
        {
            "name": "feature of unknown kind",
            "by": "host",
            "stuffed": encode_frame(0x82, 0, 0, b"\0\1\0\1\3\0")[:-1].hex(" "),
        },
        {"name": "longer than a frame", "by": "both", "stuffed": ("01 " * 71).strip()},
    ]
