"""TCP: a device, or a simulated bench, that listens on a host and port."""

from __future__ import annotations

import asyncio
import errno
import socket
from typing import Final

from massctl.errors import ConnectionProblem, LinkLost, PeerSilent, PortMissing, UsageError
from massctl.transports.channel import Channel
from massctl.transports.opening import EXAMPLES, split_url
from massctl.transports.stream import ByteStream

CONNECT_S: Final = 5.0
"""How long a connection may take (design value)."""


async def open_stream(url: str) -> ByteStream:
    """Connect to ``tcp://host:port``. Raises UsageError, PortMissing, PeerSilent or ConnectionProblem."""
    host, port = _parse(url)
    loop = asyncio.get_running_loop()
    channel = Channel(url, lambda exc: _lost(url, exc))
    try:
        async with asyncio.timeout(CONNECT_S):
            transport, _ = await loop.create_connection(lambda: channel, host, port)
    except (OSError, TimeoutError) as error:
        raise _not_opened(url, host, port, error) from error
    connection: socket.socket = transport.get_extra_info("socket")
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return channel


def _parse(url: str) -> tuple[str, int]:
    parts = split_url(url)
    try:
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise UsageError(f"{url}: the port is a number from 1 to 65535.", f"For example {EXAMPLES['tcp']}") from error
    if not host or not port or parts.query or parts.path not in ("", "/"):
        raise UsageError(f"{url}: a TCP address is a host and a port, nothing more.", f"For example {EXAMPLES['tcp']}")
    return host, port


def _not_opened(url: str, host: str, port: int, error: Exception) -> ConnectionProblem:
    """Return our error for a connection that did not come about."""
    if isinstance(error, TimeoutError):
        return PeerSilent(
            url, f"{host} did not answer within {CONNECT_S:g} s.", "Is it switched on and in this network?"
        )
    if isinstance(error, socket.gaierror):
        return PortMissing(url, f"there is no host {host}.", "Check the name, or use its number.")
    if isinstance(error, ConnectionRefusedError):
        return PortMissing(
            url,
            f"{host} is there, but nothing listens on port {port} (connection refused).",
            "Is the device's server (or the simulated bench) running, and is this its port?",
        )
    if getattr(error, "errno", None) in (errno.EHOSTUNREACH, errno.ENETUNREACH):
        return PortMissing(url, f"there is no way to {host} from here.", "Are both in the same network?")
    return ConnectionProblem(url, f"cannot connect: {error}.", "Check host and port.")


def _lost(url: str, exc: Exception | None) -> ConnectionProblem:
    """Return our error for the end of an open connection."""
    reason = "the other end closed the connection." if exc is None else f"the connection broke ({exc})."
    return LinkLost(url, reason, "Check that the device has power and network, then connect again.")
