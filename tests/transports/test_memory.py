from __future__ import annotations

import asyncio

import pytest

from massctl.errors import LinkLost
from massctl.transports.channel import UNSENT_MAX
from massctl.transports.memory import memory_pair
from tests.transports.wires import Ear

pytestmark = pytest.mark.virtual


async def turn() -> None:
    await asyncio.sleep(0)
    await asyncio.sleep(0)


async def test_bytes_arrive_in_order_in_the_next_turn_and_not_within_the_write() -> None:
    host, device = memory_pair()
    ear = Ear(device)
    host.write(b"a")
    host.write(b"b")
    assert ear.heard == b""
    await turn()
    assert ear.heard == b"ab"


async def test_bytes_written_before_the_start_wait_for_it() -> None:
    host, device = memory_pair()
    device.write(b"early")
    await turn()
    ear = Ear(host)
    await turn()
    assert ear.heard == b"early"


async def test_discarded_bytes_never_arrive() -> None:
    host, device = memory_pair()
    ear = Ear(device)
    host.write(b"old")
    host.discard_unsent()
    host.write(b"STOP")
    await turn()
    assert ear.heard == b"STOP"


async def test_closing_one_end_is_a_loss_for_the_other_after_its_last_bytes() -> None:
    host, device = memory_pair()
    ours, theirs = Ear(host), Ear(device)
    device.write(b"goodbye")
    await device.aclose()
    await turn()
    assert ours.heard == b"goodbye"
    assert isinstance(ours.lost[0], LinkLost)
    assert theirs.lost == []
    host.write(b"nobody hears this")
    await turn()
    assert theirs.heard == b""


async def test_a_pulled_plug_is_told_once() -> None:
    host, _device = memory_pair("memory://gun")
    ear = Ear(host)
    for _ in range(2):
        host.lose(LinkLost("memory://gun", "unplugged while in use."))
    await turn()
    assert [str(problem) for problem in ear.lost] == ["memory://gun: unplugged while in use."]


async def test_a_reader_that_never_starts_does_not_fill_the_memory() -> None:
    host, device = memory_pair()
    for _ in range(2 * UNSENT_MAX // 1000):
        host.write(b"." * 1000)
    ear = Ear(device)
    await turn()
    assert len(ear.heard) <= UNSENT_MAX + 1000
    assert "nobody reads" in str(ear.lost[0])
