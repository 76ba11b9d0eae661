"""A broker inside massctl, for who has none: on this machine alone, for as long as massctl runs. The one file that knows amqtt."""

from __future__ import annotations

import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from massctl.errors import UsageError
from massctl.transports.broker_address import PLAIN_PORT, BrokerAddress

LOOPBACK: Final = "127.0.0.1"


@asynccontextmanager
async def embedded_broker(port: int = PLAIN_PORT) -> AsyncIterator[BrokerAddress]:
    """Serve on ``port`` of this machine (0: any free one), without passwords since nobody else reaches it.

    Raises:
        UsageError: the port is taken.
    """
    from amqtt.broker import Broker  # noqa: PLC0415 - some 150 ms of imports, and nobody else needs them

    logging.getLogger("amqtt").setLevel(logging.ERROR)
    chosen = port or _free_port()
    config = {
        "listeners": {"default": {"type": "tcp", "bind": f"{LOOPBACK}:{chosen}"}},
        "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
    }
    broker = Broker(config)
    try:
        await broker.start()
    except Exception as error:
        if isinstance(error, OSError) or isinstance(error.__cause__, OSError):
            raise UsageError(
                f"Port {chosen} of this machine is taken: a broker may run already.",
                f"Use it with --broker mqtt://{LOOPBACK}:{chosen}, or another port: --port 18831",
            ) from error
        raise
    try:
        yield BrokerAddress(LOOPBACK, chosen, is_tls=False)
    finally:
        await broker.shutdown()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port
