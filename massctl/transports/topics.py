"""Messages to and from a plug: MQTT topics, or paths of its own HTTP server; one shape for both.

``mqtt://user@host:1883/…`` and ``mqtts://…`` speak to a broker, ``http://host`` to the plug; other schemes come by entry points of
the group ``massctl.topics``, each ``async def open_topics(url, subscriptions) -> TopicLink``.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from importlib.metadata import entry_points
from typing import Final, Protocol, cast
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, build_opener

from massctl.errors import ConnectionProblem, LinkLost, MassctlError, PeerRefused, PeerSilent, PortMissing, UsageError
from massctl.transports.broker_address import parse_broker
from massctl.transports.broker_passwords import find_password
from massctl.transports.mqtt import Message, Outbox, Outgoing, converse
from massctl.transports.opening import split_url

GROUP: Final = "massctl.topics"
HTTP_S: Final = 2.0
"""How long a plug's HTTP server may take (design value)."""
FAREWELL_S: Final = 0.5
"""How long a close waits for what is still to be said: the OFF above all (design value)."""
ANSWER_MAX_BYTES: Final = 64 * 1024


class TopicLink(Protocol):
    """An open way to one plug; owned by whoever opened it, closed once, never reopened."""

    url: str

    def start(self, on_message: Callable[[str, bytes], None], on_lost: Callable[[ConnectionProblem], None]) -> None:
        """Begin to deliver topic and payload; ``on_lost`` is called at most once, and never after ``aclose``."""

    def post(self, topic: str, payload: bytes) -> None:
        """Send after all that was posted before; silently nothing once lost or closed. Never retained."""

    def discard_unsent(self) -> None:
        """Forget what has not gone out: a stop overtakes it."""

    async def aclose(self) -> None:
        """Close; idempotent, bounded in time."""


async def open_topics(url: str, subscriptions: tuple[str, ...]) -> TopicLink:
    """Open ``url`` and listen to ``subscriptions``; nothing is switched. Raises UsageError or ConnectionProblem."""
    scheme = split_url(url).scheme
    if scheme in {"mqtt", "mqtts"}:
        return await BrokerTopics.open(url, subscriptions)
    if scheme == "http":
        return HttpTopics(url)
    for point in entry_points(group=GROUP, name=scheme):
        opener = cast(Callable[[str, tuple[str, ...]], Awaitable[TopicLink]], point.load())
        return await opener(url, subscriptions)
    raise UsageError(f"{url}: a plug is reached by mqtt://, mqtts:// or http://.", "For example mqtt://broker/my_plug")


class _Link:
    """What both have: one task of their own, one end."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._on_message: Callable[[str, bytes], None] = lambda _topic, _payload: None
        self._on_lost: Callable[[ConnectionProblem], None] = lambda _problem: None
        self._problem: ConnectionProblem | None = None
        self._is_closed = False
        self._task: asyncio.Task[None] | None = None

    def start(self, on_message: Callable[[str, bytes], None], on_lost: Callable[[ConnectionProblem], None]) -> None:
        """Begin to deliver."""
        self._on_message, self._on_lost = on_message, on_lost
        if self._problem is not None:
            on_lost(self._problem)

    async def aclose(self) -> None:
        """Close."""
        self._is_closed = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task], timeout=HTTP_S)

    def _spawn(self, life: Awaitable[None], name: str) -> None:
        """Own a task: a link lives as long as its owner wants, so no block of code can hold a group for it."""

        async def live() -> None:
            try:
                await life
            except Exception as error:  # noqa: BLE001 - whatever broke, the link is over, and that must be known (F33)
                self._lose(LinkLost(self.url, f"an error of massctl itself: {error!r}.", "Connect again."))

        self._task = asyncio.get_running_loop().create_task(live(), name=name)

    def _lose(self, problem: ConnectionProblem) -> None:
        if self._problem is None and not self._is_closed:
            self._problem = problem
            self._on_lost(problem)


class BrokerTopics(_Link):
    """Topics at a broker."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._outbox = Outbox()
        self._connected: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @classmethod
    async def open(cls, url: str, subscriptions: tuple[str, ...]) -> BrokerTopics:
        """Connect and subscribe. Raises UsageError or ConnectionProblem."""
        link = cls(url)
        parts = urlsplit(url)
        text = f"{parts.scheme}://{parts.netloc}"
        address = parse_broker(text)
        if address.user is not None:
            address = parse_broker(text, password=find_password(address))

        async def live() -> None:
            try:
                await converse(
                    address,
                    link._outbox,
                    identifier=None,
                    will=None,
                    subscriptions=subscriptions,
                    on_message=link._take,
                    on_connected=lambda: link._connected.set_result(None),
                )
            except MassctlError as problem:
                link._end(problem)

        link._spawn(live(), f"topics of {url}")
        try:
            await asyncio.shield(link._connected)
        except BaseException:
            await link.aclose()
            raise
        return link

    def post(self, topic: str, payload: bytes) -> None:
        """Publish."""
        if self._problem is None and not self._is_closed:
            self._outbox.put(Outgoing(topic, payload))

    def discard_unsent(self) -> None:
        """Forget what has not gone out."""
        self._outbox.keep(lambda _: False)

    async def aclose(self) -> None:
        """Say what waits, then disconnect."""
        if self._problem is None and not self._is_closed:
            try:
                async with asyncio.timeout(FAREWELL_S):
                    await self._outbox.drained()
            except TimeoutError:
                pass
        await super().aclose()

    def _take(self, message: Message) -> None:
        if not self._is_closed:
            self._on_message(message.topic, message.payload)

    def _end(self, problem: MassctlError) -> None:
        if not self._connected.done():
            self._connected.set_exception(problem)
        elif isinstance(problem, ConnectionProblem):
            self._lose(problem)


class HttpTopics(_Link):
    """Paths of a plug's own server, one GET after the other; the answer is delivered under its path."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        parts = urlsplit(url)
        if not parts.hostname or parts.path.strip("/"):
            raise UsageError(f"{url}: a plug's address is its host alone.", "For example http://192.168.1.30")
        self._root = f"http://{parts.netloc}"
        self._waiting: deque[str] = deque()
        self._changed = asyncio.Event()
        self._idle = asyncio.Event()
        self._spawn(self._live(), f"requests to {url}")

    def post(self, topic: str, payload: bytes) -> None:
        """Ask for the path ``topic``."""
        if self._problem is None and not self._is_closed:
            self._waiting.append(topic)
            self._idle.clear()
            self._changed.set()

    def discard_unsent(self) -> None:
        """Forget what has not gone out."""
        self._waiting.clear()

    async def aclose(self) -> None:
        """Ask what waits, then end."""
        if self._problem is None and not self._is_closed:
            try:
                async with asyncio.timeout(FAREWELL_S):
                    await self._idle.wait()
            except TimeoutError:
                pass
        await super().aclose()

    async def _live(self) -> None:
        while True:
            while self._waiting:
                path = self._waiting.popleft()
                try:
                    async with asyncio.timeout(HTTP_S + 0.5):
                        answer = await asyncio.to_thread(_get, f"{self._root}{path}")
                except (OSError, ValueError) as error:  # a time-out of ours is an OSError too
                    self._lose(_explain(self.url, error))
                    return
                if not self._is_closed:
                    self._on_message(path, answer)
            self._changed.clear()
            self._idle.set()
            await self._changed.wait()


def _get(url: str) -> bytes:
    """Return the body of a plain GET; a plug is in this house, so no proxy is asked."""
    with build_opener(ProxyHandler({})).open(url, timeout=HTTP_S) as answer:
        body: bytes = answer.read(ANSWER_MAX_BYTES)
        return body


def _explain(url: str, error: Exception) -> ConnectionProblem:
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(error, HTTPError):
        return PeerRefused(
            url, f"it answered {error.code} {error.reason}.", "Is it this kind of plug, without a password?"
        )
    if isinstance(reason, TimeoutError):
        return PeerSilent(url, f"no answer within {HTTP_S:g} s.", "Is it switched on and in this network?")
    if isinstance(reason, ConnectionRefusedError):
        return PortMissing(url, "nothing answers there (connection refused).", "Is this the plug's address?")
    return LinkLost(url, f"cannot be reached ({reason}).", "Check its address and the network.")
