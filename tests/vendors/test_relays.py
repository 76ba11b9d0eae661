"""Waveshare, SR-201 and LCUS relays: driver and twin agree, slices end by themselves, and nothing is believed that is not read."""

from __future__ import annotations

import asyncio
import math
from typing import Any, cast

import pytest

from massctl.devices import connect, send_stop
from massctl.devices.bundle import DeviceBundle
from massctl.devices.capabilities import CommandRefused, Disconnected, Report, Timer, TimerReading
from massctl.devices.vendors import relay_timer
from massctl.errors import LinkLost, NoAnswer, PeerSilent, UsageError
from sims.bench import Bench, default_bench
from sims.vendors.relay_twin import RelayTwin
from sims.vendors.sr201 import Sr201Twin

pytestmark = pytest.mark.virtual
LEASED = ["sim://waveshare", "sim://waveshare?frame=tcp", "sim://sr201"]
READ = [*LEASED, "sim://lcus"]
BLIND = ["sim://lcus?answers=none", "sim://lcus?answers=bytes"]


class Relay:
    """An open relay board and what it reported."""

    def __init__(self, bundle: DeviceBundle) -> None:
        assert bundle.timer is not None
        self.bundle = bundle
        self.timer: Timer = bundle.timer
        self.reports: list[Report] = []
        self.timer.subscribe(self.reports.append)

    @property
    def states(self) -> list[TimerReading]:
        return [each for each in self.reports if isinstance(each, TimerReading)]

    async def hold(self, seconds: float) -> None:
        for _ in range(round(seconds / 0.5)):
            self.timer.arm(2.0)
            await asyncio.sleep(0.5)


async def opened(url: str) -> Relay:
    relay = Relay(await connect(url, {"timer"}))
    await relay.timer.prepare()
    return relay


def is_closed() -> bool:
    bench = default_bench()
    bench.catch_up()
    return bench.world.timer.is_relay_closed


def twin() -> RelayTwin:
    return next(each for each in default_bench().twins.values() if isinstance(each, RelayTwin))


@pytest.mark.parametrize("url", READ + BLIND)
async def test_a_renewed_slice_keeps_it_closed_and_a_cancel_opens_it(url: str) -> None:
    relay = await opened(url)
    await relay.hold(5.0)
    assert is_closed()
    assert relay.timer.cancel()
    await asyncio.sleep(0.05)
    assert not is_closed()
    await relay.timer.aclose()


@pytest.mark.parametrize("url", READ)
async def test_its_state_is_read_back_and_told(url: str) -> None:
    relay = await opened(url)
    await relay.hold(1.0)
    assert relay.states[-1].relay_closed
    assert 0.5 < relay.states[-1].remaining_s <= 2.0
    cancelled_s = asyncio.get_running_loop().time()
    relay.timer.cancel()
    await asyncio.sleep(0.1)
    newest = relay.states[-1]
    assert not newest.relay_closed
    assert newest.at_s >= cancelled_s
    assert newest.remaining_s == 0.0
    await relay.timer.aclose()


@pytest.mark.parametrize("url", LEASED)
async def test_F33_the_board_opens_by_itself_when_nobody_renews(url: str) -> None:
    relay = await opened(url)
    assert relay.timer.capabilities.opens_by_itself
    await relay.hold(3.0)
    default_bench().unplug(twin().id)
    await asyncio.sleep(1.3)
    assert is_closed(), "the slice of two seconds is the board's own"
    await asyncio.sleep(0.4)
    assert not is_closed()
    assert not relay.timer.cancel(), "no bytes go out on a dead link"
    await relay.timer.aclose()


@pytest.mark.parametrize("url", ["sim://lcus", *BLIND])
async def test_F33_a_latching_relay_says_software_timer_only_and_stays_closed_without_its_program(url: str) -> None:
    relay = await opened(url)
    assert not relay.timer.capabilities.opens_by_itself
    assert "Software timer only" in relay.bundle.warnings[0]
    assert "software timer only" in relay.timer.name
    await relay.hold(1.0)
    default_bench().unplug("lcus")
    await asyncio.sleep(10.0)
    assert is_closed()
    await relay.timer.aclose()


@pytest.mark.parametrize("url", ["sim://lcus", *BLIND])
async def test_the_time_of_a_latching_relay_is_counted_here(url: str) -> None:
    relay = await opened(url)
    relay.timer.arm(2.0)
    await asyncio.sleep(1.9)
    assert is_closed()
    await asyncio.sleep(0.2)
    assert not is_closed()
    await relay.timer.aclose()


@pytest.mark.parametrize("url", BLIND)
async def test_F54_a_relay_that_tells_nothing_back_is_never_reported_as_open(url: str) -> None:
    relay = await opened(url)
    assert not relay.timer.capabilities.is_monitored
    assert relay.timer.last_frame_at_s == math.inf
    assert "is not known" in relay.bundle.warnings[1]
    await relay.hold(1.0)
    relay.timer.cancel()
    await asyncio.sleep(1.0)
    assert relay.reports == []
    await relay.timer.aclose()


@pytest.mark.parametrize("url", [*READ, "sim://lcus?answers=none"])
async def test_closing_the_link_opens_what_was_closed_here(url: str) -> None:
    relay = await opened(url)
    await relay.hold(1.0)
    await relay.timer.aclose()
    await asyncio.sleep(0.01)
    assert not is_closed()
    await relay.timer.aclose()


@pytest.mark.parametrize("url", READ)
async def test_connecting_switches_nothing_and_preparing_opens_what_was_left_closed(url: str) -> None:
    first = await opened(url)
    twin().close(default_bench().catch_up())
    second = Relay(await connect(url))
    await asyncio.sleep(1.0)
    assert is_closed()
    await second.timer.prepare()
    assert not is_closed()
    await first.timer.aclose()
    await second.timer.aclose()


@pytest.mark.parametrize("url", LEASED)
async def test_a_relay_that_will_not_open_is_told(url: str) -> None:
    relay = await opened(url)
    bench = default_bench()
    bench.world.timer.is_welded = True
    bench.world.timer.close_relay()
    with pytest.raises(NoAnswer, match="the relay did not open"):
        await relay.timer.prepare()
    await relay.timer.aclose()


async def test_an_opening_that_gets_lost_is_repeated_until_it_is_seen() -> None:
    relay = await opened("sim://waveshare")
    await relay.hold(1.0)
    board: Any = twin()
    take, lost = board.take, [0]

    def deaf(link: Any, data: bytes, now_s: float) -> bytes:
        if data[1:4] == b"\x05\x00\x00" and lost[0] < 3:
            lost[0] += 1
            return b""
        return cast(bytes, take(link, data, now_s))

    board.take = deaf
    relay.timer.cancel()
    await asyncio.sleep(0.05)
    assert is_closed()
    await asyncio.sleep(1.5)
    assert lost[0] == 3
    assert not is_closed()
    await relay.timer.aclose()


@pytest.mark.parametrize("url", READ)
async def test_F34_a_hung_board_has_no_newer_frame_and_is_asked_on(url: str) -> None:
    relay = await opened(url)
    bench = default_bench()
    bench.hang(twin().id)
    await asyncio.sleep(2.0)
    loop = asyncio.get_running_loop()
    assert loop.time() - relay.timer.last_frame_at_s > 1.5
    bench.hang(twin().id, is_hung=False)
    await asyncio.sleep(0.6)
    assert loop.time() - relay.timer.last_frame_at_s < 0.3
    await relay.timer.aclose()


async def test_commands_never_run_into_each_other_on_an_sr201() -> None:
    relay = await opened("sim://sr201")
    board: Any = twin()
    heard: list[bytes] = []
    take = board.take

    def slow(link: Any, data: bytes, now_s: float) -> bytes:
        heard.append(data)
        answer = take(link, data, now_s)
        asyncio.get_running_loop().call_later(0.05, link.write, answer)
        return b""

    board.take = slow
    for _ in range(8):
        relay.timer.arm(2.0)
        await asyncio.sleep(0.02)
        relay.timer.cancel()
        await asyncio.sleep(0.13)
    await asyncio.sleep(0.5)
    assert set(heard) <= {b"00", b"11:2", b"21"}
    assert not is_closed()
    await relay.timer.aclose()


async def test_an_sr201_whose_answer_to_a_closing_is_lost_is_left_until_its_slice_is_over() -> None:
    relay = await opened("sim://sr201")
    board: Any = twin()
    heard: list[bytes] = []
    take = board.take

    def mute(link: Any, data: bytes, now_s: float) -> bytes:
        heard.append(data)
        take(link, data, now_s)
        return b""

    board.take = mute
    await asyncio.sleep(0.3)
    heard.clear()
    relay.timer.arm(2.0)
    await asyncio.sleep(0.5)
    assert b"11:2" in heard
    heard.clear()
    assert not relay.timer.cancel(), "it waits, and says so"
    await asyncio.sleep(1.2)
    assert heard == []
    await asyncio.sleep(1.0)
    assert heard[0] == b"21"
    await relay.timer.aclose()


async def test_an_sr201_closes_what_is_silent_and_our_questions_keep_it_open() -> None:
    relay = await opened("sim://sr201")
    await asyncio.sleep(60.0)
    assert not any(isinstance(each, Disconnected) for each in relay.reports)
    await relay.timer.aclose()
    async with Bench(devices={"timer": "sr201"}) as bench:
        silent = bench.connect("timer").connect()
        lost: list[LinkLost] = []
        silent.start(lambda _: None, lambda problem: lost.append(cast(LinkLost, problem)))
        await asyncio.sleep(14.0)
        assert not lost
        await asyncio.sleep(1.5)
        assert "closed the connection" in str(lost[0])
        await silent.aclose()


async def test_an_sr201_takes_six_connections() -> None:
    async with Bench(devices={"timer": "sr201"}) as bench:
        streams = [bench.connect("timer").connect() for _ in range(7)]
        await asyncio.sleep(0.1)
        assert len(cast(Sr201Twin, bench.twins["sr201"]).links) == 6
        for stream in streams:
            await stream.aclose()


@pytest.mark.parametrize("url", ["sim://waveshare?renews=no", "sim://sr201?renews=no"])
async def test_a_board_that_takes_no_renewal_opens_and_is_seen_to(url: str) -> None:
    relay = await opened(url)
    await relay.hold(2.5)
    assert any(not each.relay_closed for each in relay.states[-6:])
    await relay.timer.aclose()


async def test_a_channel_that_the_board_does_not_have_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("massctl.devices.vendors.relays.CHANNELS_MAX", 9)
    relay = await opened("sim://waveshare?channel=1")
    relay.timer._codec._coil = 12  # type: ignore[attr-defined]
    relay.timer.arm(1.0)
    await asyncio.sleep(0.3)
    refusals = [each for each in relay.reports if isinstance(each, CommandRefused)]
    assert refusals[0].command == "closing"
    assert refusals[0].reason == "it has no such channel"
    relay.timer._codec._coil = 0  # type: ignore[attr-defined]
    await relay.timer.aclose()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sim://waveshare?channel=9", "channel is a number from 1 to 8"),
        ("sim://waveshare?frame=udp", "frame is one of rtu, tcp"),
        ("sim://waveshare?unit=0", "unit is a number from 1 to 247"),
        ("sim://sr201?chanel=1", "did you mean channel"),
        ("sim://sr201?renews=maybe", "yes or no"),
        ("sim://lcus?answers=poems", "answers is one of"),
    ],
)
async def test_a_mistyped_address_is_refused_with_what_is_possible(url: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        await connect(url)


@pytest.mark.parametrize("device_id", ["waveshare", "sr201"])
async def test_nobody_and_a_stranger_are_told_apart(device_id: str) -> None:
    async with Bench(devices={"timer": device_id}) as bench:
        bench.hang("timer")
        with pytest.raises(PeerSilent, match="nothing came"):
            await connect(bench.urls["timer"])
        bench.hang("timer", is_hung=False)
        board: Any = bench.twins[device_id]
        board.take = lambda link, data, now_s: b"hello"
        with pytest.raises(PeerSilent, match="no answer of a"):
            await connect(bench.urls["timer"])


async def test_the_wrong_kind_of_frame_is_told() -> None:
    async with Bench(devices={"timer": "waveshare"}) as bench:
        with pytest.raises(PeerSilent):
            await connect(bench.urls["timer"] + "?unit=7")


@pytest.mark.parametrize("url", READ)
async def test_massctl_stop_opens_it_without_a_session(url: str) -> None:
    relay = Relay(await connect(url))
    twin().close(default_bench().catch_up())
    assert await send_stop(url) < 0.5
    assert not is_closed()
    await relay.timer.aclose()


async def test_a_lost_link_ends_a_wait_and_is_told_once() -> None:
    async with Bench(devices={"timer": "waveshare"}) as bench:
        relay = await opened(bench.urls["timer"])
        bench.world.timer.is_welded = True
        bench.world.timer.close_relay()
        asyncio.get_running_loop().call_later(0.5, bench.unplug, "timer")
        with pytest.raises(LinkLost):
            await relay.timer.prepare()
        assert sum(isinstance(each, Disconnected) for each in relay.reports) == 1
        relay.timer.buzz(1.0)
        await relay.timer.aclose()


def test_the_driver_waits_longer_than_a_real_line_takes() -> None:
    """Eight bytes each way at 9,600 baud are 17 ms; the answer has 200."""
    assert relay_timer.REPLY_S > 5 * 2 * 8 * 10 / 9600
