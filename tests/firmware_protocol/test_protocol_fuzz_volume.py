"""The decoder under volume: ten million random bytes, a million mutated frames; none of it crashes it or makes it grow.

A tenth of both runs with every change, all of it in the long tier (``slow``). All of it is seeded.
"""

from __future__ import annotations

import gc
import random
import tracemalloc
from collections.abc import Iterator

import pytest

from firmware_protocol import Connection, RemoteProtocolError, Role
from firmware_protocol.codes import PAYLOAD_MAX
from firmware_protocol.events import FrameRejected
from firmware_protocol.framing import STUFFED_MAX, FrameSplitter, decode_frame, encode_frame
from firmware_protocol.messages import decode, encode
from tests.firmware_protocol.bench_device import new_device
from tests.firmware_protocol.golden_frames import FRAMES

RANDOM_BYTES = 10_000_000
MUTATED_FRAMES = 1_000_000
GROWTH_MAX = 512 * 1024
"""Bytes that may be held more: one unfinished frame, one full send buffer, and the freed tuples that Python keeps for reuse."""
OBJECTS_MAX = 100
"""Objects that may live more at the end: here what Python keeps does not count."""
CHUNK = 4096
WARM_UP = 10
"""Chunks after which everything that is made once has been made."""
GOOD = [encode(message, sequence, epoch) for _, message, sequence, epoch in FRAMES]
tiers = pytest.mark.parametrize(
    "share",
    [
        pytest.param(10, id="a tenth"),
        pytest.param(1, marks=[pytest.mark.slow, pytest.mark.timeout(900)], id="all"),
    ],
)


def ends() -> list[Connection]:
    """Return a connection of each role."""
    return [Connection(Role.HOST), Connection(Role.DEVICE, new_device())]


def grown(before: int) -> int:
    """Return by how many bytes the memory in use has grown."""
    return tracemalloc.get_traced_memory()[0] - before


def mutated(noise: random.Random) -> bytes:
    """Return a golden frame with a few bits, bytes or its length changed, or spliced with another; one in ten whole again."""
    frame = bytearray(noise.choice(GOOD))
    if noise.randrange(10) == 0:
        return resealed(noise, bytes(frame))
    for _ in range(noise.randint(1, 3)):
        at = noise.randrange(len(frame))
        match noise.randrange(5):
            case 0:
                frame[at] ^= 1 << noise.randrange(8)
            case 1:
                frame[at] = noise.randrange(256)
            case 2:
                del frame[at : at + noise.randint(1, 4)]
            case 3:
                frame[at:at] = noise.randbytes(noise.randint(1, 80))
            case _:
                frame[at:] = noise.choice(GOOD)[at:]
        frame = frame or bytearray(b"\0")
    return bytes(frame)


def resealed(noise: random.Random, frame: bytes) -> bytes:
    """Return a golden frame whose type or payload is another, under a checksum that is right: the messages' readers see it."""
    kind, sequence, epoch, payload = decode_frame(frame[:-1])
    changed = bytearray(payload)
    match noise.randrange(4):
        case 0:
            kind = noise.randrange(256)
        case 1 if changed:
            changed[noise.randrange(len(changed))] = noise.randrange(256)
        case 2:
            del changed[noise.randint(0, len(changed)) :]
        case _:
            changed = (changed + noise.randbytes(noise.randint(1, 8)))[:PAYLOAD_MAX]
    return encode_frame(kind, sequence, epoch, bytes(changed))


def fed(data: Iterator[bytes]) -> tuple[int, int]:
    """Feed both roles, count events and rejections, and hold the bound on memory all along."""
    connections = ends()
    events = rejected = 0
    tracemalloc.start()
    gc.disable()  # what waits for the cycle collector counts as growth, too
    try:
        before = objects = 0
        for number, chunk in enumerate(data):
            for connection in connections:
                found = connection.receive_data(chunk, number * 0.001)
                events += len(found)
                rejected += sum(type(event) is FrameRejected for event in found)
                assert connection._splitter.held_bytes <= STUFFED_MAX + 1
                assert len(connection.data_to_send()) <= 16_384
                del found
            if number == WARM_UP:
                before, objects = tracemalloc.get_traced_memory()[0], len(gc.get_objects())
            elif number > WARM_UP:
                assert grown(before) < GROWTH_MAX
        assert before
        assert len(gc.get_objects()) < objects + OBJECTS_MAX
    finally:
        gc.enable()
        tracemalloc.stop()
    return events, rejected


@tiers
def test_random_bytes_neither_crash_a_connection_nor_make_it_grow(share: int) -> None:
    noise = random.Random(1)
    chunks = (noise.randbytes(CHUNK) for _ in range(-(-RANDOM_BYTES // share // CHUNK)))
    events, rejected = fed(chunks)
    assert events == rejected > 0, "not one of them is a frame"


@tiers
def test_mutated_frames_neither_crash_a_connection_nor_make_it_grow(share: int) -> None:
    noise, frames = random.Random(2), MUTATED_FRAMES // share
    chunks = (b"".join(mutated(noise) for _ in range(100)) for _ in range(frames // 100))
    _, rejected = fed(chunks)
    assert rejected > frames // 2


@tiers
def test_a_mutated_frame_is_read_as_a_whole_message_or_is_the_remote_error(share: int) -> None:
    noise = random.Random(3)
    read = 0
    for _ in range(MUTATED_FRAMES // share):
        for piece in FrameSplitter().feed(mutated(noise)):
            try:
                decoded = decode(piece)
            except RemoteProtocolError:
                continue
            read += 1
            assert 0 <= decoded.sequence <= 255
            assert 0 <= decoded.epoch <= 255
    assert read > MUTATED_FRAMES // share // 100, "those under a right checksum reach the messages' readers"
