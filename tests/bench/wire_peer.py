"""The other end of a pty, as its own process: ``python -m tests.bench.wire_peer echo|device FD``.

``echo`` returns whatever arrives; ``device`` acknowledges commands and drives nothing, so that what is
measured is the host's way and the wire, not a device written in Python.
"""

from __future__ import annotations

import os
import sys

from firmware_protocol.codes import Result
from firmware_protocol.framing import FrameSplitter, decode_frame
from firmware_protocol.messages import encode
from firmware_protocol.reports import Ack


def echo(master: int) -> None:
    """Return bytes until the line closes."""
    while data := os.read(master, 4096):
        os.write(master, data)


def device(master: int) -> None:
    """Acknowledge every command, and do nothing else, until the line closes."""
    splitter = FrameSplitter()
    while data := os.read(master, 4096):
        for piece in splitter.feed(data):
            frame = decode_frame(piece)
            os.write(master, encode(Ack(frame.type, frame.sequence, Result.OK), frame.sequence, frame.epoch))


if __name__ == "__main__":
    {"echo": echo, "device": device}[sys.argv[1]](int(sys.argv[2]))
