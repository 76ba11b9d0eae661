"""One connection to one device, pumped: bytes in, messages out to the drivers, synchronously in the read callback.

Nothing here knows what a message means for a motor. There is no task: the stream's callback and one timer drive everything.
The link never renews a lease by itself (F33). A link is used once; its end, whatever the cause, goes through ``_end``.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from enum import Enum, auto
from typing import Any, Final, TypeVar

from firmware_protocol.codes import StopReason
from firmware_protocol.commands import Command, Ping, Release, Stop
from firmware_protocol.connection import Connection, Role
from firmware_protocol.events import (
    CommandAcknowledged,
    CommandDropped,
    CommandRefused,
    CommandTimedOut,
    Event,
    FrameRejected,
    StopAcknowledged,
)
from massctl.errors import ConnectionProblem, LinkLost, MassctlError, NoAnswer, PeerRefused
from massctl.transports.stream import ByteStream

FAREWELL_S: Final = 0.3
"""How long a close waits for the acknowledgement of its STOP, and again for that of its release (design value)."""
STOP_S: Final = 2.0
"""How long something that must follow a STOP waits for its acknowledgement (F54 allows 0.2 s; a slow link gets more)."""
_NO_REQUESTS: Final = (Stop, Ping)
_log = logging.getLogger(__name__)
ReportT = TypeVar("ReportT")


def new_token() -> int:
    """Return a name for one run's control of one device; it stays the same when the link has to be opened again."""
    return secrets.randbits(32) or 1


class RefusedByPeer(PeerRefused):
    """A refusal, with the protocol's ``result`` for whoever can do something about it."""

    def __init__(self, url: str, command: Command, refusal: CommandRefused) -> None:
        super().__init__(url, f"{_words(command)} was refused: {refusal.reason}.")
        self.result = refusal.result


class OvertakenByStop(NoAnswer):
    """A command was forgotten, because a stop came after it."""


class LinkState(Enum):
    """Where a link is."""

    OPEN = auto()
    LOST = auto()
    """Broken by the world."""
    CLOSED = auto()
    """Closed by us."""


class Link:
    """Owns a stream and the HOST side of its connection; several drivers share one."""

    def __init__(self, stream: ByteStream, token: int | None = None, *, is_by_radio: bool = False) -> None:
        self.url = stream.url
        self.is_by_radio = is_by_radio
        """Whether a radio carries it: it repeats and delays where a cable does not, so that a lease is longer (F33)."""
        self.token = new_token() if token is None else token
        self.name = stream.url
        self.state = LinkState.OPEN
        self.bytes_received = 0
        self.has_heard_frame = False
        self.has_claim = False
        self.is_anothers = False
        """Whether the device has refused our claim: no STOP of ours is due there any more."""
        self.users = 0
        self._stream = stream
        self._loop = asyncio.get_running_loop()
        self.last_frame_at_s = self._loop.time()
        self._connection = Connection(Role.HOST)
        self._listeners: dict[type[Any], list[Callable[[Any, float], None]]] = {}
        self._on_loss: list[Callable[[ConnectionProblem], None]] = []
        self._pending: dict[tuple[type[Command], int], asyncio.Future[None]] = {}
        self._waiters: set[asyncio.Future[Any]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._problem: ConnectionProblem | None = None
        self._has_failed = False
        self.listen(CommandAcknowledged, self._note_acknowledged)
        self.listen(CommandRefused, self._note_refused)
        self.listen(CommandTimedOut, self._note_unanswered)
        self.listen(CommandDropped, self._note_dropped)

    def start(self) -> None:
        """Begin to listen; nothing is sent yet."""
        self._stream.start(self._on_bytes, self._end)

    def listen(self, kind: type[ReportT], listener: Callable[[ReportT, float], None]) -> None:
        """Call ``listener(event, now_s)`` for each event of exactly this kind, in the read callback."""
        self._listeners.setdefault(kind, []).append(listener)

    def listen_for_loss(self, listener: Callable[[ConnectionProblem], None]) -> None:
        """Call ``listener`` once if the link is lost, never when we close it."""
        self._on_loss.append(listener)

    def post(self, command: Command) -> int | None:
        """Send without waiting; nothing once the link is over. A refusal comes as an event."""
        if self.state is not LinkState.OPEN:
            return None
        sequence = self._connection.send(command, self._loop.time())
        self._flush()
        return sequence

    async def request(self, command: Command) -> None:
        """Send and wait for the acknowledgement. Raises PeerRefused, NoAnswer, or what ended the link.

        Not for Stop (see ``stop`` and ``stopped``) and Ping, which are not acknowledged as the others are: TypeError.
        """
        if isinstance(command, _NO_REQUESTS):
            raise TypeError(f"{_words(command)} is no request")
        self.raise_if_over()
        future: asyncio.Future[None] = self._loop.create_future()
        sequence = self.post(command)
        if sequence is None:
            raise NoAnswer(self.name, f"{_words(command)} was not sent, since a stop is not acknowledged", 0.0)
        key = (type(command), sequence)
        self._pending[key] = future
        try:
            self.raise_if_over()
            await future
        finally:
            if self._pending.get(key) is future:
                del self._pending[key]

    async def query(self, command: Command, kind: type[ReportT]) -> ReportT:
        """Send a question and return its answer. Raises as ``request`` does."""
        answers: list[ReportT] = []

        def keep(answer: ReportT, _now_s: float) -> None:
            answers.append(answer)

        self.listen(kind, keep)
        try:
            await self.request(command)
        finally:
            self._listeners[kind].remove(keep)
        if not answers:
            raise NoAnswer(self.name, f"{_words(command)} was acknowledged, but not answered", 0.0)
        return answers[-1]

    def at_s(self, time_us: int, received_s: float) -> float:
        """Return when the device's clock showed ``time_us``, on the host's clock; never later than ``received_s``."""
        mapped_s = self._connection.device_clock.host_s(time_us)
        return received_s if mapped_s is None else min(mapped_s, received_s)

    @property
    def round_trip_s(self) -> float | None:
        """The smallest round trip of the newest pings; None before the first answer."""
        return self._connection.device_clock.round_trip_s

    def stop(self, reason: StopReason = StopReason.SUPERVISOR) -> bool:
        """Forget what is unsent and write STOP now; the connection repeats it by the clock until it is acknowledged.

        Returns whether there was a link to write it to.
        """
        if self.state is not LinkState.OPEN or self.is_anothers:
            return False
        self._stream.discard_unsent()
        self.post(Stop(reason))
        return True

    @property
    def is_stopping(self) -> bool:
        """Whether a STOP waits for its acknowledgement."""
        return self._connection.is_stopping

    async def stopped(self, within_s: float = STOP_S) -> float:
        """Wait for the acknowledgement of a STOP on its way; return its latency, 0 if none is on its way.

        Raises NoAnswer, or what ended the link.
        """
        self.raise_if_over()
        if not self._connection.is_stopping:
            return 0.0
        remedy = "Lift it off and press its own button."
        return (await self.wait_for(StopAcknowledged, within_s, "STOP was not acknowledged", remedy)).latency_s

    async def wait_for(
        self,
        kind: type[ReportT],
        within_s: float,
        what: str,
        remedy: str = "",
        accept: Callable[[ReportT], bool] = lambda _: True,
    ) -> ReportT:
        """Return the next event of exactly this kind that ``accept`` takes.

        Raises NoAnswer with ``what`` and ``remedy``, or what ended the link.
        """
        self.raise_if_over()
        future: asyncio.Future[ReportT] = self._loop.create_future()

        def look(event: ReportT, _now_s: float) -> None:
            if not future.done() and accept(event):
                future.set_result(event)

        self.listen(kind, look)
        self._waiters.add(future)
        try:
            async with asyncio.timeout(within_s):
                return await future
        except TimeoutError:
            raise NoAnswer(self.name, what, within_s, remedy) from None
        finally:
            self._waiters.discard(future)
            self._listeners[kind].remove(look)

    def raise_if_over(self) -> None:
        """Raise what ended the link, if it has ended."""
        if self._problem is not None:
            raise self._problem

    async def aclose(self) -> None:
        """Stop, release the claim, close; idempotent, bounded, and quiet about a peer that does not answer."""
        try:
            if self.state is LinkState.OPEN and self.has_claim:
                self.has_claim = False
                if not self.is_stopping:
                    self.stop(StopReason.END)
                await self._farewell()
        finally:
            if self.state is LinkState.OPEN:
                self.state = LinkState.CLOSED
                self._settle(LinkLost(self.url, "closed by massctl.", "Connect again."))
            await self._stream.aclose()

    async def _farewell(self) -> None:
        try:
            await self.stopped(FAREWELL_S)
            async with asyncio.timeout(FAREWELL_S):
                await self.request(Release())
        except (MassctlError, TimeoutError) as error:
            _log.debug("%s: no farewell: %s", self.url, error)

    def _on_bytes(self, data: bytes) -> None:
        now_s = self._loop.time()
        self.bytes_received += len(data)
        self._dispatch(self._connection.receive_data(data, now_s), now_s, is_from_device=True)

    def _on_timer(self) -> None:
        self._timer = None
        if self.state is LinkState.OPEN:
            now_s = self._loop.time()
            self._dispatch(self._connection.tick(now_s), now_s, is_from_device=False)

    def _dispatch(self, events: list[Event], now_s: float, *, is_from_device: bool) -> None:
        """Deliver all of it; a listener that fails stops the device first, and the failure goes on at the end (F33)."""
        failure: BaseException | None = None
        for event in events:
            kind = type(event)
            if is_from_device and kind is not FrameRejected:
                self.last_frame_at_s = now_s
                self.has_heard_frame = True
            for listener in self._listeners.get(kind, ()):
                try:
                    listener(event, now_s)
                except BaseException as error:  # noqa: BLE001 - raised again below, when nobody is left waiting
                    self._stop_after_failure()
                    failure = failure or error
        self._flush(has_only_received=is_from_device)
        if failure is not None:
            raise failure

    def _stop_after_failure(self) -> None:
        """Stop; only once while nothing is armed, since the stop's acknowledgement may make the listener fail again."""
        if self._connection.is_armed or not self._has_failed:
            self._has_failed = True
            self.stop(StopReason.SUPERVISOR)

    def _flush(self, *, has_only_received: bool = False) -> None:
        if self.state is not LinkState.OPEN:
            return
        data = self._connection.data_to_send()
        if data:
            self._stream.write(data)
        elif has_only_received and self._timer is not None:
            return  # what arrives only takes deadlines away: the timer may ring for nothing, never too late
        due_s = self._connection.next_deadline_s
        if due_s is None or (self._timer is not None and self._timer.when() <= due_s):
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(due_s, self._on_timer)

    def _end(self, problem: ConnectionProblem) -> None:
        """The link is lost: everybody who waits, or listens, learns why."""
        if self.state is not LinkState.OPEN:
            return
        self.state = LinkState.LOST
        self._connection.link_lost(self._loop.time())
        self._settle(problem)
        for listener in self._on_loss:
            listener(problem)

    def _settle(self, problem: ConnectionProblem) -> None:
        self._problem = problem
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for waiter in (*self._pending.values(), *self._waiters):
            if not waiter.done():
                waiter.set_exception(problem)

    def _fail(self, command: Command, sequence: int, error: MassctlError) -> None:
        future = self._pending.pop((type(command), sequence), None)
        if future is not None and not future.done():
            future.set_exception(error)

    def _note_acknowledged(self, event: CommandAcknowledged, _now_s: float) -> None:
        future = self._pending.pop((type(event.command), event.sequence), None)
        if future is not None and not future.done():
            future.set_result(None)

    def _note_refused(self, event: CommandRefused, _now_s: float) -> None:
        self._fail(event.command, event.sequence, RefusedByPeer(self.url, event.command, event))

    def _note_unanswered(self, event: CommandTimedOut, now_s: float) -> None:
        quiet_s = now_s - self.last_frame_at_s
        remedy = f"Its last sign of life came {quiet_s:.1f} s ago: check cable and power."
        self._fail(
            event.command, event.sequence, NoAnswer(self.name, f"no answer to {_words(event.command)}", 1.0, remedy)
        )

    def _note_dropped(self, event: CommandDropped, _now_s: float) -> None:
        self._fail(
            event.command,
            event.sequence,
            OvertakenByStop(self.name, f"{_words(event.command)} was overtaken by a stop", 0.0),
        )


def _words(command: Command) -> str:
    return type(command).__name__
