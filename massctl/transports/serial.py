"""Serial ports, through serialx: the only file that imports it.

The port is opened exclusively: other massctl processes are kept out by a file lock (serialx takes it), all other programs by the
terminal's exclusive mode. Opening raises DTR, which resets many boards: the device may be silent for some seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import fcntl
import termios
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl

import serialx

from massctl.errors import ConnectionProblem, LinkLost, PortBusy, PortForbidden, PortMissing, UsageError
from massctl.transports.channel import Channel
from massctl.transports.opening import EXAMPLES, split_url
from massctl.transports.owners import holders, permission_remedy
from massctl.transports.ports import list_ports
from massctl.transports.stream import ByteStream

BAUD_DEFAULT: Final = 115_200
BAUD_MIN: Final = 1_200
BAUD_MAX: Final = 4_000_000
OPEN_S: Final = 5.0
"""How long the system may take to open a port (design value; a healthy one takes milliseconds)."""


async def open_stream(url: str) -> ByteStream:
    """Open ``serial:///dev/…?baud=…``. Raises UsageError, PortMissing, PortForbidden, PortBusy or ConnectionProblem."""
    path, baud = _parse(url)
    loop = asyncio.get_running_loop()
    channel = Channel(url, lambda exc: _lost(url, path, exc))
    try:
        async with asyncio.timeout(OPEN_S):
            transport, _ = await serialx.create_serial_connection(
                loop, lambda: channel, path, baudrate=baud, exclusive=True
            )
    except (OSError, TimeoutError, serialx.SerialException) as error:
        raise _not_opened(url, path, error) from error
    _keep_others_out(path, transport.serial)
    return channel


def _parse(url: str) -> tuple[str, int]:
    parts = split_url(url)
    remedy = f"For example {EXAMPLES['serial']}"
    if parts.netloc:
        raise UsageError(
            f"{url}: the path of a port has three slashes before it.", f"Write serial:///{parts.netloc}{parts.path}"
        )
    if not parts.path.strip("/"):
        raise UsageError(f"{url}: names no port. {_existing()}", remedy)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    unknown = sorted(query.keys() - {"baud"})
    if unknown:
        raise UsageError(f"{url}: a serial address has no setting {unknown[0]!r}, only baud.", remedy)
    text = query.get("baud", str(BAUD_DEFAULT))
    if not text.isdecimal() or not BAUD_MIN <= int(text) <= BAUD_MAX:
        raise UsageError(f"{url}: baud is a whole number from {BAUD_MIN} to {BAUD_MAX}, not {text!r}.", remedy)
    return parts.path, int(text)


def _not_opened(url: str, path: str, error: Exception) -> ConnectionProblem:
    """Return our error for serialx's, or the system's, refusal to open ``path``."""
    match getattr(error, "errno", None):
        case errno.ENOENT | errno.ENXIO | errno.ENODEV | errno.ENOTDIR | errno.ELOOP:
            return PortMissing(url, "there is no such port.", _existing())
        case errno.ENOTTY | errno.EISDIR | errno.EINVAL:
            return PortMissing(url, "that is not a serial port.", _existing())
        case errno.EACCES | errno.EPERM:
            return PortForbidden(url, "you are not allowed to open this port.", permission_remedy(path))
        case errno.EBUSY | errno.EWOULDBLOCK:
            names = ", ".join(holders(path)) or "another program"
            return PortBusy(
                url,
                f"the port is in use by {names}.",
                "End that program, or use it; 'massctl stop' stops a session of massctl.",
            )
        case errno.EIO:
            return PortMissing(
                url, "the port answers no more (unplugged?).", "Plug the device in again. " + _existing()
            )
    reason = "the system did not open it in time" if isinstance(error, TimeoutError) else str(error)
    return ConnectionProblem(url, f"cannot be opened: {reason}.", "Unplug the device, plug it in and try again.")


def _lost(url: str, path: str, exc: Exception | None) -> ConnectionProblem:
    """Return our error for the end of an open port."""
    remedy = "Check plug, cable and the device's power, then connect again."
    if not Path(path).exists():
        return LinkLost(url, "unplugged while in use.", remedy)
    detail = getattr(exc, "strerror", None) or str(exc or "end of stream")
    return LinkLost(url, f"the port broke while in use ({detail}): unplugged, or the device lost its power.", remedy)


def _existing() -> str:
    ports = [info.path + (f" ({info.description})" if info.description != "n/a" else "") for info in list_ports()]
    return (
        f"Ports of this machine: {', '.join(ports)}."
        if ports
        else "This machine has no serial port: is the device plugged in?"
    )


def _keep_others_out(path: str, port: serialx.BaseSerial) -> None:
    """Refuse the port to programs that take no file lock (a modem prober writes to any port that appears).

    Not on a pseudo-terminal: there the mode outlives us when we are killed, because the other side holds the port open too.
    """
    if Path(path).resolve().is_relative_to("/dev/pts"):
        return
    with contextlib.suppress(OSError):  # some drivers lack the mode; the file lock is what massctl relies on
        fcntl.ioctl(port.fileno(), termios.TIOCEXCL)
