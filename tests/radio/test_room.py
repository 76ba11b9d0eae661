"""The simulated radio by itself: what is broadcast, who hears it, and what breaks loudly."""

from __future__ import annotations

import asyncio

import pytest

from massctl.errors import PortMissing, UsageError
from massctl.transports import open_gatt, scan
from sims.bench import Bench, SimulationError
from sims.radio.adverts import PIECE_MAX, make_advert
from sims.radio.peripheral import Broadcast, Characteristic, Peripheral, Service, uuid16
from sims.radio.room import Room
from sims.radio.station import address_of
from tests.radio.gadgets import ECHO, SERVICE, VALUE, Gadget
from tests.test_layers import modules_after

virtual = pytest.mark.virtual


def test_a_name_that_does_not_fit_beside_the_services_goes_into_the_scan_response() -> None:
    advert = make_advert(Broadcast("A name of twenty-eight bytes", (SERVICE,)))
    assert len(advert.data) <= PIECE_MAX
    assert b"twenty-eight" in advert.scan_response
    assert b"short" in make_advert(Broadcast("short", (uuid16(0x180D),))).data


def test_a_broadcast_that_fits_nowhere_is_an_error() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        make_advert(Broadcast("x" * 40))


def test_addresses_are_random_static_ones_and_always_the_same() -> None:
    assert address_of("hypervolt2") == address_of("hypervolt2") != address_of("progressor")
    assert all(int(address_of(name)[:2], 16) >= 0xC0 for name in "abcdefgh")


@pytest.mark.parametrize("properties", [(), ("notify", "shout")])
def test_a_characteristic_has_only_properties_that_exist(properties: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="properties are of"):
        Characteristic(VALUE, *properties)


@virtual
async def test_a_notification_that_nobody_has_subscribed_to_is_told_as_such(room: Room) -> None:
    gadget = Gadget()
    assert not gadget.notify(ECHO, b"x")
    await room.add(gadget)
    assert not gadget.notify(ECHO, b"x")
    link = await open_gatt("sim://room/gadget")
    assert not gadget.notify(ECHO, b"x")
    await link.subscribe(ECHO, lambda _: None)
    assert gadget.notify(ECHO, b"x")
    await link.aclose()


class Indicator(Gadget):
    """Offers indications only, as the heart of some devices does."""

    id = "indicator"
    services = (Service(SERVICE, (Characteristic(ECHO, "indicate"),)),)


@virtual
async def test_indications_arrive_as_notifications_do(room: Room) -> None:
    gadget = Indicator()
    await room.add(gadget)
    link = await open_gatt("sim://room/indicator")
    heard: list[bytes] = []
    await link.subscribe(ECHO, heard.append)
    for number in range(3):
        gadget.notify(ECHO, bytes([number]))
        await asyncio.sleep(0.01)
    assert heard == [b"\0", b"\1", b"\2"]
    await link.aclose()


class Beacon(Peripheral):
    """Only broadcasts; its data changes."""

    id = "beacon"
    count = 0

    @property
    def broadcast(self) -> Broadcast:
        self.count += 1
        return Broadcast("beacon", manufacturer_data={0x0100: bytes([self.count % 256])}, is_connectable=False)


@virtual
async def test_a_device_that_only_broadcasts_is_heard_anew_each_time_and_takes_no_connection(room: Room) -> None:
    await room.add(Beacon())
    first, second = [await scan(0.5, "sim://room") for _ in range(2)]
    assert first[0].manufacturer_data != second[0].manufacturer_data
    with pytest.raises(Exception, match="took no connection"):
        await open_gatt("sim://room/beacon")


@virtual
async def test_the_strongest_device_is_told_first(room: Room) -> None:
    for name, rssi_dbm in (("far", -90), ("near", -40), ("middle", -65)):
        gadget = Gadget(name)
        gadget.id = name
        (await room.add(gadget)).conditions.rssi_dbm = rssi_dbm
    assert [each.name for each in await scan(0.5, "sim://room")] == ["near", "middle", "far"]


@virtual
async def test_two_devices_of_one_id_are_a_mistake(room: Room) -> None:
    await room.add(Gadget())
    with pytest.raises(ValueError, match="already"):
        await room.add(Gadget())


@virtual
@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("sim://room/nothing", PortMissing),
        ("sim://nowhere/gadget", UsageError),
        ("sim://nothing-like-this", UsageError),
    ],
)
async def test_an_address_that_leads_nowhere_says_so(url: str, error: type[Exception], room: Room) -> None:
    with pytest.raises(error):
        await open_gatt(url)


class Faulty(Gadget):
    """Its simulation is broken."""

    id = "faulty"

    def on_write(self, uuid: str, data: bytes, now_s: float) -> None:
        raise ZeroDivisionError("a mistake in the twin")


async def _write_to_a_faulty_twin() -> None:
    async with Bench() as bench:
        await bench.room.add(Faulty())
        link = await open_gatt("sim://bench/faulty")
        link.post(VALUE, b"x")
        await asyncio.sleep(0.1)
        await link.aclose()


@virtual
async def test_a_twin_that_fails_ends_its_bench_loudly() -> None:
    with pytest.raises(SimulationError, match="a mistake in the twin"):
        await _write_to_a_faulty_twin()


@pytest.mark.parametrize("module", ["sims.entry", "sims.command", "massctl.transports", "massctl.devices"])
def test_the_radios_libraries_are_loaded_only_where_something_is_reached_by_radio(module: str) -> None:
    loaded = modules_after(f"import {module}")
    assert not loaded & {"bumble", "bleak", "bleak_retry_connector"}
