"""``massctl mqtt`` as a person meets it: its own process, wrong input, its orderly end."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from pathlib import Path
from typing import Any

import keyring
import pytest
from click.testing import CliRunner
from keyring.backends import fail

from massctl.cli import main
from massctl.transports import broker_passwords
from massctl.transports.broker_address import parse_broker, read_password_file
from tests.brokers import LOOPBACK, free_port

STATUS = "massctl/massctl/bridge/status"


def massctl(*words: str, given: str | None = None) -> tuple[int, str]:
    result = CliRunner().invoke(main, list(words), input=given)
    return result.exit_code, result.output


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (("mqtt", "--embedded", "--broker", "mqtt://x"), "--embedded"),
        (("mqtt", "--broker", "http://x"), "not a broker's address"),
        (("mqtt", "--broker", "mqtt://me:secret@x"), "massctl mqtt password"),
        (("mqtt", "--node", "a b"), "cannot name a bridge"),
        (("mqtt", "--broker", "mqtt://x", "--ca", "nowhere.pem"), "encrypted"),
        (("mqtt", "--broker", "mqtts://x", "--ca", "nowhere.pem"), "nowhere.pem"),
        (("mqtt", "--broker", "mqtt://me@x", "--password-file", "nowhere"), "nowhere"),
        (("mqtt", "remove", "--broker", "mqtts://x", "--ca", "nowhere.pem"), "nowhere.pem"),
        (("mqtt", "password", "mqtt://x"), "names no user"),
        (("mqtt", "--sim", "--massager", "serial:///dev/null"), "--sim"),
    ],
)
def test_wrong_input_gets_one_sentence(words: tuple[str, ...], place: str) -> None:
    code, output = massctl(*words)
    assert code == 2
    assert place in output
    assert "Traceback" not in output
    assert "secret" not in output


def test_a_taken_port_is_told_with_two_ways_out() -> None:
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, output = massctl("mqtt", "--embedded", "--port", str(port), "--sim")
    assert code == 2
    assert "--port" in output
    assert f"mqtt://{LOOPBACK}:{port}" in output


def test_a_password_is_stored_for_its_owner_alone_and_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = fail.Keyring()  # type: ignore[no-untyped-call]  # what a system without a keyring has
    monkeypatch.setattr(keyring.core, "_keyring_backend", backend)
    code, output = massctl("mqtt", "password", "mqtts://me@broker.lan", given="s3cret\n")
    assert code == 0
    assert "s3cret" not in output
    address = parse_broker("mqtts://me@broker.lan")
    assert broker_passwords.find_password(address) == "s3cret"
    (path,) = (Path(output.split("Stored in ")[1].split(",")[0]),)
    assert read_password_file(path) == "s3cret"
    assert broker_passwords.forget_password(address)
    assert broker_passwords.find_password(address) is None


async def bridge(*options: str) -> tuple[asyncio.subprocess.Process, asyncio.StreamReader]:
    """Start the bridge on a simulated bench, in a process of its own; return it and what it says."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "massctl", "mqtt", *options, "--sim"),
        stdin=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    return process, process.stderr


async def test_it_says_offline_when_it_is_ended(broker: Any, listen: Any) -> None:
    process, _ = await bridge("--broker", str(broker.address))
    async with listen(broker.port) as listener:
        await listener.until(lambda retained: retained.get(STATUS) == b"online", 20)
        process.send_signal(signal.SIGTERM)
        _, said = await process.communicate()
        await listener.until(lambda retained: retained.get(STATUS) == b"offline")
    assert process.returncode == 0
    assert b"SIMULATED" in said
    assert b"Traceback" not in said


async def test_its_own_broker_serves_this_machine(listen: Any) -> None:
    port = free_port()
    process, told = await bridge("--embedded", "--port", str(port))
    while b"Connected" not in await told.readline():
        pass
    async with listen(port) as listener:
        await listener.until(lambda retained: retained.get(STATUS) == b"online", 20)
    process.send_signal(signal.SIGINT)
    _, said = await process.communicate()
    assert process.returncode == 0
    assert b"Traceback" not in said


def say_and_leave(port: int, topic: bytes, payload: bytes) -> None:
    """Publish at quality 0 and close at once, goodbye included, in MQTT 3.1.1's own bytes."""
    body = len(topic).to_bytes(2, "big") + topic + payload
    with socket.create_connection((LOOPBACK, port)) as client:
        client.sendall(b"\x10\x10\x00\x04MQTT\x04\x02\x00\x3c\x00\x04once")
        assert client.recv(4) == b"\x20\x02\x00\x00"
        client.sendall(b"\x30" + bytes([len(body)]) + body + b"\xe0\x00")


async def test_its_own_broker_hears_a_stop_whose_sender_leaves_at_once(listen: Any) -> None:
    """``mosquitto_pub`` without ``-q`` sends, and is gone."""
    port = free_port()
    process, told = await bridge("--embedded", "--port", str(port))
    while b"Connected" not in await told.readline():
        pass
    for _ in range(6):
        await asyncio.to_thread(say_and_leave, port, b"massctl/massctl/command/stop", b"now")
        async with asyncio.timeout(5):
            assert b"STOP from the network" in await told.readline()
    process.send_signal(signal.SIGINT)
    await process.communicate()
    assert process.returncode == 0
