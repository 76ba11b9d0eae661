"""The queue of what is done over one Bluetooth link: order, waiting, failures, stops and closing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from massctl.transports.ble_outgoing import Call, Discarded, Outgoing

pytestmark = pytest.mark.virtual


class Calls:
    """Calls that take their time, and the order in which they began and ended."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def make(self, name: str, seconds: float = 0.1, error: Exception | None = None) -> Call:
        async def call() -> None:
            self.seen.append(f"{name} begins")
            await asyncio.sleep(seconds)
            if error is not None:
                raise error
            self.seen.append(f"{name} ends")

        return call


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest.fixture
def failures() -> list[Exception]:
    return []


@pytest_asyncio.fixture
async def outgoing(failures: list[Exception]) -> AsyncIterator[Outgoing]:
    queue = Outgoing(failures.append)
    await queue.open()
    yield queue
    await queue.aclose(1.0)


async def test_one_at_a_time_in_the_order_of_posting_whether_anybody_waits_or_not(
    outgoing: Outgoing, calls: Calls
) -> None:
    running = asyncio.ensure_future(outgoing.run(calls.make("first")))
    await asyncio.sleep(0.01)
    outgoing.post(calls.make("second"))
    await outgoing.run(calls.make("third"))
    await running
    assert calls.seen == [f"{name} {what}" for name in ("first", "second", "third") for what in ("begins", "ends")]


async def test_whoever_waits_gets_the_failure_and_what_is_behind_goes_on(
    outgoing: Outgoing, calls: Calls, failures: list[Exception]
) -> None:
    outgoing.post(calls.make("first"))
    waiting = asyncio.ensure_future(outgoing.run(calls.make("second", error=OSError("no"))))
    await asyncio.sleep(0.01)
    outgoing.post(calls.make("third"))
    with pytest.raises(OSError, match="no"):
        await waiting
    await asyncio.sleep(0.2)
    assert calls.seen[-1] == "third ends"
    assert failures == []


async def test_a_failure_that_nobody_waits_for_is_told_and_forgets_what_is_behind(
    outgoing: Outgoing, calls: Calls, failures: list[Exception]
) -> None:
    outgoing.post(calls.make("first", error=OSError("no")))
    outgoing.post(calls.make("second"))
    await asyncio.sleep(0.5)
    assert [str(error) for error in failures] == ["no"]
    assert calls.seen == ["first begins"]


async def test_after_a_discard_the_next_does_not_wait_for_what_is_under_way(outgoing: Outgoing, calls: Calls) -> None:
    outgoing.post(calls.make("slow", 5.0))
    await asyncio.sleep(0.01)
    outgoing.discard()
    await outgoing.run(calls.make("STOP"))
    assert calls.seen == ["slow begins", "STOP begins", "STOP ends"]
    await asyncio.sleep(5.0)


async def test_a_discard_tells_whoever_waits(outgoing: Outgoing, calls: Calls) -> None:
    outgoing.post(calls.make("first"))
    waiting = asyncio.ensure_future(outgoing.run(calls.make("second")))
    await asyncio.sleep(0.01)
    outgoing.discard()
    with pytest.raises(Discarded):
        await waiting


async def test_a_waiter_that_is_cancelled_holds_up_nobody(outgoing: Outgoing, calls: Calls) -> None:
    direct = asyncio.ensure_future(outgoing.run(calls.make("first", 1.0)))
    await asyncio.sleep(0.01)
    queued = asyncio.ensure_future(outgoing.run(calls.make("second")))
    await asyncio.sleep(0.01)
    direct.cancel()
    queued.cancel()
    await asyncio.sleep(0.2)
    await outgoing.run(calls.make("third"))
    assert calls.seen[-1] == "third ends"


async def test_a_close_sends_what_waits_and_then_takes_nothing(calls: Calls, failures: list[Exception]) -> None:
    outgoing = Outgoing(failures.append)
    assert not outgoing.post(calls.make("too early"))
    await outgoing.open()
    outgoing.post(calls.make("first"))
    outgoing.post(calls.make("second"))
    await outgoing.aclose(1.0)
    assert calls.seen[-1] == "second ends"
    assert not outgoing.post(calls.make("too late"))
    with pytest.raises(Discarded):
        await outgoing.run(calls.make("too late"))
    await outgoing.aclose(1.0)


async def test_a_close_waits_only_so_long(calls: Calls, failures: list[Exception]) -> None:
    outgoing = Outgoing(failures.append)
    await outgoing.open()
    outgoing.post(calls.make("hangs", 60.0))
    began_s = asyncio.get_running_loop().time()
    await outgoing.aclose(0.5)
    assert asyncio.get_running_loop().time() - began_s == pytest.approx(0.5, abs=0.05)
    assert failures == []
