"""The other end of a pty, as its own process: ``python -m tests.bench.wire_peer echo|device FD``.

``echo`` returns whatever arrives; ``device`` is the smallest device of our protocol: it answers, and drives nothing.
"""

from __future__ import annotations

import os
import sys
import time

from firmware_protocol import Connection, DeviceState, FeatureSet, Role


def echo(master: int) -> None:
    """Return bytes until the line closes."""
    while data := os.read(master, 4096):
        os.write(master, data)


def device(master: int) -> None:
    """Answer commands until the line closes."""
    connection = Connection(Role.DEVICE, device=DeviceState("bench", FeatureSet({})))
    while data := os.read(master, 4096):
        connection.receive_data(data, time.perf_counter())
        if answer := connection.data_to_send():
            os.write(master, answer)


if __name__ == "__main__":
    {"echo": echo, "device": device}[sys.argv[1]](int(sys.argv[2]))
