"""Opening devices: one link for one address, every failure told at once, nothing left open."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from massctl.app.connect import ConnectFailed, Connections
from massctl.errors import Blocked, ExitCode, PeerSilent, PortMissing, UsageError, WrongDevice


@dataclass
class FakeBundle:
    """What ``connect`` gives, reduced to what an app looks at."""

    url: str
    roles: frozenset[str]
    is_simulated: bool = False
    is_closed: bool = False
    name: str = "gun"
    warnings: tuple[str, ...] = ()
    identity: Any = field(init=False)

    def __post_init__(self) -> None:
        self.identity = SimpleNamespace(is_simulated=self.is_simulated, name=self.name, model="M1", serial_number="7")
        for role in ("massager", "sensor", "timer"):
            setattr(self, role, f"{role} at {self.url}" if role in self.roles else None)

    async def aclose(self) -> None:
        self.is_closed = True


class Street:
    """Stands in for ``massctl.devices.connect``: knows which addresses work."""

    def __init__(self) -> None:
        self.bundles: list[FakeBundle] = []
        self.records: list[Path | None] = []
        self.tokens: list[tuple[str, int]] = []
        self.name = "gun"

    async def connect(self, url: str, roles: frozenset[str], *, record: Path | None, token: int) -> FakeBundle:
        self.tokens.append((url, token))
        self.records.append(record)
        await asyncio.sleep(0)
        if "missing" in url:
            raise PortMissing(url, "there is no such port.", "These exist: none.")
        if "silent" in url:
            raise PeerSilent(url, "nothing that parses arrived within 4 s.", "Is it ours?")
        bundle = FakeBundle(url, frozenset(roles), is_simulated="sim" in url, name=self.name)
        self.bundles.append(bundle)
        return bundle


@pytest.fixture
def street(monkeypatch: pytest.MonkeyPatch) -> Street:
    street = Street()
    monkeypatch.setattr("massctl.devices.connect", street.connect)
    return street


async def test_one_address_for_several_roles_is_one_link(street: Street) -> None:
    async with Connections({"massager": "tcp://a", "sensor": "tcp://a", "timer": "tcp://b"}) as connections:
        devices = await connections.open()
        given = [str(device) for device in (devices.massager, devices.sensor, devices.timer)]
        assert given == ["massager at tcp://a", "sensor at tcp://a", "timer at tcp://b"]
        assert [bundle.roles for bundle in street.bundles] == [frozenset({"massager", "sensor"}), frozenset({"timer"})]
    assert all(bundle.is_closed for bundle in street.bundles)


async def test_a_run_keeps_its_token_at_each_device_when_a_link_is_opened_again(street: Street) -> None:
    for _ in range(2):
        async with Connections({"massager": "tcp://a", "timer": "tcp://b"}) as connections:
            await connections.open()
            await connections.open()
    first, second = street.tokens[:4], street.tokens[4:]
    assert set(first[:2]) == set(first[2:])
    assert len({token for _, token in first + second}) == 4, "each device and each run has its own"


async def test_a_single_failure_is_that_device_own_error(street: Street) -> None:
    async with Connections({"massager": "tcp://missing", "sensor": "tcp://b"}) as connections:
        with pytest.raises(PortMissing):
            await connections.open()
    assert all(bundle.is_closed for bundle in street.bundles)


@pytest.mark.usefixtures("street")
async def test_every_failure_is_reported_at_once_and_indented() -> None:
    async with Connections({"massager": "tcp://missing", "sensor": "tcp://silent", "timer": "tcp://b"}) as connections:
        with pytest.raises(ConnectFailed) as failed:
            await connections.open()
    assert failed.value.exit_code is ExitCode.CONNECTION
    assert str(failed.value).splitlines() == [
        "2 devices cannot be used:",
        "  massager tcp://missing",
        "    tcp://missing: there is no such port. These exist: none.",
        "  sensor tcp://silent",
        "    tcp://silent: nothing that parses arrived within 4 s. Is it ours?",
    ]


async def test_opening_again_after_a_loss_closes_the_old_links_first(street: Street) -> None:
    async with Connections({"massager": "tcp://a"}) as connections:
        await connections.open()
        await connections.open()
        assert [bundle.is_closed for bundle in street.bundles] == [True, False]


async def test_real_and_simulated_devices_do_not_mix(street: Street) -> None:
    async with Connections({"massager": "tcp://a", "sensor": "tcp://sim"}) as connections:
        await connections.open()
        with pytest.raises(Blocked, match="F51"):
            connections.are_simulated()
    assert all(bundle.is_closed for bundle in street.bundles)


@pytest.mark.usefixtures("street")
async def test_devices_that_say_they_are_simulated_make_a_simulated_session() -> None:
    async with Connections({"massager": "tcp://sim1", "sensor": "tcp://sim2"}) as connections:
        await connections.open()
        assert connections.are_simulated()
    async with Connections({"massager": "tcp://a"}) as connections:
        await connections.open()
        assert not connections.are_simulated()


@pytest.mark.usefixtures("street")
async def test_no_device_at_all_is_a_session_too() -> None:
    async with Connections({}) as connections:
        devices = await connections.open()
        assert devices.massager is None
        assert not connections.are_simulated()


async def test_each_link_is_recorded_in_a_file_of_its_own(street: Street) -> None:
    async with Connections({"massager": "tcp://a", "sensor": "tcp://b"}, record=Path("x.jsonl")) as connections:
        await connections.open()
        await connections.open()
    names = sorted(str(path) for path in street.records)
    assert names == ["x-2.jsonl", "x-3.jsonl", "x-4.jsonl", "x.jsonl"]


async def test_a_bad_address_is_the_user_s_error(monkeypatch: pytest.MonkeyPatch) -> None:
    async def connect(url: str, roles: frozenset[str], *, record: Path | None, token: int) -> FakeBundle:
        raise UsageError(f"{url}: not a device address.")

    monkeypatch.setattr("massctl.devices.connect", connect)
    async with Connections({"massager": "nonsense"}) as connections:
        with pytest.raises(UsageError):
            await connections.open()


async def test_F34_another_device_at_the_address_of_the_session_is_not_taken_for_it(street: Street) -> None:
    async with Connections({"massager": "tcp://h:1"}) as connections:
        await connections.open()
        street.name = "other gun"
        with pytest.raises(WrongDevice) as refused:
            await connections.open()
        assert "another device answers here now: other gun (M1) 7; the session began with gun (M1) 7" in str(
            refused.value
        )
        assert all(bundle.is_closed for bundle in street.bundles)
        assert connections.bundles == {}
        street.name = "gun"
        await connections.open()
