"""A real MQTT broker for tests: mosquitto where it is installed, else amqtt, in a process of its own on a free port."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

from massctl.transports.broker_address import BrokerAddress

LOOPBACK = "127.0.0.1"
MOSQUITTO = shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/sbin")
_AMQTT = """
import asyncio, sys
from massctl.mqtt.embedded import embedded_broker
async def main():
    async with embedded_broker(int(sys.argv[1])):
        await asyncio.sleep(600)
asyncio.run(main())
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


class ServedBroker:
    """A broker process that can be killed and started again on the same port."""

    def __init__(self, folder: Path, lines: tuple[str, ...] = ("allow_anonymous true",)) -> None:
        self.port = free_port()
        self.address = BrokerAddress(LOOPBACK, self.port, is_tls=False)
        self._config = folder / "mosquitto.conf"
        self._config.write_text(
            "\n".join([f"listener {self.port} {LOOPBACK}", "persistence false", "user root", *lines, ""])
        )
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        amqtt = [sys.executable, "-c", _AMQTT, str(self.port)]
        command = [MOSQUITTO, "-c", str(self._config)] if MOSQUITTO else amqtt
        self._process = subprocess.Popen(command, **quiet)  # type: ignore[call-overload]
        deadline = time.perf_counter() + 10
        while time.perf_counter() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex((LOOPBACK, self.port)) == 0:
                    return
            time.sleep(0.01)
        raise AssertionError("the broker did not start")

    def __enter__(self) -> BrokerAddress:
        self.start()
        return self.address

    def __exit__(self, *_: object) -> None:
        self.kill()

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
