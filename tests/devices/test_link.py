from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from firmware_protocol.codes import Function
from firmware_protocol.commands import Claim, Hello, Ping, SetSpeed, Stop, Stream, Tare
from firmware_protocol.reports import ForceTelemetry, Identity, MotorTelemetry
from massctl.devices.identification import identify
from massctl.devices.link import Link, LinkState, RefusedByPeer
from massctl.devices.native import claim
from massctl.errors import LinkLost, NoAnswer
from massctl.transports import open_stream
from massctl.transports.memory import memory_pair
from tests.devices.twin import Twin
from tests.transports.wires import Pty, until

virtual = pytest.mark.virtual


@pytest_asyncio.fixture
async def link(twin: Twin) -> AsyncIterator[Link]:
    host, device = memory_pair("memory://twin")
    twin.plug = host
    twin.serve(device)
    opened = Link(host)
    opened.start()
    yield opened
    await opened.aclose()


@virtual
async def test_a_request_ends_when_it_is_acknowledged(link: Link, twin: Twin) -> None:
    await identify(link)
    await link.request(Claim(7))
    assert twin.state.is_claimed
    began_s = asyncio.get_running_loop().time()
    await link.request(Stream(Function.FORCE, 10))
    assert asyncio.get_running_loop().time() - began_s < 0.1


@virtual
async def test_a_refusal_raises_with_its_result(link: Link) -> None:
    await identify(link)
    with pytest.raises(RefusedByPeer, match="this controller has not claimed the device"):
        await link.request(Tare())


@virtual
async def test_no_answer_is_told_after_all_repetitions_with_the_last_sign_of_life(link: Link, twin: Twin) -> None:
    await identify(link)
    twin.is_mute = True
    loop = asyncio.get_running_loop()
    start_s = loop.time()
    with pytest.raises(NoAnswer, match="no answer to Claim within 1 s") as refusal:
        await link.request(Claim(7))
    assert loop.time() - start_s < 1.5
    assert "last sign of life" in refusal.value.remedy


@virtual
@pytest.mark.parametrize("command", [Stop(), Ping(1)])
async def test_what_has_no_acknowledgement_is_no_request(link: Link, command: Stop | Ping) -> None:
    with pytest.raises(TypeError):
        await link.request(command)


@virtual
async def test_waiting_requests_all_fail_with_the_cause_when_the_link_is_lost(link: Link, twin: Twin) -> None:
    await identify(link)
    twin.is_mute = True
    outcomes: list[str] = []

    async def ask(token: int) -> None:
        try:
            await link.request(Claim(token))
        except LinkLost as error:
            outcomes.append(error.reason)

    async with asyncio.TaskGroup() as group:
        for token in range(1, 6):
            group.create_task(ask(token), name=f"ask {token}")
        await asyncio.sleep(0.1)
        twin.plug.lose(LinkLost(link.url, "unplugged while in use."))
    assert outcomes == ["unplugged while in use."] * 5
    assert link.state is LinkState.LOST
    with pytest.raises(LinkLost, match="unplugged"):
        await link.request(Claim(9))


@virtual
async def test_a_stop_overtakes_everything_that_was_not_sent(link: Link, twin: Twin) -> None:
    await identify(link)
    await claim(link)
    await asyncio.sleep(0.01)
    twin.heard.clear()
    link.post(SetSpeed(1800, 600))
    link.post(Stream(Function.FORCE, 10))
    link.stop()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert len(twin.offs) >= 2
    assert sum(len(data) for data in twin.heard) <= 12, "the STOP and its delimiter, nothing before it"
    assert await link.stopped() == 0.0


@virtual
async def test_a_stop_is_written_again_and_again_until_it_is_acknowledged(link: Link, twin: Twin) -> None:
    await identify(link)
    twin.is_mute = True
    twin.heard.clear()
    link.stop()
    start_s = asyncio.get_running_loop().time()
    await asyncio.sleep(0.16)
    assert len(twin.heard) == 3, "at 0, 50 and 150 ms (F42)"
    twin.is_mute = False
    assert await link.stopped() >= 0.15
    assert asyncio.get_running_loop().time() - start_s < 0.4


@virtual
async def test_the_link_pings_about_once_a_second_and_keeps_its_claim(link: Link, twin: Twin) -> None:
    await identify(link)
    await claim(link)
    await asyncio.sleep(10.0)
    assert twin.state.is_claimed
    assert link.round_trip_s is not None


@virtual
async def test_garbage_counts_as_bytes_and_not_as_a_sign_of_life(link: Link, twin: Twin) -> None:
    await identify(link)
    before_s = link.last_frame_at_s
    bytes_before = link.bytes_received
    await asyncio.sleep(0.3)
    twin.is_mute = True
    twin.say(b"\x01\x02\x03\x00\xff\xff\x00")
    await asyncio.sleep(0.1)
    assert link.bytes_received == bytes_before + 7
    assert link.last_frame_at_s == before_s


@virtual
async def test_a_failing_listener_leaves_nobody_waiting(link: Link, twin: Twin) -> None:
    await identify(link)
    await claim(link)
    failures: list[str] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _loop, context: failures.append(str(context["exception"])))

    def fail(_event: object, _now_s: float) -> None:
        raise RuntimeError("a bug")

    link.listen(MotorTelemetry, fail)
    link.listen(ForceTelemetry, fail)
    await link.request(Stream(Function.MOTOR, 50))
    await asyncio.sleep(0.1)
    await link.request(Stream(Function.FORCE, 50))
    await asyncio.sleep(0.1)
    await link.request(Stream(Function.FORCE, 0))
    assert failures.count("a bug") >= 2
    assert len(twin.offs) == 3, "the stop before its claim, its claim, and one stop: nothing was armed"


@virtual
async def test_closing_is_idempotent_and_ends_who_waits(link: Link, twin: Twin) -> None:
    await identify(link)
    twin.is_mute = True

    async def ask() -> str:
        try:
            await link.request(Claim(7))
        except LinkLost as error:
            return error.reason
        return ""

    async with asyncio.TaskGroup() as group:
        asking = group.create_task(ask(), name="ask")
        await asyncio.sleep(0.1)
        await link.aclose()
        await link.aclose()
    assert asking.result() == "closed by massctl."
    link.post(SetSpeed(1800, 600))
    link.stop()


async def test_a_device_behind_a_pty_is_identified_and_its_unplugging_told(pty: Pty, twin: Twin) -> None:
    twin.serve_pty(pty)
    link = Link(await open_stream(pty.url))
    losses: list[Exception] = []
    link.listen_for_loss(losses.append)
    link.start()
    identity, _ = await identify(link)
    assert identity.name == "twin"
    assert (await link.query(Hello(), Identity)).name == "twin"
    asyncio.get_running_loop().remove_reader(pty.master)
    pty.unplug()
    await until(lambda: losses, within_s=0.2)
    assert "unplugged" in str(losses[0])
    await link.aclose()
