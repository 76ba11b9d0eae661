"""An address ``ble://…`` without a driver: which driver its broadcast means, through bleak's own choice of a radio."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from unittest import mock

import pytest

from massctl.devices import probe
from massctl.devices.recognising import recognised
from massctl.errors import OutOfRange, WrongDevice
from sims.bench import Bench
from sims.radio.backend import SimulatedClient, SimulatedScanner
from tests.radio.gadgets import Gadget

pytestmark = pytest.mark.virtual


@asynccontextmanager
async def this_computers_radio(bench: Bench) -> AsyncIterator[None]:
    """Let bleak find a simulated adapter where it looks for the system's."""
    central = await bench.room.central()
    scanner, client = partial(SimulatedScanner, radio=central), partial(SimulatedClient, radio=central)
    with (
        mock.patch("bleak.get_platform_scanner_backend_type", return_value=(scanner, "simulated")),
        mock.patch("bleak.get_platform_client_backend_type", return_value=(client, "simulated")),
        mock.patch("bleak.get_platform_adapter_backend_type", side_effect=NotImplementedError),
    ):
        yield


@pytest.mark.parametrize(("role", "device_id"), [("massager", "hypervolt2"), ("sensor", "progressor")])
async def test_a_known_device_is_recognised_by_its_broadcast(role: str, device_id: str) -> None:
    async with Bench(devices={role: device_id}) as bench, this_computers_radio(bench):
        url = f"ble://{bench.station(role).address}"
        assert await recognised(url) == f"{url}?driver={device_id}"
        report = await probe(url)
        assert role in report.identity.roles


async def test_our_own_device_is_spoken_to_in_our_protocol() -> None:
    async with Bench(link="ble") as bench, this_computers_radio(bench):
        url = f"ble://{bench.station('massager').address}"
        assert await recognised(url) == url
        assert (await probe(url)).identity.name == "sim-massager"


async def test_nothing_is_sent_to_a_device_that_is_not_known() -> None:
    async with Bench(link="ble") as bench, this_computers_radio(bench):
        gadget = Gadget()
        station = await bench.room.add(gadget)
        with pytest.raises(WrongDevice, match=r"A gadget with a long name.*does not know; nothing was sent"):
            await probe(f"ble://{station.address}")
        assert gadget.happened == []


async def test_a_device_that_is_not_heard_is_out_of_range() -> None:
    async with Bench(link="ble") as bench, this_computers_radio(bench):
        with pytest.raises(OutOfRange):
            await recognised("ble://F0:00:00:00:00:01")


@pytest.mark.parametrize("url", ["ble://F0:00:00:00:00:01?driver=hypervolt2", "sim://progressor", "tcp://127.0.0.1:1"])
async def test_an_address_that_says_what_it_is_is_taken_at_its_word(url: str) -> None:
    assert await recognised(url) == url
