"""The local control socket of a running session: STOP, and its events to read, for this user alone (rule F45).

One Unix socket a session, mode 0600, in the runtime folder. Lines of JSON. The owner greets with who it is; the client sends
``{"command": "stop"}`` or ``{"command": "events"}``. A stop is answered when it was seen, with how long it took (rule F54).
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol, Self

from massctl import paths
from massctl.app.bus import EventBus, EventStream
from massctl.errors import UsageError
from massctl.session import asks
from massctl.session.commands import Press
from massctl.session.events import SeenBy, StopSeen

GREETING_VERSION = 1
LINE_MAX = 4096
"""Longest line a client may send (design value)."""
STOP_ANSWER_S = 3.0
"""A stop is confirmed within 1.5 s, or said not to be (F54); the rest is room (design value)."""
FAREWELL_S = 0.5
"""At the end of a session, time for an answer that is on its way (design value)."""


class SessionControl(Protocol):
    """What front ends may tell a running session; both return at once and are called in the loop's thread."""

    def press(self, press: Press) -> None:
        """Take one command of a person."""

    def emergency_stop(self, origin: str) -> None:
        """Stop now; ``origin`` says who wanted it."""


class ControlServer:
    """The socket of one session: an asynchronous context manager, closed before its session's devices are."""

    def __init__(
        self,
        session: SessionControl,
        bus: EventBus,
        greeting: dict[str, Any],
        on_death: Callable[[Exception], object] = lambda _: None,
    ) -> None:
        self._session = session
        self._on_death = on_death
        """Told when a task here dies of a fault of this program."""
        self._bus = bus
        self._greeting = {"massctl": GREETING_VERSION, "pid": os.getpid(), **greeting}
        self._path = socket_folder() / f"{greeting['session_id']}.sock"
        self._clients = asyncio.TaskGroup()
        self._idle: set[asyncio.Task[None]] = set()
        self._busy: set[asyncio.Task[None]] = set()
        self._streams: set[EventStream] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        """Listen. Raises UsageError where no socket can be made."""
        listener = _listen(self._path)
        self._server = await asyncio.start_unix_server(self._accept, sock=listener, limit=LINE_MAX, start_serving=False)
        try:
            await self._clients.__aenter__()
            await self._server.start_serving()
        except BaseException:  # called off here: nobody would close it
            self._server.close()
            self._path.unlink(missing_ok=True)
            raise
        return self

    async def __aexit__(self, *exception: object) -> None:
        """Give answers that are on their way ``FAREWELL_S``, then close; the session's own exception goes on."""
        self._path.unlink(missing_ok=True)
        if self._server is not None:
            self._server.close()
        for stream in tuple(self._streams):
            stream.close()
        if self._busy:
            await asyncio.wait(self._busy, timeout=FAREWELL_S)
        for task in (*self._idle, *self._busy):
            task.cancel()
        await self._clients.__aexit__(None, None, None)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = self._clients.create_task(self._serve(reader, writer), name="control client")
        self._idle.add(task)
        task.add_done_callback(self._idle.discard)
        task.add_done_callback(self._busy.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        try:
            await _send(writer, self._greeting)
            while command := await _read_command(reader):
                self._idle.discard(task)
                self._busy.add(task)
                await self._obey(command, writer)
                self._busy.discard(task)
                self._idle.add(task)
        except (OSError, ValueError):  # a client that went away, or sent anything at all: never the session's trouble
            pass
        except Exception as problem:  # noqa: BLE001 - ours: a task of the session has died (F33)
            self._on_death(problem)
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _obey(self, command: str, writer: asyncio.StreamWriter) -> None:
        match command:
            case "stop":
                await _send(writer, await self._stop())
            case "events":
                await self._tell_events(writer)
            case _:
                await _send(writer, {"error": f"unknown command {command!r}; there are stop and events"})

    async def _stop(self) -> dict[str, Any]:
        stream = self._open_stream("a stop by the control socket")
        try:
            self._session.emergency_stop("socket")
            async with asyncio.timeout(STOP_ANSWER_S):
                while not isinstance(seen := await stream.get(), StopSeen | None):
                    pass
        except TimeoutError:
            seen = None
        finally:
            self._close_stream(stream)
        seen_by = SeenBy.NOTHING if seen is None else seen.seen_by
        return {"stopped": seen_by is not SeenBy.NOTHING, "seen_by": seen_by, "text": stop_text(seen)}

    async def _tell_events(self, writer: asyncio.StreamWriter) -> None:
        stream = self._open_stream("a reader on the control socket")
        try:
            while (event := await stream.get()) is not None:
                await _send(writer, event.to_json())
        finally:
            self._close_stream(stream)

    def _open_stream(self, name: str) -> EventStream:
        stream = EventStream(self._bus, name)
        self._streams.add(stream)
        return stream

    def _close_stream(self, stream: EventStream) -> None:
        stream.close()
        self._streams.discard(stream)


def socket_folder() -> Path:
    """Return the folder of the sockets. Raises UsageError where it is another user's: a false owner could say 'stopped'."""
    folder = paths.runtime_dir()
    found = folder.stat()
    if found.st_uid != os.getuid():
        raise UsageError(f"{folder} belongs to another user.", "Set MASSCTL_RUNTIME_DIR to a folder of your own.")
    if found.st_mode & 0o077:
        folder.chmod(0o700)
    return folder


def stop_text(seen: StopSeen | None) -> str:
    """Say in words how a stop went: ``motor off, confirmed in 38 ms``."""
    is_seen = seen is not None and (seen.is_confirmed or seen.seen_by is not SeenBy.NOTHING)
    return f"motor off, {asks.motor_off(seen)}" if is_seen else f"{asks.motor_off(seen)}."


def _listen(path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listener.bind(str(path))
        path.chmod(0o600)
        listener.listen()
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        remedy = "Set MASSCTL_RUNTIME_DIR to a folder of your own with a short name."
        raise UsageError(
            f"{path}: the control socket that 'massctl stop' needs cannot be made ({error}).", remedy
        ) from error
    return listener


async def _send(writer: asyncio.StreamWriter, values: dict[str, Any]) -> None:
    writer.write(json.dumps(values).encode() + b"\n")
    await writer.drain()


async def _read_command(reader: asyncio.StreamReader) -> str:
    """Return the next command; '' at the end. Raises ValueError for what is no command."""
    line = await reader.readline()
    if not line:
        return ""
    try:
        values = json.loads(line)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(values, dict):
        raise ValueError("not an object")  # noqa: TRY004 - one kind of failure for whatever a client sends
    return str(values.get("command", "?"))
