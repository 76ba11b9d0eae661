"""A Bluetooth link through the real bleak, on a simulated radio: what arrives, in which order, and how its end is told."""

from __future__ import annotations

import asyncio
import contextlib
import json
from pathlib import Path

import pytest

from massctl.errors import (
    ConnectionProblem,
    DeviceBusy,
    FileProblem,
    LinkLost,
    NoAnswer,
    OutOfRange,
    PeerRefused,
    UsageError,
    WrongDevice,
)
from massctl.transports import open_gatt, scan, watch_advertisements
from massctl.transports.ble_outgoing import WAITING_MAX
from massctl.transports.gatt import Advertisement, GattLink
from massctl.transports.nus import open_stream as open_nus
from massctl.transports.opening import open_stream
from sims.radio.room import Room
from tests.radio.gadgets import ECHO, FORBIDDEN, VALUE, Gadget

URL = "sim://room/gadget"
pytestmark = pytest.mark.virtual


async def test_a_device_is_connected_to_read_written_and_listened_to(room: Room) -> None:
    await room.add(Gadget())
    link = await open_gatt(URL)
    heard: list[bytes] = []
    await link.subscribe(ECHO, heard.append)
    await link.write(VALUE, b"one")
    assert await link.read(VALUE) == b"one"
    assert heard == [b"one"]
    assert (link.url, link.name, link.mtu_bytes) == (URL, "A gadget with a long name", 247)
    assert {VALUE, ECHO, FORBIDDEN} <= link.characteristics
    assert link.properties(ECHO) == {"notify"}
    await link.aclose()
    await link.aclose()


async def test_what_is_posted_arrives_in_order_with_and_without_response(room: Room) -> None:
    gadget = Gadget()
    await room.add(gadget)
    link = await open_gatt(URL)
    fetched: list[bytes] = []
    for number in range(20):
        link.post(VALUE, bytes([number]), with_response=number % 3 == 0)
    link.fetch(VALUE, fetched.append)
    await link.write(VALUE, b"last")
    assert gadget.written == [bytes([number]) for number in range(20)] + [b"last"]
    assert fetched == [b"\x13"]
    await link.aclose()


async def test_a_stop_overtakes_what_was_posted_before(room: Room) -> None:
    gadget = Gadget()
    await room.add(gadget)
    link = await open_gatt(URL)
    for number in range(50):
        link.post(VALUE, bytes([number]), with_response=True)
    await asyncio.sleep(0)
    link.discard_unsent()
    link.post(VALUE, b"STOP")
    await asyncio.sleep(0.1)
    assert gadget.written[-1] == b"STOP"
    assert len(gadget.written) <= 2
    await link.aclose()


async def test_a_stop_does_not_wait_for_a_write_that_the_device_never_answers(room: Room) -> None:
    gadget = Gadget()
    station = await room.add(gadget)
    link = await open_gatt(URL)
    station.conditions.is_out_of_range = True
    link.post(VALUE, b"never answered", with_response=True)
    await asyncio.sleep(0.01)
    station.conditions.is_out_of_range = False
    link.discard_unsent()
    link.post(VALUE, b"STOP")
    await asyncio.sleep(0.01)
    assert gadget.written == [b"STOP"]
    await link.aclose()


async def test_a_write_that_somebody_waits_for_is_told_when_a_stop_overtakes_it(room: Room) -> None:
    await room.add(Gadget())
    link = await open_gatt(URL)
    link.post(VALUE, b"first", with_response=True)
    waiting = asyncio.ensure_future(link.write(VALUE, b"second"))
    await asyncio.sleep(0)
    link.discard_unsent()
    with pytest.raises(NoAnswer, match="overtaken by a stop"):
        await waiting
    await link.aclose()


async def test_a_refused_write_says_so_and_leaves_the_link_open(room: Room) -> None:
    await room.add(Gadget())
    link = await open_gatt(URL)
    with pytest.raises(PeerRefused, match="0x80"):
        await link.write(FORBIDDEN, b"x")
    await link.write(VALUE, b"still here")
    await link.aclose()


async def test_a_refused_write_that_nobody_waits_for_ends_the_link(room: Room) -> None:
    await room.add(Gadget())
    link = await open_gatt(URL)
    lost: list[ConnectionProblem] = []
    link.start(lost.append)
    link.post(FORBIDDEN, b"x", with_response=True)
    await asyncio.sleep(0.1)
    assert [type(problem) for problem in lost] == [PeerRefused]
    with pytest.raises(PeerRefused):
        await link.write(VALUE, b"x")
    await link.aclose()


async def test_a_characteristic_that_the_device_lacks_is_the_wrong_device(room: Room) -> None:
    await room.add(Gadget())
    link = await open_gatt(URL)
    missing = "00002a00-0000-1000-8000-00805f9b34ff"
    for call in (link.read(missing), link.write(missing, b"x"), link.subscribe(missing, lambda _: None)):
        with pytest.raises(WrongDevice, match="does not offer this"):
            await call
    await link.aclose()


async def _open(room: Room) -> tuple[Gadget, GattLink, list[ConnectionProblem]]:
    gadget = Gadget()
    await room.add(gadget)
    link = await open_gatt(URL)
    lost: list[ConnectionProblem] = []
    link.start(lost.append)
    return gadget, link, lost


async def test_a_device_that_hangs_up_is_told_once(room: Room) -> None:
    gadget, link, lost = await _open(room)
    gadget.hang_up()
    await asyncio.sleep(0.01)
    assert [type(problem) for problem in lost] == [LinkLost]
    with pytest.raises(LinkLost):
        await link.read(VALUE)
    link.post(VALUE, b"x")
    await link.aclose()
    assert len(lost) == 1


async def test_a_device_out_of_range_is_noticed_and_what_waits_for_it_fails(room: Room) -> None:
    _gadget, link, lost = await _open(room)
    room.stations["gadget"].set_out_of_range(is_out=True)
    with pytest.raises(LinkLost):
        await link.write(VALUE, b"x")
    assert [type(problem) for problem in lost] == [LinkLost]
    await link.aclose()


async def test_a_closed_link_tells_no_loss(room: Room) -> None:
    gadget, link, lost = await _open(room)
    await link.aclose()
    await asyncio.sleep(0.1)
    assert lost == []
    assert not gadget.is_connected


async def test_what_was_posted_is_sent_before_a_close(room: Room) -> None:
    gadget, link, _lost = await _open(room)
    for number in range(5):
        link.post(VALUE, bytes([number]), with_response=True)
    await link.aclose()
    assert len(gadget.written) == 5


async def test_a_link_that_breaks_before_it_is_watched_is_told_at_once(room: Room) -> None:
    gadget = Gadget()
    await room.add(gadget)
    link = await open_gatt(URL)
    gadget.hang_up()
    await asyncio.sleep(0.01)
    lost: list[ConnectionProblem] = []
    link.start(lost.append)
    assert lost == []
    await asyncio.sleep(0)
    assert len(lost) == 1
    await link.aclose()


async def test_a_device_that_is_out_of_range_is_not_found_within_six_seconds(room: Room) -> None:
    station = await room.add(Gadget())
    station.set_out_of_range(is_out=True)
    began_s = asyncio.get_running_loop().time()
    with pytest.raises(OutOfRange, match=r"nothing was heard of it within 6 s.*vendor's app"):
        await open_gatt(URL)
    assert asyncio.get_running_loop().time() - began_s == pytest.approx(6.0, abs=0.1)


async def test_a_device_that_somebody_else_has_is_silent(room: Room) -> None:
    await room.add(Gadget())
    first = await open_gatt(URL)
    with pytest.raises(OutOfRange, match="stays silent"):
        await open_gatt(URL)
    await first.aclose()
    await (await open_gatt(URL)).aclose()


async def test_two_devices_are_connected_to_one_after_the_other_by_one_radio(room: Room) -> None:
    names = [f"gadget{number}" for number in range(4)]
    for name in names:
        gadget = Gadget()
        gadget.id = name
        await room.add(gadget)
    links = await asyncio.gather(*(open_gatt(f"sim://room/{name}") for name in names))
    assert len({link.address for link in links}) == 4
    await asyncio.gather(*(link.aclose() for link in links))


async def test_a_device_that_is_away_does_not_hold_up_the_others(room: Room) -> None:
    for name in ("here", "away"):
        gadget = Gadget()
        gadget.id = name
        await room.add(gadget)
    room.stations["away"].set_out_of_range(is_out=True)
    loop = asyncio.get_running_loop()

    async def open_and_time(name: str) -> float:
        with contextlib.suppress(OutOfRange):
            await (await open_gatt(f"sim://room/{name}")).aclose()
        return loop.time()

    away_s, here_s = await asyncio.gather(open_and_time("away"), open_and_time("here"))
    assert here_s < 1.0
    assert away_s == pytest.approx(6.0, abs=0.1)


async def test_a_device_that_takes_nothing_any_more_is_given_up(room: Room) -> None:
    _gadget, link, lost = await _open(room)
    room.stations["gadget"].set_out_of_range(is_out=True)
    for _ in range(WAITING_MAX + 2):
        link.post(VALUE, b"x", with_response=True)
    assert [type(problem) for problem in lost] == [LinkLost]
    assert "takes nothing any more" in str(lost[0])
    link.post(VALUE, b"x")
    await link.aclose()
    with pytest.raises(LinkLost):
        await link.write(VALUE, b"x")


async def test_a_receiver_that_fails_ends_the_link(room: Room) -> None:
    gadget, link, lost = await _open(room)

    def fail(_data: bytes) -> None:
        raise ZeroDivisionError("a mistake of ours")

    told: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
    await link.subscribe(ECHO, fail)
    gadget.notify(ECHO, b"x")
    await asyncio.sleep(0.01)
    assert "failed while it read" in str(lost[0])
    assert "a mistake of ours" in str(told[0]["exception"])
    await link.aclose()


async def test_a_scan_tells_what_is_broadcast_and_connects_to_nothing(room: Room) -> None:
    gadget = Gadget()
    station = await room.add(gadget)
    station.conditions.rssi_dbm = -71
    (found,) = await scan(1.0, "sim://room")
    assert (found.address, found.name) == (station.address, "A gadget with a long name")
    assert found.service_uuids == {"6e40fff0-b5a3-f393-e0a9-e50e24dcca9e"}
    assert dict(found.manufacturer_data) == {0x0100: b"\x01\x02"}
    assert -73 <= found.rssi_dbm <= -69
    assert gadget.happened == []


async def test_a_watch_delivers_one_devices_broadcasts_until_it_is_closed(room: Room) -> None:
    await room.add(Gadget())
    other = Gadget("other")
    other.id = "other"
    await room.add(other)
    heard: list[Advertisement] = []
    watch = await watch_advertisements(URL, heard.append)
    await asyncio.sleep(1.0)
    await watch.aclose()
    assert {each.name for each in heard} == {"A gadget with a long name"}
    assert 15 <= len(heard) <= 25
    count = len(heard)
    await asyncio.sleep(1.0)
    assert len(heard) == count


async def test_a_serial_line_is_refused_where_the_device_offers_none(room: Room) -> None:
    await room.add(Gadget())
    with pytest.raises(WrongDevice, match="Nordic UART"):
        await open_nus(URL)


@pytest.mark.parametrize("url", ["ble://", "ble:"])
async def test_an_address_without_a_device_is_a_mistake(url: str) -> None:
    with pytest.raises(UsageError):
        await open_stream(url)


async def test_a_recording_holds_what_went_over_the_link_and_comes_after_it(room: Room, tmp_path: Path) -> None:
    await room.add(Gadget())
    path = tmp_path / "gatt.jsonl"
    link = await open_gatt(URL, path)
    await link.subscribe(ECHO, lambda _: None)
    await link.write(VALUE, b"\x01")
    link.post(VALUE, b"\x02")
    link.fetch(VALUE, lambda _: None)
    await asyncio.sleep(0.1)
    await link.read(VALUE)
    link.discard_unsent()
    await link.aclose()
    header, *lines = [json.loads(line) for line in path.read_text(encoding="ascii").splitlines()]
    assert header == {"massctl_gatt_recording": 1, "url": URL, "name": "A gadget with a long name"}
    seen = [(line["dir"], line.get("characteristic"), line["hex"]) for line in lines]
    assert ("tx", VALUE, "01") in seen
    assert ("notified", ECHO, "01") in seen
    assert seen.count(("read", VALUE, "02")) == 2
    assert seen[-1][0] == "discard"


async def test_a_recording_that_cannot_be_written_leaves_no_link_open(room: Room, tmp_path: Path) -> None:
    gadget = Gadget()
    await room.add(gadget)
    with pytest.raises(FileProblem, match="no recording can be written"):
        await open_gatt(URL, tmp_path / "no" / "such" / "folder.jsonl")
    assert not gadget.is_connected


async def test_an_attempt_to_connect_is_called_off_in_time_and_leaves_nothing_behind(room: Room) -> None:
    gadget = Gadget()
    station = await room.add(gadget)
    station.conditions.connect_s = 30.0
    began_s = asyncio.get_running_loop().time()
    with pytest.raises(DeviceBusy, match="took no connection within 8 s"):
        await open_gatt(URL)
    assert asyncio.get_running_loop().time() - began_s < 8.5
    station.conditions.connect_s = 0.0
    await (await open_gatt(URL)).aclose()
    await asyncio.sleep(40.0)
    assert gadget.happened == ["connected", "disconnected"]
