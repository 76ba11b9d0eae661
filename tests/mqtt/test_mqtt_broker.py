"""The kept connection, on a real broker: what waits while it is away, what is said again, who is let in."""

from __future__ import annotations

import asyncio
import gc
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme

from massctl.errors import FileProblem, LinkLost, MassctlError, PeerRefused, PortMissing, UsageError
from massctl.mqtt import broker as broker_module
from massctl.mqtt.broker import Broker
from massctl.transports.broker_address import BrokerAddress, parse_broker, read_password_file, write_password_file
from massctl.transports.mqtt import WAITING_MAX, Message

needs_mosquitto = pytest.mark.skipif(
    shutil.which("mosquitto_passwd") is None,
    reason="mosquitto is not installed: passwords and certificates are tested on it alone",
)


class Heard:
    """What a connection said of itself."""

    def __init__(self) -> None:
        self.changes: list[MassctlError | None] = []
        self.messages: list[Message] = []
        self._changed = asyncio.Event()

    def note(self, problem: MassctlError | None) -> None:
        self.changes.append(problem)
        self._changed.set()

    def take(self, message: Message) -> None:
        self.messages.append(message)
        self._changed.set()

    async def until(self, is_so: Callable[[], bool], within_s: float = 5.0) -> None:
        async with asyncio.timeout(within_s):
            while not is_so():
                self._changed.clear()
                await self._changed.wait()


@asynccontextmanager
async def connection(address: BrokerAddress, **options: Any) -> AsyncIterator[tuple[Broker, Heard]]:
    heard = Heard()
    settings = {"identifier": "me", "will": None, "subscriptions": ()} | options
    kept = Broker(address, on_message=heard.take, on_change=heard.note, **settings)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(kept.run(), name="broker")
        try:
            yield kept, heard
        finally:
            task.cancel()


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker_module, "BACKOFF_S", (0.05, 0.1))


async def test_a_message_arrives_and_is_taken(broker: Any) -> None:
    async with connection(broker.address, subscriptions=("a/+",)) as (kept, heard):
        kept.publish("a/b", "hello")
        await heard.until(lambda: bool(heard.messages))
    assert heard.messages == [Message("a/b", b"hello", False)]


async def test_what_is_retained_is_said_again_to_a_broker_that_forgot(broker: Any, listen: Any) -> None:
    async with connection(broker.address) as (kept, heard):
        kept.publish("state", "old", is_retained=True)
        kept.publish("state", "new", is_retained=True)
        kept.publish("gone", "x", is_retained=True)
        kept.publish("gone", b"", is_retained=True)
        await heard.until(lambda: heard.changes == [None])
        await kept.farewell()
        broker.kill()
        await heard.until(lambda: not kept.is_connected)
        broker.start()
        await heard.until(lambda: kept.is_connected)
        async with listen(broker.port) as listener:
            await listener.until(lambda retained: retained.get("state") == b"new")
            assert "gone" not in listener.retained
    assert isinstance(heard.changes[1], LinkLost | PortMissing)


async def test_what_was_said_while_it_was_away_arrives_but_for_readings(broker: Any, listen: Any) -> None:
    async with connection(broker.address) as (kept, heard):
        await heard.until(lambda: kept.is_connected)
        broker.kill()
        await heard.until(lambda: not kept.is_connected)
        for number in range(20):
            kept.publish("event", f"{number}")
            kept.publish("reading", f"{number}", quality=0)
        kept.publish("state", "last", is_retained=True)
        monkey = broker_module.BACKOFF_S
        assert monkey[0] < 1
        kept.publish("end", "end")
        listener_ready = asyncio.Event()

        broker.start()
        async with listen(broker.port) as listener:
            listener_ready.set()
            await listener.until(lambda retained: "end" in retained or "state" in retained)
            await kept.farewell()
            await asyncio.sleep(0.05)
    topics = [topic for topic, _ in listener.heard]
    assert "reading" not in topics
    assert "state" in topics


async def test_a_broker_that_is_away_for_long_costs_bounded_memory(broker: Any) -> None:
    broker.kill()
    async with connection(broker.address) as (kept, heard):
        for number in range(5 * WAITING_MAX):
            kept.publish("event", f"{number}")
        await heard.until(lambda: bool(heard.changes))
        assert len(kept._outbox.waiting) == WAITING_MAX
        assert kept._outbox.waiting[-1].payload == f"{5 * WAITING_MAX - 1}".encode()


DYING = """
import asyncio, sys
from massctl.mqtt.broker import Broker
from massctl.transports.broker_address import BrokerAddress
async def main():
    kept = Broker(BrokerAddress("127.0.0.1", int(sys.argv[1]), is_tls=False), identifier="me", will=("me/status", "offline"),
                  subscriptions=(), on_message=print, on_change=print)
    kept.publish("me/status", "online", is_retained=True)
    await kept.run()
asyncio.run(main())
"""


async def test_a_process_that_dies_is_said_to_be_offline(broker: Any, listen: Any) -> None:
    async with listen(broker.port) as listener:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", DYING, str(broker.port), stdout=asyncio.subprocess.DEVNULL
        )
        await listener.until(lambda retained: retained.get("me/status") == b"online", 20)
        process.kill()
        await listener.until(lambda retained: retained.get("me/status") == b"offline")
        await process.wait()


async def test_no_broker_is_said_once_a_try_and_it_is_tried_again(broker: Any) -> None:
    broker.kill()
    async with connection(broker.address) as (kept, heard):
        await heard.until(lambda: len(heard.changes) >= 2)
        assert all(isinstance(change, PortMissing) for change in heard.changes)
        assert "--embedded" in str(heard.changes[0])
        broker.start()
        await heard.until(lambda: kept.is_connected)


# Who may come in.


@pytest.fixture
def certificates(tmp_path: Path) -> tuple[trustme.CA, Path]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    server = authority.issue_cert("localhost", "127.0.0.1")
    server.private_key_pem.write_to_path(tmp_path / "server.key")
    (tmp_path / "server.pem").write_bytes(b"".join(blob.bytes() for blob in server.cert_chain_pems))
    return authority, tmp_path


def tls_lines(folder: Path) -> tuple[str, ...]:
    return (f"cafile {folder}/ca.pem", f"certfile {folder}/server.pem", f"keyfile {folder}/server.key")


@needs_mosquitto
async def test_a_verified_broker_is_spoken_to(serve: Any, certificates: tuple[trustme.CA, Path]) -> None:
    _, folder = certificates
    port = serve("allow_anonymous true", *tls_lines(folder)).port
    address = BrokerAddress("localhost", port, is_tls=True, ca_file=folder / "ca.pem")
    async with connection(address) as (kept, heard):
        await heard.until(lambda: kept.is_connected)


@needs_mosquitto
@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # paho leaves the socket to the collector
async def test_a_broker_that_nobody_vouches_for_is_refused(serve: Any, certificates: tuple[trustme.CA, Path]) -> None:
    _, folder = certificates
    port = serve("allow_anonymous true", *tls_lines(folder)).port
    with pytest.RaisesGroup(pytest.RaisesExc(PeerRefused, match="--ca")):
        async with connection(BrokerAddress("localhost", port, is_tls=True)) as (_, heard):
            await heard.until(lambda: bool(heard.changes))
    gc.collect()  # here, where its warning is expected


@needs_mosquitto
async def test_a_client_certificate_opens_a_broker_that_asks_for_one(
    serve: Any, certificates: tuple[trustme.CA, Path]
) -> None:
    authority, folder = certificates
    ours = authority.issue_cert("massctl@example.org")
    ours.private_key_pem.write_to_path(folder / "our.key")
    (folder / "our.pem").write_bytes(ours.cert_chain_pems[0].bytes())
    port = serve("allow_anonymous true", "require_certificate true", *tls_lines(folder)).port
    address = BrokerAddress(
        "localhost",
        port,
        is_tls=True,
        ca_file=folder / "ca.pem",
        certificate_file=folder / "our.pem",
        key_file=folder / "our.key",
    )
    async with connection(address) as (kept, heard):
        await heard.until(lambda: kept.is_connected)


def passwords(folder: Path) -> str:
    path = folder / "passwords"
    subprocess.run(["mosquitto_passwd", "-b", "-c", str(path), "me", "s3cret"], check=True, capture_output=True)
    path.chmod(0o644)
    return str(path)


@needs_mosquitto
@pytest.mark.parametrize(("password", "is_let_in"), [("s3cret", True), ("wrong", False), (None, False)])
async def test_a_password_opens_a_broker_that_asks_for_one(
    serve: Any, tmp_path: Path, password: str | None, is_let_in: bool
) -> None:
    port = serve("allow_anonymous false", f"password_file {passwords(tmp_path)}").port
    address = BrokerAddress("127.0.0.1", port, is_tls=False, user="me", password=password)
    if is_let_in:
        async with connection(address) as (kept, heard):
            await heard.until(lambda: kept.is_connected)
        return
    with pytest.RaisesGroup(pytest.RaisesExc(PeerRefused, match="massctl mqtt password")):
        async with connection(address) as (_, heard):
            await asyncio.sleep(5)


# Addresses and passwords.


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mqtt://broker", "mqtt://broker:1883"),
        ("broker.lan", "mqtt://broker.lan:1883"),
        ("mqtts://me@broker", "mqtts://me@broker:8883"),
        ("mqtts://me%40home@broker:1", "mqtts://me@home@broker:1"),
    ],
)
def test_addresses(text: str, shown: str) -> None:
    assert str(parse_broker(text, password="s3cret")) == shown


@pytest.mark.parametrize("text", ["http://broker", "mqtt://", "mqtt://b:x", "mqtt://b/topic", "", "mqtt://me:pw@b"])
def test_what_is_no_address_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match="mqtt"):
        parse_broker(text)


def test_a_password_is_in_no_words_about_the_broker() -> None:
    address = parse_broker("mqtts://me@broker", password="s3cret")
    assert "s3cret" not in f"{address} {address!r}"


def test_a_password_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "x" / "password"
    write_password_file(path, "s3cret")
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_password_file(path) == "s3cret"
    path.chmod(0o640)
    with pytest.raises(FileProblem, match="chmod 600"):
        read_password_file(path)


def test_a_certificate_that_is_none_is_told_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    with pytest.raises(FileProblem, match=r"ca\.pem"):
        BrokerAddress("b", 1, is_tls=True, ca_file=tmp_path / "ca.pem").tls_context()
