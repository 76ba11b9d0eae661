"""Our protocol cut into writes over Bluetooth: nothing is lost or reordered, and what is short stays whole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from firmware_protocol.codes import StopReason
from firmware_protocol.commands import Arm, Claim, Ping, Renew, SetLimits, SetSpeed, Stop
from firmware_protocol.messages import Message, encode
from massctl.transports.nus import pieces

SMALLEST = 20
"""Of an MTU of 23."""
FRAME = st.binary(min_size=1, max_size=70).map(lambda data: data.replace(b"\0", b"\1") + b"\0")


@given(frames=st.lists(FRAME, max_size=8), rest=st.binary(max_size=30), size=st.integers(SMALLEST, 244))
def test_pieces_are_the_bytes_in_order_none_larger_than_the_mtu_allows(
    frames: list[bytes], rest: bytes, size: int
) -> None:
    data = b"".join(frames) + rest.replace(b"\0", b"\1")
    cut = list(pieces(data, size))
    assert b"".join(cut) == data
    assert all(0 < len(piece) <= size for piece in cut)


@given(frames=st.lists(FRAME, max_size=8), size=st.integers(SMALLEST, 244))
def test_a_frame_that_fits_has_a_write_of_its_own(frames: list[bytes], size: int) -> None:
    expected = [frame[at : at + size] for frame in frames for at in range(0, len(frame), size)]
    assert list(pieces(b"".join(frames), size)) == expected


def test_every_urgent_command_fits_into_one_write_at_the_smallest_mtu() -> None:
    urgent: list[Message] = [Stop(StopReason.SUPERVISOR), Renew(7), SetSpeed(3200, 600), Arm(1500), Ping(2**32 - 1)]
    urgent += [Claim(2**32 - 1), SetLimits(3200, 60_000, 1200)]
    sizes = {type(command).__name__: len(encode(command, 255, 255)) for command in urgent}
    assert all(size <= SMALLEST for size in sizes.values()), sizes
    stop = b"\0" + encode(Stop(StopReason.SUPERVISOR), 255, 255)
    assert list(pieces(stop, SMALLEST)) == [stop]
