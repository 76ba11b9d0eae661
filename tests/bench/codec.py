"""Encode plus decode of a telemetry frame, beside pymavlink's RAW_IMU (MAVLink 2)."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable

from firmware_protocol.framing import FrameSplitter
from firmware_protocol.messages import decode, encode
from firmware_protocol.reports import ForceTelemetry
from tests.bench.table import Line

FRAMES = 20_000
ROUNDS = 7


def _ours() -> None:
    splitter = FrameSplitter()
    for number in range(FRAMES):
        frame = encode(ForceTelemetry(number, 12_345, 15_000, 2), number & 0xFF, 1)
        for stuffed in splitter.feed(frame):
            message = decode(stuffed).message
            if not isinstance(message, ForceTelemetry) or message.time_us != number:
                raise RuntimeError(f"frame {number} came back as {message}")


def _pymavlink() -> Callable[[], None]:
    os.environ["MAVLINK20"] = "1"
    from pymavlink.dialects.v20 import common  # noqa: PLC0415 - a bench-only dependency, chosen by the variable above

    def run() -> None:
        link = common.MAVLink(None)
        for number in range(FRAMES):
            frame = common.MAVLink_raw_imu_message(number, 1, 2, 3, 4, 5, 6, 7, 8, 9).pack(link)
            for message in link.parse_buffer(frame):
                if message.time_usec != number:
                    raise RuntimeError(f"frame {number} came back as {message}")

    return run


def _frames_per_s(run: Callable[[], None]) -> float:
    began = time.perf_counter()
    run()
    return FRAMES / (time.perf_counter() - began)


def measure() -> list[Line]:
    """Measure both codecs, round by round in turn."""
    peer = _pymavlink()
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(_frames_per_s(_ours))
        theirs.append(_frames_per_s(peer))
    ratio = statistics.median(ours) / statistics.median(theirs)
    return [
        Line(
            "telemetry frame, encode and decode",
            f"{statistics.median(ours):,.0f} frames/s: {ratio:.1f} times",
            f"pymavlink RAW_IMU v2: {statistics.median(theirs):,.0f} frames/s",
            "at least 3 times",
            ratio >= 3,
        )
    ]
